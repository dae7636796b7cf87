"""What ``deal_import`` has of its own: its settings and sources, what a run imports, how a dry run ends."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from include.deal_import.messages import WORDS
from include.settings.deal_import import DealImportSettings, load_deal_import
from plugins.defaults import ZONE
from plugins.hooks.export_file import ExportFileHook
from plugins.hooks.shown_link import shown_link
from plugins.runs import Pipeline
from plugins.steps import ledger
from plugins.steps.deal_import import PIPELINE, Import, report_dry_run, source_of
from plugins.warehouse import Warehouse

WRITTEN = ("created", "bound", "overwritten", "status_set")  # outcomes that change a deal


def export_of(job: Import) -> ExportFileHook:
    """Make the hook that fetches what is behind the link of the run's source."""
    source = job.source
    return ExportFileHook(source.link or "", source.connection, max_bytes=source.max_bytes)


def has_written(warehouse: Warehouse, job: Import) -> bool:
    """Say whether the run has come to a good end and changed any deal."""
    run = ledger.run(warehouse, job.run_id)
    return run.state in ("success", "partial") and any(run.counters.get(outcome) for outcome in WRITTEN)


def _sources(settings: DealImportSettings) -> dict[str, bool]:
    return {source.name: source.active for source in settings.sources}


def _zone_of(settings: DealImportSettings, source: str) -> ZoneInfo:
    zones = (known.zone for known in settings.sources if known.name == source)
    return next(zones, ZoneInfo(ZONE))


def _job(settings: DealImportSettings, run: Any, params: Mapping[str, Any]) -> Import:
    source = source_of(settings, run.source)
    return Import(
        run.run_id,
        settings,
        source,
        shown_link(source.link or ""),
        run.dry_run,
        bool(params["allow_shrink"]),
    )


def _conclude(warehouse: Warehouse, run: Any, job: Import) -> bool:
    """Close a dry run that was planned: nothing but its log is left to write."""
    if not (run.dry_run and run.counters):
        return False
    report_dry_run(warehouse, job)
    return True


DEAL_IMPORT = Pipeline(
    name=PIPELINE,
    param="source",
    load=load_deal_import,
    sources=_sources,
    check=source_of,
    job=_job,
    conclude=_conclude,
    usual={"dry_run": False, "allow_shrink": False},
    zone_of=_zone_of,
    words=WORDS,
)
