"""
The read plan of 1C: orders, shipments and returns of a window, with all they refer to (onec-odata 9).

What is known and unchanged is not read further, and nothing is kept but references.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

from include.errors import AccessDenied, ConfigError, RejectedByVendor
from include.onec.asks import REF, VERSION, Asks
from include.onec.decode import flag, reference, text
from include.onec.literals import guid, within
from include.onec.literals import text as text_literal
from include.onec.pages import Page
from include.onec.query import Query, lots
from include.onec.schema import Schema
from include.settings.onec_profile import OrderDocument, Profile, SaleDocument
from plugins.hooks.onec import PAGE, OneCHook, Rows
from plugins.hooks.onec_surroundings import Surroundings

log = logging.getLogger(__name__)

ORDERS_SLICE = timedelta(days=1)
SALES_SLICE = timedelta(days=7)
SaleRole = Literal["shipments", "returns"]

# Shipments and returns that are known to count for an order.
Counted = Mapping[str, Sequence[str]]

# Which versions of an entity's documents are known, by reference.
Known = Callable[[str, Sequence[str]], Mapping[str, str | None]]


class Window(NamedTuple):
    """
    Days by the base's wall clock. Without a last day the end is open: a document may be dated in the future.

    ``today`` only says where slices of an open window end. ``sales_from`` None: no shipments, no returns.
    """

    today: date
    orders_from: date
    orders_to: date | None = None
    sales_from: date | None = None
    sales_to: date | None = None


class Found(NamedTuple):
    """An order found by its number."""

    kind: str
    ref: str
    number: str
    date: str


def published_schema(hook: OneCHook, profile: Profile) -> Schema:
    """
    Read the schema as far as a reading needs it; it may be kept for a day (``Schema.to_json``).

    Raises ConfigError with every configured name that the base does not publish.
    """
    asks = Asks(profile, hook.schema())
    if problems := asks.problems():
        raise ConfigError([f"Профиль 1С: {problem}" for problem in problems])
    return asks.trimmed_schema()


def read_documents(
    hook: OneCHook, profile: Profile, window: Window, known: Known, schema: Schema
) -> Iterator[Page]:
    """
    Read what is new or changed in a window: first the schema, and documents after what they refer to.

    Deleted orders that are not known are counted and left out (onec-odata B12).
    """
    reader = _Reader(hook, Asks(profile, schema), known)
    yield Page("schema", "$metadata", [schema._asdict()])
    date_field = profile.header.date
    days = list(slices(date_field, window.orders_from, window.orders_to, window.today, ORDERS_SLICE))
    for order in profile.orders:
        yield from reader.orders(order, days)
    if window.sales_from is None:
        return
    weeks = list(slices(date_field, window.sales_from, window.sales_to, window.today, SALES_SLICE))
    yield from reader.sales("shipments", profile.shipments, weeks)
    yield from reader.sales("returns", profile.returns, weeks)


def read_order(
    hook: OneCHook, profile: Profile, ref: str, schema: Schema, counted: Counted | None = None
) -> Iterator[Page]:
    """
    Read one order with its shipments and returns, known or not, deleted or not.

    Found are documents based on the order or with a row of it, returns based on those shipments, and what is
    ``counted`` for the order already, by the role: that may have yet another document in between, which only
    a reading of its window finds.
    """
    asks = Asks(profile, schema)
    reader = _Reader(hook, asks, lambda entity, refs: {}, drops_deleted=False)
    yield Page("schema", "$metadata", [schema._asdict()])
    bases: dict[str, list[str]] = {}
    for order in profile.orders:
        yield from _noted(reader.orders(order, [f"{REF} eq {guid(ref)}"]), bases)
    orders = dict(bases)
    sales: dict[SaleRole, SaleDocument] = {"shipments": profile.shipments, "returns": profile.returns}
    for role, names in sales.items():
        found = [*_with_rows_of(hook, asks, names, orders), *(counted or {}).get(role, ())]
        yield from _noted(reader.sales(role, names, asks.based_on(names, bases), found), bases)


def find_orders(
    hook: OneCHook, profile: Profile, number: str, kind: str | None = None, year: int | None = None
) -> list[Found]:
    """Find orders by number, however padded; numbers repeat yearly and in every kind (onec-odata 9.9)."""
    names = profile.header
    wanted = number.strip()
    during = f" and {within(names.date, datetime(year, 1, 1), datetime(year + 1, 1, 1))}" if year else ""  # noqa: DTZ001 - the base's wall clock
    query = Query(
        f"substringof({text_literal(wanted)},{names.number}) eq true{during}",
        (REF, names.number, names.date),
        f"{names.date} asc,{REF} asc",
    )
    return [
        Found(order.kind, ref, wanted, str(row.get(names.date)))
        for order in profile.orders
        if kind in (None, order.kind)
        for rows in hook.pages(order.entity, query)
        for row in rows
        if text(row.get(names.number)) == wanted and (ref := reference(row.get(REF)))
    ]


def slices(field: str, first: date, last: date | None, today: date, size: timedelta) -> Iterator[str]:
    """Cut a window of days into conditions on a date, the last of them open where the window is."""
    since = datetime.combine(first, time())
    end = datetime.combine(last, time()) + timedelta(days=1) if last else None
    horizon = end or datetime.combine(today, time()) + timedelta(days=1)
    while since + size < horizon:
        yield within(field, since, since + size)
        since += size
    if end is None or since < end:
        yield within(field, since, end)


class _Reader:
    """Reads documents of one kind after another; what one has brought the next does not ask for."""

    def __init__(self, hook: OneCHook, asks: Asks, known: Known, *, drops_deleted: bool = True) -> None:
        self._hook = hook
        self._asks = asks
        self._known = known
        self._drops_deleted = drops_deleted
        self._around = Surroundings(hook, asks)

    def orders(self, order: OrderDocument, conditions: Iterable[str]) -> Iterator[Page]:
        """Read orders of one kind."""
        ask = self._asks.order(order)
        for rows in self._pages(ask.entity, ask.select, conditions):
            page = self._changed(Page("orders", ask.entity, rows), self._drops_deleted)
            yield from self._around.of_orders(order, page.rows)
            yield page

    def sales(
        self, role: SaleRole, names: SaleDocument, conditions: Iterable[str], refs: Iterable[str] = ()
    ) -> Iterator[Page]:
        """Read shipments or returns, those of some conditions and those of some references."""
        ask = self._asks.document(names)
        named = lots((f"{REF} eq {guid(ref)}" for ref in dict.fromkeys(refs)), self._query("", ask.select))
        asked = [*conditions, *(query.filter for query in named)]
        for rows in self._pages(ask.entity, ask.select, asked):
            self._around.note(ask.entity, rows)
            page = self._changed(Page(role, ask.entity, rows), drops_deleted=False)
            yield from self._around.of_sales(names, page.rows)
            yield page

    def _pages(self, entity: str, select: tuple[str, ...], conditions: Iterable[str]) -> Iterator[Rows]:
        seen: set[str] = set()
        for condition in conditions:
            for rows in self._hook.pages(entity, self._query(condition, select), seen=seen):
                if rows:
                    yield rows

    def _query(self, condition: str, select: tuple[str, ...]) -> Query:
        orderby = f"{self._asks.profile.header.date} asc,{REF} asc"
        return Query(condition, select, orderby, PAGE, PAGE)  # which page is said anew for each

    def _changed(self, page: Page, drops_deleted: bool) -> Page:
        """Leave only what is new or has another version; what has no reference is left to be refused."""
        refs = [ref for row in page.rows if (ref := reference(row.get(REF)))]
        known = {str(ref).lower(): version for ref, version in self._known(page.entity, refs).items()}
        kept: Rows = []
        unchanged = deleted = 0
        for row in page.rows:
            ref = reference(row.get(REF))
            if ref in known and known[ref] == text(row.get(VERSION)):
                unchanged += 1
            elif drops_deleted and ref not in known and flag(row.get(self._asks.profile.header.deleted)):
                deleted += 1
            else:
                kept.append(row)
        return page._replace(rows=kept, unchanged=unchanged, deleted=deleted)


def _with_rows_of(
    hook: OneCHook, asks: Asks, names: SaleDocument, orders: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Find documents with a row of one of these orders, whatever they are based on."""
    for condition in asks.with_rows_of(names, orders):
        try:
            for rows in hook.pages(names.entity, Query(condition, (REF,), f"{REF} asc")):
                yield from (ref for row in rows if (ref := reference(row.get(REF))))
        except AccessDenied:
            raise
        except RejectedByVendor as fault:
            log.warning("1С не ищет %s по строкам: нашлись только уже известные. %s", names.entity, fault)


def _noted(pages: Iterable[Page], bases: dict[str, list[str]]) -> Iterator[Page]:
    """Take down which documents have passed."""
    for page in pages:
        if page.role in ("orders", "shipments"):
            refs: list[Any] = [reference(row.get(REF)) for row in page.rows]
            bases.setdefault(page.entity, []).extend(ref for ref in refs if ref)
        yield page
