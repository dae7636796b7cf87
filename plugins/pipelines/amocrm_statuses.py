"""What ``amocrm_statuses`` has of its own: the account of the settings, and what a run may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import get_current_context

from include.amocrm_statuses.messages import WORDS
from include.errors import ConfigError
from include.settings.amocrm_statuses import AmocrmStatusesSettings, load_amocrm_statuses
from plugins.defaults import ZONE
from plugins.pipelines.one_source import OneSource
from plugins.runs import Pipeline, has_connection
from plugins.steps.amocrm_statuses import OPERATIONS, PIPELINE, Scope, Statuses
from plugins.steps.amocrm_statuses_close import conclude

ACCOUNT = OneSource(
    lambda settings: settings.account.connection,
    "Аккаунт в настройках уже другой: {}, не {}.",
    lambda settings: bool(settings.account.active),
)
NO_MOMENT = "since: «{}» не дата и время; нужно, например, 2026-01-31T00:00:00+03:00."
FUTURE = "since: {} ещё не наступило."
TOGETHER = "Вместе нельзя: {}."
ONLY_EVENTS = (
    "Заполнение прошлого (backfill) перечитывает только события своего промежутка, вместе с ним нельзя: {}. "
    "Для этого нужен обычный запуск вручную."
)
UNKNOWN = "operation: «{}» неизвестно, есть {}."


def load() -> AmocrmStatusesSettings:
    """Load the settings; raise ConfigError with all problems, a missing connection among them."""
    return load_amocrm_statuses(has_connection)


def scope_of(
    params: Mapping[str, Any], now: datetime, interval: tuple[datetime, datetime] | None = None
) -> Scope:
    """Say what a run may do. Raises ConfigError for what cannot be, or not together."""
    scope = Scope(
        full_refresh=bool(params.get("full_refresh")),
        rebuild_only=bool(params.get("rebuild_only")),
        since=_since(params.get("since"), now),
        resend_lead_ids=sorted(set(params.get("resend_lead_ids") or ())) or None,
        allow_drop=bool(params.get("allow_drop")),
        operation=params.get("operation") or None,
        interval=interval,
    )
    _refuse_contradictions(scope, bool(params.get("dry_run")))
    return scope


def interval_of(run: Any) -> tuple[datetime, datetime] | None:
    """Give the interval of a backfill, whose events are read; None: it is no backfill."""
    if run.trigger != "backfill":
        return None
    context = get_current_context()
    begins, ends = context["data_interval_start"], context["data_interval_end"]
    return (begins, ends) if begins and ends else None


def _since(told: Any, now: datetime) -> datetime | None:
    if not told:
        return None
    try:
        since = datetime.fromisoformat(str(told).strip())
    except ValueError:
        raise ConfigError(NO_MOMENT.format(told)) from None
    since = since if since.tzinfo else since.replace(tzinfo=ZoneInfo(ZONE))
    if since > now:
        raise ConfigError(FUTURE.format(told))
    return since


def _refuse_contradictions(scope: Scope, dry_run: bool) -> None:
    if scope.operation is not None and scope.operation not in OPERATIONS:
        raise ConfigError(UNKNOWN.format(scope.operation, ", ".join(OPERATIONS)))
    asked = [name for name in ("full_refresh", "rebuild_only", "since", "resend_lead_ids", "allow_drop")
             if getattr(scope, name)]  # fmt: skip
    if scope.interval is not None:
        _refuse_beside_interval(asked, scope.operation)
    if scope.operation is not None and (asked or dry_run):
        raise ConfigError(
            TOGETHER.format(", ".join(["operation", *asked, *(["dry_run"] if dry_run else [])]))
        )
    if scope.rebuild_only and (scope.full_refresh or scope.since):
        raise ConfigError(TOGETHER.format(", ".join(name for name in asked if name != "allow_drop")))


def _refuse_beside_interval(asked: Sequence[str], operation: str | None) -> None:
    extra = [name for name in asked if name != "allow_drop"] + (["operation"] if operation else [])
    if extra:
        raise ConfigError(ONLY_EVENTS.format(", ".join(extra)))


def _job(settings: AmocrmStatusesSettings, run: Any, params: Mapping[str, Any]) -> Statuses:
    ACCOUNT.check(settings, run.source)
    scope = scope_of(params, run.started_at, interval_of(run))
    return Statuses(run.run_id, settings, run.started_at, scope, run.dry_run, run.trigger)


def _zone_of(settings: AmocrmStatusesSettings, source: str) -> ZoneInfo:
    """Give the zone of the settings; that of the account is told only by the account."""
    return ZoneInfo(ZONE) if settings.timezone == "account" else ZoneInfo(settings.timezone)


STATUSES = Pipeline(
    name=PIPELINE,
    param=None,
    load=load,
    sources=ACCOUNT.sources,
    check=ACCOUNT.check,
    job=_job,
    conclude=conclude,
    zone_of=_zone_of,
    usual={
        "dry_run": False,
        **{name: usual for name, usual in Scope._field_defaults.items() if name != "interval"},
    },
    words=WORDS,
)
