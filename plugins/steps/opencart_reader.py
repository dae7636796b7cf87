"""
A shop's catalogue as rows for staging, page by page (keepincrm 10, steps 3, 5-8).

At any time one page of products and the shop's small dictionaries are in memory. Every question is put for a
whole page, never for a product.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from include.opencart_catalog import issues
from include.opencart_catalog.categories import CatalogCategoryRow
from include.opencart_catalog.issues import Issue, issue
from include.opencart_catalog.item import CatalogItemRow, is_wanted, items_of
from include.opencart_catalog.product import Catalogue
from include.opencart_catalog.variants import CHECKBOX
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.opencart import OpenCartHook, ShopMoved, ShopSession
from plugins.steps.opencart_dictionaries import Dictionaries, read_dictionaries
from plugins.steps.opencart_pages import PageReader, ShopPage

__all__ = ["ShopBatch", "read_shop"]

BATCH = 5000  # items handed over at a time: a page of products may have many variants
TOLD = 20  # categories named in one issue


class ShopBatch(NamedTuple):
    """Rows for staging: categories come first and at once, then items and issues as they are met."""

    categories: list[CatalogCategoryRow]
    items: list[CatalogItemRow]
    issues: list[Issue]


def read_shop(
    hook: OpenCartHook, settings: OpencartCatalogSettings, now: datetime, *, again: bool = False
) -> Iterator[ShopBatch]:
    """
    Read the whole catalogue as it is at ``now``, a moment with a zone.

    Raises ShopMoved at the end when somebody wrote meanwhile and the tables have no snapshot: what was given
    is thrown away and read once more, ``again``; the second time it is let be, with an issue.
    """
    with hook.session(settings) as session:
        before = _movement(session)
        known = read_dictionaries(session, settings.shop)
        wall_clock = now.astimezone(settings.zone).replace(tzinfo=None)
        catalogue = Catalogue(settings, known.tree, known.currency, wall_clock)
        yield ShopBatch(list(known.tree.rows()), [], list(_of_shop(session, known)))
        ignored: Counter[str] = Counter()
        for page in PageReader(session, known, settings, wall_clock).pages():
            ignored += page.ignored
            yield from _batches(page, catalogue)
        found = list(_counted(ignored, settings))
        if _movement(session) != before:
            if not again:
                raise ShopMoved("Поки читали, у магазині щось змінили")
            found.append(issue(issues.SHOP_MOVED))
        yield ShopBatch([], [], found)


def _movement(session: ShopSession) -> list[Any]:
    return [row for query in session.tables.movement() for row in session.rows(query)]


def _batches(page: ShopPage, catalogue: Catalogue) -> Iterator[ShopBatch]:
    batch = ShopBatch([], [], list(page.found))
    for product in page.products:
        for one in items_of(product, catalogue) if is_wanted(product, catalogue) else ():
            (batch.items if isinstance(one, CatalogItemRow) else batch.issues).append(one)  # type: ignore[arg-type]
            if len(batch.items) >= BATCH:
                yield batch
                batch = ShopBatch([], [], [])
    yield batch


def _of_shop(session: ShopSession, known: Dictionaries) -> Iterator[Issue]:
    """Give what is odd about the shop as a whole."""
    if rights := session.writable():
        yield issue(issues.SHOP_CAN_WRITE, rights=rights)
    for row in known.tree.rows():
        if row.orphan:
            yield issue(issues.CATEGORY_ORPHAN, category_id=row.category_id, name=row.name)
    if known.stale_paths:
        stale: dict[str, Any] = {
            "number": len(known.stale_paths),
            "category_ids": list(known.stale_paths[:TOLD]),
        }
        yield issue(issues.CATEGORY_PATH_STALE, **stale)
    if session.tables.dialect.orphan_specials:
        ((number,),) = session.rows(session.tables.orphan_specials())
        if number:
            yield issue(issues.SHOP_LOST_SPECIALS, number=number)


def _counted(ignored: Counter[str], settings: OpencartCatalogSettings) -> Iterable[Issue]:
    """Tell once how much of what makes no item there is."""
    tiers = ignored.pop("tiers", 0)
    if settings.items.checkbox_values:
        ignored.pop(CHECKBOX, None)
    if ignored:
        yield issue(issues.OPTIONS_IGNORED, **dict[str, Any](sorted(ignored.items())))
    if tiers:
        yield issue(issues.TIERS_IGNORED, number=tiers)
