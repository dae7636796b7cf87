"""
What a buyer pays: deltas of options, offers of three kinds, exact to the cent (opencart 8.1-8.3).

Amounts are worked out within ``localcontext(EXACT)``: the current context may be anybody's.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

from include.opencart_catalog.special import Offer, is_nothing

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CENT = Decimal("0.01")
_LARGEST = Decimal("9999999999999999.99")  # that a price's column holds
_SIGNS = {"+": Decimal(1), "-": Decimal(-1)}


class Currency(NamedTuple):
    """In what prices are sent: its code, what a unit of the shop's is worth in it, places after the point."""

    code: str
    rate: Decimal = Decimal(1)
    places: int = 2

    def amount(self, price: Decimal | None) -> Decimal | None:
        """
        Convert and round half up, once, at the end.

        None for what is no price: nothing above zero, or more than anything costs.
        """
        if price is None:
            return None
        rounded = (price * self.rate).quantize(Decimal(1).scaleb(-min(self.places, 2)))
        return rounded.quantize(_CENT) if 0 < rounded <= _LARGEST else None


def exact(amount: Any) -> Decimal | None:
    """Read an amount, whatever the driver makes of its column."""
    return amount if amount is None or isinstance(amount, Decimal) else Decimal(str(amount))


def delta(prefix: str | None, price: Decimal | None) -> Decimal | None:
    """
    Say what an option value adds; None when its prefix is none of OpenCart's own.

    The stock shop adds nothing then; one with a module that knows the prefix takes another price.
    A row without prefix and price is no riddle.
    """
    sign = _SIGNS.get(prefix or "")
    if sign is None:
        return None if prefix or price else Decimal(0)
    return sign * (price or Decimal(0))


def total(deltas: Iterable[Decimal | None]) -> Decimal | None:
    """Sum the deltas of chosen values; None: one is unknown, and so is what the buyer pays."""
    listed = list(deltas)
    known = [each for each in listed if each is not None]
    return sum(known, Decimal(0)) if len(known) == len(listed) else None


def regular(price: Decimal | None, discount: Offer | None, deltas: Decimal) -> Decimal | None:
    """
    Give the regular price: a discount for one piece silently takes its place, unless it is zero as stored.

    One that the options bring to zero or below is what the shop asks for, and no price.
    """
    if discount is not None and (lowered := offered(discount, price, deltas)) is not None:
        return lowered
    return None if price is None else price + deltas


def offered(offer: Offer, price: Decimal | None, deltas: Decimal) -> Decimal | None:
    """
    Give an offer's price with the deltas of options, by the rule of the cart: it is what is paid.

    P takes per cents off, S an amount; anything else is the price itself, and zero of it no offer.
    """
    if offer.value is None or is_nothing(offer):
        return None
    if offer.kind not in ("P", "S"):
        return offer.value + deltas
    if price is None:
        return None
    base = price + deltas
    return base - (base * offer.value / 100 if offer.kind == "P" else offer.value)
