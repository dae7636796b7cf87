# /// script
# requires-python = ">=3.11"
# dependencies = ["b24pysdk==1.3.2"]
# ///
"""
A session of ``b24pysdk``, the vendor's own client, told as JSON: ``uv run --script FILE WHAT DOMAIN CODE``.
Without arguments nothing is called: the environment is there, and that is all.

It knows HTTPS alone; ``REQUESTS_CA_BUNDLE`` has to name the sandbox's certificate.
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from b24pysdk import BitrixWebhook
from b24pysdk.errors import BitrixAPIError, BitrixRequestError

DEALS = {"entityTypeId": 2, "filter": {"stageSemanticId": "S"}, "select": ["id", "title", "contactIds"]}
ORIGINAL = {"entityTypeId": 3, "useOriginalUfNames": "Y"}
FIELD = "UF_CRM_SUM_0_2026"


def everything(portal: BitrixWebhook) -> dict[str, Any]:
    """Read, write, batch, and follow a portal that has moved."""
    fields = {"FIELD_NAME": "SUM_0_2026", "USER_TYPE_ID": "double", "SETTINGS": {"PRECISION": 2}}
    update = {**ORIGINAL, "id": 15, "fields": {FIELD: 10.5}}
    batch = portal.call_batch(
        {"one": ("profile", None), "gone": ("crm.item.get", {"entityTypeId": 2, "id": 404})}
    )
    told = {
        "admin": portal.call_method("profile")["result"]["ADMIN"],
        "listed": len(portal.call_list("crm.item.list", DEALS)["result"]),
        "chained": [each["id"] for each in portal.call_list_fast("crm.item.list", DEALS)["result"]],
        "old list": len(list(portal.call_list_fast("crm.contact.list", {"select": ["ID"]})["result"])),
        "field": portal.call_method("crm.contact.userfield.add", {"fields": fields})["result"],
        "written": portal.call_method("crm.item.update", update)["result"]["item"][FIELD],
        "batch": [list(batch["result"]["result"]), batch["result"]["result_error"]["gone"]["error"]],
        "refused": [],
    }
    for method, params in (
        ("crm.item.get", {"entityTypeId": 2, "id": 404}),
        ("crm.contact.get", {"id": 404}),
        ("crm.item.list", {"entityTypeId": 2, "filter": {"none": 1}}),
        ("crm.none", {}),
    ):
        try:
            portal.call_method(method, params)
        except BitrixAPIError as error:
            told["refused"].append([type(error).__name__, error.status_code, error.error])
    return told


def incomplete(portal: BitrixWebhook) -> dict[str, Any]:
    """Read a list whose method is blocked on the way, and say nothing of it."""
    return {"rows": len(list(portal.call_list_fast("crm.item.list", DEALS)["result"]))}


def refused(portal: BitrixWebhook) -> dict[str, Any]:
    """Meet a method without time, once."""
    try:
        portal.call_method("profile")
    except BitrixAPIError as error:
        return {"error": str(error.error)}
    return {"error": None}


def moved(portal: BitrixWebhook) -> dict[str, Any]:
    """Go where the portal has moved; of its new address the client keeps the name, and drops the port."""
    with suppress(BitrixRequestError):
        portal.call_method("profile")
    return {"domain": portal.domain}


SESSIONS: dict[str, Callable[[BitrixWebhook], dict[str, Any]]] = {
    "everything": everything,
    "incomplete": incomplete,
    "refused": refused,
    "moved": moved,
}
if len(sys.argv) > 1:
    what, domain, code = sys.argv[1:4]
    webhook = BitrixWebhook(domain=domain, webhook_token=f"1/{code}")
    sys.stdout.write(json.dumps(SESSIONS[what](webhook), default=list))
