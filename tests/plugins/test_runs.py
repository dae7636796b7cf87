"""The life of a run in the tasks of a pipeline: chosen, begun, worked on, finished; and its faults."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, AirflowSkipException
from airflow.sdk.execution_time.context import set_current_context
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from include.errors import (
    AccessDenied,
    BadFile,
    ConfigError,
    DealflowError,
    LostAnswer,
    RejectedByVendor,
    TemporaryVendorError,
)
from include.wording.runs import Words
from include.wording.speech import Texts
from include.wording.ukrainian import SHARED
from plugins.runs import NO_SOURCES, UNFINISHED, Pipeline, begin, choose, finish, work_on
from plugins.steps import ledger
from plugins.warehouse import BrokenPromise, Warehouse
from tests.faults.airflow_api import Airflow

Row = dict[str, Any]


class Shop:
    """A pipeline of two sources, one of which is switched off; it does at a run's end what it is told."""

    def __init__(self) -> None:
        self.sources = {"main": True, "old": False}
        self.settings_fault: ConfigError | None = None
        self.end: DealflowError | bool = False
        self.seen: list[Any] = []

    def pipeline(self) -> Pipeline[dict[str, bool], str]:
        return Pipeline(
            name="shop",
            param="source",
            load=self._load,
            sources=lambda settings: settings,
            check=_check,
            job=lambda settings, run, params: f"{run.source}, {params['depth']}",
            conclude=self._conclude,
            usual={"dry_run": False, "depth": 3},
            zone_of=lambda settings, source: ZoneInfo("Europe/Moscow"),
            words=Words({"created": "создано"}, {}, "«Магазин»"),
        )

    def _load(self) -> dict[str, bool]:
        if self.settings_fault:
            raise self.settings_fault
        return self.sources

    def _conclude(self, warehouse: Warehouse, run: Any, job: str) -> bool:
        with psycopg.connect(
            warehouse.connection.info.dsn, password=warehouse.connection.info.password
        ) as other:
            self.seen.append((job, ledger.is_held(Warehouse(other), run.run_id)))
        if isinstance(self.end, DealflowError):
            raise self.end
        if self.end:
            ledger.close_run(warehouse, run.run_id, "success")
        return self.end


def _check(settings: Mapping[str, bool], source: str) -> None:
    if not settings.get(source):
        raise ConfigError(f"Источника «{source}» нет.")


@pytest.fixture
def shop(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    parts = conninfo_to_dict(warehouse_url)
    place = {"conn_type": "postgres", "host": parts["host"], "port": int(str(parts["port"]))}
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(place | login))
    return Shop()


class Task(Airflow):
    """What a task knows of itself."""

    def __init__(self, state: str = "running", try_number: int = 1, tasks: tuple[str, ...] = ()) -> None:
        super().__init__(state, *tasks)
        self.try_number, self.max_tries = try_number, 2


@contextmanager
def task(dag_run_id: str = "manual__1", ti: Task | None = None, **params: Any) -> Iterator[dict[str, Any]]:
    """Be in a task of a DAG run."""
    run_type = SimpleNamespace(value="manual")
    dag_run = SimpleNamespace(run_id=dag_run_id, run_type=run_type, logical_date=None, conf=params)
    form = {"source": None, "dry_run": False, "depth": 3}
    dag = SimpleNamespace(params=form)
    context: Any = {"dag": dag, "dag_run": dag_run, "params": form | params, "ti": ti or Task()}
    with set_current_context(context):
        yield context


@pytest.fixture
def rows(warehouse_url: str) -> Iterator[Any]:
    with psycopg.connect(warehouse_url, autocommit=True, row_factory=dict_row) as connection:
        yield lambda query: connection.execute(query).fetchall()


def runs(rows: Any) -> list[tuple[Any, ...]]:
    return [
        (row["source"], row["state"], row["error"]) for row in rows("select * from ops.run order by run_id")
    ]


def codes(rows: Any) -> list[str]:
    return [
        code for row in rows("select codes from ops.run_log order by run_id, seq") for code in row["codes"]
    ]


def test_active_sources_are_taken_or_the_one_that_is_asked_for(shop: Shop) -> None:
    with task():
        assert choose(shop.pipeline()) == ["main"]
    with task(source="old"):
        assert choose(shop.pipeline()) == ["old"]  # its own run will say that it is switched off


def test_a_pipeline_of_one_source_has_no_param_that_names_it(shop: Shop) -> None:
    with task(source="old"):
        assert choose(shop.pipeline()._replace(param=None)) == ["main"]


