"""Events that do not read: which question brings them, that asking it again ends, and what is kept of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.amocrm.rights import ADMIN, UNSEEN
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import ledger
from plugins.steps.amocrm_events import stage_events
from plugins.steps.amocrm_late import read_late
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_reading import RIGHTS_WHOLE
from plugins.steps.amocrm_rights import keep_rights, look_at_rights
from plugins.steps.amocrm_sound import Failure
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_merging import merge_reading
from plugins.steps.amocrm_unread import UnreadRow, keep_leads, sound_events, stage_unread
from plugins.steps.amocrm_unread_again import AT_MOST, read_unread
from tests.amocrm_account import NEW, PAID, QUOTE, SALES
from tests.plugins.steps.amocrm_reader import FIRST, Reader, reader_of

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = (JANUARY, JANUARY + timedelta(days=300))
SECONDS, HOUR = timedelta(seconds=2), timedelta(hours=1)
MOVED = "lead_status_changed"
STAGED = """
    select to_at - from_at as length, lead_ids, event_ids
    from stage.amocrm_statuses_unread
    order by from_at, event_ids
"""
KEPT = """
    select types, event_ids, problem
    from mart.amocrm_unread_events
    order by types, event_ids
"""
MESSAGES = """
    select details ->> 'message'
    from ops.run_log
    where run_id = %s and details ? 'message'
    order by 1
"""
KEEP = """
    insert into mart.amocrm_unread_events (account, from_at, to_at, types, lead_ids, event_ids, problem,
        since, asked_at, first_run_id)
    values ('amocrm', %s, %s, 'lead_status_changed', '{}', '{01odd}', 'Не читается', now(), now(), 0)
