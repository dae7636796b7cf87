"""What analysts read of clients, imports and refusals, through rows that imports have written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tests.deal_import.company import PHONE, UNKNOWN, day, pay
from tests.deal_import.export_xml import to_xml
from tests.deal_import.reading import RawRecord
from tests.deal_import.run import import_file
from tests.deal_import.world import Export

MAP = {"Оплачена": "Оплачена", "Отменена": "Отменена"}
RUN: LiteralString = "select * from mart.v_deal_import_reconciliation where run_id = %s"
CHECKS: LiteralString = """
    select outcomes_are_records, log_is_complete, payments_are_there
    from mart.v_deal_import_reconciliation order by run_id
"""
MONEY: LiteralString = """
    with told as (
        select amount.key as currency, amount.value::numeric as value
        from mart.v_deal_import_reconciliation as run
        cross join lateral (values (run.imported_amounts), (run.changed_amounts)) as sums (by_currency)
        cross join lateral jsonb_each_text(sums.by_currency) as amount
        where not run.dry_run
    )
    select
        (select jsonb_object_agg(currency, sum) from
            (select currency, sum(value) from told group by 1) as one),
        (select jsonb_object_agg(currency, sum) from
            (select currency, sum(amount) from mart.payment group by 1) as two)
"""
ONE: LiteralString = "explain select * from mart.v_client_360 where client_id = 777"
BY_PHONE: LiteralString = """
    explain select * from mart.v_client_360 where client_id in (
        select client_id from mart.client_key where kind = 'phone' and value = '79210000777'
    )
"""
JOINED: LiteralString = """
    explain select seen.*, document.title
    from mart.erp_order as document
    inner join mart.v_client_360 as seen on document.client_id = seen.client_id
    left join mart.client_feed as feed on document.client_id = feed.client_id
    where document.number = '777'
"""
COMMENTLESS: LiteralString = """
    select view.oid::regclass::text || coalesce('.' || attname, '') as name
    from pg_class as view
    left join pg_attribute on attrelid = view.oid and attnum > 0
    where
        view.relnamespace = 'mart'::regnamespace and view.relkind = 'v'
        and (col_description(view.oid, attnum) is null or obj_description(view.oid) is null)
