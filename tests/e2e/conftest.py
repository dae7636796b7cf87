"""The whole stack, really running, and a real browser in front of it."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from sandbox.demo import company
from sandbox.demo.deal_import import DAG_ID
from sandbox.stack.stack import SIGNALS, Stack
from tests.e2e.airflow_user import Airflow
from tests.e2e.running import FIRST, TWICE, Running, TestFolder, left_running

__all__ = ["Running"]

ROOT = Path(__file__).resolve().parents[2]
FIFTH, SIXTH = "2026-01-05T03:00:00+00:00", "2026-01-06T03:00:00+00:00"  # 06:00 in Moscow
MOST_SECONDS = 900
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test of the stack longer than others: two stacks may share two processors."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "e2e"):
            item.add_marker(pytest.mark.timeout(MOST_SECONDS))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start the stack once a process of tests, in a folder of its own, with the demo's company."""
    local = TestFolder(tmp_path_factory.mktemp("stack"))
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    with ExitStack() as ending:
        ending.callback(lambda: [signal.signal(number, handler) for number, handler in handlers.items()])
        kept_up, began = Stack(local, print), time.monotonic()
        ending.enter_context(kept_up.running(afresh=True, by_schedule=False))
        healthy_after = time.monotonic() - began
        api = Airflow(local.airflow_url(), local.secrets["admin_password"], kept_up.check)
        api.log_in()
        api.wait_for_dag(DAG_ID)
        running = Running(local, api, healthy_after)
        with running.connect() as connection:
            company.seed(connection)
        running.keep(FIRST)
        yield running
    assert left_running(local.folder) == []


@pytest.fixture(scope="module", autouse=True)
def from_the_start(stack: Running) -> None:
    """Let each file of tests begin with the company as it was, and nothing imported."""
    stack.begin_with(FIRST)


class Imported(NamedTuple):
    """Two imports of the main source, by their DAG runs: of the first export and of the later one."""

    first: str
    later: str


@pytest.fixture(scope="session")
def imported_twice(stack: Running) -> Imported:
    """Import the main source twice, for 5 January and for 6 January; keep the end of it as ``TWICE``."""
    stack.begin_with(FIRST, "main")
    done = Imported(_import_for(stack, 1, FIFTH), _import_for(stack, 2, SIXTH))
    stack.keep(TWICE)
    return done


def _import_for(stack: Running, version: int, slot: str) -> str:
    """Import that version by hand, and let its file count as one that was landed shortly after the slot."""
    stack.publish(version)
    dag_run_id = stack.api.start()
    assert stack.api.ended(dag_run_id) == "success"
    [run] = stack.runs(dag_run_id)
    moved = "update ops.landed_file set landed_at = %s::timestamptz + interval '5 minutes' where run_id = %s"
    stack.rows(moved, slot, run["run_id"])
    return dag_run_id


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Open a headless Chromium, the system's own."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium")
    expect.set_options(timeout=40_000)  # the browser shares two processors with all of Airflow, maybe twice
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Return the folder in which pictures of the pages are kept for people to look at."""
    folder = Path(os.environ.get("DEALFLOW_SCREENSHOTS", ROOT / ".local" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
