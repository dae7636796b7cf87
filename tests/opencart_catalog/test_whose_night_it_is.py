"""One run at a time, and the present alone: who may run when."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from include.paths import SQL_DIR
from plugins.warehouse import statement

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

FIRST = {"allow_mass_create": True, "allow_mass_update": True}
SPRING = datetime(2027, 3, 28, 1, tzinfo=UTC)  # 04:00: there is no 03:00


def test_the_spring_night_has_its_run_at_four(shop: "PaintShop") -> None:
    shop.run(kind="manual", **FIRST)
    nights = (SPRING - timedelta(days=1), SPRING, SPRING + timedelta(hours=23))
    assert [shop.run(slot=slot).states["report"] for slot in nights] == ["success"] * 3


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
