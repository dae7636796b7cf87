"""Materials and categories reach the CRM once, whatever breaks: the channels against the simulator."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from include.errors import AccessDenied, TemporaryVendorError, WindowSpent
from plugins.steps import keepincrm_capabilities
from plugins.steps.actions import Applied
from plugins.steps.opencart_account import GONE
from plugins.steps.opencart_categories import NOT_OURS
from sandbox.control import KeepinCRMControl
from tests.plugins.steps.opencart_desk import Desk

LOST = [("timeout", True), ("reset", True), ("cut", True), ("500", True), ("gateway", True), ("html", True)]
NOT_MADE = [("timeout", False), ("reset", False), ("500", False), ("gateway", False)]


def test_categories_go_first_and_materials_go_into_them(desk: Desk, crm: KeepinCRMControl) -> None:
    desk.category(20, "Оливи")
    desk.category(27, "Оливи", "5W", above=20)
    desk.create("42", "OIL-1", shop_category_id=27, price="1250.50", currency="UAH", unit="шт.")
    assert desk.apply() == Applied(3, 0, 0, 0, 0)
    assert crm.categories() == [["Оливи"], ["Оливи", "5W"]]
    (material,) = crm.materials(ids=True)
    assert (material["sku"], material["price"]) == ("OIL-1", "1250.50")
    parent, child = crm.categories(ids=True)
    assert material["category_id"] == child["id"]
    links = desk.rows(
        "select shop_category_id, crm_category_id, path from mart.catalog_category_link order by 1"
    )
    assert links == [(20, parent["id"], ["Оливи"]), (27, child["id"], ["Оливи", "5W"])]
    assert desk.rows("select identity, material_id from mart.catalog_link") == [("42", material["id"])]
    assert desk.responses()["create_material 42"] == {"material_id": material["id"], "sku": "OIL-1"}


def test_a_body_holds_what_is_set_and_nothing_else(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.add_categories({"id": 7, "name": "Оливи"})
    prices = {"Акційна ціна": "9.90"}
    desk.create("1", "A", price="10.00", category_id=7, named_prices=prices)
    desk.create("2", "B")
    desk.create("3", "C", price="10.00", named_prices=prices)
    desk.apply()
    assert [write["body"] for write in crm.writes()] == [
        {"title": "Товар A", "sku": "A", "price": 10, "category_id": 7},
        {"named_custom_prices": {"Акційна ціна": 9.9}},  # apart, until it is known that they are taken
        {"title": "Товар B", "sku": "B"},
        {"title": "Товар C", "sku": "C", "price": 10, "named_custom_prices": {"Акційна ціна": 9.9}},
    ]


def test_what_was_sent_is_remembered_by_field(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.add_fields("Опис", "Акція по")
    crm.add_materials({"id": 300, "sku": "OLD", "title": "Стара"})
    desk.create("1", "A", price="10.00", asset_url="https://shop.example.org/1.jpg")
    desk.plan("update_material", "material:300", {"title": "Нова", "named_prices": {"Акція": None}})
    desk.plan("set_custom_fields", "material:300", {"Опис": "добра", "Акція по": None})
    desk.apply()
    sent = desk.rows("select material_id, field, value from mart.catalog_sent_value order by 1, 2")
    created = desk.responses()["create_material 1"]["material_id"]
    assert sorted(sent) == sorted(
        [
            (300, "custom_fields:Акція по", None),
            (300, "custom_fields:Опис", "добра"),
            (300, "named_prices:Акція", None),
            (300, "title", "Нова"),
            (created, "asset_url", "https://shop.example.org/1.jpg"),
            (created, "price", "10.00"),
            (created, "title", "Товар A"),
        ]
    )


def test_a_retired_material_is_remembered_until_it_comes_back(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.add_categories({"id": 7, "name": "Архів"})
    crm.add_materials({"id": 300, "sku": "A", "title": "A"}, {"id": 301, "sku": "B", "title": "B"})
    desk.plan("retire_material", "material:300", {"irrelevant": True}, {"irrelevant": False})
    desk.plan("retire_material", "material:301", {"category_id": 7}, {"category_id": None})
    desk.apply()
    query = "select material_id, value from mart.catalog_sent_value where field = 'retired' order by 1"
    assert desk.rows(query) == [(300, "irrelevant"), (301, "category::7")]
    assert [material["irrelevant"] for material in crm.materials(ids=True)] == [True, False]
    desk.next_run("second")
    desk.plan("update_material", "material:300", {"irrelevant": False}, {"irrelevant": True})
    desk.apply()
    assert desk.rows(query) == [(301, "category::7")]


def test_a_refused_category_leaves_its_materials_with_the_nearest_one_above(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.add_categories({"id": 7, "name": "Усе"})
    desk.category(20, "Усе", "Оливи", parent_id=7)
    desk.category(27, "Усе", "Оливи", "5W", above=20)
    desk.create("1", "A", shop_category_id=27)
    crm.fault("422", method="create_category", text="назва зайнята")
    assert desk.apply() == Applied(1, 1, 0, 0, 1)
    assert crm.materials(ids=True)[0]["category_id"] == 7
    assert desk.states()["category:27"] == "skipped"


def test_an_account_that_creates_no_categories_is_asked_once_and_nothing_fails(
    open_desk: Callable[..., Desk], crm: KeepinCRMControl
) -> None:
    crm.add_categories({"id": 9, "name": "Інше"})
    crm.set_ways(categories="read_only")
    desk = open_desk(default_category=9)
    for number in (20, 21, 22):
        desk.category(number, f"Категорія {number}")
        desk.create(str(number), f"A-{number}", shop_category_id=number)
    assert desk.apply() == Applied(3, 0, 0, 0, 3)
    assert [call["method"] for call in crm.calls()].count("create_category") == 1
    assert {material["category_id"] for material in crm.materials(ids=True)} == {9}
    assert desk.responses()["create_category category:21"] == {"capability": "categories"}
    assert keepincrm_capabilities.known(desk.warehouse, desk.job).categories_writable is False
    assert events(desk) == ["CAPABILITY_OFF"]


def test_a_category_gets_another_name_and_one_that_is_not_there_fails_nothing(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.add_categories({"id": 7, "name": "Оливи"})
    desk.plan("rename_category", "crm_category:7", {"name": "Мастила"}, {"name": "Оливи"})
    desk.plan("rename_category", "crm_category:8", {"name": "Фарби"}, {"name": "Лаки"})
    assert desk.apply() == Applied(1, 0, 0, 0, 1)
    assert crm.categories() == [["Мастила"]]
    (error,) = desk.rows("select error from ops.action where state = 'skipped'")
    assert error == (NOT_OURS,)


@pytest.mark.parametrize(("fault", "applied"), LOST)
def test_a_create_that_was_carried_out_and_its_answer_lost_is_adopted(
    desk: Desk, crm: KeepinCRMControl, fault: str, applied: bool
) -> None:
    desk.category(20, "Оливи")
    desk.create("1", "A", shop_category_id=20)
    crm.fault(fault, method="create_category", applied=applied)
    crm.fault(fault, method="create", applied=applied)
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert (crm.categories(), desk.articles()) == ([["Оливи"]], ["A"])
    assert len(desk.rows("select from mart.catalog_link")) == 1
    assert len(desk.rows("select from mart.catalog_category_link")) == 1


@pytest.mark.parametrize(("fault", "applied"), NOT_MADE)
def test_a_create_of_which_nothing_is_seen_is_left_in_doubt_and_planned_anew_by_the_next_run(
    desk: Desk, crm: KeepinCRMControl, fault: str, applied: bool
) -> None:
    desk.create("1", "A")
    desk.create("2", "B")
    crm.fault(fault, method="create", applied=applied)
    assert desk.apply() == Applied(1, 0, 1, 0, 0)
    desk.next_run("second")
    assert desk.states() == {"1": "skipped", "2": "done"}
    desk.create("1", "A")
    desk.apply()
    assert desk.articles() == ["A", "B"]


def test_a_create_that_a_killed_run_has_left_behind_is_looked_up_once_it_must_be_there(
    desk: Desk, crm: KeepinCRMControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.create("1", "A")
    killed(desk)
    look_up_after(monkeypatch, 6)
    late = threading.Timer(1.2, lambda: crm.add_materials({"sku": "A", "title": "Товар A"}))
    late.start()
    desk.next_run("second")
    late.join()
    assert desk.states() == {"1": "done"}
    assert len(desk.rows("select from mart.catalog_link")) == 1


def look_up_after(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Let what was sent be looked up so many seconds later."""
    patient = os.environ["AIRFLOW_CONN_KEEPINCRM"].replace('"lookup_pause": 0', f'"lookup_pause": {seconds}')
    monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", patient)


