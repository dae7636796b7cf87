"""
Keep the totals of a portal of many won deals: a first day, a day without changes, a day with 300 of them.

    python -m tests.bench.contact_totals [--deals 200000 --contacts 60000]

The portal is simulated, with its real limits: a bucket of 50 requests that leaks two a second, 480 seconds of
a method in ten minutes. Each day is a run of the real DAG in a process of its own. The exit status is 1 if
a target is missed: requests to read and to write, limits broken, memory, or what is written.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import yaml

from sandbox.control import Control, VendorControl
from tests.bench.apart import SECRET, empty_warehouse, run_apart, timed_run, vendors

MEBIBYTES, APART = 300, 20  # of a process; between a small portal and a large one
PER_REQUEST = 2500  # rows
AROUND = 8  # requests besides those that read deals: metadata, the count at the end, contacts
WRITING = 15  # requests for 300 changed contacts, of up to 2 s each
CHANGED = 300
WRITES = "crm.item.update"
SETTINGS = {"writes": {"max_contact_updates": 5000}}
# What the portal would hold had the first days not been limited: field by field, as we know it.
TOTALS = """
    select total.contact_id, field.field_name, total.amount_minor / power(10::numeric, total.decimals)
    from mart.contact_year_total as total
    inner join mart.bitrix24_field as field using (account, category_id, year)
    where field.kind = 'total' and total.amount_minor <> 0
    order by total.contact_id
"""


def run_day(url: str, portal_url: str) -> dict[str, Any]:
    """Make one run of the DAG in this process; give what it took."""
    from tests.bitrix24_contact_totals.dag_run import DagRun

    return timed_run(DagRun, url, portal_url, {})


class Bench:
    """A portal, a warehouse, and the days that pass there."""

    def __init__(self, folder: Path, url: str, portal_url: str, portal: VendorControl) -> None:
        self.url, self._portal_url, self._portal = url, portal_url, portal
        self._folder = folder

    def day(self, name: str) -> dict[str, Any]:
        """Let a day pass; give what it asked of the portal."""
        Control(self._portal_url).advance(86_400)
        self._portal.order(renumber=True)
        own = ("--url", self.url, "--portal", self._portal_url)
        told = run_apart("tests.bench.contact_totals", self._environment(), *own)
        facts = {"day": name, **told, **self._asked()}
        print(json.dumps(facts, ensure_ascii=False), flush=True)
        return facts

    def _asked(self) -> dict[str, Any]:
        calls = self._portal.calls()
        writing = sum(WRITES in call["commands"] for call in calls)
        methods = self._portal.read("method_time")
        return {
            "reading": len(calls) - writing,
            "writing": writing,
            "written": len([each for each in self._portal.read("writes") if each["method"] == WRITES]),
            "bucket": self._portal.read("bucket", capacity=40),
            "blocked": sum(each["blocked"] for each in methods.values()),
            "most": max((each["most"] for each in methods.values()), default=0),
        }

    def catch_up(self) -> None:
        """Let the portal hold all totals, as if people had typed them."""
        with psycopg.connect(self.url) as connection:
            for part in _parts(connection.execute(TOTALS)):
                self._portal.order(change={"contact": part})

    def change(self) -> None:
        """Let each of some deals that have one contact become dearer."""
        deals = (each for each in self._portal.read("deals") if len(each["contactIds"]) == 1)
        owners: dict[int, dict[str, Any]] = {}
        for deal in deals:
            owners.setdefault(deal["contactIds"][0], deal)
        chosen = list(owners.values())[:CHANGED]
        told = {str(deal["id"]): {"opportunity": deal["opportunity"] + 1} for deal in chosen}
        self._portal.order(change={"deal": told})

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "DEALFLOW_SETTINGS": str(self._folder),
            "DEALFLOW_STORAGE": f"file://{self._folder}/storage",
            "AIRFLOW_CONN_WAREHOUSE": self.url,
            "AIRFLOW_CONN_BITRIX24": json.dumps(
                {"conn_type": "bitrix24", "host": self._portal_url, "login": "1", "password": SECRET}
            ),
        }


def _parts(rows: Any) -> Iterator[dict[str, dict[str, float]]]:
    """Give contacts with their fields, a thousand at a time."""
    part: dict[str, dict[str, float]] = {}
    for contact_id, field_name, amount in rows:
        if len(part) >= 1000 and str(contact_id) not in part:
            yield part
            part = {}
        part.setdefault(str(contact_id), {})[field_name] = float(amount)
    if part:
        yield part


def measured(deals: int, contacts: int, days: bool) -> list[dict[str, Any]]:
    """Let days pass on a portal of a size; without ``days``, the first alone."""
    with empty_warehouse() as (folder, url), vendors() as portal_url:
        text = yaml.safe_dump(SETTINGS, allow_unicode=True)
        (folder / "bitrix24_contact_totals.yaml").write_text(text, encoding="utf-8")
        portal = Control(portal_url).vendor("bitrix24")
        portal.order(generate={"deals": deals, "contacts": contacts, "seed": 1})
        portal.order(renumber=True)
        portal.order(ways={"auto_close_date": False})
        return passed(Bench(folder, url, portal_url, portal), days)


def passed(bench: Bench, days: bool) -> list[dict[str, Any]]:
    """Let the days pass; between the first two the portal is given what was postponed."""
    facts = [bench.day("first")]
    if days:
        bench.catch_up()
        facts.append(bench.day("second"))
        facts.append(bench.day("unchanged"))
        bench.change()
        facts.append(bench.day("changed"))
    return facts


def main() -> int:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.contact_totals", description="Measure days.")
    parser.add_argument("--deals", type=int, default=200_000)
    parser.add_argument("--contacts", type=int, default=60_000)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--portal", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.url:
        print(json.dumps(run_day(arguments.url, arguments.portal)))
        return 0
    (small,) = measured(arguments.deals // 4, arguments.contacts // 4, days=False)
    large = measured(arguments.deals, arguments.contacts, days=True)
    return judge(small, large, arguments.deals)


def judge(small: dict[str, Any], large: list[dict[str, Any]], deals: int) -> int:
    """Print which targets are reached; give the exit status."""
    first, _, unchanged, changed = large
    allowed, peak = -(-deals // PER_REQUEST) + AROUND, max(day["peak"] for day in large)
    grown = first["peak"] - small["peak"]
    violations = sum(day["bucket"]["violations"] for day in [small, *large])
    blocked = sum(day["blocked"] for day in [small, *large])
    holds = {
        "every day ended well": all(day["state"] == "success" for day in [small, *large]),
        f"reading an unchanged portal: {unchanged['reading']} requests, at most {allowed}": unchanged[
            "reading"
        ]
        <= allowed,
        f"written on an unchanged day: {unchanged['written']}": unchanged["written"] == 0,
        f"written when {CHANGED} have changed: {changed['written']}": changed["written"] == CHANGED,
        f"requests for that: {changed['writing']}, at most {WRITING}": changed["writing"] <= WRITING,
        f"requests above the bucket: {violations}": violations == 0,
        f"calls of a method that was blocked: {blocked}": blocked == 0,
        f"peak memory: {peak} MiB, at most {MEBIBYTES}": peak <= MEBIBYTES,
        f"of it for four times the deals: {grown:+} MiB, at most {APART}": grown <= APART,
    }
    for text, reached in holds.items():
        print("reached" if reached else "MISSED ", text)
    return int(not all(holds.values()))


if __name__ == "__main__":
    sys.exit(main())
