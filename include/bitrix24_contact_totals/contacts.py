"""A contact of the portal: what its fields hold, and by what its client is found (bitrix24 2.4)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from include.bitrix24.values import number_of, text_of
from include.values.email import email
from include.values.phone import phone

KEYS_SELECT = ("ID", "NAME", "LAST_NAME", "PHONE", "EMAIL")


class HeldRow(NamedTuple):
    """What a field holds; in the order of ``stage.bitrix24_contact_totals_held``."""

    contact_id: int
    field_name: str
    raw: str | None
    amount: Decimal | None


class ToldContact(NamedTuple):
    """Name and keys of a contact."""

    contact_id: int
    name: str | None
    phones: list[str]
    emails: list[str]


def held(item: Mapping[str, Any], contact_id: int, fields: Sequence[str]) -> Iterator[HeldRow]:
    """Read fields; one that the row does not have is not there, which is not the same as empty."""
    for name in fields:
        if name in item:
            value = item[name]
            yield HeldRow(contact_id, name, None if _is_blank(value) else text_of(value), number_of(value))


def told_contact(row: Mapping[str, Any]) -> ToldContact:
    """Read name and keys; each key once, in the order of the card."""
    name = " ".join(part for key in ("NAME", "LAST_NAME") if (part := text_of(row.get(key))))
    return ToldContact(
        int(str(row["ID"])),
        name or None,
        list(dict.fromkeys(key for value in _values(row.get("PHONE")) if (key := phone(value)))),
        list(dict.fromkeys(key for value in _values(row.get("EMAIL")) if (key := email(value)))),
    )


def _values(told: Any) -> Iterator[str]:
    for each in told if isinstance(told, list) else ():
        value = each.get("VALUE") if isinstance(each, Mapping) else None
        if text := text_of(value):
            yield text


def _is_blank(value: Any) -> bool:
    return value in (None, "", [], {}) or value is False
