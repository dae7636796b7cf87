"""Publishing: all of it or nothing, the same in a dry run, and what is told of every lead."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from plugins.steps.amocrm_statuses_publish import ManyLeft, publish
from plugins.warehouse import BrokenPromise, Warehouse
from tests.amocrm_statuses.small_account import SUM, Reader, SmallAccount
from tests.amocrm_statuses.test_incremental import CONTAINERS, FUNNEL, ONE, tables

LOG = """
    select outcome, codes, severity, record_key, details from ops.run_log
    where run_id = (select max(run_id) from ops.run)
    order by seq
"""


@pytest.fixture
def reader(connection: psycopg.Connection) -> Reader:
    """Give an account with three leads, read once."""
    world = SmallAccount()
    world.add(1, (1, 1))
    world.add(2, (1, 2), 300)
    world.add(3, (2, 1), None)
    world.move(1, (1, 142))
    told = Reader(Warehouse(connection), world)
    told.run(ONE)
    return told


def log(reader: Reader) -> list[tuple[Any, ...]]:
    """Give what the newest run has logged of leads: outcome and codes."""
    rows = reader.warehouse.connection.execute(LOG).fetchall()
    return [(key, outcome, codes) for outcome, codes, _, key, _ in rows if key]


def test_every_lead_that_changes_is_told_of_once(reader: Reader) -> None:
    assert log(reader) == [
        ("lead:1", "entered", ["AMO_NEW", "AMO_WON"]),
        ("lead:2", "entered", ["AMO_NEW"]),
        ("lead:3", "entered", ["AMO_NEW"]),
    ]
    reader.world.move(2, (1, 143))
    reader.world.move(3, (1, 3))
    reader.world.reprice(1, 0)
    assert reader.run(ONE) == {"unchanged": 0, "changed": 1, "moved": 2}
    assert log(reader) == [
        ("lead:1", "changed", ["AMO_CHANGED", "AMO_ZERO_SUCCESS"]),
        ("lead:2", "moved", ["AMO_MOVED", "AMO_REFUSED"]),
        ("lead:3", "moved", ["AMO_MOVED", "AMO_UNMAPPED"]),
    ]


def test_a_deleted_lead_leaves_and_comes_back_with_its_history(reader: Reader) -> None:
    before = tables(reader.warehouse, "amocrm")["lead_transition"]
    reader.world.delete(1)
    assert reader.run(ONE)["left"] == 1
    assert log(reader) == [("lead:1", "left", ["AMO_DELETED"])]
    reader.world.restore(1)
    assert reader.run(ONE)["entered"] == 1
    assert log(reader) == [("lead:1", "entered", ["AMO_RESTORED", "AMO_WON"])]
    assert tables(reader.warehouse, "amocrm")["lead_transition"] == before


def test_a_lead_that_only_an_event_calls_deleted_is_deleted(reader: Reader) -> None:
    reader.world.delete(2)
    job = reader.open(ONE)
    reader.stage(job)
    forget = "delete from stage.amocrm_statuses_gone where run_id = %s"
    reader.warehouse.connection.execute(forget, (job.run_id,))
    assert publish(reader.warehouse, job)["left"] == 1
    query = "select deleted_reason from mart.amocrm_lead where lead_id = 2"
    assert reader.warehouse.connection.execute(query).fetchall() == [("event",)]


def test_an_older_reading_never_wins(reader: Reader) -> None:
    before = tables(reader.warehouse, "amocrm")
    lead = reader.world.leads[1]
    lead.updated_at, lead.price = lead.updated_at - timedelta(minutes=1), 999
    assert reader.run(ONE, full_refresh=True) == {"unchanged": 3}
    assert tables(reader.warehouse, "amocrm") == before


def test_a_dry_run_plans_what_the_real_run_does_and_changes_nothing(reader: Reader) -> None:
    reader.world.move(2, (1, 142))
    reader.world.delete(3)
    reader.world.fill(1, SUM, "x")
    before = tables(reader.warehouse, "amocrm")
    planned = reader.run(ONE, dry_run=True)
    rehearsed = log(reader)
    assert tables(reader.warehouse, "amocrm") == before
    assert reader.run(ONE) == planned
    assert log(reader) == rehearsed


def test_a_second_attempt_after_the_commit_does_nothing_more(reader: Reader) -> None:
    reader.world.move(2, (1, 142))
    job = reader.open(ONE)
    reader.stage(job)
    counters = publish(reader.warehouse, job)
    before = tables(reader.warehouse, "amocrm"), log(reader)
    assert publish(reader.warehouse, job) == counters
    assert (tables(reader.warehouse, "amocrm"), log(reader)) == before


def test_a_broken_promise_leaves_everything_as_it_was(reader: Reader) -> None:
    before = tables(reader.warehouse, "amocrm")
    reader.world.move(2, (1, 142))
    job = reader.open(ONE)
    reader.stage(job)
    # A row of a lead that nobody knows: paths do not add up any more.
    stray = "insert into mart.amocrm_path values ('amocrm', '2020-01-01', '{9:9}', 1, 0)"
    reader.warehouse.connection.execute(stray)
    reader.warehouse.connection.execute(
        "create function pg_temp.again() returns trigger language plpgsql as $$ begin return null; end $$"
    )
    reader.warehouse.connection.execute(
        "create trigger keep before delete on mart.amocrm_path for each row execute function pg_temp.again()"
    )
    with pytest.raises(BrokenPromise, match="paths_add_up"):
        publish(reader.warehouse, job)
    reader.warehouse.connection.execute("drop trigger keep on mart.amocrm_path")
    reader.warehouse.connection.execute("delete from mart.amocrm_path where month = '2020-01-01'")
    assert tables(reader.warehouse, "amocrm") == before
    assert publish(reader.warehouse, job)["moved"] == 1


def test_a_mass_departure_is_refused_unless_it_is_allowed(reader: Reader) -> None:
    for number in range(10, 60):
        reader.world.add(number, (1, 1))
    reader.run(ONE)
    for number in range(10, 40):
        reader.world.delete(number)
    job = reader.open(ONE)
    reader.stage(job)
    with pytest.raises(ManyLeft, match="30 из 53"):
        publish(reader.warehouse, job)
    assert publish(reader.warehouse, job._replace(scope=job.scope._replace(allow_drop=True)))["left"] == 30


def test_so_it_is_when_a_slip_in_the_settings_would_empty_them(reader: Reader) -> None:
    for number in range(10, 60):
        reader.world.add(number, (1, 1), 10)
    reader.run(ONE)
    rule = {"field": {"system": "price"}, "operator": "gt", "values": ["10"]}
    job = reader.open({**ONE, "filter": {"rules": [rule]}}, rebuild_only=True)
    with pytest.raises(ManyLeft, match=r"51 из 53.*настройки с прошлого построения изменились"):
        publish(reader.warehouse, job)
    assert publish(reader.warehouse, job._replace(scope=job.scope._replace(allow_drop=True)))["left"] == 51


def test_every_kind_of_issue_is_told_and_goes_when_it_is_put_right(connection: psycopg.Connection) -> None:
    world = SmallAccount()
    world.add(1, (1, 3))
    world.add(2, (1, 142), 0)
    world.add(3, (1, 1))
    world.add(4, (2, 1))
    world.add(5, (1, 1))
    world.move(3, (1, 142))
    world.move(3, (1, 3))
    world.move(4, (2, 142))
    world.fill(5, SUM, "x", "2")
    reader = Reader(Warehouse(connection), world)
    back = {"id": "back", "title": "Возврат", "marker": "return", "statuses": [[2, 142]]}
    gone = {"id": "old", "title": "Старое", "statuses": [[1, 77]]}
    won = CONTAINERS[2] | {"statuses": [[1, 142]]}
    odd = {"funnels": [FUNNEL | {"containers": [*CONTAINERS[:2], gone, won, CONTAINERS[3], back]}]}
    reader.run(odd)
    query = (
        "select kind, pipeline_id, status_id, leads, lead_ids from mart.amocrm_mapping_issue order by 1, 2, 3"
    )
    assert connection.execute(query).fetchall() == [
        ("gone_status", 1, 77, 0, []),
        ("history_incomplete", 0, 0, 4, [2, 3, 4, 5]),
        ("outside_after_success", 0, 0, 1, [3]),
        ("return_without_success", 0, 0, 1, [4]),
        ("several_values", 0, 0, 1, [5]),
        ("unmapped_lead", 0, 0, 1, [1]),
        ("unmapped_status", 1, 3, 2, [1, 3]),
        ("unparsable_number", 0, 0, 1, [5]),
        ("zero_success", 0, 0, 1, [2]),
    ]
    world.fill(5, SUM, "2")
    reader.run(odd)
    kinds = {row[0] for row in connection.execute(query).fetchall()}
    assert kinds.isdisjoint({"several_values", "unparsable_number"})


def test_a_day_that_ended_is_kept_as_it_was(reader: Reader) -> None:
    snapping = {**ONE, "policies": {"snapshot_days": True}}
    reader.world.pass_time(24 * 60)
    reader.world.move(2, (1, 142))
    reader.run(snapping)
    query = "select container_id, leads, sales_volume from mart.amocrm_sales_snapshot order by 1"
    taken = reader.warehouse.connection.execute(query).fetchall()
    assert taken == [("lost", 0, 0), ("new", 1, 0), ("quote", 1, 0), ("won", 1, 100)]
    reader.world.move(2, (1, 1))
    reader.run(snapping)
    assert reader.warehouse.connection.execute(query).fetchall() == taken


def test_a_name_that_changes_touches_no_lead(reader: Reader) -> None:
    reader.warehouse.connection.execute("update mart.amocrm_user set name = 'Прежнее имя'")
    before = tables(reader.warehouse, "amocrm")
    assert reader.run(ONE) == {"unchanged": 0}
    assert tables(reader.warehouse, "amocrm") == before
    query = "select distinct manager_name from mart.v_amocrm_lead_mart"
    assert reader.warehouse.connection.execute(query).fetchall() == [("Анна Примерова",)]
