"""Amounts of money: exact, to the hundredth, never a float (leadexpert 7)."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

_CENT = Decimal("0.01")
_ROUNDING = Context(prec=18, rounding=ROUND_HALF_UP)  # our own: the current one may be anybody's
_ZERO = Decimal("0.00")  # also what a negative zero becomes
_LIMIT = Decimal("9999999999999999.995")  # from here on rounding leaves numeric(18,2)

_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f"))  # thousands separators, wherever they stand
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_CANONICAL = re.compile(r"(?:0|-?[1-9][0-9]{0,15})\.[0-9]{2}")


def money(raw: str | None) -> Decimal | None:
    """
    Read an amount and round it half up (ties away from zero) to two places; blank is None.

    Ordinary and no-break spaces are thousands separators, one comma may stand for the point.
    Raises ValueError for anything else, and for an amount of 10**16 or more.
    """
    text = raw.strip().translate(_SPACES) if raw else ""
    if not text:
        return None
    text = text.replace(",", ".", 1)
    if not _NUMBER.fullmatch(text):
        raise ValueError("not an amount of money")
    value = Decimal(text)
    if not -_LIMIT < value < _LIMIT:
        raise ValueError("amount of 10**16 or more")
    return value.quantize(_CENT, context=_ROUNDING) or _ZERO


def money_text(raw: str | None) -> str | None:
    """Read an amount as ``money`` does and spell it ``1234.50``, as Postgres does."""
    if raw and _CANONICAL.fullmatch(raw):
        return raw
    value = money(raw)
    return None if value is None else str(value)
