"""Publishing what happens seldom: leads that a reading has missed, late events, a push rehearsed."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from plugins.steps.amocrm_statuses import Statuses
from plugins.steps.amocrm_statuses_decisions import look_at_coverage
from plugins.steps.amocrm_statuses_publish import publish
from plugins.warehouse import BrokenPromise, Warehouse
from tests.amocrm_statuses.small_account import SUM, TEXT, Reader, SmallAccount
from tests.amocrm_statuses.test_incremental import CONTAINERS, FUNNEL, ONE, tables

PUSH: dict[str, Any] = {
    **ONE,
    "push": {
        "enabled": True,
        "funnels": {"licenses": {"pipeline_id": "p1", "statuses": {"new": "s1", "quote": "s2", "won": "s3"}}},
    },
}
ISSUES = "select kind, pipeline_id, status_id, leads from mart.amocrm_mapping_issue order by 1, 2, 3"


@pytest.fixture
def reader(connection: psycopg.Connection) -> Reader:
    """Give an account with two leads, read once."""
    world = SmallAccount()
    world.add(1, (1, 1))
    world.add(2, (1, 2), 300)
    told = Reader(Warehouse(connection), world)
    told.run(ONE)
    return told


def staged(reader: Reader, settings: dict[str, Any] = ONE, **scope: Any) -> Statuses:
    """Open a run and stage what it reads."""
    job = reader.open(settings, **scope)
    reader.stage(job)
    return job


def rows(reader: Reader, query: str) -> list[tuple[Any, ...]]:
    """Read rows."""
    text: Any = query
    return reader.warehouse.connection.execute(text).fetchall()


def miss(reader: Reader, job: Statuses, lead_id: int) -> None:
    """Let the full reading of a run have missed a lead."""
    gone = [(job.run_id, 9, lead_id, None, "missing")]
    columns = ("run_id", "read_no", "lead_id", "deleted_at", "reason")
    reader.warehouse.copy_rows("stage.amocrm_statuses_gone", columns, gone)


def test_a_lead_that_a_full_reading_missed_leaves_and_comes_back_when_it_is_seen(reader: Reader) -> None:
    lead = reader.world.leads.pop(2)
    job = staged(reader, full_refresh=True)
    miss(reader, job, 2)
    assert publish(reader.warehouse, job) == {"unchanged": 1, "left": 1}
    assert rows(reader, "select lead_id, deleted_reason from mart.amocrm_lead where is_deleted") == [
        (2, "missing")
    ]
    reader.warehouse.connection.execute("update ops.run set state = 'success', finished_at = now()")
    reader.world.leads[2] = lead
    assert reader.run(ONE, full_refresh=True) == {"unchanged": 1, "entered": 1}


def test_a_lead_that_was_read_alive_is_not_missing(reader: Reader) -> None:
    job = staged(reader, full_refresh=True)
    miss(reader, job, 2)
    assert publish(reader.warehouse, job) == {"unchanged": 2}


@pytest.mark.parametrize(("minutes", "status"), [(5, 2), (-5, 3)], ids=["seen since", "read before"])
def test_an_event_wins_over_its_lead_only_if_it_is_younger_than_the_reading(
    connection: psycopg.Connection, minutes: int, status: int
) -> None:
    world = SmallAccount()
    world.add(1, (1, 1))
    world.move(1, (1, 2))
    lead = world.leads[1]
    world.move(1, (1, 3))
    moved_at, lead.status, lead.updated_at = world.now, (1, 2), lead.created_at
    job = staged(reader := Reader(Warehouse(connection), world))
    connection.execute(
        "insert into stage.amocrm_statuses_slice (run_id, stream, slice_no, mode, began_at)"
        " values (%s, 'leads', 1, 'pages', %s)",
        (job.run_id, moved_at + timedelta(minutes=minutes)),
    )
    publish(reader.warehouse, job)
    last = rows(
        reader, "select status_id, source, occurred_at from mart.amocrm_lead_transition order by seq desc"
    )[0]
    assert last == (status, "snapshot" if status == 2 else "event", moved_at)
    assert rows(reader, "select status_id from mart.v_amocrm_lead_now") == [(status,)]
    unmapped = ("unmapped_status", 1, 3, 1 if status == 3 else 0)
    assert unmapped in rows(reader, ISSUES)
    (covered,) = look_at_coverage(reader.warehouse, job)
    assert covered["mapped"] == (0 if status == 3 else 1)


def test_a_rehearsed_push_is_the_plan_of_the_real_one_and_is_never_sent(reader: Reader) -> None:
    query = "select kind, key, after::text, state from ops.action order by run_id, seq"
    reader.run(PUSH, dry_run=True)
    rehearsed = rows(reader, query)
    assert [(kind, state) for kind, _, _, state in rehearsed] == [("create_lead", "skipped")] * 2
    assert rows(reader, "select count(*) from mart.amocrm_sdh_push") == [(0,)]
    reader.run(PUSH)
    real = rows(reader, query)[2:]
    assert [row[:3] for row in real] == [row[:3] for row in rehearsed]
    assert {row[3] for row in real} == {"planned"}


def test_a_status_in_no_container_is_listed_before_a_lead_stands_in_it(reader: Reader) -> None:
    assert rows(reader, ISSUES) == [("unmapped_status", 1, 3, 0)]
    reader.world.move(1, (1, 3))
    reader.run(ONE)
    assert rows(reader, ISSUES) == [("history_incomplete", 0, 0, 2), ("unmapped_status", 1, 3, 1)]
    reader.run({"funnels": [FUNNEL | {"containers": [CONTAINERS[0] | {"statuses": [[1, 3]]}]}]})
    assert ("unmapped_status", 1, 3, 1) not in rows(reader, ISSUES)


def test_a_price_of_nothing_and_numbers_that_do_not_read_are_told_with_their_fields(reader: Reader) -> None:
    reader.world.fill(1, SUM, "много")
    reader.world.fill(1, TEXT, "много")
    reader.world.reprice(2, 0)
    reader.world.move(2, (1, 142))
    reader.run(ONE)
    told = rows(
        reader,
        "select codes[cardinality(codes)], details -> 'unread', details -> 'price' from ops.run_log"
        " where record_key is not null order by run_id desc, seq limit 2",
    )
    assert told == [
        ("AMO_UNPARSABLE_NUMBER", [{"field_id": SUM, "name": "Себестоимость"}], None),
        ("AMO_ZERO_SUCCESS", None, 0),
    ]


def test_a_lead_that_the_filter_holds_back_keeps_its_raw_rows(reader: Reader) -> None:
    rule = {"action": "exclude", "field": {"custom_field_id": TEXT}, "operator": "equals", "values": ["b"]}
    filtered = ONE | {"filter": {"rules": [rule]}}
    reader.run(filtered)
    before = tables(reader.warehouse, "amocrm")["lead_transition"]
    reader.world.fill(1, TEXT, "Б", " B ")
    assert reader.run(filtered)["left"] == 1
    assert rows(reader, "select is_deleted from mart.amocrm_lead where lead_id = 1") == [(False,)]
    reader.world.fill(1, TEXT)
    assert reader.run(filtered)["entered"] == 1
    assert tables(reader.warehouse, "amocrm")["lead_transition"] == before


def test_settings_that_move_leads_are_no_news_of_them(reader: Reader) -> None:
    reader.world.move(1, (1, 142))
    reader.run(ONE)
    renamed = {"funnels": [FUNNEL | {"id": "licences"}]}
    assert reader.run(renamed) == {"unchanged": 0, "changed": 2}
    query = "select distinct codes from ops.run_log where record_key is not null and run_id = %s"
    told = reader.warehouse.connection.execute(query, (newest(reader),)).fetchall()
    assert told == [(["AMO_CHANGED"],)]


@pytest.mark.parametrize(
    ("spoilt", "is_conserved"),
    [
        ("update mart.amocrm_lead set name = 'Иначе'", True),
        ("update mart.amocrm_lead set price = price + 1 where lead_id = 2", False),
        ("update mart.amocrm_lead_funnel_state set sales_volume = 0", False),
        ("delete from mart.amocrm_lead_path where lead_id = 1", False),
        ("update mart.amocrm_lead set is_deleted = true where lead_id = 1", False),
    ],
)
def test_reconciling_sees_a_lead_or_a_sum_that_is_lost(
    reader: Reader, spoilt: str, is_conserved: bool
) -> None:
    reader.world.move(2, (1, 142))
    reader.run(ONE)
    text: Any = spoilt
    reader.warehouse.connection.execute(text)
    query = "select is_conserved from mart.v_amocrm_statuses_reconciliation"
    assert rows(reader, query) == [(is_conserved,)]


def test_a_lead_that_is_left_out_of_the_decisions_stops_the_run(reader: Reader) -> None:
    connection = reader.warehouse.connection
    connection.execute(
        "create function pg_temp.lose() returns trigger language plpgsql as $$ begin"
        " if new.lead_id = 2 then return null; end if; return new; end $$"
    )
    connection.execute(
        "create trigger lose before insert on stage.amocrm_statuses_decision"
        " for each row execute function pg_temp.lose()"
    )
    reader.world.move(2, (1, 142))
    with pytest.raises(BrokenPromise, match="every_lead_read_is_decided"):
        reader.run(ONE)


def test_a_bin_of_before_does_not_delete_what_changed_since(reader: Reader) -> None:
    job = staged(reader)
    before = reader.world.leads[1].updated_at - timedelta(minutes=1)
    gone = [(job.run_id, 9, 1, before, "bin")]
    columns = ("run_id", "read_no", "lead_id", "deleted_at", "reason")
    reader.warehouse.copy_rows("stage.amocrm_statuses_gone", columns, gone)
    assert publish(reader.warehouse, job) == {"unchanged": 1}


def newest(reader: Reader) -> int:
    """Give the number of the last run."""
    return int(rows(reader, "select max(run_id) from ops.run")[0][0])
