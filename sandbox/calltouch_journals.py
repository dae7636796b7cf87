"""
Calltouch's journals: deals, calls and requests as they are read (calltouch 4).

Assumptions: both days of a query are included; what ``plannedAmount`` and ``completedAmount`` hold. Of a
deal's record only the two ids are known for certain.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from sandbox.calltouch_dates import of_body, of_query, of_shown, shown, unix_ms
from sandbox.calltouch_deals import Deal, Deals, link
from sandbox.calltouch_leads import Lead, Leads

PAGE = 1000
JOURNALS = ("journal", "calls", "requests")
_MISSING = "<не указано>"
_FLAGS = {  # what names the kind of a record -> its blocks, with the flags that bring them
    "callId": {"orders": "withOrders", "callTags": "withCallTags"},
    "requestId": {"RequestTags": "withRequestTags"},
    "orderId": {"tags": "withOrdersTags", "comment": "withComments"},
}
_KINDS = {"call": "CALL", "request": "REQUEST", "chat": "CHAT"}


class BadQuery(Exception):
    """A query that a journal refuses, in its words."""


class Journals:
    """Reads deals and leads the way the vendor shows them; ``ways`` are those of ``sandbox/calltouch.py``."""

    def __init__(self, deals: Deals, leads: Leads) -> None:
        self._deals, self._leads = deals, leads

    def read(self, journal: str, site: str, query: str, ways: Mapping[str, Any], now: datetime) -> Any:
        """Return what a journal answers. Raises BadQuery."""
        asked = dict(parse_qsl(query, keep_blank_values=True))
        match journal:
            case "journal":
                first, last = _days(asked, "dmy")
                if first >= last:
                    raise BadQuery("dateFrom должна быть раньше dateTo")
                deals = self._deals_of(site, (first, last), ways, now)
                return _paged(deals, self._shower(site, ways, asked), asked, ways)
            case "calls":
                days = _days(asked, "dmy")
                paged = asked.keys() & {"page", "limit"}
                if not paged and days[0] != days[1]:
                    raise BadQuery("Без page и limit доступен только один день")
                records = self._lead_records("call", site, days, asked)
                return _paged(records, lambda record: record, asked, ways) if paged else records
        return self._lead_records("request", site, _days(asked, "mdy"), asked)

    def _deals_of(
        self, site: str, days: tuple[date, date], ways: Mapping[str, Any], now: datetime
    ) -> list[Deal]:
        settled = now - timedelta(seconds=ways["journal_lag"])
        deals = (d for d in self._deals.of(site) if days[0] <= of_body(d["orderDate"]).date() <= days[1])
        return [deal for deal in deals if of_shown(deal["created"]) <= settled]

    def _shower(
        self, site: str, ways: Mapping[str, Any], asked: Mapping[str, str]
    ) -> Callable[[Deal], dict[str, Any]]:
        leads = {(lead["kind"], lead["id"]): lead for lead in self._leads.of(site)}
        return lambda deal: _asked_for(_deal_record(deal, leads.get(link(deal)), ways), asked)

    def _lead_records(
        self, kind: str, site: str, days: tuple[date, date], asked: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        deals = self._deals.by_lead(site)
        record = _call_record if kind == "call" else _request_record
        return [
            _asked_for(record(lead, deals.get((kind, lead["id"]), [])), asked)
            for lead in self._leads.of(site, kind)
            if days[0] <= datetime.fromisoformat(lead["date"]).date() <= days[1]
        ]


def _asked_for(record: dict[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """Leave out the blocks of a record that only a flag of the query brings."""
    kind = next(name for name in _FLAGS if name in record)
    for block, flag in _FLAGS[kind].items():
        if asked.get(flag, "false").lower() != "true":
            del record[block]
    return record


def _days(asked: Mapping[str, str], order: str) -> tuple[date, date]:
    try:
        return of_query(asked["dateFrom"], order), of_query(asked["dateTo"], order)
    except KeyError as missing:
        raise BadQuery(f"Не указан параметр {missing.args[0]}") from None
    except ValueError:
        raise BadQuery("Неверный формат даты") from None


def _paged(
    found: Sequence[Any], show: Callable[[Any], Any], asked: Mapping[str, str], ways: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        page, limit = int(asked.get("page", 1)), int(asked.get("limit", PAGE))
    except ValueError:
        raise BadQuery("page и limit должны быть числами") from None
    if page < 1 or not 1 <= limit <= PAGE:
        raise BadQuery(f"page считается с 1, limit не больше {PAGE}")
    return {
        "page": page,
        ways["pages_key"]: max(1, -(-len(found) // limit)),
        "pageSize": limit,
        "recordsTotal": len(found),
        "records": [show(one) for one in found[(page - 1) * limit : page * limit]],
    }


def _deal_record(deal: Deal, lead: Lead | None, ways: Mapping[str, Any]) -> dict[str, Any]:
    contact = (deal.get("orderContacts") or {}).get("mainContacts") or {}
    phone, email = contact.get("phoneNumber"), contact.get("email")
    return {
        "orderId": deal["id"],
        "orderNumber": deal["orderNumber"],
        "orderName": deal.get("orderName"),
        "orderStatus": deal["status"],
        "funnel": deal.get("funnel") or _MISSING,
        "createdDate": deal["created"],
        "orderDate": shown(of_body(deal["orderDate"])),
        "updatedDate": deal["updated"],
        "plannedAmount": float(deal.get("revenue", 0)),
        "completedAmount": float(deal.get("revenue", 0)) if "margin" in deal else 0.0,
        "manager": deal.get("manager") or "",
        "client": {
            "fio": contact.get("fio"),
            "phones": [phone] if phone else [],
            "emails": [email] if email else [],
        },
        "visit": _visit(deal, lead) if ways["journal_source"] else None,
        "orderSource": _origin(lead) if lead and ways["journal_source"] else None,
        "tags": [{"category": "API", "type": "MANUAL", "names": deal["tags"]}] if deal["tags"] else [],
        "comment": deal["comments"][-1] if deal["comments"] else "",
    }


def _visit(deal: Deal, lead: Lead | None) -> dict[str, Any] | None:
    if lead:
        visit = {**_utm(lead), "keyword": lead.get("keyword", _MISSING), "city": lead.get("city", "")}
    else:
        made = deal["source"]
        visit = {**_utm(made), "keyword": made.get("term", _MISSING)} if made else {}
    visit.pop("medium", None)  # a visit names it utmMedium only
    return visit or None


def _utm(origin: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source as a record shows it; «Кампания» of the cabinet is ``utmCampaign``."""
    source, medium = origin.get("source", _MISSING), origin.get("medium", _MISSING)
    return {
        "source": source,
        "medium": medium,
        "utmSource": origin.get("utmSource", source),
        "utmMedium": origin.get("utmMedium", medium),
        "utmCampaign": origin.get("campaign", _MISSING),
        "utmTerm": origin.get("utmTerm", _MISSING),
        "utmContent": origin.get("content", _MISSING),
    }


