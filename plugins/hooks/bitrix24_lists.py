"""
Lists read whole: fifty pages a request, each beginning where the one before ended (bitrix24 1.6, 1.7, 6).

A reading stops only at what is surely the end. Whatever else happens, it goes on from the last row it has, or
raises: a part is never given for the whole.
"""

import logging
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from include.bitrix24.commands import Command, chained
from include.bitrix24.faults import BAD_ARGUMENT, STUMBLED
from include.bitrix24.replies import Blocked, Done, Refused, Reply, whole
from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied, NotReached, TemporaryVendorError, VendorError, WindowSpent
from plugins.hooks.bitrix24_batches import refusal

log = logging.getLogger(__name__)

PAGE = 50  # rows; the portal gives no more and no fewer
Row = Mapping[str, Any]


class BrokenReading(VendorError):
    """The portal has answered a list in a way that leaves open what it holds."""


class UnknownField(VendorError):
    """A row lacks a field that was asked for: the portal drops names it does not know without a word."""


class Listing(NamedTuple):
    """
    A list to be read by ascending id.

    ``items``: where the answer has its rows; None: it is the list itself. ``optional``: fields of ``select``
    that a row may lack.
    """

    method: str
    filter: Mapping[str, Any] = {}
    select: Sequence[str] = ()
    items: str | None = "items"
    id_key: str = "id"
    params: Mapping[str, Any] = {}
    optional: Collection[str] = ()

    def page(self, after: int) -> Command:
        """Ask for the page that follows an id; nothing is counted."""
        condition = {**self.filter, f">{self.id_key}": after}
        asked = {"order": {self.id_key: "ASC"}, "filter": condition, "select": list(self.select), "start": -1}
        return Command(self.method, _without_empty({**self.params, **asked}))

    def head(self) -> Command:
        """Ask for the largest id and for the count of all (``largest``, and ``total`` of the reply)."""
        asked = {"order": {self.id_key: "DESC"}, "filter": dict(self.filter), "select": [self.id_key]}
        return Command(self.method, _without_empty({**self.params, **asked, "start": 0}))

    def counted(self, up_to: int) -> Command:
        """Ask how many there are up to an id (``total`` of the reply)."""
        return self._replace(filter={**self.filter, f"<={self.id_key}": up_to}).head()

    def rows(self, value: Any) -> Sequence[Row]:
        """Take the rows out of an answer. Raises BrokenReading if there are none where they should be."""
        found = value.get(self.items) if self.items and isinstance(value, Mapping) else value
        if isinstance(found, Mapping) and not found:
            found = []
        if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
            raise BrokenReading(f"Битрикс24: в ответе {self.method} нет списка")
        return found

    def id_of(self, row: Row) -> int:
        """Give a row's id, be it told as text."""
        found = whole(row.get(self.id_key))
        if found is None:
            raise BrokenReading(f"Битрикс24: в строке {self.method} нет {self.id_key}")
        return found

    def largest(self, reply: Done) -> int | None:
        """Read the answer to ``head``; None: the list is empty."""
        rows = self.rows(reply.value)
        return self.id_of(rows[0]) if rows else None


class Chunk(NamedTuple):
    """What one request has brought. ``is_last``: there is no more, or the head is reached."""

    rows: list[Row]
    last_id: int
    pages: int
    is_last: bool


class Asks(Protocol):
    """The part of a hook that a reading needs."""

    @property
    def pauses(self) -> Sequence[float]: ...
    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Reply]: ...


def read(hook: Asks, listing: Listing, at: int, head: int | None) -> Iterator[Chunk]:
    """Read the rows after an id, a request at a time; with a head, no further than it takes to reach it."""
    reading = _Reading(hook, listing, head)
    while head is None or at < head:
        chunk = reading.next(at)
        if chunk is None:
            continue
        at = chunk.last_id
        yield chunk
        if chunk.is_last:
            return


