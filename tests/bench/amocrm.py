"""
Keep the funnel of a big account: build it, build it anew with a marker moved, and read it over the API.

    python -m tests.bench.amocrm [--leads 200000 --events 1000000] [--api-leads 20000]

Raw rows of the first part are put into the warehouse by SQL, and each run is one of the real DAG in a process
of its own. The account of the second part is simulated, with its real limit of seven requests a second. The
exit status is 1 if a target is missed: seconds, memory, requests, pace, or what is written.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from sandbox.big_account_rows import Size, fill
from sandbox.control import Control, VendorControl
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate
from tests.amocrm_account import FUNNEL, NEW, QUOTE, SALES, write_settings
from tests.bench.account import ACCOUNT, big_account
from tests.bench.funnel_targets import BIG, CHANGED, LATE, LATER, built_well, compared_well, read_well

ROOT = Path(__file__).resolve().parent.parent.parent
WARM = 100  # pages until as many requests fly as may


def run_once(url: str, account_url: str, conf: Mapping[str, Any]) -> dict[str, Any]:
    """Make one run of the DAG in this process; give what it took, as a whole and by task."""
    from tests.amocrm_statuses.dag_run import DagRun
    from tests.at_hand import time_passes

    class TimedRun(DagRun):
        def _do(self, task: Any) -> None:
            began = time.perf_counter()
            super()._do(task)
            took[task.task_id] = round(time.perf_counter() - began, 1)

    logging.disable(logging.CRITICAL)
    control, took = Control(account_url), dict[str, float]()
    made = TimedRun(kind="manual", time_passes=lambda until: time_passes(control, url, until), **conf).go()
    errors = {name: repr(error) for name, error in made.errors.items()}
    told = {"seconds": round(sum(took.values()), 1), "tasks": took, "waits": made.waits, "peak": _peak()}
    return {"state": made.state, "errors": errors, **told}


def _peak() -> int:
    """Give what this program had in memory at most, in MiB; ``ru_maxrss`` would tell of its parent's, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:"))


class Bench:
    """An account, a warehouse, and the runs that are made there."""

    def __init__(self, folder: Path, url: str, account_url: str, account: VendorControl) -> None:
        self.url, self.account = url, account
        self._account_url, self._folder = account_url, folder
        self._key = Fernet.generate_key().decode()

    def run(self, name: str, **conf: Any) -> dict[str, Any]:
        """Make a run; give what it took and what it asked of the account."""
        self.account.order(renumber=True)
        command = [sys.executable, "-m", "tests.bench.amocrm", "--url", self.url, "--conf", json.dumps(conf)]
        told = subprocess.run(
            [*command, "--account", self._account_url],
            **{"cwd": ROOT, "env": self._environment(), "check": True, "capture_output": True, "text": True},
        )
        rate = self.account.read("rate")
        facts = {"run": name, **json.loads(told.stdout.splitlines()[-1]), "rate": rate, **self._counted()}
        print(json.dumps(facts, ensure_ascii=False), flush=True)
        return facts

    def pages(self) -> dict[str, float]:
        """Open the pages; give the seconds each of them took."""
        command = [sys.executable, "-m", "tests.bench.funnel_pages", "41"]
        told = subprocess.run(
            command, cwd=ROOT, env=self._environment(), check=True, capture_output=True, text=True
        )
        took: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
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
    with tempfile.TemporaryDirectory(prefix="dealflow-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        postgres = LocalPostgres(folder / "postgres", {"shared_buffers": "512MB"})
        postgres.start()
        try:
            postgres.create_database("bench")
            migrate(postgres.url("bench"))
            with big_account(leads, events) as (url, account):
                bench = Bench(folder, postgres.url("bench"), url, account)
                bench.settle()
                yield bench
        finally:
            postgres.stop()


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
    moves = arguments.events // arguments.leads
    large = built(arguments.leads, moves, is_large=True)
    api = [read(arguments.api_leads, arguments.api_leads * moves, LATE)]
    small = []
    if arguments.leads >= BIG:
        small = built(arguments.leads // 4, moves, is_large=False)
        api.append(read(arguments.api_leads // 4, arguments.api_leads * moves // 4, LATER))
    holds = {
        "every run ended well": all(run["state"] == "success" for run in [*small, *large, *api]),
        **built_well(large, arguments.leads),
        **read_well(api[0], arguments.api_leads, moves),
        **(compared_well(large[0], small[0], *api) if small else {}),
    }
    for text, reached in holds.items():
        print("reached" if reached else "MISSED ", text)
    return int(not all(holds.values()))


if __name__ == "__main__":
    sys.exit(main())
