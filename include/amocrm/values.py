"""Values of custom fields, typed (amocrm 5.5)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from include.amocrm.spelling import as_json, day_of, moment, number, text, whole

UNPARSABLE, UNKNOWN_TYPE = "AMO_UNPARSABLE_NUMBER", "AMO_UNKNOWN_TYPE"
NO_FIELD = "field_id"  # a problem: values of nobody knows which field
PLAIN = frozenset({"text", "textarea", "streetaddress", "url", "tracking_data"})
NUMBERS = frozenset({"numeric", "price", "monetary"})
DATES = frozenset({"date", "birthday", "date_time"})
CHOICES = frozenset({"select", "radiobutton", "category", "multiselect", "multitext", "smart_address"})
OBJECTS = frozenset({"legal_entity", "linked_entity", "file", "items", "payer", "supplier"})


class ValueRow(NamedTuple):
    """One value of a custom field, in the order of the columns of ``stage.amocrm_statuses_value``."""

    lead_id: int
    field_id: int
    value_index: int
    value_text: str | None = None
    value_num: Decimal | None = None
    value_ts: datetime | None = None
    value_bool: bool | None = None
    enum_id: int | None = None
    enum_code: str | None = None
    value_json: str | None = None


class Typed(NamedTuple):
    """A value as it reads; ``problem``: the code of what is wrong with it."""

    text: str | None = None
    num: Decimal | None = None
    ts: datetime | None = None
    tick: bool | None = None
    enum_id: int | None = None
    enum_code: str | None = None
    json: str | None = None
    problem: str | None = None


def values_of(lead_id: int, told: Any, zone: ZoneInfo) -> tuple[list[ValueRow], list[str]]:
    """
    Read all values of a lead's custom fields; give with them the codes of what is wrong.

    Null and an absent key are alike: nothing is filled in. A type that is not known is kept as it came.
    """
    rows, problems = [], []
    for field in told if isinstance(told, list) else ():
        field_id = whole(field.get("field_id")) if isinstance(field, Mapping) else None
        if field_id is None:
            problems.append(NO_FIELD)
            continue
        for index, value in enumerate(_typed(field, zone)):
            rows.append(ValueRow(lead_id, field_id, index, *value[:-1]))
            if value.problem:
                problems.append(value.problem)
    return rows, problems


def _typed(field: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Typed]:
    elements = field.get("values")
    kind = str(field.get("field_type") or "")
    for element in elements if isinstance(elements, list) else ():
        told = element if isinstance(element, Mapping) else {"value": element}
        yield _READERS.get(kind, _unknown)(told, kind, zone)


def _plain(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    return Typed(text(told.get("value")))


def _number(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    spelled, amount = text(told.get("value")), number(told.get("value"))
    is_wrong = amount is None and bool(spelled and spelled.strip())
    return Typed(spelled, amount, problem=UNPARSABLE if is_wrong else None)


def _date(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    """Keep the instant, and as text the day it means; one that does not read stays as it is spelt."""
    at = moment(told.get("value"))
    if at is None:
        return Typed(text(told.get("value")))
    return Typed(at.isoformat() if kind == "date_time" else day_of(at, zone).isoformat(), ts=at)


def _tick(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    """Read a tick: true and false, also as 1 and 0, also as texts."""
    value = told.get("value")
    spelled = str(value).strip().casefold()
    known = {"true": True, "1": True, "false": False, "0": False, "": False}
    return Typed(tick=known.get(spelled)) if spelled in known else Typed(text(value))


def _choice(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    """Read a choice; old answers have its code in ``enum``."""
    code, old = text(told.get("enum_code")), told.get("enum")
    number_of_choice = whole(told.get("enum_id"))
    if number_of_choice is None:
        number_of_choice = whole(old)
    return Typed(text(told.get("value")), enum_id=number_of_choice, enum_code=code or _word(old))


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and whole(value) is None else None


def _object(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    return Typed(json=as_json(told.get("value")))


def _chain(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    return Typed(json=as_json(told))


def _unknown(told: Mapping[str, Any], kind: str, zone: ZoneInfo) -> Typed:
    return Typed(json=as_json(told), problem=UNKNOWN_TYPE)


def _readers() -> dict[str, Callable[[Mapping[str, Any], str, ZoneInfo], Typed]]:
    groups: Sequence[tuple[Any, Callable[[Mapping[str, Any], str, ZoneInfo], Typed]]] = (
        (PLAIN, _plain),
        (NUMBERS, _number),
        (DATES, _date),
        (CHOICES, _choice),
        (OBJECTS, _object),
        (("checkbox",), _tick),
        (("chained_list",), _chain),
    )
    return {kind: reader for kinds, reader in groups for kind in kinds}


_READERS = _readers()
