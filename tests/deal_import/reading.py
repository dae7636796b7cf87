"""
Read one record of an export the slow and plain way: the oracle's own eyes.

Written from leadexpert 6, 7 and 8.4 without a look at ``include``: a mistake made there is not made here too.
A record is a dictionary of raw texts as a person would type them; an absent key is an absent element.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

RawRecord = dict[str, Any]

UNUSABLE = ("-", "0", "null", "нет", "none", "undefined")
SHAPES_OF_A_DATE = (
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    r"\d\d\.\d\d\.\d{4}( \d\d:\d\d(:\d\d)?)?",
)
FORMS_OF_A_DATE = (
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%d.%m.%YT%H:%M:%S",
    "%d.%m.%YT%H:%M",
)


@dataclass
class Record:
    """What one record of the file says, each value in its canonical form."""

    position: int
    record_id: str | None = None
    conversion_id: str | None = None
    deal_id: str | None = None
    amount: Decimal | None = None
    potential: Decimal | None = None
    currency: str | None = None
    raw_status: str | None = None
    status_key: str | None = None
    payment_date: datetime | None = None
    deal_date: datetime | None = None
    comment: str | None = None
    tsuid: str | None = None
    phones: dict[str, str] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    company: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    ignored: bool = False
    faults: dict[str, dict[str, str]] = field(default_factory=dict)

    def says_the_same_as(self, other: "Record") -> bool:
        """Compare everything that was read but the place in the file and the spelling of keys."""
        mine, theirs = dict(vars(self)), dict(vars(other))
        for said in (mine, theirs):
            said["phones"], said["emails"] = list(said["phones"]), list(said["emails"])
            del said["position"], said["raw_status"]
        return mine == theirs


def read_record(raw: RawRecord, position: int, zone: ZoneInfo, default_currency: str) -> Record:
    """Read a record; what cannot be read is in ``faults`` (code -> field -> text)."""
    record = Record(position)
    record.record_id = key(raw, "id")
    if text(raw.get("actual_amount")) is None:
        record.ignored = True
        return record
    read_identifiers(record, raw)
    read_amounts(record, raw, default_currency)
    read_dates(record, raw, zone)
    read_words(record, raw)
    read_client(record, raw)
    return record


def read_identifiers(record: Record, raw: RawRecord) -> None:
    record.conversion_id = key(raw, "conversion_id")
    record.deal_id = key(raw, "deal_id")
    if record.record_id is None:
        record.faults["MISSING_ID"] = unreadable(raw, ["id"])
    too_long = [name for name in ("conversion_id", "deal_id") if text(raw.get(name)) != key(raw, name)]
    if too_long:
        record.faults["DB_ERROR"] = unreadable(raw, too_long)


def read_amounts(record: Record, raw: RawRecord, default_currency: str) -> None:
    bad = []
    try:
        record.amount = money(raw["actual_amount"])
    except ValueError:
        bad.append("actual_amount")
    try:
        record.potential = money(raw.get("potential_amount") or "")
        if record.potential is not None and record.potential < 0:
            bad.append("potential_amount")
    except ValueError:
        bad.append("potential_amount")
    record.currency = (text(raw.get("currency")) or default_currency).upper()
    if not re.fullmatch("[A-Z]{3}", record.currency):
        bad.append("currency")
    if bad:
        record.faults["BAD_AMOUNT"] = unreadable({**raw, "currency": record.currency}, bad)


def read_dates(record: Record, raw: RawRecord, zone: ZoneInfo) -> None:
    bad = []
    try:
        record.payment_date = moment(raw.get("payment_date") or "", zone, "23:59:59")
    except ValueError:
        bad.append("payment_date")
    try:
        record.deal_date = moment(raw.get("deal_date") or "", zone, "00:00:00")
    except ValueError:
        bad.append("deal_date")
    if bad:
        record.faults["BAD_DATE"] = unreadable(raw, bad)


def unreadable(raw: RawRecord, names: list[str]) -> dict[str, str]:
    """Quote what could not be read, cut short; a field that is not there has nothing to quote."""
    return {name: raw[name].strip()[:100] for name in names if text(raw.get(name))}


def read_words(record: Record, raw: RawRecord) -> None:
    status = " ".join((raw.get("status") or "").split())
    record.raw_status = status or None
    record.status_key = status.casefold() or None
    record.comment = text(raw.get("comment"))
    record.name = text(raw.get("name"))
    record.company = text(raw.get("company"))
    for name, value in raw.get("field", []):
        record.fields[name] = value


def read_client(record: Record, raw: RawRecord) -> None:
    cookie = text(raw.get("tsuid"))
    if cookie is not None and cookie.casefold() not in UNUSABLE and len(cookie) <= 255:
        record.tsuid = cookie
    for written in raw.get("phone", []):
        digits = phone(written)
        if digits is not None and digits not in record.phones:
            record.phones[digits] = written.strip()
    for written in raw.get("email", []):
        address = email(written)
        if address is not None and address not in record.emails:
            record.emails[address] = written.strip()


def text(raw: str | None) -> str | None:
    return (raw or "").strip() or None


def key(raw: RawRecord, name: str) -> str | None:
    """Read an identifier; one of more than 128 characters is none."""
    found = text(raw.get(name))
    return found if found is None or len(found) <= 128 else None


def status_key(raw: str) -> str:
    """Fold a status text as the map of a source is folded."""
    return " ".join(raw.split()).casefold()


def money(raw: str) -> Decimal | None:
    """Read an amount, rounded half up to two places; None when blank."""
    written = raw
    for space in (" ", "\u00a0", "\u202f", "\t", "\n"):
        written = written.replace(space, "")
    if written == "":
        return None
    if written.count(",") == 1 and "." not in written:
        written = written.replace(",", ".")
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", written):
        raise ValueError(raw)
    return Decimal(written).quantize(Decimal("0.01"), ROUND_HALF_UP) + Decimal(0)


def moment(raw: str, zone: ZoneInfo, time_of_a_bare_day: str) -> datetime | None:
    """Read a date in UTC; one without an offset is in the zone of the source; None when blank."""
    written = raw.strip()
    if written == "":
        return None
    if not any(re.fullmatch(shape, written, re.ASCII) for shape in SHAPES_OF_A_DATE):
        raise ValueError(raw)
    if len(written) == 10:
        written = f"{written}T{time_of_a_bare_day}"
    written = re.sub(r"(\.\d{6})\d+", r"\1", written.replace(" ", "T"))
    for form in FORMS_OF_A_DATE:
        try:
            found = datetime.strptime(written, form)  # noqa: DTZ007 (the zone is added below)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    raise ValueError(raw)


def phone(raw: str) -> str | None:
    digits = "".join(letter for letter in raw if letter in "0123456789")
    if len(digits) == 11 and digits[0] == "8":
        digits = "7" + digits[1:]
    if len(digits) == 10 and digits[0] == "9":
        digits = "7" + digits
    return digits if 10 <= len(digits) <= 15 else None


def email(raw: str) -> str | None:
    address = raw.strip().lower()
    before, _, after = address.partition("@")
    if before == "" or after == "" or "@" in after or len(address.split()) > 1:
        return None
    return address
