"""
Values of fields of leads and contacts, from how an order tells them to how the vendor does (amocrm 5.5).

``{1500101: "site-17", 1500103: "Новый", 1500104: ["ERP", "WMS"], 1500106: true}``. A date is told as seconds
or as the text the vendor is to answer with. ``{"values": […]}`` is given out as it stands, whatever it is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.amocrm_material import EMAIL, PHONE, Record

_CHOSEN = ("select", "radiobutton", "multiselect", "category")
_NUMBERS = ("numeric", "price", "monetary")


def spelled(told: Mapping[Any, Any], fields: Mapping[int, Record]) -> list[Record]:
    """Spell all that are told; None and nothing leave a field out. Raises ValueError for an unknown one."""
    return [_field(_known(number, fields), value) for number, value in told.items() if not _is_empty(value)]


def replaced(before: list[Record] | None, told: Mapping[Any, Any], fields: Mapping[int, Record]) -> Any:
    """Put new values in the place of old ones; null if nothing is left, as the vendor has it."""
    numbers = {int(number) for number in told}
    kept = [each for each in before or [] if each["field_id"] not in numbers]
    return [*kept, *spelled(told, fields)] or None


def multitext(phones: Iterable[str], emails: Iterable[str]) -> list[Record] | None:
    """Spell a contact's phones and addresses."""
    kinds = ((PHONE, "Телефон", "PHONE", phones), (EMAIL, "Email", "EMAIL", emails))
    found = []
    for number, name, code, texts in kinds:
        values = [{"value": text, "enum_id": 700 + number, "enum_code": "WORK"} for text in texts]
        if values:
            field = {"field_id": number, "field_name": name, "field_code": code, "field_type": "multitext"}
            found.append({**field, "values": values})
    return found or None


def _known(number: Any, fields: Mapping[int, Record]) -> Record:
    field = fields.get(int(number))
    if field is None:
        raise ValueError(f"no field {number}")
    return field


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or value == ""


def _field(field: Record, told: Any) -> Record:
    named = {"field_id": field["id"], "field_name": field["name"]}
    named |= {"field_code": field["code"], "field_type": field["type"]}
    if isinstance(told, Mapping) and "values" in told:
        return {**named, **told}
    values = told if isinstance(told, list) else [told]
    return {**named, "values": [_value(field, each) for each in values]}


def _value(field: Record, told: Any) -> Record:
    kind = field["type"]
    if kind == "chained_list":
        return dict(told)
    if kind in _CHOSEN:
        return _chosen(field, told)
    return {"value": str(told) if kind in _NUMBERS else told}


def _chosen(field: Record, told: Any) -> Record:
    for enum in field["enums"] or ():
        if told in (enum["value"], enum["id"]):
            return {"value": enum["value"], "enum_id": enum["id"], "enum_code": enum["code"]}
    raise ValueError(f"{told!r} is no choice of field {field['id']}")
