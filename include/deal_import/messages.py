"""What the details of a row of deal_import's log say, code by code."""

from collections.abc import Mapping
from datetime import tzinfo

from include.deal_import.reasons import quoted_fault
from include.deal_import.wording import FIELDS, OUTCOMES
from include.wording import moment, money, plural
from include.wording.clients import CLIENT_RULES, DEAL_RULES
from include.wording.messages import Details, Teller, change, joined, part, quoted, word
from include.wording.runs import Words


def _client_found(details: Details, zone: tzinfo) -> str:
    return word(CLIENT_RULES, part(details, "client").get("rule"))


def _other_clients(details: Details, zone: tzinfo) -> str:
    others = part(details, "client").get("others")
    numbers = [f"№\u00a0{other}" for other in others[:10]] if isinstance(others, list) else []
    more = f"и ещё {len(others) - 10}" if isinstance(others, list) and len(others) > 10 else ""
    return joined("те же данные у клиентов " + ", ".join(numbers), more) if numbers else ""


def _payment_bound(details: Details, zone: tzinfo) -> str:
    amount, manual = details.get("amount"), details.get("manual_amount")
    currency = details.get("currency")
    return joined(
        money(amount, currency) if amount is not None else "",
        word(DEAL_RULES, part(details, "deal").get("rule")),
        f"заменена введённая вручную сумма {money(manual, currency)}" if manual is not None else "",
    )


def _overwritten(details: Details, zone: tzinfo) -> str:
    amount, status = part(details, "actual_amount"), part(details, "status")
    currency = details.get("currency")
    return joined(
        f"сумма {change(amount, lambda value: money(value, currency))}" if amount else "",
        f"статус {change(status, quoted)}" if status else "",
    )


def _status_set(details: Details, zone: tzinfo) -> str:
    status = part(details, "deal_status")
    return change(status, quoted) if status else ""


def _date_moved(details: Details, zone: tzinfo) -> str:
    date = part(details, "last_deal_at")
    return change(date, lambda value: moment(value, zone)) if date else ""


def _raw_status(details: Details, zone: tzinfo) -> str:
    status = details.get("raw_status")
    return quoted(status) if status else ""


def _faults_in(*fields: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        faults = part(details, "faults")
        found = {name: str(faults[name]) for name in fields if name in faults}
        return joined(*(f"{FIELDS[name]} {quoted_fault(name, text)}" for name, text in found.items()))

    return tell


def _currencies(details: Details, zone: tzinfo) -> str:
    pair = part(details, "currency_mismatch")
    return f"у сделки {pair.get('deal')}, в записи {pair.get('record')}" if pair else ""


def _met(details: Details, zone: tzinfo) -> str:
    count, first = details.get("count"), details.get("first_position")
    return joined(
        f"<{details['element']}>" if details.get("element") else "",
        quoted(details["currency"]) if details.get("currency") else "",
        plural(count, "раз", "раза", "раз") if isinstance(count, int) else "",
        f"впервые в записи {first}" if first is not None else "",
    )


def _finished(details: Details, zone: tzinfo) -> str:
    counted = {
        "records": ("запись", "записи", "записей"),
        "clients_created": ("новый клиент", "новых клиента", "новых клиентов"),
        "deals_created": ("новая сделка", "новые сделки", "новых сделок"),
    }
    return joined(
        *(plural(details[key], *forms) for key, forms in counted.items() if isinstance(details.get(key), int))
    )


TELLERS: Mapping[str, Teller] = {
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
    "UNKNOWN_ELEMENT": _met,
    "UNKNOWN_CURRENCY": _met,
    "RUN_FINISHED": _finished,
}
WORDS = Words(OUTCOMES, TELLERS, "«Импорт сделок»")
