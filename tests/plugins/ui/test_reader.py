"""The pages' session with the warehouse: it reads, and not for long, whatever the connection says."""

import json
from contextlib import closing

import pytest

from plugins.ui.warehouse import open_reader
from tests.plugins.ui.conftest import connection_to


def test_a_connection_that_asks_for_more_still_only_reads(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy = json.loads(connection_to(warehouse_url))
    greedy["extra"] = {"options": "-c default_transaction_read_only=off -c statement_timeout=0"}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(greedy))
    with closing(open_reader()) as opened:
        session = next(opened)._connection
        for setting, value in (("transaction_read_only", "on"), ("statement_timeout", "15s")):
            assert session.execute(f"show {setting}").fetchone() == (value,)


def test_only_the_query_that_walks_in_order_is_planned_so(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", connection_to(warehouse_url))
    with closing(open_reader()) as opened:
        reader = next(opened)
        assert reader.rows_in_order("select_amocrm_reconciliation", account="nobody") == []
        for setting in ("enable_hashjoin", "max_parallel_workers_per_gather"):
            shown = reader._connection.execute(
                "select setting = reset_val from pg_settings where name = %s", [setting]
            )
            assert shown.fetchone() == (True,)
