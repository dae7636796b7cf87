"""
The demo of amocrm_statuses: a licence seller's funnel, and the same funnel an hour later.

Counters are compared with what ``sandbox/demo/licence_seller.py`` works out, lead by lead. The account is
that of the demo's connection. ``python -m sandbox.demo.amocrm_statuses`` opens it in a running sandbox,
without the demo.
"""

import os

from sandbox.control import Control, VendorControl
from sandbox.demo import licence_seller as seller
from sandbox.demo.licence_seller import Lead
from sandbox.demo.steps import DemoStep

DAG_ID = "amocrm_statuses"
SOURCE = "amocrm"
ACCOUNT = "31000001"
WORDS = {
    "entered": "entered the funnel",
    "moved": "moved",
    "changed": "changed",
    "left": "left",
    "unmapped": "in no funnel",
    "unchanged": "unchanged",
    "filtered": "of another site",
    "unknown_deleted": "deleted before",
}
STATES = {SOURCE: "success"}
MOVES: dict[int, seller.Status] = {  # an hour later: won, refused, one step on
    4: (seller.LICENCES, seller.ACTS),
    10: (seller.LICENCES, seller.LOST),
    22: (seller.LICENCES, seller.CONTRACT),
}
LATER_DELETED = 16


def account_of(sandbox_url: str) -> VendorControl:
    """Give the way to order the demo's account about."""
    return Control(sandbox_url).vendor("amocrm", ACCOUNT)


def reset(sandbox_url: str) -> None:
    """Let the account be as new, whoever has used it before."""
    account_of(sandbox_url).order(reset=True)


def open_account(sandbox_url: str) -> None:
    """Let the account have everything that the story begins with."""
    account = account_of(sandbox_url)
    account.order(pipelines=seller.pipeline_rows())
    account.order(users=seller.user_rows())
    account.order(reasons=seller.reason_rows())
    account.order(contacts=list(seller.contact_rows()))
    account.order(leads=list(seller.lead_rows()))
    account.order(delete=[_lead_id(seller.DELETED), _lead_id(seller.RESTORED)])
    account.order(restore=[_lead_id(seller.RESTORED)])


def an_hour_later(sandbox_url: str) -> None:
    """Let people move leads, refuse one and throw one away."""
    account = account_of(sandbox_url)
    account.order(move={str(_lead_id(number)): list(status) for number, status in MOVES.items()})
    account.order(delete=[_lead_id(LATER_DELETED)])


def leads_later() -> list[Lead]:
    """Return the leads as they are then."""
    return [
        lead._replace(path=(*lead.path, MOVES[lead.number])) if lead.number in MOVES else lead
        for lead in seller.leads()
        if lead.number != LATER_DELETED
    ]


def counted(**counts: int) -> dict[str, dict[str, int]]:
    """Return the counters of a run; those not named are 0."""
    return {SOURCE: dict.fromkeys(WORDS, 0) | counts}


def _lead_id(number: int) -> int:
    return seller.FIRST_LEAD + number - 1


def _first() -> dict[str, int]:
    """Count what becomes of the leads at the first reading."""
    live = [lead for lead in seller.leads() if lead.number != seller.DELETED]
    kept = [lead for lead in live if lead.counts]
    entered = sum(bool(seller.visits(lead)) for lead in kept)
    return {
        "entered": entered,
        "unmapped": len(kept) - entered,
        "filtered": len(live) - len(kept),
        "unknown_deleted": 1,
    }


FIRST = _first()
STEPS = [
    DemoStep(
        title="Leads are read with their history and laid into the funnel",
        conf={},
        before=open_account,
        expected=counted(**FIRST),
        states=STATES,
        words=WORDS,
    ),
    DemoStep(
        title="An hour later: one won, one refused, one step on, one in the bin",
        conf={},
        before=an_hour_later,
        expected=counted(moved=len(MOVES), left=1),
        states=STATES,
        words=WORDS,
    ),
]

if __name__ == "__main__":
    reset(os.environ["DEALFLOW_SANDBOX_URL"])
    open_account(os.environ["DEALFLOW_SANDBOX_URL"])