"""


def rows(connection: psycopg.Connection[Any], query: LiteralString, *values: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def run(connection: psycopg.Connection[Any], *records: RawRecord, **how: Any) -> dict[str, Any]:
    """Import records; give what the reconciliation says of the run."""
    content = to_xml(Export(list(records), "RUB"))
    run_id = import_file(connection, content, status_map=MAP, **how)
    (found,) = rows(connection, RUN, run_id)
    return found


def client(connection: psycopg.Connection[Any], phone: str) -> dict[str, Any]:
    (found,) = rows(connection, "select * from mart.v_client_360 where %s = any(phones)", phone)
    return found


def money(amounts: Mapping[str, float]) -> dict[str, Any]:
    return {currency: Decimal(str(amount)) for currency, amount in amounts.items()}


def test_a_client_is_seen_with_its_keys_deals_by_state_and_payments_by_currency(
    connection: psycopg.Connection[Any],
) -> None:
    won = {
        "status": "Оплачена",
        "tsuid": "t1",
        "email": ["o@shop.example"],
        "name": "Ольга",
        "company": "Мост",
    }
    run(
        connection,
        pay("r1", "2026-02-01", "100.50", deal_id="X1", **won),
        pay("r2", "2026-02-03", "-0.50", deal_id="X1"),
        pay("r3", "2026-02-02", "7", deal_id="X2", status="Отменена", currency="USD"),
        pay("r4", "2026-02-04", "5", deal_id="X3", deal_date="2026-02-03T12:00:00Z"),
        pay("r5", "2026-02-04", "1000", phone=[UNKNOWN]),
    )
    seen = client(connection, PHONE)
    assert (seen["name"], seen["company"], seen["origin"]) == ("Ольга", "Мост", "deal_import")
    assert (seen["tsuids"], seen["phones"], seen["emails"]) == (["t1"], [PHONE], ["o@shop.example"])
    assert [seen[f"deals{kind}"] for kind in ("", "_open", "_won", "_lost", "_other")] == [3, 1, 1, 1, 0]
    sums = [money(seen[f"{kind}_amounts"]) for kind in ("open", "won", "lost", "other")]
    assert sums == [{"RUB": 5}, {"RUB": 100}, {"USD": 7}, {}]
    assert (seen["payments"], money(seen["payment_amounts"])) == (4, {"RUB": 105, "USD": 7})
    assert seen["last_activity_at"] == seen["last_paid_at"] > seen["last_deal_at"]
    assert (seen["orders"], seen["orders_amount"], seen["calltouch_sources"], seen["links"]) == (0, 0, [], {})


def test_one_without_anything_is_a_client_too_and_links_are_told_by_system(
    connection: psycopg.Connection[Any],
) -> None:
    (made,) = rows(connection, "insert into mart.client (created_at) values (%s) returning client_id", day(1))
    for system, key in (("bitrix24", "15"), ("amocrm", "7"), ("bitrix24", "16")):
        rows(
            connection,
            "insert into mart.client_link values (%s, %s, %s) returning 1",
            system,
            key,
            made["client_id"],
        )
    (seen,) = rows(connection, "select * from mart.v_client_360")
    assert seen["links"] == {"amocrm": ["7"], "bitrix24": ["15", "16"]}
    assert (seen["phones"], seen["deals"], seen["won_amounts"], seen["payments"]) == ([], 0, {}, 0)
    assert seen["last_activity_at"] == day(1)


def test_a_client_is_looked_up_by_indexes_alone_and_what_is_not_asked_for_is_not_read(
    connection: psycopg.Connection[Any],
) -> None:
    connection.execute("insert into mart.client select generate_series(1, 20000)")
    connection.execute("insert into mart.client_stats select client_id from mart.client")
    connection.execute(
        "insert into mart.client_key select 'phone', 79210000000 + client_id, client_id from mart.client"
    )
    connection.execute(
        "insert into mart.client_link select 'bitrix24', client_id, client_id from mart.client"
    )
    connection.execute("insert into mart.deal_status (name, kind) values ('Новая', 'new')")
    connection.execute(
        "insert into mart.deal (client_id, status_id, created_at) select client_id, 1, now() from mart.client"
    )
    connection.execute("""
        insert into mart.payment (source, record_id, deal_id, client_id, amount, currency, paid_at, bound_by,
            file_position, first_run_id, last_run_id)
        select 'main', deal_id, deal_id, client_id, 1, 'RUB', now(), 'created', 1, 1, 1 from mart.deal
    """)
    connection.execute("""
        insert into mart.erp_order
            (order_ref, kind, number, title, ordered_at, posted, deleted, total, client_id)
        select gen_random_uuid(), 'customer_order', client_id, '', now(), true, false, 1, client_id
        from mart.client
    """)
    connection.execute("""
        insert into mart.calltouch_deal
            (site_id, order_ref, account, order_kind, order_title, ordered_at, state)
        select '1', order_ref, 'main', kind, title, ordered_at, 'created' from mart.erp_order
    """)
    connection.execute("""
        insert into mart.calltouch_lead_source (site_id, order_ref)
        select site_id, order_ref from mart.calltouch_deal
    """)
    connection.execute("analyze")
    for chosen in (ONE, BY_PHONE, JOINED):
        assert walked(connection, chosen) <= {"deal_status", "client_feed"}
    narrow = "explain select name, created_at from mart.v_client_360"
    assert walked(connection, narrow) == {"client"}
    assert "Nested Loop" not in plan(connection, narrow)


def plan(connection: psycopg.Connection[Any], query: LiteralString) -> str:
    return "\n".join(row["QUERY PLAN"] for row in rows(connection, query))


def walked(connection: psycopg.Connection[Any], query: LiteralString) -> set[str]:
    """Tell which tables are read from end to end."""
    lines = plan(connection, query).splitlines()
    return {line.split("Seq Scan on ")[1].split()[0] for line in lines if "Seq Scan on " in line}


def test_every_run_says_what_it_read_what_became_of_it_and_what_money_it_brought(
    connection: psycopg.Connection[Any],
) -> None:
    records = [
        pay("r1", "2026-02-01", "100", deal_id="X1", status="Оплачена"),
        pay("r2", "2026-02-02", "50.25", deal_id="X1"),
        pay("r2", "2026-02-02", "50.25", deal_id="X1"),
        pay("r3", "2026-02-02", "7", deal_id="X2", currency="USD"),
        {"id": "r4", "phone": [PHONE]},
        pay("r5", "никогда", "1"),
        pay("r6", "2026-02-03", "3", deal_id="X1", currency="EUR"),
    ]
    rehearsed, first = run(connection, *records, dry_run=True), run(connection, *records)
    same = ("records", "outcomes", "created", "bound", "ignored", "duplicate", "refused", "imported_amounts")
    assert [rehearsed[name] for name in same] == [first[name] for name in same]
    assert [first[name] for name in same[:-1]] == [7, 7, 2, 1, 1, 1, 2]
    assert money(first["imported_amounts"]) == {"RUB": Decimal("150.25"), "USD": 7}
    assert (rehearsed["payments"], first["payments"], first["state"]) == (0, 3, "partial")
    records[0]["actual_amount"], records[3]["status"] = "90", "Оплачена"
    second = run(connection, *records)
    assert [second[name] for name in ("overwritten", "unchanged", "payments")] == [2, 1, 0]
    assert (second["imported_amounts"], money(second["changed_amounts"])) == ({}, {"RUB": -10})
    (now,) = rows(connection, RUN, first["run_id"])
    assert money(now["payment_amounts"]) == {"RUB": Decimal("140.25"), "USD": 7}
    checks = [tuple(row.values()) for row in rows(connection, CHECKS)]
    assert checks == [(True, True, None), (True, True, True), (True, True, True)]
    ((told, kept),) = connection.execute(MONEY).fetchall()
    assert money(told) == money(kept) == {"RUB": Decimal("140.25"), "USD": 7}


def test_a_payment_or_a_row_of_the_log_that_vanished_shows(connection: psycopg.Connection[Any]) -> None:
    run(connection, pay("r1", "2026-02-01", "1"), pay("r2", "2026-02-02", "2"))
    connection.execute("delete from mart.payment where record_id = 'r1'")
    assert [tuple(row.values()) for row in rows(connection, CHECKS)] == [(True, True, False)]
    connection.execute("delete from ops.run_log where record_key = 'r2'")
    assert [tuple(row.values()) for row in rows(connection, CHECKS)] == [(True, False, False)]


def test_a_run_that_came_to_no_plan_is_not_there(connection: psycopg.Connection[Any]) -> None:
    import_file(connection, b"<deal_export")
    assert rows(connection, "select state from ops.run") == [{"state": "failed"}]
    assert rows(connection, CHECKS) == []


def test_refusals_are_counted_by_reason_each_record_once_however_often_it_is_tried(
    connection: psycopg.Connection[Any],
) -> None:
    records = [
        pay("r1", "вчера", "1"),
        pay("r2", "2026-02-01", "рубль"),
        pay("r3", "позавчера", "рубль"),
        {"id": "r4", "actual_amount": "1"},
        pay("r5", "2026-02-01", "1"),
    ]
    run(connection, *records, dry_run=True)
    run(connection, *records)
    last = run(connection, *records)["run_id"]
    found = rows(connection, "select * from mart.v_refusal order by code")
    assert {(row["pipeline"], row["source"], row["severity"], row["last_run_id"]) for row in found} == {
        ("deal_import", "main", "error", last)
    }
    assert [(row["code"], row["records"], row["refusals"], row["runs"]) for row in found] == [
        ("BAD_AMOUNT", 2, 4, 2),
        ("BAD_DATE", 2, 4, 2),
        ("MISSING_PAYMENT_DATE", 1, 2, 2),
        ("NO_CLIENT_IDENTITY", 1, 2, 2),
    ]
    assert found[0]["text"] == "Сумма или валюта не принимается"


@pytest.mark.parametrize(
    ("pipeline", "severity", "outcome", "codes", "reasons"),
    [
        ("calltouch_orders", "error", "refused", ["ORDER_SHIPPED", "REJECTED"], {"REJECTED"}),
        ("calltouch_orders", "error", "source_refused", ["SOURCE_REFUSED"], {"SOURCE_REFUSED"}),
        ("calltouch_orders", "warning", "not_sent", ["NOT_SENT"], set()),
        ("opencart_catalog", "warning", "refused", ["CATALOG_NO_ARTICLE"], {"CATALOG_NO_ARTICLE"}),
        ("opencart_catalog", "warning", "quarantined", ["CATALOG_KEY_CONFLICT"], {"CATALOG_KEY_CONFLICT"}),
        ("opencart_catalog", "error", "failed", ["CATALOG_REFUSED_BY_CRM"], {"CATALOG_REFUSED_BY_CRM"}),
        ("opencart_catalog", "error", None, ["CATALOG_SHOP_EMPTY"], set()),
    ],
)
def test_the_reason_is_the_gravest_code_of_a_record_of_any_pipeline(
    connection: psycopg.Connection[Any],
    pipeline: str,
    severity: str,
    outcome: str | None,
    codes: list[str],
    reasons: set[str],
) -> None:
    (opened,) = rows(
        connection,
        "insert into ops.run (pipeline, dag_run_id, trigger) values (%s, '', 'manual') returning run_id",
        pipeline,
    )
    rows(
        connection,
        """
        insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key)
        values (%s, 1, %s, %s, %s, '1') returning 1
        """,
        opened["run_id"],
        severity,
        outcome,
        codes,
    )
    assert {row["code"] for row in rows(connection, "select code from mart.v_refusal")} == reasons


def test_every_view_and_each_of_its_columns_has_a_comment(connection: psycopg.Connection[Any]) -> None:
    assert rows(connection, COMMENTLESS) == []


def test_who_may_read_mart_and_stage_may_read_every_view(connection: psycopg.Connection[Any]) -> None:
    views = rows(connection, "select viewname as name from pg_views where schemaname = 'mart'")
    connection.execute("create role analyst_of_views")
    connection.execute("grant usage on schema mart, stage to analyst_of_views")
    connection.execute("grant select on all tables in schema mart, stage to analyst_of_views")
    connection.execute("set local role analyst_of_views")
    for view in views:
        query = sql.SQL("select * from mart.{}").format(sql.Identifier(view["name"]))
        assert connection.execute(query).fetchall() == []
