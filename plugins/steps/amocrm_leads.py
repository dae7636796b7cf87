"""
Read leads: what has changed since the last run, or all of them (amocrm 6).

An account that has paid for filters is read by the moment of the last change, without page numbers: a lead
that is updated meanwhile moves to the end and pulls its followers forward, so that a page number would skip
them. One that has not, by pages: all by id, or the latest first until they are older than the window.
"""

import logging
from datetime import datetime, timedelta
from itertools import count

from include.amocrm.lead import is_deleted
from include.amocrm.pages import Page
from include.amocrm_statuses.wording import LISTS
from include.wording import number
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_ahead import Landed, Leg, Room
from plugins.hooks.amocrm_lists import ASC, DESC, leads
from plugins.steps import ledger
from plugins.steps.amocrm_dictionary import staged_account
from plugins.steps.amocrm_flying import Flying
from plugins.steps.amocrm_keyset import Keyset
from plugins.steps.amocrm_reading import (
    FILTER,
    LEADS,
    PAGES,
    SCAN,
    Slice,
    cursor,
    going_on,
    note_page,
    open_slice,
)
from plugins.steps.amocrm_rights import are_unseen, may_show_more
from plugins.steps.amocrm_staging import (
    FilterIgnored,
    Stamp,
    ascending,
    count_known,
    keep_last_readings,
    not_after,
    stage_leads_page,
    stamps_of,
)
from plugins.steps.amocrm_statuses import SQL, OrderIgnored, Statuses, TooManyPages
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

DAILY = 1
PASSES = 5  # through a list that people change meanwhile
OUT_OF_ORDER = "Список сделок пришёл не по порядку ({}). Ничего не изменено."
TOO_MANY = (
    "Страниц списка «{}» больше {} (reading.max_pages): чтение остановлено, а не обрезано. "
    "Ничего не изменено."
)
IGNORED = "Аккаунт не применил фильтр по дате изменения: читаем список сделок страницами"


