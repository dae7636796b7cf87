"""
Measure an import against the limit of the machine, and print a table.

    python -m tests.bench [--size full|small]

``full``: a mart of 1,000,000 clients and 2,000,000 deals, files of up to 2,000,000 records (some 20 minutes,
12 GB of disk). ``small``: a hundredth of it, which shows that the benchmark works, nothing about speed. The
exit status is 1 if a target is missed; of a small one only memory counts, since a run costs something at all.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from sandbox.big_export import seed_base, write_export
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate
from tests.bench.limit import Limit, measure
from tests.bench.memory import ServerMemory

ROOT = Path(__file__).resolve().parent.parent.parent
MAX_PYTHON = 100  # MiB
HEAVY = 20_000

# A server for a mart of this size: it fits into memory, checkpoints are rare. So is the limit measured.
SERVER = {"shared_buffers": "4GB", "max_wal_size": "16GB", "checkpoint_timeout": "30min"}


class Result(NamedTuple):
    """One import: what it was, how long it took, how much it needed."""

    name: str
    records: int
    seconds: float
    python: float
    server: float
    steps: dict[str, float]
    counters: dict[str, int]


class Bench:
    """A server, a base to copy from, and the files to import."""

    def __init__(self, folder: Path, records: int) -> None:
        self.folder, self.records = folder, records
        self.clients = records
        self.postgres = LocalPostgres(folder / "postgres", SERVER)
        self.results: list[Result] = []

    def start(self) -> None:
        """Start the server and fill the base."""
        self.postgres.start()
        self.postgres.create_database("base")
        migrate(self.postgres.url("base"))
        with psycopg.connect(self.postgres.url("base"), autocommit=True) as connection:
            seed_base(connection, clients=self.clients, deals=2 * self.clients, heavy=HEAVY)
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def fresh(self) -> None:
        """Begin with the base as it was."""
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute("drop database if exists bench")
            connection.execute("create database bench template base strategy file_copy")
            connection.execute("checkpoint")

    def write(self, name: str, **options: Any) -> Path:
        """Write an export."""
        path = self.folder / f"{name}.xml"
        write_export(path, clients=self.clients, **options)
        return path

    def run(self, name: str, export: Path, records: int) -> Result:
        """Import an export in a process of its own."""
        command = [sys.executable, "-m", "tests.bench.worker", self.postgres.url("bench"), str(export)]
        pid_file = self.folder / "postgres" / "data" / "postmaster.pid"
        postmaster = int(pid_file.read_text().split()[0])
        with ServerMemory(postmaster) as server:
            started = time.perf_counter()
            told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            seconds = time.perf_counter() - started
        facts = json.loads(told)
        result = Result(name, records, seconds, facts["peak"], server.peak, facts["steps"], facts["counters"])
        if sum(result.counters.values()) != records or facts["state"] != "success":
            sys.exit(f"{name}: {facts}")
        self.results.append(result)
        print(f"  {name}: {seconds:.1f} s  {facts['steps']}  {facts['sql']}", flush=True)
        return result


class Target(NamedTuple):
    """Something to reach, and what was reached."""

    text: str
    reached: float
    allowed: float

    @property
    def holds(self) -> bool:
        return self.reached <= self.allowed


def measured(bench: Bench) -> tuple[Limit, list[Target]]:
    """Run all imports; give the limit and what they come to."""
    records = bench.records
    few = records // 50
    first_file = bench.write("first", records=records)
    bench.fresh()
    first = bench.run("first import", first_file, records)
    limit = measure(bench.postgres.url("bench"), first_file, bench.folder)
    again = bench.run("the same file again", first_file, records)
    changed_file = bench.write("changed", records=records, changed=0.01)
    changed = bench.run("1 % changed", changed_file, records)
    for path in (first_file, changed_file):
        path.unlink()
    bench.run(f"a file of {few:,}", bench.write("few", records=few, seed=2), few)
    bench.fresh()
    double = bench.run("twice the records", bench.write("double", records=2 * records), 2 * records)
    (bench.folder / "double.xml").unlink()
    plain, heavy = few + HEAVY, few
    bench.fresh()
    usual = bench.run("many clients", bench.write("usual", records=plain), plain)
    bench.fresh()
    one = bench.run("one of them with 20,000", bench.write("one", records=heavy, heavy=HEAVY), heavy + HEAVY)
    peak = max(result.python for result in bench.results)
    return limit, [
        Target("first import, times the limit", first.seconds / limit.seconds, 15),
        Target("the same file again, times the limit", again.seconds / limit.seconds, 6),
        Target("1 % changed, times the limit", changed.seconds / limit.seconds, 7),
        Target("twice the records, times as long", double.seconds / first.seconds, 2.2),
        Target("one client with 20,000 deals and payments, seconds more", one.seconds - usual.seconds, 1),
        Target("peak memory of Python, MiB", peak, MAX_PYTHON),
    ]


def table(bench: Bench, limit: Limit, targets: list[Target]) -> str:
    """Lay everything out in columns."""
    lines = [
        f"limit: {limit.seconds:.2f} s = xmllint --stream {limit.xml:.2f} s + COPY {limit.copy:.2f} s",
        "",
        "import".ljust(28) + "   records  seconds  records/s  x limit   Python  Postgres",
    ]
    for result in bench.results:
        rate, ratio = result.records / result.seconds, result.seconds / limit.seconds
        memory = f"{result.python:>5.0f} MiB{result.server:>6.0f} MiB"
        lines.append(
            f"{result.name:28}{result.records:>10,}{result.seconds:>9.1f}{rate:>11,.0f}{ratio:>9.1f}{memory}"
        )
    lines.append("")
    for target in targets:
        mark = "reached" if target.holds else "MISSED "
        lines.append(f"{mark}  {target.text}: {target.reached:.2f} (at most {target.allowed:g})")
    return "\n".join(lines)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure an import.")
    parser.add_argument("--size", choices=("full", "small"), default="full")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    arguments = parser.parse_args()
    if not shutil.which("xmllint"):
        sys.exit("The benchmark needs xmllint: apt-get install libxml2-utils")
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="dealflow-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    bench = Bench(folder, 1_000_000 if arguments.size == "full" else 10_000)
    try:
        bench.start()
        limit, targets = measured(bench)
        judged = targets if arguments.size == "full" else targets[-1:]
        print(table(bench, limit, judged))
        return int(not all(target.holds for target in judged))
    finally:
        bench.postgres.stop()
        if not arguments.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