def test_a_pipeline_speaks_the_language_of_its_words(shop: Shop, rows: Any) -> None:
    words = Words({"created": "створено"}, {}, "«Магазин»", SHARED)
    pipeline = shop.pipeline()._replace(words=words)
    with task():
        begin(pipeline, "main")
        with pytest.raises(AirflowFailException, match="Запуск не доведено до кінця"):
            finish(pipeline, "main")
    with task("manual__2", sorce="main"), pytest.raises(AirflowFailException, match="Невідомий параметр"):
        choose(pipeline)
    with task("manual__3", sorce="main"), pytest.raises(AirflowFailException, match="Неизвестный параметр"):
        choose(shop.pipeline())
    assert runs(rows)[0][2] == SHARED[UNFINISHED]


def test_without_an_active_source_the_run_is_skipped_and_says_so(shop: Shop, rows: Any) -> None:
    shop.sources = {"old": False}
    with task(), pytest.raises(AirflowSkipException, match="Действующих источников нет"):
        choose(shop.pipeline())
    assert runs(rows) == [(None, "skipped", NO_SOURCES)]
    assert codes(rows) == ["NO_ACTIVE_SOURCE"]


def test_wrong_settings_fail_a_run_of_no_source_and_leave_nothing_open(shop: Shop, rows: Any) -> None:
    with task(source="mian"), pytest.raises(AirflowFailException, match="«mian» нет"):
        choose(shop.pipeline())
    shop.settings_fault = ConfigError(["одно", "другое"])
    with task("manual__2"), pytest.raises(AirflowFailException, match="одно\nдругое"):
        choose(shop.pipeline())
    with task("manual__3", sorce="main"), pytest.raises(AirflowFailException, match=r"«sorce».*«source»"):
        choose(shop.pipeline())
    assert [(source, state) for source, state, _ in runs(rows)] == [(None, "failed")] * 3
    assert codes(rows) == ["RUN_STARTED", "CONFIG_ERROR"] * 3


def test_what_a_killed_dag_run_left_open_is_closed_before_sources_are_chosen(shop: Shop, rows: Any) -> None:
    with task():
        begin(shop.pipeline(), "main")
    with task("manual__2", Task("failed")):
        assert choose(shop.pipeline()) == ["main"]
    assert runs(rows) == [("main", "failed", "Запуск был прерван и закрыт следующим.")]


def test_a_run_is_begun_once_a_dag_run_and_refused_for_a_source_that_is_off(shop: Shop, rows: Any) -> None:
    with task() as context:
        run_id = begin(shop.pipeline(), "main")
        assert begin(shop.pipeline(), "main") == run_id
        assert context["source_name"] == "main"
        with pytest.raises(AirflowFailException, match="«old» нет"):
            begin(shop.pipeline(), "old")
    assert runs(rows) == [("main", "running", None), ("old", "failed", "Источника «old» нет.")]


@pytest.mark.parametrize("asked", [{"dry_run": True}, {"depth": 5}, {"source": "main", "depth": 0}])
def test_a_run_waits_for_its_turn_if_the_one_that_is_going_does_not_do_what_it_is_asked(
    shop: Shop, rows: Any, asked: dict[str, Any]
) -> None:
    """Every value but the source's name counts, whatever the pipeline; the form sends usual ones as well."""
    with task():
        begin(shop.pipeline(), "main")
    going = Task(tasks=("queued",))
    with task("manual__2", going, **asked), pytest.raises(AirflowRescheduleException):
        begin(shop.pipeline(), "main")
    with (
        task("manual__3", going, source="main", dry_run=False, depth=3),
        pytest.raises(AirflowSkipException, match="второй не нужен"),
    ):
        begin(shop.pipeline(), "main")
    assert [state for _, state, _ in runs(rows)] == ["running", "skipped"]


def test_a_task_gets_a_session_the_run_and_what_it_is_to_do(shop: Shop) -> None:
    with task(depth=5):
        run_id = begin(shop.pipeline(), "main")
        with work_on(shop.pipeline(), run_id) as (warehouse, run, job):
            assert (run.run_id, job) == (run_id, "main, 5")
            assert warehouse.connection.info.parameter_status("application_name") is not None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ConfigError("Настройки."), "CONFIG_ERROR"),
        (BadFile("Файл."), "BAD_FILE"),
        (AccessDenied("Ключ."), "ACCESS_DENIED"),
        (RejectedByVendor("Нельзя."), "VENDOR_FAILED"),
        (BrokenPromise("assert_money: sums_agree"), None),
    ],
)
def test_a_fault_of_the_whole_run_closes_it_and_the_task_is_not_tried_again(
    shop: Shop, rows: Any, fault: DealflowError, code: str | None
) -> None:
    with task():
        run_id = begin(shop.pipeline(), "main")
        with pytest.raises(AirflowFailException, match=str(fault)), work_on(shop.pipeline(), run_id):
            raise fault
    assert runs(rows) == [("main", "failed", str(fault))]
    assert codes(rows) == ["RUN_STARTED", *([code] if code else [])]


