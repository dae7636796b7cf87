"""
Portals at which public clients fail (bitrix24 5), each arranged once: for the client, and for our hook.
"""

from typing import Any

from sandbox.control import VendorControl
from tests.sandbox.test_bitrix24_lists import won

FIELD = "UF_CRM_SUM_0_2026"
BROKEN = ("500", "gateway", "reset")  # one a call
LONG = 11.0  # seconds of an answer; a batch may take sixty


def closed_halfway(portal: VendorControl) -> None:
    """Close a method at the second page of the second request of a list of 5,000."""
    portal.order(deals=won(5000))
    portal.fault("item", about="crm.item.list", text="OPERATION_TIME_LIMIT", after=51)


def closed_at_once(portal: VendorControl) -> None:
    """Close a method to the very next call."""
    portal.fault("429", method="profile")


def breaks(portal: VendorControl) -> None:
    """Break the next calls, each in its own way."""
    for fault in BROKEN:
        portal.fault(fault, method="profile")


def answers_late(portal: VendorControl) -> None:
    """Carry out a batch, and answer within the minute that it may take, but late."""
    portal.order(contacts=[{"id": 15}], fields=[{"name": FIELD}])
    portal.fault("slow", method="batch", seconds=LONG)


def counts_requests(portal: VendorControl) -> None:
    """Have an ordinary bucket, empty."""
    portal.order(ways={"tier": "standard"})
    portal.order(renumber=True)


def counts_seconds(portal: VendorControl) -> None:
    """Have one slow method: ten calls use up its time."""
    portal.order(deals=won(1), ways={"seconds": {"crm.item.get": 48}})


def adds_up(portal: VendorControl) -> None:
    """Have a method whose three calls come to 75 seconds."""
    portal.order(deals=won(1), ways={"seconds": {"crm.item.get": 25}})


def lacks_one(portal: VendorControl) -> None:
    """Have contacts 15 and 16, and not 404."""
    portal.order(contacts=[{"id": 15}, {"id": 16}], fields=[{"name": FIELD}])


def has_a_deal(portal: VendorControl) -> None:
    """Have one deal with a title and a contact."""
    portal.order(deals=won(1))


def hides_deals(portal: VendorControl) -> None:
    """Take away the right to read after the first page of a list of 300."""
    portal.order(deals=won(300))
    portal.order(at_page=2, rights={"funnels": []})


def is_slow_to_list(portal: VendorControl) -> None:
    """Take two seconds a page of wide rows: fifty pages of a list of 2,500 do not fit in a minute."""
    portal.order(deals=won(2500), ways={"seconds": {"crm.item.list": 2}})


def contacts(portal: VendorControl, count: int = 70) -> list[dict[str, Any]]:
    """Have contacts; give them."""
    people = [{"id": number} for number in range(1, count + 1)]
    portal.order(contacts=people)
    return people
