"""
Measure how a large shop is read, from MariaDB and from PostgreSQL, and print a table.

    python -m tests.bench.shop [--products 20000] [--values 4] [--line 3.0]

Five items a product; ``--values``: of options, a product. ``--line``: of MariaDB, that one only. Each shop is
read in a process of its own; the exit status is 1 if a target is missed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine

from plugins.hooks.opencart import OpenCartHook
from plugins.steps.opencart_reader import read_shop
from sandbox.big_shop import ITEMS, VALUES, write_shop
from sandbox.opencart_schema import Line
from sandbox.stack.mariadb import HOW_TO_GET_IT, LocalMariaDB
from sandbox.stack.postgres import LocalPostgres
from tests.shop_database import catalogue_settings

ROOT = Path(__file__).resolve().parent.parent.parent
MAX_SECONDS = 60  # for 100,000 items
MAX_MEMORY = 60  # MiB more than a process that has read a shop of one page


def read() -> None:
    """Read the shop behind the connection; print a line of JSON."""
    started, items = time.perf_counter(), 0
    now = datetime(2026, 7, 15, 3, tzinfo=ZoneInfo("Europe/Kyiv"))
    for batch in read_shop(OpenCartHook(), catalogue_settings(), now):
        items += len(batch.items)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"items": items, "seconds": seconds, "peak": peak}))


def measured(url: str) -> dict[str, float]:
    """Read a shop in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.shop", "--read"]
    environment = os.environ | {"AIRFLOW_CONN_OPENCART": url, "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    facts: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return facts


def compared(name: str, url: str, line: Line, products: int, values: int) -> bool:
    """Fill a shop of one page and a large one, read both, print what it took; tell whether it was well."""
    address = url.replace("mysql://", "mysql+pymysql://").replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address)
    write_shop(engine, line, 1000, values)
    few = measured(url)
    write_shop(engine, line, products, values)
    many = measured(url)
    engine.dispose()
    grown, allowed = many["peak"] - few["peak"], MAX_SECONDS * max(products * ITEMS, 20_000) / 100_000
    holds = many["items"] == products * ITEMS and grown <= MAX_MEMORY and many["seconds"] <= allowed
    print(
        f"{'reached' if holds else 'MISSED '}  {name} {line}: {many['items']:,.0f} items in "
        f"{many['seconds']:.1f} s (at most {allowed:.0f}), {many['items'] / many['seconds']:,.0f} a second, "
        f"peak {many['peak']:.0f} MiB, {grown:+.0f} MiB over a shop of one page (at most {MAX_MEMORY})",
        flush=True,
    )
    return holds


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.shop", description="Measure a reading.")
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--values", type=int, default=VALUES)
    parser.add_argument("--line", choices=["3.0", "4.1"])
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read()
        return 0
    if not LocalMariaDB.is_available():
        sys.exit(HOW_TO_GET_IT)
    with tempfile.TemporaryDirectory(prefix="dealflow-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        mariadb, postgres = LocalMariaDB(folder / "mariadb"), LocalPostgres(folder / "postgres")
        try:
            mariadb.start()
            mariadb.run("create database shop character set utf8mb4")
            size, lines = (arguments.products, arguments.values), ("3.0", "4.1")
            chosen = [arguments.line] if arguments.line else lines
            held = [compared("MariaDB", mariadb.url("shop"), line, *size) for line in chosen]
            if not arguments.line:
                postgres.start()
                postgres.create_database("shop")
                held.append(compared("PostgreSQL", postgres.url("shop"), "3.0", *size))
        finally:
            mariadb.stop()
            postgres.stop()
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
