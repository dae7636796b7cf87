"""Which material an item is: of which account and which shop, and for how long (keepincrm Q6a, Q31)."""

from collections.abc import Callable
from typing import Any

import pytest

from include.opencart_catalog.article import article_key
from plugins.steps.keepincrm_capabilities import keep, known
from plugins.steps.opencart_catalog_guards import LinksLost
from plugins.steps.opencart_catalog_plan import plan
from tests.opencart_catalog.nights import Shop, category, item, settings_of

Open = Callable[..., Shop]


def of_account(desk: Shop, name: str) -> None:
    """Let the settings name another connection to KeepinCRM."""
    desk.settings = settings_of(crm={"connection": name})


def test_another_account_is_met_by_articles_alone(desk: Shop) -> None:
    desk.categories = {1: category(1, "Фарби")}
    desk.put(item("42", "SAM1", shop_category_id=1))
    desk.night()
    ((_, own),) = desk.links()
    (shelf,) = desk.crm.categories
    of_account(desk, "keepincrm_live")  # where the same numbers are something else
    desk.crm.change(own, sku=None, title="Пензель", price="12.00", category_id=None)
    desk.crm.add_categories({"id": shelf, "name": "Пензлі"})
    night = desk.night()
    assert {kind for kind, _ in night.writes} == {"create_category", "create_material"}
    assert desk.crm.materials[own]["title"] == "Пензель"
    links = "select account, crm_category_id = %s as is_first from mart.catalog_category_link order by 1"
    assert desk.rows(links, shelf) == [("keepincrm", True), ("keepincrm_live", False)]
    of_account(desk, "keepincrm")
    assert desk.begin().account == "keepincrm"
    kept = desk.rows("select account, count(*) from mart.catalog_link group by account order by account")
    assert kept == [("keepincrm", 1), ("keepincrm_live", 1)]


def test_what_an_account_can_do_is_not_believed_of_another(desk: Shop) -> None:
    job = desk.begin()
    keep(
        desk.warehouse, job, known(desk.warehouse, job).learnt("categories", False, job.today, for_good=True)
    )
    of_account(desk, "keepincrm_live")
    other = job._replace(settings=desk.settings)
    assert not known(desk.warehouse, job).can("categories", job.today)
    assert known(desk.warehouse, other).can("categories", job.today)


def test_another_shop_has_items_of_its_own(desk: Shop) -> None:
    desk.put(item("42", "SAM1"))
    desk.night()
    ((_, own),) = desk.links()
    desk.settings = settings_of(shop={"connection": "opencart_tools"})
    desk.items = {}
    desk.put(item("42", "DRILL", title="Дриль"))
    assert set(desk.night().writes) == {("create_material", "42")}
    assert desk.crm.materials[own]["title"] == "Товар 42"
    items = desk.rows("select source, article from mart.catalog_item where active order by source")
    assert items == [("opencart", "SAM1"), ("opencart_tools", "DRILL")]


def test_a_material_that_people_gave_another_article_is_left_alone(desk: Shop) -> None:
    desk.put(item("42", "SAM1", title="Фарба"))
    desk.night()
    ((_, own),) = desk.links()
    assert desk.night().writes == {}
    desk.crm.change(own, sku="OWN-5", title="Пензель", price="12.00")
    night = desk.night()
    assert set(night.writes) == {("create_material", "42")}
    assert night.codes(f"material:{own}") == ["CATALOG_ARTICLE_CHANGED"]
    assert night.log[f"material:{own}"].details == {
        "material_id": own,
        "sku": "OWN-5",
        "title": "Пензель",
        "items": [{"identity": "42", "article": "SAM1", "title": "Фарба"}],
    }
    assert (desk.crm.materials[own]["title"], desk.crm.materials[own]["price"]) == ("Пензель", "12.00")
    quiet = desk.night()
    assert (quiet.writes, quiet.log) == ({}, {})


