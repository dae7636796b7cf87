"""Values of 1C as values of Python; its empty date and its empty reference are None (onec-odata 3)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from include.onec.literals import EMPTY_GUID, TYPE_PREFIX, is_guid

_EMPTY_YEAR = 1  # 0001-01-01T00:00:00 is the empty date
_UNDEFINED = "Undefined"
_DIGITS = 18  # of our numeric columns


def text(raw: object) -> str | None:
    """Trim a string, padded as numbers and codes are; blank is None. NUL, which no database keeps, goes."""
    if raw is None:
        return None
    return str(raw).replace("\x00", "").strip() or None


def reference(raw: object) -> str | None:
    """Read a reference in lower case; the empty one, and what is no reference, is None."""
    value = str(raw).lower() if is_guid(raw) else None
    return None if value == EMPTY_GUID else value


def typed_reference(row: Mapping[str, Any], field: str) -> tuple[str | None, str | None]:
    """Read an attribute of a composite type: the entity's name and the key; twice None when it is empty."""
    kind = str(row.get(f"{field}_Type") or "").removeprefix(TYPE_PREFIX)
    key = reference(row.get(field))
    return (kind, key) if key and kind and kind != _UNDEFINED else (None, None)


def typed_text(row: Mapping[str, Any], field: str) -> str | None:
    """Read an attribute of a composite type that holds no reference; None when it is empty."""
    is_empty = row.get(f"{field}_Type") in (None, "", f"{TYPE_PREFIX}{_UNDEFINED}")
    value = None if is_empty else text(row.get(field))
    return None if value == EMPTY_GUID else value


def moment(raw: object, zone: ZoneInfo) -> datetime | None:
    """Read a moment of the base's wall clock in ``zone``; the empty date is None. Raises ValueError."""
    if raw is None or raw == "":
        return None
    value = datetime.fromisoformat(str(raw))
    if value.year == _EMPTY_YEAR:
        return None
    return value if value.tzinfo else value.replace(tzinfo=zone)


def number(raw: object, places: int = 2) -> Decimal | None:
    """
    Read a number, which may have come as text, rounded half up to ``places``; blank is None.

    Raises ValueError for what is no number and for one that leaves a numeric(18, places).
    """
    if raw is None or raw == "" or isinstance(raw, bool):
        return None
    with localcontext(prec=40, rounding=ROUND_HALF_UP):
        try:
            value = Decimal(str(raw)).quantize(Decimal(1).scaleb(-places))
        except InvalidOperation:
            raise ValueError(f"not a number: {str(raw)[:40]!r}") from None
    if not value.is_finite() or value.adjusted() >= _DIGITS - places:
        raise ValueError("a number out of range")
    return value


def ordinal(raw: object) -> int:
    """Read the number of a row, which comes as text; 0 when it has none."""
    digits = str(raw or "")
    return int(digits) if digits.isdecimal() else 0


def flag(raw: object) -> bool:
    """Read a boolean; anything but a plain true is false."""
    return raw is True or raw == "true"