"""


@pytest.fixture
def reader(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        reader.begin_anew(max_limit=10)
        yield reader


def rows(reader: Reader, query: Any, *told: Any) -> list[Any]:
    return reader.warehouse.connection.execute(query, told).fetchall()


def odd(number: int, at: datetime | str) -> dict[str, Any]:
    """Give an event that does not tell from where a lead was moved."""
    told = at if isinstance(at, str) else int(at.timestamp())
    return {"id": f"odd{number}", "type": MOVED, "entity_id": FIRST, "created_at": told}


def staged(reader: Reader, items: Sequence[dict[str, Any]]) -> list[Any]:
    """Give the windows that a page of events is asked for again by, and which events are sought there."""
    sound_events(reader.warehouse, reader.job(), items, YEAR, [MOVED])
    return [(row[0], row[2]) for row in rows(reader, STAGED)]


def merge(reader: Reader, job: Statuses) -> None:
    """End a run, as far as events that do not read ask."""
    for name in ("forget_unread_events", "merge_unread_events"):
        reader.warehouse.run_file(SQL / f"{name}.sql", job.params | {"shows_all": True})
    ledger.close_run(reader.warehouse, job.run_id, "success")


def test_events_of_a_long_page_are_each_sought_in_their_own_second(reader: Reader) -> None:
    items = [odd(number, JANUARY + number * timedelta(days=30)) for number in range(8)]
    assert staged(reader, items) == [(SECONDS, [f"odd{number}"]) for number in range(8)]


def test_many_of_a_short_page_are_sought_at_once(reader: Reader) -> None:
    items = [odd(number, JANUARY + number * timedelta(minutes=5)) for number in range(8)]
    length = timedelta(minutes=35) + SECONDS
    assert staged(reader, items) == [(length, [f"odd{number}" for number in range(8)])]


def test_an_event_of_a_moment_that_does_not_read_or_was_not_asked_for_is_of_its_page(reader: Reader) -> None:
    ages_ago = JANUARY - timedelta(days=3000)
    items = [odd(1, "вчера"), odd(2, ages_ago), odd(3, JANUARY), odd(4, JANUARY + HOUR)]
    assert staged(reader, items) == [
        (HOUR + SECONDS, ["odd1", "odd2"]),
        (SECONDS, ["odd3"]),
        (SECONDS, ["odd4"]),
    ]


def test_events_of_leads_that_show_late_are_asked_for_again_by_those_leads(reader: Reader) -> None:
    """Whichever moments they tell: what else the account has of those years is not asked for."""
    reader.settings = {"reading": {"max_pages": 3}}
    path = [
        [SALES, (NEW, QUOTE)[day % 2], (JANUARY + day * timedelta(days=3)).isoformat()] for day in range(9)
    ]
    reader.crm.order(leads=[{"id": FIRST + place, "path": path} for place in range(20)])
    moments = [(JANUARY + month * timedelta(days=28)).isoformat() for month in range(6)]
    reader.crm.order(
        events=[{"id": f"odd{at}", "type": MOVED, "lead": FIRST + 25, "at": at} for at in moments]
    )
    reader.crm.order(leads=[{"id": FIRST + 25, "path": path[:1]}])
    known, hook = reader.job(), AmoCRMHook()
    stage_leads(reader.warehouse, known, hook)
    reader.publish(known)
    ledger.close_run(reader.warehouse, known.run_id, "success")
    rows(reader, "delete from mart.amocrm_lead where lead_id = %s returning 1", FIRST + 25)
    for name in ("leads", "events"):
        reader.keep_word(name, (datetime.now(UTC) - HOUR).isoformat())
    job = reader.job()
    reader.attempt(job, (stage_leads, read_late))
    [(_, lead_ids, event_ids)] = rows(reader, STAGED)
    assert (lead_ids, sorted(event_ids)) == ([FIRST + 25], [f"odd{at}" for at in moments])
    merge(reader, job)
    well = [
        {"id": f"odd{at}", "lead": FIRST + 25, "at": at, "from": path[0][:2], "to": path[1][:2]}
        for at in moments
    ]
    reader.crm.order(events=well)
    job = reader.job()
    reader.attempt(job, [read_unread])
    assert reader.asked("events") == 1
    assert reader.events(job) == {f"odd{at}" for at in moments}
    merge(reader, job)
    assert rows(reader, KEPT) == []


def test_a_window_with_more_pages_than_may_be_read_is_kept_and_stops_no_run(reader: Reader) -> None:
    reader.settings = {"reading": {"max_pages": 3}}
    path = [
        [SALES, (NEW, QUOTE)[day % 2], (JANUARY + day * timedelta(days=3)).isoformat()] for day in range(9)
    ]
    reader.crm.order(leads=[{"id": FIRST + place, "path": path} for place in range(20)])
    rows(reader, f"{KEEP} returning 1", *YEAR)
    job = reader.job()
    reader.attempt(job, [read_unread])
    assert reader.asked("events") == 3
    merge(reader, job)
    assert rows(reader, KEPT) == [(MOVED, ["01odd"], "Не читается")]


def test_a_page_of_which_nothing_reads_stops_no_reading_where_others_do(reader: Reader) -> None:
    path = [[SALES, (NEW, QUOTE)[n % 2], (JANUARY + n * HOUR).isoformat()] for n in range(12)]
    reader.crm.order(leads=[{"id": FIRST, "path": path}])
    first = [(JANUARY + n * SECONDS).isoformat() for n in range(1, 16)]  # the newest come first
    reader.crm.order(events=[{"id": f"odd{at}", "type": MOVED, "lead": FIRST, "at": at} for at in first])
    job = reader.job()
    reader.attempt(job, [stage_leads, stage_events])
    assert len(reader.events(job)) == 11
    kept = {event_id for (_, _, event_ids) in rows(reader, STAGED) for event_id in event_ids}
    assert kept == {f"odd{at}" for at in first}


def test_a_window_of_very_many_pages_is_left_soon(reader: Reader) -> None:
    path = [[SALES, (NEW, QUOTE)[n % 2], (JANUARY + n * HOUR).isoformat()] for n in range(AT_MOST + 5)]
    reader.begin_anew(max_limit=1)
    reader.crm.order(leads=[{"id": FIRST, "path": path}])
    rows(reader, f"{KEEP} returning 1", *YEAR)
    job = reader.job()
    reader.attempt(job, [read_unread])
    assert reader.asked("events") == AT_MOST
    merge(reader, job)
    assert len(rows(reader, KEPT)) == 1


def test_an_answer_to_another_question_ends_none(reader: Reader) -> None:
    path = [[SALES, NEW, (JANUARY - 9 * HOUR).isoformat()], [SALES, QUOTE, (JANUARY - 5 * HOUR).isoformat()]]
    reader.crm.order(leads=[{"id": FIRST, "path": path}], ways={"event_filters": "ignored"})
    rows(reader, f"{KEEP} returning 1", *YEAR)
    job = reader.job()
    reader.attempt(job, [read_unread])
    assert reader.events(job) == set()
    merge(reader, job)
    assert rows(reader, KEPT) == [(MOVED, ["01odd"], "Не читается")]


def test_nothing_is_asked_for_again_while_rights_may_hide_it(reader: Reader) -> None:
    rows(reader, f"{KEEP} returning 1", *YEAR)
    reader.keep_word(RIGHTS_WHOLE, ADMIN)
    job = reader.job()
    keep_rights(reader.warehouse, job, 1, f"{UNSEEN} 1")
    reader.attempt(job, [read_unread])
    assert reader.asked("events") == 0
    merge(reader, job)
    assert len(rows(reader, KEPT)) == 1


def test_what_was_not_there_while_rights_changed_is_asked_for_again(reader: Reader) -> None:
    rows(reader, f"{KEEP} returning 1", *YEAR)
    job, hook = reader.job(), AmoCRMHook()
    keep_rights(reader.warehouse, job, 1, ADMIN)
    reader.attempt(job, [read_unread])
    reader.crm.order(rights={"users": False, "leads": []})
    look_at_rights(reader.warehouse, job, hook)
    merge_reading(reader.warehouse, job)
    ledger.close_run(reader.warehouse, job.run_id, "success")
    assert len(rows(reader, KEPT)) == 1
    again = reader.job()
    keep_rights(reader.warehouse, again, 1, f"{UNSEEN} 1")
    reader.attempt(again, [read_unread])
    merge_reading(reader.warehouse, again)
    assert rows(reader, KEPT) == []


def test_a_lead_without_a_number_is_not_said_to_be_asked_for_again(reader: Reader) -> None:
    job = reader.job()
    keep_leads(reader.warehouse, job, [Failure({"id": FIRST}, "цена?"), Failure({}, "нет номера")])
    assert rows(reader, MESSAGES, job.run_id) == [
        ("Пропущено записей: 1. нет номера",),
        ("Пропущено записей: 1. цена?. Следующие запуски спросят о них снова.",),
    ]


def test_windows_of_other_types_are_kept_apart_each_with_its_own_problem(reader: Reader) -> None:
    items = [odd(1, JANUARY)]
    job = reader.job()
    sound_events(reader.warehouse, job, items, YEAR, [MOVED])
    other = [
        {**odd(2, JANUARY), "entity_id": "?"},
        {**odd(3, JANUARY + HOUR), "type": "lead_deleted", "entity_id": None},
    ]
    sound_events(reader.warehouse, job, other[:1], YEAR, ["lead_deleted", MOVED])
    sound_events(reader.warehouse, job, other[1:], YEAR, ["lead_deleted", MOVED])
    merge(reader, job)
    told = rows(reader, KEPT)
    assert [(row[0], row[1]) for row in told] == [
        (f"lead_deleted,{MOVED}", ["odd2"]),
        (f"lead_deleted,{MOVED}", ["odd3"]),
        (MOVED, ["odd1"]),
    ]
    assert ["odd2" in told[0][2], "odd3" in told[1][2], "odd1" in told[2][2]] == [True] * 3


def test_a_window_that_was_asked_for_again_is_known_as_it_is_now(reader: Reader) -> None:
    rows(reader, f"{KEEP} returning 1", *YEAR)
    job = reader.job()
    more = UnreadRow(None, "Ещё одно", *YEAR, MOVED, [], ["02odd"])
    stage_unread(reader.warehouse, job, [more])
    merge(reader, job)
    assert [(sorted(row[1]), row[2]) for row in rows(reader, KEPT)] == [(["01odd", "02odd"], "Ещё одно")]
    job = reader.job()
    stage_unread(reader.warehouse, job, [more._replace(event_ids=["03odd"], problem="Иное", is_all=True)])
    merge(reader, job)
    assert rows(reader, KEPT) == [(MOVED, ["03odd"], "Иное")]
