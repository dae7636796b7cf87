# /// script
# requires-python = ">=3.11"
# dependencies = ["fast_bitrix24==1.8.14"]
# ///
"""
A session of ``fast_bitrix24``, a public client, told as JSON: ``uv run --script FILE WHAT URL CODE``.
Without arguments nothing is called: the environment is there, and that is all.
"""

import asyncio
import json
import sys
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from fast_bitrix24 import BitrixAsync

DEALS = {"entityTypeId": 2, "filter": {"stageSemanticId": "S"}, "select": ["id", "contactIds"]}
ORIGINAL = {"entityTypeId": 3, "useOriginalUfNames": "Y"}
FIELD = "UF_CRM_SUM_0_2026"


async def everything(portal: BitrixAsync) -> dict[str, Any]:
    """Read all pages, write, batch."""
    rows = await portal.get_all("crm.item.list", DEALS)
    old = await portal.get_all("crm.contact.list", {"select": ["ID"]})
    written = await portal.call("crm.item.update", {**ORIGINAL, "id": 15, "fields": {FIELD: 10.5}})
    command = {"one": "profile", "two": "crm.item.list?entityTypeId=2&start=-1"}
    batch = await portal.call_batch({"halt": 0, "cmd": command})
    return {
        "listed": len({row["id"] for row in rows}),
        "old list": len(old),
        "written": written[FIELD] if FIELD in written else written["item"][FIELD],
        "batch": sorted(batch),
    }


async def all_or_nothing(portal: BitrixAsync) -> dict[str, Any]:
    """Write three contacts of which one is gone."""
    items = [{**ORIGINAL, "id": number, "fields": {FIELD: 5}} for number in (15, 404, 16)]
    return {"error": await _error(portal.call("crm.item.update", items))}


async def refused(portal: BitrixAsync) -> dict[str, Any]:
    """Meet a method without time, once."""
    return {"error": await _error(portal.call("profile", {}, raw=True))}


async def crowd(portal: BitrixAsync) -> dict[str, Any]:
    """Let 120 calls loose at once, of which the client promises to hold back those above 50."""
    await asyncio.gather(*(portal.call("profile", {}, raw=True) for _ in range(120)))
    return {}


async def spelled(portal: BitrixAsync) -> dict[str, Any]:
    """Empty a deal's title and its contacts, by a batch."""
    fields = {"title": None, "contactIds": []}
    await portal.call("crm.item.update", [{"entityTypeId": 2, "id": 1, "fields": fields}])
    return {}


async def summed(portal: BitrixAsync) -> dict[str, Any]:
    """Call a method three times; tell what the client believes it has taken."""
    for _ in range(3):
        await portal.call("crm.item.get", {"entityTypeId": 2, "id": 1}, raw=True)
    records = portal.srh.method_throttlers["crm.item.get"]._request_history
    return {"believed": sum(record.duration for record in records)}


async def uncounted(portal: BitrixAsync) -> dict[str, Any]:
    """Call a method three times in a batch; tell of which methods the client has counted the time."""
    await portal.call("crm.item.get", [{"entityTypeId": 2, "id": 1}] * 3)
    return {"counted": sorted(portal.srh.method_throttlers.keys() - {"batch"})}


async def unordered(portal: BitrixAsync) -> dict[str, Any]:
    """Read 300 deals, by ascending number as the client asks for them."""
    numbers = [row["id"] for row in await portal.get_all("crm.item.list", DEALS)]
    return {"rows": len(numbers), "in order": numbers == sorted(numbers)}


async def incomplete(portal: BitrixAsync) -> dict[str, Any]:
    """Read a list of which most is hidden on the way; tell what the client says to that."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        rows = await portal.get_all("crm.item.list", DEALS)
    return {"rows": len(rows), "warned": sorted({warning.category.__name__ for warning in told})}


async def list_and_get(portal: BitrixAsync) -> dict[str, Any]:
    """Read contacts one by one, in the way that knows no filter."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        people = await portal.list_and_get("crm.contact")
    return {"rows": len(people), "warned": sorted({warning.category.__name__ for warning in told})}


async def wide(portal: BitrixAsync) -> dict[str, Any]:
    """Read a list whose pages take long."""
    return {"error": await _error(portal.get_all("crm.item.list", DEALS))}


async def _error(call: Awaitable[Any]) -> str | None:
    try:
        await call
    except Exception as error:  # whatever it is: its name is what is asked for
        return type(error).__name__
    return None


SESSIONS: dict[str, Callable[[BitrixAsync], Awaitable[dict[str, Any]]]] = {
    "everything": everything,
    "all_or_nothing": all_or_nothing,
    "refused": refused,
    "crowd": crowd,
    "spelled": spelled,
    "summed": summed,
    "uncounted": uncounted,
    "unordered": unordered,
    "incomplete": incomplete,
    "list_and_get": list_and_get,
    "wide": wide,
}
if len(sys.argv) > 1:
    what, url, code = sys.argv[1:4]
    client = BitrixAsync(f"{url}/rest/1/{code}/", verbose=False)
    sys.stdout.write(json.dumps(asyncio.run(SESSIONS[what](client))))  # type: ignore[arg-type]
