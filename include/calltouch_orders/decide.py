"""
What is to become of an order in a Calltouch project: its life cycle (calltouch 6.4-7, 6.11-14, 6.20).

Pure: the order as the documents are now, and what Calltouch was told of it, give the decision. Once that has
been carried out, the same question is answered ``unchanged``; or, for an order that was shipped before it was
first seen, by the shipment. A decision with neither codes nor a kind is counted and not logged.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from include.calltouch_orders import cuts
from include.calltouch_orders.cuts import Cuts
from include.calltouch_orders.deal import (
    ORDERED,
    SHIPPED,
    Contacts,
    Element,
    contacts_of,
    matching,
    new_deal,
    shipped_update,
    status_update,
    sums_update,
)
from include.calltouch_orders.order import KnownDeal, Order
from include.calltouch_orders.rules import is_synchronised
from include.calltouch_orders.sums import differ, sums_of
from include.calltouch_orders.told import held, taken_up
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings

Mode = Literal["auto", "send_one", "check_one", "send_period"]
Kind = Literal["create", "update"]

_ONE = frozenset({"send_one", "check_one"})  # a person named the document
_BY_HAND = _ONE | {"send_period"}
_LEFT_OUT = frozenset({"skipped_no_contact", "rejected"})


class Decision(NamedTuple):
    """What to send about an order, if anything, and what to write down; all values are ready for JSON."""

    outcome: str
    codes: Sequence[str] = ()
    details: Mapping[str, Any] = {}
    kind: Kind | None = None
    before: Element | None = None  # what Calltouch holds of the fields to be sent
    after: Element | None = None  # the element to send
    state: str | None = None  # of mart.calltouch_deal, to be recorded with the plan; None: as it is
    payload_hash: str | None = None


def decide(
    order: Order,
    account: Account,
    settings: CalltouchOrdersSettings,
    mode: Mode = "auto",
    *,
    rematch: bool = False,
) -> Decision:
    """
    Decide about one order.

    Only a run by hand takes up again what was refused or had no contact (A20, 5.2), and only a document named
    by hand may be older than the start of the exchange. A deal whose change was refused is changed, never
    made a second time. ``rematch`` has a deal look for its lead anew (A13).
    """
    if order.deal and order.deal.state in _LEFT_OUT and mode not in _BY_HAND:
        return _left_out(order, order.deal)
    deal = taken_up(order.deal)
    if deal is None:
        return _barred(order, account, settings, mode) or _create(order, account, settings)
    order = order._replace(deal=deal)
    decision = _update(order, deal, account, settings)
    return _rematched(decision, order, account, settings) if rematch else decision


def _barred(order: Order, account: Account, settings: CalltouchOrdersSettings, mode: Mode) -> Decision | None:
    """Find what keeps an order from becoming a deal, whatever its contacts."""
    if not is_synchronised(settings.rules_of(account), order.organisation_ref):
        return Decision("skipped", ["NO_EXCHANGE_RULE"] if mode in _ONE else [])
    if order.deleted:
        return Decision("skipped", ["ORDER_DELETED"] if mode in _ONE else [])
    if mode not in _ONE and order.ordered_at.astimezone(settings.onec.zone).date() < settings.go_live_date:
        if order.sale.shipped:
            return Decision("no_deal", ["SHIPMENT_WITHOUT_DEAL", "BEFORE_GO_LIVE"])
        return Decision("skipped", ["BEFORE_GO_LIVE"])
    if settings.skip_derived_orders and order.base_order_ref:
        return Decision("skipped", ["DERIVED_ORDER"], {"base_order": str(order.base_order_ref)})
    if order.contractor_ref in settings.stop_list.contractor_refs:
        return Decision("skipped", ["STOP_LISTED"])
    return None


def _left_out(order: Order, deal: KnownDeal) -> Decision:
    """Leave alone an order that was left out before; its shipment has no deal to go to (6.14)."""
    if order.sale.shipped and taken_up(deal) is None:
        return Decision("no_deal", ["SHIPMENT_WITHOUT_DEAL"], {"state": deal.state})
    return Decision("refused" if deal.state == "rejected" else "skipped_no_contact")


def _create(order: Order, account: Account, settings: CalltouchOrdersSettings) -> Decision:
    found, cut = contacts_of(order, settings), Cuts()
    if not (found.phones or found.emails):
        return _no_contact(order, found)
    element = new_deal(order, account, settings, found, cut)
    codes = ["ORDER_CREATED"]
    codes += ["STOP_LISTED"] if found.stopped else []
    codes += ["NEGATIVE_CLAMPED"] if order.total < 0 and settings.create_revenue == "document_sum" else []
    details = {"revenue": _change(None, element["revenue"])}
    return Decision(
        "created",
        *_noted(order, element, cut, codes, details),
        kind="create",
        after=element,
        state="create_pending",
        payload_hash=_hash(element),
    )


def _no_contact(order: Order, found: Contacts) -> Decision:
    codes = ["NO_CONTACT"]
    codes += ["STOP_LISTED"] if found.stopped else []
    codes += ["SHIPMENT_WITHOUT_DEAL"] if order.sale.shipped else []
    return Decision("skipped_no_contact", codes, state="skipped_no_contact")


def _update(order: Order, deal: KnownDeal, account: Account, settings: CalltouchOrdersSettings) -> Decision:
    cut = Cuts()
    if status := _status_to_set(order, deal, settings):
        element = status_update(order, status, settings, cut)
        return _updated("changed", order, element, settings, cut, ["STATUS_CHANGED"])
    if deal.state == "created":
        if not order.sale.shipped or _is_marked(order, settings):
            return Decision("unchanged")
        element = shipped_update(order, account, settings, cut)
        return _updated("shipped", order, element, settings, cut, ["ORDER_SHIPPED"])
    if not differ(order, sums_of(order)):
        return Decision("unchanged")
    codes = ["SUMS_CHANGED"] if order.sale.shipped else ["SUMS_CHANGED", "UNPOSTED_AFTER_SHIPMENT"]
    return _updated("changed", order, sums_update(order, settings), settings, cut, codes)


def _is_marked(order: Order, settings: CalltouchOrdersSettings) -> bool:
    return order.deleted and settings.deleted_status is not None


def _status_to_set(order: Order, deal: KnownDeal, settings: CalltouchOrdersSettings) -> str | None:
    """Tell the status that a deletion mark, or taking it off, calls for; None: nothing to do (A21)."""
    if settings.deleted_status is None:
        return None
    deleted = Cuts().cut("status", settings.deleted_status, cuts.STATUS)
    if order.deleted:
        return deleted if deal.sent_status != deleted else None
    if deal.sent_status != deleted or (deal.state == "created" and order.sale.shipped):
        return None
    return ORDERED if deal.state == "created" else SHIPPED


def _updated(
    outcome: str,
    order: Order,
    element: Element,
    settings: CalltouchOrdersSettings,
    cut: Cuts,
    codes: list[str],
) -> Decision:
    before = held(order.deal, element, settings.zone)
    if "revenue" in element:
        sums = sums_of(order)
        codes += ["NEGATIVE_CLAMPED"] if sums.clamped else []
        codes += ["MARGIN_UNKNOWN"] if sums.margin is None else []
    details: Element = {
        field: _change(before.get(field), element[field])
        for field in ("status", "revenue", "margin", "funnel")
        if field in element
    }
    codes, details = _noted(order, element, cut, codes, details)
    return Decision(outcome, codes, details, kind="update", before=before, after=element)


def _noted(
    order: Order, element: Element, cut: Cuts, codes: list[str], details: Element
) -> tuple[list[str], Element]:
    """Add what deserves a look in whatever is sent: no funnel, another currency, a text cut."""
    if "currency" in element and "funnel" not in element and not (order.deal and order.deal.sent_funnel):
        codes.append("NO_FUNNEL_RULE")
    if "revenue" in element and order.currency != "RUB":
        codes.append("CURRENCY_CONVERTED")
        details["currency"] = {"code": order.currency, "rate": f"{order.rate.normalize():f}"}
    if cut:
        codes.append("TEXT_CUT")
        details["cut"] = dict(cut)
    return codes, details


def _rematched(
    decision: Decision, order: Order, account: Account, settings: CalltouchOrdersSettings
) -> Decision:
    found = contacts_of(order, settings)
    if not (found.phones or found.emails):
        return decision._replace(codes=[*decision.codes, "NO_CONTACT"])
    anew = {"reMatching": matching(order, account, settings, found)}
    element = {"orderNumber": str(order.order_ref)} | (decision.after or {}) | anew
    return decision._replace(
        outcome="changed" if decision.outcome == "unchanged" else decision.outcome,
        codes=[*decision.codes, "REMATCHED"],
        kind="update",
        before=decision.before or {},
        after=element,
    )


def _change(old: Any, new: Any) -> Element:
    return {"old": old, "new": new}


def _hash(element: Element) -> str:
    spelt = json.dumps(element, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelt.encode()).hexdigest()
