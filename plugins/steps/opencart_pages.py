"""Products of a shop with what hangs on them, a page at a time (opencart 4-8)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from include.opencart_catalog import issues
from include.opencart_catalog.article import article
from include.opencart_catalog.as_read import first_codes, is_shown, name_of
from include.opencart_catalog.categories import Placement
from include.opencart_catalog.issues import Issue, issue
from include.opencart_catalog.price import exact
from include.opencart_catalog.product import Original, Product
from include.opencart_catalog.special import Offer, limit
from include.opencart_catalog.texts import line, markup
from include.opencart_catalog.variant_rows import combination_of, named_values, offered_values
from include.opencart_catalog.variants import Choices, Option
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.opencart import ShopSession
from plugins.hooks.opencart_tables import Scope, among, between
from plugins.steps.opencart_ahead import ROWS, Ahead, LookAhead
from plugins.steps.opencart_dictionaries import Dictionaries, named
from plugins.steps.opencart_options import Options, read_options

PAGE = 1000  # products asked for at a time (opencart 3)


class ShopPage(NamedTuple):
    """Products of a page, what is odd about those the shop shows, and what of them is ignored, counted."""

    products: list[Product]
    found: list[Issue]
    ignored: Counter[str]


class PageReader:
    """
    Read pages of one shop.

    ``now`` is the shop's wall clock, without a zone; ``ahead``: so many values of options are read at a time.
    """

    def __init__(
        self,
        session: ShopSession,
        known: Dictionaries,
        settings: OpencartCatalogSettings,
        now: datetime,
        *,
        ahead: int = ROWS,
    ) -> None:
        self._session, self._tables = session, session.tables
        self._known, self._settings, self._now = known, settings, now
        self._look_ahead = LookAhead(session, known, settings.shop.store, ahead)
        self._found: list[Issue] = []
        self._tiers: Counter[int] = Counter()

    def pages(self, size: int = PAGE) -> Iterator[ShopPage]:
        """Give the products of the store in order of their ids."""
        after, language = 0, self._known.languages[0]
        while rows := self._rows(self._tables.products(after, size, self._settings.shop.store, language)):
            last = int(rows[-1].product_id)
            ahead = self._look_ahead.of_page(after, last)
            yield self._page(rows, between(after, last), ahead)
            after = last

    def _page(self, rows: list[Any], scope: Scope, ahead: Ahead) -> ShopPage:
        self._found, self._tiers = [], Counter()
        options = ahead.options
        of_page = _Page(
            self._codes(scope),
            self._names(rows),
            options,
            self._grouped(self._rows(self._tables.placements(scope))),
            self._grouped(self._rows(self._tables.images(scope))),
            self._offers(self._rows(self._tables.specials(scope, self._known.customer_group))),
            self._offers(self._rows(self._tables.discounts(scope, self._known.customer_group))),
            ahead.covered,
            self._originals(rows, ahead),
        )
        products = [self._product(row, of_page) for row in rows]
        active = {product.product_id for product in products if product.active}
        found = [one for one in (*self._found, *options.orphans) if one.product_id in active]
        ignored: Counter[str] = Counter()
        for product_id in active:
            ignored.update(options.ignored.get(product_id, ()))
            ignored["tiers"] += self._tiers[product_id]
        return ShopPage(products, found, ignored)

    def _product(self, row: Any, of_page: "_Page") -> Product:
        own = int(row.product_id)
        sku = row.sku if not self._tables.dialect.sku_in_codes else of_page.codes.get(own)
        options = of_page.options.of.get(own, ())
        placements = (Placement(category, main == 1) for category, main in of_page.placements.get(own, ()))
        axes = offered_values(options)
        return Product(
            product_id=own,
            sku=sku,
            model=row.model,
            name=name_of(own, row.name, of_page.names.get(own), row.model),
            description=markup(row.description),
            price=exact(row.price),
            active=self._is_shown(row),
            category_id=self._known.tree.exporting(placements),
            images=(row.image, *(image for (image,) in of_page.images.get(own, ()))),
            options=options,
            specials=tuple(of_page.specials.get(own, ())),
            discounts=tuple(of_page.discounts.get(own, ())),
            covered=frozenset(ids & axes for ids in of_page.covered.get(own, ()) if ids & axes),
            original=of_page.originals.get(own),
        )

    def _is_shown(self, row: Any) -> bool:
        return is_shown(
            status=row.status,
            described=row.described is not None,
            available=row.available,
            today=self._now.date(),
            null_is_never=self._tables.dialect.specials_in_discounts,
        )

    def _codes(self, scope: Scope) -> dict[int, str]:
        """Give articles of 4.1, where they are rows of their own."""
        return first_codes(self._rows(self._tables.codes(scope))) if self._tables.dialect.sku_in_codes else {}

    def _names(self, rows: Iterable[Any]) -> dict[int, str]:
        """Look in other languages for the names of products that have none."""
        nameless = [int(row.product_id) for row in rows if not line(row.name)]
        if not nameless:
            return {}
        return named(self._rows(self._tables.product_names(among(nameless))), self._known.languages)

    def _offers(self, rows: Iterable[Any]) -> dict[int, list[Offer]]:
        """Read specials or discounts; those for several pieces are no prices of a catalogue."""
        offers: dict[int, list[Offer]] = defaultdict(list)
        for row in rows:
            if row.pieces != 1:
                self._tiers[row.product_id] += 1
            elif (offer := self._offer(row)) is not None:
                offers[row.product_id].append(offer)
        return offers

    def _offer(self, row: Any) -> Offer | None:
        null_is_never = self._tables.dialect.specials_in_discounts
        try:
            start, end = (limit(day, null_is_never=null_is_never) for day in (row.starts, row.ends))
        except ValueError:
            dates = {"date_start": row.starts, "date_end": row.ends}
            self._found.append(issue(issues.BAD_DATE, int(row.product_id), **dates))
            return None
        if start == "never" or end == "never":
            return None
        return Offer(int(row.offer_id), row.priority, row.kind or "F", exact(row.value), start, end)

    def _originals(self, rows: Iterable[Any], ahead: Ahead) -> dict[int, Original]:
        """Give what the variant rows of this page were copied from."""
        copies = {int(row.product_id): (int(row.master_id), row.variant) for row in rows if row.master_id}
        if not copies:
            return {}
        wanted = sorted({master for master, _ in copies.values()})
        codes, options = self._codes(among(wanted)), self._options_of(wanted, ahead)
        asked = self._rows(self._tables.articles(among(wanted), self._known.languages[0]))
        masters = {int(row.product_id): row for row in asked}
        originals = {}
        for own, (master, spelled) in copies.items():
            chosen = combination_of(spelled) or frozenset()
            if master in masters and named_values(options.get(master, ()), chosen):
                originals[own] = self._original(masters[master], codes, options[master], chosen)
            else:
                told = {"variant": spelled, "has_master": master in masters}
                self._found.append(issue(issues.BAD_VARIANT, own, **told))
        return originals

    def _options_of(self, products: Iterable[int], ahead: Ahead) -> Mapping[int, tuple[Option, ...]]:
        """Give options of products that may be on other pages; those near are known already."""
        near = {own: ahead.options.of.get(own, ()) for own in products if ahead.holds(own)}
        far = [own for own in products if not ahead.holds(own)]
        return {**near, **(read_options(self._session, self._known, among(far)).of if far else {})}

    def _original(
        self, master: Any, codes: Mapping[int, str], options: tuple[Option, ...], chosen: Choices
    ) -> Original:
        sku = codes.get(int(master.product_id)) if self._tables.dialect.sku_in_codes else master.sku
        written = article(sku, master.model, self._settings.items.article_source)
        return Original(written, line(master.name) or "", named_values(options, chosen), options)

    def _rows(self, query: Any) -> list[Any]:
        return list(self._session.rows(query))

    @staticmethod
    def _grouped(rows: Iterable[Any]) -> dict[int, list[tuple[Any, ...]]]:
        grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for product_id, *rest in rows:
            grouped[product_id].append(tuple(rest))
        return grouped


class _Page(NamedTuple):
    """What hangs on the products of a page, by product."""

    codes: Mapping[int, str]
    names: Mapping[int, str]
    options: Options
    placements: Mapping[int, list[tuple[Any, ...]]]
    images: Mapping[int, list[tuple[Any, ...]]]
    specials: Mapping[int, list[Offer]]
    discounts: Mapping[int, list[Offer]]
    covered: Mapping[int, list[Choices]]
    originals: Mapping[int, Original]
