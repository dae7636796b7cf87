"""What the tasks of ``deal_import`` share: which sources to take, a run to work on, how a run ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.errors import ConfigError
from include.settings.deal_import import DealImportSettings, load_deal_import
from plugins.hooks.shown_link import shown_link
from plugins.hooks.warehouse import WarehouseHook
from plugins.operators.working import working_on
from plugins.runs import occasion, open_run, refuse_settings
from plugins.steps import deal_import, ledger
from plugins.story import tell_run
from plugins.warehouse import Warehouse


class Work(NamedTuple):
    """A session with the warehouse, the run that is worked on, and what it is to do."""

    warehouse: Warehouse
    run: Any
    job: deal_import.Import


def chosen_sources() -> list[str]:
    """Name the sources to import: the one that was asked for, or all active ones."""
    context = get_current_context()
    try:
        settings, wanted = load_deal_import(), context["params"]["source"]
        if wanted and wanted not in (source.name for source in settings.sources):
            deal_import.source_of(settings, wanted)
        return [wanted] if wanted else [source.name for source in settings.sources if source.active]
    except ConfigError as problem:
        with WarehouseHook().session() as warehouse:
            refuse_settings(warehouse, occasion(deal_import.PIPELINE, None, context), problem)


def begin(source: str) -> int:
    """Open the run of a source; give its number."""
    context = get_current_context()
    context["source_name"] = source  # type: ignore[typeddict-unknown-key]
    with WarehouseHook().session() as warehouse:
        opened_for = occasion(deal_import.PIPELINE, source, context)
        run_id = open_run(warehouse, opened_for, context)
        with working_on(warehouse, run_id):
            deal_import.source_of(load_deal_import(), source)
        return run_id


@contextmanager
def at_work(run_id: int, *, may_be_done: bool = False) -> Iterator[Work]:
    """Hold a run while a task works on it; a fault of its source closes it as failed and ends the task."""
    context = get_current_context()
    with WarehouseHook().session() as warehouse, working_on(warehouse, run_id, may_be_done=may_be_done):
        run = ledger.run(warehouse, run_id)
        context["source_name"] = run.source  # type: ignore[typeddict-unknown-key]
        yield Work(warehouse, run, _job(load_deal_import(), run, bool(context["params"]["allow_shrink"])))


def finish(source: str) -> None:
    """
    Tell how the run of a source ended; close one that a task left open.

    Raises AirflowSkipException when it was skipped, AirflowFailException when it failed or was never opened.
    """
    context = get_current_context()
    context["source_name"] = source  # type: ignore[typeddict-unknown-key]
    opened_for = occasion(deal_import.PIPELINE, source, context)
    with WarehouseHook().session() as warehouse:
        run = ledger.run_of(warehouse, opened_for)
        if run is None:
            raise AirflowFailException(f"Запуск источника «{source}» не открыт: см. журнал задачи open_run.")
        if run.state == "running":
            _close(warehouse, run)
            run = ledger.run(warehouse, run.run_id)
        tell_run(warehouse, run, zone_of(source))
    if run.state in ("failed", "skipped"):
        raise (AirflowFailException if run.state == "failed" else AirflowSkipException)(run.error)


def zone_of(source: str) -> ZoneInfo:
    """Give the zone of a source, also of one that the settings no longer have."""
    sources = (known for known in load_deal_import().sources if known.name == source)
    return next((known.zone for known in sources), ZoneInfo("UTC"))


def _job(settings: DealImportSettings, run: Any, allow_shrink: bool) -> deal_import.Import:
    source = deal_import.source_of(settings, run.source)
    return deal_import.Import(
        run.run_id, settings, source, shown_link(source.link or ""), run.dry_run, allow_shrink
    )


def _close(warehouse: Warehouse, run: Any) -> None:
    if run.dry_run and run.counters:
        deal_import.report_dry_run(warehouse, _job(load_deal_import(), run, allow_shrink=True))
    else:
        message = (
            "Запуск не доведён до конца: см. журнал упавшей задачи. Очистите её (Clear), и он продолжится."
        )
        ledger.close_run(warehouse, run.run_id, "failed", message)
