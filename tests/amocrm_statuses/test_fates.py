"""What events tell of a lead's deletion or restoration, beside what lists and the bin show."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from plugins.steps.amocrm_statuses import SQL
from plugins.warehouse import Warehouse

AT = datetime(2026, 1, 10, tzinfo=UTC)
LEAD = """
    insert into mart.amocrm_lead (
        account, lead_id, pipeline_id, status_id, created_at, updated_at, fingerprint, first_run_id,
        changed_run_id, is_deleted, deleted_at, deleted_reason
    )
    select 'amocrm', 1, 1, 1, at, at, 'f', 1, 1, is_deleted, deleted_at, case when is_deleted then 'bin' end
    from (values (%s::timestamptz, %s::boolean, %s::timestamptz)) as told (at, is_deleted, deleted_at)
"""
KNOWN = """
    insert into mart.amocrm_lead_event (account, event_id, lead_id, type, occurred_at, run_id)
    values ('amocrm', %s, 1, %s, %s, 1)
"""
READ = """
    insert into stage.amocrm_statuses_event (run_id, event_id, lead_id, type, occurred_at)
    select 2, event_id, lead_id, type, occurred_at from mart.amocrm_lead_event where event_id = any(%s)
"""
LISTED = """
    insert into stage.amocrm_statuses_lead (
        run_id, read_no, lead_id, pipeline_id, status_id, created_at, updated_at, fingerprint
    )
    values (2, 1, 1, 1, 1, now(), now(), 'f')
"""
IN_BIN = "insert into stage.amocrm_statuses_gone (run_id, read_no, lead_id, reason) values (2, 1, 1, 'bin')"
FATE = "select is_deleted, deleted_at, deleted_reason, changed_run_id from mart.amocrm_lead"


def hours(number: int) -> datetime:
    return AT + timedelta(hours=number)


def told(
    connection: psycopg.Connection,
    *events: tuple[int, str],
    deleted: int | None = None,
    shown: str = "select",
    read: tuple[int, ...] = (0, 1),
) -> tuple[object, ...]:
    """
    Give what becomes of a lead that changed last at ``AT``, by events so many hours later.

    ``deleted``: when it was, if it is known as deleted. ``shown``: what the run has read besides. ``read``:
    which of the events this run has read.
    """
    warehouse = Warehouse(connection)
    connection.execute(LEAD, (AT, deleted is not None, None if deleted is None else hours(deleted)))
    for place, (hour, kind) in enumerate(events):
        connection.execute(KNOWN, (f"e{place}", f"lead_{kind}", hours(hour)))
    connection.execute(READ, ([f"e{place}" for place in read],))
    connection.execute(shown.encode())
    warehouse.run_file(SQL / "mark_fates.sql", {"account": "amocrm", "run_id": 2})
    return connection.execute(FATE).fetchone() or ()


def test_a_lead_that_an_event_calls_deleted_is_deleted_since_then(connection: psycopg.Connection) -> None:
    assert told(connection, (2, "deleted")) == (True, hours(2), "event", 2)


def test_the_last_word_counts(connection: psycopg.Connection) -> None:
    assert told(connection, (2, "restored"), (3, "deleted")) == (True, hours(3), "event", 2)


def test_a_deletion_of_before_the_leads_last_change_is_past(connection: psycopg.Connection) -> None:
    assert told(connection, (-1, "deleted")) == (False, None, None, 1)


def test_a_list_that_shows_the_lead_knows_better(connection: psycopg.Connection) -> None:
    assert told(connection, (2, "deleted"), shown=LISTED) == (False, None, None, 1)


def test_a_restored_lead_is_live_again(connection: psycopg.Connection) -> None:
    assert told(connection, (2, "deleted"), (3, "restored"), deleted=2) == (False, None, None, 2)


@pytest.mark.parametrize(("hour", "shown"), [(1, "select"), (3, IN_BIN)], ids=["earlier", "bin shows it"])
def test_a_restoration_does_not_bring_back_what_was_deleted_since(
    connection: psycopg.Connection, hour: int, shown: str
) -> None:
    assert told(connection, (hour, "restored"), deleted=2, shown=shown) == (True, hours(2), "bin", 1)


def test_a_lead_of_whose_fate_the_run_has_read_nothing_stays_as_it_is(connection: psycopg.Connection) -> None:
    assert told(connection, (2, "deleted"), read=()) == (False, None, None, 1)


def test_a_lead_that_is_so_already_is_not_written(connection: psycopg.Connection) -> None:
    assert told(connection, (3, "deleted"), deleted=2) == (True, hours(2), "bin", 1)
