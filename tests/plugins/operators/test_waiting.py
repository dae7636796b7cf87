"""A long reading waits without a worker, and goes on where it stopped: no row twice, none left out."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.sdk import DAG, Context
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred
from airflow.sdk.execution_time.context import set_current_context
from airflow.settings import Session

from include.errors import AccessDenied
from include.settings.bitrix24_portal import Portal
from include.wording.runs import Words
from plugins.hooks.bitrix24 import Listing
from plugins.operators.waiting import WaitingOperator
from plugins.pipelines.bitrix24_portal import portal_hook, waits_for
from plugins.runs import Pipeline
from plugins.steps import ledger
from plugins.steps.scanning import advance, recall, resume
from plugins.triggers.budget import BudgetTrigger
from plugins.warehouse import Warehouse
from sandbox.control import Control
from sandbox.server import Credentials, running
from tests.dag_run import Task

CODE = "c0de-of-tests"
DEALS = Listing(
    "crm.item.list",
    {"stageSemanticId": "S"},
    ("id", "contactIds"),
    params={"entityTypeId": 2, "useOriginalUfNames": "Y"},
)


def pipeline() -> Pipeline[Any, Any]:
    parts: dict[str, Any] = {
        "name": "bitrix24_contact_totals",
        "param": None,
        "load": Portal,
        "sources": lambda portal: {portal.connection: True},
        "check": lambda portal, source: None,
        "job": lambda portal, run, params: portal,
        "conclude": lambda warehouse, run, job: True,
        "zone_of": lambda portal, source: ZoneInfo("Europe/Moscow"),
        "words": Words({}, {}, ""),
        "usual": {},
    }
    return Pipeline(**{name: parts[name] for name in Pipeline._fields})


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, warehouse_url: str) -> Iterator[Any]:
    url = urlsplit(warehouse_url)
    warehouse = {"conn_type": "postgres", "host": url.hostname, "port": url.port, "schema": url.path[1:]}
    login = {"login": url.username, "password": url.password}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(warehouse | login))
    with running(None, Credentials("demo", CODE)) as sandbox:
        extra = {"retry_pauses": [0] * 7, "timeout": 10, "patience": 0}
        connection = {"conn_type": "bitrix24", "host": sandbox.url, "login": "1", "password": CODE}
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps({**connection, "extra": extra}))
        yield Control(sandbox.url).vendor("bitrix24")


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    with psycopg.connect(warehouse_url) as connection:
        yield Warehouse(connection)


class Reading:
    """Reads all won deals of a run, and knows which rows it has staged."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.ids: list[int] = []
        self.attempts = 0

    def __call__(self, warehouse: Warehouse, job: Portal) -> None:
        self.attempts += 1
        hook = portal_hook(warehouse, job)
        scan = resume(warehouse, self.run_id, "deals", None, None)
        if scan.is_new:
            self.ids.clear()
        for chunk in hook.scan(DEALS, scan.last_id, scan.head_id):
            with warehouse.transaction():
                scan = advance(warehouse, scan, chunk)
            self.ids += [row["id"] for row in chunk.rows]


def opened(warehouse: Warehouse) -> int:
    run_id = ledger.open_run(
        warehouse, ledger.Occasion("bitrix24_contact_totals", "bitrix24", "manual__1", "manual")
    )
    assert run_id is not None
    return run_id


def execute(run_id: int, work: Callable[..., None], attempt: int = 1) -> None:
    operator = WaitingOperator(
        task_id="stage_deals", run_id=run_id, pipeline=pipeline(), work=work, waits_for=waits_for
    )
    dag_run = SimpleNamespace(run_id="manual__1", run_type=SimpleNamespace(value="manual"), conf={})
    context: Any = {"params": {"dry_run": False}, "dag_run": dag_run, "ti": Task(attempt)}
    with set_current_context(context):
        operator.execute(context)


