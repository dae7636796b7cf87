"""
What an action changes, field by field and in words: for the people who judge it on the page (decision 0011).

``before`` and ``after`` are kept as the vendor spells them. Details may be of an older shape: what cannot be
read is shown as it stands, and never stops a page.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from include.calltouch_orders.dates import from_lead_service
from include.calltouch_orders.wording import FIELDS
from include.values.masking import mask_email, mask_phone, mask_text
from include.wording import money
from include.wording.changes import Change
from include.wording.messages import part, word

_KEYS = ("orderNumber", "kind")  # they name the object and are no part of what is changed
_DATES = ("orderDate", "statusDate", "updateDate")
_SUMS = ("revenue", "margin")


def changes(before: object, after: object) -> list[Change]:
    """Compare what a vendor held with what it shall hold; fields that stay are left out."""
    old, new = (value if isinstance(value, Mapping) else {} for value in (before, after))
    fields = [*(field for field in FIELDS if field in new), *(field for field in new if field not in FIELDS)]
    told = (
        Change(word(FIELDS, field), _said(field, old.get(field)), _said(field, new.get(field)))
        for field in fields
        if field not in _KEYS
    )
    return [change for change in told if change.old != change.new]


def compared(differences: object) -> list[Change]:
    """Put what a check by hand has found into words: what Calltouch has, what 1C has."""
    return [
        Change(
            word(FIELDS, found.get("field")),
            _said(str(found.get("field")), found.get("in_calltouch")),
            _said(str(found.get("field")), found.get("in_order")),
        )
        for found in _list(differences)
        if isinstance(found, Mapping)
    ]


def _said(field: str, value: Any) -> str | None:
    if value in (None, "", [], {}):
        return None
    if field in _SUMS:
        return money(value, "RUB")
    if field in _DATES:
        return _date(value)
    if field == "currency":
        return str(value).upper()
    if field in ("addTags", "tags"):
        return _tags(value)
    tell = {"matching": _matching, "orderContacts": _contacts}.get(field)
    said = "; ".join(tell(value)) if tell else _plain(value)
    return said or None


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    return mask_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _date(value: Any) -> str:
    try:
        return f"{from_lead_service(value, UTC):%d.%m.%Y %H:%M}"  # the wall clock as it is spelt
    except (ValueError, TypeError):
        return str(value)


def _tags(value: Any) -> str | None:
    """Spell the tags of a new deal (a list), of an update (an object), or of a comparison (a text)."""
    if isinstance(value, str):
        return value
    listed = value.get("tags") if isinstance(value, Mapping) else value
    names = [str(tag["tag"]) for tag in _list(listed) if isinstance(tag, Mapping) and tag.get("tag")]
    keeps = isinstance(value, Mapping) and value.get("overwrite") is False
    return ", ".join(names) + (" (к прежним)" if keeps else "") if names else None


def _matching(value: Any) -> Iterator[str]:
    for step in _list(value):
        if isinstance(step, Mapping) and step.get("type") == "leadContact":
            yield _lead(part(step, "leadContactParams"))
        elif isinstance(step, Mapping) and step.get("type") == "withoutSource":
            yield "иначе без источника"
        else:
            yield _plain(step)


def _lead(sought: Mapping[str, Any]) -> str:
    contacts = _masked(sought.get("phones"), sought.get("emails"))
    near = f"около {_date(sought['date'])}" if sought.get("date") else ""
    tags = ", ".join(f"«{tag}»" for tag in _list(sought.get("tags")))
    return ", ".join(filter(None, [*contacts, near, f"с тегом {tags}" if tags else ""]))


def _contacts(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _plain(value)
        return
    main, others = part(value, "mainContacts"), part(value, "otherContacts")
    name = mask_text(str(main["fio"])) if main.get("fio") else ""
    yield ", ".join(filter(None, [name, *_masked([main.get("phoneNumber")], [main.get("email")])]))
    if others:
        yield "ещё " + ", ".join(_masked(others.get("phoneNumber"), others.get("email")))


def _masked(phones: Any, emails: Any) -> list[str]:
    return [
        *(mask_phone(str(phone)) for phone in _list(phones) if phone),
        *(mask_email(str(email)) for email in _list(emails) if email),
    ]


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value] if value else []
