"""What holds whatever the leads are: merged neighbours sell the same, a refusal only takes away."""

import os
from collections.abc import Sequence
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Container, Lead, Status
from tests.amocrm_statuses.raw_rows import empty, open_warehouse, put, rebuild, rows, rules_of
from tests.amocrm_statuses.test_against_oracle import leads, numbered

EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 15
Placed = list[tuple[Container, list[Status]]]
APART: Placed = [
    (Container("sales", "new", 1), [(1, 1)]),
    (Container("sales", "quote", 2), [(1, 2)]),
    (Container("sales", "contract", 3), [(1, 3)]),
    (Container("sales", "won", 4, "success"), [(1, 142), (2, 142)]),
    (Container("sales", "lost", 5, "refusal"), [(1, 143)]),
    (Container("sales", "back", 6, "return"), [(2, 2)]),
]
MERGED: Placed = [APART[0], (APART[1][0], [(1, 2), (1, 3)]), *APART[3:]]
UNMARKED: Placed = [*APART[:4], (APART[4][0]._replace(marker=None), APART[4][1]), APART[5]]

SOLD = """
    select lead_id, is_outside, price, sales_volume, success_amount, returned_amount, success_at
    from mart.amocrm_lead_funnel_state order by lead_id
"""
PASSED = "select lead_id, container_id, kind from mart.amocrm_lead_container_pass"


def built(warehouse: Warehouse, placed: Placed, run_id: int, query: str, *policies: str) -> list[Any]:
    """Build by a mapping; give what a query finds then."""
    rebuild(warehouse, rules_of(placed, *policies), run_id)
    return rows(warehouse, query)


def fill(connection: psycopg.Connection[Any], drawn: Sequence[Lead]) -> Warehouse:
    """Let the account have the leads that were drawn, and no others."""
    connection.execute("truncate mart.amocrm_account")
    warehouse = open_warehouse(connection)
    empty(warehouse)
    put(warehouse, ((number, numbered(number, lead)) for number, lead in enumerate(drawn, 1)))
    return warehouse


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(leads(), min_size=1, max_size=12), st.sampled_from(["current", "at_success"]))
def test_merging_two_neighbours_without_markers_never_changes_sales(
    warehouse_url: str, drawn: list[Lead], price_basis: str
) -> None:
    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        warehouse = fill(connection, drawn)
        apart = built(warehouse, APART, 2, SOLD, "previous", price_basis)
        assert built(warehouse, MERGED, 3, SOLD, "previous", price_basis) == apart


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(leads(), min_size=1, max_size=12))
def test_without_the_refusal_marker_there_can_only_be_more_implied(
    warehouse_url: str, drawn: list[Lead]
) -> None:
    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        warehouse = fill(connection, drawn)
        before = set(built(warehouse, APART, 2, PASSED))
        after = set(built(warehouse, UNMARKED, 3, PASSED))
        assert before <= after
        assert {kind for _, _, kind in after - before} <= {"implied"}
