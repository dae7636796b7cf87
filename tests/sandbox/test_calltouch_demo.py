"""The demo of calltouch_orders: its steps, run with its own settings, do what the story promises."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from sandbox.control import Control
from sandbox.demo.calltouch_orders import STEPS, counters, held, live
from sandbox.demo.motor_shop_leads import SITES
from sandbox.demo.queries import CALLTOUCH_ORDERS
from sandbox.server import Credentials, running
from sandbox.stack.local import DEMO_SETTINGS, SANDBOX_LOGIN

PASSWORD = "password-of-tests"
NAMES = {"main": "calltouch", "service": "calltouch_service"}  # the connections that the demo's settings name


@pytest.fixture
def sandbox_url(tmp_path: Path, warehouse_url: str, airflow_db: str) -> Iterator[str]:
    """Open a sandbox, with the demo's settings and the connections they name in the environment."""
    from tests.calltouch_orders.shop import NO_PACE, connections, environment

    with running(None, Credentials(SANDBOX_LOGIN, PASSWORD)) as sandbox:
        links = connections(sandbox.url, warehouse_url, {})
        for name, site in SITES.items():
            links[NAMES[name]] = links.pop(f"calltouch_{name}") | {"login": site, "password": PASSWORD}
        links["onec"] |= {"login": SANDBOX_LOGIN, "password": PASSWORD}
        values = {f"AIRFLOW_CONN_{name.upper()}": json.dumps(link) for name, link in links.items()}
        values |= {"DEALFLOW_SETTINGS": str(DEMO_SETTINGS), "DEALFLOW_SANDBOX_URL": sandbox.url}
        with psycopg.connect(warehouse_url) as connection:
            connection.execute(NO_PACE)
        with environment(values | {"DEALFLOW_STORAGE": f"file://{tmp_path}/storage"}):
            Control(sandbox.url).calltouch().set_ways(per_second=0)
            yield sandbox.url


def rows(warehouse_url: str, query: str, *values: object) -> list[dict[str, Any]]:
    with psycopg.connect(warehouse_url, row_factory=dict_row) as connection:
        return connection.execute(query.encode(), values).fetchall()


def test_every_step_does_what_it_promises(sandbox_url: str, warehouse_url: str) -> None:
    from tests.calltouch_orders.dag_run import DagRun

    for step in STEPS:
        if step.before:
            step.before(sandbox_url)
        dag_run = DagRun(kind="manual", **step.conf).go()
        runs = rows(warehouse_url, "select * from ops.run where dag_run_id = %s", dag_run.run_id)
        told = {run["source"]: run for run in runs}
        assert {source: told[source]["state"] for source in told} == step.states, step.title
        for source, promised in step.expected.items():
            counted = {name: told[source]["counters"].get(name, 0) for name in promised}
            assert counted == promised, (step.title, source)
        assert step.after
        for seen in step.after(sandbox_url):
            assert list(seen.problems) == [], step.title
    for title, query in CALLTOUCH_ORDERS:
        assert rows(warehouse_url, query), title


def test_a_look_at_the_vendors_tells_what_is_not_as_the_story_says(sandbox_url: str) -> None:
    live(1)(sandbox_url)
    calltouch, onec = held(1)(sandbox_url)
    assert (len(calltouch.problems), len(onec.problems)) == (32, 18)
    assert "None instead of {'project': '41001'" in calltouch.problems[0]


def test_the_story_counts_what_a_reader_of_it_counts() -> None:
    """Days two and three, counted with a finger in the tables of motor_shop_story.py."""
    second, third = counters(2), counters(3)
    assert {name: n for name, n in second["main"].items() if n} == {
        **{"created": 9, "skipped_no_contact": 1, "shipped": 6, "no_deal": 1, "unchanged": 16},
        **{"source_written": 4},
    }
    assert {name: n for name, n in second["service"].items() if n} == {
        **{"created": 5, "shipped": 3, "no_deal": 1, "unchanged": 8, "source_written": 2}
    }
    assert {name: n for name, n in third["main"].items() if n} == {
        **{"created": 4, "shipped": 5, "changed": 4, "unchanged": 24, "source_written": 1}
    }
    assert {name: n for name, n in third["service"].items() if n} == {
        **{"created": 3, "skipped_no_contact": 1, "shipped": 5, "unchanged": 12}
    }


def test_the_demo_asks_so_seldom_that_requests_of_a_busy_machine_are_not_too_many(
    sandbox_url: str,
) -> None:
    """A refusal would shut Calltouch for a minute: the run then leaves sources to the next one."""
    from plugins.pipelines.calltouch_orders import limits_of, load

    settings = load()
    for account in settings.accounts:
        spacing = limits_of(account, settings, "manual").spacing
        late = 5 * spacing - 1  # seconds that the first of six may be late, and the sixth is allowed still
        assert late > 0.5, account.name
