"""Calltouch: deals written by its lead-service, journals read from its calls-service (calltouch 2 and 4)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from requests import PreparedRequest

from include.calltouch_orders.dates import calls_day, requests_day
from include.errors import LostAnswer
from plugins.hooks.vendor import Call, VendorHook

LEAD_SERVICE = "/lead-service/v1/api"
CALLS_SERVICE = "/calls-service/RestAPI"
BATCH = 100  # deals a call
PAGE = 1000  # records a page of a journal


class ItemResult(NamedTuple):
    """What became of one deal of a call: ``error`` is None on success; updates may come without an id."""

    order_number: str
    calltouch_order_id: int | None
    error: str | None


class CalltouchHook(VendorHook):
    """
    Create, update and find deals; read calls and requests.

    The connection: host (the vendor's own if empty), login = site id, password = API token. Both services
    take the same token, one in a header and the other in the query (calltouch 1).
    """

    vendor = "calltouch"
    title = "Calltouch"
    conn_type = "calltouch"
    default_conn_name = "calltouch"
    hook_name = "Calltouch"
    default_host = "https://api.calltouch.ru"

    def create_deals(self, orders: Sequence[Mapping[str, Any]], crm: str) -> list[ItemResult]:
        """
        Create up to 100 deals; tell for each whether it was taken (calltouch 2.2, 2.4).

        Raises LostAnswer also when the answer does not say what became of one of them.
        """
        answer = self._write("create", {"crm": crm, "orders": list(orders)}, repeats=False)
        results = self._results(orders, answer)
        if any(result.calltouch_order_id is None and result.error is None for result in results):
            raise LostAnswer(
                "Calltouch: в ответе на создание сделок нет итога по каждой сделке",
                http_status=200,
                response=self.scrubber.value(answer),
            )
        return results

    def update_deals(self, orders: Sequence[Mapping[str, Any]]) -> list[ItemResult]:
        """Update up to 100 deals by their order numbers; only what is sent changes (calltouch 2.5)."""
        return self._results(orders, self._write("update", {"orders": list(orders)}, repeats=True))

    def deals(self, day_from: date, day_to: date) -> Iterator[dict[str, Any]]:
        """
        Read the journal of deals by their order dates, both days included (calltouch 4.3).

        The vendor wants the first day earlier than the last and does not say whether the last one counts: a
        day more is asked for, so a deal of the next day may be among them.
        """
        period = {"dateFrom": calls_day(day_from), "dateTo": calls_day(day_to + timedelta(days=1))}
        path = f"{CALLS_SERVICE}/{self.site_id}/orders-diary/orders"
        return self._pages(Call("GET", path, {**period, "withOrdersTags": "true"}, counts_as="journal"))

    def calls(self, day: date) -> Iterator[dict[str, Any]]:
        """Read the calls of a day, with the orders and tags of each (calltouch 4.1)."""
        period = {"dateFrom": calls_day(day), "dateTo": calls_day(day)}
        path = f"{CALLS_SERVICE}/{self.site_id}/calls-diary/calls"
        flags = {"withOrders": "true", "withCallTags": "true"}
        return self._pages(Call("GET", path, {**period, **flags}, counts_as="calls"))

    def requests(self, day: date) -> Iterator[dict[str, Any]]:
        """Read the requests of a day, with their tags: a bare list without pages (calltouch 4.2)."""
        asked = {
            "siteId": self.site_id,
            "dateFrom": requests_day(day),
            "dateTo": requests_day(day),
            "withRequestTags": "true",
        }
        answer = self.call(Call("GET", f"{CALLS_SERVICE}/requests", asked, counts_as="requests"))
        yield from _records(answer)

    def probe(self) -> object:
        """Ask for one deal of today."""
        today = datetime.now(UTC).date()
        period = {"dateFrom": calls_day(today), "dateTo": calls_day(today + timedelta(days=1))}
        path = f"{CALLS_SERVICE}/{self.site_id}/orders-diary/orders"
        return self.call(Call("GET", path, {**period, "page": 1, "limit": 1}, counts_as="journal"))

    @property
    def site_id(self) -> str:
        """The number of the project."""
        return self.connection.login or ""

    def sign(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token where each service wants it."""
        token = self.connection.password or ""
        if f"{LEAD_SERVICE}/" in (request.url or ""):
            request.headers.update({"Access-Token": token, "SiteId": self.site_id})
        else:
            request.prepare_url(request.url or "", {"clientApiId": token})
        return request

    def words(self, body: Any) -> str | None:
        """Find the vendor's words in any of the shapes its services use (calltouch 5.2)."""
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict):
            return super().words(body)
        failure = data.get("apiErrorData")
        found = failure.get("errorMessage") if isinstance(failure, dict) else data.get("validationErrorData")
        return found if isinstance(found, str) or found is None else json.dumps(found, ensure_ascii=False)

    def _write(self, operation: str, body: Mapping[str, Any], *, repeats: bool) -> Any:
        if len(body["orders"]) > BATCH:
            raise ValueError(f"at most {BATCH} deals a call")
        path = f"{LEAD_SERVICE}/client-order/{operation}"
        return self.call(Call("POST", path, body=body, counts_as=operation, repeats=repeats))

    def _pages(self, call: Call) -> Iterator[dict[str, Any]]:
        page = pages = 1
        while page <= pages:
            answer = self.call(call._replace(query={**call.query, "page": page, "limit": PAGE}))
            records = _records(answer)
            yield from records
            pages = _page_total(answer) if records else 0
            page += 1

    def _results(self, orders: Sequence[Mapping[str, Any]], answer: Any) -> list[ItemResult]:
        """Find each order's result by its number where the answer repeats it, else by its place."""
        data = answer.get("data") if isinstance(answer, dict) else None
        items = _records(data.get("orders") if isinstance(data, dict) else None)
        named = {str(item["orderNumber"]): item for item in items if item.get("orderNumber")}
        by_place = items if len(items) == len(orders) and not named else [{}] * len(orders)
        return [
            self._result(str(order["orderNumber"]), named.get(str(order["orderNumber"]), item))
            for order, item in zip(orders, by_place, strict=True)
        ]

    def _result(self, number: str, item: Mapping[str, Any]) -> ItemResult:
        error, found = item.get("error"), item.get("calltouchOrderId")
        text = error if isinstance(error, str) or not error else json.dumps(error, ensure_ascii=False)
        return ItemResult(
            number, int(found) if found and not text else None, self.scrubber.text(text) if text else None
        )


def _records(answer: Any) -> list[dict[str, Any]]:
    """Take the records out of a page or a bare list."""
    found = answer.get("records") if isinstance(answer, dict) else answer
    return [record for record in found if isinstance(record, dict)] if isinstance(found, list) else []


def _page_total(answer: Any) -> int:
    """Read the number of pages under any of the names it goes by (calltouch 4.3); a bare list is one page."""
    if not isinstance(answer, dict):
        return 1
    return int(answer.get("pageTotal") or answer.get("totalPage") or answer.get("totalPages") or 1)
