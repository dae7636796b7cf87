"""What the details of a row of the log of deal products say, code by code."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

from include.bitrix24_deal_products.changes import Names, said
from include.bitrix24_deal_products.wording import EMPTY, FIELDS, OUTCOMES
from include.wording import plural
from include.wording.messages import ARROW, Details, Teller, joined, part, quoted, word
from include.wording.runs import Words

MOST = 8  # of fields or products in a sentence
CLOSEDATE = "closedate"


def _some(told: Iterator[str]) -> str:
    """Put the first few together, and say how many more there are."""
    shown = list(told)
    more = [f"и ещё {len(shown) - MOST}"] if len(shown) > MOST else []
    return "; ".join([*shown[:MOST], *more])


def _message(details: Details, zone: tzinfo) -> str:
    return str(details.get("message") or details.get("error") or "")


def _copied(names: Names) -> Teller:
    """Tell the fields as they were and as they are, and the product they come from."""

    def tell(details: Details, zone: tzinfo) -> str:
        product = details.get("product")
        fields = part(details, "fields")
        order = [*(name for name in names if name in fields), *(name for name in fields if name not in names)]
        told = (f"{word(names, name)}: {_change(part(fields, name))}" for name in order)
        return joined(f"товар {quoted(product)}" if product else "", _some(told))

    return tell


def _change(values: Details) -> str:
    return f"{_told(values, 'before')} {ARROW} {_told(values, 'after')}"


def _told(values: Details, key: str) -> str:
    return said(values.get(key)) or EMPTY


def _products(details: Details, zone: tzinfo) -> str:
    found = details.get("products")
    numbers = found if isinstance(found, list) else []
    return f"№ {_some(map(str, numbers))}" if numbers else ""


def _kept(details: Details, zone: tzinfo) -> str:
    title = details.get("title")
    return quoted(title) if title else ""


def _texts_of(key: str, names: Names) -> Teller:
    """Tell what was found where, in the words of the catalogue."""

    def tell(details: Details, zone: tzinfo) -> str:
        found = part(details, key)
        told = ((word(names, name), quoted(text) if text else EMPTY) for name, text in found.items())
        return _some(f"{name}: {text}" for name, text in told)

    return tell


def _cut(names: Names) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        found = part(details, "cut")
        return _some(f"{word(names, name)}: {_letters(letters)}" for name, letters in found.items())

    return tell


def _letters(letters: object) -> str:
    return f"было {plural(letters, 'знак', 'знака', 'знаков')}" if isinstance(letters, int) else str(letters)


def _overwritten(details: Details, zone: tzinfo) -> str:
    days = part(part(details, "fields"), CLOSEDATE)
    return f"стоит {_told(days, 'before')}, поездка {_told(days, 'after')}" if days else ""


def _repaired(details: Details, zone: tzinfo) -> str:
    days = part(part(details, "fields"), CLOSEDATE)
    return _told(days, "after") if days else ""


def _not_accepted(names: Names) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        found = details.get("not_accepted")
        return _some(word(names, name) for name in found) if isinstance(found, list) else ""

    return tell


def _gone(details: Details, zone: tzinfo) -> str:
    number = details.get("deal_id")
    return f"№ {number}" if number else ""


def _nothing(details: Details, zone: tzinfo) -> str:
    """Leave it at the text of the code, which says it all."""
    return ""


_OF_RUN = (
    "B24_PORTAL_MOVED",
    "B24_SCAN_INCOMPLETE",
    "B24_NOT_ADMIN",
    "B24_FUNNEL_UNKNOWN",
    "B24_FIELD_UNFIT",
    "B24_PROPERTY_UNKNOWN",
    "B24_TOO_MANY_FAILED",
    "B24_MASS_UPDATE",
    "B24_PRESENT_ONLY",
    "B24_CLOSEDATE_NOT_REPAIRED",
)


def words_of(names: Names) -> Words:
    """Speak of runs and deals; ``names``: what the deals' fields are called."""
    return Words(OUTCOMES, tellers(names), "«Товары в сделках»")


def tellers(names: Names) -> Mapping[str, Teller]:
    """Give the particulars of each code."""
    return {
        **dict.fromkeys(_OF_RUN, _message),
        "B24_COPIED": _copied(names),
        "B24_SEVERAL_PRODUCTS": _products,
        "B24_PRODUCT_MISSING": _products,
        "B24_TITLE_KEPT": _kept,
        "B24_BAD_TRIP_DATE": _texts_of("dates", {}),
        "B24_BAD_PROPERTY": _texts_of("properties", names),
        "B24_VALUE_CUT": _cut(names),
        "B24_CLOSEDATE_OVERWRITTEN": _overwritten,
        "B24_CLOSEDATE_REPAIRED": _repaired,
        "B24_CLOSED_MEANWHILE": _nothing,
        "B24_REFUSED": _message,
        "B24_NOT_ACCEPTED": _not_accepted(names),
        "B24_NOT_SENT": _message,
        "B24_DEAL_GONE": _gone,
    }


WORDS = words_of(FIELDS)
TELLERS = WORDS.tellers
