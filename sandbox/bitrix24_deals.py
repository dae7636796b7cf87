"""
How deals of the simulated portal change: stages, close dates, contacts; by clients and by people.

Winning or losing a deal overwrites its close date with today, unless told not to (bitrix24 0.4).
Deleting or merging a contact changes deals behind their backs: no moment of theirs moves (bitrix24 0.8).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sandbox.bitrix24_errors import BAD_VALUE, Refused
from sandbox.bitrix24_portal import FINAL, Portal
from sandbox.shelf import Record

CREATED, MOVED, ENDED, FUNNEL_CHANGED = 1, 2, 3, 5  # TYPE_ID of stage history
_CLOSES_IN = timedelta(days=7)


def add(portal: Portal, deals: Iterable[Mapping[str, Any]], history: bool = True) -> None:
    """Let people have added deals, or put some in the place of others; an ``id`` of theirs is respected."""
    now, today = portal.moment(), portal.now().date()
    usual = {"createdTime": now, "updatedTime": now, "movedTime": now, "begindate": today.isoformat()}
    usual["closedate"] = (today + _CLOSES_IN).isoformat()
    added = [linked({**usual, **_on_stage(portal, told)}) for told in deals]
    portal.shelves["deal"].put(added)
    if history:
        portal.shelves["history"].put([row for deal in added for row in _first_rows(deal)])


def _on_stage(portal: Portal, told: Mapping[str, Any]) -> Record:
    deal = dict(told)
    funnel = deal["categoryId"] = int(deal.get("categoryId", 0))
    if funnel not in portal.funnels:
        raise ValueError(f"no funnel {funnel}")
    if "stageId" not in deal:
        deal["stageId"] = portal.stage_with(deal.get("stageSemanticId", "P"), funnel)
    meaning = portal.semantics(deal["stageId"], funnel)
    if meaning is None:
        raise ValueError(f"no stage {deal['stageId']!r} in funnel {funnel}")
    return deal | {"stageSemanticId": meaning, "closed": "Y" if meaning in FINAL else "N"}


def linked(deal: Record) -> Record:
    """Make the primary contact and the list of contacts agree."""
    contacts = [int(each) for each in deal.get("contactIds") or []]
    primary = int(deal.get("contactId") or 0)
    if primary and primary not in contacts:
        contacts.insert(0, primary)
    primary = primary or (contacts[0] if contacts else 0)
    return deal | {"contactIds": contacts, "contactId": primary}


def _first_rows(deal: Record) -> Iterable[Record]:
    if deal["stageSemanticId"] not in FINAL:
        yield _row(deal, CREATED, deal["createdTime"])
        return
    yield _row({**deal, "stageId": "NEW", "stageSemanticId": "P"}, CREATED, deal["createdTime"])
    yield _row(deal, ENDED, deal["movedTime"])


def _row(deal: Record, kind: int, at: str) -> Record:
    return {
        **{"TYPE_ID": kind, "OWNER_ID": deal["id"], "CREATED_TIME": at, "STAGE_ID": deal["stageId"]},
        **{"CATEGORY_ID": deal.get("categoryId", 0), "STAGE_SEMANTIC_ID": deal["stageSemanticId"]},
    }


def change(portal: Portal, deal: Record, changes: Mapping[str, Any]) -> Record:
    """Save a changed deal: its moments move, and with the stage whatever the portal does then."""
    now = portal.moment()
    after = {**deal, **changes, "updatedTime": now}
    if {"contactId", "contactIds"} & changes.keys():
        after = linked({**after, "contactId": changes.get("contactId", _kept_primary(after))})
    funnel, stage = after.get("categoryId", 0), after["stageId"]
    if (funnel, stage) != (deal.get("categoryId", 0), deal["stageId"]):
        meaning = portal.semantics(stage, funnel)
        if meaning is None:
            raise Refused(BAD_VALUE, f'Поле "Стадия" заполнено неверно: {stage}')
        after |= {"stageSemanticId": meaning, "closed": "Y" if meaning in FINAL else "N", "movedTime": now}
        if meaning in FINAL and deal["stageSemanticId"] not in FINAL and portal.ways["auto_close_date"]:
            after["closedate"] = portal.now().date().isoformat()
        kind = FUNNEL_CHANGED if funnel != deal.get("categoryId", 0) else ENDED if meaning in FINAL else MOVED
        portal.shelves["history"].put([_row(after, kind, now)])
    portal.shelves["deal"].put([after])
    return after


def _kept_primary(deal: Record) -> int:
    primary: int = deal.get("contactId", 0)
    return primary if primary in (deal.get("contactIds") or []) else 0


def move(portal: Portal, numbers: Iterable[int], semantics: str) -> None:
    """Let people win, lose or reopen deals."""
    for number in numbers:
        deal = known(portal, "deal", number)
        change(portal, deal, {"stageId": portal.stage_with(semantics, deal.get("categoryId", 0))})


def known(portal: Portal, kind: str, number: Any) -> Record:
    """Return a record. Raises ValueError without one."""
    record = portal.shelves[kind].get(number)
    if record is None:
        raise ValueError(f"no {kind} {number}")
    return record


def drop(portal: Portal, numbers: Iterable[int]) -> None:
    """Let people delete deals."""
    for number in numbers:
        portal.shelves["deal"].remove(known(portal, "deal", number)["id"])


def drop_contacts(portal: Portal, numbers: Iterable[int], heir: int | None = None) -> None:
    """Let people delete contacts, or merge them into an heir: links change by SQL, no deal is saved."""
    gone = {int(number) for number in numbers}
    for number in gone:
        known(portal, "contact", number)
        portal.shelves["contact"].remove(number)
    changed = [deal for deal in portal.shelves["deal"] if gone & set(deal.get("contactIds") or [])]
    portal.shelves["deal"].put([_without(deal, gone, heir) for deal in changed])


def _without(deal: Record, gone: set[int], heir: int | None) -> Record:
    named = [heir if each in gone else each for each in deal["contactIds"]]
    contacts = [each for each in dict.fromkeys(named) if each is not None]
    primary = heir if deal["contactId"] in gone else deal["contactId"]
    return linked({**deal, "contactIds": contacts, "contactId": primary or 0})


def as_day(value: Any) -> str | None:
    """Return the day of a date as clients write it. Raises ValueError for one that makes no sense."""
    text = str(value or "").strip()
    if not text:
        return None
    if len(text) == len("31.12.2026") and text[2] == text[5] == ".":
        text = f"{text[6:]}-{text[3:5]}-{text[:2]}"
    return date.fromisoformat(text[:10]).isoformat()
