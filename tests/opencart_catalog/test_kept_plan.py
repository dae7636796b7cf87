"""The plan that people read: kept by the transaction that makes it, and for two weeks of nights."""

from collections import Counter
from typing import Any

import psycopg
import pytest
from psycopg import sql

from include.paths import SQL_DIR
from plugins.steps.opencart_catalog import SQL
from sandbox.demo import paint_shop
from tests.opencart_catalog.dag_run import DagRun
from tests.opencart_catalog.shop import FIRST, PaintShop

PLAN = """
select difference.*, run.dry_run
from mart.catalog_difference as difference inner join ops.run using (run_id)
where run.dag_run_id = %s order by row_no
"""


def plan_of(shop: PaintShop, dag_run: DagRun) -> list[dict[str, Any]]:
    return shop.rows(PLAN, dag_run.run_id)


def test_a_dry_run_keeps_the_very_plan_that_the_real_run_then_keeps(shop: PaintShop) -> None:
    trial = plan_of(shop, shop.run("manual", dry_run=True, **FIRST))
    real = plan_of(shop, shop.run(**FIRST))
    told = ("row_no", "identity", "title", "outcome", "facets", "material_ids", "codes", "price", "special")
    assert [{name: row[name] for name in told} for row in trial] == [
        {name: row[name] for name in told} for row in real
    ]
    assert real


def test_every_write_belongs_to_one_row_of_the_plan(shop: PaintShop) -> None:
    run = shop.run(**FIRST)
    seqs = [seq for row in plan_of(shop, run) for seq in row["action_seqs"]]
    assert sorted(seqs) == [
        row["seq"]
        for row in shop.rows(
            "select seq from ops.action inner join ops.run using (run_id) where dag_run_id = %s order by seq",
            run.run_id,
        )
    ]


def test_rows_say_what_they_are_found_by(shop: PaintShop) -> None:
    rows = plan_of(shop, shop.run(**FIRST))
    by_facet: dict[str, set[str]] = {}
    for row in rows:
        for facet in row["facets"]:
            by_facet.setdefault(facet, set()).add(row["outcome"] or "category")
    assert by_facet["new"] == {"created"}
    assert by_facet["category"] == {"category"}
    assert by_facet["quarantine"] == {"quarantined"}
    assert by_facet["twins"] == {"updated"}
    assert "refused" in by_facet["remark"]
    assert sum("new" in row["facets"] for row in rows) == 14


def test_a_changed_price_is_found_by_its_price_with_all_its_twins(shop: PaintShop) -> None:
    shop.run(**FIRST)
    shop.change(paint_shop.BRUSH, price=paint_shop.NEW_PRICE)
    [brush] = [row for row in plan_of(shop, shop.run()) if "price" in row["facets"]]
    assert brush["facets"] == ["price", "twins"]
    assert len(brush["material_ids"]) == len(paint_shop.TWINS)
    assert {material["sku"] for material in brush["materials"]} == set(paint_shop.TWINS)


def test_an_item_that_left_the_shop_is_told_as_it_was_last_seen(shop: PaintShop) -> None:
    shop.run(**FIRST)
    shop.change(paint_shop.BRUSH, status=0)
    [gone] = [row for row in plan_of(shop, shop.run()) if "absent" in row["facets"]]
    assert gone["outcome"] == "absent"
    assert gone["title"]
    assert len(gone["material_ids"]) == len(paint_shop.TWINS)


def test_plans_of_the_last_two_weeks_stay_and_older_ones_go(warehouse_url: str) -> None:
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(
            "insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, state, started_at)"
            " overriding system value"
            " select n, 'opencart_catalog', 'opencart', n, 'manual', 'success', now() + n * interval '1 s'"
            " from generate_series(1, 20) as n"
        )
        connection.execute(
            "insert into mart.catalog_difference (run_id, row_no, title)"
            " select n, 1, 'x' from generate_series(1, 20) as n"
        )
        connection.execute(
            "insert into mart.catalog_facet (run_id, facet, items)"
            " select n, 'all', 1 from generate_series(1, 20) as n"
        )
        connection.execute(
            (SQL / "forget_differences.sql").read_bytes(),
            {"run_id": 20, "pipeline": "opencart_catalog", "source": "opencart"},
        )
        for table in ("catalog_difference", "catalog_facet"):
            kept = connection.execute(
                sql.SQL("select run_id from mart.{} order by run_id").format(sql.Identifier(table))
            )
            assert [run_id for (run_id,) in kept] == list(range(7, 20))


def test_what_a_plan_is_narrowed_by_is_counted_when_it_is_made(shop: PaintShop) -> None:
    run = shop.run(**FIRST)
    counted = shop.rows(
        "select facet, items from mart.catalog_facet inner join ops.run using (run_id) where dag_run_id = %s",
        run.run_id,
    )
    plan = plan_of(shop, run)
    facets = Counter(facet for row in plan for facet in row["facets"])
    assert {row["facet"]: row["items"] for row in counted} == {"all": len(plan), **facets}


@pytest.mark.parametrize("name", ["select_catalog_differences", "select_catalog_actions"])
def test_a_page_of_a_hundred_thousand_rows_is_read_by_its_index(warehouse_url: str, name: str) -> None:
    asked = dict.fromkeys(("facet", "states", "sought", "key", "number", "pattern"))
    asked |= {"run": 1, "after": 99_000, "page_size": 51, "seqs": [1, 2, 3]}
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(
            "insert into ops.run (run_id, pipeline, dag_run_id, trigger) overriding system value"
            " values (1, 'opencart_catalog', 'r', 'manual')"
        )
        connection.execute(
            "insert into mart.catalog_difference (run_id, row_no, title)"
            " select 1, n, 'x' from generate_series(1, 100000) as n"
        )
        connection.execute(
            "insert into ops.action (run_id, seq, pipeline, target, account, kind, key)"
            " select 1, n, 'opencart_catalog', 'keepincrm', 'keepincrm', 'update_material', 'material:' || n"
            " from generate_series(1, 100000) as n"
        )
        connection.execute("analyze mart.catalog_difference, ops.action")
        query = b"explain " + (SQL_DIR / "ui" / f"{name}.sql").read_bytes()
        steps = " ".join(line for (line,) in connection.execute(query, asked).fetchall())
    assert "Index Scan" in steps
    assert "Seq Scan" not in steps
