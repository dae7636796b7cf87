"""
What deals are about: their product rows, and the products and properties of catalogues (bitrix24 2.8, 2.9).
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bitrix24_answer import Answer, Method, Params, listed, number_of, rules
from sandbox.bitrix24_errors import BAD_ARGUMENT, Refused
from sandbox.bitrix24_filter import Field, test_of
from sandbox.bitrix24_lists import page
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_schema import DEAL
from sandbox.shelf import Record

_ROW: Mapping[str, Any] = {
    **{"id": 0, "ownerId": 0, "ownerType": "D", "productId": 0, "productName": "", "price": 0, "quantity": 1},
    **{"priceExclusive": 0, "priceNetto": 0, "priceBrutto": 0, "discountTypeId": 1, "discountRate": 0},
    **{"discountSum": 0, "taxRate": None, "taxIncluded": "N", "customized": "Y", "measureCode": 796},
    **{"measureName": "шт", "sort": 10, "type": 1, "xmlId": "", "storeId": None},
}
_OWNED = ("=ownerType", "=ownerId")
_PRODUCT: Mapping[str, Any] = {
    **{"id": 0, "iblockId": 25, "name": "", "code": None, "xmlId": None, "active": "Y", "type": 1},
    **{"timestampX": None, "iblockSectionId": None, "parentId": None, "sort": 500, "detailText": None},
}
_PROPERTY: Mapping[str, Any] = {
    **{"name": "", "code": None, "propertyType": "S", "userType": None, "multiple": "N", "active": "Y"},
    **{"sort": 500, "xmlId": None},
}
_KINDS = {"id": "integer", "iblockId": "integer", "iblockSectionId": "integer", "timestampX": "datetime"}
NO_ELEMENT = "product does not exist."


def product_rows(portal: Portal, params: Params) -> Answer:
    """Read a page of a deal's rows; whose rows has to be said, spelled with ``=``."""
    told = params.get("filter") or {}
    if missing := [name for name in _OWNED if name not in told]:
        raise Refused(BAD_ARGUMENT, f"Required fields: {', '.join(missing)}")
    owners = told["=ownerId"]
    if isinstance(owners, list) and portal.ways["product_row_array"] == "no":
        raise Refused(BAD_ARGUMENT, "Invalid filter: field 'OWNERID' has invalid value")
    numbers = {number_of(owner) for owner in (owners if isinstance(owners, list) else [owners])}
    for owner in numbers:
        deal = portal.shelf_of(DEAL).get(owner)
        if deal is None or not portal.may_see(deal):
            raise Refused("ENTITY_NOT_FOUND", "Владелец не найден")
    fields = {
        name: Field(name, "integer" if isinstance(usual, int) else "string", usual)
        for name, usual in _ROW.items()
    }
    found = page(portal.shelves["row"], params, rules(portal, fields), lambda row: row["ownerId"] in numbers)
    rows = [{**_ROW, **row, "priceAccount": str(row.get("price", 0))} for row in found.records]
    return listed(portal, found, {"productRows": rows})


def old_rows(portal: Portal, params: Params) -> Answer:
    """Tell a deal's rows the old way."""
    rows = [each for each in portal.shelves["row"] if each["ownerId"] == number_of(params.get("id"))]
    return Answer(
        [
            {"ID": str(each["id"]), "OWNER_ID": str(each["ownerId"]), "OWNER_TYPE": "D",
             "PRODUCT_ID": each.get("productId", 0), "PRODUCT_NAME": each.get("productName", ""),
             "PRICE": each.get("price", 0), "QUANTITY": each.get("quantity", 1), "SORT": each.get("sort", 10)}
            for each in rows
        ]
    )  # fmt: skip


def catalogs(portal: Portal, params: Params) -> Answer:
    """Tell the catalogues; one with a parent holds variations."""
    return Answer({"catalogs": portal.catalogs}, len(portal.catalogs))


def _products(answers: str, variations: bool) -> Method:
    def list_(portal: Portal, params: Params) -> Answer:
        iblock, select = _iblock(params), params.get("select") or []
        if not iblock or not {"id", "iblockId"} <= set(select):
            raise Refused(0, "Required fields: select id, iblockId; filter iblockId")
        if (iblock in _variation_blocks(portal)) != variations:
            raise Refused(200040300010, "Access Denied")
        fields = {name: Field(name, _KINDS.get(name, "string")) for name in _PRODUCT}
        found = page(portal.shelves["product"], params, rules(portal, fields), lambda _: True)
        rows = [_shown(portal, each, select) for each in found.records]
        return listed(portal, found, {answers: rows})

    return list_


def _iblock(params: Params) -> int:
    told = params.get("filter") or {}
    return number_of(told.get("iblockId", told.get("=iblockId")))


def _variation_blocks(portal: Portal) -> list[int]:
    return [each["iblockId"] for each in portal.catalogs if each["productIblockId"]]


def _shown(portal: Portal, product: Record, select: list[str] | None) -> Record:
    """Tell a product: selected fields, and properties that its catalogue has; others vanish silently."""
    own = [
        f"property{each['id']}"
        for each in portal.shelves["property"]
        if each["iblockId"] == product["iblockId"]
    ]
    known = {**_PRODUCT, **dict.fromkeys(own), **product}
    if product["iblockId"] not in _variation_blocks(portal):
        known.pop("parentId")
    if select is None or "*" in select:
        return known
    return {name: known[name] for name in select if name in known}


def _get_product(answers: str) -> Method:
    def get(portal: Portal, params: Params) -> Answer:
        product = portal.shelves["product"].get(params.get("id"))
        if product is None:
            raise Refused(0, NO_ELEMENT)
        return Answer({answers: _shown(portal, product, None)})

    return get


def properties(portal: Portal, params: Params) -> Answer:
    """Tell the properties of a catalogue, by whose codes they are found."""
    names = ("id", "iblockId", *_PROPERTY)
    fields = {name: Field(name, "integer" if name in ("id", "iblockId") else "string") for name in names}
    found = page(portal.shelves["property"], params, rules(portal, fields), lambda _: True)
    return listed(portal, found, {"productProperties": [_described(each) for each in found.records]})


def _described(own: Record) -> Record:
    return {**_PROPERTY, **{name: value for name, value in own.items() if name != "values"}}


def property_values(portal: Portal, params: Params) -> Answer:
    """Tell what a list property may be."""
    told = params.get("filter") or {}
    values = [
        {"id": number, "propertyId": each["id"], "value": value}
        for each in portal.shelves["property"]
        for number, value in enumerate(each.get("values", ()), each["id"] * 100)
    ]
    fields = {name: Field(name, "integer") for name in ("id", "propertyId")}
    test = test_of(told, rules(portal, fields))
    found = [each for each in values if test(each)]
    return Answer({"productPropertyEnums": found}, len(found))


METHODS: Mapping[str, Method] = {
    "crm.item.productrow.list": product_rows,
    "crm.deal.productrows.get": old_rows,
    "catalog.catalog.list": catalogs,
    "catalog.product.list": _products("products", variations=False),
    "catalog.product.offer.list": _products("offers", variations=True),
    "catalog.product.get": _get_product("product"),
    "catalog.product.offer.get": _get_product("offer"),
    "catalog.product.sku.get": _get_product("sku"),
    "catalog.productproperty.list": properties,
    "catalog.productpropertyenum.list": property_values,
}
