"""
Read windows of events page by page; the next one is on its way while a window ends (amocrm 6).

A page is staged and its window moved in one transaction. The end of a window where the page before has named
another is believed the second time: the window is read once more from its first page.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from include.amocrm.event import EventRow
from include.amocrm.pages import Page
from include.amocrm.spelling import moment
from include.amocrm.windows import progress
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_ahead import Landed, Leg, Room
from plugins.hooks.amocrm_lists import events
from plugins.steps.amocrm_flying import Flying, sure_of
from plugins.steps.amocrm_leads import refuse_too_many
from plugins.steps.amocrm_reading import EVENTS, Slice, advance, copy, slices
from plugins.steps.amocrm_statuses import Statuses, WindowOutside
from plugins.steps.amocrm_unread import sound_events
from plugins.warehouse import Warehouse

OUTSIDE = "Событие {} случилось {}, а просили с {} по {}. Ничего не изменено."


class Windows:
    """
    Windows that are read one after the other.

    ``following``: gives the next one, told the numbers of those under way and about how many pages the last
    of them has; None: there is none. ``types``: which events of a window are read. ``usual``: what lies in
    there was read by the last run or will be by the next; None: nobody else reads any of it.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        job: Statuses,
        hook: AmoCRMHook,
        following: Callable[[Sequence[int], float | None], Slice | None],
        types: Callable[[Slice], Sequence[str]],
        usual: tuple[datetime, datetime] | None = None,
    ) -> None:
        self._warehouse, self._job, self._hook = warehouse, job, hook
        self._following, self._types, self._usual = following, types, usual
        read = sum(part.page for part in slices(warehouse, job, EVENTS))
        self._flying = Flying(read)  # what flies ahead is a share of all
        self._legs: list[Slice] = []
        self._pages: float | None = None  # of the last of them, as far as can be told
        self._torn: set[int] = set()

    def read(self) -> None:
        """Read until there is no window left."""
        while (leg := self._begin()) is not None:
            for landed in self._hook.ahead(leg, self._room, self._open):
                if self._is_torn(landed):
                    break
                self._stage(landed, page=landed.number, is_done=not landed.page.has_next)

    def _begin(self) -> Leg | None:
        self._legs, self._pages = [], None
        return self._open()

    def _open(self) -> Leg | None:
        """Give the next window as the hook reads it; as dense as the one before it has some pages at once."""
        part = self._following([each.slice_no for each in self._legs], self._pages)
        if part is None:
            return None
        thought = self._pages * (_length(part) / _length(self._legs[-1])) if self._pages else 0.0
        self._legs.append(part)
        return Leg(events(*self._window(part), self._types(part)), part.page + 1, sure_of(thought))

    def _room(self, landed: Landed) -> Room | None:
        told = [moment(row.get("created_at")) for row in (*landed.page.rows[:1], *landed.page.rows[-1:])]
        ends = [at for at in told if at is not None]
        left: float | None = None
        if len(ends) == 2:
            come = progress(landed.number, (ends[0], ends[1]), self._window(self._legs[landed.leg]))
            self._pages, left = come
        return self._flying.landed(left)

    def _is_torn(self, landed: Landed) -> bool:
        """
        Tell whether a page is empty, perhaps for once; the window begins anew then.

        The first page of a window that another run reads, too, is believed: a quiet hour costs one request.
        """
        part = self._legs[landed.leg]
        if landed.page.rows or part.slice_no in self._torn or (landed.number == 1 and self._is_usual(part)):
            return False
        self._torn.add(part.slice_no)
        self._stage(landed, page=0)
        return True

    def _is_usual(self, part: Slice) -> bool:
        from_at, to_at = self._window(part)
        return self._usual is not None and self._usual[0] <= from_at and to_at <= self._usual[1]

    def _stage(self, landed: Landed, **ends: Any) -> None:
        part = self._legs[landed.leg]
        refuse_too_many(self._job, EVENTS, landed.number)
        self._flying.note(landed)
        rows = self._rows(landed.page, part)
        newest = [row.occurred_at for row in rows] + ([part.newest_at] if part.newest_at else [])
        ends |= {"ended_at": self._hook.vendor_now(), "newest_at": max(newest, default=None)}
        before = part.rows if ends["page"] else 0  # a window that begins anew brings them once more
        ends |= {"requests": part.requests + landed.requests, "rows": before + len(rows)}
        with self._warehouse.transaction():
            copy(self._warehouse, "event", EventRow._fields, (self._job.run_id,), rows)
            self._legs[landed.leg] = advance(self._warehouse, part, **ends)

    def _rows(self, page: Page, part: Slice) -> list[EventRow]:
        from_at, to_at = self._window(part)
        asked = (from_at, to_at), self._types(part)
        rows = sound_events(self._warehouse, self._job, page.rows, *asked, others_read=part.rows > 0)
        for row in rows:
            if not from_at <= row.occurred_at <= to_at:
                raise WindowOutside(OUTSIDE.format(row.event_id, row.occurred_at, from_at, to_at))
        return rows

    def _window(self, part: Slice) -> tuple[datetime, datetime]:
        return part.from_at or self._job.now, part.to_at or self._job.now


def read_window(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, types: Sequence[str]
) -> Slice:
    """Read one window, from where an earlier attempt has stopped."""

    def now() -> Slice:
        return slices(warehouse, job, part.stream)[part.slice_no - 1]

    def following(under_way: Sequence[int], _: float | None) -> Slice | None:
        return None if under_way or (known := now()).is_done else known

    Windows(warehouse, job, hook, following, lambda _: types).read()
    return now()


def _length(part: Slice) -> float:
    return (part.to_at - part.from_at).total_seconds() if part.from_at and part.to_at else 1.0
