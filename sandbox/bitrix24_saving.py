"""
What clients write: values are checked, and nothing is saved where nothing changes (bitrix24 2.2, 2.4).

A field that is not known is overlooked without a word; so is one that nobody may write.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sandbox.bitrix24_deals import as_day, change
from sandbox.bitrix24_errors import BAD_VALUE, Refused
from sandbox.bitrix24_filter import comparable
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_schema import DEAL, SYSTEM, USER_KINDS
from sandbox.shelf import Record

_MONEY = re.compile(r"-?\d+(\.\d+)?\|[A-Z]{3}")
_MOST_LETTERS = 255


def save(
    portal: Portal, entity: int, record: Record, told: Mapping[str, Any], names: Mapping[str, str]
) -> bool:
    """
    Save what a client tells of a record, by the names that its method knows; tell whether anything changed.

    Raises Refused for a value that does not fit.
    """
    values = _checked(portal, entity, told, names)
    if entity == DEAL and "categoryId" in values and "stageId" not in values:
        values |= _entered(portal, record, values["categoryId"])
    kinds = {name: field.kind for name, field in portal.fields(entity).items()}
    changes = {
        name: value
        for name, value in values.items()
        if _plain(record.get(name), kinds[name]) != _plain(value, kinds[name])
    }
    if changes and entity == DEAL:
        change(portal, record, changes)
    elif changes:
        portal.shelf_of(entity).put([{**record, **changes, "updatedTime": portal.moment()}])
    return bool(changes)


def _entered(portal: Portal, record: Record, funnel: int) -> Record:
    """Begin a funnel at its beginning, unless the deal is in it."""
    if funnel == record.get("categoryId", 0) or funnel not in portal.funnels:
        return {}
    return {"stageId": portal.stage_with("P", funnel)}


def _checked(portal: Portal, entity: int, told: Mapping[str, Any], names: Mapping[str, str]) -> Record:
    own = {each["FIELD_NAME"]: each for each in portal.user_fields(entity)}
    values: Record = {}
    for name, value in told.items():
        key = names.get(name, "")
        try:
            if key in own:
                values[key] = _own_value(own[key], value)
            elif key in SYSTEM[entity] and SYSTEM[entity][key].writable:
                values[key] = _fitting(SYSTEM[entity][key].kind, value)
        except (ValueError, TypeError, InvalidOperation):
            raise Refused(BAD_VALUE, f'Поле "{name}" заполнено неверно') from None
    return values


def _own_value(field: Record, value: Any) -> Any:
    kind = field["USER_TYPE_ID"]
    if field["MULTIPLE"] == "Y":
        return [_one(field, kind, each) for each in (value if isinstance(value, list) else [value]) if each]
    return None if value in (None, "", False) else _one(field, kind, value)


def _one(field: Record, kind: str, value: Any) -> Any:
    if kind == "double":
        places = int(field["SETTINGS"].get("PRECISION", 2))
        return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    if kind == "money" and not _MONEY.fullmatch(str(value)):
        raise ValueError(value)
    if kind == "boolean":
        return str(value) in ("1", "Y", "True")
    return _fitting(USER_KINDS.get(kind, "string"), value)


def _fitting(kind: str, value: Any) -> Any:
    return _SYSTEM[kind](value) if kind in _SYSTEM else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list | Mapping):
        raise ValueError(value)
    return str("" if value is None else value)[:_MOST_LETTERS]


def _number(value: Any) -> float:
    number = Decimal(str(value or 0))
    if not number.is_finite():
        raise ValueError(value)
    return float(number)


def _numbers(value: Any) -> list[int]:
    return [int(each) for each in (value if isinstance(value, list) else [value]) if each]


_SYSTEM: Mapping[str, Callable[[Any], Any]] = {
    "integer": lambda value: int(value or 0),
    "integers": _numbers,
    "double": _number,
    "date": as_day,
    "boolean": lambda value: "Y" if str(value) in ("Y", "1", "True") else "N",
}


def _plain(value: Any, kind: str) -> Any:
    """Return a value as it is compared with another: 0 and nothing are different, "" and nothing are not."""
    return (
        value if isinstance(value, list) else comparable(value, kind) if kind != "string" else value or None
    )
