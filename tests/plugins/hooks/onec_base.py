"""A simulated 1C base behind a real socket, and a hook that is connected to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plugins.hooks.onec import OneCHook
from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, running

Pair = tuple[OneCHook, VendorControl]
LOGIN, PASSWORD = "Обмен сайта", "пароль-из-букв"


def connect(monkeypatch: pytest.MonkeyPatch, host: str, **extra: Any) -> OneCHook:
    """Make a hook for an address, which loses no time between its attempts."""
    given = {"base": "onec", "retry_pauses": [0, 0, 0], **extra}
    connection = {"conn_type": "onec", "host": host, "login": LOGIN, "password": PASSWORD, "extra": given}
    monkeypatch.setenv("AIRFLOW_CONN_ONEC", json.dumps(connection))
    return OneCHook()


@contextmanager
def simulated_base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """Run a base."""
    with running(None, Credentials("other", "other", {"onec": (LOGIN, PASSWORD)})) as sandbox:
        yield connect(monkeypatch, sandbox.url), Control(sandbox.url).vendor("onec")