class _Reading:
    def __init__(self, hook: Asks, listing: Listing, head: int | None) -> None:
        self.hook, self.listing, self.head = hook, listing, head
        self.size = BatchSize()
        self.pauses: Iterator[float] = iter(hook.pauses)

    def next(self, at: int) -> Chunk | None:
        """Make one request; None: it has brought nothing, and another may."""
        try:
            answered = self.hook.batch(_chain(self.listing, at, self.size.now), halt=True)
        except WindowSpent:
            raise
        except (TemporaryVendorError, AccessDenied) as fault:
            if isinstance(fault, AccessDenied) and fault.http_status != 200:  # 200: a page instead of data
                raise
            self._rest(fault)
            return None
        chunk, trouble = _chunk(self.listing, at, answered, self.head)
        self._learn(chunk, trouble, answered)
        return chunk if chunk.pages else None

    def _learn(self, chunk: Chunk, trouble: Blocked | None, answered: Mapping[str, Reply]) -> None:
        done = [reply.seconds for reply in answered.values() if isinstance(reply, Done)]
        self.size.told(len(done), sum(done, Decimal()))
        if chunk.pages:
            self.pauses = iter(self.hook.pauses)
        if not chunk.pages or (trouble and trouble.code in STUMBLED):
            told = f"{trouble.code}: {trouble.text}" if trouble else "команды не выполнены"
            self._rest(TemporaryVendorError(f"Битрикс24: {self.listing.method}: {told}"))

    def _rest(self, fault: VendorError) -> None:
        """Ask after a pause, for less if the portal saw it. Raises the fault after enough pauses."""
        if not isinstance(fault, NotReached):
            self.size.halve()
        pause = next(self.pauses, None)
        if pause is None:
            raise fault
        log.info("%s. Повтор с того же места через %.0f с", fault, pause)
        time.sleep(pause)


def _chain(listing: Listing, at: int, pages: int) -> dict[str, Command]:
    """Put pages together so that each begins where the one before ends."""
    first = listing.page(at)
    path = (listing.items, PAGE - 1, listing.id_key) if listing.items else (PAGE - 1, listing.id_key)
    keys = [f"p{number:02}" for number in range(1, pages + 1)]
    later = (chained(first, f">{listing.id_key}", previous, path) for previous in keys)
    return dict(zip(keys, [first, *later], strict=False))


def _chunk(
    listing: Listing, at: int, answered: Mapping[str, Reply], head: int | None
) -> tuple[Chunk, Blocked | None]:
    """
    Follow a chain to its end, or as far as it came; also give what stopped it, if that may pass.

    A short page ends it if the portal could not go on from there, or was asked for none further. Where it
    goes on all the same, as if nothing had been said of ids, that is left out: the next request begins with
    a page whose beginning we know, and if it is empty there is no more.
    """
    rows: list[Row] = []
    pages, last, is_short = 0, at, False
    for reply in answered.values():
        if isinstance(reply, Done) and not is_short:
            page = _checked(listing, listing.rows(reply.value), last)
            rows, pages, is_short = rows + page, pages + 1, len(page) < PAGE
            last = listing.id_of(page[-1]) if page else last
        else:
            is_end = is_short and isinstance(reply, Refused) and reply.code == BAD_ARGUMENT
            if isinstance(reply, Refused) and not is_end:
                raise refusal(listing.method, reply)
            is_last = is_end or (is_short and not rows) or _reached(last, head)
            return Chunk(rows, last, pages, is_last), reply if isinstance(reply, Blocked) else None
    return Chunk(rows, last, pages, is_short or _reached(last, head)), None


def _checked(listing: Listing, page: Sequence[Row], last: int) -> list[Row]:
    """Look whether a page goes on from the last row and tells of each row what was asked for."""
    wanted = set(listing.select).difference(listing.optional)
    for row in page:
        if not wanted <= row.keys():
            missing = ", ".join(sorted(wanted.difference(row)))
            raise UnknownField(f"Битрикс24: {listing.method} не знает полей: {missing}")
        before, last = last, listing.id_of(row)
        if last <= before:
            raise BrokenReading(f"Битрикс24: {listing.method}: после {before} идёт {last}")
    if len(page) > PAGE:
        raise BrokenReading(f"Битрикс24: на странице {listing.method} {len(page)} строк")
    return list(page)


def _reached(last: int, head: int | None) -> bool:
    return head is not None and last >= head


def _without_empty(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what a query string cannot say, and the portal does not need."""
    return {name: value for name, value in params.items() if value not in ({}, [])}
