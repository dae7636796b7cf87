"""
The list of events of a simulated account (amocrm 5.11): its filters are nobody's paid extra.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.amocrm_account import Account
from sandbox.amocrm_lists import MOST_EVENTS, enveloped, invalid, paging
from sandbox.amocrm_material import Record
from sandbox.amocrm_wire import API, Asked, Refused

MOST_NAMED = 10  # ids of entities, and of users, in one condition
TYPES = (
    "lead_added", "lead_status_changed", "lead_deleted", "lead_restored", "entity_merged",
    "sale_field_changed", "entity_responsible_changed", "custom_field_value_changed",
)  # fmt: skip


def listed(account: Account, asked: Asked) -> Record | None:
    """Give a page of events."""
    pages = paging(account, asked, MOST_EVENTS)
    rows, has_more = pages.of(_found(account, asked))
    return enveloped(account, asked, pages, [_shown(asked, each) for each in rows], has_more)


def types(account: Account, asked: Asked) -> Record:
    """Tell which types there are."""
    return {
        "_total_items": len(TYPES),
        "_embedded": {"events_types": [{"key": key, "type": 1} for key in TYPES]},
    }


def _found(account: Account, asked: Asked) -> Iterator[Record]:
    told = asked.filter if account.ways["event_filters"] == "heeded" else {}
    first, last = _window(told.get("created_at"), account.ways["filter_bounds"])
    wanted, entities = set(_listed(told.get("type"))), set(_listed(told.get("entity")))
    numbers, authors = _numbers(told, "entity_id"), _numbers(told, "created_by")
    if numbers and len(entities) != 1:
        raise invalid("filter.entity", "NotSupportedChoice", "Exactly one entity is expected.")
    if unknown := wanted - set(TYPES):
        raise _unknown(f"filter.type: {', '.join(sorted(unknown))}")
    for event in account.events.between(first, last, account.ways["events_order"] == "newest"):
        if (
            (not wanted or event["type"] in wanted)
            and (not entities or event["entity_type"] in entities)
            and (not numbers or event["entity_id"] in numbers)
            and (not authors or event["created_by"] in authors)
            and _is_visible(account, event)
        ):
            yield event


def _is_visible(account: Account, event: Record) -> bool:
    if event["created_at"] < account.flags["hidden_before"]:
        return False
    if event["entity_type"] != "lead":
        return True
    if not account.may_see(event["entity_id"]):
        return False
    lead = account.leads.get(event["entity_id"])
    is_gone = lead is None or lead["is_deleted"]
    return not (is_gone and account.ways["deleted_events_vanish"] == "yes")


def _window(told: Any, bounds: str) -> tuple[int | None, int | None]:
    if told is None:
        return None, None
    if not isinstance(told, dict):
        return int(told) + 1, None  # a single moment: all after it
    first, last = (int(told[end]) if end in told else None for end in ("from", "to"))
    is_after, is_before = bounds == "exclusive", bounds != "inclusive"
    return None if first is None else first + is_after, None if last is None else last - is_before


def _numbers(told: Any, name: str) -> set[int]:
    numbers = {int(each) for each in _listed(told.get(name))}
    if len(numbers) > MOST_NAMED:
        raise invalid(f"filter.{name}", "TooMany", f"At most {MOST_NAMED} are expected.")
    return numbers


def _listed(told: Any) -> list[str]:
    if told is None:
        return []
    if isinstance(told, dict):
        told = list(told.values())
    return [str(each) for each in told] if isinstance(told, list) else str(told).split(",")


def _unknown(path: str) -> Refused:
    return invalid(path, "NotSupportedChoice", "The value you selected is not a valid choice.")


def _shown(asked: Asked, event: Record) -> Record:
    entity = {
        "id": event["entity_id"],
        "_links": {"self": {"href": f"https://{asked.host}{API}leads/{event['entity_id']}"}},
    }
    return {**event, "_embedded": {"entity": entity}}
