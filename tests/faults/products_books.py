"""All that a run of the deals' products is answerable for, in a form that two of them can be compared by."""

from typing import LiteralString

from tests.bitrix24_portal import Portal
from tests.faults.books import Books

TABLES: dict[str, LiteralString] = {
    "deal product": """
        select deal_id, category_id, product_id, offer_id, fingerprint, written, state, codes
        from mart.bitrix24_deal_product order by deal_id""",
    "open action": """
        select kind, key, state from ops.action where state in ('planned', 'sending', 'uncertain')""",
}
_OF_A_MOMENT = ("createdTime", "updatedTime", "movedTime")


def books(portal: Portal) -> Books:
    """Read the warehouse and the portal's deals."""
    found: Books = {name: portal.rows(query) for name, query in TABLES.items()}
    found["portal's deals"] = [
        {name: value for name, value in deal.items() if name not in _OF_A_MOMENT}
        for deal in portal.crm.read("deals")
    ]
    return found


def promises_broken(portal: Portal, may_repeat: bool) -> list[str]:
    """
    Say in a line each what must hold in any case: closed deals stay, nothing is set twice.

    ``may_repeat``: an answer was lost or a process killed, so that a value may have been set twice.
    """
    closed = {deal["id"] for deal in portal.crm.read("deals") if deal["stageSemanticId"] != "P"}
    written = portal.crm.read("writes")
    lines = [
        f"{write['record']} is closed"
        for write in written
        if int(write["record"].partition(":")[2]) in closed
    ]
    if not may_repeat:
        lines += [f"{write['record']}: nothing changed" for write in written if write["what"] == "unchanged"]
    return lines


def created_by(portal: Portal) -> int:
    """Nothing is created."""
    return 0
