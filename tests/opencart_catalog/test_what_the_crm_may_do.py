"""Whatever the account of the CRM can do or cannot: the same catalogue is not sent again and again."""

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.demo.opencart_catalog import CREATED
from sandbox.demo.paint_shop import BRUSH, NEW_PRICE, TWINS

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

FIRST: dict[str, Any] = {"allow_mass_create": True, "allow_mass_update": True}
WAYS: list[tuple[dict[str, str], int]] = [  # and how many runs it may take until there is nothing to send
    ({"asset_url": "rewritten"}, 1),
    ({"price": "comma"}, 1),
    ({"list_shows": "plain"}, 1),
    ({"categories": "read_only"}, 1),
    ({"named_prices": "replaced"}, 1),
    ({"named_prices": "ignored"}, 3),
    ({"custom_fields": "ignored"}, 3),
    ({"custom_field_names": "key"}, 3),
]


@pytest.mark.parametrize(("ways", "runs"), WAYS, ids=lambda value: str(value))
def test_a_catalogue_that_was_sent_is_not_sent_again(
    shop: "PaintShop", ways: dict[str, str], runs: int
) -> None:
    shop.crm.set_ways(**ways)
    for _ in range(runs):
        sent = shop.run(kind="manual", **FIRST)
        assert sent.state == "success", sent.errors
    shop.forget()
    quiet = shop.run()
    assert quiet.state == "success", quiet.errors
    assert shop.written() == []
    assert len(shop.crm.materials()) == 7 + CREATED
    assert shop.crm.counts().get("duplicates", 0) == 0
    shop.change(BRUSH, price=NEW_PRICE)
    shop.run()
    assert len(shop.written()) == len(TWINS)


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
