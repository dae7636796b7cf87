"""Products in the simulated Bitrix24: deals' rows, catalogues, variations, properties (bitrix24 2.8, 2.9)."""

from typing import Any

import pytest

from sandbox.control import Control, VendorControl
from tests.sandbox.bitrix24_caller import Caller
from tests.sandbox.test_bitrix24_lists import won

SELECT = [
    "id",
    "iblockId",
    "name",
    "code",
    "xmlId",
    "timestampX",
    "property301",
    "property302",
    "property303",
]
PROPERTIES = [
    {"id": 301, "iblockId": 25, "name": "Конец", "code": "DATE_END", "propertyType": "S", "userType": "Date"},
    {"id": 302, "iblockId": 25, "name": "Отель", "code": "HOTEL", "propertyType": "L", "values": ["«Север»"]},
    {"id": 303, "iblockId": 25, "name": "Гиды", "code": "GUIDES", "multiple": "Y"},
    {"id": 401, "iblockId": 26, "name": "Артикул", "code": "ARTICLE"},
]
KAMCHATKA: dict[str, Any] = {
    **{"id": 7001, "iblockId": 25, "name": "Камчатка &quot;Лето&quot;", "xmlId": "kam-1"},
    "property301": {"value": "2026-08-21T00:00:00+03:00", "valueId": "5001"},
    "property302": {"value": "30200", "valueEnum": "«Север»", "valueId": "5002"},
    "property303": [{"value": "Михаил", "valueId": "5003"}, {"value": "Анна", "valueId": "5004"}],
}
AUGUST: dict[str, Any] = {
    **{
        "id": 7002,
        "iblockId": 26,
        "name": "Камчатка, август",
        "parentId": {"value": "7001", "valueId": "55"},
    },
    "property401": {"value": "КАМ-08", "valueId": "5005"},
}


def rows(webhook: Caller, deal: int, **more: Any) -> Any:
    told = {"filter": {"=ownerType": "D", "=ownerId": deal}, "order": {"id": "asc"}, **more}
    return webhook.ask("crm.item.productrow.list", **told).body


@pytest.fixture
def shop(portal: VendorControl) -> VendorControl:
    portal.order(properties=PROPERTIES, products=[KAMCHATKA, AUGUST], deals=won(4))
    return portal


def test_a_deal_has_no_rows_one_or_more_than_a_page(shop: VendorControl, webhook: Caller) -> None:
    free = {"productId": 0, "productName": "Сбор", "price": 500.5}
    shop.order(rows={"2": [{"productId": 7002, "type": 4, "price": 412000}, free]})
    shop.order(rows={"3": [{**free, "productName": f"Сбор {n}"} for n in range(60)]})
    assert rows(webhook, 1)["result"] == {"productRows": []}
    two = rows(webhook, 2)
    told = [(row["productId"], row["type"], row["ownerType"]) for row in two["result"]["productRows"]]
    assert told == [(7002, 4, "D"), (0, 1, "D")]
    assert two["total"] == 2
    first = rows(webhook, 3, start=0)
    assert (first["total"], first["next"], len(first["result"]["productRows"])) == (60, 50, 50)
    assert len(rows(webhook, 3, start=50)["result"]["productRows"]) == 10
    shop.order(rows={"2": []})
    assert rows(webhook, 2)["total"] == 0
    old = webhook.result("crm.deal.productrows.get", id=3)
    assert (len(old), old[0]["PRODUCT_ID"]) == (60, 0)


def test_whose_rows_has_to_be_said_and_several_deals_perhaps_not(
    shop: VendorControl, webhook: Caller
) -> None:
    shop.order(rows={"1": [{"productId": 7001}], "2": [{"productId": 7001}]})
    without = webhook.ask("crm.item.productrow.list", filter={"ownerId": 1, "ownerType": "D"})
    assert without.error == (400, "INVALID_ARG_VALUE")
    both = {"filter": {"=ownerType": "D", "=ownerId": [1, 2]}}
    assert len(webhook.result("crm.item.productrow.list", **both)["productRows"]) == 2
    shop.order(ways={"product_row_array": "no"})
    assert webhook.ask("crm.item.productrow.list", **both).error == (400, "INVALID_ARG_VALUE")
    missing = {"filter": {"=ownerType": "D", "=ownerId": 404}}
    assert webhook.ask("crm.item.productrow.list", **missing).status == 400


