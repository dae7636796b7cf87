"""What the details of a row of the totals' log say, code by code."""

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from include.bitrix24_contact_totals.wording import ALL_YEARS, EVERYTHING, NOTHING_HELD, OUTCOMES
from include.wording import money, plural
from include.wording.clients import CLIENT_RULES
from include.wording.messages import ARROW, Details, Teller, joined, part, quoted, word
from include.wording.runs import Words

MOST = 6  # of totals or fields in a sentence


def _text_of(*keys: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        return str(next((details[key] for key in keys if details.get(key)), ""))

    return tell


def _some(told: Iterator[str]) -> str:
    """Put the first few together, and say how many more there are."""
    shown = list(told)
    more = [f"и ещё {len(shown) - MOST}"] if len(shown) > MOST else []
    return "; ".join([*shown[:MOST], *more])


def held(value: Any) -> str:
    """Tell what a field holds: a sum with its own places, nothing, or whatever stands there."""
    if value in (None, ""):
        return NOTHING_HELD
    return money(value, places=len(str(value).partition(".")[2])) if _is_sum(value) else quoted(value)


def _named(field: str, fields: Details) -> str:
    """Call a field by its year and direction, as far as the row knows them."""
    known = part(fields, field)
    if not known:
        return field
    year = known.get("year")
    direction = known.get("direction") or EVERYTHING
    return f"{direction}, {year}" if year else f"{direction} {ALL_YEARS}"


def _changes(details: Details, zone: tzinfo) -> str:
    """Tell totals as they were and as they are, the newest year first."""
    fields = part(details, "fields")
    known = {name: part(fields, name) for name in fields}
    order = sorted(known, key=lambda name: (-_year(known[name]), str(known[name].get("direction"))))
    return _some(
        f"{_named(name, fields)}: {held(known[name].get('before'))} {ARROW} {held(known[name].get('after'))}"
        for name in order
    )


def _year(told: Details) -> int:
    year = told.get("year")
    return year if isinstance(year, int) else 0


def _edits(details: Details, zone: tzinfo) -> str:
    """Tell what the portal held, and what it was known to hold."""
    drift, fields = part(details, "drift"), part(details, "fields")
    known = ((name, part(drift, name)) for name in drift)
    return _some(
        f"{_named(name, fields)}: было {held(told.get('known'))}, оказалось {held(told.get('held'))}"
        for name, told in known
        if told.get("known") is not None
    )


def _odd(details: Details, zone: tzinfo) -> str:
    drift, fields = part(details, "drift"), part(details, "fields")
    values = ((name, part(drift, name).get("held")) for name in drift)
    return _some(
        f"{_named(name, fields)}: {quoted(text)}" for name, text in values if text and not _is_sum(text)
    )


def _is_sum(value: object) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None


def _fields_of(*keys: str) -> Teller:
    """Tell fields by year and direction where those are known, else by name."""

    def tell(details: Details, zone: tzinfo) -> str:
        fields = part(details, "fields")
        told = (details[key] for key in keys if isinstance(details.get(key), list))
        return _some(_named(str(name), fields) for names in told for name in names)

    return tell


def _refused(details: Details, zone: tzinfo) -> str:
    return str(details.get("error") or details.get("message") or "")


def _field(details: Details, zone: tzinfo) -> str:
    name, label = details.get("field"), details.get("label")
    about = f"{quoted(label)} ({name})" if label and name else str(name or "")
    return joined(about, str(details.get("error") or details.get("message") or ""))


def _deal(details: Details, zone: tzinfo) -> str:
    """Tell a deal: its name, sum, direction and year."""
    total = details.get("sum")
    direction, year = details.get("direction"), details.get("year")
    return joined(
        quoted(details["title"]) if details.get("title") else "",
        _sum(total, details.get("currency")) if total is not None else "",
        str(direction or ""),
        str(year or ""),
    )


def _sum(amount: object, currency: object) -> str:
    """Tell a sum of any currency, no place of it lost."""
    fraction = str(amount).partition(".")[2].rstrip("0") if _is_sum(amount) else ""
    return money(amount, currency, max(2, len(fraction)))


def _rate(details: Details, zone: tzinfo) -> str:
    rate = details.get("rate")
    return joined(_deal(details, zone), f"курс {str(rate).replace('.', ',')}" if rate else "")


def _shared(details: Details, zone: tzinfo) -> str:
    others = details.get("conflicts")
    count = len(others) if isinstance(others, list) else 0
    return joined(
        word(CLIENT_RULES, details.get("rule")),
        f"подходят ещё {plural(count, 'клиент', 'клиента', 'клиентов')}" if count else "",
    )


_MESSAGE = _text_of("message", "error")
_OF_RUN = (
    "B24_PORTAL_MOVED",
    "B24_SCAN_INCOMPLETE",
    "B24_DEALS_DROPPED",
    "B24_DEALS_GREW",
    "B24_OTHER_PORTAL",
    "B24_CURRENCY_CHANGED",
    "B24_CONTACTS_MISSING",
    "B24_NOT_ADMIN",
    "B24_FUNNEL_UNKNOWN",
    "B24_FIELD_UNFIT",
    "B24_TOO_MANY_FAILED",
    "B24_FIELDS_LIMIT",
    "B24_FIELD_ABANDONED",
    "B24_CLOSEDATE_AUTO",
    "B24_YEAR_OUTSIDE",
    "B24_YEAR_UNKNOWN",
    "B24_CONTACT_UNKNOWN",
    "B24_POSTPONED",
    "B24_YEARS_DONE",
    "B24_PRESENT_ONLY",
)
_OF_FIELDS = ("B24_FIELD_CREATED", "B24_FIELD_NOT_CREATED", "B24_FIELD_UNKNOWN_OUTCOME")
_OF_DEALS = (
    "B24_BAD_SUM",
    "B24_CURRENCY_UNKNOWN",
    "B24_FOREIGN_CURRENCY",
    "B24_CLOSEDATE_EMPTY",
    "B24_HISTORY_MISSING",
    "B24_NO_YEAR",
    "B24_UNATTRIBUTED",
    "B24_DEAL_LEFT",
)
TELLERS: Mapping[str, Teller] = {
    **dict.fromkeys(_OF_RUN, _MESSAGE),
    **dict.fromkeys(_OF_FIELDS, _field),
    **dict.fromkeys(_OF_DEALS, _deal),
    "B24_YEAR_OUTSIDE": lambda details, zone: _MESSAGE(details, zone) or _deal(details, zone),
    "B24_RATE_FROZEN": _rate,
    "B24_TOTALS_CHANGED": _changes,
    "B24_MANUAL_EDIT": _edits,
    "B24_ODD_VALUE": _odd,
    "B24_FIELD_MISSING": _fields_of("missing", "unsent_fields"),
    "B24_NOT_ACCEPTED": _fields_of("not_accepted"),
    "B24_REFUSED": _refused,
    "B24_NOT_SENT": lambda details, zone: _refused(details, zone) or _field(details, zone),
    "B24_SHARED_CLIENT": _shared,
}
WORDS = Words(OUTCOMES, TELLERS, "«Клиенты по годам»")
