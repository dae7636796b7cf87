"""A sandbox in memory, its Calltouch, its Bitrix24, and its amoCRM."""

from collections.abc import Iterator

import pytest

from sandbox.control import CalltouchControl, Control, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox import amocrm_caller, bitrix24_caller
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


@pytest.fixture
def amo_url() -> Iterator[str]:
    with running(None, Credentials("demo", amocrm_caller.SECRET)) as sandbox:
        for account in (amocrm_caller.PAID, amocrm_caller.FREE):
            Control(sandbox.url).vendor("amocrm", str(account)).order(ways={"per_second": 0})
        yield sandbox.url


@pytest.fixture
def people(amo_url: str) -> VendorControl:
    """What people do in the account that has paid for filters; it lets everyone in as often as they come."""
    return Control(amo_url).vendor("amocrm", str(amocrm_caller.PAID))


@pytest.fixture
def others(amo_url: str) -> VendorControl:
    """What people do in the account that has not paid for filters."""
    return Control(amo_url).vendor("amocrm", str(amocrm_caller.FREE))


@pytest.fixture
def paid(amo_url: str) -> amocrm_caller.Caller:
    return amocrm_caller.Caller(amo_url)


@pytest.fixture
def free(amo_url: str) -> amocrm_caller.Caller:
    return amocrm_caller.Caller(amo_url, f"access-{amocrm_caller.FREE}")
