"""The deals of the reference vectors (bitrix24 7.2), and what the contacts of a portal then hold."""

from typing import Any

from sandbox.control import VendorControl

PIPELINE = "bitrix24_contact_totals"
# A club of four deals: each of them is much of all.
SETTINGS: dict[str, Any] = {"writes": {"repair_days": 0}, "guards": {"max_drop": 1, "min_seen_again": 0}}
FUNNELS = [{"id": 0, "name": "Общая", "sort": 300}, {"id": 3, "name": "Экспедиции", "sort": 200}]
CONTACTS = (7, 9, 12)
DEALS = [
    (101, 0, "S", "2025-12-31", 100000.01, [12, 7, 9]),
    (102, 3, "S", "2026-01-01", 50000.00, [9]),
    (103, 3, "P", "2026-02-01", 70000.00, [7]),
    (104, 3, "S", "2026-03-05", 0.01, [12, 7]),
    (105, 0, "S", "2026-05-05", 999.99, []),
    (106, 0, "F", "2026-05-06", 10.00, [7]),
]


def open_club(crm: VendorControl) -> None:
    """Let the portal have the deals of the first run."""
    crm.order(funnels=FUNNELS, contacts=[contact(number) for number in CONTACTS])
    crm.order(deals=[deal(*told) for told in DEALS])


def contact(number: int, phones: list[str] | None = None) -> dict[str, Any]:
    """Describe a contact."""
    return {"id": number, "name": f"Клиент {number}", "phones": phones or [f"+7921000{number:04d}"]}


def deal(
    number: int, funnel: int, semantic: str, day: str, amount: float, contacts: list[int]
) -> dict[str, Any]:
    """Describe a deal."""
    return {
        **{"id": number, "title": f"Тур {number}", "categoryId": funnel, "stageSemanticId": semantic},
        **{"closedate": day, "opportunity": amount, "currencyId": "RUB", "contactIds": contacts},
    }