def stage_leads(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read the leads that a run needs, from where an earlier attempt has stopped."""
    if is_scan_due(warehouse, job):
        _read_all(warehouse, job, hook, SCAN)
    else:
        _read_changed(warehouse, job, hook)
    keep_last_readings(warehouse, job)
    part = going_on(warehouse, job, SCAN) or going_on(warehouse, job, LEADS)
    log.info("Сделок прочитано: %s", number(part.rows if part else 0))


def is_scan_due(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether all leads are read by id, so that those that vanished are seen: now and then."""
    if going_on(warehouse, job, LEADS) is not None:  # an earlier attempt has decided it
        return False
    if job.scope.full_refresh or going_on(warehouse, job, SCAN) is not None:
        return True
    if cursor(warehouse, job, LEADS) is None:
        return False
    return may_show_more(warehouse, job) or (job.scope.since is None and _is_long_ago(warehouse, job))


def _is_long_ago(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether all leads were read long ago; sooner where nobody can tell when rights show more."""
    last, days = cursor(warehouse, job, "id_scan"), job.settings.reading.id_scan_days
    days = min(days, DAILY) if are_unseen(warehouse, job) else days
    return last is None or job.now - last >= timedelta(days=days)


def _read_changed(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read what has changed; of an account never read before everything."""
    begun = going_on(warehouse, job, LEADS)
    if begun is not None and begun.is_done:
        return
    since = _since(warehouse, job)
    if since is None:
        _read_all(warehouse, job, hook, LEADS)
        return
    is_filtered = begun.mode == FILTER if begun else staged_account(warehouse, job).is_filter_enabled
    if is_filtered:
        try:
            part = begun or open_slice(warehouse, job, hook, LEADS, FILTER, (since, None))
            Keyset(warehouse, job, hook).read(part)
            return
        except FilterIgnored:
            _believe_no_filter(warehouse, job)
            begun = None
    part = begun or open_slice(warehouse, job, hook, LEADS, PAGES, (since, None))
    _read_latest(warehouse, job, hook, part)


def _since(warehouse: Warehouse, job: Statuses) -> datetime | None:
    """Say since when changes are read: never later than where the last run has ended; None: all of them."""
    last = cursor(warehouse, job, LEADS)
    if last is None:
        return None
    since = last.replace(microsecond=0) - timedelta(minutes=job.settings.reading.overlap_minutes)
    return min(since, job.scope.since.replace(microsecond=0)) if job.scope.since else since


def _believe_no_filter(warehouse: Warehouse, job: Statuses) -> None:
    log.warning(IGNORED)
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_reading.sql", {**job.params, "stream": LEADS})
        ledger.log_event(warehouse, job.run_id, "AMO_FILTER_IGNORED", {"message": IGNORED})


def _read_all(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, stream: str) -> None:
    """Read all leads by id, page after page."""
    part = going_on(warehouse, job, stream) or open_slice(warehouse, job, hook, stream, PAGES)
    if part.is_done:
        return
    flying, known = Flying(part.page), warehouse.select_one(SQL / "count_leads.sql", job.params).live

    def room(landed: Landed) -> Room | None:
        rows = len(landed.page.rows)
        return flying.landed(max(0, known - part.rows - rows) / max(rows, 1) if known else None)

    for landed in hook.ahead(Leg(leads(order=("id", ASC)), part.page + 1), room):
        refuse_too_many(job, part.stream, landed.number)
        stamps = stamps_of(landed.page.rows)
        if not ascending([stamp.lead_id for stamp in stamps]):
            raise OrderIgnored(OUT_OF_ORDER.format("id"))
        flying.note(landed)
        with warehouse.transaction():
            note_page(warehouse, part, landed.number, [each.lead_id for each in stamps], hook.vendor_now())
            ends = {"page": landed.number, "is_done": not landed.page.has_next}
            part = stage_leads_page(
                warehouse, job, part, landed.page.rows, hook.vendor_now(), landed.requests, **ends
            )


def _read_latest(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice) -> None:
    """Read the latest first until a whole page is older than the window; then what has come meanwhile."""
    for times in count(1):
        if part.is_done:
            break
        part = _pass(warehouse, job, hook, part, is_late=times > PASSES)


def _pass(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, is_late: bool) -> Slice:
    """
    Go through the list once, the latest first.

    A lead that is updated meanwhile moves to the top, behind our back. So all that has changed since the
    reading began is read again, until that brings nothing that was not there already; when it ``is_late``,
    nothing from before it began: the rest is the next run's, or a busy account were read for ever.
    """
    is_again, is_new = part.page == 0 and part.requests > 0, False
    window = (_until(job, part, is_again), part.began_at.replace(microsecond=0) if is_late else None)
    until = window[0]
    for page_no in range(part.page + 1, job.settings.reading.max_pages + 2):
        refuse_too_many(job, LEADS, page_no)
        page = hook.page(leads(order=("updated_at", DESC)), page_no)
        stamps = stamps_of(page.rows)
        if not ascending([stamp.updated_at for stamp in reversed(stamps)]):
            raise OrderIgnored(OUT_OF_ORDER.format("updated_at"))
        fresh = [stamp for stamp in stamps if stamp.updated_at >= until]
        now = hook.vendor_now()
        is_new = is_new or _brings_news(warehouse, job, part, page, window, now)
        is_last = not page.has_next or (len(fresh) < len(stamps) if is_again else not fresh)
        is_done = is_last and (not is_new if is_again else page_no == 1)
        ends = {"page": 0 if is_last else page_no, "is_done": is_done}
        with warehouse.transaction():
            note_page(warehouse, part, page_no, [each.lead_id for each in stamps], now)
            part = stage_leads_page(warehouse, job, part, page.rows, now, **ends)
        if is_last:
            break
    return part


def _brings_news(
    warehouse: Warehouse,
    job: Statuses,
    part: Slice,
    page: Page,
    window: tuple[datetime, datetime | None],
    now: datetime,
) -> bool:
    """Tell whether a page has leads that changed within a window and were not staged so before."""
    there = stamps_of([row for row in page.rows if not is_deleted(row)])
    from_at, to_at = window
    live = [
        Stamp(stamp.lead_id, not_after(now, stamp.updated_at, part.began_at))
        for stamp in there
        if from_at <= stamp.updated_at and (to_at is None or stamp.updated_at < to_at)
    ]
    return count_known(warehouse, job, live) < len(live)


def _until(job: Statuses, part: Slice, is_again: bool) -> datetime:
    """Say how far back a pass goes: to the window's beginning, later ones to where the first has begun."""
    begins = part.from_at or part.began_at
    overlap = timedelta(minutes=job.settings.reading.overlap_minutes)
    return max(begins, part.began_at - overlap) if is_again else begins


def refuse_too_many(job: Statuses, stream: str, page: int, most: int | None = None) -> None:
    """Raise TooManyPages instead of taking a part for the whole; ``most``: above fewer than usual."""
    allowed = min(most or page, job.settings.reading.max_pages)
    if page > allowed:
        raise TooManyPages(TOO_MANY.format(LISTS.get(stream, stream), allowed))
