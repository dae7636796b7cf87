"""The demos of both Bitrix24 pipelines, in one portal: their steps do what they promise."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from include.paths import ROOT
from sandbox.control import Control
from sandbox.demo import bitrix24_contact_totals, bitrix24_deal_products, travel_club
from sandbox.demo.bitrix24_contact_totals import FIRST, LATER
from sandbox.demo.queries import BITRIX24
from sandbox.demo.steps import DemoStep
from sandbox.server import Credentials, running
from sandbox.stack.local import DEMO_SETTINGS, SANDBOX_LOGIN

CODE = "code-of-tests"
DOCS = ROOT / "docs" / "bitrix24.md"


@pytest.fixture
def sandbox_url(tmp_path: Path, warehouse_url: str, airflow_db: str) -> Iterator[str]:
    """Open a sandbox, with the demo's settings and the connections they name in the environment."""
    from tests.calltouch_orders.shop import NO_PACE, environment

    with running(None, Credentials(SANDBOX_LOGIN, CODE)) as sandbox:
        portal = {"conn_type": "bitrix24", "host": sandbox.url, "login": "1", "password": CODE}
        values = {
            "AIRFLOW_CONN_WAREHOUSE": json.dumps(connection_to(warehouse_url)),
            "AIRFLOW_CONN_BITRIX24": json.dumps(portal),
            "DEALFLOW_SETTINGS": str(DEMO_SETTINGS),
            "DEALFLOW_STORAGE": f"file://{tmp_path}/storage",
        }
        with psycopg.connect(warehouse_url) as connection:
            connection.execute(NO_PACE)
        Control(sandbox.url).vendor("bitrix24").order(ways={"tier": "none"})
        with environment(values):
            yield sandbox.url


def connection_to(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    return {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login}


def rows(warehouse_url: str, query: str, *values: object) -> list[dict[str, Any]]:
    with psycopg.connect(warehouse_url, row_factory=dict_row) as connection:
        return connection.execute(query.encode(), values).fetchall()


def documented() -> list[tuple[str, str]]:
    """Give the queries of the pipelines' page, each with its first line."""
    blocks = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    queries = [query.strip() for block in blocks for query in block.split(";")]
    return [(query.splitlines()[0], query) for query in queries if query]


def take(step: DemoStep, run: Any, sandbox_url: str, warehouse_url: str) -> None:
    """Let a step happen, its DAG run in this process, and look whether it is as promised."""
    if step.before:
        step.before(sandbox_url)
    dag_run = run(kind="manual", **step.conf).go()
    [told] = rows(warehouse_url, "select * from ops.run where dag_run_id = %s", dag_run.run_id)
    assert {told["source"]: told["state"]} == step.states, (step.title, dag_run.errors)
    counted = {name: told["counters"].get(name, 0) for name in step.expected["bitrix24"]}
    assert counted == step.expected["bitrix24"], step.title
    assert told["counters"].keys() <= counted.keys(), step.title
    assert step.after
    for seen in step.after(sandbox_url):
        assert list(seen.problems) == [], step.title


def test_every_step_of_both_does_what_it_promises_by_turns(sandbox_url: str, warehouse_url: str) -> None:
    from tests.bitrix24_contact_totals.dag_run import DagRun as OfTotals
    from tests.bitrix24_deal_products.dag_run import DagRun as OfProducts

    for totals, products in zip(bitrix24_contact_totals.STEPS, bitrix24_deal_products.STEPS, strict=True):
        take(totals, OfTotals, sandbox_url, warehouse_url)
        take(products, OfProducts, sandbox_url, warehouse_url)
    for title, query in [*BITRIX24, *documented()]:
        assert rows(warehouse_url, query), title


def test_the_other_order_makes_no_difference(sandbox_url: str, warehouse_url: str) -> None:
    from tests.bitrix24_contact_totals.dag_run import DagRun as OfTotals
    from tests.bitrix24_deal_products.dag_run import DagRun as OfProducts

    for step in bitrix24_deal_products.STEPS:
        take(step, OfProducts, sandbox_url, warehouse_url)
    for step in bitrix24_contact_totals.STEPS:
        take(step, OfTotals, sandbox_url, warehouse_url)


def test_the_club_s_sums_by_hand() -> None:
    """Deal 1014 of 150,866.18 was shared by three: a kopeck over for two of them; then by two."""
    parts = {number: _change_of(number) for number in (503, 504, 505, 529)}
    assert parts == {
        503: Decimal("25144.36"),
        504: Decimal("25144.36"),
        505: Decimal("-50288.72"),
        529: Decimal("-87514.22"),
    }
    assert sum(FIRST.values()) - sum(LATER.values()) == 8751422
    [euros] = [deal for deal in travel_club.deals() if deal.currency == "EUR"]
    assert travel_club.kopecks(euros) == 13794255
    assert {contact for contact, _, _ in FIRST} == set(travel_club.BUYERS)
    assert len({(direction, year) for _, direction, year in FIRST}) == 10


def test_a_look_at_the_portal_tells_what_is_not_as_promised(sandbox_url: str) -> None:
    bitrix24_contact_totals.open_club(sandbox_url)
    bitrix24_deal_products.open_requests(sandbox_url)
    [seen] = bitrix24_contact_totals.held({(501, 3, 2026): 100}, 1)(sandbox_url)
    assert list(seen.problems) == [
        "contact 501, UF_CRM_SUM_3_2026: 0 instead of 1",
        "contacts written so far: 0 instead of 1",
    ]
    [seen] = bitrix24_deal_products.held(0)(sandbox_url)
    assert "deal 2001, title: 'Заявка с сайта 2001' instead of 'Камчатка: вулканы и океан'" in seen.problems
    assert not [text for text in seen.problems if text.startswith(("deal 2011", "deal 2012"))]


def _change_of(contact: int) -> Decimal:
    kinds = {key for key in FIRST.keys() | LATER.keys() if key[0] == contact}
    return Decimal(sum(LATER.get(key, 0) - FIRST.get(key, 0) for key in kinds)) / 100
