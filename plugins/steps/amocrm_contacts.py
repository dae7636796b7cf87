"""Read contacts, if the settings let personal data be read; stage keys of clients (amocrm 5.7)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from include.amocrm.contact import ContactRow, contact_of
from include.amocrm.spelling import moment, whole
from include.wording import number
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_ahead import Leg
from plugins.hooks.amocrm_lists import ASC, DESC, Listing, contacts
from plugins.steps import ledger
from plugins.steps.amocrm_flying import Flying
from plugins.steps.amocrm_leads import refuse_too_many
from plugins.steps.amocrm_reading import (
    CONTACTS,
    CONTACTS_BACK,
    PAGES,
    Slice,
    advance,
    copy,
    cursor,
    going_on,
    open_slice,
    read_no,
)
from plugins.steps.amocrm_rights import may_show_more
from plugins.steps.amocrm_sound import sound
from plugins.steps.amocrm_staging import ascending
from plugins.steps.amocrm_statuses import SQL, OrderIgnored, Statuses
from plugins.steps.matching import ClientRule, match_clients, stage_client_rules
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

CLIENT_RULES = (ClientRule(1, "phone", "phone"), ClientRule(2, "email", "email"))
CREATE_WITH = ("phone", "email")
ROUNDS = 3  # where people delete and change faster than pages are read, it has to do
OUT_OF_ORDER = "Список контактов пришёл не по порядку. Ничего не изменено."


def stage_contacts(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read contacts changed since the last run; all of them at first, if asked for, or if more may show."""
    is_anew = job.scope.full_refresh or may_show_more(warehouse, job)
    known = None if is_anew else cursor(warehouse, job, CONTACTS)
    overlap = timedelta(minutes=job.settings.reading.overlap_minutes)
    since = None if known is None else known.replace(microsecond=0) - overlap
    part = going_on(warehouse, job, CONTACTS) or open_slice(
        warehouse, job, hook, CONTACTS, PAGES, (since, None)
    )
    while not part.is_done:
        part = _fly(warehouse, job, hook, part)
    _read_back(warehouse, job, hook, part)
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_older_contacts.sql", job.params)
    warehouse.analyze("stage.amocrm_statuses_contact")
    log.info("Контактов прочитано: %s", number(part.rows))


def stage_keys(warehouse: Warehouse, job: Statuses) -> None:
    """Stage by what clients are found, and the revision of the mart that this is true of."""
    revision = warehouse.select_one(ledger.SQL / "select_revision.sql", {}).revision
    counters = ledger.run(warehouse, job.run_id).counters
    planned = {"run_id": job.run_id, "counters": counters, "revision": revision}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    warehouse.run_file(SQL / "forget_contact_keys.sql", job.params)
    stage_client_rules(warehouse, job.run_id, CLIENT_RULES)
    warehouse.run_file(SQL / "stage_contact_keys.sql", job.params)


def match_anew(warehouse: Warehouse, job: Statuses) -> None:
    """Find clients once more: somebody has written to the mart since."""
    stage_keys(warehouse, job)
    match_clients(warehouse, job.run_id, CREATE_WITH)


def mark_read(warehouse: Warehouse, job: Statuses) -> None:
    """Take down that everything is staged, and how many leads the run has to account for so far."""
    with warehouse.transaction():
        stage_keys(warehouse, job)
        records = warehouse.select_one(SQL / "count_read.sql", job.params).records
        warehouse.run_file(ledger.SQL / "mark_staged.sql", {"run_id": job.run_id, "staged": records})


def _listing(part: Slice) -> Listing:
    return contacts(order=("id", ASC) if part.from_at is None else ("updated_at", DESC))


