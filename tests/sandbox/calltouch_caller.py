"""
A client of the simulated Calltouch for its tests: plain HTTP, nothing hidden.
"""

import json
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

SITE, TOKEN = "15001", "пароль-1"
FIRST, SECOND = "2c55a318-c2ed-11ed-80d6-2c44fd8322a7", "02f3aedc-c339-11ed-80d6-2c44fd8322a7"
PHONE = "79210000001"
CALL = {"kind": "call", "id": 501, "date": "2023-03-15T17:00:00", "phones": [PHONE], "tags": ["ЕР"]}
CALL |= {"source": "yandex_na_hodu", "medium": "src", "campaign": "75344406", "keyword": "автозапчасти"}
direct = build_opener(ProxyHandler({}))


class Caller:
    """Calls the vendor as a client does."""

    def __init__(self, url: str, site: str = SITE, token: str = TOKEN) -> None:
        self.url, self.site, self.token = url, site, token

    def post(self, method: str, body: Any, timeout: float = 5) -> Any:
        headers = {"SiteId": self.site, "Content-Type": "application/json"}
        request = Request(f"{self.url}/lead-service/v1/api/client-order/{method}", json.dumps(body).encode())
        for name, value in headers.items():
            request.add_header(name, value)
        request.add_header("Access-Token", self.token.encode().decode("latin-1"))
        return _answer(request, timeout)

    def create(self, *orders: dict[str, Any], timeout: float = 5) -> list[dict[str, Any]]:
        return list(self.post("create", {"crm": "Dalion", "orders": orders}, timeout)["data"]["orders"])

    def update(self, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self.post("update", {"orders": orders})["data"]["orders"])

    def get(self, path: str, **query: Any) -> Any:
        asked = urlencode({"clientApiId": self.token, **query})
        return _answer(Request(f"{self.url}/calls-service/RestAPI/{path}?{asked}"), 5)

    def journal(self, day_from: str = "15/03/2023", day_to: str = "16/03/2023", **query: Any) -> Any:
        query = {"dateFrom": day_from, "dateTo": day_to, "page": 1, "limit": 1000} | query
        return self.get(f"{self.site}/orders-diary/orders", **query)


def _answer(request: Request, timeout: float) -> Any:
    """Return an answer's JSON; an error keeps its body, but no socket."""
    try:
        with direct.open(request, timeout=timeout) as answer:
            return json.load(answer)
    except HTTPError as error:
        with error:
            body = error.read()
        raise HTTPError(error.url, error.code, error.reason, error.headers, BytesIO(body)) from None


def order(number: str = FIRST, phone: str = PHONE, **more: Any) -> dict[str, Any]:
    """Make an order as the pipeline sends it; ``tags`` are those the lead must carry."""
    contact: dict[str, Any] = {"phones": [phone], "date": "15-03-2023 17:21:44", "searchDepth": 262800}
    contact |= {"leadTypeToMatch": "nearest", **({"tags": more.pop("tags")} if "tags" in more else {})}
    return {
        "matching": [{"type": "leadContact", "leadContactParams": contact}, {"type": "withoutSource"}],
        "orderNumber": number,
        "orderName": "Заказ покупателя ЕР00-000123 от 15.03.2023 17:21:44",
        "status": "Оформлен заказ",
        "statusDate": "15-03-2023 17:21:44",
        "orderDate": "15-03-2023 17:21:44",
        "currency": "rub",
        "revenue": "1760.00",
        "addTags": [{"tag": "Товар"}],
    } | more
