"""
Open the pages «Воронка» in this process, for benchmarks: as they are, but for the question who is asking.

    python -m tests.bench.funnel_pages LEAD

Prints a line of JSON: the slowest of some openings of each page, in seconds; the preview with a status moved.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.testclient import TestClient

TIMES = 4  # the first opening warms caches, and does not count
MOVED, AWAY = "8200011:68100099", 1  # a status that is in no container yet; into which container it goes


def opened() -> TestClient:
    """Give the pages to somebody who may see everything."""
    from plugins.ui.app import apps

    app: FastAPI = apps["amocrm_statuses"]
    for route in app.routes:
        for asked in _asked(getattr(route, "dependant", None)):
            app.dependency_overrides[asked] = lambda: True
    return TestClient(app)


def _asked(dependant: Dependant | None) -> Iterator[Callable[..., Any]]:
    """Give what asks who the caller is, and what they may do."""
    for each in dependant.dependencies if dependant else []:
        if each.call and each.call.__module__.startswith(("airflow.", "plugins.ui.access")):
            yield each.call
        else:
            yield from _asked(each)


def slowest(open_page: Callable[[], Any]) -> float:
    """Open a page some times; give the longest of them."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = open_page()
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text
    return round(max(took[1:]), 3)


def measured(lead: str) -> dict[str, float]:
    """Open every page."""
    client = opened()
    pages = ("", "mapping", "mapping/data.json", "utm", "refusals", f"leads/{lead}", "runs")
    took = {page or "funnel": slowest(partial(client.get, f"/{page}")) for page in pages}
    data = client.get("/mapping/data.json").json()
    draft = {"funnels": data["funnels"], "policies": {"backfill": data["backfill"]}, "months": [None, None]}
    draft["funnels"][0]["containers"][AWAY]["statuses"].append(MOVED)
    return {**took, "preview": slowest(lambda: client.post("/mapping/preview", json=draft))}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(json.dumps(measured(sys.argv[1])))
