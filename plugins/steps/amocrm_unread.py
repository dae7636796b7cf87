"""
Records that do not read are kept in mind, so that they come back when they do (mart.amocrm_unread_*).

A lead by its number; an event by a question that brings it, since its own number may be what is wrong: its
second, or its page's window, or all events of the leads it was found with. Each is told once. Later runs ask
for them again (``amocrm_unread_again``): the vendor may have mended them, or we.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from include.amocrm.event import EventRow, event_of
from include.amocrm.spelling import fingerprint, moment, text, whole
from plugins.steps.amocrm_reading import SECOND, copy, read_no
from plugins.steps.amocrm_sound import Failure, Item, attempted, split, tell_left_out
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

ASKED_AGAIN = ". Следующие запуски спросят о них снова."
FEW = 5  # of a page: each is sought in its own second; more: in the page's window, if that is short
SHORT = timedelta(hours=1)  # what comes to be seen in it later is no more than a run reads anyway
Window = tuple[datetime, datetime]


class UnreadRow(NamedTuple):
    """
    What does not read, as staged in ``stage.amocrm_statuses_unread``. ``problem``: None: it does now.

    Of events the question that brings them. ``lead_ids``: whose they are, none: whoever's. ``is_all``: it was
    asked again, and these are all that do not read.
    """

    lead_id: int | None
    problem: str | None
    from_at: datetime | None = None
    to_at: datetime | None = None
    types: str | None = None
    lead_ids: list[int] | None = None
    event_ids: list[str] | None = None
    is_all: bool = False


def keep_leads(warehouse: Warehouse, job: Statuses, failures: Sequence[Failure]) -> None:
    """Keep leads that do not read at all in mind by their numbers, and tell of those nobody knew of."""
    told = [(whole(each.item.get("id")), each.problem) for each in failures]
    numbered = [(lead_id, problem) for lead_id, problem in told if lead_id is not None]
    new = keep_numbers(warehouse, job, numbered)
    tell_left_out(warehouse, job, [why for lead_id, why in numbered if lead_id in new], ASKED_AGAIN)
    tell_left_out(warehouse, job, [why for lead_id, why in told if lead_id is None])


def keep_numbers(warehouse: Warehouse, job: Statuses, told: Sequence[tuple[int, str]]) -> set[int]:
    """Keep numbers of leads in mind with what is wrong; give those that nobody knew of."""
    ids = [lead_id for lead_id, _ in told]
    if not ids:
        return set()
    asked = {**job.params, "lead_ids": ids}
    known = {row.lead_id for row in warehouse.select(SQL / "select_known_unread_leads.sql", asked)}
    stage_unread(warehouse, job, [UnreadRow(lead_id, why) for lead_id, why in told])
    return set(ids) - known


def sound_events(
    warehouse: Warehouse,
    job: Statuses,
    items: Sequence[Item],
    window: Window,
    types: Sequence[str],
    *,
    others_read: bool = False,
) -> list[EventRow]:
    """
    Read events of a page; keep those that do not read in mind, and tell of those nobody knew of.

    Raises Unreadable if none of many does, unless others of the window do.
    """
    found, failures = (attempted if others_read else split)(items, event_of)
    if new := _unknown(warehouse, job, failures):
        _keep(warehouse, job, _windows(items, new, window), types)
    return [row for row in found if row is not None]


def sound_events_of(
    warehouse: Warehouse,
    job: Statuses,
    items: Sequence[Item],
    window: Window,
    types: Sequence[str],
    lead_ids: Sequence[int],
) -> list[EventRow]:
    """Do the same with all events of a few leads: the very question that brought them is asked again."""
    found, failures = attempted(items, event_of)
    if new := _unknown(warehouse, job, failures):
        _keep(warehouse, job, {window: new}, types, lead_ids)
    return [row for row in found if row is not None]


def _keep(
    warehouse: Warehouse,
    job: Statuses,
    found: Mapping[Window, Sequence[Failure]],
    types: Sequence[str],
    lead_ids: Sequence[int] = (),
) -> None:
    rows = [
        UnreadRow(None, new[0].problem, *window, ",".join(types), [*lead_ids], list(map(event_id_of, new)))
        for window, new in found.items()
    ]
    problems = [each.problem for new in found.values() for each in new]
    with warehouse.transaction():  # what is staged is known to the next attempt, which does not tell of it
        stage_unread(warehouse, job, rows)
        tell_left_out(warehouse, job, problems, ASKED_AGAIN)


def _unknown(warehouse: Warehouse, job: Statuses, failures: Sequence[Failure]) -> list[Failure]:
    """Give the events that nobody knew of."""
    if not failures:
        return []
    asked = {**job.params, "event_ids": list(map(event_id_of, failures))}
    known = {row.event_id for row in warehouse.select(SQL / "select_known_unread_events.sql", asked)}
    return [each for each in failures if event_id_of(each) not in known]


def event_id_of(failure: Failure) -> str:
    """Name an event that does not read; by all it says where it has no number."""
    return text(failure.item.get("id")) or fingerprint([failure.item])


def stage_unread(warehouse: Warehouse, job: Statuses, rows: Sequence[UnreadRow]) -> None:
    """Stage what does not read, or does so again."""
    number = read_no(warehouse, job)
    copy(warehouse, "unread", UnreadRow._fields, (job.run_id, number), rows)


def _windows(
    items: Sequence[Item], failures: Sequence[Failure], window: Window
) -> dict[Window, list[Failure]]:
    """
    Say where to look for events: in their own seconds, or in the window of their page.

    That of a long page may show much more later, as when rights have hidden most of it.
    """
    told = [at for item in items if (at := _inside(item, window)) is not None]
    page = (min(told) - SECOND, max(told) + SECOND) if told else window
    are_together = len(failures) > FEW and page[1] - page[0] <= SHORT
    found: dict[Window, list[Failure]] = {}
    for each in failures:
        at = _inside(each.item, window)
        own = page if at is None or are_together else (at - SECOND, at + SECOND)
        found.setdefault(own, []).append(each)
    return found


def _inside(item: Item, window: Window) -> datetime | None:
    at = moment(item.get("created_at"))
    return at if at is not None and window[0] <= at <= window[1] else None