def test_rows_move_a_deals_moment_unless_they_come_by_another_way(
    shop: VendorControl, webhook: Caller, portal_url: str
) -> None:
    def moment() -> str:
        return str(webhook.items(filter={"id": 1}, select=["updatedTime"])[0]["updatedTime"])

    first = moment()
    Control(portal_url).advance(60)
    shop.order(rows={"1": [{"productId": 7001}]}, quiet=True)
    assert moment() == first
    shop.order(rows={"1": [{"productId": 7001}]})
    assert moment() > first


def test_products_are_told_with_the_properties_their_catalogue_has(
    shop: VendorControl, webhook: Caller
) -> None:
    told = {"select": SELECT, "filter": {"iblockId": 25, "id": [7001, 404]}, "order": {"id": "ASC"}}
    (product,) = webhook.result("catalog.product.list", **told)["products"]
    assert product["property301"] == {"value": "2026-08-21T00:00:00+03:00", "valueId": "5001"}
    assert [each["value"] for each in product["property303"]] == ["Михаил", "Анна"]
    assert product["code"] is None
    shop.order(products=[{"id": 7003, "name": "Алтай"}])
    (product,) = webhook.result("catalog.product.list", **{**told, "filter": {"iblockId": 25, "id": 7003}})[
        "products"
    ]
    assert product["property303"] is None
    product = webhook.result("catalog.product.get", id=7001)["product"]
    assert "parentId" not in product
    missing = webhook.ask("catalog.product.get", id=404)
    assert (missing.error, missing.body["error_description"]) == ((400, 0), "product does not exist.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"select": ["id", "name"], "filter": {"iblockId": 25}},
        {"select": ["id", "iblockId"], "filter": {"id": 7001}},
        {"select": ["id", "iblockId"], "filter": {"iblockId": 26}},
    ],
)
def test_catalogues_refuse_with_numbers(shop: VendorControl, webhook: Caller, wrong: dict[str, Any]) -> None:
    refused = webhook.ask("catalog.product.list", **wrong)
    assert refused.status == 400
    assert type(refused.body["error"]) is int


def test_a_variation_knows_its_parent(shop: VendorControl, webhook: Caller) -> None:
    catalogs = webhook.result("catalog.catalog.list")["catalogs"]
    (variations,) = [each["iblockId"] for each in catalogs if each["productIblockId"]]
    told = {"select": ["id", "iblockId", "parentId", "property401"], "filter": {"iblockId": variations}}
    assert webhook.result("catalog.product.offer.list", **told)["offers"] == [
        {key: AUGUST[key] for key in ("id", "iblockId", "parentId", "property401")}
    ]
    assert webhook.result("catalog.product.offer.get", id=7002)["offer"]["parentId"]["value"] == "7001"
    assert webhook.result("catalog.product.sku.get", id=7001)["sku"]["id"] == 7001


def test_properties_are_found_by_their_codes(shop: VendorControl, webhook: Caller) -> None:
    told = webhook.result("catalog.productProperty.list", filter={"iblockId": 25})["productProperties"]
    assert {each["code"]: (each["id"], each["multiple"]) for each in told} == {
        **{"DATE_END": (301, "N"), "HOTEL": (302, "N")},
        "GUIDES": (303, "Y"),
    }
    (value,) = webhook.result("catalog.productPropertyEnum.list", filter={"propertyId": 302})[
        "productPropertyEnums"
    ]
    assert value == {"id": 30200, "propertyId": 302, "value": "«Север»"}


def test_a_changed_product_has_another_moment(shop: VendorControl, webhook: Caller, portal_url: str) -> None:
    before = webhook.result("catalog.product.get", id=7001)["product"]["timestampX"]
    Control(portal_url).advance(60)
    shop.order(change={"product": {"7001": {"name": "Камчатка", "property303": None}}})
    after = webhook.result("catalog.product.get", id=7001)["product"]
    assert (after["name"], after["property303"]) == ("Камчатка", None)
    assert after["timestampX"] > before
