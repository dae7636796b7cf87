"""What benchmarks of whole DAG runs share: vendors in a process of their own, a warehouse, a timed run."""

import json
import logging
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sandbox.control import Control
from sandbox.server import Credentials, running
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "secret-of-the-bench"


@contextmanager
def vendors() -> Iterator[str]:
    """Serve the vendors in a process of their own, whose memory and work are not ours; give their address."""
    context = multiprocessing.get_context("spawn")
    told, tells = context.Pipe(duplex=False)
    over = context.Event()
    process = context.Process(target=_serve, args=(tells, over), daemon=True)
    process.start()
    try:
        yield told.recv()
    finally:
        over.set()
        process.join(10)
        process.kill()


def _serve(tells: Connection, over: Event) -> None:
    with running(None, Credentials("bench", SECRET)) as sandbox:
        tells.send(sandbox.url)
        over.wait()


@contextmanager
def empty_warehouse() -> Iterator[tuple[Path, str]]:
    """Give a folder for settings, and the address of a warehouse."""
    with tempfile.TemporaryDirectory(prefix="dealflow-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        postgres = LocalPostgres(folder / "postgres", {"shared_buffers": "512MB"})
        postgres.start()
        try:
            postgres.create_database("bench")
            migrate(postgres.url("bench"))
            yield folder, postgres.url("bench")
        finally:
            postgres.stop()


def run_apart(module: str, environment: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    """Run a module in a process of its own; give the JSON of its last line."""
    command = [sys.executable, "-m", module, *arguments]
    told = subprocess.run(
        command, cwd=ROOT, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True
    )
    facts: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return facts


def timed_run(make_run: Any, url: str, vendors_url: str, conf: Mapping[str, Any]) -> dict[str, Any]:
    """Make a DAG run in this process; give what it took, as a whole and by task. ``make_run``: its class."""
    from tests.at_hand import time_passes

    logging.disable(logging.CRITICAL)
    control, took = Control(vendors_url), dict[str, float]()
    timed = _timed(make_run, took)
    made = timed(kind="manual", time_passes=lambda until: time_passes(control, url, until), **conf).go()
    errors = {name: repr(error) for name, error in made.errors.items()}
    told = {"seconds": round(sum(took.values()), 1), "tasks": took, "waits": made.waits, "peak": _peak()}
    return {"state": made.state, "errors": errors, **told}


def _timed(make_run: Any, took: dict[str, float]) -> Any:
    class TimedRun(make_run):  # type: ignore[misc]  # whichever DAG's it is
        def _do(self, task: Any) -> None:
            began = time.perf_counter()
            super()._do(task)
            took[task.task_id] = round(time.perf_counter() - began, 1)

    return TimedRun


def _peak() -> int:
    """Give what this program had in memory at most, in MiB; ``ru_maxrss`` would tell of its parent's, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:"))
