"""
Keep the funnel of a big account: build it, build it anew with a marker moved, and read it over the API.

    python -m tests.bench.amocrm [--leads 200000 --events 1000000] [--api-leads 20000]

Raw rows of the first part are put into the warehouse by SQL, and each run is one of the real DAG in a process
of its own. The account of the second part is simulated, with its real limit of seven requests a second. The
exit status is 1 if a target is missed: seconds, memory, requests, pace, or what is written.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from sandbox.big_account_rows import Size, fill
from sandbox.control import Control, VendorControl
from tests.amocrm_account import FUNNEL, NEW, QUOTE, SALES, write_settings
from tests.bench.apart import empty_warehouse, run_apart, timed_run, vendors
from tests.bench.funnel_targets import (
    BIG,
    CHANGED,
    LATE,
    LATER,
    Targets,
    built_well,
    compared_well,
    ended_well,
    judged,
    read_well,
)

ACCOUNT = 31000001
WARM = 12  # pages until as many requests fly as may


def run_once(url: str, account_url: str, conf: Mapping[str, Any]) -> dict[str, Any]:
    """Make one run of the DAG in this process; give what it took."""
    from tests.amocrm_statuses.dag_run import DagRun

    return timed_run(DagRun, url, account_url, conf)


class Bench:
    """An account, a warehouse, and the runs that are made there."""

    def __init__(self, folder: Path, url: str, account_url: str, account: VendorControl) -> None:
        self.url, self.account = url, account
        self._account_url, self._folder = account_url, folder
        self._key = Fernet.generate_key().decode()

    def run(self, name: str, **conf: Any) -> dict[str, Any]:
        """Make a run; give what it took and what it asked of the account."""
        self.account.order(renumber=True)
        own = ("--url", self.url, "--account", self._account_url, "--conf", json.dumps(conf))
        told = run_apart("tests.bench.amocrm", self._environment(), *own)
        rate = self.account.read("rate")
        facts = {"run": name, **told, "rate": rate, **self._counted()}
        print(json.dumps(facts, ensure_ascii=False), flush=True)
        return facts

    def pages(self) -> dict[str, float]:
        """Open the pages; give the seconds each of them took."""
        took = run_apart("tests.bench.funnel_pages", self._environment(), "41")
        print(json.dumps(took, ensure_ascii=False), flush=True)
        return took

    def settle(self, **changes: Any) -> None:
        """Let the settings be the usual ones, with changes."""
        write_settings(self._folder, {"funnels": [FUNNEL], **changes})

    def move(self, leads: int) -> None:
        """Let the account hold so many of the leads, all of them just moved."""
        now = int(time.time())
        path = [[SALES, NEW, now - 600], [SALES, QUOTE, now - 60]]
        self.account.order(leads=[{"id": 1 + place, "path": path, "price": place} for place in range(leads)])

    def _counted(self) -> dict[str, Any]:
        query = "select state, counters from ops.run order by run_id desc limit 1"
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query).fetchone()
        return {"counters": row[1] if row else {}}

    def _environment(self) -> dict[str, str]:
        extra = {"auth": "long_lived", "trusted_hosts": ["127.0.0.1"]}
        crm = {"conn_type": "amocrm", "host": self._account_url, "login": "bench", "extra": extra}
        return os.environ | {
            "DEALFLOW_SETTINGS": str(self._folder),
            "DEALFLOW_STORAGE": f"file://{self._folder}/storage",
            "AIRFLOW__CORE__FERNET_KEY": self._key,
            "AIRFLOW_CONN_WAREHOUSE": self.url,
            "AIRFLOW_CONN_AMOCRM": json.dumps({**crm, "password": f"access-{ACCOUNT}"}),
        }


@contextmanager
def benched(leads: int, events: int) -> Iterator[Bench]:
    """Open an empty warehouse and an account with so many leads."""
    with empty_warehouse() as (folder, url), vendors() as account_url:
        account = Control(account_url).vendor("amocrm", str(ACCOUNT))
        if leads:
            account.order(generate={"leads": leads, "events": events, "seed": 1})
        bench = Bench(folder, url, account_url, account)
        bench.settle()
        yield bench


def built(leads: int, moves: int, is_large: bool) -> list[dict[str, Any]]:
    """Build an account of a size; if it is the large one, anew, without a change, and with a few changes."""
    with benched(0, 0) as bench:
        with psycopg.connect(bench.url) as connection:
            fill(connection, Size(leads, moves))
        facts = [bench.run("first build")]
        if is_large:
            facts.append(bench.run("unchanged", rebuild_only=True))
            bench.settle(funnels=[_moved_marker()])
            facts.append(bench.run("marker moved", rebuild_only=True))
            bench.move(CHANGED)
            facts.append({**bench.run("changed"), "pages": bench.pages()})
        return facts


def _moved_marker() -> dict[str, Any]:
    """Give the funnel with success at an earlier container."""
    told = json.loads(json.dumps(FUNNEL))
    markers = {"won": None, "contract": "success"}
    containers = [
        {**each, "marker": markers.get(each["id"], each.get("marker"))} for each in told["containers"]
    ]
    return {**told, "containers": containers}


def read(leads: int, events: int, late: float) -> dict[str, Any]:
    """Read an account of a size over its API, whose answers take their time."""
    with benched(leads, events) as bench:
        bench.account.order(ways={"real_delay": late})
        facts = bench.run(f"read over the API, {late} s an answer")
        streams = bench.account.read("rate", after=WARM)["streams"]
        return {**facts, "events": streams.get("events", {})}


def main() -> int:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.amocrm", description="Measure a funnel.")
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--api-leads", type=int, default=20_000)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--account", help=argparse.SUPPRESS)
    parser.add_argument("--conf", default="{}", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.url:
        print(json.dumps(run_once(arguments.url, arguments.account, json.loads(arguments.conf))))
        return 0
    return judged(measured(arguments.leads, arguments.events, arguments.api_leads))


def measured(leads: int, events: int, api_leads: int) -> Targets:
    """Measure an account of a size, and say which targets are reached; a big one also by a smaller one."""
    moves = events // leads
    large = built(leads, moves, is_large=True)
    api = read(api_leads, api_leads * moves, LATE)
    holds = {**ended_well(*large, api), **built_well(large, leads), **read_well(api, api_leads, moves)}
    if leads < BIG:
        return holds
    (small,) = built(leads // 4, moves, is_large=False)
    slow = read(api_leads // 4, api_leads * moves // 4, LATER)
    return {**holds, **ended_well(small, slow), **compared_well(large[0], small, slow, api_leads // 4, moves)}


if __name__ == "__main__":
    sys.exit(main())
