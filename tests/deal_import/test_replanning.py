"""A plan made on a mart that has changed since is made again before it is applied."""

import io
from typing import Any

import psycopg

from include.settings.deal_import import DealImportSettings
from plugins.steps import deal_import, ledger
from plugins.steps.matching import match_clients, match_deals
from plugins.warehouse import Warehouse
from tests.deal_import.run import STATUSES, import_file

EXPORT = """<deal_export version="1.0"><record><id>{id}</id><payment_date>2026-03-01</payment_date>
<actual_amount>100</actual_amount><client><phone>+7 921 000-11-22</phone></client></record></deal_export>"""


def _planned(warehouse: Warehouse, source: str) -> deal_import.Import:
    settings = DealImportSettings.model_validate(
        {"statuses": list(STATUSES), "sources": [{"name": source, "link": "https://shop.example/a.xml"}]},
        context={},
    )
    run_id = ledger.open_run(warehouse, ledger.Occasion("deal_import", source, f"manual__{source}", "manual"))
    assert run_id
    job = deal_import.Import(run_id, settings, settings.sources[0], "https://shop.example/a.xml")
    deal_import.stage_records(warehouse, job, io.BytesIO(EXPORT.format(id=source).encode()))
    deal_import.stage_keys(warehouse, job)
    match_clients(warehouse, run_id, deal_import.create_with(job.source))
    deal_import.stage_deals(warehouse, job)
    match_deals(warehouse, run_id)
    deal_import.plan(warehouse, job)
    return job


def test_two_sources_planned_side_by_side_make_one_client(connection: psycopg.Connection[Any]) -> None:
    warehouse = Warehouse(connection)
    first, second = _planned(warehouse, "first"), _planned(warehouse, "second")
    assert deal_import.apply(warehouse, first) == "success"
    assert deal_import.apply(warehouse, second) == "success"
    assert connection.execute("select count(*) from mart.client").fetchone() == (1,)
    assert connection.execute("select count(*), sum(actual_amount) from mart.deal").fetchone() == (1, 200)


def test_a_deal_deleted_by_a_person_after_the_plan_is_not_paid_into(
    connection: psycopg.Connection[Any],
) -> None:
    warehouse = Warehouse(connection)
    import_file(connection, EXPORT.format(id="old").encode())
    job = _planned(warehouse, "late")
    connection.execute("delete from mart.deal")
    assert deal_import.apply(warehouse, job) == "success"
    assert connection.execute("select actual_amount from mart.deal").fetchall() == [(100,)]


def test_a_plan_is_applied_once_however_often_the_task_is_repeated(
    connection: psycopg.Connection[Any],
) -> None:
    warehouse = Warehouse(connection)
    job = _planned(warehouse, "once")
    assert [deal_import.apply(warehouse, job) for _ in range(3)] == ["success"] * 3
    assert connection.execute("select count(*) from mart.payment").fetchone() == (1,)