@pytest.mark.parametrize("fault", [TemporaryVendorError("Нет связи."), LostAnswer("Ответа нет.")])
def test_a_fault_that_may_pass_is_tried_again_and_closes_the_run_at_the_last_attempt(
    shop: Shop, rows: Any, fault: DealflowError
) -> None:
    with task():
        run_id = begin(shop.pipeline(), "main")
        with pytest.raises(type(fault)), work_on(shop.pipeline(), run_id):
            raise fault
    assert runs(rows) == [("main", "running", None)]
    with task(ti=Task(try_number=3)), pytest.raises(AirflowFailException), work_on(shop.pipeline(), run_id):
        raise fault
    assert runs(rows) == [("main", "failed", str(fault))]
    assert codes(rows) == ["RUN_STARTED", "ATTEMPT_FAILED", "VENDOR_FAILED"]


def test_a_cleared_task_goes_on_with_a_run_that_failed(shop: Shop, rows: Any) -> None:
    with task():
        run_id = begin(shop.pipeline(), "main")
        with pytest.raises(AirflowFailException), work_on(shop.pipeline(), run_id):
            raise BadFile("Файл.")
        with work_on(shop.pipeline(), run_id) as (_, run, _):
            assert (run.state, run.error) == ("running", None)


def test_a_run_that_its_tasks_left_open_is_failed_at_the_end(shop: Shop, rows: Any) -> None:
    with task():
        begin(shop.pipeline(), "main")
        with pytest.raises(AirflowFailException, match="Clear"):
            finish(shop.pipeline(), "main")
    assert runs(rows) == [("main", "failed", UNFINISHED)]
    assert shop.seen == [("main, 3", True)]  # held while it was looked at


def test_a_run_at_its_end_is_concluded_by_its_pipeline(shop: Shop, rows: Any) -> None:
    shop.end = True
    with task():
        begin(shop.pipeline(), "main")
        finish(shop.pipeline(), "main")
        finish(shop.pipeline(), "main")
    assert runs(rows) == [("main", "success", None)]
    assert len(shop.seen) == 1


def test_a_promise_that_breaks_at_the_very_end_closes_the_run_with_its_text(shop: Shop, rows: Any) -> None:
    shop.end = BrokenPromise("План не сходится.")
    with task():
        begin(shop.pipeline(), "main")
        with pytest.raises(AirflowFailException, match="План не сходится"):
            finish(shop.pipeline(), "main")
    assert runs(rows) == [("main", "failed", "План не сходится.")]


def test_a_run_is_told_about_even_when_the_settings_have_since_broken(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.end = True
    with task(), caplog.at_level(logging.INFO):
        begin(shop.pipeline(), "main")
        finish(shop.pipeline(), "main")
        shop.settings_fault = ConfigError("Сломаны.")
        caplog.clear()
        finish(shop.pipeline(), "main")
    assert "источник «main»: успешно" in caplog.text


@pytest.mark.parametrize(
    ("texts", "told"),
    [({}, "источник не выбран: ошибка"), (SHARED, "джерело не вибрано: помилка")],
    ids=["ru", "uk"],
)
def test_a_run_that_failed_before_a_source_was_chosen_names_none(
    shop: Shop, caplog: pytest.LogCaptureFixture, texts: Texts, told: str
) -> None:
    pipeline = shop.pipeline()._replace(words=Words({"created": ""}, {}, "«Магазин»", texts))
    with task(sorce="main"), caplog.at_level(logging.INFO):
        with pytest.raises(AirflowFailException):
            choose(pipeline)
        with pytest.raises(AirflowFailException, match="sorce"):
            finish(pipeline, None)
    assert told in caplog.text
    assert "None" not in caplog.text
    with task("manual__2"), pytest.raises(AirflowFailException, match=r"^Запуск не (открыт|відкрито): ран"):
        finish(pipeline, None)


def test_a_run_that_was_never_opened_or_was_skipped_ends_the_same_way(shop: Shop, rows: Any) -> None:
    with task():
        begin(shop.pipeline(), "main")
    with task("manual__2", Waiting()):
        with pytest.raises(AirflowFailException, match="не открыт"):
            finish(shop.pipeline(), "main")
        with pytest.raises(AirflowSkipException):
            begin(shop.pipeline(), "main")
        with pytest.raises(AirflowSkipException, match="уже идёт"):
            finish(shop.pipeline(), "main")


class Waiting(Task):
    """An Airflow in which the first run waits for its next attempt."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks = ("up_for_retry",)
