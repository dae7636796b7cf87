"""
What a rule of the filter compares with, read by the kind of the field: number, day, tick, choice or text.

A value that does not read as its field's kind is told to the person who wrote it, never compared as something
else.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from include.amocrm.spelling import number

Kind = Literal["text", "number", "date", "moment", "tick", "choice", "pipeline", "status", "user", "tag"]

ORDERING = frozenset({"gt", "gte", "lt", "lte"})
EMPTINESS = frozenset({"is_empty", "not_empty"})
PARTIAL = frozenset({"contains", "not_contains"})
ORDERED: frozenset[Kind] = frozenset({"number", "date", "moment"})
WORDED: frozenset[Kind] = frozenset({"text", "choice", "tag"})
NUMERIC_TYPES = frozenset({"numeric", "monetary", "price"})
SYSTEM_KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "pipeline_id": "pipeline",
        "status_id": "status",
        "responsible_user_id": "user",
        "tag": "tag",
        "price": "number",
        "created_at": "moment",
    }
)
_TYPE_KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        **dict.fromkeys(NUMERIC_TYPES, "number"),
        **dict.fromkeys(("date", "birthday"), "date"),
        **dict.fromkeys(("select", "multiselect", "radiobutton", "category"), "choice"),
        "date_time": "moment",
        "checkbox": "tick",
    }
)
_TICKS = MappingProxyType(
    dict.fromkeys(("1", "true", "да", "yes"), True) | dict.fromkeys(("0", "false", "нет", "no"), False)
)
_MUST_BE: MappingProxyType[Kind, str] = MappingProxyType(
    {
        "number": "нужно число, а здесь «{}»",
        "date": "нужен день вида 2026-01-31, а здесь «{}»",
        "moment": "нужен день вида 2026-01-31 или момент, а здесь «{}»",
        "tick": "нужно да или нет, а здесь «{}»",
        "pipeline": "нужен номер воронки, а здесь «{}»",
        "user": "нужен номер пользователя, а здесь «{}»",
        "status": "нужны воронка и статус через дробь, например 8200011/142, а здесь «{}»",
    }
)
UNFIT = "оператор {} для такого поля не годится"


class Wanted(NamedTuple):
    """A value of a rule, read in all the ways in which a field may be compared with it."""

    text: str  # folded
    number: Decimal | None = None
    day: date | None = None
    moment: datetime | None = None
    tick: bool | None = None


def kind_of_type(vendors_type: str) -> Kind:
    """Tell how a custom field is compared; one of an unknown type by its text."""
    return _TYPE_KINDS.get(vendors_type, "text")


def fold(text: str) -> str:
    """Fold a text into what is compared: composed (NFC), trimmed, whatever its case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def wanted(text: str, zone: ZoneInfo) -> Wanted:
    """Read a value of a rule; a moment without a zone of its own is in ``zone``."""
    folded = fold(text)
    day = _day(folded)
    return Wanted(folded, number(folded), day, None if day else _moment(folded, zone), _TICKS.get(folded))


def status_text(pipeline_id: int, status_id: int) -> str:
    """Spell a status as rules name it."""
    return f"{pipeline_id}/{status_id}"


def misfit(kind: Kind, operator: str) -> str | None:
    """Tell why a field of a kind can't be compared so; None: it can."""
    is_fit = kind in ORDERED if operator in ORDERING else kind in WORDED if operator in PARTIAL else True
    return None if is_fit else UNFIT.format(operator)


def unreadable(kind: Kind, text: str) -> str | None:
    """Tell why a value of a rule does not read as its field's kind; None: it does."""
    told = wanted(text, ZoneInfo("UTC"))
    match kind:
        case "number":
            reads = told.number is not None
        case "date":
            reads = told.day is not None
        case "moment":
            reads = told.day is not None or told.moment is not None
        case "tick":
            reads = told.tick is not None
        case "pipeline" | "user":
            reads = bool(re.fullmatch(r"[0-9]{1,18}", told.text))
        case "status":
            reads = bool(re.fullmatch(r"[0-9]{1,18}/[0-9]{1,18}", told.text))
        case _:
            reads = True
    return None if reads else _MUST_BE[kind].format(text)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        told = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=zone)
