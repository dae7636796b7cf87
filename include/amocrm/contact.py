"""A contact: name, phones and e-mails, and the keys they are found by (amocrm 5.7)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from include.amocrm.spelling import as_json, fingerprint, moment, must, text, whole
from include.values.email import email
from include.values.phone import phone

KINDS = {"PHONE": ("phone", phone), "EMAIL": ("email", email)}


class ContactRow(NamedTuple):
    """One contact, in the order of the columns of ``stage.amocrm_statuses_contact``."""

    contact_id: int
    name: str | None
    phones: list[str]
    emails: list[str]
    responsible_user_id: int | None
    created_at: datetime | None
    updated_at: datetime
    fingerprint: str
    keys: str  # JSON: [["phone", "79210001122", "as written"], …]


def contact_of(item: Mapping[str, Any]) -> ContactRow | None:
    """Read a contact; None: it is deleted. Raises Unreadable."""
    if item.get("is_deleted") is True:
        return None
    contact_id = must(whole(item.get("id")), "контакт", "id")
    written = {code: list(_written(item, code)) for code in KINDS}
    row = ContactRow(
        contact_id,
        text(item.get("name")),
        written["PHONE"],
        written["EMAIL"],
        whole(item.get("responsible_user_id")),
        moment(item.get("created_at")),
        must(moment(item.get("updated_at")), f"контакт {contact_id}", "updated_at"),
        "",
        as_json(list(_keys(written))),
    )
    return row._replace(fingerprint=fingerprint([row]))


def _written(item: Mapping[str, Any], code: str) -> Iterator[str]:
    """Give the values of a field of several, found by its code, in the vendor's order."""
    fields = item.get("custom_fields_values")
    for field in fields if isinstance(fields, list) else ():
        if str(field.get("field_code") or "").upper() == code:
            values = field.get("values")
            for value in values if isinstance(values, list) else ():
                if isinstance(value, Mapping) and (written := text(value.get("value"))):
                    yield written


def _keys(written: Mapping[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """Give each key once, as it was written first."""
    seen: set[tuple[str, str]] = set()
    for code, (kind, read) in KINDS.items():
        for each in written[code]:
            value = read(each)
            if value is not None and (kind, value) not in seen:
                seen.add((kind, value))
                yield kind, value, each
