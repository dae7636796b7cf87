"""A travel club: tours, their dates as variations, deals in work. What tests of deal products begin with."""

from collections.abc import Mapping
from typing import Any

from sandbox.control import VendorControl
from tests.bitrix24_portal import Portal

PIPELINE = "bitrix24_deal_products"
TOURS, OFFERS, FEES = 25, 26, 40
KAMCHATKA, ALTAI, AUGUST, FEE, PAST = 7001, 7002, 7003, 9001, 7004
PROPERTIES = [
    {"id": 301, "iblockId": TOURS, "name": "Окончание", "code": "DATE_END", "userType": "Date"},
    {"id": 302, "iblockId": TOURS, "name": "Начало", "code": "DATE_START", "userType": "Date"},
    {"id": 303, "iblockId": TOURS, "name": "Артикул", "code": "ARTICLE"},
    {"id": 304, "iblockId": TOURS, "name": "Гиды", "code": "GUIDES", "multiple": "Y"},
    {"id": 305, "iblockId": TOURS, "name": "Отель", "code": "HOTEL", "propertyType": "L"},
    {"id": 306, "iblockId": TOURS, "name": "Схема", "code": "PLAN", "propertyType": "F"},
    {"id": 307, "iblockId": TOURS, "name": "Даты", "code": "DATES"},
    {"id": 401, "iblockId": OFFERS, "name": "Окончание", "code": "DATE_END", "userType": "Date"},
    {"id": 402, "iblockId": OFFERS, "name": "Артикул", "code": "ARTICLE"},
]
CATALOGS = [
    {"id": TOURS, "iblockId": TOURS, "productIblockId": None, "skuPropertyId": None, "name": "Туры"},
    {"id": OFFERS, "iblockId": OFFERS, "productIblockId": TOURS, "skuPropertyId": 98, "name": "Даты туров"},
    {"id": FEES, "iblockId": FEES, "productIblockId": None, "skuPropertyId": None, "name": "Сборы"},
]
FIELDS = [
    {"name": "ARTICLE", "type": "string", "entity": "deal"},
    {"name": "GUIDES", "type": "string", "entity": "deal"},
    {"name": "ALL_GUIDES", "type": "string", "entity": "deal", "multiple": True},
    {"name": "HOTEL", "type": "string", "entity": "deal"},
    {"name": "PLAN", "type": "string", "entity": "deal"},
]
COPIED = [
    {"property": "GUIDES", "field": "UF_CRM_GUIDES"},
    {"property": "GUIDES", "field": "UF_CRM_ALL_GUIDES", "joined": False},
    {"property": "HOTEL", "field": "UF_CRM_HOTEL"},
    {"property": "PLAN", "field": "UF_CRM_PLAN"},
]
OURS = {"title": "Камчатка", "begindate": "2027-08-10", "closedate": "2027-08-21", "UF_CRM_ARTICLE": "К-1"}


def open_club(crm: VendorControl) -> None:
    """Let the portal have a catalogue, and deals the products of which differ in every way."""
    crm.order(catalogs=CATALOGS, properties=PROPERTIES, fields=FIELDS)
    crm.order(products=[kamchatka(), altai(), august(), fee(), {**altai(), "id": PAST, "active": "N"}])


def kamchatka(**changes: Any) -> dict[str, Any]:
    """Describe the tour to Kamchatka."""
    return {
        **{
            "id": KAMCHATKA,
            "iblockId": TOURS,
            "name": "Камчатка",
            "xmlId": "kamchatka",
            "iblockSectionId": 3,
        },
        "property301": {"value": "2027-08-21T00:00:00+03:00", "valueId": "1"},
        "property302": {"value": "10.08.2027", "valueId": "2"},
        "property303": {"value": "К-1", "valueId": "3"},
        "property304": [{"value": "Михаил", "valueId": "4"}, {"value": "Анна", "valueId": "5"}],
        "property305": {"value": "77", "valueEnum": "Отель «Север»", "valueId": "6"},
        "property306": {"value": {"id": "9", "url": "/a", "urlMachine": "/b"}, "valueId": "7"},
        "property307": None,
        **changes,
    }


def altai(**changes: Any) -> dict[str, Any]:
    """Describe the tour to Altai, of which little is said."""
    empty = {f"property{each}": None for each in range(301, 308)}
    return {"id": ALTAI, "iblockId": TOURS, "name": "Алтай", "xmlId": str(ALTAI), **empty, **changes}


def august(**changes: Any) -> dict[str, Any]:
    """Describe the tour to Kamchatka in August, which ends on a day of its own."""
    return {
        **{"id": AUGUST, "iblockId": OFFERS, "name": "Камчатка, август"},
        "parentId": {"value": str(KAMCHATKA), "valueId": "55"},
        **{"property401": {"value": "31.08.2027", "valueId": "8"}, "property402": None},
        **changes,
    }


def fee() -> dict[str, Any]:
    """Describe a fee: a product of another catalogue."""
    return {"id": FEE, "iblockId": FEES, "name": "Сбор"}


def deal_with(portal: Portal, number: int, *products: int, **fields: Any) -> None:
    """Let people open a deal and attach products to it."""
    portal.crm.order(deals=[{"id": number, "title": f"Заявка {number}", "closedate": "2026-02-01", **fields}])
    attach(portal, number, *products)


def attach(portal: Portal, number: int, *products: int) -> None:
    """Let people put products into a deal, in the place of those it has."""
    rows = [{"productId": each, "type": 4 if each == AUGUST else 1} for each in products]
    portal.crm.order(rows={str(number): rows})


def deals_of(portal: Portal) -> Mapping[int, Mapping[str, Any]]:
    """Give what the portal's deals hold."""
    return {deal["id"]: deal for deal in portal.crm.read("deals")}


def deal_of(portal: Portal, number: int) -> dict[str, Any]:
    """Give what a deal holds in the fields that are copied."""
    return {name: deals_of(portal)[number].get(name) for name in OURS}


def state_of(portal: Portal, number: int) -> str | None:
    """Say how a deal stands with us."""
    rows = portal.rows("select state from mart.bitrix24_deal_product where deal_id = %s", number)
    return rows[0]["state"] if rows else None


def watermark(portal: Portal) -> str | None:
    """Give the moment from which on the next run reads."""
    rows = portal.rows("select value from ops.cursor where name = 'updated_time'")
    return rows[0]["value"] if rows else None
