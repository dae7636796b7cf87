# /// script
# requires-python = ">=3.11"
# dependencies = ["aiokeepin==0.2.2"]
# ///
"""
A session of ``aiokeepin``, a public client of KeepinCRM, told as JSON: ``uv run --script FILE URL KEY``.
Without an address nothing is called: the environment is there, and that is all.

The client wants an httpx from before Airflow's own, so it runs apart, in an environment that uv makes of the
lines above.
"""

import asyncio
import json
import sys
from typing import Any

from aiokeepin import KeepinClient
from aiokeepin.exceptions import (
    InternalServerError,
    InvalidAPIKeyError,
    NotFoundError,
    ValidationError,
)

NEW = {"title": "Олива", "sku": "Масло 5W, 1", "price": 1250.5, "currency": "UAH", "unit": "шт."}


async def session(url: str, key: str) -> dict[str, Any]:
    crm = KeepinClient(key, base_url=f"{url}/v1")
    created = await crm.post("/materials", json=NEW)
    path = f"/materials/{created['id']}"
    told: dict[str, Any] = {
        "listed": len(await crm.get_paginated_items("/materials")),
        "categories": [each["name"] for each in await crm.get_paginated_items("/materials/categories")],
        "created": created["title"],
        "patched": (await crm.patch(path, json={"price": 1300}))["price_amount"],
        "put": (await crm.put(f"/materials/sku/{NEW['sku']}", json={"irrelevant": True}))["irrelevant"],
        "read": (await crm.get(path))["sku"],
        "deleted": await crm.delete(path),
        "refused": [],
    }
    stranger = KeepinClient("another-key", base_url=f"{url}/v1")
    for error, call in (
        (NotFoundError, crm.get(path)),
        (ValidationError, crm.post("/materials", json={"sku": "x"})),
        (InternalServerError, crm.post("/materials", json={**NEW, "custom_fields": {"Опис": "x"}})),
        (InvalidAPIKeyError, stranger.get("/materials")),
    ):
        try:
            await call
        except error as refusal:
            told["refused"].append([type(refusal).__name__, refusal.args[0]])
    return told


if len(sys.argv) > 1:
    sys.stdout.write(json.dumps(asyncio.run(session(*sys.argv[1:3]))))
