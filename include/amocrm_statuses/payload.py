"""A lead as Smart Data Hub takes it: the body of ``POST leads/`` (smart-data-hub 2)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from include.amocrm.spelling import day_of
from include.amocrm_statuses.rules import Held
from include.amocrm_statuses.wanted import kind_of_type
from include.settings.amocrm_statuses import Push

NONE = "none"  # what the vendor's sample writes for a text that is not there
TRACES = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("metrika_cid", "google_cid", "smart_visitor_id"),
)
_TEXTS = (
    *("name", *TRACES, "purchase_shipping", "rejection_reason", "invoice"),
    *("customer_phone", "customer_email"),
)
_NUMBERS = ("price", "purchase_tax", "first_cost")
_MOVES = "last_modified"  # every touch moves it, so that it alone is no reason to post again


class PushLead(NamedTuple):
    """A lead in a container, as far as it is passed on. ``rejection_reason``: only of a refused one."""

    outer_id: str
    host: str
    lead_id: int
    name: str | None
    price: Decimal | None
    responsible_user_id: int | None
    rejection_reason: str | None
    created_at: datetime
    updated_at: datetime
    utm: Mapping[str, str] = {}
    fields: Mapping[int, Sequence[Held]] = {}
    phone: str | None = None
    email: str | None = None


class Target(NamedTuple):
    """Where leads of a container go, and how values of fields are spelled: in the account's zone."""

    pipeline_id: str
    status_id: str
    types: Mapping[int, str]
    zone: ZoneInfo


def payload(lead: PushLead, push: Push, target: Target) -> dict[str, Any]:
    """Put together the body; what is not known is left out, or ``none`` if the settings say so."""
    told = {
        "outer_id": lead.outer_id,
        "name": lead.name,
        "pipeline_id": target.pipeline_id,
        "status_id": target.status_id,
        "manager_id": push.managers.get(lead.responsible_user_id or 0),
        **{name: lead.utm.get(name) for name in TRACES},
        "price": _plain(lead.price),
        "products": [],
        "custom_fields": _custom_fields(lead, push, target),
        "purchase_tax": _number(lead, push.purchase_tax),
        "first_cost": _number(lead, push.first_cost),
        "purchase_shipping": _shipping(lead, push, target),
        "rejection_reason": lead.rejection_reason,
        "created": int(lead.created_at.timestamp()),
        _MOVES: int(lead.updated_at.timestamp()),
        "invoice": None,
        "entity_link": f"https://{lead.host}/leads/detail/{lead.lead_id}",
        **_person(lead, is_told=push.personal_data),
    }
    if not push.missing_as_none:
        return {name: value for name, value in told.items() if value not in (None, "", [])}
    return _worded(told)


def _person(lead: PushLead, *, is_told: bool) -> dict[str, str | None]:
    phone, email = (lead.phone, lead.email) if is_told else (None, None)
    return {"customer_phone": phone, "customer_email": email}


def _worded(told: dict[str, Any]) -> dict[str, Any]:
    """Say a word for texts that are not there, and zero for numbers; no word is an id of something."""
    words = {name: NONE for name in _TEXTS if not told[name]}
    zeros = {name: 0 for name in _NUMBERS if told[name] is None}
    return {name: value for name, value in (told | words | zeros).items() if value is not None}


def outer_id(account_id: int, lead_id: int, funnel_id: str | None = None) -> str:
    """Name a lead as the other side knows it: by account and number; with ``funnel_id`` as another one."""
    own = f"{account_id}-{lead_id}"
    return own if funnel_id is None else f"{own}-{funnel_id}"


def payload_hash(body: Mapping[str, Any]) -> str:
    """Give a hash of a body, whenever the lead was touched last."""
    told = {name: value for name, value in body.items() if name != _MOVES}
    spelled = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def _custom_fields(lead: PushLead, push: Push, target: Target) -> list[dict[str, str]]:
    found = ((remote, _text(lead, field_id, target)) for field_id, remote in push.custom_fields.items())
    return [{"id": remote, "value": value} for remote, value in found if value]


def _shipping(lead: PushLead, push: Push, target: Target) -> str | None:
    return None if push.purchase_shipping is None else _text(lead, push.purchase_shipping, target)


def _text(lead: PushLead, field_id: int, target: Target) -> str | None:
    """Spell the values of a field: days as days, several with commas."""
    kind = kind_of_type(target.types.get(field_id, ""))
    spelled = (_spelled(held, kind, target.zone) for held in lead.fields.get(field_id, ()))
    return ", ".join(value for value in spelled if value) or None


def _spelled(held: Held, kind: str, zone: ZoneInfo) -> str | None:
    if held.at is not None:
        day = kind == "date"
        return day_of(held.at, zone).isoformat() if day else held.at.astimezone(zone).isoformat()
    if held.tick is not None:
        return "да" if held.tick else "нет"
    return held.text.strip() if held.text else None


def _number(lead: PushLead, field_id: int | None) -> int | float | None:
    held = lead.fields.get(field_id, ()) if field_id is not None else ()
    return _plain(held[0].number) if held else None


def _plain(value: Decimal | None) -> int | float | None:
    """Give a number as JSON has it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
