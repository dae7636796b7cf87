"""
Any life of a portal: people win, reopen, delete, move, merge; runs are killed, answers lost, writes refused.

After two quiet days the mart, its history and the portal are what plain loops say (bitrix24 7.2, 5 to 13).
"""

import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import psycopg
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from include.bitrix24_contact_totals.deals import DealRow
from plugins.warehouse import Warehouse
from tests.bitrix24_contact_totals.desk import Desk, deal
from tests.bitrix24_contact_totals.oracle import Chronicle, RateKey
from tests.bitrix24_contact_totals.test_against_oracle import HISTORY, OF_PORTAL, amounts, fresh, reckoned

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
LIVES = settings(
    deadline=None,
    max_examples=250 if THOROUGH else 25,
    derandomize=not THOROUGH,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FUNNELS = [0, 3]
DAYS = ["2025-12-31", "2026-01-01", "2026-07-01"]
CURRENCIES = [row.currency for row in OF_PORTAL]
Deals = dict[int, DealRow]
State = tuple[Deals, frozenset[int]]  # won deals, contacts that are gone


class Event(NamedTuple):
    """Something that people do to a deal or a contact; ``value`` picks what they do it with."""

    what: str
    deal_id: int
    contact: int
    other: int
    amount: Decimal
    value: int


def win(deals: Deals, gone: frozenset[int], event: Event) -> State:
    sharers = {event.contact, event.other} - gone if event.value % 4 else set()
    told = deal(
        event.deal_id,
        event.amount,
        sharers,
        category_id=FUNNELS[event.value % 2],
        closed_on=DAYS[event.value % 3],
        currency=CURRENCIES[event.value % len(CURRENCIES)],
    )
    return deals | {event.deal_id: told}, gone


def leave(deals: Deals, gone: frozenset[int], event: Event) -> State:
    return {number: row for number, row in deals.items() if number != event.deal_id}, gone


def move(deals: Deals, gone: frozenset[int], event: Event) -> State:
    moved = {"category_id": FUNNELS[event.value % 2], "closed_on": DAYS[event.value % 3]}
    return _changed(deals, event, moved), gone


def reprice(deals: Deals, gone: frozenset[int], event: Event) -> State:
    return _changed(deals, event, {"opportunity": event.amount}), gone


def remove_contact(deals: Deals, gone: frozenset[int], event: Event) -> State:
    if event.deal_id not in deals:
        return deals, gone
    left = [number for number in deals[event.deal_id].contact_ids if number != event.contact]
    return _changed(deals, event, {"contact_ids": left}), gone


def merge(deals: Deals, gone: frozenset[int], event: Event) -> State:
    if event.contact == event.other or event.other in gone:
        return deals, gone
    merged = {
        number: row._replace(
            contact_ids=sorted({event.other if each == event.contact else each for each in row.contact_ids})
        )
        for number, row in deals.items()
    }
    return merged, gone | {event.contact}


def _without(deals: Deals, gone: frozenset[int]) -> Deals:
    return {
        number: row._replace(contact_ids=[each for each in row.contact_ids if each not in gone])
        for number, row in deals.items()
    }


def _changed(deals: Deals, event: Event, values: Mapping[str, Any]) -> Deals:
    kept = deals.get(event.deal_id)
    return deals if kept is None else deals | {event.deal_id: kept._replace(**values)}


EVENTS: dict[str, Callable[[Deals, frozenset[int], Event], State]] = {
    "win": win,
    "reopen or delete": leave,
    "move": move,
    "reprice": reprice,
    "remove a contact": remove_contact,
    "merge contacts": merge,
}
TROUBLES = (
    "none",
    "none",
    "a trial",
    "killed before sending",
    "killed half-way",
    "lost",
    "refused",
    "capped",
)

events = st.builds(
    Event,
    st.sampled_from(sorted(EVENTS)),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 5),
    amounts,
    st.integers(0, 11),
)
lives = st.lists(
    st.tuples(st.lists(events, min_size=1, max_size=4), st.sampled_from(TROUBLES), st.booleans()),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


def live(desk: Desk, read: list[DealRow], trouble: str) -> None:
    """Let a day happen that goes as wrong as ``trouble`` says."""
    if trouble == "a trial":
        desk.day(read, dry_run=True)
    elif trouble == "capped":
        desk.day(read, max_updates=1)
    elif trouble == "none":
        desk.day(read)
    else:
        desk.plan(read)
        fields = desk.fields_first()
        if trouble == "killed half-way":
            desk.send(2)
        if trouble == "lost":
            desk.send(settles=False)
        if trouble == "refused":
            desk.send(state="failed")
        note(f"{fields} fields were created first")
        desk.stop()


def held(desk: Desk) -> dict[tuple[int, str], int]:
    """Give what contacts hold that are there and hold something."""
    return {
        (contact, name): int(value * 100)
        for contact, fields in desk.portal.held.items()
        for name, value in fields.items()
        if value and contact not in desk.portal.gone
    }


def wanted(totals: Mapping[tuple[int, int, int], tuple[int, int]], gone: frozenset[int]) -> Any:
    return {
        (contact, f"UF_CRM_SUM_{funnel}_{year}"): amount
        for (contact, funnel, year), (amount, _) in totals.items()
        if amount and contact not in gone
    }


@LIVES
@given(life=lives)
def test_any_life_ends_with_the_right_totals_here_and_at_the_portal(
    warehouse: Warehouse, life: list[tuple[list[Event], str, bool]]
) -> None:
    desk, chronicle, frozen = (
        fresh(warehouse, writes={"repair_days": 0}),
        Chronicle(),
        dict[RateKey, Fraction](),
    )
    state: State = ({}, frozenset())
    earlier: State = ({}, frozenset())
    for happened, trouble, is_undone in [*life, ([], "none", False)]:
        if is_undone:  # deals are as they were before; only contacts do not come back
            state = (_without(earlier[0], state[1]), state[1])
        earlier = state
        for event in happened:
            state = EVENTS[event.what](*state, event)
        read = list(state[0].values())
        desk.portal.gone = set(state[1])
        live(desk, read, trouble)
        if trouble != "a trial":
            chronicle.note(reckoned(read, frozen).totals)
    totals = reckoned(list(state[0].values()), frozen).totals
    assert desk.totals() == {key: value for key, value in totals.items() if value != (0, 0)}
    assert held(desk) == wanted(totals, state[1])
    desk.portal.written.clear()
    desk.day(list(state[0].values()))
    assert (desk.portal.written, desk.run.state) == ([], "success")
    assert_history(desk, chronicle)
    [conserved] = desk.rows("select bool_and(is_conserved) from mart.v_contact_total_reconciliation")
    assert conserved in [(True,), (None,)]


def assert_history(desk: Desk, chronicle: Chronicle) -> None:
    """Compare the history with what totals were day by day: each value holds until the next begins."""
    found: dict[Any, list[Any]] = {}
    for *key, amount, count, valid_from, valid_to in desk.rows(HISTORY):
        found.setdefault(tuple(key), []).append((amount, count, valid_from, valid_to))
    assert {key: [row[:2] for row in rows] for key, rows in found.items()} == {
        key: values for key, values in chronicle.values.items() if values
    }
    for rows in found.values():
        assert [row[3] for row in rows] == [*(row[2] for row in rows[1:]), None]
