"""What a plan is made of: whole readings, as of the moment they were made; and what counts as one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest

from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.hooks.opencart import OpenCartHook
from plugins.hooks.vendor_gate import OpenGate, Pass
from plugins.steps import ledger
from plugins.steps.ledger import StagedRowsGone
from plugins.steps.opencart_catalog import PIPELINE, SQL, Catalog
from plugins.steps.opencart_catalog_plan import as_read, plan
from plugins.steps.opencart_catalog_staging import stage_crm, stage_shop
from plugins.warehouse import Warehouse
from tests.opencart_catalog.nights import Killed, Shop, item, settings_of

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

Open = Callable[..., Shop]


class BreaksOff(OpenGate):
    """Ends the process that reads at its call of that number."""

    def __init__(self, call: int) -> None:
        self._left = call

    def enter(self, method: str, points: Decimal = Decimal(1)) -> Pass:
        """Count the calls."""
        self._left -= 1
        if not self._left:
            raise Killed
        return super().enter(method, points)


@pytest.mark.parametrize("call", [1, 4, 6])
def test_nothing_is_planned_of_a_crm_that_was_not_read_to_its_end(desk: Shop, call: int) -> None:
    for number in range(60):
        desk.crm.add(f"A{number}", title=f"Товар {number}")
    desk.put(*(item(str(number), f"A{number}") for number in range(60)))
    job = desk.begin()
    desk.stage(job)
    with pytest.raises(Killed):
        stage_crm(desk.warehouse, job, KeepinCRMHook(None, BreaksOff(call)))
    if call > 1:  # else nothing has been forgotten yet
        with pytest.raises(StagedRowsGone, match="не прочитано до кінця"):
            plan(desk.warehouse, job)
    stage_crm(desk.warehouse, job, KeepinCRMHook())
    assert plan(desk.warehouse, job) == {"unchanged": 60}


def test_a_shop_read_days_after_its_run_was_opened_is_read_as_of_then(shop: "PaintShop") -> None:
    with psycopg.connect(shop.warehouse_url, autocommit=True) as connection:
        warehouse = Warehouse(connection)
        occasion = ledger.Occasion(PIPELINE, "opencart", "cleared on Monday", "manual")
        run_id = ledger.open_run(warehouse, occasion)
        assert run_id
        settings = settings_of(guards={"max_share_without_article": 0.1})
        job = Catalog(run_id, settings, datetime.now(UTC) - timedelta(days=40))
        stage_shop(warehouse, job, OpenCartHook())
        warehouse.run_file(SQL / "mark_crm_read.sql", job.params)
        assert datetime.now(UTC) - as_read(warehouse, job).now < timedelta(minutes=1)
        query = "select count(*) from stage.opencart_catalog_item where special_to >= %s"
        assert connection.execute(query, [datetime.now(UTC).date()]).fetchone() != (0,)


def absent(open_desk: Open, number: int) -> Shop:
    """Open a shop whose first item of many has gone after ``number`` whole runs without it."""
    desk = open_desk(crm={"on_absent": "irrelevant"})
    desk.put(*(item(str(each), f"A{each}") for each in range(1, 41)))
    desk.night()
    del desk.items["1"]
    for _ in range(number):
        assert desk.night(days=0).writes == {}
    return desk


def test_runs_in_a_row_count_and_not_days(open_desk: Open) -> None:
    desk = absent(open_desk, 2)
    assert [kind for kind, _ in desk.night(days=0).writes] == ["retire_material"]


def test_dry_runs_and_those_of_some_articles_do_not_count(open_desk: Open) -> None:
    desk = absent(open_desk, 1)
    for _ in range(3):
        assert desk.night(dry_run=True).writes == {}
        assert desk.night(only_articles=["A2"]).writes == {}
        assert desk.night(only_articles=["A1"]).writes == {}
    assert desk.night().writes == {}
    assert [kind for kind, _ in desk.night(dry_run=True).writes] == ["retire_material"]
    assert [kind for kind, _ in desk.night().writes] == ["retire_material"]


def test_a_run_that_is_closed_twice_counts_once(open_desk: Open) -> None:
    desk = absent(open_desk, 1)
    job = desk.begin()
    desk.stage(job)
    for _ in range(2):
        plan(desk.warehouse, job)
        desk.end(job)
        desk.warehouse.connection.execute(
            "update ops.run set state = 'running' where run_id = %s", [job.run_id]
        )
    assert {row.absent_runs for row in desk.rows("select absent_runs from mart.catalog_link")} == {0, 2}
