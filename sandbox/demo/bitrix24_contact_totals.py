"""
The demo of bitrix24_contact_totals: the travel club's totals, the same again, and totals that fall.

Its story and that of bitrix24_deal_products happen in one portal at the same time: this one is about closed
deals and contacts, the other about deals in work. So neither resets the portal, and what was written is
counted from the beginning. ``python -m sandbox.demo.bitrix24_contact_totals`` opens the club in a running
sandbox, without the demo.
"""

import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.control import Control, VendorControl
from sandbox.demo import travel_club
from sandbox.demo.steps import DemoStep, Seen
from sandbox.demo.travel_club import BUYERS, LEFT, LEFT_DEAL, REOPENED, Totals, field

DAG_ID = "bitrix24_contact_totals"
SOURCE = "bitrix24"
WORDS = {
    "counted": "deals counted",
    "left": "no longer won",
    "unattributed": "without contacts",
    "updated": "contacts updated",
    "unchanged": "contacts unchanged",
}
_FAULTS = ("refused", "failed", "gone", "uncertain", "not_sent", "postponed", "out_of_scope", "no_field")
FIRST = travel_club.totals(travel_club.deals())
LATER = travel_club.totals(travel_club.later_deals())
WON = 60 + 1  # with somebody's name on them: in roubles, in euros
FALLEN = {one[0] for one in FIRST.keys() | LATER.keys() if FIRST.get(one, 0) != LATER.get(one, 0)}


def open_club(sandbox_url: str) -> None:
    """Let the portal have the contacts, and the deals that are closed."""
    portal = Control(sandbox_url).vendor("bitrix24")
    portal.order(funnels=travel_club.funnels())
    portal.order(contacts=list(travel_club.contact_rows()))
    portal.order(deals=list(travel_club.deal_rows()))


def reset(sandbox_url: str) -> None:
    """Let the portal be as new, whoever has used it before."""
    Control(sandbox_url).vendor("bitrix24").order(reset=True)


def change_deals(sandbox_url: str) -> None:
    """Let people reopen a deal, and take a contact off another one."""
    portal = Control(sandbox_url).vendor("bitrix24")
    portal.order(reopen=[REOPENED])
    [family] = [deal for deal in travel_club.later_deals() if deal.number == LEFT_DEAL]
    assert LEFT not in family.contacts
    portal.order(change={"deal": {str(LEFT_DEAL): {"contactIds": list(family.contacts)}}})


def held(wanted: Totals, writes: int) -> Callable[[str], list[Seen]]:
    """Return a look at the portal: what its contacts hold, to the kopeck; how often they were written."""

    def look(sandbox_url: str) -> list[Seen]:
        portal = Control(sandbox_url).vendor("bitrix24")
        found, fields = _totals(portal), _fields(portal)
        written = sum(write["record"].startswith("contact:") for write in portal.read("writes"))
        counts = {
            "fields": len(fields),
            "contacts with totals": len({contact for contact, _ in found}),
            "roubles": int(sum(found.values())),
            "contacts written so far": written,
        }
        return [Seen("portal", counts, [*_differences(_named(wanted), found), *_miscounted(writes, written)])]

    return look


def counted(**counts: int) -> dict[str, dict[str, int]]:
    """Return the counters of a run; those not named are 0."""
    return {SOURCE: dict.fromkeys((*WORDS, *_FAULTS), 0) | counts}


def _fields(portal: VendorControl) -> list[str]:
    names = [each["FIELD_NAME"] for each in portal.read("fields")]
    return [name for name in names if name.startswith("UF_CRM_SUM_")]


def _totals(portal: VendorControl) -> dict[tuple[int, str], Decimal]:
    """Give what contacts hold, by contact and field; zero and nothing are one."""
    return {
        (contact["id"], name): Decimal(str(value))
        for contact in portal.read("contacts")
        for name, value in contact.items()
        if name.startswith("UF_CRM_SUM_") and value
    }


def _named(wanted: Totals) -> dict[tuple[int, str], Decimal]:
    return {
        (contact, field(direction, year)): Decimal(kopecks) / 100
        for (contact, direction, year), kopecks in wanted.items()
        if kopecks
    }


def _differences(wanted: dict[Any, Decimal], found: dict[Any, Decimal]) -> list[str]:
    return [
        f"contact {contact}, {name}: {held} instead of {promised}"
        for contact, name in sorted(wanted.keys() | found.keys())
        if (held := found.get((contact, name), 0)) != (promised := wanted.get((contact, name), 0))
    ]


def _miscounted(wanted: int, found: int) -> list[str]:
    return [] if wanted == found else [f"contacts written so far: {found} instead of {wanted}"]


STATES = {SOURCE: "success"}
STEPS = [
    DemoStep(
        title="The first run makes the fields and writes what each contact bought",
        conf={},
        before=open_club,
        expected=counted(counted=WON, unattributed=1, updated=len(BUYERS)),
        states=STATES,
        after=held(FIRST, len(BUYERS)),
        words=WORDS,
    ),
    DemoStep(
        title="The same again: nothing is sent",
        conf={},
        before=None,
        expected=counted(counted=WON, unattributed=1, unchanged=len(BUYERS)),
        states=STATES,
        after=held(FIRST, len(BUYERS)),
        words=WORDS,
    ),
    DemoStep(
        title="A deal is reopened, a contact leaves another: totals fall, and are shared out anew",
        conf={},
        before=change_deals,
        expected=counted(
            counted=WON - 1, left=1, unattributed=1, updated=len(FALLEN), unchanged=len(BUYERS) - len(FALLEN)
        ),
        states=STATES,
        after=held(LATER, len(BUYERS) + len(FALLEN)),
        words=WORDS,
    ),
]

if __name__ == "__main__":
    reset(os.environ["DEALFLOW_SANDBOX_URL"])
    open_club(os.environ["DEALFLOW_SANDBOX_URL"])
