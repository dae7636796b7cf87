"""Look one order up, by hand: what Calltouch holds of it, and how that differs from 1C (calltouch 6.21)."""

from collections.abc import Iterator, Mapping
from typing import Any

from include.calltouch_orders.deal import SHIPPED
from include.calltouch_orders.differences import Values, differences, expected, last_told
from include.calltouch_orders.lead_source import source_of_deal
from include.calltouch_orders.messages import difference_line
from include.calltouch_orders.order import Order
from include.calltouch_orders.roubles import text
from include.values.money import money
from plugins.hooks.calltouch import CalltouchHook
from plugins.steps.calltouch_channels import journal
from plugins.steps.calltouch_exchange import SQL, Exchange, candidates, find_asked
from plugins.warehouse import Warehouse

# Where a record of the journal may keep each field: the vendor describes none of it (calltouch 4.3).
_SHOWN = {
    "status": ("orderStatus", "status"),
    "margin": ("margin",),
    "funnel": ("funnel",),
    "manager": ("manager",),
}


def check(warehouse: Warehouse, job: Exchange, hook: CalltouchHook) -> list[str]:
    """Compare the order that a person has named with its deal; note the differences in the log of the run."""
    job = find_asked(warehouse, job)
    order = next(candidates(warehouse, job))[0].order
    day = order.ordered_at.astimezone(job.settings.zone).date()
    record = journal(hook, [day]).get(str(order.order_ref))
    found = differences(expected(order, job.account, job.settings), _held(order, record))
    details = {
        "deal": record.get("orderId") if record else None,
        "source": " / ".join(filter(None, source_of_deal(record) or ())) or None if record else None,
        "differences": [difference._asdict() for difference in found],
    }
    noted = {"record_key": str(order.order_ref), "details": details}
    warehouse.run_file(SQL / "note_check.sql", job.params | noted)
    return list(_lines(details, [difference_line(difference) for difference in found]))


def _held(order: Order, record: Mapping[str, Any] | None) -> Values:
    """Tell what Calltouch holds: what its journal shows, and what it does not show as last sent."""
    sent = last_told(order.deal) if order.deal else {}
    return sent | (_shown(record) if record else {})


def _shown(record: Mapping[str, Any]) -> Values:
    shown: Values = {}
    for field, places in {**_SHOWN, "revenue": _revenue_places(record)}.items():
        value = next((record[place] for place in places if record.get(place) not in (None, "")), None)
        if value is not None:
            shown[field] = _sum(value) if field in ("revenue", "margin") else str(value)
    if "tags" in record:
        names = (name for tag in record["tags"] or () for name in tag.get("names") or ())
        shown["tags"] = ", ".join(sorted(names)) or None
    return shown


def _revenue_places(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Say where the revenue is: a deal that is not completed has it planned, and zero completed."""
    is_shipped = SHIPPED in (record.get("orderStatus"), record.get("status"))
    amounts = ("completedAmount", "plannedAmount") if is_shipped else ("plannedAmount", "completedAmount")
    return (amounts[0], "revenue", amounts[1])


def _sum(value: Any) -> str | None:
    amount = money(str(value))
    return None if amount is None else text(amount)


def _lines(details: Mapping[str, Any], found: list[str]) -> Iterator[str]:
    yield f"Сделка в Calltouch: {details['deal']}" if details["deal"] else "Сделки в Calltouch нет"
    if details["source"]:
        yield f"Источник обращения: {details['source']}"
    yield from found or ["Отличий от 1С нет"]
