"""What a day of the shop's story must leave behind everywhere, compared with what was worked out by hand."""

from collections import Counter
from typing import Any

from sandbox.demo.motor_shop import Becomes, day
from sandbox.demo.motor_shop_goods import AD_SOURCES, ad_source_key
from sandbox.demo.motor_shop_leads import SITES
from sandbox.demo.motor_shop_story import NO_CONTACT, NO_DEAL, SKIPPED, UNCHANGED
from tests.calltouch_orders.shop import FIRST_DAY, Shop

ORDERS = ("Document_ЗаказПокупателя", "Document_ЗаказНаряд")
SHORT, FULL = "ИсточникРекламы_Key", "ПолноеНаименованиеИсточникаРекламы"
EMPTY = "00000000-0000-0000-0000-000000000000"
NAMES = {ad_source_key(name): name for name in AD_SOURCES} | {EMPTY: ""}
# What the log says of an order: what was decided about it, the last word if there are two.
LOGGED = """
    select record_key, (array_agg(outcome order by seq desc))[1] as outcome from ops.run_log
    where run_id = %s and outcome not like 'source%%' group by record_key
"""
MATCHED = """
    select deal.external_id, deal.deal_id, deal.client_id, document.contractor_ref::text as contractor,
        document.phones || document.emails as contacts, document.client_id as order_client,
        document.deal_id as order_deal,
        array(select value from mart.client_key where client_id = deal.client_id) as keys
    from mart.erp_order as document
    left join mart.deal on deal.external_id = document.order_ref::text
    where document.order_ref = any(%s::uuid[])
"""


def orders_of(shop: Shop) -> dict[str, dict[str, Any]]:
    """Read the orders of the base by GUID."""
    return {row["Ref_Key"]: row for name in ORDERS for row in shop.onec.order(read=name)["rows"]}


def wrong(shop: Shop, dag_run: Any, number: int) -> list[str]:
    """Say in a line each what is not as it must be after a day's run."""
    expected = day(number, FIRST_DAY).expected
    found = [*_in_logs(shop, dag_run, expected), *_in_calltouch(shop, expected), *_in_1c(shop, expected)]
    return [*found, *_in_mart(shop, expected)]


def _in_logs(shop: Shop, dag_run: Any, expected: dict[str, Becomes]) -> list[str]:
    lines, runs = [], shop.runs_of(dag_run)
    for account in SITES:
        run = runs[account]
        said = {row["record_key"]: row["outcome"] for row in shop.rows(LOGGED, run["run_id"])}
        mine = {ref: becomes for ref, becomes in expected.items() if becomes.account == account}
        told = {ref: becomes.outcome for ref, becomes in mine.items() if becomes.outcome != UNCHANGED}
        # What keeps an order out is said once; from then on it is as unknown as before, or left alone.
        again = {
            ref for ref, outcome in told.items() if outcome in (SKIPPED, NO_CONTACT, NO_DEAL)
        } - said.keys()
        told = {ref: outcome for ref, outcome in told.items() if ref not in again}
        lines += [f"{account}: {ref} is {said.get(ref)}, not {told.get(ref)}" for ref in _differ(said, told)]
        counted = {k: n for k, n in run["counters"].items() if not k.startswith("source") and k != UNCHANGED}
        if counted != Counter(told.values()):
            lines.append(f"{account}: counters {run['counters']}, not {dict(Counter(told.values()))}")
    return lines


def _in_calltouch(shop: Shop, expected: dict[str, Becomes]) -> list[str]:
    deals = {
        ref: Becomes(
            {site: name for name, site in SITES.items()}[deal["project"]],
            "",
            deal["status"],
            deal["revenue"],
            deal.get("margin"),
            deal.get("funnel", ""),
            tuple(deal["tags"]),
        )
        for ref, deal in shop.deals().items()
    }
    wanted = {ref: it._replace(outcome="", source="") for ref, it in expected.items() if it.status}
    return [f"Calltouch: {ref} is {deals.get(ref)}, not {wanted.get(ref)}" for ref in _differ(deals, wanted)]


def _in_1c(shop: Shop, expected: dict[str, Becomes]) -> list[str]:
    held = {ref: (NAMES[row[SHORT]], row[FULL]) for ref, row in orders_of(shop).items()}
    sources = {ref: expected[ref].source if ref in expected else "" for ref in held}
    wanted = {ref: (full.partition(" / ")[0], full) for ref, full in sources.items()}
    return [f"1C: {ref} has {held[ref]}, not {wanted[ref]}" for ref in _differ(held, wanted)]


def _in_mart(shop: Shop, expected: dict[str, Becomes]) -> list[str]:
    lines, clients = [], {}
    for row in shop.rows(MATCHED, list(expected)):
        if (row["deal_id"], row["client_id"]) != (row["order_deal"], row["order_client"]):
            lines.append(f"mart: the order does not know its own deal: {row}")
        # A client that was found is given no new keys (leadexpert A17), so one of them may be all it has.
        if bool(row["contacts"]) != bool(row["deal_id"]) or not set(row["contacts"][:1]) <= set(row["keys"]):
            lines.append(f"mart: contacts make a client and a deal: {row}")
        for contact in row["contacts"][:1]:
            if clients.setdefault(contact, row["client_id"]) != row["client_id"]:
                lines.append(f"mart: {row['external_id']} belongs to another client with the same contact")
    return lines


def _differ(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return sorted(ref for ref in one.keys() | other.keys() if one.get(ref) != other.get(ref))
