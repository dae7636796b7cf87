"""A history cut into runs anywhere comes to the same as one full build at its end."""

import os
from collections import Counter
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.steps import ledger
from plugins.steps.amocrm_statuses_publish import publish
from plugins.warehouse import Warehouse
from tests.amocrm_statuses.small_account import STATUSES, SUM, TEXT, Reader, SmallAccount

EXAMPLES = 300 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 25
LEADS = range(1, 7)

CONTAINERS = [
    {"id": "new", "title": "Заявка", "statuses": [[1, 1], [2, 1]]},
    {"id": "quote", "title": "КП", "statuses": [[1, 2]]},
    {"id": "won", "title": "Успех", "marker": "success", "statuses": [[1, 142], [2, 142]]},
    {"id": "lost", "title": "Отказ", "marker": "refusal", "statuses": [[1, 143]]},
]
FUNNEL: dict[str, Any] = {"id": "licenses", "title": "Лицензии", "containers": CONTAINERS}
ONE: dict[str, Any] = {"funnels": [FUNNEL]}
TWO: dict[str, Any] = {
    "funnels": [
        {"id": "sales", "title": "Продажи", "containers": [CONTAINERS[0] | {"statuses": [[1, 1], [1, 3]]}]},
        {
            "id": "rest",
            "title": "Остальное",
            "containers": [
                {"id": "asked", "title": "Спросили", "marker": "pause", "statuses": [[2, 1]]},
                {"id": "paid", "title": "Оплачено", "marker": "success", "statuses": [[1, 142], [2, 142]]},
            ],
        },
    ],
    "policies": {"backfill": "visited_only", "price_basis": "at_success"},
    "calculated": [{"id": "margin", "title": "Маржа", "expression": f"price - cf({SUM})"}],
}
FILTERED: dict[str, Any] = {
    **ONE,
    "filter": {"rules": [{"field": {"custom_field_id": TEXT}, "operator": "not_equals", "values": ["b"]}]},
    "custom_fields": {"slots": {"utm_source": TEXT}},
    "calculated": [
        {"id": "half", "title": "Половина", "expression": f"cf({SUM}) / 2", "missing": "zero"},
    ],
}
SETTINGS = [ONE, TWO, FILTERED, {"funnels": []}]

KEYED = "where account = %s"
TABLES = {
    "lead_transition": "lead_id, seq, occurred_at, pipeline_id, status_id, source, event_id",
    "lead_container_interval": "lead_id, seq, funnel_id, container_id, entered_at, left_at, source",
    "lead_container_pass": (
        "lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries,"
        " closed_seconds, open_since"
    ),
    "lead_funnel_state": (
        "lead_id, funnel_id, container_id, position, marker, since, is_outside, price, sales_volume,"
        " success_amount, returned_amount, success_at, success_at_source, refused_at, refused_from,"
        " loss_reason_id, history_complete, created_at, created_day, responsible_user_id, main_contact_id"
    ),
    "lead_utm": "lead_id, utm_source, provenance::text",
    "lead_calculated_value": "lead_id, calc_id, value, problem",
    "lead_path": "lead_id, month, statuses, price",
    "path": "month, statuses, leads, price",
    "mapping_issue": "kind, pipeline_id, status_id, funnel_id, leads, lead_ids",
    "container_status": "pipeline_id, status_id, funnel_id, container_id",
    "container": "funnel_id, container_id, title, position, marker",
    "lead_event": "event_id, lead_id, type, occurred_at",
}
LIVE = {
    "lead": "lead_id, name, price, pipeline_id, status_id, updated_at, fingerprint",
    "lead_custom_field_value": "lead_id, field_id, value_index, value_text, value_num",
    "lead_tag": "lead_id, tag_id, name",
}

act = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(list(STATUSES))),
    st.tuples(st.just("reprice"), st.sampled_from([None, 0, 70, 500])),
    st.tuples(
        st.just("fill"), st.sampled_from([(SUM, "10"), (SUM, "x"), (SUM, "1", "2"), (TEXT, "b"), (TEXT, "c")])
    ),
    st.tuples(st.just("tag"), st.sampled_from([("vip",), ()])),
    st.tuples(st.just("delete"), st.none()),
    st.tuples(st.just("restore"), st.none()),
)
step = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(list(LEADS)), act),
    st.tuples(st.just("run"), st.sampled_from(range(len(SETTINGS))), st.none()),
)


def tables(warehouse: Warehouse, account: str) -> dict[str, list[Any]]:
    """Give every built row of an account, and what is known of its live leads."""
    found: dict[str, list[Any]] = {}
    for name, columns in TABLES.items():
        found[name] = _rows(warehouse, f"select {columns} from mart.amocrm_{name} {KEYED}", account)
    alive = "lead_id in (select lead_id from mart.amocrm_lead where not is_deleted and account = %s)"
    for name, columns in LIVE.items():
        query = f"select {columns} from mart.amocrm_{name} {KEYED} and {alive}"
        found[name] = _rows(warehouse, query, account, account)
    return found


def _rows(warehouse: Warehouse, query: Any, *values: str) -> list[Any]:
    return sorted(warehouse.connection.execute(query, values).fetchall(), key=repr)


