"""A sandbox in memory, its Calltouch, and its Bitrix24."""

from collections.abc import Iterator

import pytest

from sandbox.control import CalltouchControl, Control, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox import bitrix24_caller
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


@pytest.fixture
def portal_url() -> Iterator[str]:
    with running(None, Credentials("demo", bitrix24_caller.CODE)) as sandbox:
        yield sandbox.url


@pytest.fixture
def portal(portal_url: str) -> VendorControl:
    """What people do in the portal, which lets everyone in as often as they come."""
    portal = Control(portal_url).vendor("bitrix24")
    portal.order(ways={"tier": "none"})
    return portal


@pytest.fixture
def webhook(portal_url: str) -> bitrix24_caller.Caller:
    return bitrix24_caller.Caller(portal_url)
