"""Readings of amoCRM's lists while people work there: nobody is lost, whoever moves when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amocrm.event import MOVED, SALE, TYPES
from include.amocrm.spelling import Unreadable
from include.errors import WindowSpent
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps.amocrm_dictionary import ask
from plugins.steps.amocrm_events import stage_events
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_statuses import SQL, RightsLost, TooManyPages
from tests.amocrm_account import FREE, NEW, PAID, QUOTE, SALES
from tests.plugins.steps.amocrm_reader import ALL, FIRST, LEADS, Reader, examples, leads, reader_of

MANY = examples(few=15, thorough=400)
BOUNDS = ("inclusive", "exclusive", "half-open")
ROWS = 10  # of a page, so that few leads make many pages
OLD, CHANGED = 15, 45
SINCE = datetime(2026, 1, 10, 10, tzinfo=UTC)

PLACES = st.integers(0, OLD + CHANGED - 1)
PAGES = st.integers(1, 8)
MOVES = st.lists(st.tuples(PAGES, st.lists(PLACES, min_size=1, max_size=25)), max_size=4)


@pytest.fixture(params=[PAID, FREE])
def reader(request: pytest.FixtureRequest, tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, request.param) as reader:
        yield reader


@pytest.fixture
def paid(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        yield reader


@pytest.fixture
def free(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, FREE) as reader:
        yield reader


def touch(reader: Reader, page: int, places: list[int]) -> None:
    """Let people change leads just before a page of leads is read."""
    told = {str(FIRST + place): {"name": f"Позвонил перед {page}-й"} for place in places}
    reader.crm.order(at_page=page, of="leads", set=told)


def changed(place: int, at_once: int = 1) -> str:
    """Say when a lead was changed last: the first ones long ago, so many of the others in each second."""
    if place < OLD:
        return "2026-01-05T10:00:00Z"
    return (SINCE + timedelta(seconds=(place - OLD) // at_once)).isoformat()


@MANY
@given(moves=MOVES, at_once=st.sampled_from([1, 3, 25]), bounds=st.sampled_from(BOUNDS))
def test_who_is_updated_between_pages_of_what_has_changed_hides_nobody(
    reader: Reader, moves: list[tuple[int, list[int]]], at_once: int, bounds: str
) -> None:
    reader.begin_anew(max_limit=ROWS, filter_bounds=bounds)
    reader.crm.order(leads=leads(OLD + CHANGED, lambda place: changed(place, at_once)))
    reader.keep("leads", SINCE)
    job = reader.job()
    for page, places in moves:
        touch(reader, page, places)
    reader.go_on(job, LEADS)
    assert set(range(FIRST + OLD, FIRST + OLD + CHANGED)) <= reader.staged(job).keys()
    again = reader.read(LEADS)
    truth = {lead: at for lead, at in reader.truth().items() if at >= SINCE.timestamp()}
    assert truth.items() <= reader.staged(job, again).items()


@MANY
@given(moves=MOVES)
def test_nor_does_anybody_while_all_are_read_for_the_first_time(
    reader: Reader, moves: list[tuple[int, list[int]]]
) -> None:
    reader.begin_anew(max_limit=ROWS)
    reader.crm.order(leads=leads(OLD + CHANGED))
    job = reader.job()
    for page, places in moves:
        touch(reader, page, places)
    reader.go_on(job, LEADS)
    assert reader.staged(job).keys() == reader.truth().keys()
    assert reader.staged(job, reader.read(LEADS)) == reader.truth()


@MANY
@given(
    deletions=st.lists(
        st.tuples(PAGES, st.lists(PLACES, min_size=1, max_size=15, unique=True)), min_size=1, max_size=3
    ),
    is_first=st.booleans(),
    vanish=st.sampled_from(["yes", "no"]),
)
def test_leads_deleted_between_pages_pull_nobody_out_of_sight(
    reader: Reader, deletions: list[tuple[int, list[int]]], is_first: bool, vanish: str
) -> None:
    reader.begin_anew(max_limit=ROWS, deleted_events_vanish=vanish)
    reader.crm.order(leads=leads(OLD + CHANGED, changed))
    if not is_first:
        reader.keep("leads", SINCE)
    job = reader.job()
    for page, places in deletions:
        reader.crm.order(at_page=page, of="leads", delete=[FIRST + place for place in places])
    reader.go_on(job, ALL)
    wanted = {lead: at for lead, at in reader.truth().items() if is_first or at >= SINCE.timestamp()}
    assert wanted.keys() <= reader.staged(job).keys()


@pytest.mark.parametrize("bounds", BOUNDS)
def test_a_second_with_more_leads_than_fit_a_page_is_read_whole(reader: Reader, bounds: str) -> None:
    reader.begin_anew(filter_bounds=bounds)
    at = (SINCE + timedelta(seconds=7)).isoformat()
    reader.crm.order(leads=leads(700, lambda place: at if place < 690 else changed(OLD + place)))
    reader.keep("leads", SINCE)
    job = reader.job()
    touch(reader, 3, [5, 600])
    reader.go_on(job, LEADS)
    assert len(reader.staged(job)) == 700
    assert reader.staged(job, reader.read(LEADS)) == reader.truth()
    assert reader.asked("leads") < 12


@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("request_no", range(1, 8))
def test_a_page_of_such_a_second_that_is_empty_for_once_hides_nobody(
    paid: Reader, bounds: str, request_no: int
) -> None:
    paid.begin_anew(filter_bounds=bounds, max_limit=ROWS)
    at = (SINCE + timedelta(seconds=7)).isoformat()
    paid.crm.order(leads=leads(28, lambda place: at if place < 25 else changed(OLD + place)))
    paid.keep("leads", SINCE)
    job = paid.job()
    paid.crm.fault("204", method="leads", after=request_no)  # the first is believed; the next run asks again
    paid.go_on(job, LEADS)
    assert len(paid.staged(job)) == 28


def test_people_who_never_rest_do_not_keep_a_reading_going(free: Reader) -> None:
    free.begin_anew(max_limit=ROWS)
    free.crm.order(leads=leads(25, lambda _: (SINCE + timedelta(seconds=7)).isoformat()))
    free.keep("leads", SINCE)
    job = free.job()
    for page in range(1, 100):
        touch(free, page, [page % 25])
    free.go_on(job, LEADS)
    assert len(free.staged(job)) == 25
    assert free.asked("leads") < 40
    assert free.staged(job, free.read(LEADS)).keys() == free.truth().keys()


def test_a_lead_that_reads_no_more_does_not_keep_a_reading_going(free: Reader) -> None:
    free.begin_anew(max_limit=ROWS)
    free.crm.order(leads=leads(25, lambda _: (SINCE + timedelta(seconds=7)).isoformat()))
    free.keep("leads", SINCE)
    job, lost = free.job(), str(FIRST + 3)
    odd = {"spell": {lost: {"status_id": "?"}}, "set": {lost: {"price": 7}}}
    free.crm.order(at_page=4, of="leads", **odd)
    free.go_on(job, LEADS)
    assert len(free.staged(job)) == 25
    assert free.asked("leads") < 40


def test_leads_that_never_read_or_come_from_the_future_do_not_keep_a_reading_going(free: Reader) -> None:
    free.begin_anew(max_limit=ROWS)
    free.crm.order(leads=leads(25, lambda _: (SINCE + timedelta(seconds=7)).isoformat()))
    free.keep("leads", SINCE)
    now = datetime.now(UTC).replace(microsecond=0)
    ahead = (now + timedelta(days=30)).isoformat()
    free.crm.order(leads=[{"id": FIRST + 100, "path": [[SALES, NEW, ahead]]}])
    free.crm.order(spell={str(FIRST + 3): {"status_id": "?"}}, set={str(FIRST + 3): {"price": 7}})
    job = free.job()
    free.go_on(job, LEADS)
    assert len(free.staged(job)) == 25
    assert free.asked("leads") < 12


def test_a_change_told_of_hours_to_come_hides_none_until_then(paid: Reader) -> None:
    paid.begin_anew()
    paid.crm.order(leads=leads(5))
    paid.publish(paid.read())
    soon = (datetime.now(UTC) + timedelta(hours=5)).replace(microsecond=0).isoformat()
    paid.crm.order(leads=[{"id": FIRST + 100, "path": [[SALES, NEW, soon]]}])
    paid.publish(paid.read())
    paid.crm.order(set={str(FIRST): {"price": 5}})
    assert FIRST in paid.staged(paid.read(LEADS))


def test_a_lead_dated_ahead_takes_the_changes_that_come_before_that(reader: Reader) -> None:
    reader.begin_anew()
    soon = (datetime.now(UTC) + timedelta(hours=5)).replace(microsecond=0).isoformat()
    reader.crm.order(leads=[{"id": FIRST, "path": [[SALES, NEW, soon]]}])
    query = "select price::int from mart.amocrm_lead"
    for price in (5, 7):
        reader.crm.order(set={str(FIRST): {"price": price}}, **({"at": soon} if price == 5 else {}))
        job = reader.read(LEADS)
        reader.warehouse.run_file(SQL / "merge_leads.sql", job.params)
        assert reader.warehouse.connection.execute(query).fetchall() == [(price,)]


def test_the_next_reading_begins_where_the_last_has_ended(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=leads(300))
    reader.read(LEADS)
    assert reader.asked("leads") == 2
    reader.read(LEADS)
    assert reader.asked("leads") == 1
    reader.crm.order(set={str(FIRST): {"price": 5}})
    assert FIRST in reader.staged(reader.read(LEADS))


def test_an_end_on_the_third_page_is_believed_when_it_is_told_twice(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS)
    reader.crm.order(leads=leads(35))
    job = reader.job()
    reader.crm.fault("204", method="leads", after=2)
    reader.go_on(job, LEADS)
    assert len(reader.staged(job)) == 35
    reader.begin_anew(max_limit=ROWS)
    reader.crm.order(leads=leads(35))
    job = reader.job()
    reader.crm.fault("204", method="leads", after=2, times=2)
    reader.go_on(job, LEADS)
    assert len(reader.staged(job)) == 20


def test_so_it_is_in_the_list_of_events(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS)
    many_events(reader, 35)
    job = reader.job()
    reader.crm.fault("204", method="events", after=2)
    reader.go_on(job)
    assert len(reader.events(job)) == 35


def test_a_window_that_is_empty_for_once_loses_nothing_after_days_without_a_run(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS)
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    path = [[SALES, NEW, begun.isoformat()], [SALES, QUOTE, (begun + timedelta(hours=2)).isoformat()]]
    reader.crm.order(leads=[{"id": FIRST, "path": path}])
    reader.keep("leads", begun)
    for name, word in (("events", begun.isoformat()), ("event_types", ",".join(TYPES))):
        reader.keep_word(name, word)
    job = reader.job()
    reader.crm.fault("204", method="events")
    reader.go_on(job, (stage_leads, stage_events))
    assert len(reader.events(job)) == 1
    assert reader.asked("events") == 2


def test_a_filter_that_is_ignored_is_found_out_by_the_rows(paid: Reader) -> None:
    paid.begin_anew(max_limit=ROWS)
    paid.crm.order(leads=leads(OLD + CHANGED, changed))
    paid.keep("leads", SINCE)
    job = paid.job()
    paid.crm.order(account={"filters": False})
    paid.go_on(job, LEADS)
    assert "AMO_FILTER_IGNORED" in paid.codes(job)
    assert set(range(FIRST + OLD, FIRST + OLD + CHANGED)) <= paid.staged(job).keys()


def test_a_filter_that_is_switched_off_between_two_pages_is_found_out_too(paid: Reader) -> None:
    paid.begin_anew(max_limit=ROWS)
    paid.crm.order(leads=leads(OLD + CHANGED, changed))
    paid.keep("leads", SINCE)
    job = paid.job()
    paid.crm.order(at_page=3, of="leads", account={"filters": False})
    paid.go_on(job, LEADS)
    assert "AMO_FILTER_IGNORED" in paid.codes(job)
    assert set(range(FIRST + OLD, FIRST + OLD + CHANGED)) <= paid.staged(job).keys()


def test_too_many_pages_stop_the_reading_rather_than_cut_it(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS)
    reader.crm.order(leads=leads(35))
    reader.settings = {"reading": {"max_pages": 3}}
    with pytest.raises(TooManyPages):
        reader.read(LEADS)


def test_only_fifty_rows_where_more_were_asked_for_are_not_the_end(reader: Reader) -> None:
    reader.begin_anew(max_limit=249)
    reader.crm.order(leads=leads(130))
    assert len(reader.staged(reader.read(LEADS))) == 130


def test_a_lead_whose_number_is_larger_than_an_integer_is_read(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=[{"id": 2**31 + 5, "path": [[SALES, NEW, "2026-01-02T10:00:00Z"]]}])
    assert list(reader.staged(reader.read())) == [2**31 + 5]


def test_what_was_staged_before_an_interruption_is_not_asked_for_again(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS)
    reader.crm.order(leads=leads(45))
    job = reader.job()
    reader.crm.fault("402", method="leads", after=3)
    with pytest.raises(Exception, match="оплачен"):
        reader.attempt(job, LEADS)
    assert reader.asked("leads") == 4
    reader.go_on(job, LEADS)
    assert reader.asked("leads") == 6
    assert reader.staged(job) == reader.truth()


def test_events_that_vanish_while_pages_are_read_take_no_others_with_them(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS, deleted_events_vanish="yes")
    many_events(reader, 45)
    job = reader.job()
    gone = list(range(FIRST, FIRST + 9)) + list(range(FIRST + 36, FIRST + 45))
    reader.crm.order(at_page=3, of="events", delete=gone)
    reader.go_on(job)
    there = {event["id"] for event in reader.crm.read("events")
             if event["type"] in TYPES and event["entity_id"] not in gone}  # fmt: skip
    assert there <= reader.events(job)
    assert "AMO_READ_AGAIN" in reader.codes(job)


def test_a_lead_purged_from_the_bin_is_found_by_the_reading_of_all(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=leads(30))
    job = reader.read()
    reader.publish(job)
    reader.crm.order(purge=[FIRST + 3])
    job = reader.read(full_refresh=True)
    assert "AMO_LEADS_MISSING" in reader.codes(job)
    assert reader.gone(job) == {FIRST + 3}


def many_events(reader: Reader, count: int) -> None:
    path = [[SALES, NEW, "2026-01-02T10:00:00Z"], [SALES, QUOTE, "2026-01-03T10:00:00Z"]]
    reader.crm.order(leads=[{"id": FIRST + place, "path": path} for place in range(count)])


def test_types_of_events_that_are_new_to_the_settings_leave_the_overlap_of_the_others_as_it_is(
    paid: Reader,
) -> None:
    paid.begin_anew()
    known = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    paid.keep("events", known)
    paid.keep_word("event_types", ",".join(TYPES))
    paid.settings = {"policies": {"price_basis": "at_success"}}
    paid.crm.order(leads=[{"id": FIRST, "path": [[SALES, NEW, "2026-01-02T10:00:00Z"]], "price": 1}])
    moments = [known - timedelta(days=2), known - timedelta(minutes=20), known + timedelta(minutes=20)]
    for no, at in enumerate(moments):
        paid.crm.order(move={str(FIRST): [SALES, (QUOTE, NEW)[no % 2]]}, at=at.isoformat())
        paid.crm.order(set={str(FIRST): {"price": 10 + no}}, at=at.isoformat())
    job = paid.read((stage_leads, stage_events))
    query = "select distinct type, occurred_at from stage.amocrm_statuses_event where run_id = %s"
    read = paid.warehouse.connection.execute(query, (job.run_id,)).fetchall()
    assert {at for kind, at in read if kind == MOVED} == set(moments[1:])
    assert {at for kind, at in read if kind == SALE} == set(moments)


@pytest.mark.parametrize("fault", ["500", "429", "reset", "cut", "html"])
def test_a_fault_among_requests_in_the_air_costs_one_request_and_no_row(paid: Reader, fault: str) -> None:
    paid.begin_anew(max_limit=ROWS)
    many_events(paid, 600)
    job = paid.job()
    paid.crm.fault(fault, method="events", after=41)
    paid.go_on(job)
    assert len(paid.events(job)) == 600
    windows, wasted = 3, 1
    assert paid.asked("events") <= 60 * 1.04 + windows + wasted


def test_a_window_that_is_spent_while_requests_fly_goes_on_where_it_was(paid: Reader) -> None:
    paid.begin_anew(max_limit=ROWS)
    many_events(paid, 400)
    job = paid.job()
    paid.crm.fault("429", method="events", after=35, retry_after=3600)
    with pytest.raises(WindowSpent):
        paid.attempt(job)
    assert 300 <= len(paid.events(job)) < 400
    paid.go_on(job)
    assert len(paid.events(job)) == 400
    assert paid.asked("events") <= 40 * 1.04 + 5


def test_much_less_than_was_known_is_not_believed_to_be_gone(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=leads(40))
    reader.publish(reader.read())
    reader.crm.order(rights={"leads": list(range(FIRST, FIRST + 15))})
    with pytest.raises(RightsLost, match="15 из 40"):
        reader.read(full_refresh=True)
    reader.forget("id_scan")  # it is due by itself: the hour goes on, and nobody is taken for gone
    job = reader.read()
    assert (reader.codes(job) >= {"AMO_RIGHTS_LOST"}, reader.gone(job)) == (True, set())
    job = reader.read(full_refresh=True, allow_drop=True)
    assert len(reader.gone(job)) == 25


def test_a_few_that_vanished_are_gone_however_few_there_were(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=leads(15))
    reader.publish(reader.read())
    reader.crm.order(purge=[FIRST, FIRST + 7])
    reader.forget("id_scan")
    assert reader.gone(reader.read()) == {FIRST, FIRST + 7}
    reader.crm.order(rights={"leads": [FIRST + 1, FIRST + 2]})
    reader.forget("id_scan")
    job = reader.read()
    assert (reader.codes(job) >= {"AMO_RIGHTS_LOST"}, reader.gone(job)) == (True, set())


def test_a_lead_that_is_listed_and_does_not_read_is_not_missing(reader: Reader) -> None:
    """However many others are, so that not each is asked one by one."""
    reader.begin_anew()
    reader.crm.order(leads=leads(130))
    reader.publish(reader.read())
    gone = set(range(FIRST, FIRST + 105))
    reader.crm.order(purge=sorted(gone), spell={str(FIRST + 129): {"status_id": "?"}})
    assert reader.gone(reader.read(full_refresh=True, allow_drop=True)) == gone


def test_leads_that_do_not_read_are_not_taken_for_rights_that_were_lost(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=leads(40))
    reader.publish(reader.read())
    reader.crm.order(spell={str(FIRST + place): {"status_id": "?"} for place in range(30)})
    reader.forget("id_scan")
    job = reader.read()
    assert ("AMO_RIGHTS_LOST" in reader.codes(job), reader.gone(job)) == (False, set())


def test_a_day_is_the_accounts_whichever_zone_reports_are_made_by(paid: Reader) -> None:
    paid.begin_anew()
    paid.settings = {"timezone": "America/New_York"}
    paid.crm.order(fields=[{"id": 1500105, "name": "Срок", "type": "date"}])
    midnight_in_moscow = 1767646800
    paid.crm.order(leads=[{"id": FIRST, "fields": {1500105: midnight_in_moscow}}])
    paid.read(LEADS)
    query = "select value_text from stage.amocrm_statuses_value"
    assert paid.warehouse.connection.execute(query).fetchall() == [("2026-01-06",)]


def test_a_list_that_is_empty_for_once_does_not_make_a_dictionary_go(reader: Reader) -> None:
    reader.begin_anew()
    for method in ("pipelines", "fields", "reasons"):
        reader.crm.fault("204", method=method)
    hook = AmoCRMHook()
    known = ask(hook, hook.account())
    assert known.pipelines
    again = ask(hook, hook.account(), known._replace(fields=[1], reasons=[1]))  # type: ignore[list-item]
    for method in ("pipelines", "fields", "reasons"):
        reader.crm.fault("204", method=method)
    assert ask(hook, hook.account(), again) == again
    reader.crm.fault("204", method="pipelines", times=2)
    with pytest.raises(Unreadable):
        ask(hook, hook.account(), again)


def test_who_asks_for_the_latest_alone_gets_what_was_not_read_before_as_well(reader: Reader) -> None:
    reader.begin_anew()
    reader.crm.order(leads=leads(5))
    lately = datetime.now(UTC) - timedelta(minutes=1)
    assert len(reader.staged(reader.read(LEADS, since=lately))) == 5
    reader.begin_anew()
    reader.crm.order(leads=leads(OLD + CHANGED, changed))
    reader.keep("leads", SINCE)
    assert len(reader.staged(reader.read(LEADS, since=lately))) >= CHANGED
