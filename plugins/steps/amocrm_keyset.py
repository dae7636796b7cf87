"""
Read leads in order of their last change, each request from where the one before has ended (amocrm 6).

Nothing is skipped by an update meanwhile: a lead that moves, moves behind the place that has been reached.
Whether the ends of a window belong to it is not documented; the answers show it.
"""

from datetime import datetime
from itertools import count

from include.amocrm.pages import Page
from include.amocrm.spelling import Unreadable
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import ASC, leads
from plugins.steps.amocrm_reading import SECOND, Slice
from plugins.steps.amocrm_staging import FilterIgnored, ascending, stage_leads_page, stamps_of
from plugins.steps.amocrm_statuses import Statuses, TooManyPages
from plugins.warehouse import Warehouse

ORDER = ("updated_at", ASC)
ENDLESS = (
    "Сделки меняются быстрее, чем читаются: {} страниц (reading.max_pages) не хватило. Ничего не изменено."
)
NO_MOMENT = "amoCRM: ни одна сделка страницы не говорит, когда изменена"


class Keyset:
    """A reading of what has changed since a moment."""

    def __init__(self, warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
        self._warehouse = warehouse
        self._job = job
        self._hook = hook
        self._is_inclusive: bool | None = None  # None: no answer has shown it yet
        self._requests = 0  # made since a page was staged last
        self._is_first = True

    def read(self, part: Slice) -> Slice:
        """Read to the end. Raises FilterIgnored when rows come that were not asked for."""
        self._is_first = part.requests == 0
        while not part.is_done:
            begins = part.from_at
            if begins is None:
                raise ValueError("a reading by filter begins at a moment")
            page = self._from(begins)
            last = _last(page) if page.has_next else None
            if last is not None and last <= begins:
                part = self._second(self._stage(part, page), begins)
                continue
            further = last or begins
            part = self._stage(part, page, from_at=further, is_done=not page.has_next)
        return part

    def _from(self, begins: datetime) -> Page:
        """Ask for what has changed at a moment or later."""
        if self._is_inclusive is False:
            return self._asked(begins - SECOND, None)
        page = self._asked(begins, None)
        was_first, self._is_first = self._is_first, False
        if _at(page, begins):
            self._is_inclusive = True
        if self._is_inclusive or was_first:
            return page
        again = self._asked(begins - SECOND, None)
        if not _at(again, begins):  # the lead of that moment has moved on, or a page was empty for once
            again = self._asked(begins - SECOND, None)
        if _at(again, begins):  # it was not shown when asked for from its own moment on
            self._is_inclusive = False
        return again

    def _second(self, part: Slice, at: datetime) -> Slice:
        """
        Read a second with more leads than a page holds, until once more brings nothing new.

        There were some a moment ago: that there are none is believed when it is said twice.
        """
        window = (at - SECOND if self._is_inclusive is False else at, at + SECOND)
        seen: set[int] = set()
        for times in count(1):
            before = len(seen)
            number, has_next = 1, True
            while has_next:
                page = self._asked(*window, number)
                seen |= {stamp.lead_id for stamp in stamps_of(page.rows)}
                part = self._stage(part, page, from_at=at)
                number, has_next = number + 1, page.has_next
            if len(seen) == before and times > 1:
                break
        return self._stage(part, Page(()), from_at=at + SECOND)

    def _stage(self, part: Slice, page: Page, **changes: object) -> Slice:
        requests, self._requests = self._requests, 0
        changes["page"] = part.page + 1
        if part.page >= self._job.settings.reading.max_pages:
            raise TooManyPages(ENDLESS.format(self._job.settings.reading.max_pages))
        now = self._hook.vendor_now()
        return stage_leads_page(self._warehouse, self._job, part, page.rows, now, requests, **changes)

    def _asked(self, from_at: datetime, to_at: datetime | None, number: int = 1) -> Page:
        """Ask for a page; what comes must be what was asked for."""
        page = self._hook.page(leads(from_at, to_at, ORDER), number)
        self._requests += 1
        moments = [stamp.updated_at for stamp in stamps_of(page.rows)]
        is_inside = all(from_at <= at and (to_at is None or at <= to_at) for at in moments)
        if not is_inside or not ascending(moments):
            raise FilterIgnored
        return page


def _last(page: Page) -> datetime:
    """Give the moment to go on from. Raises Unreadable when no row of the page tells its own."""
    stamps = stamps_of(page.rows)
    if not stamps:
        raise Unreadable(NO_MOMENT)
    return stamps[-1].updated_at


def _at(page: Page, moment: datetime) -> bool:
    return any(stamp.updated_at == moment for stamp in stamps_of(page.rows))
