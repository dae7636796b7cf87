"""Which run may have a source: a live one keeps it, a killed one is taken over, a waiting one gives way."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowRescheduleException,
    AirflowRuntimeError,
    AirflowSkipException,
)

from include.wording import moment_in
from plugins.defaults import ZONE
from plugins.faults import carrying_on
from plugins.opening import GAVE_WAY, TURN, WAITING, close_abandoned, open_run
from plugins.steps import ledger
from plugins.steps.actions import hold_off
from plugins.warehouse import Warehouse
from tests.faults.airflow_api import Airflow
from tests.faults.company import SETTINGS
from tests.faults.fresh import Place, fresh
from tests.faults.worker import wait_until_free

SOON = timedelta(milliseconds=600)


def occasion(dag_run_id: str, trigger: str = "manual") -> ledger.Occasion:
    return ledger.Occasion("deal_import", SETTINGS.sources[0].name, dag_run_id, trigger)


@pytest.fixture
def warehouse(url: str) -> Iterator[Warehouse]:
    with psycopg.connect(url) as connection:
        yield Warehouse(connection)


@pytest.fixture
def first(warehouse: Warehouse) -> int:
    """The run that has the source; nobody is at work on it at the moment."""
    run_id = ledger.open_run(warehouse, occasion("manual__1"))
    assert run_id
    return run_id


def come(warehouse: Warehouse, says: Airflow, trigger: str = "manual") -> int:
    """Let another DAG run want the source."""
    context: Any = {"ti": says}
    return open_run(warehouse, occasion(f"{trigger}__2", trigger), context, SOON)


def ends(warehouse: Warehouse, run_id: int) -> tuple[str, str | None]:
    run = ledger.run(warehouse, run_id)
    return run.state, run.error


@pytest.mark.parametrize("state", sorted(WAITING))
def test_a_run_keeps_its_source_while_airflow_waits_to_go_on_with_it(
    warehouse: Warehouse, first: int, state: str
) -> None:
    with pytest.raises(AirflowSkipException, match=rf"уже идёт.*{first}"):
        come(warehouse, Airflow("running", "success", state, None))
    assert ends(warehouse, first) == ("running", None)


def test_a_backfill_looks_again_later(warehouse: Warehouse, first: int) -> None:
    with pytest.raises(AirflowRescheduleException) as later:
        come(warehouse, Airflow("running", "up_for_retry"), "backfill")
    assert timedelta(0) < later.value.reschedule_date - datetime.now(UTC) <= TURN
    assert ends(warehouse, first) == ("running", None)


def test_what_no_other_run_does_as_well_waits_for_its_turn(warehouse: Warehouse, first: int) -> None:
    context: Any = {"ti": Airflow("running", "queued")}
    with pytest.raises(AirflowRescheduleException):
        open_run(warehouse, occasion("manual__2"), context, SOON, waits=True)
    with pytest.raises(AirflowSkipException):
        open_run(warehouse, occasion("manual__2"), context, SOON)
    assert ends(warehouse, first) == ("running", None)


@pytest.mark.parametrize("says", [Airflow("running", "success", "running", None), Airflow("running")])
def test_a_run_that_airflow_believes_in_but_nobody_works_on_is_taken_over_after_a_while(
    warehouse: Warehouse, first: int, says: Airflow
) -> None:
    assert come(warehouse, says) > first
    assert ends(warehouse, first) == ("failed", "Запуск был прерван и закрыт следующим.")


@pytest.mark.parametrize("says", [Airflow("failed"), Airflow("success"), Airflow("running", status=404)])
def test_a_run_whose_dag_run_is_over_or_deleted_is_taken_over_at_once(
    warehouse: Warehouse, first: int, says: Airflow
) -> None:
    assert come(warehouse, says) > first
    assert ends(warehouse, first)[0] == "failed"


@pytest.mark.parametrize("status", [401, 403, 409, 500, 503])
def test_an_airflow_that_does_not_answer_says_nothing_about_a_run(
    warehouse: Warehouse, first: int, status: int
) -> None:
    with pytest.raises(AirflowRuntimeError):
        come(warehouse, Airflow("running", status=status))
    assert ends(warehouse, first) == ("running", None)


def test_a_run_that_somebody_works_on_is_alive_whatever_airflow_says(
    warehouse: Warehouse, first: int, url: str
) -> None:
    with psycopg.connect(url) as other, ledger.hold(Warehouse(other), first):
        for says in (Airflow("failed"), Airflow("running", status=404), Airflow("running", status=500)):
            with pytest.raises(AirflowSkipException):
                come(warehouse, says)
    assert ends(warehouse, first) == ("running", None)


def waits(warehouse: Warehouse, run_id: int, *, minutes: int) -> datetime:
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    hold_off(warehouse, run_id, until)
    return until


def test_a_run_that_waits_for_a_budget_keeps_its_source_from_the_schedule(
    warehouse: Warehouse, first: int
) -> None:
    until = waits(warehouse, first, minutes=40)
    told = moment_in(until, ZoneInfo(ZONE))
    with pytest.raises(AirflowSkipException, match=f"ждёт, пока откроется лимит, до {told}"):
        come(warehouse, Airflow("running"), "scheduled")
    assert ends(warehouse, first) == ("running", None)


def test_a_run_that_waits_for_a_budget_gives_way_to_one_by_hand(warehouse: Warehouse, first: int) -> None:
    waits(warehouse, first, minutes=40)
    assert come(warehouse, Airflow("running", "deferred")) > first
    assert ends(warehouse, first) == ("partial", GAVE_WAY)
    assert ledger.run(warehouse, first).waits_until is None
    # Its task wakes up later, finds the run over, and is not red for that.
    with pytest.raises(AirflowSkipException, match="Уступил место"), carrying_on(warehouse, first):
        raise AssertionError("it went on")
    assert ends(warehouse, first) == ("partial", GAVE_WAY)


def test_a_run_that_waited_and_is_at_work_again_gives_no_way(
    warehouse: Warehouse, first: int, url: str
) -> None:
    waits(warehouse, first, minutes=-1)
    with (
        psycopg.connect(url) as other,
        ledger.hold(Warehouse(other), first),
        pytest.raises(AirflowSkipException),
    ):
        come(warehouse, Airflow("running", "running"))
    assert ends(warehouse, first) == ("running", None)


def test_runs_that_airflow_has_ended_are_closed_before_sources_are_chosen(
    warehouse: Warehouse, first: int, url: str
) -> None:
    context: Any = {"ti": Airflow("running")}
    close_abandoned(warehouse, "deal_import", context)
    assert ends(warehouse, first) == ("running", None)
    context = {"ti": Airflow("failed")}
    with psycopg.connect(url) as other, ledger.hold(Warehouse(other), first):
        close_abandoned(warehouse, "deal_import", context)
        assert ends(warehouse, first) == ("running", None)
    close_abandoned(warehouse, "deal_import", context)
    assert ends(warehouse, first)[0] == "failed"


def test_a_run_that_is_over_ends_a_late_task_in_red(warehouse: Warehouse, first: int) -> None:
    ledger.close_run(warehouse, first, "skipped", "…")
    with pytest.raises(AirflowFailException, match="уже закрыт"), carrying_on(warehouse, first):
        raise AssertionError("it went on")


HOLDER = """
import sys, psycopg
from plugins.steps import ledger
from plugins.warehouse import Params, Warehouse
with psycopg.connect(sys.argv[1]) as connection:
    warehouse = Warehouse(connection)
    run_id = ledger.open_run(warehouse, ledger.Occasion("deal_import", "main", "manual__1", "manual"))
    with ledger.hold(warehouse, run_id):
        print(run_id, flush=True)
        sys.stdin.read()
"""


def test_of_two_processes_on_one_source_the_second_is_told_of_the_first(company: Place) -> None:
    url = fresh(company)
    going: Any = {"ti": Airflow("running")}
    gone: Any = {"ti": Airflow("failed")}
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with psycopg.connect(url) as connection, first:
        assert first.stdout
        run_id = int(first.stdout.readline())
        warehouse = Warehouse(connection)
        with pytest.raises(AirflowSkipException, match=rf"уже идёт.*{run_id}"):
            open_run(warehouse, occasion("manual__2"), going)
        skipped = connection.execute(
            "select state, codes from ops.run inner join ops.run_log using (run_id)"
            " where dag_run_id = 'manual__2'"
        ).fetchall()
        assert skipped == [("skipped", ["RUN_ALREADY_ACTIVE"])]
        first.kill()
        first.wait()
        wait_until_free(warehouse, run_id)
        # Airflow knows by now that it was killed, and the next run takes over.
        assert open_run(warehouse, occasion("manual__2"), gone) > run_id
        assert ledger.run(warehouse, run_id).state == "failed"
