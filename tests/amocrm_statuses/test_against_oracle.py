"""What lies outside the exhaustive check: several funnels, prices at success, missing events, odd moments."""

import os

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Container, Lead, Move, Rules, Sale, Status, Told, tell
from tests.amocrm_statuses.raw_rows import DAY, empty, open_warehouse, put, rebuild, rows, rules_of

EXAMPLES = 400 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 40
STATUSES: list[Status] = [(1, 1), (1, 2), (1, 3), (1, 142), (1, 143), (2, 1), (2, 2), (2, 142), (2, 9)]
CONTAINERS = [
    Container("sales", "new", 1),
    Container("sales", "quote", 3),
    Container("sales", "won", 4, "success"),
    Container("sales", "lost", 7, "refusal"),
    Container("renewals", "asked", 1),
    Container("renewals", "back", 2, "return"),
    Container("renewals", "paid", 5, "success"),
]
PLACED: list[tuple[Container, list[Status]]] = [
    (CONTAINERS[0], [(1, 1)]),
    (CONTAINERS[1], [(1, 2), (1, 3)]),
    (CONTAINERS[2], [(1, 142)]),
    (CONTAINERS[3], [(1, 143)]),
    (CONTAINERS[4], [(2, 1)]),
    (CONTAINERS[5], [(2, 2)]),
    (CONTAINERS[6], [(2, 142)]),
]

PASSED = """
    select lead_id, funnel_id, container_id, kind, extract(epoch from passed_at)::bigint, entries
    from mart.amocrm_lead_container_pass
"""
STANDING = """
    select
        lead_id, funnel_id, container_id, marker, extract(epoch from since)::bigint, is_outside,
        price::integer, sales_volume::integer, success_amount::integer, returned_amount::integer,
        extract(epoch from success_at)::bigint, extract(epoch from refused_at)::bigint, refused_from
    from mart.amocrm_lead_funnel_state
"""
WENT = """
    select lead_id, seq, extract(epoch from occurred_at)::bigint, pipeline_id, status_id, source
    from mart.amocrm_lead_transition
"""
STAYED = """
    select
        lead_id, seq, funnel_id, container_id, extract(epoch from entered_at)::bigint,
        extract(epoch from left_at)::bigint, source
    from mart.amocrm_lead_container_interval
"""

moments = st.integers(DAY, DAY + 6)
prices = st.none() | st.integers(0, 5)


@st.composite
def leads(draw: st.DrawFn) -> Lead:
    """Draw a lead with any events, some of them lost, and any moments."""
    moves = draw(
        st.lists(st.tuples(moments, st.sampled_from(STATUSES), st.sampled_from(STATUSES)), max_size=5)
    )
    sales = draw(st.lists(st.tuples(moments, prices, prices), max_size=3))
    return Lead(
        draw(st.sampled_from(STATUSES)),
        draw(prices),
        draw(moments),
        draw(moments),
        draw(st.none() | moments),
        [Move(f"m{no}", *move) for no, move in enumerate(draw(st.permutations(moves)))],
        [Sale(f"s{no}", *sale) for no, sale in enumerate(sales)],
        draw(st.none() | moments),
    )


def numbered(number: int, lead: Lead) -> Lead:
    """Let events of different leads have different ids."""
    return lead._replace(
        moves=[move._replace(event_id=f"{move.event_id}-{number}") for move in lead.moves],
        sales=[sale._replace(event_id=f"{sale.event_id}-{number}") for sale in lead.sales],
    )


def wanted(number: int, told: Told) -> dict[str, list[tuple[object, ...]]]:
    """Spell what the oracle says of a lead as rows."""
    return {
        WENT: [(number, point.seq, point.at, *point.status, point.source) for point in told.points],
        STAYED: [
            (
                number,
                stay.seq,
                stay.container.funnel,
                stay.container.name,
                stay.entered,
                stay.left,
                stay.source,
            )
            for stay in told.stays
        ],
        PASSED: [(number, funnel, name, *each) for (funnel, name), each in told.passed.items()],
        STANDING: [(number, funnel, *each) for funnel, each in told.standing.items()],
    }


def compare(warehouse: Warehouse, told: dict[int, Lead], rules: Rules) -> None:
    """Compare every table with the oracle, row by row."""
    for query in (WENT, STAYED, PASSED, STANDING):
        expected = [row for number, lead in told.items() for row in wanted(number, tell(lead, rules))[query]]
        assert sorted(rows(warehouse, query), key=repr) == sorted(expected, key=repr)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(leads(), min_size=1, max_size=12),
    st.sampled_from(["previous", "visited_only"]),
    st.sampled_from(["current", "at_success"]),
)
def test_any_leads_come_out_as_the_oracle_says(
    warehouse_url: str, drawn: list[Lead], backfill: str, price_basis: str
) -> None:
    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        connection.execute("truncate mart.amocrm_account")
        warehouse = open_warehouse(connection)
        empty(warehouse)
        told = {number: numbered(number, lead) for number, lead in enumerate(drawn, 1)}
        put(warehouse, told.items())
        rules = rules_of(PLACED, backfill, price_basis)
        rebuild(warehouse, rules)
        compare(warehouse, told, rules)
