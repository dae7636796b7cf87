"""
The demo of amocrm_statuses: a licence seller's funnel, the same an hour later, and built anew.

Counters, the funnel in the marts and what Smart Data Hub was given are compared with what
``sandbox/demo/licence_seller.py`` works out, lead by lead. The account is that of the demo's connection.
``python -m sandbox.demo.amocrm_statuses`` opens it in a running sandbox, without the demo.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from sandbox.control import Control, VendorControl
from sandbox.demo import licence_seller as seller
from sandbox.demo.licence_seller import Lead
from sandbox.demo.steps import DemoStep, Seen

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
HANDED_OVER = 5  # created since the day that the settings name, in a container, of our site
FUNNEL = """
select
    container.title, count(pass.lead_id)::int as passed,
    coalesce(sum(state.sales_volume) filter (where container.container_id = state.container_id), 0)::int
        as sold
from mart.amocrm_container as container
left join mart.amocrm_lead_container_pass as pass using (account, funnel_id, container_id)
left join mart.amocrm_lead_funnel_state as state using (account, funnel_id, lead_id)
group by container.title, container.position
order by container.position
"""
STARTERS = """
select count(*)::int as starters
from ops.run_log
where 'AMO_STARTER' = any(codes) and details ->> 'yaml' like '%8200011%'
"""


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
    account.order(delete=[_lead_id(seller.DELETED), _lead_id(seller.RESTORED)], at=seller.BINNED.isoformat())
    account.order(restore=[_lead_id(seller.RESTORED)], at=seller.BACK_AGAIN.isoformat())


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


def handed_over(sandbox_url: str) -> list[Seen]:
    """Look at what Smart Data Hub has been given: the last leads, each once."""
    leads = Control(sandbox_url).vendor("smart_data_hub").read("leads")
    numbers = {lead["outer_id"] for lead in leads}
    found = len(leads) == len(numbers) == HANDED_OVER
    return [
        Seen("hub", {"leads": len(leads)}, [] if found else [f"{HANDED_OVER} leads were to be there once"])
    ]


def funnel_of(known: Sequence[Lead]) -> Callable[[psycopg.Connection[Any]], list[Seen]]:
    """Return a look at the funnel in the marts: who has passed each container, and the sales volume."""
    figures = seller.figures(known)
    passed = [figures[each.name].visited + figures[each.name].implied for each in seller.CONTAINERS]

    def look(connection: psycopg.Connection[Any]) -> list[Seen]:
        rows = connection.execute(FUNNEL).fetchall()
        told = {row["title"]: row["passed"] for row in rows}
        sales = sum(row["sold"] for row in rows)
        wrong = [] if [*told.values()] == passed else [f"passed: {passed} were worked out"]
        if sales != (promised := seller.sales_volume(known)):
            wrong.append(f"sales: {promised} were worked out")
        return [Seen("funnel", told | {"Объем продаж": sales}, wrong)]

    return look


def starter_told(connection: psycopg.Connection[Any]) -> list[Seen]:
    """Look for the starter of the settings in the log."""
    row = connection.execute(STARTERS).fetchone()
    told = row["starters"] if row else 0
    return [Seen("log", {"starters": told}, [] if told else ["there is no starter in the log"])]


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
        title="The account tells its funnels, and a starter of the settings comes of them",
        conf={"operation": "starter"},
        before=open_account,
        expected={SOURCE: {}},
        states=STATES,
        held=starter_told,
    ),
    DemoStep(
        title="Leads are read with their history and laid into the funnel; the last go to Smart Data Hub",
        conf={},
        before=None,
        expected=counted(**FIRST),
        states=STATES,
        after=handed_over,
        held=funnel_of(seller.leads()),
        words=WORDS,
    ),
    DemoStep(
        title="An hour later: one won, one refused, one step on, one in the bin; none is handed over again",
        conf={},
        before=an_hour_later,
        expected={
            SOURCE: {"moved": len(MOVES), "left": 1, "entered": 0, "changed": 0}
        },  # others as often as read
        states=STATES,
        after=handed_over,
        held=funnel_of(leads_later()),
        words=WORDS,
    ),
    DemoStep(
        title="The funnel is built anew from what is kept, without a call: nothing changes",
        conf={"rebuild_only": True},
        before=None,
        expected=counted(unchanged=FIRST["entered"], filtered=FIRST["filtered"]),  # and the one in the bin
        states=STATES,
        after=handed_over,
        held=funnel_of(leads_later()),
        words=WORDS,
    ),
]

if __name__ == "__main__":
    reset(os.environ["DEALFLOW_SANDBOX_URL"])
    open_account(os.environ["DEALFLOW_SANDBOX_URL"])
