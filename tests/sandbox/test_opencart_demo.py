"""The demo of opencart_catalog: its steps, run with its own settings, do what they promise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from sandbox.control import Control
from sandbox.demo.opencart_catalog import STEPS, held, open_shop
from sandbox.demo.queries import OPENCART_CATALOG
from sandbox.opencart import READER, VARIABLE
from sandbox.server import Credentials, running
from sandbox.stack.local import DEMO_SETTINGS, SANDBOX_LOGIN
from tests.shop_database import postgres_database

PASSWORD = "password-of-tests"


@pytest.fixture
def sandbox_url(tmp_path: Path, warehouse_url: str, airflow_db: str, postgres: Any) -> Iterator[str]:
    """Open a sandbox, with the demo's settings and the connections they name in the environment."""
    from tests.calltouch_orders.shop import NO_PACE, environment

    with (
        postgres_database(postgres) as database,
        running(None, Credentials(SANDBOX_LOGIN, PASSWORD)) as sandbox,
    ):
        reader = {"login": READER, "password": PASSWORD}
        crm = {"conn_type": "keepincrm", "host": sandbox.url, "password": PASSWORD}
        values = {
            "AIRFLOW_CONN_WAREHOUSE": json.dumps(connection_to(warehouse_url)),
            "AIRFLOW_CONN_OPENCART": json.dumps(connection_to(database.url) | reader),
            "AIRFLOW_CONN_KEEPINCRM": json.dumps(crm),
            "DEALFLOW_SETTINGS": str(DEMO_SETTINGS),
            "DEALFLOW_SANDBOX_URL": sandbox.url,
            VARIABLE: database.url,
        }
        with psycopg.connect(warehouse_url) as connection:
            connection.execute(NO_PACE)
        with environment(values | {"DEALFLOW_STORAGE": f"file://{tmp_path}/storage"}):
            Control(sandbox.url).keepincrm().set_ways(per_minute=0)
            yield sandbox.url


def connection_to(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    return {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login}


def rows(warehouse_url: str, query: str, *values: object) -> list[dict[str, Any]]:
    with psycopg.connect(warehouse_url, row_factory=dict_row) as connection:
        return connection.execute(query.encode(), values).fetchall()


def test_every_step_does_what_it_promises(sandbox_url: str, warehouse_url: str) -> None:
    from tests.opencart_catalog.dag_run import DagRun

    for step in STEPS:
        if step.before:
            step.before(sandbox_url)
        dag_run = DagRun(kind="manual", **step.conf).go()
        [told] = rows(warehouse_url, "select * from ops.run where dag_run_id = %s", dag_run.run_id)
        assert {told["source"]: told["state"]} == step.states, (step.title, dag_run.errors)
        counted = {name: told["counters"].get(name, 0) for name in step.expected["opencart"]}
        assert counted == step.expected["opencart"], step.title
        assert step.after
        for seen in step.after(sandbox_url):
            assert list(seen.problems) == [], step.title
    for title, query in OPENCART_CATALOG:
        assert rows(warehouse_url, query), title


def test_a_look_at_the_crm_tells_what_is_not_as_promised(sandbox_url: str) -> None:
    open_shop(sandbox_url)
    [seen] = held({"create": 1}, 22, "59.00")(sandbox_url)
    assert list(seen.problems) == [
        "materials: 7 instead of 22",
        "twins at the shop's price: 1 instead of 3",
        "create: 0 instead of 1",
    ]
