"""What analysts read of the catalogue: the latest plan by fields, and runs whose sums agree."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from plugins.steps.opencart_catalog_plan import plan
from tests.opencart_catalog.nights import Shop, item

CHANGES = """
select kind, identity, article, field, before, after, state from mart.v_catalog_difference order by seq, field
"""
AGREE = """
select outcomes_are_items and log_is_complete and nothing_is_waiting as agrees, items, outcomes, writes
from mart.v_catalog_reconciliation order by run_id
"""


def changes(desk: Shop) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in desk.rows(CHANGES)]


def test_the_latest_plan_of_a_shop_is_told_field_by_field(desk: Shop) -> None:
    own = desk.crm.add("A1", title="Старе", price="100.00")
    desk.put(item("1", "A1", title="Нове"), item("2", "B2", special=Decimal("90.00")))
    first = desk.night()
    told = changes(desk)
    assert ("update_material", "1", "A1", "title", "Старе", "Нове", "done") in told
    assert ("create_material", "2", "B2", "price", None, "100.00", "done") in told
    assert ("create_material", "2", "B2", "named_prices:Акційна ціна", None, "90.00", "done") in told
    materials = desk.rows("select distinct identity, material_id from mart.v_catalog_difference")
    assert {tuple(row) for row in materials} == {
        ("1", own),
        *(link for link in desk.links() if link[0] == "2"),
    }
    desk.change("1", title="Найновіше")
    second = desk.night(dry_run=True)
    assert changes(desk) == [("update_material", "1", "A1", "title", "Нове", "Найновіше", "skipped")]
    assert desk.rows("select distinct run_id, dry_run from mart.v_catalog_difference") == [
        (second.run_id, True)
    ]
    assert first.run_id < second.run_id


def test_a_plan_without_changes_leaves_nothing_to_tell(desk: Shop) -> None:
    desk.put(item("1", "A1"))
    desk.night()
    assert changes(desk)
    desk.night()
    assert changes(desk) == []


def test_the_sums_of_every_run_agree(open_desk: Callable[..., Shop]) -> None:
    desk = open_desk(guards={"max_share_without_article": 0.5, "max_share_failed": 1})
    desk.crm.add("A1", title="Старе")
    desk.put(
        item("1", "A1"), item("2", "B2"), item("3", None), item("4", "X"), item("5", "x", title="Інше"),
        item("6", "REFUSED"),
    )  # fmt: skip
    desk.refuse("create", "REFUSED", "Ні", times=9)
    desk.night()
    desk.night(dry_run=True)
    desk.night(only_articles=["A1"])
    del desk.items["1"]
    desk.night(limit=1)
    rows = desk.rows(AGREE)
    assert len(rows) == 4
    assert [(row.agrees, row.items == row.outcomes) for row in rows] == [(True, True)] * 4
    assert rows[0].items == 6
    assert rows[0].writes == 3
    split = desk.rows("select * from mart.v_catalog_reconciliation order by run_id")[0]
    assert (split.created, split.updated, split.stood_back, split.unfinished) == (1, 1, 3, 1)
    assert (split.writes_done, split.writes_failed) == (2, 1)


def test_what_a_stopped_run_has_left_is_no_fault_of_the_sums(desk: Shop) -> None:
    desk.put(item("1", "A1"), item("2", "A2"))
    job = desk.begin()
    desk.stage(job)
    plan(desk.warehouse, job)
    desk.send(job, most=1)
    desk.warehouse.connection.execute("update ops.run set state = 'failed' where run_id = %s", [job.run_id])
    (row,) = desk.rows("select nothing_is_waiting, writes_waiting from mart.v_catalog_reconciliation")
    assert row.nothing_is_waiting
    assert row.writes_waiting
