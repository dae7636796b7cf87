"""``deal_import`` as a whole, in one process: its tasks in their order, a real warehouse, files by link."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.asset import AssetEvent, AssetModel
from airflow.models.dagrun import DagRun
from airflow.settings import Session
from airflow.utils.session import create_session
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from sqlalchemy import func, select

from plugins.defaults import DEALS
from plugins.runs import NO_SOURCES

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
statuses:
  - {{name: Новая, kind: new}}
  - {{name: Повторное обращение, kind: repeat}}
  - {{name: Оплачена, kind: won}}
sources:
  - {{name: shop, link: "file://{folder}/shop.xml"}}
  - {{name: partner, link: "file://{folder}/partner.xml"}}
"""
EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<deal_export version="1.0" currency="RUB">
  <record>
    <id>P-1</id><deal_id>X-1</deal_id><status>Оплачена</status><payment_date>2026-02-25</payment_date>
    <actual_amount>1 500,50</actual_amount>
    <client><phone>8 921 000-11-22</phone><name>Ольга Демина</name></client>
  </record>
  <record>
    <id>P-2</id><deal_id>X-1</deal_id><payment_date>2026-02-26</payment_date><actual_amount>-200</actual_amount>
    <client><phone>+7 (921) 000 11 22</phone></client>
  </record>
  <record>
    <id>P-3</id><payment_date>2026-02-27</payment_date><actual_amount>12x</actual_amount>
    <client><email>olga@example.org</email></client>
  </record>
</deal_export>
"""
FORM = {"source": None, "dry_run": False, "allow_shrink": False}
Runs = dict[str, dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the exports, the settings that name them, and room for what is landed."""
    (tmp_path / "deal_import.yaml").write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    (tmp_path / "shop.xml").write_text(EXPORT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(
    folder: Path, warehouse_url: str, airflow_db: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., DagRun]]:
    """Give what runs the DAG with Params, the way it runs by hand: without a logical date."""
    parts = conninfo_to_dict(warehouse_url)
    warehouse = {"conn_type": "postgres", "host": parts["host"], "port": int(str(parts["port"]))}
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(warehouse | login))
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(folder))
    monkeypatch.setenv("DEALFLOW_STORAGE", f"file://{folder}/storage")
    dag = DagBag(ROOT / "dags").dags["deal_import"]
    for task in dag.tasks:
        task.retries = 0  # a test does not wait for a second attempt

    def start(**conf: object) -> DagRun:
        # ``test`` leaves what a run was given in the DAG, so each run is given everything.
        dag_run: DagRun = dag.test(run_conf=FORM | conf, logical_date=None)
        return dag_run

    yield start
    if Session is not None:
        Session.remove()  # or Airflow rolls it back at its exit, when the server is gone


def runs_of(warehouse_url: str, dag_run: DagRun) -> Runs:
    with psycopg.connect(warehouse_url, row_factory=dict_row) as connection:
        rows = connection.execute("select * from ops.run where dag_run_id = %s", [dag_run.run_id]).fetchall()
    return {row["source"]: row for row in rows}


def payments(warehouse_url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse_url) as connection:
        return connection.execute(
            "select record_id, amount, actual_amount, status.name from mart.payment"
            " inner join mart.deal using (deal_id) inner join mart.deal_status as status using (status_id)"
            " order by record_id"
        ).fetchall()


def states(dag_run: DagRun, task_id: str) -> dict[int, str]:
    return {
        ti.map_index: str(ti.state)
        for ti in dag_run.get_task_instances()
        if ti.task_id == f"import_source.{task_id}"
    }


def test_a_full_run_imports_the_good_source_and_names_the_bad_one(
    run: Callable[..., DagRun], warehouse_url: str, folder: Path
) -> None:
    dag_run = run()
    assert str(dag_run.state) == "failed"
    became = runs_of(warehouse_url, dag_run)
    assert (became["shop"]["state"], became["shop"]["trigger"]) == ("partial", "manual")
    assert sum(became["shop"]["counters"].values()) == 3
    with psycopg.connect(warehouse_url) as connection:
        kept = connection.execute(
            "select origin from ops.landed_file where run_id = %s", [became["shop"]["run_id"]]
        ).fetchone()
    assert kept == (f"file://{folder}/shop.xml",)
    assert became["partner"]["state"] == "failed"
    assert became["partner"]["error"].startswith("Файла по ссылке нет")
    assert states(dag_run, "apply_import") == {0: "success", 1: "upstream_failed"}
    assert states(dag_run, "report") == {0: "success", 1: "failed"}
    assert [(row[0], float(row[1]), float(row[2]), row[3]) for row in payments(warehouse_url)] == [
        ("P-1", 1500.5, 1300.5, "Оплачена"),
        ("P-2", -200.0, 1300.5, "Оплачена"),
    ]


def test_a_trial_run_of_one_source_plans_and_changes_nothing(
    run: Callable[..., DagRun], warehouse_url: str
) -> None:
    dag_run = run(source="shop", dry_run=True)
    assert str(dag_run.state) == "success"
    [(source, trial)] = runs_of(warehouse_url, dag_run).items()
    assert (source, trial["dry_run"], trial["state"]) == ("shop", True, "partial")
    assert states(dag_run, "apply_import") == {0: "skipped"}
    assert payments(warehouse_url) == []
    real = runs_of(warehouse_url, run(source="shop"))["shop"]
    assert (real["dry_run"], real["counters"]) == (False, trial["counters"])
    assert len(payments(warehouse_url)) == 2


def test_an_unknown_source_is_refused_with_the_names_there_are(
    run: Callable[..., DagRun], warehouse_url: str
) -> None:
    dag_run = run(source="shopp")
    assert str(dag_run.state) == "failed"
    [refused] = runs_of(warehouse_url, dag_run).values()
    assert refused["error"] == "Источника «shopp» нет в настройках. Есть: shop, partner."


def test_a_misspelt_param_is_refused_and_never_taken_for_one_that_was_not_given(
    run: Callable[..., DagRun], warehouse_url: str
) -> None:
    dag_run = run(source="shop", dryrun=True, full=1)
    assert str(dag_run.state) == "failed"
    [refused] = runs_of(warehouse_url, dag_run).values()
    assert refused["error"].splitlines() == [
        "Неизвестный параметр «dryrun»; может быть, «dry_run»?",
        "Неизвестный параметр «full»",
    ]
    assert payments(warehouse_url) == []


def test_who_waits_for_deals_is_told_of_a_run_that_changed_some_and_of_no_other(
    run: Callable[..., DagRun], folder: Path
) -> None:
    before = told_of_deals()
    run(source="shop", dry_run=True)
    assert told_of_deals() == before
    run(source="shop")
    assert told_of_deals() == before + 1
    run(source="shop")
    assert told_of_deals() == before + 1


def told_of_deals() -> int:
    """Count the events of the asset that stands for deals."""
    with create_session() as session:
        events = select(func.count()).select_from(AssetEvent).join(AssetEvent.asset)
        return int(session.scalar(events.where(AssetModel.uri == DEALS.uri)) or 0)


def test_with_no_active_source_the_run_is_skipped_and_says_why(
    run: Callable[..., DagRun], folder: Path, warehouse_url: str
) -> None:
    settings = folder / "deal_import.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('xml"}', 'xml", active: false}'), encoding="utf-8")
    dag_run = run()
    assert {ti.task_id: str(ti.state) for ti in dag_run.get_task_instances()}["choose_sources"] == "skipped"
    [skipped] = runs_of(warehouse_url, dag_run).values()
    assert (skipped["state"], skipped["error"]) == ("skipped", NO_SOURCES)