def test_nor_is_it_retired_when_its_old_item_is_gone(open_desk: Open) -> None:
    desk = open_desk(crm={"on_absent": "irrelevant"}, guards={"absent_after_runs": 1})
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 41)))
    desk.night()
    desk.night()
    own = dict(desk.links())["1"]
    del desk.items["1"]
    desk.crm.change(own, sku="OWN-5")
    assert desk.night().writes == {}
    assert "irrelevant" not in {change for change, value in desk.crm.materials[own].items() if value is True}


def test_a_material_follows_its_item_when_the_shop_renames_the_article(desk: Shop) -> None:
    desk.put(item("42", "SAM1"))
    desk.night()
    ((_, own),) = desk.links()
    desk.night()
    desk.change("42", article="SAM2", key="sam2", title="Нова назва")
    assert desk.night().writes == {("update_material", f"material:{own}"): {"title": "Нова назва"}}
    desk.change("42", article="SAM3", key="sam3")
    assert desk.night().writes == {}
    desk.crm.change(own, sku=None)
    desk.change("42", title="Ще одна назва")
    assert set(desk.night().writes) == {("update_material", f"material:{own}")}


def test_what_the_crm_itself_makes_of_an_article_is_no_other_one(desk: Shop) -> None:
    desk.ways(articles="cut")
    desk.put(item("42", "A-VERY-LONG-ARTICLE"))
    desk.night()
    ((_, own),) = desk.links()
    assert [desk.night().writes for _ in range(2)] == [{}, {}]
    assert desk.links() == {("42", own)}


def test_an_article_that_people_change_before_it_was_ever_read_is_seen_too(desk: Shop) -> None:
    desk.put(item("42", "SAM1"))
    desk.night()
    ((_, own),) = desk.links()
    desk.crm.change(own, sku="OWN-5", title="Пензель")
    night = desk.night()
    assert set(night.writes) == {("create_material", "42")}
    assert night.codes(f"material:{own}") == ["CATALOG_ARTICLE_CHANGED"]
    assert desk.crm.materials[own]["title"] == "Пензель"


@pytest.mark.parametrize(
    ("sku", "is_own"), [("OWN-5", False), ("SAM1", True), ("sam 1", True), (None, True)], ids=str
)
def test_what_an_upgraded_warehouse_does_not_know_is_not_made_up(
    desk: Shop, sku: str | None, is_own: bool
) -> None:
    desk.put(item("42", "SAM1"))
    desk.night()
    ((_, own),) = desk.links()
    desk.warehouse.connection.execute("update mart.catalog_link set material_key = null, material_sku = null")
    desk.crm.change(own, sku=sku)
    desk.change("42", article="SAM2", key="sam2", title="Нове")
    assert (("update_material", f"material:{own}") in desk.night().writes) is is_own
    assert (("42", own) in desk.links()) is is_own


def test_a_rule_that_spells_keys_otherwise_makes_no_other_material(desk: Shop) -> None:
    cyrillic = "САМ"
    desk.put(item("42", f"{cyrillic}1"))
    desk.night()
    ((_, own),) = desk.links()
    desk.night()
    desk.change("42", article=f"{cyrillic}2", key=article_key(f"{cyrillic}2"))
    assert desk.night().writes == {}
    desk.settings = settings_of(items={"fold_lookalikes": True})
    desk.change("42", key=article_key(f"{cyrillic}2", fold_lookalikes=True))
    night = desk.night()
    assert (night.writes, desk.links()) == ({}, {("42", own)})
    assert f"material:{own}" not in night.log


def another_account(desk: Shop, number: int) -> None:
    """Let the connection's key lead to an account with the same numbers, half of them without an article."""
    desk.put(*(item(str(each), f"A{each}") for each in range(number)))
    desk.night()
    desk.night()
    for own in sorted(desk.crm.materials):
        desk.crm.change(own, sku=f"LIVE-{own}" if own % 2 else None, title="Чуже")


def test_an_account_with_the_same_numbers_is_another_one_all_the_same(desk: Shop) -> None:
    another_account(desk, 30)
    job = desk.begin()
    desk.stage(job)
    with pytest.raises(LinksLost, match="немає 30 з 30 товарів"):
        plan(desk.warehouse, job)
    assert desk.actions(job.run_id) == []


