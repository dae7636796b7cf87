"""Which special price the shop shows a guest, and from when to when (opencart 8.2; keepincrm Q17, Q18)."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

_INSTANT = timedelta(seconds=1)
_ZERO = re.compile(r"0000-00-00(?: .*)?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
Limit = date | None | Literal["never"]


class Offer(NamedTuple):
    """
    A special or a discount, as the shop stores it; dates None: no limit on that side.

    ``kind``: F the price itself, P per cents off, S an amount off. ``end`` is exclusive.
    """

    offer_id: int
    priority: int | None
    kind: str
    value: Decimal | None
    start: date | None
    end: date | None


def limit(raw: str | None, *, null_is_never: bool) -> Limit:
    """
    Read a date of an offer: a zero date or none is no limit, ``never`` one that never holds.

    In 4.1 a NULL never holds, since SQL compares nothing with it. A day that no calendar has, as 2026-07-00,
    limits as the first real one after it, since the shop's database compares number by number. Raises
    ValueError for what is no date.
    """
    if raw is None and null_is_never:
        return "never"
    text = (raw or "").strip()
    if not text or _ZERO.fullmatch(text):
        return None
    return _first_day(text[:10])


def is_active(offer: Offer, now: datetime) -> bool:
    """Tell whether the shop applies an offer: from just after its first midnight until its last one."""
    begun = offer.start is None or _midnight(offer.start) < now
    return begun and (offer.end is None or _midnight(offer.end) > now)


def shown(offers: Iterable[Offer], now: datetime) -> Offer | None:
    """Choose the offer that the shop applies now: by priority, then by the stored value, across kinds."""
    return min((offer for offer in offers if is_active(offer, now)), key=_order, default=None)


def is_nothing(offer: Offer) -> bool:
    """
    Tell whether an offer is none: of zero, or below it.

    Some versions of the shop's page show a zero and some do not; it counts as «no special» (opencart 8.2).
    """
    return not offer.value or (offer.kind not in ("P", "S") and offer.value < 0)


def coming(offers: Iterable[Offer], now: datetime) -> Offer | None:
    """
    Choose the offer that begins next, of those that the shop will show when their day comes.

    One may lose that day to another of a better priority, be it of zero: the shop would never show it.
    """
    listed = list(offers)
    days = {offer.start for offer in listed if offer.start is not None and _midnight(offer.start) >= now}
    for day in sorted(days):
        first = shown(listed, _midnight(day) + _INSTANT)
        if first is not None and first.start == day and not is_nothing(first):
            return first
    return None


def last_day(end: date | None, *, raw: bool = False) -> date | None:
    """Give the last day on which an offer is active; ``raw``: the end as the shop has it."""
    return end if end is None or raw else end - timedelta(days=1)


def _first_day(text: str) -> date:
    """Read a day; of one that is not in the calendar give the next that is."""
    found = _DAY.fullmatch(text)
    year, month, day = (int(part) for part in found.groups()) if found else (1, 0, 99)
    if month > 12 or day > 31:
        raise ValueError(f"«{text}» is not a date")
    if year == 0:
        return date.min
    if month == 0:
        return date(year, 1, 1)
    last = monthrange(year, month)[1]
    return date(year, month, 1) + timedelta(days=min(day or 1, last + 1) - 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _order(offer: Offer) -> tuple[bool, int, bool, Decimal, int]:
    """Put NULL first, as MySQL does."""
    priority, value = offer.priority, offer.value
    return (
        priority is not None,
        priority or 0,
        value is not None,
        Decimal(0) if value is None else value,
        offer.offer_id,
    )
