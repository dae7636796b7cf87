"""A sandbox in memory, and its Calltouch."""

from collections.abc import Iterator

import pytest

from sandbox.control import CalltouchControl, Control
from sandbox.server import Credentials, running
from tests.sandbox.calltouch_caller import SITE, TOKEN, Caller


@pytest.fixture
def url() -> Iterator[str]:
    with running(None, Credentials("demo", "x", {"calltouch": (SITE, TOKEN)})) as sandbox:
        yield sandbox.url


@pytest.fixture
def caller(url: str) -> Caller:
    return Caller(url)


@pytest.fixture
def control(url: str) -> CalltouchControl:
    control = Control(url).calltouch(SITE)
    control.set_ways(per_second=0)
    return control
