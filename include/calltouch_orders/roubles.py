"""Sums as Calltouch takes them: roubles, two decimals, a dot, never an exponent (calltouch 2.1, 7)."""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def roubles(amount: Decimal, rate: Decimal = Decimal(1)) -> Decimal:
    """Convert by the document's rate and round half up (A27)."""
    return (amount * rate).quantize(_CENT, ROUND_HALF_UP) or ZERO


def text(amount: Decimal) -> str:
    """Spell an amount ``1760.00``."""
    return f"{amount:.2f}"
