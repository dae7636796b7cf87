"""A lead as its list tells it, and what is left of a deleted one (amocrm 5.4, 5.12)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from include.amocrm.spelling import INT4, as_json, fingerprint, moment, money, must, text, whole
from include.amocrm.values import ValueRow, values_of

_PASSING = ("_links", "closest_task_at", "updated_by")  # they say nothing of the lead that we keep
UNREAD_PRICE = "price"  # a problem: there is a price, and it does not read
UNREAD_OPTIONAL = "closed_at"  # a problem: so has one of these
_OPTIONAL = ("closed_at", "loss_reason_id", "responsible_user_id")
_NEEDED = ("pipeline_id", "status_id", "created_at", "updated_at")


class LeadRow(NamedTuple):
    """A live lead, in the order of the columns of ``stage.amocrm_statuses_lead``."""

    lead_id: int
    name: str | None
    price: Decimal | None
    pipeline_id: int
    status_id: int
    responsible_user_id: int | None
    group_id: int | None
    loss_reason_id: int | None
    source_id: int | None
    source_name: str | None
    created_by: int | None
    updated_by: int | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    score: int | None
    labor_cost: int | None
    main_contact_id: int | None
    company_id: int | None
    fingerprint: str = ""
    raw: str | None = None  # JSON


class TagRow(NamedTuple):
    """A tag of a lead."""

    lead_id: int
    tag_id: int
    name: str


class LeadContactRow(NamedTuple):
    """A contact of a lead."""

    lead_id: int
    contact_id: int
    is_main: bool


class GoneRow(NamedTuple):
    """A lead that is not there any more. ``reason``: bin, missing."""

    lead_id: int
    deleted_at: datetime | None
    reason: str


class LeadRead(NamedTuple):
    """All that is read of a lead. ``problems``: codes of what is wrong with it."""

    row: LeadRow
    values: Sequence[ValueRow]
    tags: Sequence[TagRow]
    contacts: Sequence[LeadContactRow]
    problems: Sequence[str]


def is_deleted(item: Mapping[str, Any]) -> bool:
    """Tell whether a row is of a lead in the bin: all but its id and its last change is null."""
    return item.get("is_deleted") is True


def deleted_of(item: Mapping[str, Any]) -> GoneRow:
    """Read a row of the bin. Raises Unreadable."""
    return GoneRow(
        must(whole(item.get("id")), "удалённая сделка", "id"), moment(item.get("updated_at")), "bin"
    )


def lead_of(item: Mapping[str, Any], keep_raw: bool, zone: ZoneInfo) -> LeadRead:
    """
    Read a live lead. Raises Unreadable when it lacks what every lead has.

    ``zone``: of the account, in which fields of dates are meant.
    """
    lead_id = must(whole(item.get("id")), "сделка", "id")
    values, problems = values_of(lead_id, item.get("custom_fields_values"), zone)
    tags, contacts = _tags(lead_id, item), _contacts(lead_id, item)
    if item.get("price") is not None and money(item["price"]) is None:
        problems.append(UNREAD_PRICE)
    row = _row(lead_id, item, contacts)
    if any(item.get(key) is not None and getattr(row, key) is None for key in _OPTIONAL):
        problems.append(UNREAD_OPTIONAL)
    told = row._replace(updated_by=None)
    return LeadRead(
        row._replace(
            fingerprint=fingerprint([told, values, tags, contacts]),
            raw=as_json({k: v for k, v in item.items() if k not in _PASSING}) if keep_raw else None,
        ),
        values,
        tags,
        contacts,
        problems,
    )


def _row(lead_id: int, item: Mapping[str, Any], contacts: Sequence[LeadContactRow]) -> LeadRow:
    source, company = ((*_embedded(item, name), {})[0] for name in ("source", "companies"))
    return LeadRow(
        **{key: _needed(lead_id, item, key) for key in _NEEDED},
        lead_id=lead_id,
        name=text(item.get("name")),
        price=money(item.get("price")),
        responsible_user_id=whole(item.get("responsible_user_id")),
        group_id=whole(item.get("group_id")),
        loss_reason_id=_loss_reason(item),
        source_id=whole(item.get("source_id")) or whole(source.get("id")),
        source_name=text(source.get("name")),
        created_by=whole(item.get("created_by")),
        updated_by=whole(item.get("updated_by")),
        closed_at=moment(item.get("closed_at")),
        score=whole(item.get("score"), INT4),
        labor_cost=whole(item.get("labor_cost"), INT4),
        main_contact_id=next((row.contact_id for row in contacts if row.is_main), None),
        company_id=whole(company.get("id")),
    )


def _needed(lead_id: int, item: Mapping[str, Any], key: str) -> Any:
    read = moment if key.endswith("_at") else whole
    return must(read(item.get(key)), f"сделка {lead_id}", key)


def _loss_reason(item: Mapping[str, Any]) -> int | None:
    told = whole(item.get("loss_reason_id"))
    if told is not None:
        return told
    reasons = _embedded(item, "loss_reason")
    return whole(reasons[0].get("id")) if reasons else None


def _embedded(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Give what stands beside a lead: real answers have arrays where the table says object (amocrm 5.4)."""
    embedded = item.get("_embedded")
    told = embedded.get(name) if isinstance(embedded, Mapping) else None
    rows = told if isinstance(told, list) else [told]
    return [row for row in rows if isinstance(row, Mapping)]


def _tags(lead_id: int, item: Mapping[str, Any]) -> list[TagRow]:
    """Read tags, each once, in the order of their numbers: the vendor's own order means nothing."""
    told = ((whole(row.get("id")), text(row.get("name"))) for row in _embedded(item, "tags"))
    found = {tag: name or "" for tag, name in told if tag is not None}
    return [TagRow(lead_id, tag, found[tag]) for tag in sorted(found)]


def _contacts(lead_id: int, item: Mapping[str, Any]) -> list[LeadContactRow]:
    told = ((whole(row.get("id")), row.get("is_main") is True) for row in _embedded(item, "contacts"))
    found = {contact: is_main for contact, is_main in told if contact is not None}
    return [LeadContactRow(lead_id, contact, found[contact]) for contact in sorted(found)]
