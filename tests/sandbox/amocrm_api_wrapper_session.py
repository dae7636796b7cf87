# /// script
# requires-python = ">=3.11"
# dependencies = ["amocrm-api-wrapper==1.0.1"]
# ///
"""
A session of ``amocrm-api-wrapper``, told as JSON: ``uv run --script FILE WHAT URL SECRET ACCOUNT``.
Without arguments nothing is called: the environment is there, and that is all.

As published its sync half can't read: it gives every request a body, and httpx has no ``get`` with one.
``as_published`` shows that; all else here speaks through a ``get`` that lets the missing body pass.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from amocrm_api import AmoOAuthClient
from amocrm_api.errors import AmoException
from httpx import Client, Response


class Reading(Client):
    """A session whose ``get`` takes the body that there never is."""

    def get(self, url: str, *, json: None = None, **more: Any) -> Response:
        return super().get(url, **more)


class Mended(AmoOAuthClient):
    """The client with a session that can read."""

    def _init_session(self, params: dict[str, str] | None = None) -> Client:
        return Reading(timeout=self.timeout, headers={**self._auth_headers(), **(params or {})})


def client(access: str = "", make: type[AmoOAuthClient] = Mended) -> AmoOAuthClient:
    _, url, secret, account = sys.argv[1:]
    pair = access or f"access-{account}", f"refresh-{account}-0"
    made = make(*pair, url, "client", secret, "https://etl.example.org/cb", lambda *pair: None)
    made.retry_sleep_429 = 0.2
    return made


def rows(body: dict[str, Any], name: str) -> list[Any]:
    return list(body.get("_embedded", {}).get(name, []))


def status_of(amo: AmoOAuthClient) -> int:
    """Ask for the account, and tell how it ended."""
    try:
        amo.get_account_info()
    except AmoException as error:
        return int(error.code)
    return 200


def as_published() -> dict[str, Any]:
    """Read with the client as it comes from the index."""
    try:
        return {"account": client(make=AmoOAuthClient).get_account_info()["id"]}
    except TypeError as error:
        return {"failed": str(error)}


def everything() -> dict[str, Any]:
    """Read what there is."""
    amo = client()
    return {
        "filters": amo.get_account_info(with_is_api_filter_enabled=True)["is_api_filter_enabled"],
        "leads": len(list(amo.iter_leads(with_params=["contacts"]))),
        "events": [each["type"] for each in rows(amo.get_events(filter_by_entity="lead"), "events")],
        "reasons": [each["name"] for each in rows(amo.get_loss_reasons(), "loss_reasons")],
        "pipelines": [each["id"] for each in rows(amo.get_pipelines(), "pipelines")],
        "tags": [each["name"] for each in amo.iter_tags_by_entity_type("leads")],
    }


def renewed() -> dict[str, Any]:
    """Call with an access token that has run out."""
    return {"account": client("expired").get_account_info()["id"]}


def renewed_by_two() -> dict[str, Any]:
    """Let two who know nothing of one another renew the same pair."""
    with ThreadPoolExecutor(2) as both:
        return {"heard": sorted(both.map(status_of, [client("expired"), client("expired")]))}


def hurry() -> dict[str, Any]:
    """Ask for twelve things at once."""
    with ThreadPoolExecutor(12) as crowd:
        heard = list(crowd.map(lambda _: status_of(client()), range(12)))
    return {"heard": sorted(set(heard))}


def changed_since() -> dict[str, Any]:
    """Ask for leads of a window."""
    window = {"updated_at__from": 1_767_261_600, "updated_at__to": 1_767_261_660}
    return {"ids": [lead["id"] for lead in client().iter_leads(filters=window, order={"id": "asc"})]}


def by_pages() -> dict[str, Any]:
    """Read all leads by the moment of their last update, page after page."""
    found = [lead["id"] for lead in client().iter_leads(order={"updated_at": "asc"})]
    return {"rows": len(found), "leads": len(set(found))}


WHAT: dict[str, Callable[[], dict[str, Any]]] = {
    each.__name__: each
    for each in (as_published, everything, renewed, renewed_by_two, hurry, changed_since, by_pages)
}

if __name__ == "__main__" and len(sys.argv) > 1:
    print(json.dumps(WHAT[sys.argv[1]]()))  # noqa: T201
