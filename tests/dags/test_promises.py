"""What every DAG promises to whoever runs it: it loads, says what it does, and bounds every task."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from plugins.defaults import DEFAULT_ARGS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in (ROOT / "dags").glob("*.py"))
TABLE = re.compile(r"^\| dag_id \|.*\n\|[-|]+\n((?:\|.*\n)+)", re.MULTILINE)
# A run that waits for a budget must not keep one by hand from beginning; the lock excludes the rest.
# So does one whose first load takes hours: the next slot is skipped with a note rather than late.
WAITING = {
    "calltouch_orders": 4,
    "opencart_catalog": 2,
    "bitrix24_contact_totals": 2,
    "bitrix24_deal_products": 2,
    "amocrm_statuses": 2,
}
# KeepinCRM allows a hundred calls a minute, and gives 25 records a page.
READS_ALL = {
    ("opencart_catalog", name): timedelta(hours=8) for name in ("settle_changes", "stage_crm", "read_back")
}
LONG = {
    ("opencart_catalog", "send_changes"): timedelta(hours=20),
    ("bitrix24_contact_totals", "send_totals"): timedelta(hours=6),  # half a second of the portal's a contact
    ("bitrix24_deal_products", "send_copies"): timedelta(hours=6),
    **{
        ("amocrm_statuses", name): timedelta(hours=6)  # seven requests a second, years of events
        for name in ("stage_leads", "stage_deleted", "stage_events", "stage_contacts")
    },
    ("amocrm_statuses", "publish"): timedelta(hours=2),
    **READS_ALL,
}
# What a Param says when nothing was asked for, where that is not nothing.
ORDINARY = {("calltouch_orders", "mode"): "auto", ("opencart_catalog", "mode"): "both"}
ROW = re.compile(r"^\| `(.+?)` \| `(.+?)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def bag(airflow_db: str) -> DagBag:
    return DagBag(ROOT / "dags")


@pytest.fixture(params=[path.stem for path in FILES])
def dag(bag: DagBag, request: pytest.FixtureRequest) -> DAG:
    return bag.dags[request.param]


def test_every_file_loads_as_one_dag_of_its_name(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == [path.stem for path in FILES]


def test_its_docstring_says_what_it_reads_and_writes_and_what_clearing_does(dag: DAG) -> None:
    assert dag.doc_md
    for promise in ("**Reads**", "**Writes**", "**Safe to clear and rerun**"):
        assert promise in dag.doc_md


def test_it_has_tags_one_run_at_a_time_and_no_catching_up(dag: DAG) -> None:
    assert dag.tags
    assert dag.max_active_runs == WAITING.get(dag.dag_id, 1)
    assert dag.catchup is False


def test_every_task_may_be_retried_and_ends_in_time(dag: DAG) -> None:
    for task in dag.tasks:
        assert task.retries == DEFAULT_ARGS["retries"], task.task_id
        assert task.retry_delay >= DEFAULT_ARGS["retry_delay"], task.task_id
        longest = LONG.get((dag.dag_id, task.task_id), DEFAULT_ARGS["execution_timeout"])
        assert task.execution_timeout <= longest, task.task_id


def test_every_param_has_a_title_and_one_sentence_of_description(dag: DAG) -> None:
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.schema.get("type"), name
        assert param.schema.get("title"), name
        assert str(param.description).endswith("."), name


def test_a_run_by_schedule_is_neither_a_trial_nor_lenient(dag: DAG) -> None:
    given = dag.params.dump().items()
    assert not any(value for name, value in given if value != ORDINARY.get((dag.dag_id, name)))


def test_the_table_in_the_readme_lists_exactly_the_dags_there_are(bag: DagBag) -> None:
    [table] = TABLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert sorted(ROW.findall(table)) == sorted((dag.dag_id, cron(dag)) for dag in bag.dags.values())


def cron(dag: DAG) -> str:
    """Give the cron expression of a schedule, also of one that is a timetable."""
    return str(getattr(dag.schedule, "expression", dag.schedule))
