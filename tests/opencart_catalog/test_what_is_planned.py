"""What the CRM is told of a shop, rule by rule (keepincrm 10, 12, 13)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from include.errors import ConfigError
from include.keepincrm.capabilities import Capabilities, Trial
from include.opencart_catalog.issues import issue
from plugins.steps.opencart_catalog import Catalog
from plugins.steps.opencart_catalog_guards import FewArticles, MassCreate, MassUpdate, ShopEmpty, ShopShrank
from plugins.steps.opencart_catalog_plan import plan
from tests.opencart_catalog.nights import Shop, category, item, settings_of

Open = Callable[..., Shop]


def test_a_first_run_creates_what_is_missing_and_a_second_sends_nothing(desk: Shop) -> None:
    desk.put(item("1", "A-1"), item("1#5:7", "A-1-v7", price=Decimal("110.00")), item("2", "B"))
    first = desk.night()
    assert [(action.kind, action.key) for action in first.actions] == [
        ("create_material", "1"),
        ("create_material", "1#5:7"),
        ("create_material", "2"),
    ]
    assert first.writes["create_material", "1#5:7"] == {
        "title": "Товар 1#5:7",
        "price": "110.00",
        "currency": "UAH",
        "sku": "A-1-v7",
        "unit": "шт.",
        "link_url": "https://shop.example.org/index.php?route=product/product&product_id=1",
    }
    assert (first.state, first.counters) == ("success", {"created": 3, "unchanged": 0})
    second = desk.night()
    assert (second.actions, second.counters) == ([], {"unchanged": 3})


def test_a_changed_price_is_one_write_for_each_twin(desk: Shop) -> None:
    twins = [desk.crm.add(sku, title="Старе") for sku in (" sam 1 ", "SAM1", "Sam\u00a01")]
    other = desk.crm.add("SAM-1")
    desk.put(item("1", "Sam1", title="Нове"))
    first = desk.night()
    assert first.writes == {("update_material", f"material:{twin}"): {"title": "Нове"} for twin in twins}
    assert first.codes("1") == ["CATALOG_CHANGED", "CATALOG_TWINS"]
    assert desk.crm.materials[other]["title"] != "Нове"
    desk.change("1", price=Decimal("120.00"))
    second = desk.night()
    assert [action.after for action in second.actions] == [{"price": "120.00", "currency": "UAH"}] * 3
    assert [action.before for action in second.actions] == [{"price": "100.00", "currency": "UAH"}] * 3
    assert {desk.crm.materials[twin]["price"] for twin in twins} == {"120.00"}
    assert {desk.crm.materials[twin]["sku"] for twin in twins} == {" sam 1 ", "SAM1", "Sam\u00a01"}


def test_two_different_items_with_one_article_are_left_alone(desk: Shop) -> None:
    own = desk.crm.add("X1", title="Як було")
    desk.put(item("1", "X 1", title="Перший"), item("2", "x1", title="Другий"), item("3", "Y"))
    night = desk.night()
    assert set(night.writes) == {("create_material", "3")}
    assert night.counters == {"created": 1, "quarantined": 2, "unchanged": 0}
    assert night.state == "partial"
    assert [other["identity"] for other in night.log["1"].details["others"]] == ["1", "2"]
    assert desk.crm.materials[own]["title"] == "Як було"


def test_two_copies_of_one_item_are_one(desk: Shop) -> None:
    desk.put(item("7", "X", title="Те саме"), item("3", "x", title="Те саме"))
    night = desk.night()
    assert set(night.writes) == {("create_material", "3")}
    assert night.counters == {"created": 1, "repeated": 1, "unchanged": 0}


def test_of_two_different_items_the_older_wins_if_the_settings_say_so(open_desk: Open) -> None:
    desk = open_desk(items={"site_conflict": "lowest_product_id"})
    desk.put(item("20", "X"), item("3", "X", title="Перший"))
    night = desk.night()
    assert set(night.writes) == {("create_material", "3")}
    assert night.codes("20") == ["CATALOG_PASSED_OVER"]


def test_an_item_without_an_article_is_not_created(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 30)), item("99"))
    night = desk.night()
    assert night.log["99"].outcome == "refused"
    assert ("create_material", "99") not in night.writes


def test_a_link_outlives_a_change_of_the_article(desk: Shop) -> None:
    desk.put(item("1", "OLD"))
    desk.night()
    desk.put(item("1", "NEW"))
    assert desk.night().writes == {}
    (link,) = desk.links()
    desk.change("1", title="Інша назва")
    assert desk.night().writes == {("update_material", f"material:{link[1]}"): {"title": "Інша назва"}}


def test_the_article_of_a_material_says_whose_it_is_before_any_link(desk: Shop) -> None:
    desk.put(item("1", "SAM1", title="Перший"), item("2", "SAM2", title="Другий"))
    desk.night()
    of = {record["sku"]: number for number, record in desk.crm.materials.items()}
    desk.put(item("1", "SAM2", title="Перший"), item("2", "SAM1", title="Другий"))
    night = desk.night()
    assert night.writes == {
        ("update_material", f"material:{of['SAM2']}"): {"title": "Перший"},
        ("update_material", f"material:{of['SAM1']}"): {"title": "Другий"},
    }
    assert desk.links() == {("1", of["SAM2"]), ("2", of["SAM1"])}


def test_a_deleted_material_is_created_again_and_told_of(desk: Shop) -> None:
    desk.put(item("1", "A"))
    desk.night()
    desk.crm.remove(*desk.crm.materials)
    night = desk.night()
    assert night.codes("1") == ["CATALOG_NEW", "CATALOG_RECREATED"]
    assert len(desk.links()) == 1
    assert desk.night().writes == {}


def test_a_deleted_material_stays_deleted_if_the_settings_say_so(open_desk: Open) -> None:
    desk = open_desk(crm={"recreate_deleted": False})
    desk.put(item("1", "A"))
    desk.night()
    desk.crm.remove(*desk.crm.materials)
    for _ in range(2):
        night = desk.night()
        assert (night.writes, night.log["1"].outcome) == ({}, "deleted")


def test_a_deleted_twin_is_not_missed(desk: Shop) -> None:
    first, second = desk.crm.add("A", title="Товар 1"), desk.crm.add("a", title="Товар 1")
    desk.put(item("1", "A"))
    desk.night()
    desk.crm.remove(first)
    assert desk.night().writes == {}
    assert desk.links() == {("1", second)}


def test_a_special_starts_runs_and_ends_over_four_nights(desk: Shop) -> None:
    own = desk.crm.add("A", title="Товар 1", named_custom_prices={"Опт": "90"})
    desk.put(item("1", "A"))
    key = f"material:{own}"
    assert desk.night().writes == {}
    dates = {"special_from": date(2026, 11, 3), "special_to": date(2026, 11, 4)}
    desk.change("1", special=Decimal("80.00"), **dates)
    assert desk.night().writes == {
        ("update_material", key): {"named_prices": {"Акційна ціна": "80.00"}},
        ("set_custom_fields", key): {"Акція з": "2026-11-03", "Акція по": "2026-11-04"},
    }
    assert desk.night().writes == {}
    desk.change("1", special=None, special_from=None, special_to=None)
    assert desk.night().writes == {
        ("update_material", key): {"named_prices": {"Акційна ціна": None}},
        ("set_custom_fields", key): {"Акція з": None, "Акція по": None},
    }
    assert desk.night().writes == {}
    assert desk.crm.materials[own]["named_custom_prices"] == {"Опт": "90"}


def test_the_sale_price_follows_the_special_if_the_settings_say_so(open_desk: Open) -> None:
    desk = open_desk(crm={"special_target": "price"})
    own = desk.crm.add("A", title="Товар 1")
    desk.put(item("1", "A", special=Decimal("80.00")))
    key = ("update_material", f"material:{own}")
    cheaper = {"price": "80.00", "currency": "UAH", "named_prices": {"Звичайна ціна": "100.00"}}
    assert desk.night().writes == {key: cheaper}
    assert desk.night().writes == {}
    desk.change("1", special=None)
    usual = {"price": "100.00", "currency": "UAH", "named_prices": {"Звичайна ціна": None}}
    assert desk.night().writes == {key: usual}


def test_a_price_of_none_leaves_that_of_the_crm(desk: Shop) -> None:
    desk.ways(price="comma")
    own = desk.crm.add("A", title="Товар 1", price="55.50")
    desk.put(item("1", "A", price=None))
    assert desk.night().writes == {}
    assert desk.crm.materials[own]["price"] == "55.50"


def test_a_picture_is_compared_with_the_one_last_sent(desk: Shop) -> None:
    desk.put(item("1", "A", images=["https://shop.example.org/image/a.jpg"]))
    desk.night()
    (own,) = desk.crm.materials
    desk.crm.change(own, asset_url="https://files.example.org/copy.jpg")
    assert desk.night().writes == {}
    desk.change("1", images=["https://shop.example.org/image/b.jpg"])
    sent = desk.night().writes
    assert sent == {
        ("update_material", f"material:{own}"): {"asset_url": "https://shop.example.org/image/b.jpg"}
    }


def test_a_picture_whose_file_was_replaced_is_sent_again(desk: Shop) -> None:
    address = "https://shop.example.org/image/a.jpg"
    desk.put(item("1", "A", images=[address]))
    desk.files = {address: "W/1"}
    desk.night()
    (own,) = desk.crm.materials
    assert desk.night().writes == {}
    desk.files = {address: "W/2"}
    assert desk.night().writes == {("update_material", f"material:{own}"): {"asset_url": address}}
    assert desk.night().writes == {}


def test_edits_of_people_are_put_back_or_stay_as_the_settings_say(open_desk: Open) -> None:
    desk = open_desk(crm={"respect_manual": ["title"]})
    own = desk.crm.add("A", title="Товар 1")
    desk.put(item("1", "A"))
    desk.night()
    desk.crm.change(own, title="Краще", price="1.00")
    put_back = {"price": "100.00", "currency": "UAH"}
    assert desk.night().writes == {("update_material", f"material:{own}"): put_back}
    desk.change("1", title="Ще інакше")
    assert desk.night().writes == {}
    desk.crm.change(own, title="Ще інакше")
    assert desk.night().writes == {}
    desk.change("1", title="Знову нове")
    assert desk.night().writes == {("update_material", f"material:{own}"): {"title": "Знову нове"}}


def test_texts_that_differ_in_entities_blanks_and_composition_are_the_same(open_desk: Open) -> None:
    desk = open_desk(crm={"description_target": "Опис"})
    told = {"Опис": "<p class='b' id=\"a\">Їжак &amp; ко</p>"}
    desk.crm.add("A", title="Кабель  30&quot; й", price="100", custom_fields=told)
    html = '<p id="a"  class="b">\n Їжак &amp; ко</p>'
    desk.put(item("1", "A", title='Кабель 30" и\u0306', description=html))
    assert desk.night().writes == {}


def test_descriptions_and_pictures_go_to_custom_fields_after_the_create(open_desk: Open) -> None:
    desk = open_desk(crm={"description_target": "Опис", "images_target": "Фото"})
    desk.put(item("1", "A", description="<p>Так</p>", images=["https://a.example/1", "https://a.example/2"]))
    night = desk.night()
    assert night.writes["set_custom_fields", "item:1"] == {
        "Опис": "<p>Так</p>",
        "Фото": "https://a.example/1 https://a.example/2",
    }
    assert [action.kind for action in night.actions] == ["create_material", "set_custom_fields"]
    assert desk.night().writes == {}


def test_without_custom_fields_the_plan_works_and_says_so(open_desk: Open) -> None:
    desk = open_desk(crm={"description_target": "Опис"})
    desk.able = Capabilities(trials={"custom_fields": Trial(False, 2, "2026-11-01")})
    desk.put(item("1", "A", description="<p>Так</p>", special=Decimal("80.00")))
    night = desk.night()
    assert [action.kind for action in night.actions] == ["create_material"]
    assert night.codes("crm") == ["CATALOG_FIELDS_OFF"]
    assert night.state == "success"


def test_a_custom_field_nobody_has_defined_is_left_out(open_desk: Open) -> None:
    desk = open_desk(crm={"description_target": "Опис"}, fields=("Акція з", "Акція по"))
    desk.crm.add("Z")
    desk.put(item("1", "A", description="<p>Так</p>"))
    night = desk.night()
    assert [action.kind for action in night.actions] == ["create_material"]
    assert night.log["crm"].details == {"fields": ["Опис"]}


def test_what_lists_do_not_show_is_compared_with_what_was_sent(desk: Shop) -> None:
    desk.ways(list_shows="plain")
    desk.put(item("1", "A", special=Decimal("80.00"), special_from=date(2026, 11, 1)))
    desk.night()
    assert desk.night().writes == {}
    desk.change("1", special=Decimal("70.00"))
    (after,) = desk.night().writes.values()
    assert after == {"named_prices": {"Акційна ціна": "70.00"}}


def test_missing_categories_are_created_from_the_top_and_known_ones_found_by_name(desk: Shop) -> None:
    desk.crm.add_categories({"id": 11, "name": "фарби "}, {"id": 12, "name": "Фарби"})
    path = ("Фарби", "Емалі", "Білі")
    desk.categories = {n: category(n, *path[:n], parent_id=n - 1 or None) for n in (1, 2, 3)}
    desk.put(item("1", "A", shop_category_id=3), item("2", "B", shop_category_id=1), item("3", "C"))
    night = desk.night()
    assert [action.key for action in night.actions[:2]] == ["category:2", "category:3"]
    assert night.writes["create_category", "category:2"] == {
        "shop_category_id": 2,
        "name": "Емалі",
        "path": ["Фарби", "Емалі"],
        "parent_shop_category_id": None,
        "parent_id": 11,
    }
    assert night.writes["create_category", "category:3"]["parent_shop_category_id"] == 2
    assert night.writes["create_material", "1"]["shop_category_id"] == 3
    assert night.writes["create_material", "1"]["category_id"] == 11
    assert night.writes["create_material", "2"]["category_id"] == 11
    assert "category_id" not in night.writes["create_material", "3"]
    assert night.codes("category:1") == ["CATALOG_CATEGORY_TWINS"]
    desk.crm.add_categories({"id": 11, "name": "Перейменовано"})
    desk.put(item("4", "D", shop_category_id=3))
    (after,) = desk.night().writes.values()
    leaf = next(own["id"] for own in desk.crm.categories.values() if own["name"] == "Білі")
    assert after["category_id"] == leaf


def test_two_categories_of_one_path_are_created_once(desk: Shop) -> None:
    desk.categories = {1: category(1, "Інше"), 2: category(2, "Інше")}
    desk.put(item("1", "A", shop_category_id=1), item("2", "B", shop_category_id=2))
    night = desk.night()
    assert [action.key for action in night.actions if action.kind == "create_category"] == ["category:1"]
    assert len({material["category_id"] for material in desk.crm.materials.values()}) == 1


def test_where_categories_cannot_be_created_the_nearest_one_is_taken(open_desk: Open) -> None:
    desk = open_desk(crm={"default_category": 90})
    desk.able = Capabilities(trials={"categories": Trial(False, 2, "2026-11-01")})
    desk.crm.add_categories({"id": 11, "name": "Фарби"}, {"id": 90, "name": "Різне"})
    desk.categories = {
        1: category(1, "Фарби"),
        2: category(2, "Фарби", "Емалі", parent_id=1),
        3: category(3, "Лак"),
    }
    desk.put(item("1", "A", shop_category_id=2), item("2", "B", shop_category_id=3), item("3", "C"))
    night = desk.night()
    placed = {key: after["category_id"] for (_, key), after in night.writes.items()}
    assert placed == {"1": 11, "2": 90, "3": 90}
    assert night.codes("category:2") == ["CATALOG_CATEGORY_MISSING"]


def test_a_flat_list_of_categories_is_believed_at_the_root_alone(desk: Shop) -> None:
    desk.ways(category_parents=False)
    desk.crm.add_categories({"id": 11, "name": "Фарби"}, {"id": 12, "name": "Емалі"})
    desk.categories = {1: category(1, "Фарби"), 2: category(2, "Фарби", "Емалі", parent_id=1)}
    desk.put(item("1", "A", shop_category_id=2))
    night = desk.night()
    assert night.writes["create_material", "1"]["category_id"] == 11
    assert [action.kind for action in night.actions] == ["create_material"]


def test_categories_are_renamed_and_materials_moved_only_if_the_settings_say_so(open_desk: Open) -> None:
    for moves in (False, True):
        desk = open_desk(crm={"rename_categories": moves, "move_existing": moves})
        desk.warehouse.connection.execute("truncate mart.catalog_category_link, mart.catalog_link")
        desk.crm.add_categories({"id": 11, "name": "Фарби"})
        desk.categories = {1: category(1, "Фарби")}
        own = desk.crm.add("A", title="Товар 1")
        desk.put(item("1", "A", shop_category_id=1))
        moved = {("update_material", f"material:{own}"): {"category_id": 11}} if moves else {}
        assert desk.night().writes == moved
        desk.categories = {1: category(1, "Лаки")}
        renamed = {("rename_category", "crm_category:11"): {"name": "Лаки"}} if moves else {}
        assert desk.night().writes == renamed


def test_an_absent_item_is_told_of_and_nothing_else(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 41)))
    desk.night()
    del desk.items["1"]
    desk.change("2", active=False)
    for _ in range(5):
        night = desk.night()
        assert (night.writes, night.counters) == ({}, {"absent": 2, "unchanged": 38})


@pytest.mark.parametrize(
    ("on_absent", "after"), [("irrelevant", {"irrelevant": True}), ("category:70", {"category_id": 70})]
)
def test_an_absent_item_is_retired_by_the_third_whole_run_and_comes_back(
    open_desk: Open, on_absent: str, after: dict[str, Any]
) -> None:
    desk = open_desk(crm={"on_absent": on_absent})
    desk.crm.add_categories({"id": 70, "name": "Архів"}, {"id": 71, "name": "Фарби"})
    desk.categories = {1: category(1, "Фарби")}
    desk.put(*(item(str(number), f"A{number}", shop_category_id=1) for number in range(1, 41)))
    desk.night()
    own = dict(desk.links())["1"]
    gone = desk.items.pop("1")
    assert desk.night().writes == {}
    assert desk.night(dry_run=True).writes == {}  # neither this
    assert desk.night(only_articles=["A2"]).writes == {}  # nor this counts
    assert desk.night().writes == {}
    night = desk.night(days=0)
    assert night.writes == {("retire_material", f"material:{own}"): after}
    assert night.log["1"].outcome == "retired"
    assert desk.night().writes == {}
    desk.put(gone)
    night = desk.night()
    back = {"irrelevant": False} if on_absent == "irrelevant" else {"category_id": 71}
    assert night.writes == {("update_material", f"material:{own}"): back}
    assert "CATALOG_REAPPEARED" in night.codes("1")
    assert desk.night().writes == {}


def test_what_people_bring_back_is_not_retired_again(open_desk: Open) -> None:
    desk = open_desk(crm={"on_absent": "irrelevant"}, guards={"absent_after_runs": 1})
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 41)))
    desk.night()
    own = dict(desk.links())["1"]
    del desk.items["1"]
    assert len(desk.night().writes) == 1
    desk.crm.change(own, irrelevant=False)
    assert desk.night().writes == {}


def test_when_many_items_are_gone_none_is_retired(open_desk: Open) -> None:
    desk = open_desk(crm={"on_absent": "irrelevant"}, guards={"absent_after_runs": 1})
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 21)))
    desk.night()
    del desk.items["1"]
    night = desk.night()
    assert night.codes("1") == ["CATALOG_ABSENT", "CATALOG_ABSENT_TOO_MANY"]
    assert len(desk.night(allow_mass_absent=True).writes) == 1


def test_what_the_settings_leave_out_is_not_absent(open_desk: Open) -> None:
    desk = open_desk(crm={"on_absent": "irrelevant"}, guards={"absent_after_runs": 1})
    desk.categories = {20: category(20, "Фарби"), 21: category(21, "Лаки")}
    many = [item(str(number), f"A{number}", shop_category_id=20) for number in range(100, 180)]
    desk.put(item("1", "A", shop_category_id=20), item("1#5:7", "A-v7", shop_category_id=20), *many)
    desk.put(item("2", "B", shop_category_id=21))
    desk.night()
    desk.settings = settings_of(
        crm={"on_absent": "irrelevant"},
        guards={"absent_after_runs": 1},
        items={"base_only_categories": [20], "exclude_categories": [21]},
    )
    del desk.items["1#5:7"], desk.items["2"]
    night = desk.night()
    assert night.writes == {}
    assert {night.log[key].outcome for key in ("1#5:7", "2")} == {"unlisted"}


def test_a_material_without_an_article_is_told_of_or_adopted(open_desk: Open) -> None:
    for adopts in (False, True):
        desk = open_desk(crm={"adopt_by_title": adopts})
        desk.warehouse.connection.execute("truncate mart.catalog_link")
        own = desk.crm.add(None, title="Товар  1")
        desk.put(item("1", "A-1"))
        night = desk.night()
        if adopts:
            assert night.writes == {("update_material", f"material:{own}"): {"sku": "A-1"}}
            assert "CATALOG_ADOPTED" in night.codes("1")
            assert desk.links() == {("1", own)}
        else:
            assert set(night.writes) == {("create_material", "1")}
            assert night.codes(f"material:{own}") == ["CATALOG_TITLE_WITHOUT_SKU"]


def test_a_title_that_is_not_the_only_one_adopts_nothing(open_desk: Open) -> None:
    desk = open_desk(crm={"adopt_by_title": True})
    desk.crm.add(None, title="Товар 1")
    desk.crm.add("Z", title="Товар 1")
    desk.put(item("1", "A-1"))
    assert set(desk.night().writes) == {("create_material", "1")}


def test_look_alikes_are_told_of(desk: Shop) -> None:
    cyrillic = desk.crm.add("А1")
    desk.crm.add("0072")
    handmade = desk.crm.add("HAND", title="Фарба біла 1л")
    desk.put(item("1", "A1"), item("2", "72"), item("3#5:7", "F-v7", title="Фарба (Колір: Біла, Об'єм: 1 л)"))
    night = desk.night()
    looks = night.log["lookalike:a1"].details
    assert looks["keys"] == ["a1", "а1"]
    assert [own["identity"] for own in looks["items"]] == ["1"]
    assert [own["material_id"] for own in looks["materials"]] == [cyrillic]
    assert "lookalike:72" in night.log
    assert night.codes(f"material:{handmade}") == ["CATALOG_SIMILAR_TITLE"]
    assert len(night.writes) == 3


def test_while_the_crm_moves_nothing_is_created(desk: Shop) -> None:
    own = desk.crm.add("A", title="Старе")
    for number in range(30):
        desk.crm.add(f"ZZ-{number}", title=f"Чуже {number}")
    for _ in range(2):  # the list is read twice
        desk.crm.control.at_page(2, add=[{"title": "Щойно додане", "sku": "ZZ-NEW"}])
    desk.put(item("1", "A"), item("2", "B"))
    night = desk.night()
    assert set(night.writes) == {("update_material", f"material:{own}")}
    assert night.counters == {"updated": 1, "postponed": 1, "unchanged": 0}
    assert night.codes("crm") == ["CATALOG_SNAPSHOT_UNSTABLE"]


def test_issues_of_the_shop_are_told_with_their_items(desk: Shop) -> None:
    desk.put(item("1#5:7", "A"), item("2", "B"))
    desk.issues = [
        issue("CATALOG_UNKNOWN_PREFIX", 1, prefix="="),
        issue("CATALOG_NO_PRICE", 2, "2"),
        issue("CATALOG_CATEGORY_ORPHAN", category_id=5),
    ]
    desk.night()
    night = desk.night()
    assert (night.codes("1#5:7"), night.log["1#5:7"].outcome) == (["CATALOG_UNKNOWN_PREFIX"], "unchanged")
    assert night.log["1#5:7"].details["issues"] == [{"code": "CATALOG_UNKNOWN_PREFIX", "prefix": "="}]
    assert night.codes("2") == ["CATALOG_NO_PRICE"]
    assert night.codes("category:5") == ["CATALOG_CATEGORY_ORPHAN"]
    assert night.counters == {"unchanged": 2}


def test_a_person_may_name_articles_a_mode_and_a_limit(desk: Shop) -> None:
    old = desk.crm.add("OLD", title="Старе")
    desk.put(item("1", "OLD"), item("2", "A"), item("3", "B"))
    update = ("update_material", f"material:{old}")
    only = desk.night(dry_run=True, only_articles=[" a ", "нема"])
    assert set(only.writes) == {("create_material", "2")}
    assert only.counters == {"created": 1, "out_of_scope": 2, "unchanged": 0}
    assert only.codes("article:нема") == ["CATALOG_ARTICLE_UNKNOWN"]
    assert set(desk.night(dry_run=True, mode="update").writes) == {update}
    assert len(desk.night(dry_run=True, mode="create").writes) == 2
    limited = desk.night(dry_run=True, limit=2)
    assert set(limited.writes) == {update, ("create_material", "2")}
    assert limited.counters == {"created": 1, "updated": 1, "out_of_scope": 1, "unchanged": 0}


def test_a_dry_run_plans_what_the_real_run_sends(desk: Shop) -> None:
    desk.crm.add("A", title="Старе")
    desk.put(item("1", "A"), item("2", "B", special=Decimal("5.00"), special_from=date(2026, 1, 1)))
    dry = desk.night(dry_run=True)
    assert {action.state for action in dry.actions} == {"skipped"}
    assert desk.links() == set()
    real = desk.night()
    assert (real.writes, real.counters) == (dry.writes, dry.counters)


def test_a_run_stops_at_a_shop_that_is_empty_or_shrunk_or_without_articles(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 11)))
    desk.night()
    everything = dict(desk.items)
    desk.items = {}
    assert _refused(desk, ShopEmpty)
    desk.items = dict(list(everything.items())[:7])
    assert _refused(desk, ShopShrank)
    desk.items = dict(list(everything.items())[:8])
    assert desk.night().state == "success"
    desk.items = everything
    desk.put(item("11"))
    assert _refused(desk, FewArticles)


def test_a_run_stops_at_a_plan_that_changes_too_much(desk: Shop) -> None:
    for number in range(10):
        desk.crm.add(f"A{number}", title=f"Товар {number}")
    desk.put(*(item(str(number), f"A{number}") for number in range(2, 13)))
    desk.put(item("1", "A1"))
    assert _refused(desk, MassCreate, allow_mass_create=False)
    del desk.items["12"]
    for number in range(1, 7):
        desk.change(str(number), title="Нове")
    run_id = _refused(desk, MassUpdate, allow_mass_update=False, allow_mass_create=False)
    assert {action.state for action in desk.actions(run_id)} == {"skipped"}
    desk.change("6", title="Товар 6")
    assert len(desk.night(allow_mass_update=False, allow_mass_create=False).writes) == 7


def test_what_was_sent_before_a_crash_is_not_sent_again(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 6)))
    job = desk.begin()
    desk.stage(job)
    plan(desk.warehouse, job)
    desk.send(job, most=2)
    plan(desk.warehouse, job)  # from what was staged before
    desk.send(job, most=1)
    desk.settle(job)
    desk.stage(job)
    plan(desk.warehouse, job)  # from what the CRM holds by now
    desk.send(job)
    night = desk.end(job)
    assert len(desk.crm.materials) == 5
    assert desk.crm.control.counts() == {"created": 5}
    assert night.counters == {"created": 5, "unchanged": 0}
    assert desk.night().writes == {}


def test_a_refused_write_is_made_again_when_its_run_is_cleared(desk: Shop) -> None:
    own = desk.crm.add("B", title="Старе")
    desk.put(item("1", "A"), item("2", "B"))
    desk.refuse("create", "A")
    desk.refuse("update", str(own))
    job = desk.begin()
    desk.stage(job)
    plan(desk.warehouse, job)
    desk.send(job)
    assert {action.state for action in desk.actions(job.run_id)} == {"failed"}
    desk.settle(job)
    desk.stage(job)
    plan(desk.warehouse, job)
    desk.send(job)
    night = desk.end(job)
    assert (night.state, night.counters) == ("success", {"created": 1, "updated": 1, "unchanged": 0})
    assert desk.crm.materials[own]["title"] == "Товар 2"
    assert desk.night().writes == {}


def test_a_few_refusals_are_told_and_many_fail_the_run(desk: Shop) -> None:
    desk.put(*(item(str(number), f"A{number}") for number in range(1, 202)))
    desk.refuse("create", "A1", "назва не годиться")
    desk.refuse("create", "A2", "так не можна")
    night = desk.night()
    assert (night.state, night.counters["failed"]) == ("partial", 2)
    assert "назва не годиться" in night.log["1"].details["error"]
    desk.put(item("300", "Z1"), item("301", "Z2"))
    desk.refuse("create", "A1", "ні")
    night = desk.night()
    assert (night.state, night.counters) == ("failed", {"created": 3, "failed": 1, "unchanged": 199})
    assert len(desk.links()) == 202


def test_a_category_of_the_settings_has_to_be_there(open_desk: Open) -> None:
    desk = open_desk(crm={"default_category": 90})
    desk.put(item("1", "A"))
    with pytest.raises(ConfigError, match="default_category"):
        desk.night()


def _refused(desk: Shop, why: type[Exception], **scope: Any) -> int:
    job = desk.begin(**scope)
    with pytest.raises(why) as refusal:
        _plan(desk, job)
    desk.warehouse.connection.execute(
        "update ops.run set state = 'failed', error = %s where run_id = %s", [str(refusal.value), job.run_id]
    )
    return job.run_id


def _plan(desk: Shop, job: Catalog) -> None:
    desk.stage(job)
    plan(desk.warehouse, job)
