# /// script
# requires-python = ">=3.11"
# dependencies = ["amocrm-api-wrapper==1.0.1"]
# ///
"""
A session of ``amocrm-api-wrapper``, told as JSON: ``uv run --script FILE WHAT URL SECRET ACCOUNT``.
Without arguments nothing is called: the environment is there, and that is all.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from amocrm_api import AmoOAuthClient
from amocrm_api.errors import AmoException


def client(access: str = "") -> AmoOAuthClient:
    _, url, secret, account = sys.argv[1:]
    pair = access or f"access-{account}", f"refresh-{account}-0"
    made = AmoOAuthClient(*pair, url, "client", secret, "https://etl.example.org/cb", lambda *pair: None)
    made.retry_sleep_429 = 0.2
    return made


def rows(body: dict[str, Any], name: str) -> list[Any]:
    return list(body.get("_embedded", {}).get(name, []))


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

    def call(amo: AmoOAuthClient) -> int:
        try:
            amo.get_account_info()
        except AmoException as error:
            return error.code
        return 200

    with ThreadPoolExecutor(2) as both:
        return {"heard": sorted(both.map(call, [client("expired"), client("expired")]))}


def hurry() -> dict[str, Any]:
    """Ask for twelve things at once."""
    with ThreadPoolExecutor(12) as crowd:
        told = list(crowd.map(lambda _: client().get_account_info()["id"], range(12)))
    return {"answers": len(told)}


def changed_since() -> dict[str, Any]:
    """Ask for leads of a window."""
    window = {"updated_at__from": 1_767_261_600, "updated_at__to": 1_767_261_660}
    return {"ids": [lead["id"] for lead in client().iter_leads(filters=window, order={"id": "asc"})]}


def by_pages() -> dict[str, Any]:
    """Read all leads by the moment of their last update, page after page."""
    found = [lead["id"] for lead in client().iter_leads(order={"updated_at": "asc"})]
    return {"rows": len(found), "leads": len(set(found))}


WHAT: dict[str, Callable[[], dict[str, Any]]] = {
    each.__name__: each for each in (everything, renewed, renewed_by_two, hurry, changed_since, by_pages)
}

if __name__ == "__main__" and len(sys.argv) > 1:
    print(json.dumps(WHAT[sys.argv[1]]()))  # noqa: T201