def test_a_create_left_behind_long_ago_is_looked_up_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up_after(monkeypatch, 100)
    desk.create("1", "A")
    killed(desk)
    desk.rows("update ops.action set sent_at = now() - interval '1 hour' returning 1")
    before = time.monotonic()
    desk.next_run("second")
    assert time.monotonic() - before < 60
    assert desk.states() == {"1": "skipped"}


def test_a_create_that_is_carried_out_late_is_found_at_the_end_of_the_run(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A/B")
    crm.set_ways(sku_path="rails")  # no article with a slash is found by its path
    crm.fault("timeout", method="create", applied=True)
    assert desk.apply() == Applied(0, 0, 1, 0, 0)
    assert desk.read_back()["settled"] == 1
    assert desk.states() == {"1": "done"}
    assert len(desk.rows("select from mart.catalog_link")) == 1


def test_what_waits_for_a_category_in_doubt_is_held_for_the_next_run(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.category(20, "Оливи")
    desk.category(27, "Оливи", "5W", above=20)
    desk.create("1", "A", shop_category_id=27)
    desk.create("2", "B", shop_category_id=20)
    desk.plan("set_custom_fields", "item:1", {"Опис": "x"})
    crm.fault("timeout", method="create_category")
    assert desk.apply() == Applied(0, 0, 1, 0, 4)
    waiting = ("create_category category:27", "create_material 1", "set_custom_fields item:1")
    assert [desk.responses()[key] for key in waiting] == [{"waits": True}] * 3
    assert (crm.categories(), desk.articles()) == ([], [])


def test_custom_fields_of_a_material_that_may_have_been_created_wait_until_that_is_known(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A")
    desk.plan("set_custom_fields", "item:1", {"Опис": "x"})
    crm.fault("timeout", method="create")
    assert desk.apply() == Applied(0, 0, 1, 0, 1)
    assert desk.responses()["set_custom_fields item:1"] == {"held": True}
    (error,) = desk.rows("select error from ops.action where key = 'item:1'")
    assert "невідомо, чи створено матеріал" in error[0]


def test_custom_fields_of_a_refused_material_are_told_to_have_none(desk: Desk, crm: KeepinCRMControl) -> None:
    desk.create("1", "A")
    desk.plan("set_custom_fields", "item:1", {"Опис": "x"})
    crm.fault("422", method="create", text="артикул зайнято")
    assert desk.apply() == Applied(0, 1, 0, 0, 1)
    assert desk.responses()["set_custom_fields item:1"] == {"parent": "refused"}
    (error,) = desk.rows("select error from ops.action where key = 'item:1'")
    assert error[0].startswith("Не надіслано: матеріал не створено")


@pytest.mark.parametrize("sku", ["A-1", "A/1", "A.1", "а1", "A 1"])
def test_a_killed_create_that_was_carried_out_is_found_among_all_materials(
    desk: Desk, crm: KeepinCRMControl, sku: str
) -> None:
    crm.set_ways(sku_path="rails")
    crm.add_materials(*({"sku": f"X-{n}", "title": "x"} for n in range(30)))
    desk.create("1", sku)
    killed(desk)
    crm.add_materials({"sku": sku, "title": "Товар"})
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    assert desk.articles().count(sku) == 1


def test_a_killed_create_that_never_left_is_sent_once_all_materials_were_read(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.category(20, "Оливи")
    desk.create("1", "A", shop_category_id=20)
    desk.create("2", "B")
    killed(desk)
    assert desk.apply() == Applied(3, 0, 0, 0, 0)
    assert (crm.categories(), desk.articles()) == ([["Оливи"]], ["A", "B"])
    assert [call["method"] for call in crm.calls()] == [
        *("categories", "by_sku", "by_sku", "materials"),
        *("create_category", "create", "create"),
    ]


def test_while_people_change_the_list_a_killed_create_is_not_sent_again(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.add_materials(*({"id": 500 + n, "sku": f"X-{n}", "title": "x"} for n in range(60)))
    desk.create("1", "A")
    killed(desk)
    for number in (500, 501):
        crm.at_page(2, add=[{"sku": "N", "title": "нова"}], remove=[number])
    assert desk.apply() == Applied(0, 0, 0, 0, 1)
    assert desk.responses() == {"create_material 1": {"held": True}}
    assert "A" not in desk.articles()


def test_while_the_vendor_is_down_no_further_create_is_put_in_doubt(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    for number in range(5):
        desk.create(str(number), f"A-{number}")
    crm.fault("503", times=5)
    assert isinstance(desk.apply(), TemporaryVendorError)
    assert sorted(desk.states().values()) == ["planned"] * 4 + ["uncertain"]
    crm.forget_faults()
    assert desk.apply() == Applied(5, 0, 0, 0, 0)
    assert desk.articles() == [f"A-{number}" for number in range(5)]


def test_an_article_at_which_the_vendor_stumbles_stops_nothing(desk: Desk, crm: KeepinCRMControl) -> None:
    desk.create("1", "A")
    crm.fault("timeout", method="create", applied=True)
    crm.fault("500", method="by_sku", times=50)
    assert desk.apply() == Applied(0, 0, 1, 0, 0)
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    assert desk.articles() == ["A"]


def test_a_refused_create_is_the_records_own_failure_with_the_vendors_words(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A")
    desk.create("2", "B")
    crm.fault("422", method="create", text="артикул зайнято")
    assert desk.apply() == Applied(1, 1, 0, 0, 0)
    (error,) = desk.rows("select error from ops.action where key = '1'")
    assert "артикул зайнято" in error[0]


def test_a_material_deleted_after_the_plan_is_told_so_and_the_others_go_on(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.add_materials({"id": 301, "sku": "B", "title": "B"})
    desk.plan("update_material", "material:300", {"price": "1.00"})
    desk.plan("update_material", "material:301", {"price": "2.00"})
    desk.plan("set_custom_fields", "material:300", {"Опис": "x"})
    desk.plan("retire_material", "material:300", {"irrelevant": True})
    applied = desk.apply()
    assert isinstance(applied, Applied)
    assert (applied.done, applied.failed, applied.skipped) == (1, 0, 3)
    told = desk.rows("select state, http_status, response, error from ops.action where seq = 1")
    assert told == [("skipped", 404, {"gone": True}, GONE)]


@pytest.mark.parametrize("fault", ["timeout", "reset", "cut", "500", "503", "gateway", "html", "429"])
@pytest.mark.parametrize("applied", [True, False])
def test_a_call_that_sets_gets_over_a_fault(
    desk: Desk, crm: KeepinCRMControl, fault: str, applied: bool
) -> None:
    crm.add_materials({"id": 300, "sku": "A", "title": "A"})
    desk.plan("update_material", "material:300", {"price": "1.00"})
    crm.fault(fault, applied=applied)
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    assert crm.materials()[0]["price"] == "1.00"


@pytest.mark.parametrize(
    ("fault", "ends"),
    [("401", AccessDenied), ("402", AccessDenied), ("403", AccessDenied), ("429", WindowSpent)],
)
def test_what_stops_a_run_leaves_the_rest_planned(
    desk: Desk, crm: KeepinCRMControl, fault: str, ends: type
) -> None:
    desk.create("1", "A")
    desk.create("2", "B")
    crm.fault(fault, method="create", after=1)
    assert isinstance(desk.apply(), ends)
    assert desk.states() == {"1": "done", "2": "planned"}
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert desk.articles() == ["A", "B"]


def test_a_refused_write_that_is_planned_anew_in_the_same_run_is_sent(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.add_fields("Опис")
    desk.create("1", "A")
    desk.plan("set_custom_fields", "item:1", {"Опис": "x"})
    crm.add_materials({"id": 300, "sku": "B", "title": "B"})
    desk.plan("update_material", "material:300", {"price": "1.00"})
    desk.plan("retire_material", "material:300", {"irrelevant": True})
    crm.fault("422", method="create", text="немає одиниці виміру")
    crm.fault("422", method="update", text="немає валюти")
    assert desk.apply() == Applied(0, 2, 0, 0, 2)
    desk.create("1", "A")
    desk.plan("set_custom_fields", "item:1", {"Опис": "x"})
    desk.plan("retire_material", "material:300", {"irrelevant": True})  # the price was put right by hand
    assert desk.apply() == Applied(3, 2, 0, 0, 2)
    assert desk.articles() == ["A", "B"]
    assert [material["irrelevant"] for material in crm.materials(ids=True)] == [True, False]


@pytest.mark.parametrize("names", ["title", "key", "both"])
def test_custom_fields_are_tried_once_and_then_written_as_the_account_takes_them(
    desk: Desk, crm: KeepinCRMControl, names: str
) -> None:
    crm.add_fields("Опис")
    crm.set_ways(custom_field_names=names)
    for number in range(4):
        desk.create(str(number), f"A-{number}")
        desk.plan("set_custom_fields", f"item:{number}", {"Опис": f"добра {number}"})
    assert desk.apply() == Applied(8, 0, 0, 0, 0)
    fields = sorted(material["custom_fields"]["Опис"] for material in crm.materials())
    assert fields == [f"добра {number}" for number in range(4)]
    updates = [call["method"] for call in crm.calls()].count("update")
    assert updates == (5 if names == "key" else 4)
    assert keepincrm_capabilities.known(desk.warehouse, desk.job).custom_fields_writable is True


@pytest.mark.parametrize("known_before", [False, True])
def test_custom_fields_that_are_not_taken_are_switched_off_and_nothing_fails(
    desk: Desk, crm: KeepinCRMControl, known_before: bool
) -> None:
    crm.add_fields("Опис")
    crm.add_materials(*({"id": 300 + n, "sku": f"A-{n}", "title": "x"} for n in range(5)))
    crm.set_ways(custom_fields="ignored")
    if known_before:
        desk.look()
    for number in range(5):
        desk.plan("set_custom_fields", f"material:{300 + number}", {"Опис": "добра"})
    assert desk.apply() == Applied(0, 0, 0, 0, 5)
    assert crm.counts() == {"updated": 2}
    assert set(map(str, desk.responses().values())) == {str({"capability": "custom_fields"})}
    assert keepincrm_capabilities.known(desk.warehouse, desk.job).custom_fields_writable is False
    assert events(desk) == ["CAPABILITY_OFF"]


def test_a_vendor_that_breaks_at_custom_fields_is_a_miss_and_no_failure(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.add_fields("Опис")
    crm.add_materials({"id": 300, "sku": "A", "title": "x"})
    crm.fault("500", method="update", times=6)
    desk.plan("set_custom_fields", "material:300", {"Опис": "добра"})
    assert desk.apply() == Applied(0, 0, 0, 0, 1)


def test_fields_that_nobody_has_defined_say_nothing_of_the_account(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.add_fields("Опис")
    crm.add_materials({"id": 300, "sku": "A", "title": "x"})
    desk.plan("set_custom_fields", "material:300", {"Немає": "x"})
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    assert desk.responses()["set_custom_fields material:300"]["not_accepted"] == ["Немає"]
    known: Any = keepincrm_capabilities.known(desk.warehouse, desk.job)
    assert (known.custom_fields_writable, known.missing_fields(("Немає",))) == (None, ["Немає"])


def killed(desk: Desk) -> None:
    """Let the worker have been killed between writing down that it sends everything and the answers."""
    desk.warehouse.connection.execute(
        "update ops.action set state = 'sending', attempts = 1, sent_at = now()"
    )


def events(desk: Desk) -> list[str]:
    """Give the codes of what was logged about the run itself."""
    rows = desk.rows("select codes[1] from ops.run_log where record_key is null order by seq")
    return [code for (code,) in rows if code != "RUN_STARTED"]