def test_nor_are_few_materials_without_an_article_believed_there(desk: Shop) -> None:
    another_account(desk, 10)
    strange = set(desk.crm.materials)
    night = desk.night()
    assert {kind for kind, _ in night.writes} == {"create_material"}
    assert {desk.crm.materials[own]["title"] for own in strange} == {"Чуже"}
    assert len(night.writes) == len(strange) == 10
    assert desk.night().writes == {}


def test_articles_that_people_have_taken_away_stop_one_run(desk: Shop) -> None:
    desk.put(*(item(str(each), f"A{each}") for each in range(30)))
    desk.night()
    for own in sorted(desk.crm.materials)[:25]:
        desk.crm.change(own, sku=None)
    job = desk.begin()
    desk.stage(job)
    with pytest.raises(LinksLost):
        plan(desk.warehouse, job)
    desk.warehouse.connection.execute("update ops.run set state = 'failed' where run_id = %s", [job.run_id])
    assert desk.night(allow_lost_links=True).writes == {}
    assert desk.night().writes == {}


def test_what_another_shop_of_the_account_sells_is_not_retired(open_desk: Open) -> None:
    own_rules: dict[str, Any] = {"crm": {"on_absent": "irrelevant"}, "guards": {"absent_after_runs": 1}}
    desk = open_desk(**own_rules)
    desk.put(*(item(str(each), f"A{each}") for each in range(1, 41)))
    desk.night()
    first, first_items = desk.settings, dict(desk.items)
    desk.settings = settings_of(shop={"connection": "opencart_tools"}, **own_rules)
    desk.items = {}
    desk.put(item("7", "A1", title="Товар 1"), item("8", "A2", title="Товар 2"))
    desk.night()
    desk.settings, desk.items = first, first_items
    del desk.items["1"]
    for _ in range(2):
        assert not [kind for kind, _ in desk.night().writes if kind == "retire_material"]
    del desk.items["3"]
    assert [kind for kind, _ in desk.night().writes if kind == "retire_material"] == ["retire_material"]


def test_when_most_linked_materials_are_lost_nothing_is_planned(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 31)))
    desk.night()
    desk.crm.remove(*sorted(desk.crm.materials)[:21])
    job = desk.begin()
    desk.stage(job)
    with pytest.raises(LinksLost, match="немає 21 з 30 товарів"):
        plan(desk.warehouse, job)
    assert desk.actions(job.run_id) == []
    desk.warehouse.connection.execute("update ops.run set state = 'failed' where run_id = %s", [job.run_id])
    assert len(desk.night(dry_run=True).writes) == 21  # to be looked at
    assert len(desk.night(allow_lost_links=True).writes) == 21
    assert desk.night().writes == {}


def test_that_they_are_lost_stops_one_run_and_not_every_night_after(open_desk: Open) -> None:
    desk = open_desk(crm={"recreate_deleted": False})
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 31)))
    desk.night()
    desk.crm.remove(*sorted(desk.crm.materials)[:21])
    assert desk.night(allow_lost_links=True).counters == {"deleted": 21, "unchanged": 9}
    assert desk.night().counters == {"deleted": 21, "unchanged": 9}


def test_a_few_lost_materials_stop_nothing(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 31)))
    desk.night()
    desk.crm.remove(*sorted(desk.crm.materials)[:20])
    assert len(desk.night().writes) == 20


def test_a_material_deleted_after_the_plan_was_made_is_no_failure(desk: Shop) -> None:
    own, other = (desk.crm.add(sku, title="Старе") for sku in ("A1", "A2"))
    desk.put(item("1", "A1"), item("2", "A2"))
    job = desk.begin()
    desk.stage(job)
    plan(desk.warehouse, job)
    desk.crm.remove(own)
    desk.send(job)
    night = desk.end(job)
    assert (night.state, night.counters) == ("success", {"deleted": 1, "updated": 1, "unchanged": 0})
    assert "CATALOG_GONE_MEANWHILE" in night.codes("1")
    assert set(desk.night().writes) == {("create_material", "1")}
    assert ("2", other) in desk.links()
