"""
Records that do not read are kept in mind, so that they come back when they do (mart.amocrm_unread_*).

A lead by its number; an event by the window it is in, since its own number may be what is wrong. Each is told
once. Later runs ask for them again (``amocrm_unread_again``): the vendor may have mended them, or we.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from include.amocrm.event import EventRow, event_of
from include.amocrm.spelling import fingerprint, moment, text, whole
from plugins.steps.amocrm_reading import copy, read_no
from plugins.steps.amocrm_sound import Failure, Item, split, tell_left_out
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

ASKED_AGAIN = " Следующие запуски спросят о них снова."
SECOND = timedelta(seconds=1)
FEW = 5  # of a page: each is sought in its own second; more: in the page's window
Window = tuple[datetime, datetime]


class UnreadRow(NamedTuple):
    """What does not read, as staged in ``stage.amocrm_statuses_unread``. ``problem``: None: it does now."""

    lead_id: int | None
    from_at: datetime | None
    to_at: datetime | None
    types: str | None
    event_ids: list[str]
    problem: str | None


def keep_leads(warehouse: Warehouse, job: Statuses, failures: Sequence[Failure]) -> None:
    """Keep leads that do not read at all in mind, and tell of those that nobody knew of."""
    told = [(whole(each.item.get("id")), each.problem) for each in failures]
    numbered = [(lead_id, problem) for lead_id, problem in told if lead_id is not None]
    new = keep_numbers(warehouse, job, numbered)
    problems = [problem for lead_id, problem in told if lead_id is None or lead_id in new]
    tell_left_out(warehouse, job, problems, ASKED_AGAIN)


def keep_numbers(warehouse: Warehouse, job: Statuses, told: Sequence[tuple[int, str]]) -> set[int]:
    """Keep numbers of leads in mind with what is wrong; give those that nobody knew of."""
    ids = [lead_id for lead_id, _ in told]
    if not ids:
        return set()
    asked = {**job.params, "lead_ids": ids}
    known = {row.lead_id for row in warehouse.select(SQL / "select_known_unread_leads.sql", asked)}
    stage_unread(warehouse, job, [UnreadRow(lead_id, None, None, None, [], why) for lead_id, why in told])
    return set(ids) - known


def sound_events(
    warehouse: Warehouse, job: Statuses, items: Sequence[Item], window: Window, types: Sequence[str]
) -> list[EventRow]:
    """Read events; keep those that do not read in mind, and tell of those that nobody knew of."""
    found, failures = split(items, event_of)
    if failures and (new := _unknown(warehouse, job, failures)):
        windows, names = _windows(items, new, window), ",".join(types)
        rows = [UnreadRow(None, *each, names, ids, new[0].problem) for each, ids in windows.items()]
        stage_unread(warehouse, job, rows)
        tell_left_out(warehouse, job, [each.problem for each in new], ASKED_AGAIN)
    return [row for row in found if row is not None]


def _unknown(warehouse: Warehouse, job: Statuses, failures: Sequence[Failure]) -> list[Failure]:
    """Give the events that nobody knew of."""
    asked = {**job.params, "event_ids": [event_id(each.item) for each in failures]}
    known = {row.event_id for row in warehouse.select(SQL / "select_known_unread_events.sql", asked)}
    return [each for each in failures if event_id(each.item) not in known]


def event_id(item: Item) -> str:
    """Name an event that does not read; by all it says where it has no number."""
    return text(item.get("id")) or fingerprint([item])


def stage_unread(warehouse: Warehouse, job: Statuses, rows: Sequence[UnreadRow]) -> None:
    """Stage what does not read, or does so again."""
    number = read_no(warehouse, job)
    copy(warehouse, "unread", UnreadRow._fields, (job.run_id, number), rows)


def _windows(items: Sequence[Item], failures: Sequence[Failure], window: Window) -> dict[Window, list[str]]:
    """Say where to look for events: in their seconds, else in the window of their page."""
    told = [at for item in items if (at := moment(item.get("created_at"))) is not None]
    inside = [at for at in told if window[0] <= at <= window[1]]
    page = (min(inside) - SECOND, max(inside) + SECOND) if inside else window
    found: dict[Window, list[str]] = {}
    for each in failures:
        at = moment(each.item.get("created_at"))
        own = page if at is None or len(failures) > FEW else (at - SECOND, at + SECOND)
        found.setdefault(own, []).append(event_id(each.item))
    return found
