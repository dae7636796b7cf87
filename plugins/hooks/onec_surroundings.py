"""What documents of 1C refer to: lines, items, people, contacts, bases, profit (onec-odata 9)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from include.onec.asks import REF, Ask, Asks
from include.onec.decode import flag, reference, typed_reference
from include.onec.links import LEVELS, Links
from include.onec.literals import cast, guid
from include.onec.pages import Page, Role
from include.onec.query import Query, lots
from include.settings.onec_profile import OrderDocument, SaleDocument
from plugins.hooks.onec import OneCHook, Question, Rows

_EMPTY_DATE = "0001-01-01"
Asked = tuple[Role, Question]


class Surroundings:
    """Reads what a page of documents needs and no page before it has brought."""

    def __init__(self, hook: OneCHook, asks: Asks) -> None:
        self._hook = hook
        self._asks = asks
        self._profile = asks.profile
        self._links = Links(asks)
        self._read: set[tuple[Role, str]] = set()
        self._bases: dict[str, tuple[str, dict[str, Any]]] = {}  # documents that others may be based on
        self._landed: set[str] = set()

    def of_orders(self, order: OrderDocument, rows: Rows) -> Iterator[Page]:
        """Read what orders refer to."""
        refs = _refs(rows, REF)
        lines = [self._by_keys("lines", ask, refs) for ask in self._asks.lines(order)]
        items: list[str] = []
        for page in self._fetch(*lines, *self._named(order, rows)):
            if page.role == "lines":
                items += self._items_of(order, page)
            yield page
        yield from self._items(items)
        yield from self.profits(order.entity, [row for row in rows if self._is_shipped(order, row)])
        if self._profile.header.base:
            yield from self.bases(order.entity, rows)

    def of_sales(self, names: SaleDocument, rows: Rows) -> Iterator[Page]:
        """Read what shipments or returns refer to, and for which orders their rows are."""
        entity, refs = names.entity, _refs(rows, REF)
        currencies = self._asks.currencies()
        yield from self._fetch(
            *(self._by_keys("sale_lines", ask, refs) for ask in self._asks.sale_lines(names))
        )
        if currencies:
            yield from self._fetch(
                self._new("currencies", currencies, _refs(rows, self._profile.header.currency))
            )
        yield from self.profits(entity, rows)
        yield from self.bases(entity, rows)
        self._landed.update(refs)

    def note(self, entity: str, rows: Rows) -> None:
        """Remember what documents are based on, be they unchanged: later ones may be based on them."""
        self._links.learn(entity, rows)
        ask = self._asks.base(entity)
        for row in rows if ask else ():
            if (ref := reference(row.get(REF))) and ask:
                self._bases[ref] = (entity, {field: row.get(field) for field in ask.select})

    def bases(self, entity: str, rows: Rows) -> Iterator[Page]:
        """Read the documents between these and their orders, two levels at most."""
        bases = [self._links.base_of(entity, row) for row in rows]
        for _ in range(LEVELS):
            gaps = self._links.gaps(bases)
            known = [(ask, refs) for kind, refs in gaps.items() if (ask := self._asks.base(kind))]
            for page in self._fetch(*(self._by_keys("bases", ask, refs) for ask, refs in known)):
                self.note(page.entity, page.rows)
            self._links.give_up(ref for refs in gaps.values() for ref in refs)
        needed = {link.ref for base in bases for link in self._links.chain(base)} - self._landed
        found: dict[str, Rows] = {}
        for ref in needed & self._bases.keys():
            kind, row = self._bases[ref]
            found.setdefault(kind, []).append(row)
        self._landed |= needed
        yield from (Page("bases", kind, rows) for kind, rows in found.items())

    def profits(self, entity: str, rows: Rows) -> Iterator[Page]:
        """Read the register's records of posted documents; others have none."""
        ask = self._asks.profits()
        if not ask:
            return
        posted = _refs((row for row in rows if flag(row.get(self._profile.header.posted))), REF)
        recorder = self._asks.recorder()
        if self._asks.schema.kind(ask.entity, recorder) == "composite":
            terms = [f"{recorder} eq {cast(ref, entity)}" for ref in posted]
        else:
            terms = [f"{ask.select[0]} eq {guid(ref)}" for ref in posted]
        yield from self._fetch(_asked("profits", ask, terms))

    def _named(self, order: OrderDocument, rows: Rows) -> Iterator[Iterator[Asked]]:
        """Ask for whom and what orders name in their headers."""
        names, asks, catalogs = self._profile.header, self._asks, self._profile.catalogs
        contractors = _refs(rows, names.contractor)
        yield self._new("contractors", asks.contractors(), contractors)
        yield self._new("contacts", asks.contacts(), contractors)
        yield self._new(
            "organisations", asks.catalog(catalogs.organisations), _refs(rows, names.organisation)
        )
        yield self._new("people", asks.catalog(catalogs.people), _refs(rows, names.manager))
        yield self._new("currencies", asks.currencies(), _refs(rows, names.currency))
        for entity, refs in self._sources(order, rows).items():
            yield self._new("sources", asks.catalog(entity), refs)

    def _sources(self, order: OrderDocument, rows: Rows) -> dict[str, list[str]]:
        """Find what «Источник рекламы» refers to, by entity."""
        source = self._profile.ad_source
        kind = self._asks.schema.kind(order.entity, source.short) if source else None
        found: dict[str, list[str]] = {}
        if source and kind == "composite":
            for row in rows:
                entity, ref = typed_reference(row, source.short)
                if entity and ref and self._asks.schema.has(entity, REF):
                    found.setdefault(entity, []).append(ref)
        elif source and kind and (catalog := self._asks.source_catalog(order.entity)):
            found[catalog] = _refs(rows, *self._asks.attribute(order.entity, source.short))
        return found

    def _items_of(self, order: OrderDocument, page: Page) -> list[str]:
        names = (lines for lines in order.lines if page.entity == f"{order.entity}_{lines.section}")
        return _refs(page.rows, next(names).item)

    def _items(self, refs: Iterable[str]) -> Iterator[Page]:
        """Read items, before the first of them all their folders, after them their kinds."""
        ask, catalogs = self._asks.items(), self._profile.catalogs
        wanted = list(self._new("items", ask, refs))
        if wanted and ("folders", ask.entity) not in self._read:
            self._read.add(("folders", ask.entity))
            folders = Query("IsFolder eq true", self._asks.folders().select, f"{REF} asc")
            yield from (Page("folders", ask.entity, rows) for rows in self._hook.pages(ask.entity, folders))
        kinds: list[str] = []
        for page in self._fetch(wanted):
            kinds += _refs(page.rows, catalogs.item_kind)
            yield page
        yield from self._fetch(self._new("kinds", self._asks.catalog(catalogs.kinds), kinds))

    def _is_shipped(self, order: OrderDocument, row: Mapping[str, Any]) -> bool:
        value = row.get(order.shipped_when.field) if order.shipped_when else None
        return bool(value) and not str(value).startswith(_EMPTY_DATE)

    def _new(self, role: Role, ask: Ask | None, refs: Iterable[str]) -> Iterator[Asked]:
        """Ask for those that nobody has asked for yet."""
        if not ask:
            return iter(())
        new = [ref for ref in dict.fromkeys(refs) if (role, ref) not in self._read]
        self._read.update((role, ref) for ref in new)
        return self._by_keys(role, ask, new)

    def _by_keys(self, role: Role, ask: Ask, refs: Iterable[str]) -> Iterator[Asked]:
        return _asked(role, ask, (f"{REF} eq {guid(ref)}" for ref in refs))

    def _fetch(self, *asked: Iterable[Asked]) -> Iterator[Page]:
        everything = list(chain(*asked))
        answers = self._hook.answers(question for _, question in everything)
        for (role, _), (entity, rows) in zip(everything, answers, strict=True):
            yield Page(role, entity, rows)


def _asked(role: Role, ask: Ask, terms: Iterable[str]) -> Iterator[Asked]:
    return ((role, Question(ask.entity, query)) for query in lots(terms, Query(select=ask.select)))


def _refs(rows: Iterable[Mapping[str, Any]], *fields: str | None) -> list[str]:
    """List what some attributes of rows refer to, each once."""
    found = (reference(row.get(field)) for row in rows for field in fields if field)
    return [ref for ref in dict.fromkeys(found) if ref]
