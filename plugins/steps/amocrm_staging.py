"""Put pages of leads into ``stage.amocrm_statuses_*``: rows of the bin apart from live ones (amocrm 0.5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from include.amocrm.lead import (
    UNREAD_OPTIONAL,
    UNREAD_PRICE,
    GoneRow,
    LeadContactRow,
    LeadRead,
    LeadRow,
    TagRow,
    deleted_of,
    is_deleted,
    lead_of,
)
from include.amocrm.spelling import moment, must, whole
from include.amocrm.values import NO_FIELD, UNKNOWN_TYPE, UNPARSABLE, ValueRow
from include.errors import DealflowError
from include.wording.speech import say
from plugins.steps.amocrm_dictionary import zone_of_fields
from plugins.steps.amocrm_reading import Slice, advance, copy, read_no
from plugins.steps.amocrm_sound import UNREADABLE, attempted, sound, split, tell_once
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_unread import keep_leads, keep_numbers
from plugins.warehouse import Warehouse

Item = Mapping[str, Any]
TOLD = (
    (UNREAD_PRICE, UNPARSABLE, "Бюджет не читается и оставлен пустым, сделки: {}."),
    (
        UNREAD_OPTIONAL,
        UNREADABLE,
        "Дата закрытия, причина отказа или ответственный не читаются и оставлены пустыми, сделки: {}.",
    ),
    (NO_FIELD, UNREADABLE, "Значение поля без номера поля пропущено, сделки: {}."),
)
CLOCKS = timedelta(seconds=5)  # by which clocks of the vendor's servers may differ
TABLES = ("forget_older_leads", "forget_older_values", "forget_older_tags", "forget_older_lead_contacts")


class Stamp(NamedTuple):
    """Which lead a row is of, and when that was changed last."""

    lead_id: int
    updated_at: datetime


def stamp_of(item: Item) -> Stamp:
    """Read what a reading needs to know of a row. Raises Unreadable."""
    lead_id = must(whole(item.get("id")), "сделка", "id")
    return Stamp(lead_id, must(moment(item.get("updated_at")), f"сделка {lead_id}", "updated_at"))


def stamps_of(items: Sequence[Item]) -> list[Stamp]:
    """Read what a reading needs to know of rows; one that does not tell it is left out. Raises Unreadable."""
    return split(items, stamp_of)[0]


def ascending(values: Sequence[Any]) -> bool:
    """Tell whether values come in order, equal ones side by side."""
    return all(before <= after for before, after in pairwise(values))


def stage_leads_page(
    warehouse: Warehouse,
    job: Statuses,
    part: Slice,
    items: Sequence[Item],
    now: datetime,
    requests: int = 1,
    **changes: Any,
) -> Slice:
    """Stage a page of leads and move its slice, in one transaction; ``now``: by the vendor's clock."""
    zone, keep_raw = zone_of_fields(warehouse, job), job.settings.reading.keep_raw
    there, in_bin = ([item for item in items if is_deleted(item) is wanted] for wanted in (False, True))
    with warehouse.transaction():
        live, failures = split(there, lambda item: lead_of(item, keep_raw, zone))
        keep_leads(warehouse, job, failures)
        live = [_of_today(read, part, now) for read in live]
        gone = sound(warehouse, job, in_bin, deleted_of)
        _copy(warehouse, job, live, gone)
        newest = [read.row.updated_at for read in live] + [row.deleted_at for row in gone if row.deleted_at]
        newest += [part.newest_at] if part.newest_at is not None else []
        moved = {"requests": part.requests + requests, "rows": part.rows + len(items)}
        return advance(warehouse, part, newest_at=max(newest, default=None), **moved | changes)


def _of_today(read: LeadRead, part: Slice, now: datetime) -> LeadRead:
    """
    Let a lead that claims to be changed in the future, as one brought in may, be changed now.

    Else it would let the cursor pass all changes until then, and none of its own would count.
    """
    return read._replace(row=read.row._replace(updated_at=not_after(now, read.row.updated_at, part.began_at)))


def not_after(now: datetime, told: datetime, began_at: datetime) -> datetime:
    """Give what is ``told`` of a change; if that is in the future, the second in which the reading began."""
    return told if told <= now + CLOCKS else began_at.replace(microsecond=0)


def reads_well(warehouse: Warehouse, job: Statuses, item: Item) -> bool:
    """Tell whether all of a lead reads."""
    found, _ = attempted([item], lambda each: lead_of(each, False, zone_of_fields(warehouse, job)))
    return bool(found) and not {problem for problem, _, _ in TOLD} & set(found[0].problems)


def stage_gone_page(
    warehouse: Warehouse,
    job: Statuses,
    part: Slice,
    gone: Sequence[GoneRow],
    requests: int = 1,
    **changes: Any,
) -> Slice:
    """Stage leads that are not there any more and move a slice, in one transaction."""
    with warehouse.transaction():
        copy(warehouse, "gone", GoneRow._fields, (job.run_id, read_no(warehouse, job)), gone)
        moved = {"requests": part.requests + requests, "rows": part.rows + len(gone)}
        return advance(warehouse, part, **moved | changes)


def keep_last_readings(warehouse: Warehouse, job: Statuses) -> None:
    """Drop what was read of a lead before its last reading, and let the planner know what is left."""
    with warehouse.transaction():
        for name in reversed(TABLES):  # of the leads last: the others are told by them which reading that is
            warehouse.run_file(SQL / f"{name}.sql", job.params)
    warehouse.analyze(*(f"stage.amocrm_statuses_{name}" for name in ("lead", "value", "tag", "lead_contact")))


def count_known(warehouse: Warehouse, job: Statuses, stamps: Sequence[Stamp]) -> int:
    """Count the leads that are staged already just as they are now."""
    asked = {"ids": [each.lead_id for each in stamps], "ats": [each.updated_at for each in stamps]}
    return int(warehouse.select_one(SQL / "count_known_leads.sql", {**job.params, **asked}).known)


def _copy(warehouse: Warehouse, job: Statuses, live: Sequence[LeadRead], gone: Sequence[GoneRow]) -> None:
    read = (job.run_id, read_no(warehouse, job))
    copy(warehouse, "lead", LeadRow._fields, read, [each.row for each in live])
    copy(warehouse, "value", ValueRow._fields, read, [row for each in live for row in each.values])
    copy(warehouse, "tag", TagRow._fields, read, [row for each in live for row in each.tags])
    copy(
        warehouse,
        "lead_contact",
        LeadContactRow._fields,
        read,
        [row for each in live for row in each.contacts],
    )
    copy(warehouse, "gone", GoneRow._fields, read, gone)
    _tell(warehouse, job, live)


def _tell(warehouse: Warehouse, job: Statuses, live: Sequence[LeadRead]) -> None:
    """Tell what of these leads is kept otherwise than it came, or not at all."""
    if any(UNKNOWN_TYPE in each.problems for each in live):
        tell_once(warehouse, job, UNKNOWN_TYPE, {})
    for problem, code, words in TOLD:
        told = say(words)
        leads = [
            (each.row.lead_id, told.format(each.row.lead_id)) for each in live if problem in each.problems
        ]
        if new := sorted(keep_numbers(warehouse, job, leads)):
            message = told.format(", ".join(map(str, new)))
            tell_once(warehouse, job, code, {"message": message, "lead_ids": new})


class FilterIgnored(DealflowError):
    """The account has returned rows that were not asked for: its filters are off (amocrm 0.1)."""
