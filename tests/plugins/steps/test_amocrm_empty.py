"""Lists that are empty for once, though there is something in them: nothing is passed over by that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.steps.amocrm_bin import stage_deleted
from plugins.steps.amocrm_reading import cursors
from tests.amocrm_account import FREE, PAID
from tests.plugins.steps.amocrm_reader import ALL, FIRST, LEADS, Reader, Step, leads, reader_of

SINCE = datetime(2026, 1, 10, 9, tzinfo=UTC)  # the leads changed an hour later
BIN: tuple[Step, ...] = (stage_deleted,)


@pytest.fixture
def free(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, FREE) as reader:
        yield reader


@pytest.fixture
def paid(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        yield reader


@pytest.mark.parametrize(
    ("is_known", "scope"),
    [(False, {}), (True, {}), (True, {"full_refresh": True})],
    ids=["first", "latest", "scan"],
)
def test_leads_that_are_not_there_for_once_are_asked_for_again(
    free: Reader, is_known: bool, scope: dict[str, Any]
) -> None:
    free.begin_anew()
    free.crm.order(leads=leads(7))
    if is_known:
        free.keep("leads", SINCE)
    job = free.job(**scope)
    free.crm.fault("204", method="leads")
    free.go_on(job, LEADS)
    assert free.staged(job) == free.truth()
    assert free.asked("leads") == 2


def test_an_account_without_leads_is_believed_to_have_none_when_it_says_so_twice(free: Reader) -> None:
    free.begin_anew()
    job = free.read(LEADS)
    assert free.asked("leads") == 2
    assert cursors(free.warehouse, job).keys() == {"leads", "id_scan"}


def test_that_nothing_has_changed_is_usual_and_asked_for_once_where_filters_are_heeded(paid: Reader) -> None:
    paid.begin_anew()
    paid.crm.order(leads=leads(7))
    paid.keep("leads", SINCE + timedelta(days=1))
    job = paid.read(LEADS)
    assert paid.asked("leads") == 1
    assert "leads" not in cursors(paid.warehouse, job)


def test_a_filtered_list_that_is_empty_for_once_moves_no_cursor_past_what_it_hid(paid: Reader) -> None:
    paid.begin_anew()
    paid.crm.order(leads=leads(7))
    paid.keep("leads", SINCE)
    job = paid.job()
    paid.crm.fault("204", method="leads")
    paid.go_on(job, LEADS)
    assert paid.staged(job) == {}
    assert paid.staged(paid.read(LEADS)) == paid.truth()


def test_a_lead_that_a_reading_of_all_missed_is_gone_when_it_is_told_twice(free: Reader) -> None:
    free.begin_anew()
    free.crm.order(leads=leads(7))
    free.publish(free.read(LEADS))
    free.crm.order(purge=[FIRST + 1])
    job = free.job(full_refresh=True)
    free.crm.order(rights={"leads": [FIRST + place for place in range(6)]})
    free.crm.order(at_page=1, of="deleted", rights={"leads": "all"})  # it was hidden while leads were read
    free.crm.fault("204", method="lead", about=f"lead:{FIRST + 6}")
    free.go_on(job, ALL)
    assert free.gone(job) == {FIRST + 1}


@pytest.mark.parametrize("is_known", [False, True], ids=["first", "later"])
def test_a_bin_that_is_empty_for_once_moves_no_cursor_past_what_is_in_it(
    free: Reader, is_known: bool
) -> None:
    free.begin_anew(max_limit=10)
    free.crm.order(leads=leads(25))
    if is_known:
        free.keep("deleted", datetime.now(UTC) - timedelta(hours=2))
    gone = set(range(FIRST, FIRST + 25))
    free.crm.order(delete=sorted(gone), at=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    job = free.job()
    free.crm.fault("204", method="deleted")
    free.go_on(job, BIN)
    assert (free.gone(job), free.asked("deleted")) == (set(), 1)
    assert free.gone(free.read(BIN)) == gone


def test_a_bin_that_is_read_from_the_beginning_is_asked_for_again(free: Reader) -> None:
    """What was hidden may lie in it for long: the next run does not look so far back."""
    free.begin_anew()
    free.crm.order(leads=leads(7))
    free.keep("deleted", datetime.now(UTC))
    free.crm.order(delete=[FIRST + 3], at=SINCE.isoformat())
    job = free.job(full_refresh=True)
    free.crm.fault("204", method="deleted")
    free.go_on(job, BIN)
    assert free.gone(job) == {FIRST + 3}
