"""The simulated KeepinCRM against keepincrm 8: pages, articles, errors, and every way it may have."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, KeepinCRMControl, OrderRefused
from sandbox.server import Credentials, running
from tests.sandbox.keepincrm_caller import KEY, Caller

OIL = {"sku": "OIL-1", "title": "Олива", "price": "1250.5"}
SALE = {"custom_fields": [{"name": "Акція з", "value": "2026-11-01"}]}


@pytest.fixture
def url() -> Iterator[str]:
    with running(None, Credentials("demo", "x", {"keepincrm": ("", KEY)})) as sandbox:
        yield sandbox.url


@pytest.fixture
def caller(url: str) -> Caller:
    return Caller(url)


@pytest.fixture
def crm(url: str) -> KeepinCRMControl:
    crm = Control(url).keepincrm()
    crm.set_ways(per_minute=0)
    return crm


def goods(count: int) -> list[dict[str, Any]]:
    return [{"sku": f"A-{n}", "title": f"Товар {n}", "price": n} for n in range(count)]


def test_a_page_has_twenty_five_whatever_is_asked_and_the_newest_come_first(
    caller: Caller, crm: KeepinCRMControl
) -> None:
    crm.add_materials(*goods(60))
    first = caller.get("materials", per_page=100)
    assert first["pagination"] == {"current_page": 1, "total_pages": 3, "total_count": 60}
    assert [item["sku"] for item in first["items"]] == [f"A-{n}" for n in range(59, 34, -1)]
    assert len(caller.get("materials", page=3)["items"]) == 10
    assert caller.get("materials", page=4)["items"] == []
    assert len(set(caller.ids())) == 60


def test_an_empty_account_has_no_pages(caller: Caller, crm: KeepinCRMControl) -> None:
    empty = {"current_page": 1, "total_pages": 0, "total_count": 0}
    assert caller.get("materials") == {"items": [], "pagination": empty}
    assert caller.get("materials/categories") == {"items": [], "pagination": empty}


def test_of_several_with_one_article_the_lowest_id_is_found_by_it(
    caller: Caller, crm: KeepinCRMControl
) -> None:
    crm.add_materials({**OIL, "id": 900}, {**OIL, "id": 300}, {**OIL, "sku": "oil-1"})
    assert caller.by_sku("OIL-1").body["id"] == 300
    caller.patch(300, sku="OIL-2")
    assert caller.by_sku("OIL-1").body["id"] == 900
    crm.remove(900)
    missing = caller.by_sku("OIL-1")
    assert missing.status == 404
    assert missing.body.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("sku", ["Масло 5W, 1/2", "а.б", "100%", "§ 7+1?&"])
def test_an_article_of_any_characters_is_found_unless_the_path_is_rails(
    caller: Caller, crm: KeepinCRMControl, sku: str
) -> None:
    crm.add_materials({**OIL, "sku": sku})
    assert caller.by_sku(sku).body["sku"] == sku
    crm.set_ways(sku_path="rails")
    assert caller.by_sku(sku).status == (404 if "/" in sku or "." in sku else 200)


def test_a_material_is_created_shown_changed_and_deleted(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_categories({"id": 7, "name": "Оливи"})
    created = caller.create(**OIL, category_id="7", unknown="x")
    number = created.body["id"]
    assert created.status == 201
    shown = caller.get(f"materials/{number}")
    assert (shown["price"], shown["price_amount"], shown["currency"]) == (1250.5, "1250.5", "UAH")
    assert (shown["category_id"], shown["category"]) == (7, {"id": 7, "name": "Оливи"})
    assert "unknown" not in shown
    assert caller.ask("PUT", f"materials/{number}", {"title": "Мастило"}).body["title"] == "Мастило"
    by_sku = caller.ask("PATCH", "materials/sku/OIL-1", {"irrelevant": True, "weight": 0.5}).body
    assert (by_sku["irrelevant"], by_sku["weight"], by_sku["title"]) == (True, 0.5, "Мастило")
    assert caller.ask("DELETE", f"materials/{number}").status == 200
    assert caller.ask("GET", f"materials/{number}").status == 404
    assert caller.patch(number, title="x").status == 404
    assert crm.counts() == {"created": 1, "deleted": 1, "updated": 2}
    assert [write["method"] for write in crm.writes()] == ["create", "update", "update", "delete"]
    assert crm.writes()[2]["body"] == {"irrelevant": True, "weight": 0.5}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"sku": "A"}, "title"),
        ({"title": ""}, "title"),
        ({"title": "A", "price": "12 грн"}, "price"),
        ({"title": "A", "price": "NaN"}, "price"),
        ({"title": "A", "category_id": 404}, "category"),
    ],
)
def test_a_wrong_value_is_refused_field_by_field(
    caller: Caller, crm: KeepinCRMControl, values: dict[str, Any], field: str
) -> None:
    answer = caller.create(**values)
    assert answer.status == 422
    assert answer.body["message"]
    assert list(answer.body["errors"]) == [field]
    assert crm.counts() == {}


def test_errors_have_the_vendors_shapes(url: str, caller: Caller, crm: KeepinCRMControl) -> None:
    wrong = Caller(url, "another-key").ask("GET", "materials")
    assert (wrong.status, wrong.body) == (401, {"errors": ["Invalid auth token"]})
    assert caller.ask("POST", "materials", [1]).status == 400
    assert caller.ask("GET", "agreements").status == 404
    crm.set_ways(plan="free")
    free = caller.ask("GET", "materials")
    assert (free.status, free.body) == (402, "Недоступно на безкоштовному тарифі")


def test_a_price_may_be_written_with_a_comma(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_materials(OIL)
    crm.set_ways(price="comma")
    (item,) = caller.get("materials")["items"]
    assert (item["price"], item["price_amount"]) == ("1250,50", "1250.5")


def test_a_picture_may_get_an_address_of_the_vendors_own_at_each_write(
    caller: Caller, crm: KeepinCRMControl
) -> None:
    address = "https://shop.example/image/oil.jpg"
    crm.add_materials({**OIL, "id": 300})
    assert caller.patch(300, asset_url=address).body["asset_url"] == address
    crm.set_ways(asset_url="rewritten")
    first = caller.patch(300, asset_url=address).body["asset_url"]
    assert first.startswith("https://files.keepincrm.example/")
    assert caller.get("materials/300")["asset_url"] == first
    assert caller.patch(300, asset_url=address).body["asset_url"] not in (first, address)


def test_custom_fields_are_taken_as_a_list_by_title_and_by_key(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_materials({**OIL, "id": 300})
    crm.add_fields("Акція з", "Опис")
    detailed = caller.get("materials/300")["custom_fields_detailed"]
    assert [(each["title"], each["value"]) for each in detailed] == [("Акція з", None), ("Опис", None)]
    told = [{"name": "Акція з", "value": "2026-11-01"}, {"name": detailed[1]["name"], "value": "<b>5W</b>"}]
    both = {"Акція з": "2026-11-01", "Опис": "<b>5W</b>"}
    assert (
        caller.patch(300, custom_fields=[*told, {"name": "Чуже", "value": 1}]).body["custom_fields"] == both
    )
    assert caller.get("materials")["items"][0]["custom_fields"] == both
    assert caller.patch(300, custom_fields={"Опис": "x"}).status == 500
    assert caller.patch(300, custom_fields=[]).body["custom_fields"] == {"Акція з": None, "Опис": None}


@pytest.mark.parametrize(("names", "taken"), [("title", "Акція з"), ("key", "pole_1469370")])
def test_custom_fields_may_be_known_by_one_name_only(
    caller: Caller, crm: KeepinCRMControl, names: str, taken: str
) -> None:
    crm.add_materials({**OIL, "id": 300})
    crm.add_fields("Акція з")
    crm.set_ways(custom_field_names=names)
    for name in ("Акція з", "pole_1469370"):
        caller.patch(300, custom_fields=[{"name": name, "value": name}])
    assert caller.get("materials/300")["custom_fields"] == {"Акція з": taken}


def test_custom_fields_may_be_ignored_and_may_break_a_create(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_fields("Акція з")
    assert caller.create(**OIL, **SALE).status == 500
    crm.set_ways(custom_fields_in_post="taken")
    number = caller.create(**OIL, **SALE).body["id"]
    crm.set_ways(custom_fields="ignored")
    assert caller.patch(number, custom_fields=[{"name": "Акція з", "value": "x"}]).status == 200
    assert caller.get(f"materials/{number}")["custom_fields"] == {"Акція з": "2026-11-01"}
    assert crm.counts()["created"] == 1


@pytest.mark.parametrize(
    ("way", "held"),
    [("merged", {"Опт": 10, "Акція": 9.5}), ("replaced", {"Акція": 9.5}), ("ignored", {"Опт": 10})],
)
def test_named_prices_may_be_merged_replaced_or_ignored(
    caller: Caller, crm: KeepinCRMControl, way: str, held: dict[str, Any]
) -> None:
    crm.add_materials({**OIL, "id": 300, "named_custom_prices": {"Опт": 10}})
    crm.set_ways(named_prices=way)
    assert caller.patch(300, named_custom_prices={"Акція": 9.5}).body["named_custom_prices"] == held
    left = caller.patch(300, named_custom_prices={"Акція": None}).body["named_custom_prices"]
    assert "Акція" not in left


@pytest.mark.parametrize(("way", "status"), [("refused", 422), ("broken", 500)])
@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("named_prices", {"named_custom_prices": {"Акція": 9.5}}),
        ("asset_url", {"asset_url": "https://shop.example/1.jpg"}),
    ],
)
def test_an_account_may_break_off_a_whole_write_for_what_it_does_not_take(
    caller: Caller, crm: KeepinCRMControl, way: str, status: int, what: str, values: dict[str, Any]
) -> None:
    crm.add_materials({**OIL, "id": 300})
    crm.set_ways(**{what: way})
    assert caller.patch(300, title="Інша", **values).status == status
    assert caller.create(title="Нова", **values).status == status
    assert [material["title"] for material in crm.materials()] == ["Олива"]
    assert caller.patch(300, title="Інша").status == 200


def test_what_holds_nothing_may_not_be_shown(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_fields("Опис", "Акція з")
    filled = {"custom_fields": {"Опис": "добра"}, "named_custom_prices": {"Опт": 10}}
    crm.add_materials({**OIL, "id": 300}, {**OIL, "id": 301, **filled})
    crm.set_ways(shows_empty=False)
    mapped = {"custom_fields", "named_custom_prices", "custom_fields_detailed"}
    assert not caller.get("materials/300").keys() & mapped
    told = caller.get("materials/301")
    assert {name: told[name] for name in filled} == filled
    assert [each["title"] for each in told["custom_fields_detailed"]] == ["Опис"]


def test_the_answer_to_a_write_may_tell_hardly_anything(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.set_ways(answers="brief")
    created = caller.create(**OIL)
    assert (created.status, set(created.body)) == (201, {"id", "created_at", "updated_at"})
    assert set(caller.patch(created.body["id"], title="x").body) == {"id", "created_at", "updated_at"}
    assert caller.get(f"materials/{created.body['id']}")["title"] == "x"


def test_a_list_may_show_less_than_a_single_material(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_materials({**OIL, "id": 300})
    crm.set_ways(list_shows="plain")
    (item,) = caller.get("materials")["items"]
    assert not item.keys() & {"custom_fields", "named_custom_prices"}
    assert caller.get("materials/300").keys() >= {"custom_fields", "named_custom_prices"}


def test_categories_are_made_renamed_and_may_be_closed(caller: Caller, crm: KeepinCRMControl) -> None:
    root = caller.ask("POST", "materials/categories", {"name": "Оливи"})
    child = caller.ask("POST", "materials/categories", {"name": "5W", "parent_id": root.body["id"]})
    assert (root.status, child.status) == (201, 201)
    renamed = caller.ask("PATCH", f"materials/categories/{root.body['id']}", {"name": "Мастила"})
    assert renamed.body == {"id": root.body["id"], "name": "Мастила", "parent_id": None}
    assert crm.categories() == [["Мастила"], ["Мастила", "5W"]]
    assert caller.ask("POST", "materials/categories", {"name": ""}).status == 422
    assert caller.ask("POST", "materials/categories", {"name": "x", "parent_id": 99}).status == 422
    assert caller.ask("PATCH", "materials/categories/99", {"name": "x"}).status == 404
    crm.set_ways(category_parents=False, categories="read_only")
    assert caller.get("materials/categories")["items"][0] == {"id": child.body["id"], "name": "5W"}
    assert caller.ask("POST", "materials/categories", {"name": "x"}).status == 404
    assert crm.counts() == {"categories_changed": 1, "categories_created": 2}


def test_materials_of_a_category_are_filtered(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_categories({"id": 7, "name": "Оливи"})
    crm.add_materials({**OIL, "category_id": 7}, OIL)
    answer = caller.get("materials", **{"q[category_id_eq]": 7})
    assert answer["pagination"]["total_count"] == len(answer["items"]) == 1


def test_pages_shift_while_they_are_read(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.add_materials(*goods(60))
    crm.at_page(2, add=[OIL])
    crm.at_page(2, remove=[101, 159])
    first = caller.ids()
    assert (len(first), len(set(first))) == (61, 60)  # one came twice, the new one not at all
    second = caller.ids()
    assert (len(second), len(set(second))) == (59, 59)
    last = caller.ids()
    assert len(last) == len(set(last)) == len(crm.materials()) == 59
    assert set(last) - set(second)  # one was jumped over when the pages shifted


def test_a_create_may_be_stored_and_its_answer_lost(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.fault("reset", method="create", applied=True)
    with pytest.raises(ConnectionError):
        caller.create(**OIL)
    assert caller.by_sku("OIL-1").body["title"] == "Олива"
    caller.create(**OIL)
    assert crm.counts() == {"created": 2, "duplicates": 1}
    assert [call["method"] for call in crm.calls()] == ["create", "by_sku", "create"]


def test_the_hundred_and_first_request_of_a_minute_is_refused(caller: Caller, crm: KeepinCRMControl) -> None:
    crm.set_ways(per_minute=100)
    statuses = [caller.ask("GET", "materials").status for _ in range(100)]
    refused = caller.ask("GET", "materials")
    assert (set(statuses), refused.status) == ({200}, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    pace = crm.pace()
    assert (pace["requests"], pace["violations"], pace["busiest"]) == (101, 1, 101)
    crm.set_ways(retry_after=False)
    assert "Retry-After" not in caller.ask("GET", "materials").headers


def test_a_minute_may_pass_faster_and_tells_how_well_it_was_used(
    caller: Caller, crm: KeepinCRMControl
) -> None:
    crm.set_ways(per_minute=100, minute=1.0)
    for _ in range(120):
        time.sleep(0.0105)
        caller.ask("GET", "materials")
    pace = crm.pace()
    assert pace["violations"] == 0
    assert 0 < pace["used"] <= 1


def test_two_runs_that_did_the_same_compare_as_equal(caller: Caller, crm: KeepinCRMControl) -> None:
    seen = []
    for first in (101, 5000):
        crm.reset()
        crm.set_ways(per_minute=0)
        crm.add_categories({"id": first, "name": "Оливи"})
        crm.add_materials({**OIL, "id": first, "category_id": first})
        caller.create(**OIL, category_id=first)
        seen.append((crm.materials(), crm.categories()))
    assert seen[0] == seen[1]
    assert seen[0][0][0]["category"] == ["Оливи"]


def test_a_catalogue_outlives_a_restart(tmp_path: Path) -> None:
    account = Credentials("demo", KEY)
    with running(tmp_path, account) as sandbox:
        crm = Control(sandbox.url).keepincrm()
        crm.set_ways(per_minute=0, price="comma")
        crm.add_fields("Опис")
        crm.add_materials(*goods(30))
        crm.remove(101)
        kept = crm.materials(ids=True)
    with running(tmp_path, account) as sandbox:
        caller = Caller(sandbox.url)
        assert Control(sandbox.url).keepincrm().materials(ids=True) == kept
        assert caller.create(**OIL).body["id"] == 131
        assert caller.get("materials")["items"][1]["price"] == "29,00"


def test_an_order_that_is_not_known_is_refused(crm: KeepinCRMControl) -> None:
    for wrong in ({"ways": {"colour": 1}}, {"ways": {"price": "dot"}}, {"nonsense": 1}, {"remove": [1]}):
        with pytest.raises(OrderRefused):
            crm.order(**wrong)
    with pytest.raises(OrderRefused):
        crm.read("nonsense")


def test_a_hundred_thousand_materials_do_not_slow_the_vendor_down(
    caller: Caller, crm: KeepinCRMControl
) -> None:
    for start in range(0, 100_000, 20_000):
        crm.add_materials(*({**OIL, "sku": f"A-{n}"} for n in range(start, start + 20_000)))
    took = []
    for page in (1, 2000, 4000, *range(3900, 3997)):
        started = time.process_time()  # the vendor is in this process; what others do is not counted
        caller.get("materials", page=page)
        caller.patch(101 + page, price=page)
        took.append(time.process_time() - started)
    took.sort()
    assert took[len(took) // 2] < 0.05
    assert caller.get("materials")["pagination"] == {
        "current_page": 1,
        "total_pages": 4000,
        "total_count": 100_000,
    }
