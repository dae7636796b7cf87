"""Whatever the account of the CRM can do or cannot: the same catalogue is not sent again and again."""

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.demo.opencart_catalog import CREATED
from sandbox.demo.paint_shop import BRUSH, NEW_PRICE, TWINS
from tests.opencart_catalog.dag_run import DagRun

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

FIRST: dict[str, Any] = {"allow_mass_create": True, "allow_mass_update": True}
WAYS: list[tuple[dict[str, Any], int]] = [  # and how many runs it may take until there is nothing to send
    ({"asset_url": "rewritten"}, 1),
    ({"price": "comma"}, 1),
    ({"list_shows": "plain"}, 1),
    ({"categories": "read_only"}, 1),
    ({"named_prices": "replaced"}, 1),
    ({"named_prices": "replaced", "list_shows": "plain"}, 1),
    ({"named_prices": "replaced", "shows_empty": False}, 1),
    ({"named_prices": "ignored"}, 3),
    ({"named_prices": "refused", "asset_url": "broken"}, 3),
    ({"custom_fields": "ignored"}, 3),
    ({"custom_field_names": "key"}, 3),
]
PRICE, FIELD = "Акційна ціна", "Сорт"
OURS = {"title", "price", "currency", "asset_url", "updated_at"}  # of a material that is there already
OUR_FIELDS = {"Опис", "Акція з", "Акція по"}
CHEAPER = "update oc_product_special set price = 40 where product_special_id = 1"


def people_write_things_of_their_own(shop: "PaintShop") -> None:
    """Let people fill in, of every material, what no rule lets us touch."""
    for material in shop.crm.materials(ids=True):
        prices = material["named_custom_prices"] | {"Опт": 4.5, "Дилер": "12.00 USD"}
        fields = material["custom_fields"] | {FIELD: f"№ {material['id']}"}
        own = {"named_custom_prices": prices, "custom_fields": fields, "cost": "3.00", "weight": 0.5}
        shop.crm.change(material["id"], **own)


def not_ours(shop: "PaintShop") -> dict[int, dict[str, Any]]:
    """Give all of each material but what we may write."""
    return {
        material["id"]: {name: value for name, value in material.items() if name not in OURS}
        | {
            "named_custom_prices": _without(material["named_custom_prices"], {PRICE}),
            "custom_fields": _without(material["custom_fields"], OUR_FIELDS),
        }
        for material in shop.crm.materials(ids=True)
    }


def _without(told: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


@pytest.mark.parametrize(("ways", "runs"), WAYS, ids=lambda value: str(value))
def test_a_catalogue_that_was_sent_is_not_sent_again_and_nothing_of_others_changes(
    shop: "PaintShop", ways: dict[str, Any], runs: int
) -> None:
    shop.crm.add_fields(FIELD)
    shop.crm.set_ways(**ways)
    people_write_things_of_their_own(shop)
    before = not_ours(shop)
    for _ in range(runs):
        sent = shop.run(kind="manual", **FIRST)
        assert sent.state == "success", sent.errors
    assert {number: held for number, held in not_ours(shop).items() if number in before} == before
    people_write_things_of_their_own(shop)
    before = not_ours(shop)
    shop.forget()
    quiet = shop.run()
    assert quiet.state == "success", quiet.errors
    assert shop.written() == []
    assert len(before) == 7 + CREATED
    assert shop.crm.counts().get("duplicates", 0) == 0
    shop.change(BRUSH, price=NEW_PRICE)
    shop.database.run(CHEAPER)
    shop.run()
    assert len(shop.written()) == len(TWINS)
    assert {float(twin["price"]) for twin in shop.twins()} == {float(NEW_PRICE)}
    if ways.get("named_prices") not in ("ignored", "refused"):
        assert {float(twin["named_custom_prices"][PRICE]) for twin in shop.twins()} == {40}
    assert not_ours(shop) == before


@pytest.mark.parametrize("ways", [{}, {"named_prices": "replaced"}, {"list_shows": "plain"}], ids=str)
def test_what_people_write_between_the_plan_and_the_sending_stays(
    shop: "PaintShop", ways: dict[str, Any]
) -> None:
    shop.crm.add_fields(FIELD)
    shop.crm.set_ways(**ways)
    run = DagRun(kind="manual", time_passes=shop.time_passes, **FIRST).go_on(until="send_changes")
    people_write_things_of_their_own(shop)
    before = not_ours(shop)
    assert run.go_on().state == "success", run.errors
    assert {number: held for number, held in not_ours(shop).items() if number in before} == before
    assert {twin["named_custom_prices"][PRICE] for twin in shop.twins()} == {45}


def test_an_account_without_custom_fields_gets_everything_else_and_is_told_once(shop: "PaintShop") -> None:
    shop.crm.set_ways(custom_fields="ignored")
    first = shop.run(kind="manual", **FIRST)
    second = shop.run()
    assert "CAPABILITY_OFF" in shop.codes(first) | shop.codes(second)
    third = shop.run()
    assert shop.actions(third) == []
    assert "CATALOG_FIELDS_OFF" in shop.codes(third)


def test_a_free_plan_is_told_in_plain_words(shop: "PaintShop") -> None:
    shop.crm.set_ways(plan="free")
    refused = shop.run()
    assert refused.state == "failed"
    assert "безкоштовному тарифі (402)" in shop.run_of(refused)["error"]


def test_a_shop_that_has_lost_most_of_its_goods_is_not_believed(shop: "PaintShop") -> None:
    shop.run(kind="manual", **FIRST)
    shop.forget()
    shop.database.run("update oc_product set status = 0 where product_id > 103")
    stopped = shop.run()
    assert stopped.state == "failed"
    assert "allow_shrink" in shop.run_of(stopped)["error"]
    assert shop.written() == []
    assert shop.run(kind="manual", allow_shrink=True).state == "success"
