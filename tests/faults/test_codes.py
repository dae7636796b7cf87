"""Every code of the dictionary is really met, and a record that is refused stops no other."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.errors import ConfigError
from plugins.operators.working import working_on
from plugins.runs import open_run, refuse_settings
from plugins.steps import ledger
from plugins.warehouse import Warehouse
from tests.deal_import.reading import RawRecord
from tests.deal_import.run import import_file
from tests.faults.books import differences
from tests.faults.company import AFTER, FIRST, export, record
from tests.faults.pipeline import GOOD, assert_the_next_file_is_imported, import_link, tables
from tests.faults.shop import Answer, Shop

STRANGER = "79210009988"
REFUSALS: dict[str, RawRecord] = {
    "MISSING_ID": record("", STRANGER),
    "MISSING_PAYMENT_DATE": record("r", STRANGER, payment_date=" "),
    "BAD_DATE": record("r", STRANGER, payment_date="2026-02-30"),
    "BAD_AMOUNT": record("r", STRANGER, "1e3"),
    "NO_CLIENT_IDENTITY": record("r", "нет", email=["-"], tsuid="0"),
    "TSUID_REQUIRED": record("r", STRANGER),
    "CURRENCY_MISMATCH": record("r", FIRST, deal_id="X1", currency="USD"),
    "CONFLICTING_DUPLICATE_IN_FILE": record("p1", STRANGER, "11"),
    "BOUND_DEAL_MISSING": record("orphan", STRANGER, "7"),
    "DB_ERROR": record("r", STRANGER, deal_id="x" * 129),
}


def log_of(url: str, run_id: int) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select outcome, codes, position from ops.run_log where run_id = %s and severity = 'error'",
            [run_id],
        ).fetchall()


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refused_record_changes_nothing_and_stops_no_other(url: str, shop: Shop, code: str) -> None:
    good = [record("p1", "79210003311", "10", tsuid="g1"), record("p2", "79210003322", "20", tsuid="g2")]
    how: dict[str, Any] = {"min_share_of_last": 0, "require_tsuid_for_new_client": code == "TSUID_REQUIRED"}
    shop.answer = Answer(export(good[0], REFUSALS[code], good[1]))
    run = import_link(url, shop.url, **how)
    assert (run.state, run.counters["created"], run.counters["refused"]) == ("partial", 2, 1)
    [(outcome, codes, position)] = log_of(url, run.run_id)
    assert (outcome, position) == ("refused", 2)
    assert code in codes
    with_it = tables(url)
    assert not [row for row in with_it["client_key"] if row["value"] == STRANGER]
    # It was not remembered as imported: each run tries it anew, and says the same.
    again = import_link(url, shop.url, **how)
    assert (again.counters["unchanged"], again.counters["refused"]) == (2, 1)
    assert not differences(tables(url), with_it)


def test_every_code_of_the_dictionary_is_met(url: str, shop: Shop, tmp_path: Path) -> None:
    shop.answer = Answer(AFTER)
    import_link(url, shop.url)
    import_link(url, (tmp_path / "none.xml").as_uri())
    shop.answer = Answer(b"<html>")
    import_link(url, shop.url)
    with psycopg.connect(url) as connection, psycopg.connect(url) as other:
        import_file(
            connection,
            GOOD,
            name="strict",
            link="https://shop.example/strict.xml",
            require_tsuid_for_new_client=True,
        )
        warehouse = Warehouse(connection)
        with pytest.raises(AirflowFailException):
            refuse_settings(
                warehouse, ledger.Occasion("deal_import", None, "m0", "manual"), ConfigError("Нет.")
            )
        going = ledger.open_run(warehouse, ledger.Occasion("deal_import", "main", "m1", "manual"))
        assert going
        context: Any = {"ti": StillRunning()}
        late = ledger.Occasion("deal_import", "main", "m2", "manual")
        with working_on(warehouse, going), pytest.raises(AirflowSkipException, match=f"уже идёт.*{going}"):
            open_run(Warehouse(other), late, context)
        met = connection.execute("select distinct unnest(codes) from ops.run_log").fetchall()
        known = connection.execute("select code from ops.code").fetchall()
    assert sorted(met) == sorted(known)
    with psycopg.connect(url) as connection:
        ledger.fail_run(Warehouse(connection), going, "CONFIG_ERROR", "Прерван.")
    assert_the_next_file_is_imported(url, shop)


class StillRunning:
    """What Airflow says of a DAG run that is going."""

    def get_dagrun_state(self, dag_id: str, run_id: str) -> str:
        return "running"