def _fly(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice) -> Slice:
    """
    Read pages: all by id, or the latest first until they are older than the window.

    A contact that moves to the top meanwhile is read by the next run: its window overlaps.
    """
    flying = Flying(part.page)
    for landed in hook.ahead(Leg(_listing(part), part.page + 1), lambda _: flying.landed()):
        refuse_too_many(job, CONTACTS, landed.number)
        flying.note(landed)
        _assert_order(part, landed.page.rows)
        moments = _told(landed.page.rows, "updated_at", moment)
        older = [part.from_at is not None and at < part.from_at for at in moments]
        is_done = (part.from_at is not None and all(older)) or not landed.page.has_next
        rows = _rows(warehouse, job, landed.page.rows)
        moved = {"requests": part.requests + landed.requests, "rows": part.rows + len(rows)}
        with warehouse.transaction():
            if landed.number == 1 and not is_done and not any(older):
                open_slice(warehouse, job, hook, CONTACTS_BACK, PAGES)
            part = _stage(warehouse, job, part, rows, page=landed.number, is_done=is_done, **moved)
        if is_done:
            break
    return part


def _read_back(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice) -> None:
    """
    Read a list that goes over several pages once more: from the last page but one to the first, one by one.

    A contact that is deleted, or merged into another, pulls those after it forward: some over a page's edge,
    to a page that was read before. Read backwards, they are pulled to a page that is still to be read.
    Nothing flies here: of pages read at once neither is before the other. ``page``: how many were read;
    ``rows``: how many contacts of what has changed had been missed.

    A list of all is read back only if it has not shown one that is known, or that a lead names. Of a list by
    the last change one that moves to the top pushes others back meanwhile: if this has shown any that had
    been missed, it is done again.
    """
    back = going_on(warehouse, job, CONTACTS_BACK)
    if back is not None and not back.page and part.from_at is None and not _are_missed(warehouse, job):
        back = advance(warehouse, back, is_done=True)
    while back is not None and not back.is_done:
        page_no = part.page - 1 - back.page
        page = hook.page(_listing(part), page_no)
        _assert_order(part, page.rows)
        rows = _rows(warehouse, job, page.rows)
        missed = 0 if part.from_at is None else _count_missed(warehouse, job, rows)
        moved = {"page": back.page + 1, "is_done": page_no == 1, "rows": back.rows + missed}
        with warehouse.transaction():
            back = _stage(warehouse, job, back, rows, requests=back.requests + 1, **moved)
            if back.is_done and back.rows and back.slice_no < ROUNDS:
                back = open_slice(warehouse, job, hook, CONTACTS_BACK, PAGES)


def _are_missed(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether a list of all has not shown a contact that should be there, as far as is known."""
    warehouse.analyze("stage.amocrm_statuses_contact")
    return bool(warehouse.select_one(SQL / "select_missed_contacts.sql", job.params).are_missed)


def _count_missed(warehouse: Warehouse, job: Statuses, rows: Sequence[ContactRow]) -> int:
    """Count contacts that the run has not staged just as they are now."""
    told = {"ids": [row.contact_id for row in rows], "ats": [row.updated_at for row in rows]}
    known = warehouse.select_one(SQL / "count_known_contacts.sql", {**job.params, **told}).known
    return len(rows) - int(known)


def _stage(
    warehouse: Warehouse, job: Statuses, part: Slice, found: Sequence[ContactRow], **moved: Any
) -> Slice:
    """Stage contacts of a page and move its slice, in the caller's transaction."""
    copy(warehouse, "contact", ContactRow._fields, (job.run_id, read_no(warehouse, job)), found)
    return advance(warehouse, part, **moved)


def _rows(warehouse: Warehouse, job: Statuses, items: Sequence[Mapping[str, Any]]) -> list[ContactRow]:
    return [row for row in sound(warehouse, job, items, contact_of) if row is not None]


def _assert_order(part: Slice, items: Sequence[Mapping[str, Any]]) -> None:
    """Raise OrderIgnored: a list without order ends nowhere before its end, and looks as if it did."""
    if part.from_at is None:
        in_order = ascending(_told(items, "id", whole))
    else:
        in_order = ascending(_told(items, "updated_at", moment)[::-1])
    if not in_order:
        raise OrderIgnored(OUT_OF_ORDER)


def _told(items: Sequence[Mapping[str, Any]], key: str, read: Callable[[Any], Any]) -> list[Any]:
    """Give what rows say by a key, without those that do not."""
    return [value for item in items if (value := read(item.get(key))) is not None]
