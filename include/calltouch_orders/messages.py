"""What the details of a row of the exchange's log say, code by code, and what a check by hand says."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from include.calltouch_orders.differences import Difference
from include.calltouch_orders.wording import DEAL_STATES, FIELDS, OUTCOMES, READ
from include.values.masking import mask_text
from include.wording import money, plural
from include.wording.messages import Details, Sentence, Teller, change, joined, part, quoted, word
from include.wording.runs import Words

_SUMS = ("revenue", "margin")


def log_line(title: str, outcome: str, sentences: Iterable[Sentence]) -> str:
    """Tell what became of one document, as one line of the task's log (calltouch 6.25)."""
    told = "; ".join(str(sentence) for sentence in sentences)
    line = f"{title}: {word(OUTCOMES, outcome)}"
    return mask_text(f"{line}. {told}" if told else line)


def difference_line(difference: Difference) -> str:
    """Tell how one field differs, as a check by hand does (calltouch 6.21)."""
    sides = (_side(difference.field, value) for value in difference[1:])
    return "{}: в 1С {}, в Calltouch {}".format(word(FIELDS, difference.field), *sides)


def _side(field: str, value: str | None) -> str:
    return "нет" if value is None else _written(field, value)


def _written(field: str, value: object) -> str:
    return money(value, "RUB") if field in _SUMS else quoted(value)


def _changed(*fields: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        return joined(*(_change(field, part(details, field)) for field in fields))

    return tell


def _change(field: str, values: Details) -> str:
    if values.get("old") == values.get("new"):
        return ""
    return f"{word(FIELDS, field)} {change(values, lambda value: _written(field, value))}"


def _first_revenue(details: Details, zone: tzinfo) -> str:
    revenue = part(details, "revenue").get("new")
    return "" if revenue is None else money(revenue, "RUB")


def _cuts(details: Details, zone: tzinfo) -> str:
    cut = part(details, "cut")
    return joined(*(f"{word(FIELDS, field)} ({length} зн.)" for field, length in cut.items()))


def _converted(details: Details, zone: tzinfo) -> str:
    currency = part(details, "currency")
    return f"{currency.get('code')} по курсу {currency.get('rate')}" if currency else ""


def _left_out(details: Details, zone: tzinfo) -> str:
    return f"сделка {word(DEAL_STATES, details.get('state'))}" if details.get("state") else ""


def _found_differences(details: Details, zone: tzinfo) -> str:
    found = details.get("differences")
    if not isinstance(found, list):
        return ""
    return plural(len(found), "отличие", "отличия", "отличий") if found else "отличий нет"


def _text_of(*keys: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        return str(next((details[key] for key in keys if details.get(key)), ""))

    return tell


def _found_source(details: Details, zone: tzinfo) -> str:
    """Tell a source, and which account has written its own into the order first (A25)."""
    source, writer = details.get("source") or "", details.get("written_by")
    return joined(str(source), f"в заказе источник из аккаунта {writer}" if writer else "")


TELLERS: Mapping[str, Teller] = {
    "ORDER_CHECKED": _found_differences,
    "ORDER_CREATED": _first_revenue,
    "ORDER_SHIPPED": _changed("revenue", "margin", "funnel"),
    "SUMS_CHANGED": _changed("revenue", "margin"),
    "STATUS_CHANGED": _changed("status"),
    "TEXT_CUT": _cuts,
    "CURRENCY_CONVERTED": _converted,
    "SHIPMENT_WITHOUT_DEAL": _left_out,
    "REJECTED": _text_of("error"),
    "OUTCOME_UNKNOWN": _text_of("error"),
    "NOT_SENT": _text_of("error"),
    "BAD_DOCUMENT": _text_of("message", "error"),
    "LIMIT_REACHED": _text_of("message"),
    "SOURCE_FOUND": _found_source,
    "SOURCE_WRITTEN": _text_of("source"),
    "SOURCE_KEPT": _text_of("kept"),
    "SOURCE_REFUSED": _text_of("error"),
}
WORDS = Words(OUTCOMES, TELLERS, "«Обмен с Calltouch»")
INTAKE_WORDS = Words(READ, TELLERS, WORDS.page)
