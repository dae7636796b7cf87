"""
What people do to the leads of a simulated account: every deed leaves its event, where the vendor leaves one.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from sandbox.amocrm_account import Account
from sandbox.amocrm_material import REFUSAL, SUCCESS, Record
from sandbox.amocrm_values import multitext, replaced, spelled

Told = Mapping[str, Any]
Step = tuple[int, int, int]  # pipeline, status, moment
CLOSED = (SUCCESS, REFUSAL)
_PLAIN = (
    "name", "price", "loss_reason_id", "source_id", "score", "labor_cost", "group_id", "closed_at",
    "closest_task_at", "created_by", "updated_by", "responsible_user_id",
)  # fmt: skip
_FIRST_TAG = 55101


def add(account: Account, told: Iterable[Told]) -> None:
    """
    Let leads have been added, or put them in the place of others of the same number.

    ``path`` is where a lead has been: ``[[pipeline, status, moment], …]``, first what it was created in;
    ``status`` is where it has been all the time. Without either it is in the first working status.
    """
    made = [_lead(account, each) for each in told]
    account.leads.put(lead for lead, _ in made)  # which gives numbers to those without one
    account.events.put([event for lead, steps in made for event in _history(account, lead, steps)])


def _lead(account: Account, told: Told) -> tuple[Record, list[Step]]:
    first = account.pipelines[0]
    working = [each["id"] for each in first["statuses"] if not each["type"]]
    path = told.get("path")
    start = account.at(told.get("created_at", path[0][2] if path else None))
    path = path or [[*told.get("status", (first["id"], working[0])), start]]
    steps = [(int(pipeline), int(status), account.at(at)) for pipeline, status, at in path]
    pipeline, status, last = steps[-1]
    lead: Record = {
        **{"id": told.get("id"), "name": told.get("name", "Заявка с сайта"), "price": told.get("price", 0)},
        **{"responsible_user_id": account.facts["current_user_id"], "group_id": 0},
        **{"status_id": status, "pipeline_id": pipeline, "loss_reason_id": None, "source_id": None},
        **{"created_by": 0, "updated_by": 0, "created_at": start},
        **{"updated_at": account.at(told["updated_at"]) if "updated_at" in told else max(start, last)},
        **{"closed_at": last if status in CLOSED else None, "closest_task_at": None, "is_deleted": False},
        **{"score": None, "labor_cost": None, "is_price_modified_by_robot": False},
        **{"custom_fields_values": spelled(told.get("fields", {}), account.fields) or None},
        **{"_tags": _tags(told.get("tags", ())), "_contacts": list(told.get("contacts", ()))},
        **{"_company": told.get("company"), "_source": told.get("source")},
    }
    return lead | {name: told[name] for name in _PLAIN if name in told}, steps


def _history(account: Account, lead: Record, steps: list[Step]) -> Iterator[Record]:
    added = [{"note": {"id": 700_000_000 + lead["id"]}}]
    yield _event(account, "lead_added", lead["id"], lead["created_at"], added)
    for before, after in pairwise(steps):
        yield _moved(account, lead["id"], before[:2], after[:2], after[2])


def _tags(names: Iterable[Any]) -> list[Record]:
    numbered = ((sum(map(ord, str(name))) % 10_000, name) for name in names)
    return [
        name if isinstance(name, dict) else {"id": _FIRST_TAG + number, "name": name, "color": None}
        for number, name in numbered
    ]


def _event(
    account: Account, kind: str, lead: int, at: int, after: list[Record] | None = None, before: Any = ()
) -> Record:
    return {
        **{"id": None, "type": kind, "entity_id": lead, "entity_type": "lead", "created_by": 0},
        **{"created_at": at, "value_after": after or [], "value_before": list(before)},
        "account_id": account.number,
    }


def _moved(account: Account, lead: int, before: tuple[int, int], after: tuple[int, int], at: int) -> Record:
    told = [
        [{"lead_status": {"id": status, "pipeline_id": pipeline}}] for pipeline, status in (before, after)
    ]
    return _event(account, "lead_status_changed", lead, at, told[1], told[0])


def move(account: Account, moves: Told, at: Any = None) -> None:
    """Let leads be moved to other statuses, now or at a moment."""
    for number, (pipeline, status) in moves.items():
        lead, moment = known(account, number), account.at(at)
        before, after = (lead["pipeline_id"], lead["status_id"]), (int(pipeline), int(status))
        closed = moment if after[1] in CLOSED else None
        reason = lead["loss_reason_id"] if after[1] == REFUSAL else None
        changed = {
            "pipeline_id": after[0],
            "status_id": after[1],
            "closed_at": closed,
            "loss_reason_id": reason,
        }
        account.leads.put([{**lead, **changed, "updated_at": moment}])
        if before != after:
            account.events.put([_moved(account, lead["id"], before, after, moment)])


def change(account: Account, changes: Told, at: Any = None) -> None:
    """Let people fill in leads: price, fields, tags, contacts, who is responsible."""
    for number, told in changes.items():
        lead, moment = known(account, number), account.at(at)
        changed = {name: told[name] for name in _PLAIN if name in told}
        if "fields" in told:
            values = replaced(lead["custom_fields_values"], told["fields"], account.fields)
            changed["custom_fields_values"] = values
        changed |= {"_tags": _tags(told["tags"])} if "tags" in told else {}
        changed |= {"_contacts": list(told["contacts"])} if "contacts" in told else {}
        account.leads.put([{**lead, **changed, "updated_at": moment}])
        if "price" in told and told["price"] != lead["price"]:
            sales = [[{"sale_field_value": {"sale": price}}] for price in (lead["price"], told["price"])]
            account.events.put(
                [_event(account, "sale_field_changed", lead["id"], moment, sales[1], sales[0])]
            )


def spell(account: Account, told: Told) -> None:
    """Let live leads be told with these fields instead of their own, readable or not; nobody changes them."""
    account.leads.put([{**known(account, number), "_spelled": dict(each)} for number, each in told.items()])


def delete(account: Account, numbers: Iterable[int], is_deleted: bool = True, at: Any = None) -> None:
    """Let leads go to the bin, or come back from there, now or at a moment."""
    kind, moment = "lead_deleted" if is_deleted else "lead_restored", account.at(at)
    for number in numbers:
        lead = known(account, number)
        if lead["is_deleted"] != is_deleted:
            account.leads.put([{**lead, "is_deleted": is_deleted, "updated_at": moment}])
            account.events.put([_event(account, kind, lead["id"], moment)])


def purge(account: Account, numbers: Iterable[int]) -> None:
    """Let leads be gone for good, without a word."""
    for number in numbers:
        account.leads.remove(known(account, number)["id"])


def merge(account: Account, loser: int, winner: int) -> None:
    """Let one lead be merged into another: it is in no list any longer."""
    gone, heir = known(account, loser), known(account, winner)
    named = heir if account.ways["merge_event"] == "winner" else gone
    account.leads.put([{**heir, "updated_at": account.now()}])
    account.leads.remove(gone["id"])
    account.events.put([_event(account, "entity_merged", named["id"], account.now())])


def record_events(account: Account, told: Iterable[Told]) -> None:
    """
    Let events be in the list as they are told, whatever has happened.

    Short: ``{"lead", "at", "from": [pipeline, status], "to": [pipeline, status]}``; or as the vendor does.
    """
    account.events.put([_told_event(account, each) for each in told])


def _told_event(account: Account, told: Told) -> Record:
    at, number = (
        account.at(told.get("at", told.get("created_at"))),
        int(told.get("lead", told.get("entity_id", 0))),
    )
    if "to" in told:
        (p, s), (q, t) = told["from"], told["to"]
        return {**_moved(account, number, (p, s), (q, t), at), "id": told.get("id")}
    usual = _event(account, "lead_status_changed", number, at)
    return {
        **usual,
        **{name: value for name, value in told.items() if name not in ("lead", "at")},
        "created_at": at,
    }


def add_contacts(account: Account, told: Iterable[Told]) -> None:
    """Let there be contacts, or let them be changed: ``{"id", "name", "phones": […], "emails": […]}``."""
    account.contacts.put([_contact(account, each) for each in told])


def _contact(account: Account, told: Told) -> Record:
    name, number = told.get("name", "Клиент"), told.get("id")
    first, _, last = str(name).partition(" ")
    return {
        **{"id": number, "name": name, "first_name": first, "last_name": last, "account_id": account.number},
        **{
            "responsible_user_id": account.facts["current_user_id"],
            "group_id": 0,
            "created_by": 0,
            "updated_by": 0,
        },
        **{
            "created_at": account.at(told.get("created_at")),
            "updated_at": account.at(told.get("updated_at")),
        },
        **{"closest_task_at": None, "is_deleted": bool(told.get("is_deleted"))},
        "custom_fields_values": multitext(told.get("phones", ()), told.get("emails", ())),
    }


def delete_contacts(account: Account, numbers: Iterable[int]) -> None:
    """Let contacts be deleted; leads that are told of may name them still."""
    for number in numbers:
        contact = account.contacts.get(number)
        if contact is None:
            raise ValueError(f"no contact {number}")
        account.contacts.put([{**contact, "is_deleted": True}])


def known(account: Account, number: Any) -> Record:
    """Return a lead. Raises ValueError."""
    lead = account.leads.get(number)
    if lead is None:
        raise ValueError(f"no lead {number}")
    return lead