def _origin(lead: Lead) -> dict[str, Any]:
    if lead["kind"] == "call":
        return {"type": "CALL", "callId": lead["id"], "duration": lead.get("duration", 60)}
    return {"type": _KINDS[lead["kind"]], "formName": lead.get("subject", "Заявка с сайта")}


def _call_record(lead: Lead, deals: Sequence[Deal]) -> dict[str, Any]:
    return {
        "callId": lead["id"],
        "date": shown(datetime.fromisoformat(lead["date"])),
        "callerNumber": lead["phones"][0] if lead["phones"] else "",
        "phoneNumber": "70000000001",
        "duration": lead.get("duration", 60),
        "successful": True,
        "uniqueCall": lead["unique"],
        "targetCall": True,
        "callbackCall": False,
        **_utm(lead),
        "keyword": lead.get("keyword", _MISSING),
        "siteId": lead["site"],
        "manager": lead.get("manager", _MISSING),
        "callTags": [{"category": "API", "type": "MANUAL", "names": lead["tags"]}] if lead["tags"] else [],
        "orders": [_order_of_call(deal) for deal in deals],
    }


def _order_of_call(deal: Deal) -> dict[str, Any]:
    return {
        "orderId": deal["id"],
        "orderNumber": deal["orderNumber"],
        "orderDate": shown(of_body(deal["orderDate"])),
        "createdDate": deal["created"],
        "completedDate": None,
        "plannedAmount": float(deal.get("revenue", 0)),
        "completedAmount": 0.0,
    }


def _request_record(lead: Lead, deals: Sequence[Deal]) -> dict[str, Any]:
    at = datetime.fromisoformat(lead["date"])
    visited = lead.get("source") is not None
    session = {"sessionId": lead["id"], **_utm(lead), "keywords": lead.get("keyword", _MISSING)}
    return {
        "requestId": lead["id"],
        "requestNumber": str(lead.get("number", lead["id"])),
        "date": unix_ms(at),
        "dateStr": shown(at),
        "subject": lead.get("subject", "Заявка с сайта"),
        "manager": lead.get("manager"),
        "siteId": lead["site"],
        "uniqueRequest": lead["unique"],
        "targetRequest": True,
        "client": _client_of_request(lead),
        "session": session if visited else None,
        "orders": [_order_of_request(deal) for deal in deals],
        "RequestTags": [{"category": "API", "type": "MANUAL", "names": lead["tags"]}] if lead["tags"] else [],
    }


def _client_of_request(lead: Lead) -> dict[str, Any]:
    return {
        "clientId": lead["id"],
        "fio": lead.get("fio", ""),
        "phones": [{"phoneNumber": phone, "phoneType": "MOBILE"} for phone in lead["phones"]],
        "contacts": [{"contactType": "EMAIL", "contactValue": email} for email in lead["emails"]],
    }


def _order_of_request(deal: Deal) -> dict[str, Any]:
    return {
        "orderId": deal["id"],
        "dateCreated": unix_ms(of_body(deal["orderDate"])),
        "status": deal["status"],
        "sum": float(deal.get("revenue", 0)),
        "orderNumber": deal["orderNumber"],
    }
