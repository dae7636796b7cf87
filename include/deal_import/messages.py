"""
What a row of the import log says, in Russian sentences.

A sentence is the dictionary's text of a code (``ops.code``) and, after it, the particulars that the row's
details hold: which rule found whom, old and new values. It is put together when shown, so that a better
wording also mends old logs. Details may be of an older shape or damaged: what cannot be read is left out and
never stops a page.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from include.deal_import import wording
from include.values.masking import mask_text

Details = Mapping[str, Any]
NOTHING = "не было"


class Sentence(NamedTuple):
    """One code of a row: what it means, and the particulars (empty when there are none)."""

    code: str
    text: str
    particulars: str

    def __str__(self) -> str:
        return f"{self.text}: {self.particulars}" if self.particulars else self.text


def describe(codes: Sequence[str], details: object, texts: Mapping[str, str], zone: tzinfo) -> list[Sentence]:
    """Return one sentence a code, in the order of the codes; moments are told in ``zone``."""
    known = details if isinstance(details, Mapping) else {}
    return [Sentence(code, texts.get(code, code), _particulars(code, known, zone)) for code in codes]


def moment(value: object, zone: tzinfo) -> str:
    """Write an ISO 8601 moment as people read it, in ``zone``; what is no moment stays as it stands."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return f"{at.astimezone(zone):%d.%m.%Y %H:%M}" if isinstance(at, datetime) else str(value)
    except (ValueError, OverflowError):
        return str(value)


def masked(value: Any) -> Any:
    """Return details as they may be shown: personal data masked in every text inside, at any depth."""
    match value:
        case str():
            return mask_text(value)
        case Mapping():
            return {mask_text(str(key)): masked(inner) for key, inner in value.items()}
        case list():
            return [masked(inner) for inner in value]
    return value


def _particulars(code: str, details: Details, zone: tzinfo) -> str:
    tell = _TELLERS.get(code)
    return mask_text(tell(details, zone)) if tell else ""


def _part(details: Details, key: str) -> Details:
    part = details.get(key)
    return part if isinstance(part, Mapping) else {}


def _change(change: Details, write: Callable[[Any], str]) -> str:
    old, new = change.get("old"), change.get("new")
    return (
        f"{NOTHING if old is None else write(old)} {wording.ARROW} {NOTHING if new is None else write(new)}"
    )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _word(words: Mapping[str, str], key: object) -> str:
    return words.get(str(key), str(key)) if key else ""


def _quoted(value: object) -> str:
    return f"«{value}»"


def _client_found(details: Details, zone: tzinfo) -> str:
    return _word(wording.CLIENT_RULES, _part(details, "client").get("rule"))


def _other_clients(details: Details, zone: tzinfo) -> str:
    others = _part(details, "client").get("others")
    numbers = [f"№\u00a0{other}" for other in others[:10]] if isinstance(others, list) else []
    more = f"и ещё {len(others) - 10}" if isinstance(others, list) and len(others) > 10 else ""
    return _joined("те же данные у клиентов " + ", ".join(numbers), more) if numbers else ""


def _payment_bound(details: Details, zone: tzinfo) -> str:
    amount, manual = details.get("amount"), details.get("manual_amount")
    currency = details.get("currency")
    return _joined(
        wording.money(amount, currency) if amount is not None else "",
        _word(wording.DEAL_RULES, _part(details, "deal").get("rule")),
        f"заменена введённая вручную сумма {wording.money(manual, currency)}" if manual is not None else "",
    )


def _overwritten(details: Details, zone: tzinfo) -> str:
    amount, status = _part(details, "actual_amount"), _part(details, "status")
    currency = details.get("currency")
    return _joined(
        f"сумма {_change(amount, lambda value: wording.money(value, currency))}" if amount else "",
        f"статус {_change(status, _quoted)}" if status else "",
    )


def _status_set(details: Details, zone: tzinfo) -> str:
    change = _part(details, "deal_status")
    return _change(change, _quoted) if change else ""


def _date_moved(details: Details, zone: tzinfo) -> str:
    change = _part(details, "last_deal_at")
    return _change(change, lambda value: moment(value, zone)) if change else ""


def _raw_status(details: Details, zone: tzinfo) -> str:
    status = details.get("raw_status")
    return _quoted(status) if status else ""


def _faults_in(*fields: str) -> Callable[[Details, tzinfo], str]:
    def tell(details: Details, zone: tzinfo) -> str:
        faults = _part(details, "faults")
        return _joined(
            *(f"{wording.FIELDS[name]} {_quoted(faults[name])}" for name in fields if name in faults)
        )

    return tell


def _currencies(details: Details, zone: tzinfo) -> str:
    pair = _part(details, "currency_mismatch")
    return f"у сделки {pair.get('deal')}, в записи {pair.get('record')}" if pair else ""


def _element(details: Details, zone: tzinfo) -> str:
    count, first = details.get("count"), details.get("first_position")
    return _joined(
        f"<{details['element']}>" if details.get("element") else "",
        wording.plural(count, "раз", "раза", "раз") if isinstance(count, int) else "",
        f"впервые в записи {first}" if first is not None else "",
    )


def _message(details: Details, zone: tzinfo) -> str:
    return str(details.get("message") or "")


def _finished(details: Details, zone: tzinfo) -> str:
    counted = {
        "records": ("запись", "записи", "записей"),
        "clients_created": ("новый клиент", "новых клиента", "новых клиентов"),
        "deals_created": ("новая сделка", "новые сделки", "новых сделок"),
    }
    return _joined(
        *(
            wording.plural(details[key], *forms)
            for key, forms in counted.items()
            if isinstance(details.get(key), int)
        )
    )


_TELLERS: dict[str, Callable[[Details, tzinfo], str]] = {
    "CLIENT_FOUND": _client_found,
    "CLIENT_AMBIGUOUS": _other_clients,
    "CLIENT_CONFLICT": _other_clients,
    "PAYMENT_BOUND": _payment_bound,
    "RECORD_OVERWRITTEN": _overwritten,
    "DEAL_STATUS_SET": _status_set,
    "STATUS_REPEAT_REFUSED": _raw_status,
    "UNKNOWN_STATUS": _raw_status,
    "LAST_DEAL_DATE_MOVED": _date_moved,
    "BAD_AMOUNT": _faults_in("actual_amount", "potential_amount", "currency"),
    "BAD_DATE": _faults_in("payment_date", "deal_date"),
    "MISSING_ID": _faults_in("id"),
    "DB_ERROR": _faults_in("conversion_id", "deal_id"),
    "CURRENCY_MISMATCH": _currencies,
    "UNKNOWN_ELEMENT": _element,
    "RUN_FINISHED": _finished,
    "CONFIG_ERROR": _message,
    "FETCH_FAILED": _message,
    "BAD_FILE": _message,
    "RUN_ALREADY_ACTIVE": _message,
}
