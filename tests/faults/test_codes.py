"""Every code of the dictionary is really met, and a record that is refused stops no other."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.errors import AccessDenied, ConfigError, RejectedByVendor
from include.paths import SQL_DIR
from plugins.faults import carrying_on
from plugins.hooks.export_fault import TemporaryFetchFailed
from plugins.opening import open_run, refuse_settings, skip
from plugins.steps import ledger
from plugins.warehouse import Warehouse
from tests.deal_import.reading import RawRecord
from tests.deal_import.run import import_file
from tests.faults.airflow_api import Airflow
from tests.faults.books import differences
from tests.faults.company import AFTER, FIRST, export, record
from tests.faults.pipeline import GOOD, Attempt, assert_the_next_file_is_imported, import_link, tables
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
# Codes of other pipelines, which their own tests meet.
OF_OTHERS = [
    (code,)
    for pipeline in ("calltouch", "opencart", "catalog", "bitrix24", "amocrm")
    for file in (SQL_DIR / "schema").glob(f"*_{pipeline}*.sql")
    for code in re.findall(
        r"^\('([A-Z0-9_]+)', '(?:info|warning|error)'",
        file.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
]


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
    shop.answer = Answer(export(record("strange", "79210009977", currency="XXQ")))
    import_link(url, shop.url, min_share_of_last=0)
    shop.answer = Answer(export())
    import_link(url, shop.url, min_share_of_last=0)
    fail_for_now(url, shop)
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
        context: Any = {"ti": Airflow("running")}
        late = ledger.Occasion("deal_import", "main", "m2", "manual")
        with carrying_on(warehouse, going), pytest.raises(AirflowSkipException, match=f"уже идёт.*{going}"):
            open_run(Warehouse(other), late, context)
        with pytest.raises(AirflowSkipException):
            skip(warehouse, ledger.Occasion("deal_import", None, "m3", "manual"), "Нет.", "NO_ACTIVE_SOURCE")
        fail_at_a_vendor(warehouse)
        met = connection.execute("select distinct unnest(codes) from ops.run_log").fetchall()
        known = connection.execute("select code from ops.code").fetchall()
    assert sorted(met) == sorted(code for code in known if code not in OF_OTHERS)
    with psycopg.connect(url) as connection:
        ledger.fail_run(Warehouse(connection), going, "CONFIG_ERROR", "Прерван.")
    assert_the_next_file_is_imported(url, shop)


def fail_for_now(url: str, shop: Shop) -> None:
    """Let the first attempt of a run fail in a way that may pass; the second ends the run."""
    shop.answer = Answer(status=500)
    with pytest.raises(TemporaryFetchFailed):
        import_link(url, shop.url, "m0")
    import_link(url, shop.url, "m0", Attempt(try_number=3))
    with psycopg.connect(url) as connection:
        told = connection.execute(
            "select details ->> 'message' from ops.run_log where codes = '{ATTEMPT_FAILED}'"
        ).fetchone()
    assert told
    assert re.match(r"попытка 1 из 3: Сервер временно не отдаёт файл \(500\)", told[0])


def fail_at_a_vendor(warehouse: Warehouse) -> None:
    """Let runs of a pipeline that calls a vendor fail there."""
    for fault in (AccessDenied("Ключ отозван."), RejectedByVendor("Так нельзя.")):
        run_id = ledger.open_run(warehouse, ledger.Occasion("orders", "shop", "m1", "manual"))
        assert run_id
        with pytest.raises(AirflowFailException, match=str(fault)), carrying_on(warehouse, run_id):
            raise fault
        run = ledger.run(warehouse, run_id)
        assert (run.state, run.error) == ("failed", str(fault))


def test_a_code_that_the_dictionary_does_not_have_is_an_error(connection: psycopg.Connection[Any]) -> None:
    warehouse = Warehouse(connection)
    run_id = ledger.open_run(warehouse, ledger.Occasion("deal_import", "main", "m1", "manual"))
    assert run_id
    with pytest.raises(LookupError, match="RUN_STRATED"):
        ledger.log_event(warehouse, run_id, "RUN_STRATED", {})
