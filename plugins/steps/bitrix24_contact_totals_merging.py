"""Merge a whole reading into the mart, in a transaction of the caller's (bitrix24 7.2, 13)."""

from typing import Any

from plugins.steps.bitrix24_contact_totals import SQL, Totals
from plugins.steps.bitrix24_contact_totals_plan import Target
from plugins.warehouse import Warehouse

CLIENTS = ("merge_clients", "merge_client_keys", "merge_client_links", "merge_client_feed")
DEALS = (
    "merge_funnels",
    "merge_gone_funnels",
    "merge_rates",
    "merge_deals",
    "merge_left_deals",
    "forget_parts",
    "merge_parts",
)
HISTORY = ("forget_history", "reopen_history", "close_history", "merge_history")
REST = (
    "merge_totals",
    "merge_contacts",
    "merge_fields",
    "merge_gone_fields",
    "forget_doubted",
    "merge_written",
    "forget_written",
)
TIER = ("account", "tier_no", "name", "per", "category_id", "threshold", "benefit")


def merge(warehouse: Warehouse, job: Totals, target: Target) -> None:
    """Let the mart be what was read, but for clients; doing it twice comes to the same."""
    params = job.params | target.params
    moment = warehouse.select_one(SQL / "select_moment.sql", params).moment
    params |= {"moment": moment}
    warehouse.run_files(SQL, (*DEALS, *HISTORY, *REST), params)
    _merge_tiers(warehouse, job)
    warehouse.run_file(SQL / "merge_snapshot.sql", params | _size(warehouse, job))
    warehouse.run_file(SQL / "forget_snapshots.sql", params)


def merge_clients(warehouse: Warehouse, job: Totals) -> None:
    """Let contacts have the clients that were found; the caller holds the mart's revision."""
    warehouse.run_files(SQL, CLIENTS, job.params)


def _merge_tiers(warehouse: Warehouse, job: Totals) -> None:
    warehouse.run_file(SQL / "forget_tiers.sql", job.params)
    rows = (
        (job.account, place, tier.name, tier.per, tier.funnel, tier.from_, tier.benefit)
        for place, tier in enumerate(job.settings.tiers, 1)
    )
    warehouse.copy_rows("mart.contact_tier", TIER, rows)


def _size(warehouse: Warehouse, job: Totals) -> dict[str, Any]:
    """Say what the reading came to, and what shapes it."""
    rows = warehouse.select(SQL / "select_reading.sql", job.params)
    return {
        "deals": sum(row.deals for row in rows),
        "minor": sum(row.minor for row in rows),
        "unattributed_minor": sum(row.unattributed_minor for row in rows),
        "by_funnel": {str(row.category_id): {"deals": row.deals, "minor": row.minor} for row in rows},
        "policies": job.policy,
    }
