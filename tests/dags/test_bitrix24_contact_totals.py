"""When ``bitrix24_contact_totals`` runs, what its form says, and one run of it in Airflow itself."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pendulum
import psycopg
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun as AirflowRun
from airflow.settings import Session
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable

from dags.bitrix24_contact_totals import bitrix24_contact_totals
from include.settings.bitrix24_contact_totals import ContactTotalsSettings
from plugins.pipelines.bitrix24_contact_totals import TOTALS, scope_of, years_of
from plugins.pipelines.contact_totals_params import PARAMS
from plugins.steps.bitrix24_contact_totals import PIPELINE, Scope
from tests.bitrix24_contact_totals.club import SETTINGS, open_club
from tests.bitrix24_contact_totals.dag_run import DagRun
from tests.bitrix24_portal import NO_PACE, Portal, portal_in

ROOT = Path(__file__).resolve().parents[2]
MOSCOW = ZoneInfo("Europe/Moscow")
TWO_YEARS = TimeRestriction(
    earliest=pendulum.datetime(2026, 1, 1), latest=pendulum.datetime(2028, 1, 1), catchup=True
)
USUAL = ContactTotalsSettings()


def runs() -> Iterator[DagRunInfo]:
    """Give the runs by schedule of two years."""
    schedule = bitrix24_contact_totals().schedule
    timetable = CronDataIntervalTimetable(schedule.expression, timezone=schedule.timezone)
    last: DataInterval | None = None
    while info := timetable.next_dagrun_info(last_automated_data_interval=last, restriction=TWO_YEARS):
        yield info
        last = info.data_interval


def test_every_local_date_has_exactly_one_run_at_a_quarter_past_four() -> None:
    local = [run.run_after.astimezone(MOSCOW) for run in runs()]
    assert {(run.hour, run.minute) for run in local} == {(4, 15)}
    days = (date(2028, 1, 1) - date(2026, 1, 2)).days
    assert Counter(run.date() for run in local) == Counter(
        date(2026, 1, 2) + timedelta(days=day) for day in range(days + 1)
    )


def test_the_date_of_a_backfill_touches_the_years_of_its_interval() -> None:
    for run in runs():
        ends = {run.data_interval.start, run.data_interval.end}
        wanted = {moment.astimezone(MOSCOW).year for moment in ends}
        assert years_of(USUAL, "backfill", run.logical_date) == wanted


@pytest.mark.parametrize(
    ("slot", "years"),
    [
        (datetime(2025, 12, 30, 1, 15, tzinfo=UTC), {2025}),
        (datetime(2025, 12, 31, 1, 15, tzinfo=UTC), {2025, 2026}),
        (datetime(2026, 1, 1, 1, 15, tzinfo=UTC), {2026}),
        (datetime(2025, 12, 30, 21, 15, tzinfo=UTC), {2025, 2026}),  # 00:15 of the next date in Moscow
    ],
)
def test_years_begin_at_midnight_of_the_settings_zone(slot: datetime, years: set[int]) -> None:
    assert years_of(USUAL, "backfill", slot) == years
    assert years_of(USUAL, "scheduled", slot) is None
    assert years_of(USUAL, "manual", None) is None


def test_what_a_person_asks_of_a_backfill_narrows_it() -> None:
    assert scope_of({"years": [2026, 2024]}, {2025, 2026}).years == [2026]
    assert scope_of({"years": None}, {2026, 2025}).years == [2025, 2026]
    assert scope_of({}).years is None


def test_what_is_usual_is_what_the_form_says_before_anybody_touches_it() -> None:
    assert dict(TOTALS.usual) == {name: param.value for name, param in PARAMS.items()}
    assert scope_of(TOTALS.usual) == Scope()


def test_its_tasks_follow_one_another() -> None:
    assert [task.task_id for task in bitrix24_contact_totals().topological_sort()] == [
        "choose_portal", "open_run", "settle_totals", "check_portal", "stage_deals", "plan_totals",
        "stage_contacts", "match_clients", "plan_writes", "send_totals", "read_back", "report",
    ]  # fmt: skip


def in_airflow(**conf: object) -> AirflowRun:
    """Run the DAG by hand, in this process, as ``airflow dags test`` does."""
    dag = DagBag(ROOT / "dags").dags[PIPELINE]
    for task in dag.tasks:
        task.retries = 0  # a test does not wait for a second attempt
    form = {name: param.value for name, param in PARAMS.items()}
    dag_run: AirflowRun = dag.test(run_conf=form | conf, logical_date=None)
    if Session is not None:
        Session.remove()  # or Airflow rolls it back at its exit, when the server is gone
    return dag_run


@pytest.fixture
def portal(tmp_path: Path, warehouse_url: str, airflow_db: str) -> Iterator[Portal]:
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with portal_in(tmp_path, warehouse_url, DagRun, {PIPELINE: SETTINGS}) as opened:
        open_club(opened.crm)
        yield opened


def test_in_airflow_a_trial_plans_what_a_run_then_writes(portal: Portal) -> None:
    trial = in_airflow(dry_run=True)
    assert (str(trial.state), portal.written()) == ("success", [])
    planned = [(each["key"], each["after"]) for each in portal.actions(trial)]
    made = in_airflow()
    assert str(made.state) == "success"
    assert [(each["key"], each["after"]) for each in portal.actions(made)] == planned
    assert portal.run_of(made)["trigger"] == "manual"
    assert len([method for method, _, _ in portal.written() if method == "crm.item.update"]) == 3


def test_in_airflow_a_run_that_a_guard_has_stopped_is_red_and_tells_what_to_do(portal: Portal) -> None:
    portal.crm.order(rights={"admin": False})
    made = in_airflow()
    assert str(made.state) == "failed"
    states = {ti.task_id: str(ti.state) for ti in made.get_task_instances()}
    assert (states["check_portal"], states["stage_deals"], states["report"]) == (
        "failed", "upstream_failed", "failed",
    )  # fmt: skip
    assert portal.run_of(made)["state"] == "failed"
