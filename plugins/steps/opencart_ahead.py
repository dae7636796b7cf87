"""
What OpenCart keeps without an index by product, read for many pages at a time (opencart 4, 13).

Each such question reads a table from its first row to its last: options of products and their values, and in
4.x the rows of variants. So it is put for as many products as have about ``ROWS`` values.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from include.opencart_catalog.variant_rows import combination_of
from include.opencart_catalog.variants import Choices
from plugins.hooks.opencart import ShopSession
from plugins.hooks.opencart_tables import Scope, between
from plugins.steps.opencart_dictionaries import Dictionaries
from plugins.steps.opencart_options import Options, read_options

ROWS = 50_000  # values of options that may be in memory


class Ahead(NamedTuple):
    """
    What hangs on the products past one id and up to another; without that, on all further ones.

    ``covered``: values for which products have rows of their own, on whichever page.
    """

    first: int
    last: int | None
    options: Options
    covered: Mapping[int, list[Choices]]

    def holds(self, product_id: int) -> bool:
        """Tell whether a product is among them."""
        return self.first < product_id and (self.last is None or product_id <= self.last)


class LookAhead:
    """Read ahead of the pages of one shop."""

    def __init__(self, session: ShopSession, known: Dictionaries, store: int, rows: int) -> None:
        self._session, self._tables = session, session.tables
        self._known, self._store = known, store
        ((products, values),) = session.rows(self._tables.sizes())
        self._products = max(products * rows // max(values, 1), 1)
        self._ahead: Ahead | None = None

    def of_page(self, first: int, last: int) -> Ahead:
        """Give what hangs on the products of a page, and on others."""
        if self._ahead is None or not (self._ahead.holds(first + 1) and self._ahead.holds(last)):
            self._ahead = None  # before the next one is in memory
            self._ahead = self._read(first, last)
        return self._ahead

    def _read(self, first: int, last: int) -> Ahead:
        found = self._session.rows(self._tables.ids(first, self._products - 1))
        end = max(int(found[0].product_id), last) if found else None
        scope = between(first, end)
        options = read_options(self._session, self._known, scope)
        return Ahead(first, end, options, self._covered(scope))

    def _covered(self, scope: Scope) -> dict[int, list[Choices]]:
        covered: dict[int, list[Choices]] = defaultdict(list)
        if self._tables.dialect.has_variants:
            for master_id, spelled in self._session.rows(self._tables.variants(scope, self._store)):
                covered[master_id].append(combination_of(spelled) or frozenset())
        return covered
