"""What analysts see of the scenarios (smart-data-hub 8), and of which day a lead is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Lead
from tests.amocrm_statuses.raw_rows import know_history, open_warehouse, put, rebuild, rows
from tests.amocrm_statuses.test_rows import DELETED, ROWS, mapping, put_scenarios


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    """Give the scenarios, built."""
    opened = open_warehouse(connection)
    put_scenarios(opened)
    rebuild(opened, mapping())
    return opened


def test_the_funnel_tells_passed_visited_and_implied_apart(warehouse: Warehouse) -> None:
    query = """
        select
            container_id, leads, passed, visited, implied, percent_of_first, percent_of_previous,
            percent_of_previous_open
        from mart.v_amocrm_funnel_conversion order by position
    """
    told = [tuple(None if value is None else str(value) for value in row) for row in rows(warehouse, query)]
    assert told == [
        ("new", "22", "21", "20", "1", "100.00", None, None),
        ("quote", "22", "15", "4", "11", "71.43", "71.43", "71.43"),
        ("contract", "22", "14", "7", "7", "66.67", "93.33", "93.33"),
        ("hold", "22", "3", "3", "0", "14.29", "21.43", "21.43"),
        ("won", "22", "13", "13", "0", "61.90", "433.33", "92.86"),
        ("lost", "22", "8", "8", "0", "38.10", "61.54", "57.14"),
        ("back", "22", "2", "2", "0", "9.52", "25.00", "14.29"),
    ]


def test_sales_without_tags_are_one_line_and_gross_less_returned_is_no_sale(warehouse: Warehouse) -> None:
    query = """
        select
            utm_source, sum(leads), sum(successes), sum(sales_volume), sum(returned_amount), sum(net_amount)
        from mart.v_amocrm_sales_by_utm group by utm_source
    """
    assert rows(warehouse, query) == [("(не указано)", 22, 7, 3750, 1000, 6140)]


def test_refusals_tell_what_they_came_after(warehouse: Warehouse) -> None:
    query = """
        select refused_from, sum(lost_amount)::integer, count(*)
        from mart.v_amocrm_refusal_reasons group by 1 order by 1
    """
    assert rows(warehouse, query) == [
        ("(нет)", 60, 1),
        ("contract", 300, 1),
        ("new", 490, 2),
        ("quote", 70, 1),
    ]


def test_every_lead_is_accounted_for(warehouse: Warehouse) -> None:
    query = """
        select live, deleted, kept, in_funnels, never_mapped, sales_volume, is_conserved
        from mart.v_amocrm_statuses_reconciliation
    """
    assert rows(warehouse, query) == [(22, 1, 22, 22, 0, 3750, True)]


def test_a_path_is_read_from_left_to_right(warehouse: Warehouse) -> None:
    query = "select path, is_inside from mart.v_amocrm_lead_path where lead_id in (8, 10) order by lead_id"
    assert rows(warehouse, query) == [("new → quote → won → back", True), ("new", False)]


def test_coverage_names_what_is_not_mapped(warehouse: Warehouse) -> None:
    query = (
        "select pipeline_id, leads, mapped, unmapped_statuses from mart.v_amocrm_mapping_coverage order by 1"
    )
    assert rows(warehouse, query) == [(1, 21, 19, 1), (2, 1, 1, 0)]


def test_stays_that_have_ended_are_told_apart_and_pauses_are_no_stays(warehouse: Warehouse) -> None:
    query = """
        select container_id, stays, median_hours, p90_hours, average_hours
        from mart.v_amocrm_stage_duration where not is_open order by position
    """
    told = [(name, stays, str(median)) for name, stays, median, _, _ in rows(warehouse, query)]
    assert told == [
        ("new", 21, "0.02"),
        ("quote", 3, "0.02"),
        ("contract", 6, "0.02"),
        ("won", 7, "0.02"),
        ("lost", 3, "0.02"),
    ]
    query = "select container_id, stays from mart.v_amocrm_stage_duration where is_open order by position"
    assert rows(warehouse, query) == [
        ("new", 1), ("quote", 1), ("contract", 1), ("won", 7), ("lost", 5), ("back", 2)
    ]  # fmt: skip


def test_managers_are_told_what_they_sold(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        "update mart.amocrm_lead_funnel_state set responsible_user_id = mod(lead_id, 2) + 1"
    )
    warehouse.connection.execute(
        "insert into mart.amocrm_user (account, user_id, name, changed_run_id)"
        " values ('amocrm', 1, 'Анна', 1)"
    )
    query = """
        select manager, leads, successes, sales_volume::integer, refusals, conversion_percent::text
        from mart.v_amocrm_manager_results order by responsible_user_id
    """
    assert rows(warehouse, query) == [
        ("Анна", 11, 2, 680, 2, "18.18"),
        ("2", 11, 5, 3070, 3, "45.45"),
    ]


def test_visits_are_counted_with_the_time_spent(warehouse: Warehouse) -> None:
    query = """
        select container_id, entries, last_entered_at - first_entered_at, seconds_inside
        from mart.v_amocrm_lead_container_visit where lead_id = 12 order by position
    """
    (new, contract) = rows(warehouse, query)
    assert new[:3] == ("new", 2, timedelta(minutes=2))
    assert new[3] > 3600  # it stands there now
    assert contract == ("contract", 1, timedelta(0), 60)


def test_transitions_tell_the_container_of_each_status(warehouse: Warehouse) -> None:
    query = """
        select seq, pipeline_id, status_id, funnel_id, container_id, source
        from mart.v_amocrm_lead_transition where lead_id = 10 order by seq
    """
    assert rows(warehouse, query) == [
        (0, 1, 101, "licenses", "new", "first_event"),
        (1, 1, 999, None, None, "event"),
    ]


def test_a_lead_is_one_line_with_names(warehouse: Warehouse) -> None:
    query = """
        select name, funnel_title, container_title, marker, is_paused, is_outside, price::integer,
            sales_volume::integer, currency, link
        from mart.v_amocrm_lead_mart where lead_id in (9, 18) order by lead_id
    """
    link = "https://demo-sales.amocrm.ru/leads/detail/"
    assert rows(warehouse, query) == [
        ("Сделка 9", "licenses", "hold", "pause", True, False, 150, 0, "RUB", f"{link}9"),
        ("Сделка 18", "licenses", "won", "success", False, True, 130, 0, "RUB", f"{link}18"),
    ]


def test_a_lead_is_told_with_its_pipeline_and_status_of_now(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        "insert into mart.amocrm_pipeline"
        " (account, pipeline_id, name, sort, is_main, is_archive, changed_run_id)"
        " values ('amocrm', 1, 'Лицензии', 1, true, false, 1);"
        " insert into mart.amocrm_status"
        " (account, pipeline_id, status_id, name, sort, type, is_editable, changed_run_id)"
        " values ('amocrm', 1, 104, 'Ждёт', 1, 0, true, 1), ('amocrm', 2, 999, 'Чужой', 1, 0, true, 1)"
    )
    query = """
        select pipeline_id, pipeline_name, status_id, status_name
        from mart.v_amocrm_lead_mart where lead_id in (9, 18) order by lead_id
    """
    assert rows(warehouse, query) == [
        (1, "Лицензии", 104, "Ждёт"),
        (1, "Лицензии", 999, "999"),  # of the same number, but another pipeline's
    ]


def test_a_lead_that_was_read_before_it_moved_stands_where_its_event_says(warehouse: Warehouse) -> None:
    queries = (
        "select status_id, container_id from mart.v_amocrm_lead_mart where lead_id = 8",
        "select pipeline_id, status_id from mart.v_amocrm_lead_now where lead_id = 8",
        "select leads, mapped, unmapped_statuses from mart.v_amocrm_mapping_coverage where pipeline_id = 1",
    )
    before = [rows(warehouse, query) for query in queries]
    warehouse.connection.execute(
        "update mart.amocrm_lead set status_id = 999, updated_at = created_at, seen_at = null"
        " where lead_id = 8"
    )
    rebuild(warehouse, mapping())
    assert [rows(warehouse, query) for query in queries] == before


def test_of_a_lead_that_no_mart_holds_it_is_told_where_it_was_read_last(warehouse: Warehouse) -> None:
    query = "select pipeline_id, status_id, is_deleted from mart.v_amocrm_lead_now where lead_id = %s"
    read = "select pipeline_id, status_id, true from mart.amocrm_lead where lead_id = %s"
    assert rows(warehouse, query, DELETED) == rows(warehouse, read, DELETED)


def test_of_pushes_it_is_told_how_many_came_to_what(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        "insert into mart.amocrm_sdh_push (account, lead_id, funnel_id, outer_id, remote_pipeline_id, state,"
        " payload_hash, attempts, pushed_at, run_id)"
        " select 'amocrm', no, 'licenses', no::text, 'p1',"
        " case when no < 3 then 'sent' else 'unknown' end, '', 1,"
        " case when no < 3 then timestamptz '2026-01-01' + make_interval(days => no) end, 1"
        " from generate_series(1, 3) as no"
    )
    query = "select funnel_id, state, leads, last_pushed_at from mart.v_amocrm_sdh_push order by state"
    assert rows(warehouse, query) == [
        ("licenses", "sent", 2, datetime(2026, 1, 3, tzinfo=UTC)),
        ("licenses", "unknown", 1, None),
    ]


def test_a_deleted_lead_is_in_no_view(warehouse: Warehouse) -> None:
    assert rows(warehouse, "select from mart.v_amocrm_lead_mart where lead_id = %s", DELETED) == []
    assert len(rows(warehouse, "select from mart.v_amocrm_lead_mart")) == len(ROWS)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2025, 12, 31, 20, 30, tzinfo=UTC), "Europe/Moscow", "2025-12-31"),
        (datetime(2025, 12, 31, 21, 0, tzinfo=UTC), "Europe/Moscow", "2026-01-01"),
        (datetime(2025, 12, 31, 21, 0, tzinfo=UTC), "UTC", "2025-12-31"),
    ],
)
def test_a_lead_is_of_its_local_day(
    connection: psycopg.Connection, moment: datetime, zone: str, day: str
) -> None:
    warehouse = open_warehouse(connection)
    at = int(moment.timestamp())
    put(warehouse, [(1, Lead((1, 101), 5, at, at))])
    rebuild(warehouse, mapping(), timezone=zone)
    told: list[tuple[Any, ...]] = rows(
        warehouse, "select created_day::text, history_complete from mart.amocrm_lead_funnel_state"
    )
    assert told == [(day, False)]
    know_history(warehouse, moment)
    rebuild(warehouse, mapping(), run_id=3, timezone=zone)
    assert rows(warehouse, "select history_complete from mart.amocrm_lead_funnel_state") == [(True,)]
