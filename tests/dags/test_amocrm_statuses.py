"""When ``amocrm_statuses`` runs, what its form says, and one run of it in Airflow itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pendulum
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun as AirflowRun
from airflow.settings import Session
from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable

from dags.amocrm_statuses import amocrm_statuses
from include.errors import ConfigError
from plugins.pipelines.amocrm_params import PARAMS
from plugins.pipelines.amocrm_statuses import STATUSES, scope_of
from plugins.steps.amocrm_statuses import PIPELINE, Scope
from tests.amocrm_account import AccountAtHand
from tests.amocrm_statuses.a_few_leads import opened

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY = TimeRestriction(
    earliest=pendulum.datetime(2026, 1, 1), latest=pendulum.datetime(2026, 1, 2), catchup=True
)


def test_every_hour_has_one_run_whose_interval_follows_the_one_before() -> None:
    schedule = amocrm_statuses().schedule
    timetable = CronDataIntervalTimetable(schedule.expression, timezone=schedule.timezone)
    last: DataInterval | None = None
    intervals = []
    while info := timetable.next_dagrun_info(last_automated_data_interval=last, restriction=A_DAY):
        last = info.data_interval
        intervals.append(info.data_interval)
    assert {each.end.minute for each in intervals} == {5}
    assert {(each.end - each.start).total_seconds() for each in intervals} == {3600}
    assert all(before.end == after.start for before, after in pairwise(intervals))
    assert len(intervals) == 24


def test_its_tasks_follow_one_another() -> None:
    assert [task.task_id for task in amocrm_statuses().topological_sort()] == [
        "choose_account", "open_run", "operate", "settle_push", "check_account", "stage_leads",
        "stage_deleted", "stage_events", "stage_contacts", "match_clients", "publish", "send_push", "report",
    ]  # fmt: skip


def test_what_is_usual_is_what_the_form_says_before_anybody_touches_it() -> None:
    assert dict(STATUSES.usual) == {name: param.value for name, param in PARAMS.items()}
    assert scope_of(STATUSES.usual, NOW) == Scope()


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-02-28T10:00:00Z", datetime(2026, 2, 28, 10, tzinfo=UTC)),
        ("2026-02-28T10:00:00+03:00", datetime(2026, 2, 28, 7, tzinfo=UTC)),
        ("2026-02-28", datetime(2026, 2, 27, 21, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_of_the_schedules_zone(told: str, meant: datetime) -> None:
    assert scope_of({"since": told}, NOW).since == meant


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "завтра"},
        {"since": "2026-03-02T00:00:00Z"},
        {"rebuild_only": True, "since": "2026-02-01T00:00:00Z"},
        {"rebuild_only": True, "full_refresh": True},
        {"operation": "reset", "full_refresh": True},
        {"operation": "disconnect", "resend_lead_ids": [1]},
        {"operation": "connect", "dry_run": True},
    ],
)
def test_what_cannot_be_or_not_together_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        scope_of(asked, NOW)


@pytest.mark.parametrize(
    "asked",
    [
        {"full_refresh": True},
        {"rebuild_only": True},
        {"since": "2026-02-01T00:00:00Z"},
        {"resend_lead_ids": [1]},
        {"operation": "reset"},
    ],
)
def test_a_backfill_does_nothing_beside_reading_its_events(asked: dict[str, object]) -> None:
    interval = (NOW - timedelta(hours=1), NOW)
    with pytest.raises(ConfigError, match="backfill"):
        scope_of(asked, NOW, interval)
    assert scope_of({"allow_drop": True}, NOW, interval).interval == interval


def test_leads_to_be_sent_again_are_each_named_once() -> None:
    assert scope_of({"resend_lead_ids": [7, 5, 7]}, NOW).resend_lead_ids == [5, 7]


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
def account(tmp_path: Path, warehouse_url: str, airflow_db: str) -> Iterator[AccountAtHand]:
    with opened(tmp_path, warehouse_url) as account:
        yield account


def test_in_airflow_a_run_builds_the_funnel_and_an_operation_skips_the_rest(account: AccountAtHand) -> None:
    made = in_airflow()
    assert str(made.state) == "success"
    assert account.counters(made) == {"entered": 3}
    assert account.figures()["licenses"]["sales_volume"] == 1000
    operated = in_airflow(operation="disconnect")
    states = {ti.task_id: str(ti.state) for ti in operated.get_task_instances()}
    assert (states["operate"], states["check_account"], states["report"]) == ("skipped", "skipped", "success")
    assert str(operated.state) == "success"
    assert account.rows("select state from ops.connection") == [{"state": "disconnected"}]