def play(world: SmallAccount, lead_id: int, told: tuple[str, Any]) -> None:
    """Let a person do something with a lead; one that is not there is created."""
    verb, what = told
    lead = world.leads.get(lead_id)
    if lead is None:
        world.add(lead_id, what if verb == "move" else (1, 1))
    elif verb == "restore":
        if lead.is_deleted:
            world.restore(lead_id)
    elif lead.is_deleted:
        return
    elif verb == "delete":
        world.delete(lead_id)
    else:
        given = what if isinstance(what, tuple) and verb != "move" else (what,)
        getattr(world, verb)(lead_id, *given)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, min_size=3, max_size=30), st.sampled_from(range(len(SETTINGS))))
def test_any_split_into_runs_is_one_full_build_at_the_end(
    warehouse_url: str, steps: list[tuple[str, int, Any]], last: int
) -> None:
    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        warehouse, world = Warehouse(connection), SmallAccount()
        number = connection.execute("select count(*) from ops.run").fetchone()
        assert number is not None
        often = Reader(warehouse, world, f"often{number[0]}")
        for kind, which, told in steps:
            if kind == "run":
                often.run(SETTINGS[which])
            else:
                play(world, which, told)
        often.run(SETTINGS[last])
        once = Reader(warehouse, world, f"once{number[0]}")
        once.run(SETTINGS[last])
        assert tables(warehouse, often.connection) == tables(warehouse, once.connection)
        assert often.run(SETTINGS[last], full_refresh=True)
        assert tables(warehouse, often.connection) == tables(warehouse, once.connection)


@pytest.fixture
def reader(connection: psycopg.Connection) -> Reader:
    """Give an account with two leads, read once."""
    world = SmallAccount()
    world.add(1, (1, 1))
    world.add(2, (1, 2), 300)
    world.move(1, (1, 142))
    told = Reader(Warehouse(connection), world)
    assert told.run(ONE) == {"unchanged": 0, "entered": 2}
    return told


WRITTEN = """
    select relname, n_tup_ins + n_tup_upd + n_tup_del as written
    from pg_stat_xact_user_tables
    where schemaname = 'mart' and n_tup_ins + n_tup_upd + n_tup_del > 0
"""


def writes(reader: Reader) -> Counter[str]:
    """Give the rows written into each table of the mart by the transaction of the test."""
    return Counter(dict(reader.warehouse.connection.execute(WRITTEN).fetchall()))


def test_a_second_run_writes_nothing_into_the_mart(reader: Reader) -> None:
    for scope in ({}, {"full_refresh": True}, {"rebuild_only": True}):
        job = reader.open(ONE, **scope)
        if job.reads:
            reader.stage(job)
        with reader.warehouse.transaction():
            before = writes(reader)
            counters = publish(reader.warehouse, job)
            written = writes(reader) - before
        assert dict(written) == ({"amocrm_config_build": 1} if scope else {}), scope
        ledger.close_run(reader.warehouse, job.run_id, "success")
        assert set(counters) <= {"unchanged"}, counters


# What may be wrong with the rows of each mart: of lead 1 another value or key; those of lead 2 are gone.
DAMAGED = {
    "lead_transition": ("occurred_at = occurred_at - interval '1 day'", "seq = seq + 50"),
    "lead_container_interval": ("left_at = now()", "seq = seq + 50"),
    "lead_container_pass": ("entries = entries + 1", "container_id = container_id || '-'"),
    "lead_funnel_state": ("sales_volume = sales_volume + 1", "funnel_id = 'gone'"),
    "lead_utm": ("utm_source = 'elsewhere'", "lead_id = 3"),
    "lead_calculated_value": ("value = -1", "calc_id = 'gone'"),
    "lead_path": ("statuses = '{1:1}'", "lead_id = 4"),
}


@pytest.mark.parametrize("damage", ["another value", "another key", "no rows", "wrong sums", "no sums"])
def test_a_rebuild_mends_whatever_is_wrong_with_the_marts(
    connection: psycopg.Connection, damage: str
) -> None:
    world = SmallAccount()
    for number in (1, 2, 3, 4):
        world.add(number, (1, 1))
        world.move(number, (1, 142))
        world.fill(number, SUM, "10")
    world.fill(1, TEXT, "c")
    world.fill(2, TEXT, "d")
    reader = Reader(Warehouse(connection), world)
    reader.run(FILTERED)
    world.delete(4)
    reader.run(FILTERED)
    before = tables(reader.warehouse, "amocrm")
    harm(connection, damage)
    harmed = tables(reader.warehouse, "amocrm")
    names = {"path"} if "sums" in damage else set(DAMAGED)
    assert {name for name in before if before[name] != harmed[name]} == names
    reader.run(FILTERED, rebuild_only=True)
    assert tables(reader.warehouse, "amocrm") == before


def harm(connection: psycopg.Connection, damage: str) -> None:
    """Write something wrong into the marts, as no run of ours does."""
    if damage == "wrong sums":
        connection.execute("update mart.amocrm_path set price = price + 1, month = '2020-01-01'")
    if damage == "no sums":
        connection.execute("delete from mart.amocrm_path")
    if "sums" in damage:
        return
    for name, (value, key) in DAMAGED.items():
        told = value if damage == "another value" else key
        change: Any = f"update mart.amocrm_{name} set {told} where lead_id = 1"
        gone: Any = f"delete from mart.amocrm_{name} where lead_id = 2"
        connection.execute(gone if damage == "no rows" else change)
