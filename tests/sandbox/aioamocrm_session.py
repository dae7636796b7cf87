# /// script
# requires-python = ">=3.11"
# dependencies = ["aioamocrm==0.1.1"]
# ///
"""
A session of ``aioamocrm``, told as JSON: ``uv run --script FILE WHAT URL SECRET ACCOUNT``.
Without arguments nothing is called: the environment is there, and that is all.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aioamocrm import AmoCRMClient, LongLivedToken, MemoryTokenStorage, OAuth2, TokenSet

HOUR = 3600


def client(**more: Any) -> AmoCRMClient:
    _, url, _, account = sys.argv[1:]
    return AmoCRMClient(base_url=url, auth=more.pop("auth", LongLivedToken(f"access-{account}")), **more)


def first_pair() -> OAuth2:
    """Give a pair whose access token has run out."""
    _, _, secret, account = sys.argv[1:]
    pair = TokenSet("expired", f"refresh-{account}-0", time.time() - HOUR)
    return OAuth2("client", secret, "https://etl.example.org/cb", MemoryTokenStorage(pair))


async def everything() -> dict[str, Any]:
    """Read what there is."""
    async with client() as amo:
        leads = [lead async for lead in amo.leads.iterate(with_=["contacts", "loss_reason"])]
        pipelines = await amo.pipelines.list()
        return {
            "account": (await amo.account.get(with_=["is_api_filter_enabled"])).id,
            "leads": len(leads),
            "price": leads[0].price,
            "fields": [value.field_id for value in leads[0].custom_fields_values or []],
            "pipelines": [pipeline.id for pipeline in pipelines],
            "custom fields": len([field async for field in amo.leads.custom_fields.iterate(limit=5)]),
            "users": [user.id async for user in amo.users.iterate()],
            "contacts": [contact.id async for contact in amo.contacts.iterate()],
        }


async def renewed() -> dict[str, Any]:
    """Call with a pair whose access token has run out; ten at once need one renewal."""
    async with client(auth=first_pair(), rate_limit=None) as amo:
        told = await asyncio.gather(*(amo.account.get() for _ in range(10)))
        return {"accounts": len({each.id for each in told})}


async def renewed_by_two() -> dict[str, Any]:
    """Let two who know nothing of one another renew the same pair."""
    async with client(auth=first_pair()) as one, client(auth=first_pair()) as other:
        told = await asyncio.gather(one.account.get(), other.account.get(), return_exceptions=True)
        return {"failed": [type(each).__name__ for each in told if isinstance(each, BaseException)]}


async def hurry() -> dict[str, Any]:
    """Ask for thirty things at once; tell how long it took."""
    began = time.monotonic()
    async with client() as amo:
        told = await asyncio.gather(*(amo.account.get() for _ in range(30)), return_exceptions=True)
        failed = [each for each in told if isinstance(each, BaseException)]
        return {"failed": len(failed), "seconds": time.monotonic() - began}


async def changed_since() -> dict[str, Any]:
    """Ask for leads of a window."""
    window = {"updated_at": {"from": 1_767_261_600, "to": 1_767_261_660}}
    async with client() as amo:
        return {"ids": [lead.id async for lead in amo.leads.iterate(filter=window, order={"id": "asc"})]}


async def by_pages() -> dict[str, Any]:
    """Read all leads by the moment of their last update, page after page."""
    async with client() as amo:
        found = [lead.id async for lead in amo.leads.iterate(order={"updated_at": "asc"})]
        return {"rows": len(found), "leads": len(set(found))}


WHAT: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {
    each.__name__: each for each in (everything, renewed, renewed_by_two, hurry, changed_since, by_pages)
}

if __name__ == "__main__" and len(sys.argv) > 1:
    print(json.dumps(asyncio.run(WHAT[sys.argv[1]]())))  # noqa: T201
