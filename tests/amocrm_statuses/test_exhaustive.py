"""
Every way through four containers and a status that is in none, over every placement of the four markers.

6,825 ways of one to six statuses, 209 placements, two policies: 2,852,850 cases.
``HYPOTHESIS_PROFILE=thorough`` tries them all; without it placements are drawn, the same each time. A
placement is a funnel with a pipeline of its own, so that a batch of them is one account, built at once.
"""

import os
import random
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, permutations, product
from typing import Any, NamedTuple

import psycopg
import pytest

from include.paths import SQL_DIR
from plugins.ui.funnel_preview import figures_of
from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Container, Lead, Move, Rules, Status, Told, tell
from tests.amocrm_statuses.raw_rows import (
    ACCOUNT,
    DAY,
    empty,
    open_warehouse,
    put,
    rebuild,
    rows,
    rules_of,
    settings_of,
)
from tests.amocrm_statuses.test_preview import HELD, WHENEVER, told

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
NAMES = ("a", "b", "c", "d")
MARKERS = ("success", "refusal", "return", "pause")
UNMAPPED = 5
LONGEST = 6
DRAWN = 6
BATCH = 19
PRICE = 100

Placement = tuple[str | None, ...]

PASSED = """
    select lead_id, container_id, kind, extract(epoch from passed_at)::bigint, entries
    from mart.amocrm_lead_container_pass
"""
STANDING = """
    select
        lead_id, container_id, marker, extract(epoch from since)::bigint, is_outside, price::integer,
        sales_volume::integer, success_amount::integer, returned_amount::integer,
        extract(epoch from success_at)::bigint, extract(epoch from refused_at)::bigint, refused_from
    from mart.amocrm_lead_funnel_state
"""
STAYED = """
    select
        lead_id, seq, container_id, extract(epoch from entered_at)::bigint,
        extract(epoch from left_at)::bigint, source
    from mart.amocrm_lead_container_interval
"""


def ways() -> list[tuple[int, ...]]:
    """Give all ways of one to six statuses, none of them twice in a row."""
    statuses = range(1, UNMAPPED + 1)
    return [
        way
        for length in range(1, LONGEST + 1)
        for way in product(statuses, repeat=length)
        if all(one != other for one, other in pairwise(way))
    ]


def placements() -> list[Placement]:
    """Give all ways to put at most four different markers on four containers."""
    found: list[Placement] = []
    for count in range(len(MARKERS) + 1):
        for markers in combinations(MARKERS, count):
            for places in permutations(range(len(NAMES)), count):
                held = dict(zip(places, markers, strict=True))
                found.append(tuple(held.get(place) for place in range(len(NAMES))))
    return found


def batches() -> list[list[Placement]]:
    """Share the placements out: all of them, or those that are drawn."""
    every = placements()
    if not THOROUGH:
        return [random.Random(6).sample(every, DRAWN)]
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


class Case(NamedTuple):
    """A lead on its way through a funnel."""

    number: int
    lead: Lead


def rules(batch: Sequence[Placement], backfill: str) -> Rules:
    """Give each placement a funnel and a pipeline."""
    placed: list[tuple[Container, list[Status]]] = []
    for pipeline, markers in enumerate(batch, 1):
        for position, (name, marker) in enumerate(zip(NAMES, markers, strict=True), 1):
            container = Container(f"f{pipeline}", name, position, marker)
            placed.append((container, [(pipeline, position)]))
    return rules_of(placed, backfill)


def cases(batch: Sequence[Placement], rng: random.Random) -> Iterator[Case]:
    """Send a lead along every way of every pipeline: of every second one all events are in one second."""
    for pipeline in range(1, len(batch) + 1):
        for way_no, way in enumerate(ways()):
            number = pipeline * 10000 + way_no
            yield Case(number, _lead(number, [(pipeline, status) for status in way], rng))


def _lead(number: int, way: Sequence[Status], rng: random.Random) -> Lead:
    """Let its events have numbers in any order."""
    numbers = rng.sample(range(10), len(way) - 1)
    moves = [
        Move(
            f"{number}-{numbers[step]}", DAY + 60 * (1 if number % 2 else step + 1), way[step], way[step + 1]
        )
        for step in range(len(way) - 1)
    ]
    return Lead(way[-1], PRICE, DAY, DAY + 900, DAY + 800 if number % 3 else None, moves)


def grouped(told: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Group rows by lead, in order."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for number, *row in told:
        found.setdefault(number, []).append(tuple(row))
    return {number: sorted(of_lead, key=repr) for number, of_lead in found.items()}


def expected(told: Told) -> tuple[list[tuple[Any, ...]], ...]:
    """Spell what the oracle says as rows."""
    passed = [(name, *each) for (_, name), each in told.passed.items()]
    standing = [tuple(each) for each in told.standing.values()]
    stayed = [(stay.seq, stay.container.name, stay.entered, stay.left, stay.source) for stay in told.stays]
    return tuple(sorted(of_lead, key=repr) for of_lead in (passed, standing, stayed))


def differences(warehouse: Warehouse, batch_cases: Sequence[Case], batch_rules: Rules) -> list[str]:
    """Compare what is built with the oracle; give the first few differences."""
    built = [grouped(rows(warehouse, query)) for query in (PASSED, STANDING, STAYED)]
    found: list[str] = []
    for case in batch_cases:
        right = expected(tell(case.lead, batch_rules))
        for name, of_lead, wanted in zip(("passed", "standing", "stayed"), built, right, strict=True):
            if of_lead.get(case.number, []) != wanted:
                found.append(f"{name} of {case}: {of_lead.get(case.number)} for {wanted}")
        if len(found) > 3:
            return found
    return found


class SameTransaction:
    """Reads for the page what the transaction of a test has built."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def rows(self, name: str, **params: Any) -> list[dict[str, Any]]:
        return [row._asdict() for row in self._warehouse.select(SQL_DIR / "ui" / f"{name}.sql", params)]


def preview(warehouse: Warehouse, batch_rules: Rules) -> list[tuple[Any, ...]]:
    """Give what the page says of a mapping."""
    reader: Any = SameTransaction(warehouse)
    mapping = settings_of(list(batch_rules.funnels.values()), batch_rules).mapping
    return sorted(told(figures_of(reader, ACCOUNT, mapping, batch_rules.backfill, WHENEVER)))


def test_there_are_as_many_cases_as_are_promised() -> None:
    assert len(ways()) == 6825
    assert len(placements()) == len(set(placements())) == 209


@pytest.mark.parametrize("batch", batches(), ids=lambda batch: f"{len(batch)}_placements")
def test_the_marts_are_what_the_oracle_says(connection: psycopg.Connection, batch: list[Placement]) -> None:
    warehouse = open_warehouse(connection)
    empty(warehouse)
    sent = list(cases(batch, random.Random(7)))
    put(warehouse, ((case.number, case.lead) for case in sent))
    for run_id, backfill in enumerate(("previous", "visited_only"), 2):
        batch_rules = rules(batch, backfill)
        rebuild(warehouse, batch_rules, run_id)
        assert not differences(warehouse, sent, batch_rules)
        assert preview(warehouse, batch_rules) == sorted(rows(warehouse, HELD))
