"""
The life of a run in the tasks of any pipeline: choose sources, begin, work on, finish.

A pipeline says in a ``Pipeline`` what is its own: settings, sources, what a run is to do, how it speaks.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from airflow.sdk import BaseHook, Context, get_current_context
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowNotFoundException,
    AirflowSkipException,
)

from include.errors import ConfigError
from include.settings.loader import did_you_mean
from include.wording.runs import Words
from include.wording.speech import say, speaking
from plugins.defaults import ZONE
from plugins.faults import carrying_on, closing_on_fault
from plugins.hooks.warehouse import WarehouseHook
from plugins.opening import close_abandoned, occasion, open_run, refuse_settings, skip
from plugins.steps import ledger
from plugins.story import tell_run
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

Settings = TypeVar("Settings")
Job = TypeVar("Job")
UNFINISHED = "Запуск не доведён до конца: см. журнал упавшей задачи. Очистите её (Clear), и он продолжится."
NOT_OPENED = "Запуск «{}» не открыт: раньше упала другая задача этого запуска, причина в её журнале."
NOTHING_OPENED = "Запуск не открыт: раньше упала другая задача этого запуска, причина в её журнале."
NO_SOURCES = "Действующих источников нет: включите их в настройках (active)."


class Pipeline(NamedTuple, Generic[Settings, Job]):
    """
    What a pipeline has of its own. ``run`` is a row of ops.run as ``ledger.run`` gives it.

    name: the dag_id. param: the Param that names one source; None: there is but one.
    load: read the settings; raises ConfigError.
    sources: names of its sources, and whether each is active: taken when none is asked for.
    check: raises ConfigError for a source that cannot be taken.
    job: what a run is to do, from settings, run and Params; raises ConfigError.
    conclude: close a run that its tasks have brought to its end but left open; False if it is not at its end.
    usual: Params as a run by schedule has them; one that is asked for anything else waits for its turn.
    zone_of: the zone in which a source's moments are told; it may be one that the settings no longer have.
    words: how the pipeline speaks.
    """

    name: str
    param: str | None
    load: Callable[[], Settings]
    sources: Callable[[Settings], Mapping[str, bool]]
    check: Callable[[Settings, str], object]
    job: Callable[[Settings, Any, Mapping[str, Any]], Job]
    conclude: Callable[[Warehouse, Any, Job], bool]
    usual: Mapping[str, Any]
    zone_of: Callable[[Settings, str], ZoneInfo]
    words: Words


class Work(NamedTuple, Generic[Job]):
    """A session with the warehouse, the run that is worked on, and what it is to do."""

    warehouse: Warehouse
    run: Any
    job: Job


def choose(pipeline: Pipeline[Any, Any]) -> list[str]:
    """
    Name the sources to take: the one that was asked for, or all active ones.

    Closes what killed DAG runs have left open. Raises AirflowSkipException when there is no active source.
    """
    context = get_current_context()
    opened_for = occasion(pipeline.name, None, context)
    with speaking(pipeline.words.texts), WarehouseHook().session() as warehouse:
        close_abandoned(warehouse, pipeline.name, context)
        try:
            refuse_unknown_params(context)
            chosen = _chosen(pipeline, context["params"][pipeline.param] if pipeline.param else None)
        except ConfigError as problem:
            refuse_settings(warehouse, opened_for, problem)
        if not chosen:
            skip(warehouse, opened_for, say(NO_SOURCES), "NO_ACTIVE_SOURCE")
        log.info(say("Взяты: %s"), ", ".join(chosen))
        return chosen


def begin(pipeline: Pipeline[Any, Any], source: str) -> int:
    """Open the run of a source; give its number."""
    context = get_current_context()
    show_source(context, source)
    with speaking(pipeline.words.texts), WarehouseHook().session() as warehouse:
        waits = _is_particular(pipeline, context["params"])
        run_id = open_run(warehouse, occasion(pipeline.name, source, context), context, waits=waits)
        with carrying_on(warehouse, run_id):
            pipeline.check(pipeline.load(), source)
        log.info(say("Запуск %s, источник «%s»"), run_id, source)
        return run_id


@contextmanager
def work_on(
    pipeline: Pipeline[Any, Job], run_id: int, *, may_be_done: bool = False, needs_staged: bool = False
) -> Iterator[Work[Job]]:
    """Hold a run while a task works on it; a fault of its source closes it as failed and ends the task."""
    context = get_current_context()
    with (
        speaking(pipeline.words.texts),
        WarehouseHook().session() as warehouse,
        carrying_on(warehouse, run_id, may_be_done=may_be_done, needs_staged=needs_staged),
    ):
        run = ledger.run(warehouse, run_id)
        show_source(context, run.source)
        yield Work(warehouse, run, pipeline.job(pipeline.load(), run, context["params"]))


def finish(pipeline: Pipeline[Any, Any], source: str | None) -> None:
    """
    Tell how the run of a source ended; close one that a task left open.

    Raises AirflowSkipException when it was skipped, AirflowFailException when it failed or was never opened.
    """
    context = get_current_context()
    show_source(context, source)
    with speaking(pipeline.words.texts), WarehouseHook().session() as warehouse:
        run = _run_of(warehouse, pipeline, source, context)
        if run is None:
            raise AirflowFailException(say(NOT_OPENED).format(source) if source else say(NOTHING_OPENED))
        with closing_on_fault(warehouse, run.run_id), ledger.hold(warehouse, run.run_id):
            _conclude(pipeline, warehouse, run.run_id, context)
        run = ledger.run(warehouse, run.run_id)
        tell_run(pipeline.words, warehouse, run, _zone(pipeline, source))
    if run.state in ("failed", "skipped"):
        raise (AirflowFailException if run.state == "failed" else AirflowSkipException)(run.error)


def _run_of(warehouse: Warehouse, pipeline: Pipeline[Any, Any], source: str | None, context: Context) -> Any:
    """Find the run of a source; or what was written down when no source came to be chosen."""
    return ledger.run_of(warehouse, occasion(pipeline.name, source, context)) or ledger.run_of(
        warehouse, occasion(pipeline.name, None, context)
    )


def has_connection(name: str) -> bool:
    """Tell whether Airflow knows a connection."""
    try:
        BaseHook.get_connection(name)
    except AirflowNotFoundException:
        return False
    return True


def show_source(context: Context, source: str | None) -> None:
    """Let Airflow show a mapped task under the source it is about (``defaults.NAMED_BY_SOURCE``)."""
    context["source_name"] = source  # type: ignore[typeddict-unknown-key]


def refuse_unknown_params(context: Context) -> None:
    """Raise ConfigError for a Param that the DAG has not: misspelt, it would be as if it were not given."""
    known = context["dag"].params
    unknown = sorted(name for name in context["dag_run"].conf or {} if name not in known)
    if unknown:
        told = say("Неизвестный параметр «{}»")
        raise ConfigError([told.format(name) + did_you_mean(name, known) for name in unknown])


def _is_particular(pipeline: Pipeline[Any, Any], params: Mapping[str, Any]) -> bool:
    """
    Say whether a person asked for something that no other run does as well.

    The DAG's own Params cannot be asked for what is usual: in a task they hold what was given.
    """
    return any((params.get(name) or None) != (usual or None) for name, usual in pipeline.usual.items())


def _chosen(pipeline: Pipeline[Any, Any], wanted: str | None) -> list[str]:
    settings = pipeline.load()
    sources = pipeline.sources(settings)
    if wanted and wanted not in sources:
        pipeline.check(settings, wanted)
    return [wanted] if wanted else [name for name, is_active in sources.items() if is_active]


def _conclude(pipeline: Pipeline[Any, Any], warehouse: Warehouse, run_id: int, context: Context) -> None:
    run = ledger.run(warehouse, run_id)
    if run.state != "running":
        return
    job = pipeline.job(pipeline.load(), run, context["params"])
    if not pipeline.conclude(warehouse, run, job):
        ledger.close_run(warehouse, run_id, "failed", say(UNFINISHED))


def _zone(pipeline: Pipeline[Any, Any], source: str | None) -> ZoneInfo:
    try:
        return pipeline.zone_of(pipeline.load(), source or "")
    except ConfigError:
        return ZoneInfo(ZONE)
