"""
A material of the simulated KeepinCRM: as it is shown, and what a write makes of it (keepincrm 4.1, 4.2).

Sums are kept as texts with two places, ``"1250.00"``; what the vendor does not know of a body it passes over.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.keepincrm_catalogue import Catalogue, Record
from sandbox.keepincrm_wire import Refused, invalid, words

EMPTY: Mapping[str, Any] = {
    "sku": None,
    "title": "",
    "price": "0.00",
    "cost": "0.00",
    "currency": "UAH",
    "cost_currency": "UAH",
    "unit": "шт.",
    "category_id": None,
    "asset_url": None,
    "link_url": None,
    "weight": None,
    "volume": None,
    "available": 0,
    "irrelevant": False,
    "vat_group_title": None,
    "marketplace_uid": None,
    "named_custom_prices": {},
    "custom_fields": {},
}
_SUMS = ("price", "cost")
_PLACES = Decimal("0.01")
_TAKEN_BY_HAND = ("named_custom_prices", "custom_fields")


def shown(material: Record, catalogue: Catalogue, ways: Mapping[str, Any], *, in_list: bool) -> Record:
    """Return a material as an answer has it; alone it tells more of its custom fields than in a list."""
    view = {**material, "stock_available": material["available"], "category": None}
    for name in _SUMS:
        amount = Decimal(material[name])
        comma = ways["price"] == "comma"
        view[name] = material[name].replace(".", ",") if comma else float(amount)
        view[f"{name}_amount"] = f"{amount.normalize():f}"
    if category := catalogue.categories.records.get(material["category_id"] or 0):
        view["category"] = {"id": category["id"], "name": category["name"]}
    fields = catalogue.fields
    values = material["custom_fields"]
    view["custom_fields"] = {title: values.get(title) for title in fields}
    if not in_list:
        view["custom_fields_detailed"] = [
            {"title": title, "name": key, "value": values.get(title)} for title, key in fields.items()
        ]
    elif ways["list_shows"] == "plain":
        view = {name: value for name, value in view.items() if name not in _TAKEN_BY_HAND}
    return view if ways["shows_empty"] else _filled(view)


def _filled(view: Record) -> Record:
    """Leave out custom fields that hold nothing, and then what is left empty."""
    kept = {name: value for name, value in view.get("custom_fields", {}).items() if value not in (None, "")}
    detailed = [each for each in view.get("custom_fields_detailed", ()) if each["title"] in kept]
    told = {**view, "custom_fields": kept, "custom_fields_detailed": detailed}
    mapped = (*_TAKEN_BY_HAND, "custom_fields_detailed")
    return {name: value for name, value in told.items() if value or name not in mapped}


class Writing:
    """One write: what its body makes of a material. Raises Refused."""

    def __init__(self, body: Any, catalogue: Catalogue, ways: Mapping[str, Any]) -> None:
        if not isinstance(body, dict):
            raise Refused(words(400))
        self._body, self._catalogue, self._ways = body, catalogue, ways

    def new(self) -> Record:
        """Return the values of a new material."""
        if "custom_fields" in self._body and self._ways["custom_fields_in_post"] == "refused":
            raise Refused(words(500))
        if not self._body.get("title"):
            raise invalid({"title": ["не може бути порожнім"]})
        return {**EMPTY, **self.changes(EMPTY)}

    def changes(self, material: Mapping[str, Any]) -> Record:
        """Return what changes of a material."""
        body = self._body
        if "title" in body and not body["title"]:
            raise invalid({"title": ["не може бути порожнім"]})
        self._refuse_optional()
        changes = {name: plain(body[name]) for name in EMPTY if name in body and name not in _TAKEN_BY_HAND}
        changes |= {name: _sum(name, body[name]) for name in _SUMS if name in body}
        if "category_id" in body:
            changes["category_id"] = self._category()
        if body.get("asset_url") and self._ways["asset_url"] == "rewritten":
            changes["asset_url"] = _stored(body["asset_url"], material["asset_url"])
        if "named_custom_prices" in body:
            changes["named_custom_prices"] = self._named_prices(material["named_custom_prices"])
        if "custom_fields" in body:
            changes["custom_fields"] = self._custom_fields(material["custom_fields"])
        return changes

    def _refuse_optional(self) -> None:
        """Refuse a write for what an account may not take at all."""
        for way, name in (("named_prices", "named_custom_prices"), ("asset_url", "asset_url")):
            if self._body.get(name) and self._ways[way] in ("refused", "broken"):
                raise invalid({name: ["недоступно"]}) if self._ways[way] == "refused" else Refused(words(500))

    def _category(self) -> int | None:
        """Find the category; its number may come as a text."""
        number = self._body["category_id"]
        if number in (None, ""):
            return None
        if not str(number).isdecimal() or int(number) not in self._catalogue.categories.records:
            raise invalid({"category": ["має існувати"]})
        return int(number)

    def _named_prices(self, held: Mapping[str, Any]) -> dict[str, Any]:
        given = self._body["named_custom_prices"]
        if not isinstance(given, dict):
            raise Refused(words(500))
        match self._ways["named_prices"]:
            case "ignored":
                return dict(held)
            case "replaced":
                held = {}
        told = {name: plain(value) for name, value in given.items()}
        return {name: value for name, value in {**held, **told}.items() if value not in (None, "")}

    def _custom_fields(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Take a list of names and values; an empty one clears all, and an object breaks the vendor."""
        given = self._body["custom_fields"]
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise Refused(words(500))
        if self._ways["custom_fields"] == "ignored":
            return dict(held)
        if not given:
            return {}
        known = self._known_names()
        told = {known[each["name"]]: plain(each.get("value")) for each in given if each.get("name") in known}
        return {**held, **told}

    def _known_names(self) -> dict[str, str]:
        """Return the titles of custom fields by the names under which they may be written."""
        fields, by = self._catalogue.fields, self._ways["custom_field_names"]
        titles = {title: title for title in fields} if by != "key" else {}
        return titles | ({key: title for title, key in fields.items()} if by != "title" else {})


def _sum(name: str, value: Any) -> str:
    try:
        amount = Decimal(str(value or 0))
        if not amount.is_finite() or amount < 0:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise invalid({name: ["не є числом"]}) from None
    return str(amount.quantize(_PLACES))


def plain(value: Any) -> Any:
    """Give a value with its fractions as JSON has them."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {name: plain(inner) for name, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value


def _stored(address: str, before: str | None) -> str:
    """Copy a picture into the vendor's storage: the same one twice is two files."""
    name = hashlib.sha256(f"{before} {address}".encode()).hexdigest()[:16]
    return f"https://files.keepincrm.example/{name}{address[-4:] if address[-4:-3] == '.' else ''}"
