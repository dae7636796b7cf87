"""The preview of the page «Сопоставление»: what it says of a mapping is what a build with it then holds."""

import os
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from plugins.ui.funnel_account import Span
from plugins.ui.funnel_preview import FunnelFigures, figures_of
from plugins.ui.warehouse import Reader
from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Container, Lead, Rules, Status
from tests.amocrm_statuses.raw_rows import (
    ACCOUNT,
    empty,
    open_warehouse,
    put,
    rebuild,
    rows,
    rules_of,
    settings_of,
)
from tests.amocrm_statuses.test_against_oracle import PLACED, STATUSES, leads, numbered

EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 20
MARKERS = ("success", "refusal", "return", "pause")
TOLD = ("visited", "implied", "here", "outside", "sales_volume", "success_amount", "returned_amount")
WHENEVER = Span(None, None)
BUILT = rules_of(PLACED)  # the marts are of this mapping when others are tried
HELD = """
    select
        container.funnel_id, container.position,
        (count(*) filter (where pass.kind = 'visited'))::int as visited,
        (count(*) filter (where pass.kind = 'implied'))::int as implied,
        (count(*) filter (where is_there and not state.is_outside))::int as here,
        (count(*) filter (where is_there and state.is_outside))::int as outside,
        coalesce(sum(state.sales_volume) filter (where is_there), 0)::int as sales_volume,
        coalesce(sum(state.success_amount) filter (where is_there), 0)::int as success_amount,
        coalesce(sum(state.returned_amount) filter (where is_there), 0)::int as returned_amount
    from mart.amocrm_container as container
    left join mart.amocrm_lead_funnel_state as state using (account, funnel_id)
    left join mart.amocrm_lead_container_pass as pass
        on
            state.account = pass.account and state.lead_id = pass.lead_id and state.funnel_id = pass.funnel_id
            and container.container_id = pass.container_id
    cross join lateral (select state.container_id = container.container_id as is_there) as standing
    group by container.funnel_id, container.position
    order by container.funnel_id, container.position
"""


@st.composite
def mappings(draw: st.DrawFn) -> Rules:
    """Draw a mapping: statuses in containers of two funnels or in none, any markers, either policy."""
    containers = []
    for funnel in ("first", "second"):
        markers = draw(st.permutations((*MARKERS, None, None, None)))
        count = draw(st.integers(1, 5))
        containers += [Container(funnel, f"c{no}", no, markers[no - 1]) for no in range(1, count + 1)]
    placed: dict[Container, list[Status]] = {container: [] for container in containers}
    for status in STATUSES:
        container = draw(st.none() | st.sampled_from(containers))
        if container:
            placed[container].append(status)
    return rules_of(list(placed.items()), draw(st.sampled_from(["previous", "visited_only"])))


def told(figures: list[FunnelFigures]) -> list[tuple[Any, ...]]:
    """Spell what the preview says as rows."""
    return [
        (funnel.funnel.funnel_id, each.container.position, *(int(getattr(each, name)) for name in TOLD))
        for funnel in figures
        for each in funnel.containers
    ]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(leads(), min_size=10, max_size=30), mappings())
def test_a_preview_is_what_the_marts_will_be(warehouse_url: str, drawn: list[Lead], wanted: Rules) -> None:
    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        connection.execute("truncate mart.amocrm_account")
        warehouse: Warehouse = open_warehouse(connection)
        empty(warehouse)
        put(warehouse, ((number, numbered(number, lead)) for number, lead in enumerate(drawn, 1)))
        rebuild(warehouse, BUILT)
        mapping = settings_of(list(wanted.funnels.values()), wanted).mapping
        with psycopg.connect(warehouse_url, row_factory=dict_row) as reading:
            tried = told(figures_of(Reader(reading), ACCOUNT, mapping, wanted.backfill, WHENEVER))
        rebuild(warehouse, wanted, 3)
        assert tried == rows(warehouse, HELD)
