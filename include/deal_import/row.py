"""One record of the export as a row for COPY into ``stage.deal_import_record`` (leadexpert 6 and 7)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import NamedTuple
from zoneinfo import ZoneInfo

from include.values.email import email
from include.values.moment import moment_text
from include.values.money import money_text
from include.values.phone import phone
from include.values.text import collapse, status_key, trim
from include.values.tsuid import tsuid

MAX_KEY = 128  # characters of a record, conversion or deal id
_DETAIL = 100  # characters of an unreadable text that are kept for whoever reads the log
_CURRENCY = re.compile(r"[A-Z]{3}")


class ExportRow(NamedTuple):
    """
    A record in the order of the table's columns, each value as Postgres' COPY reads it, or None.

    Text all through, because psycopg writes text four times faster than it adapts Decimal and datetime.
    ``faults`` is a ``text[]`` of the codes of leadexpert 8 step 4, ``fault_details`` JSON of the texts that
    could not be read, never a phone or an e-mail. A record without an actual amount is to be ignored whatever
    else is wrong with it (S26), so it has no faults. XML admits no text that Postgres cannot hold.
    """

    position: str
    record_id: str | None
    conversion_id: str | None
    external_id: str | None
    actual_amount: str | None
    potential_amount: str | None
    currency: str | None
    raw_status: str | None
    status_key: str | None
    payment_date: str | None
    deal_date: str | None
    comment: str | None
    tsuid: str | None
    phones: str | None
    phones_raw: str | None
    emails: str | None
    emails_raw: str | None
    name: str | None
    company: str | None
    fields: str | None
    faults: str | None
    fault_details: str | None


@dataclass(slots=True)
class RawRecord:
    """The texts of one record by canonical name, as found in the file; ``unknown``: what nothing reads."""

    texts: dict[str, str] = field(default_factory=dict)
    tsuids: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


class RowMaker:
    """Turn raw records into rows, with what holds for the whole file: the zone and the default currency."""

    def __init__(self, zone: ZoneInfo, currency: str) -> None:
        self.zone = zone
        self.currency = currency

    def row(self, position: int, raw: RawRecord) -> ExportRow:
        """Normalise one record; ``position`` is its number in the file, from 1."""
        texts, faults = raw.texts, _Faults()
        record_id = faults.key("id", texts, "MISSING_ID")
        if record_id is None:
            faults.add("MISSING_ID")
        conversion_id = faults.key("conversion_id", texts, "DB_ERROR")
        external_id = faults.key("deal_id", texts, "DB_ERROR")
        actual_amount = faults.amount("actual_amount", texts)
        potential_amount = faults.amount("potential_amount", texts)
        currency = faults.currency(texts, self.currency)
        payment_date = faults.moment("payment_date", texts, self.zone, end_of_day=True)
        deal_date = faults.moment("deal_date", texts, self.zone)
        is_ignored = actual_amount is None and "actual_amount" not in faults.details
        columns = (None, None) if is_ignored else faults.columns()
        return ExportRow(
            str(position), record_id, conversion_id, external_id, actual_amount, potential_amount, currency,
            collapse(texts.get("status")), status_key(texts.get("status")), payment_date, deal_date,
            trim(texts.get("comment")), _first_usable(raw.tsuids),
            *_contacts(raw.phones, phone), *_contacts(raw.emails, email),
            collapse(texts.get("name")), collapse(texts.get("company")),
            _json(raw.fields) if raw.fields else None, *columns,
        )  # fmt: skip


class _Faults:
    """Read the texts of one record, remembering which could not be read."""

    __slots__ = ("codes", "details")

    def __init__(self) -> None:
        self.codes: dict[str, None] = {}  # a set that keeps its order
        self.details: dict[str, str] = {}

    def add(self, code: str, name: str | None = None, text: str = "") -> None:
        self.codes[code] = None
        if name:
            self.details[name] = text.strip()[:_DETAIL]

    def key(self, name: str, texts: Mapping[str, str], code: str) -> str | None:
        key = trim(texts.get(name))
        if key and len(key) > MAX_KEY:
            self.add(code, name, key)
            return None
        return key

    def amount(self, name: str, texts: Mapping[str, str]) -> str | None:
        text = texts.get(name)
        if text is None:
            return None
        try:
            amount = money_text(text)
            if amount and amount[0] == "-" and name == "potential_amount":
                raise ValueError("a potential amount is never negative")
        except ValueError:
            self.add("BAD_AMOUNT", name, text)
            return None
        return amount

    def currency(self, texts: Mapping[str, str], default: str) -> str | None:
        currency = (trim(texts.get("currency")) or default).upper()
        if _CURRENCY.fullmatch(currency):
            return currency
        self.add("BAD_AMOUNT", "currency", currency)
        return None

    def moment(
        self, name: str, texts: Mapping[str, str], zone: ZoneInfo, *, end_of_day: bool = False
    ) -> str | None:
        text = texts.get(name)
        if text is None:
            return None
        try:
            return moment_text(text, zone, end_of_day=end_of_day)
        except ValueError:
            self.add("BAD_DATE", name, text)
            return None

    def columns(self) -> tuple[str | None, str | None]:
        if not self.codes:
            return None, None
        return "{" + ",".join(self.codes) + "}", _json(self.details) if self.details else None


def _contacts(raws: list[str], normalise: Callable[[str], str | None]) -> tuple[str | None, str | None]:
    """Normalise phones or e-mails: the usable ones, each once, and beside them the same as written."""
    written: dict[str, str] = {}
    for raw in raws:
        if value := normalise(raw):
            written.setdefault(value, raw.strip())
    return (_array(written), _array(written.values())) if written else (None, None)


def _first_usable(tsuids: list[str]) -> str | None:
    for raw in tsuids:
        if value := tsuid(raw):
            return value
    return None


def _array(items: Iterable[str]) -> str:
    """Spell a Postgres ``text[]``. U+0001, which XML does not admit, parts them while they are escaped."""
    text = "\x01".join(items).replace("\\", "\\\\").replace('"', '\\"').replace("\x01", '","')
    return f'{{"{text}"}}'


def _json(pairs: Mapping[str, str]) -> str:
    """Spell a flat JSON object, five times faster than ``json.dumps``, which sets up an encoder each time."""
    return (
        "{" + ", ".join([f"{encode_basestring(k)}: {encode_basestring(v)}" for k, v in pairs.items()]) + "}"
    )
