"""Put leads and events straight into the mart, as a run would have read them, and build on them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps.amocrm_statuses import Statuses
from plugins.steps.amocrm_statuses_build import build
from plugins.steps.amocrm_statuses_merging import merge_mapping
from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Container, Lead, Rules, Status

ACCOUNT = "amocrm"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = int(datetime(2026, 1, 10, 9, tzinfo=UTC).timestamp())  # when the leads of a test begin
PIPELINE = 1
FILLED = ("lead", "lead_event", "account")

_LEAD = (
    "account", "lead_id", "name", "price", "pipeline_id", "status_id", "created_at", "updated_at",
    "closed_at", "seen_at", "fingerprint", "is_deleted", "first_run_id", "changed_run_id",
)  # fmt: skip
_EVENT = (
    "account", "event_id", "lead_id", "type", "occurred_at", "from_pipeline_id", "from_status_id",
    "to_pipeline_id", "to_status_id", "sale_before", "sale_after", "run_id",
)  # fmt: skip


def open_account(warehouse: Warehouse, zone: str = "Europe/Moscow") -> None:
    """Let the mart know the account."""
    warehouse.connection.execute(
        "insert into mart.amocrm_account (account, account_id, host, timezone, currency, is_filter_enabled,"
        " changed_run_id) values (%s, 31000001, 'demo-sales.amocrm.ru', %s, 'RUB', true, 1)",
        (ACCOUNT, zone),
    )


def know_history(warehouse: Warehouse, since: datetime) -> None:
    """Let events be known since a moment."""
    warehouse.connection.execute(
        "insert into ops.cursor (pipeline, source, name, value, run_id)"
        " values ('amocrm_statuses', %s, 'history_from', %s, 1)"
        " on conflict (pipeline, source, name) do update set value = excluded.value",
        (ACCOUNT, since.isoformat()),
    )


def put(warehouse: Warehouse, leads: Iterable[tuple[int, Lead]], deleted: Sequence[int] = ()) -> None:
    """Put leads and their events in."""
    told = list(leads)
    gone = frozenset(deleted)
    warehouse.copy_texts("mart.amocrm_lead", _LEAD, (_lead_row(number, lead, gone) for number, lead in told))
    rows = (row for number, lead in told for row in _event_rows(number, lead))
    warehouse.copy_texts("mart.amocrm_lead_event", _EVENT, rows)


def empty(warehouse: Warehouse) -> None:
    """Let the account have no leads, and nothing built."""
    warehouse.connection.execute(
        "truncate mart.amocrm_lead, mart.amocrm_lead_event, mart.amocrm_lead_transition,"
        " mart.amocrm_lead_container_interval, mart.amocrm_lead_container_pass,"
        " mart.amocrm_lead_funnel_state, mart.amocrm_lead_utm, mart.amocrm_lead_calculated_value,"
        " mart.amocrm_lead_path, mart.amocrm_path"
    )


def settings_of(funnels: Sequence[Sequence[Container]], rules: Rules, **more: Any) -> AmocrmStatusesSettings:
    """Spell a mapping as settings."""
    told = [_funnel(containers, rules) for containers in funnels]
    policies = {"backfill": rules.backfill, "price_basis": rules.price_basis}
    return AmocrmStatusesSettings.model_validate({"funnels": told, "policies": policies, **more})


def rules_of(
    placed: Sequence[tuple[Container, Sequence[Status]]],
    backfill: str = "previous",
    price_basis: str = "current",
) -> Rules:
    """Make the oracle's mapping of containers and their statuses."""
    funnels: dict[str, list[Container]] = {}
    for container, _ in placed:
        funnels.setdefault(container.funnel, []).append(container)
    places = {status: container for container, statuses in placed for status in statuses}
    return Rules(places, funnels, backfill, price_basis)


def rebuild(warehouse: Warehouse, rules: Rules, run_id: int = 2, **more: Any) -> int:
    """Build all leads by a mapping; give the number of rows written."""
    job = Statuses(run_id, settings_of(list(rules.funnels.values()), rules, **more), NOW)
    with warehouse.transaction():
        merge_mapping(warehouse, job)
        return build(warehouse, job, full=True)


def rows(warehouse: Warehouse, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read rows."""
    with warehouse.connection.cursor(row_factory=tuple_row) as cursor:
        text: Any = query
        return cursor.execute(text, values or None).fetchall()


def open_warehouse(connection: psycopg.Connection[Any]) -> Warehouse:
    """Give a warehouse that knows the account."""
    warehouse = Warehouse(connection)
    open_account(warehouse)
    return warehouse


def _funnel(containers: Sequence[Container], rules: Rules) -> dict[str, Any]:
    return {
        "id": containers[0].funnel,
        "title": containers[0].funnel,
        "containers": [
            {
                "id": container.name,
                "title": container.name,
                "position": container.position,
                "marker": container.marker,
                "statuses": [list(status) for status, place in rules.places.items() if place == container],
            }
            for container in containers
        ],
    }


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _lead_row(number: int, lead: Lead, gone: frozenset[int]) -> tuple[str | None, ...]:
    told = (lead.created_at, lead.updated_at, lead.closed_at, lead.seen_at)
    moments = map(_moment, told)
    about = (str(number), f"Сделка {number}", _text(lead.price), *map(str, lead.status), *moments)
    return (ACCOUNT, *about, "x", "t" if number in gone else "f", "1", "1")


def _event_rows(number: int, lead: Lead) -> Iterable[tuple[str | None, ...]]:
    for move in lead.moves:
        about = (ACCOUNT, move.event_id, str(number), "lead_status_changed", _moment(move.at))
        yield (*about, *map(str, move.before), *map(str, move.after), None, None, "1")
    for sale in lead.sales:
        about = (ACCOUNT, sale.event_id, str(number), "sale_field_changed", _moment(sale.at))
        yield (*about, None, None, None, None, _text(sale.before), _text(sale.after), "1")
