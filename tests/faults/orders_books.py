"""All that an exchange of orders is answerable for, in a form that two of them can be compared by."""

from typing import Any, LiteralString

import psycopg

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, WORK_ORDER
from tests.calltouch_orders.shop import Shop
from tests.faults.books import Books
from tests.faults.books import mart as mart_of

# Left out: the clock, the numbers of runs, how often something was tried, versions that 1C counts up.
TABLES: dict[str, LiteralString] = {
    "erp_order": """
        select order_ref, kind, number, title, ordered_at, posted, deleted, contractor, organisation, manager,
            total, profit, erp_order.currency, closed_at, base_order_ref, phones, emails,
            source_short, source_full,
            client.name as client, deal.external_id as deal
        from mart.erp_order
        left join mart.client using (client_id) left join mart.deal using (deal_id) order by order_ref""",
    "erp_order_line": "select * from mart.erp_order_line order by order_ref, line_no",
    "erp_shipment": """
        select shipment_ref, order_ref, number, shipped_at, posted, deleted, total, profit
        from mart.erp_shipment order by shipment_ref""",
    "erp_return": """
        select return_ref, order_ref, shipment_ref, returned_at, posted, deleted, total, profit
        from mart.erp_return order by return_ref""",
    "calltouch_deal": """
        select site_id, order_ref, account, order_title, state, payload_hash, sent_status, sent_status_at,
            sent_revenue, sent_margin, sent_funnel, sent_manager, sent_tags, last_error,
            calltouch_order_id is not null as has_id
        from mart.calltouch_deal order by site_id, order_ref""",
    "calltouch_lead_source": """
        select site_id, order_ref, state, source, medium, campaign, keyword, found_at is not null as is_found,
            written_back_at is not null as is_written, written_short, written_value, kept_value, last_error
        from mart.calltouch_lead_source order by site_id, order_ref""",
    # What was carried out: each action once, whatever became of its earlier attempts.
    "action": """
        select target, account, kind, key, after from ops.action where state = 'done'
        order by target, account, key, kind, after::text""",
    "open action": """
        select kind, key, state from ops.action where state in ('planned', 'sending', 'uncertain')""",
}
IDS: LiteralString = """
    select site_id, order_ref::text as ref, calltouch_order_id as id from mart.calltouch_deal
    where calltouch_order_id is not null order by 1, 2
"""


def books(shop: Shop) -> Books:
    """Read the warehouse, Calltouch and 1C."""
    with psycopg.connect(shop.warehouse_url) as connection:
        found = mart_of(connection)
    found = {name: [unnumbered(row) for row in rows] for name, rows in found.items()}
    found |= {name: shop.rows(query) for name, query in TABLES.items()}
    found["Calltouch"] = shop.calltouch.deals()
    found["1C"] = [
        row
        for name in (CUSTOMER_ORDER, WORK_ORDER)
        for row in shop.onec.order(read=name, comparable=True)["rows"]
    ]
    return found


def unnumbered(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out by which of several runs a row was written."""
    return {name: value for name, value in row.items() if not name.endswith("run_id")}


def promises_broken(shop: Shop) -> list[str]:
    """Say in a line each what must hold in any case: no deal twice, each known by its id."""
    deals = shop.calltouch.deals(ids=True)
    held = sorted((deal["project"], deal["orderNumber"], deal["id"]) for deal in deals)
    known = sorted((row["site_id"], row["ref"], row["id"]) for row in shop.rows(IDS))
    lines = [] if held == known else [f"deals in Calltouch: {held}, known to us: {known}"]
    if duplicates := shop.calltouch.counts().get("duplicates"):
        lines.append(f"{duplicates} deals were sent a second time")
    return lines
