"""What totals have to be, in plain loops over whole numbers and fractions (bitrix24 7.2, 5 to 10)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

Key = tuple[int, int, int]  # contact, direction, year
RateKey = tuple[int, str]  # deal, currency


class Deal(NamedTuple):
    """A won deal. ``amount``: in its own currency; ``day``: its close date."""

    deal_id: int
    category_id: int
    day: str
    amount: Fraction
    currency: str
    contact_ids: Sequence[int]


class Reckoning(NamedTuple):
    """What a reading comes to. ``totals``: amount and number of deals."""

    totals: dict[Key, tuple[int, int]]
    unattributed: int
    everything: int


def half_up(value: Fraction) -> int:
    """Round to a whole number, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def rate(rates: Mapping[str, Fraction], currency: str, target: str) -> Fraction:
    """Give the rate of a currency: the quotient itself, however many places it has."""
    return Fraction(1) if currency == target else rates[currency] / rates[target]


def share(amount: int, contact_ids: Iterable[int]) -> dict[int, int]:
    """Split into equal parts; the contacts with the smallest numbers get what is left over."""
    contacts = sorted({contact for contact in contact_ids if contact > 0})
    quotient, rest = divmod(abs(amount), len(contacts))
    sign = 1 if amount >= 0 else -1
    return {contact: sign * (quotient + (place < rest)) for place, contact in enumerate(contacts)}


def reckon(
    deals: Iterable[Deal],
    rates: Mapping[str, Fraction],
    frozen: dict[RateKey, Fraction],
    *,
    target: str,
    decimals: int,
) -> Reckoning:
    """Work out the totals of a reading; rates met for the first time go into ``frozen``."""
    totals: dict[Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    unattributed = everything = 0
    for deal in deals:
        used = frozen.setdefault((deal.deal_id, deal.currency), rate(rates, deal.currency, target))
        amount = half_up(deal.amount * used * 10**decimals)
        everything += amount
        if not any(contact > 0 for contact in deal.contact_ids):
            unattributed += amount
            continue
        for contact, part in share(amount, deal.contact_ids).items():
            key = (contact, deal.category_id, int(deal.day[:4]))
            before, count = totals[key]
            totals[key] = (before + part, count + 1)
    return Reckoning(dict(totals), unattributed, everything)


class Chronicle:
    """The values that totals had, day by day."""

    def __init__(self) -> None:
        self.values: dict[Key, list[tuple[int, int]]] = defaultdict(list)

    def note(self, totals: Mapping[Key, tuple[int, int]]) -> None:
        """Note a day: what is not among the totals is nothing."""
        for key in {*self.values, *totals}:
            value = totals.get(key, (0, 0))
            known = self.values[key]
            if (known and known[-1] != value) or (not known and value[0]):
                known.append(value)
