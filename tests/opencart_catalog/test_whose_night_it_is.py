"""One run a local date, one run at a time, and the present alone: who may run when."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from include.paths import SQL_DIR
from plugins.warehouse import statement

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

FIRST = {"allow_mass_create": True, "allow_mass_update": True}
AUTUMN = datetime(2027, 10, 31, 0, tzinfo=UTC)  # 03:00 in summer time; an hour later it is 03:00 again
SPRING = datetime(2027, 3, 28, 1, tzinfo=UTC)  # 04:00: there is no 03:00


def test_the_second_three_o_clock_of_the_autumn_night_is_skipped_and_noted(shop: "PaintShop") -> None:
    shop.run(kind="manual", **FIRST)
    first = shop.run(slot=AUTUMN)
    second = shop.run(slot=AUTUMN + timedelta(hours=1))
    assert (first.states["report"], second.states["report"]) == ("success", "skipped")
    row = shop.run_of(second)
    assert row["state"] == "skipped"
    assert row["error"].startswith("За 31.10.2027 каталог за розкладом уже передавав запуск")
    assert shop.codes(second) == {"CATALOG_DATE_DONE"}
    assert shop.run(slot=AUTUMN + timedelta(days=1, hours=1)).states["report"] == "success"


def test_the_spring_night_has_its_run_at_four(shop: "PaintShop") -> None:
    shop.run(kind="manual", **FIRST)
    nights = (SPRING - timedelta(days=1), SPRING, SPRING + timedelta(hours=23))
    assert [shop.run(slot=slot).states["report"] for slot in nights] == ["success"] * 3


def test_a_run_that_is_cleared_is_not_the_second_of_its_date(shop: "PaintShop") -> None:
    shop.run(kind="manual", **FIRST)
    night = shop.run(slot=AUTUMN)
    assert night.go().states["report"] == "success"
    assert len(shop.rows("select from ops.run where dag_run_id = %s", night.run_id)) == 2


def test_a_run_by_hand_on_the_same_date_is_no_second_one(shop: "PaintShop") -> None:
    shop.run(kind="manual", **FIRST)
    assert shop.run(slot=AUTUMN).states["report"] == "success"
    assert shop.run(kind="manual").states["report"] == "success"


def test_while_a_load_goes_on_the_next_night_is_skipped_and_noted(shop: "PaintShop") -> None:
    with psycopg.connect(shop.warehouse_url, autocommit=True) as other:
        other.execute(
            "insert into ops.run (pipeline, source, dag_run_id, trigger)"
            " values ('opencart_catalog', 'opencart', 'manual__first_load', 'manual')"
        )
        [(run_id,)] = other.execute("select max(run_id) from ops.run").fetchall()
        other.execute(statement(SQL_DIR / "ledger" / "lock_run.sql"), {"run_id": run_id})
        night = shop.run()
    assert night.states["report"] == "skipped"
    assert (
        shop.run_of(night)["error"]
        == f"Інший запуск цього джерела вже триває ({run_id}), другий не потрібен."
    )
    assert shop.codes(night) == {"RUN_ALREADY_ACTIVE"}
    assert shop.written() == []


def test_a_backfill_sends_the_present_and_says_so(
    shop: "PaintShop", caplog: pytest.LogCaptureFixture
) -> None:
    shop.run(kind="manual", **FIRST)
    shop.forget()
    caplog.set_level("INFO")
    past = shop.run(kind="backfill", slot=datetime(2026, 1, 15, 1, tzinfo=UTC))
    assert past.state == "success", past.errors
    assert "CATALOG_PRESENT_ONLY" in shop.codes(past)
    assert "магазин і CRM знають лише теперішній стан" in caplog.text
    assert shop.written() == []
