"""Events of leads: changes of status and price, deletions, merges (amocrm 5.11)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from include.amocrm.spelling import moment, money, must, text, whole

MOVED, DELETED, RESTORED = "lead_status_changed", "lead_deleted", "lead_restored"
MERGED, SALE = "entity_merged", "sale_field_changed"
TYPES = (MOVED, DELETED, RESTORED, MERGED)


class EventRow(NamedTuple):
    """One event, in the order of the columns of ``stage.amocrm_statuses_event``."""

    event_id: str
    lead_id: int
    type: str
    created_by: int | None
    occurred_at: datetime
    from_pipeline_id: int | None = None
    from_status_id: int | None = None
    to_pipeline_id: int | None = None
    to_status_id: int | None = None
    sale_before: Decimal | None = None
    sale_after: Decimal | None = None


def event_of(item: Mapping[str, Any]) -> EventRow | None:
    """Read an event; None: it is of something else than a lead. Raises Unreadable."""
    if item.get("entity_type") not in (None, "lead"):
        return None
    event_id, kind = text(item.get("id")) or "", str(item.get("type") or "")
    what = f"событие {event_id or '?'}"
    row = EventRow(
        must(event_id or None, what, "id"),
        must(whole(item.get("entity_id")), what, "entity_id"),
        kind,
        whole(item.get("created_by")),
        must(moment(item.get("created_at")), what, "created_at"),
    )
    if kind == MOVED:
        return row._replace(**_statuses(item, what))
    if kind == SALE:
        before = _sale(item, "value_before", what) if item.get("value_before") else None
        return row._replace(sale_before=before, sale_after=_sale(item, "value_after", what))
    return row


def _statuses(item: Mapping[str, Any], what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for side, name in (("from", "value_before"), ("to", "value_after")):
        status = _told(item, name, "lead_status")
        found[f"{side}_pipeline_id"] = must(whole(status.get("pipeline_id")), what, f"{name}.pipeline_id")
        found[f"{side}_status_id"] = must(whole(status.get("id")), what, f"{name}.id")
    return found


def _sale(item: Mapping[str, Any], name: str, what: str) -> Decimal | None:
    """Read a price; none only where it says so: what does not read is no price of nothing."""
    told = _told(item, name, "sale_field_value")
    if "sale" in told and told["sale"] is None:
        return None
    amount: Decimal = must(money(told.get("sale")), what, f"{name}.sale")
    return amount


def _told(item: Mapping[str, Any], side: str, key: str) -> Mapping[str, Any]:
    values = item.get(side)
    first = values[0] if isinstance(values, list) and values else None
    told = first.get(key) if isinstance(first, Mapping) else None
    return told if isinstance(told, Mapping) else {}
