"""Which material an item is: of which account and which shop, and for how long (keepincrm Q6a, Q31)."""

from collections.abc import Callable

import pytest

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
    desk.put(item("42", "A-VERY-LONG-ARTICLE"))
    desk.night()
    ((_, own),) = desk.links()
    desk.crm.change(own, sku="A-VERY-LONG")  # cut before anybody has read it back
    assert [desk.night().writes for _ in range(2)] == [{}, {}]
    assert desk.links() == {("42", own)}


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
