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
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import requires
from typing import Any

from b24pysdk import BitrixWebhook, Config
from b24pysdk.errors import BitrixAPIError, BitrixRequestError, BitrixSDKException

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


def broken(portal: BitrixWebhook) -> dict[str, Any]:
    """Meet calls that break, one after another; tell by what names."""
    return {"errors": [_error(portal, "profile") for _ in range(3)]}


def late(portal: BitrixWebhook) -> dict[str, Any]:
    """Write by a batch whose answer takes eleven seconds."""
    update = {**ORIGINAL, "id": 15, "fields": {FIELD: 10.5}}
    try:
        portal.call_batch({"one": ("crm.item.update", update)})
    except BitrixRequestError as error:
        return {"error": type(error).__name__}
    return {"error": None}


def hurry(portal: BitrixWebhook) -> dict[str, Any]:
    """Make sixty calls, one after another."""
    return {"errors": [error for _ in range(60) if (error := _error(portal, "profile"))]}


def worked(portal: BitrixWebhook) -> dict[str, Any]:
    """Make eleven calls of a slow method."""
    one = {"entityTypeId": 2, "id": 1}
    return {"errors": [error for _ in range(11) if (error := _error(portal, "crm.item.get", one))]}


def required(portal: BitrixWebhook) -> dict[str, Any]:
    """Tell what it must have installed beside it."""
    return {"tzdata": [each for each in requires("b24pysdk") or () if each.startswith("tzdata")]}


def configured(portal: BitrixWebhook) -> dict[str, Any]:
    """Configure it, and look in another thread whether that holds."""
    Config().configure(default_read_timeout=75)
    found: list[Any] = []
    looking = threading.Thread(target=lambda: found.append(Config().default_read_timeout))
    looking.start()
    looking.join()
    return {"here": Config().default_read_timeout, "in a thread": found[0]}


def _error(portal: BitrixWebhook, method: str, params: dict[str, Any] | None = None) -> str | None:
    try:
        portal.call_method(method, params)
    except BitrixSDKException as error:
        return getattr(error, "error", None) or type(error).__name__
    return None


SESSIONS: dict[str, Callable[[BitrixWebhook], dict[str, Any]]] = {
    "everything": everything,
    "incomplete": incomplete,
    "refused": refused,
    "moved": moved,
    "broken": broken,
    "late": late,
    "hurry": hurry,
    "worked": worked,
    "required": required,
    "configured": configured,
}
if len(sys.argv) > 1:
    what, domain, code = sys.argv[1:4]
    webhook = BitrixWebhook(domain=domain, webhook_token=f"1/{code}")
    sys.stdout.write(json.dumps(SESSIONS[what](webhook), default=list))
