"""Where the pages show what a row of a run's log is about: an order, an item of the catalogue."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

_REMARKS = {"lookalike": "схожі артикули", "material": "товар у CRM"}

_PORTAL = {"contact": ("contacts", "контакт"), "deal": ("deals", "сделка")}


class RecordPage(NamedTuple):
    """An address below the app's root, its words, and what else tells the record from others."""

    address: str
    title: str
    more: str = ""


def no_page(row: Mapping[str, Any]) -> RecordPage | None:
    """Say that records have no pages."""
    return None


def as_typed(text: str) -> list[str]:
    """Say under which keys a record may be logged that a person has typed: as it is."""
    return [text]


def portal_keys(text: str) -> list[str]:
    """Say the same of a contact or a deal of a portal, by its number alone."""
    return [text, *(f"{kind}:{text.strip()}" for kind in _PORTAL)]


def lead_keys(text: str) -> list[str]:
    """Say the same of a lead of amoCRM, by its number alone."""
    return [text, f"lead:{text.strip()}"]


def order_page(row: Mapping[str, Any]) -> RecordPage | None:
    """Find the page of an order, if the row knows what it is called."""
    title = _detail(row, "title")
    return RecordPage(f"orders/{row['record_key']}", title) if title else None


def item_page(row: Mapping[str, Any]) -> RecordPage | None:
    """Find an item of the catalogue in the plan of its run, or a remark among the look-alikes."""
    kind, _, subject = str(row["record_key"] or "").partition(":")
    title = _detail(row, "title")
    if kind in _REMARKS:
        return RecordPage(f"lookalikes?{urlencode({'run': row['run_id']})}", title or subject, _REMARKS[kind])
    identity = str(row["record_key"] or "")
    if not (title and identity[:1].isdigit()):
        return None
    found = {"run": row["run_id"], "sought": identity}
    more = ", ".join(filter(None, [_detail(row, "article"), f"№\u00a0{identity}"]))
    return RecordPage(f"?{urlencode(found)}", title, more)


def portal_page(row: Mapping[str, Any]) -> RecordPage | None:
    """Find the page of a contact or a deal of the run's portal: ``contact:15``."""
    kind, _, number = str(row["record_key"] or "").partition(":")
    if kind not in _PORTAL or not number.isdigit():
        return None
    told = f"{_PORTAL[kind][1]} №\u00a0{number}"
    address = f"{_PORTAL[kind][0]}/{number}?{urlencode({'run': row['run_id']})}"
    title = _detail(row, "title")
    return RecordPage(address, title, told) if title else RecordPage(address, told)


def lead_page(row: Mapping[str, Any]) -> RecordPage | None:
    """Find the page of a lead of the run's account: ``lead:15``."""
    kind, _, number = str(row["record_key"] or "").partition(":")
    if kind != "lead" or not number.isdigit():
        return None
    return RecordPage(f"leads/{number}?{urlencode({'run': row['run_id']})}", f"сделка №\u00a0{number}")


def _detail(row: Mapping[str, Any], key: str) -> str:
    details = row["details"]
    return str(details.get(key) or "") if isinstance(details, Mapping) else ""