def test_a_reading_that_the_time_of_its_method_stops_goes_on_later(portal: Any, warehouse: Warehouse) -> None:
    portal.order(generate={"deals": 9000, "contacts": 300, "seed": 1})
    portal.order(ways={"seconds": {"crm.item.list": 0.4}})
    portal.order(spend="crm.item.list", seconds=380)
    reading = Reading(run_id := opened(warehouse))
    with pytest.raises(TaskDeferred) as deferred:
        execute(run_id, reading)
    trigger = deferred.value.trigger
    assert isinstance(trigger, BudgetTrigger)
    assert (trigger.target, trigger.account, deferred.value.method_name) == (
        "bitrix24",
        "bitrix24",
        "execute",
    )
    assert ledger.run(warehouse, run_id).waits_until == trigger.until
    assert ledger.run(warehouse, run_id).state == "running"
    so_far = list(reading.ids)
    assert 0 < len(so_far) < 9000
    waits = 1
    while True:
        time_passes(portal, warehouse)
        try:
            execute(run_id, reading)
            break
        except TaskDeferred:
            waits += 1
    won = sorted(int(deal["id"]) for deal in portal.read("deals") if deal["stageSemanticId"] == "S")
    assert reading.ids == won
    assert reading.attempts == waits + 1
    assert ledger.run(warehouse, run_id).waits_until is None
    assert portal.read("method_time")["crm.item.list"]["blocked"] == 0
    assert portal.read("bucket")["violations"] == 0
    kept = recall(warehouse, run_id, "deals")
    assert kept is not None
    assert kept.rows == len(won)


def time_passes(portal: Any, warehouse: Warehouse) -> None:
    """Let eleven minutes pass, for both."""
    span = {"span": timedelta(minutes=11)}
    portal._control.advance(span["span"].total_seconds())
    warehouse.connection.execute("delete from ops.budget where window_start < now() - interval '15 minutes'")
    warehouse.connection.execute(
        """update ops.budget set window_start = window_start - %(span)s,
        resets_at = resets_at - %(span)s, blocked_until = blocked_until - %(span)s""",
        span,
    )


class Watched(WaitingOperator):
    """Knows by which events it was woken."""

    def execute(self, context: Context, event: Any = None) -> None:
        EVENTS.append(event)
        super().execute(context, event)


EVENTS: list[Any] = []


def test_in_airflow_its_trigger_wakes_it_by_an_event_and_it_goes_on(
    portal: Any, warehouse: Warehouse, airflow_db: str
) -> None:
    """What is deferred passes through Airflow's own serialisation, its triggerer and its resumption."""
    portal.order(generate={"deals": 9000, "contacts": 300, "seed": 1})
    portal.order(ways={"seconds": {"crm.item.list": 0.5}})
    reading = Reading(run_id := opened(warehouse))
    EVENTS.clear()

    def work(warehouse: Warehouse, job: Portal) -> None:
        if not reading.attempts:
            spend_what_drops_out_soon(portal)
        reading(warehouse, job)

    with DAG("waits_for_a_portal", schedule=None) as dag:
        Watched(task_id="stage_deals", run_id=run_id, pipeline=pipeline(), work=work, waits_for=waits_for)
    make_known(dag)
    dag_run = dag.test()
    if Session is not None:
        Session.remove()
    assert str(dag_run.state) == "success"
    assert [event and event["reason"] for event in EVENTS] == [None, "window ended"]
    assert reading.attempts == 2
    won = sorted(int(deal["id"]) for deal in portal.read("deals") if deal["stageSemanticId"] == "S")
    assert reading.ids == won
    assert len(won) > 2500  # more than the one request after which it slept
    assert ledger.run(warehouse, run_id).waits_until is None
    assert portal.read("method_time")["crm.item.list"]["blocked"] == 0


def make_known(dag: DAG) -> None:
    """Put a DAG of no file into Airflow's database, as its parser does with those of files."""
    bundles = DagBundlesManager()
    bundles.sync_bundles_to_db()
    bag = DagBag(os.devnull)
    bag.bag_dag(dag)
    sync_bag_to_db(bag, next(bundles.get_all_dag_bundles()).name, None)


def spend_what_drops_out_soon(portal: Any) -> None:
    """Let almost all of a method's time have been spent, ten minutes ago but for some seconds."""
    now = time.time()
    portal.order(spend="crm.item.list", seconds=380)
    portal._control.advance((now // 60 + 10) * 60 - 5 - now)


def test_a_fault_for_good_ends_the_run_and_not_the_wait(portal: Any, warehouse: Warehouse) -> None:
    def denied(warehouse: Warehouse, job: Portal) -> None:
        raise AccessDenied("вебхук не принят", http_status=401)

    run_id = opened(warehouse)
    with pytest.raises(AirflowFailException, match="вебхук не принят"):
        execute(run_id, denied)
    assert ledger.run(warehouse, run_id).state == "failed"
