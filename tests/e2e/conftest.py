"""The whole stack, really running, and a real browser in front of it."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from sandbox.demo import company
from sandbox.stack.api import AirflowApi
from sandbox.stack.local import LocalFolder
from sandbox.stack.stack import SIGNALS, Stack

ROOT = Path(__file__).resolve().parents[2]
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


class Running(NamedTuple):
    """A stack that is up: where its parts are, and a logged-in API."""

    local: LocalFolder
    api: AirflowApi

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.local.postgres.url("warehouse"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start the stack once, in a folder of its own, with the demo's company in the warehouse."""
    local = LocalFolder(tmp_path_factory.mktemp("stack"))
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    with ExitStack() as ending:
        ending.callback(lambda: [signal.signal(number, handler) for number, handler in handlers.items()])
        api = ending.enter_context(Stack(local, print).running(afresh=True, by_schedule=False))
        running = Running(local, api)
        with running.connect() as connection:
            company.seed(connection)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Open a headless Chromium, the system's own."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium")
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
