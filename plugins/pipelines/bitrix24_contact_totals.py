"""What ``bitrix24_contact_totals`` has of its own: the portal of the settings, and what a run may do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from include.bitrix24_contact_totals.messages import WORDS
from include.settings.bitrix24_contact_totals import ContactTotalsSettings, load_contact_totals
from plugins.pipelines import bitrix24_portal
from plugins.pipelines.bitrix24_portal import PORTAL
from plugins.runs import Pipeline, has_connection
from plugins.steps.bitrix24_contact_totals import PIPELINE, Scope, Totals
from plugins.steps.bitrix24_contact_totals_close import conclude

DAY = timedelta(days=1)


def load() -> ContactTotalsSettings:
    """Load the settings; raise ConfigError with all problems, a missing connection among them."""
    return load_contact_totals(has_connection)


def scope_of(params: Mapping[str, Any], years: set[int] | None = None) -> Scope:
    """Say what a run may do; ``years``: those of a backfill, None: no backfill."""
    asked = params.get("years")
    wanted = set(asked) if asked else years
    if asked and years is not None:
        wanted = set(asked) & years
    contacts = params.get("contact_ids")
    return Scope(
        years=None if wanted is None else sorted(wanted),
        contact_ids=sorted(set(contacts)) if contacts else None,
        max_updates=params.get("max_updates"),
        allow_drop=bool(params.get("allow_drop")),
        allow_growth=bool(params.get("allow_growth")),
    )


def years_of(settings: ContactTotalsSettings, trigger: str, logical_date: Any) -> set[int] | None:
    """Give the years that the day of a backfill touches, in the settings' zone; None: it is no backfill."""
    if trigger != "backfill" or logical_date is None:
        return None
    ends = (logical_date, logical_date + DAY)
    return {moment.astimezone(settings.zone).year for moment in ends}


def waits_for(job: Totals) -> tuple[str, str]:
    """Name whose windows a task waits for."""
    return bitrix24_portal.waits_for(job.settings.portal)


def _job(settings: ContactTotalsSettings, run: Any, params: Mapping[str, Any]) -> Totals:
    PORTAL.check(settings, run.source)
    years = years_of(settings, run.trigger, run.logical_date)
    return Totals(run.run_id, settings, run.started_at, scope_of(params, years), run.dry_run)


TOTALS = Pipeline(
    name=PIPELINE,
    param=None,
    load=load,
    sources=PORTAL.sources,
    check=PORTAL.check,
    job=_job,
    conclude=conclude,
    zone_of=PORTAL.zone_of,
    usual={"dry_run": False, **Scope._field_defaults},
    words=WORDS,
)
