"""
What amoCRM tells of an account beside its leads: pipelines, fields, reasons, users (amocrm 5.1 to 5.9).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.amocrm_account import Account
from sandbox.amocrm_lists import enveloped, paging
from sandbox.amocrm_material import EMAIL, PHONE, Record
from sandbox.amocrm_wire import Asked, Refused

_FEWER = {"is_admin": False, "leads": {"view": "M", "edit": "M", "add": "A", "delete": "D", "export": "D"}}


def account(account: Account, asked: Asked) -> Record:
    """Tell of the account itself."""
    facts = account.facts
    told: Record = {
        "id": account.number,
        "name": facts["name"],
        "subdomain": facts["subdomain"],
        "current_user_id": facts["current_user_id"],
        "country": "RU",
        "currency": facts["currency"],
        "customers_mode": "disabled",
        "is_unsorted_on": True,
        "is_loss_reason_enabled": facts["is_loss_reason_enabled"],
        "is_technical_account": False,
    }
    if "is_api_filter_enabled" in asked.shown:
        told["is_api_filter_enabled"] = facts["filters"]
    if "datetime_settings" in asked.shown:
        told["_embedded"] = {"datetime_settings": _clock(facts["timezone"])}
    return told


def _clock(zone: str) -> Record:
    try:
        offset = datetime.now(ZoneInfo(zone)).strftime("%z")
    except (KeyError, ValueError):
        offset = "+0000"
    settings = {"date_pattern": "d.m.Y H:i", "short_date_pattern": "d.m.Y", "short_time_pattern": "H:i"}
    return {**settings, "date_formant": "d.m.Y", "time_format": "H:i", "timezone": zone,
            "timezone_offset": f"{offset[:3]}:{offset[3:]}"}  # fmt: skip


def pipelines(account: Account, asked: Asked) -> Record:
    """Give all pipelines with their statuses; they come without pages."""
    told = [
        {
            **{name: value for name, value in each.items() if name != "statuses"},
            "_embedded": {"statuses": sorted(each["statuses"], key=lambda status: status["sort"])},
        }
        for each in account.pipelines
    ]
    return {"_total_items": len(told), "_embedded": {"pipelines": told}}


def fields(account: Account, asked: Asked) -> Record | None:
    """Give fields of leads, or the two that all contacts have."""
    told: Iterable[Record] = account.fields.values()
    if asked.path.startswith("contacts"):
        codes = ((PHONE, "Телефон", "PHONE"), (EMAIL, "Email", "EMAIL"))
        told = [
            {"id": number, "name": name, "code": code, "type": "multitext"} for number, name, code in codes
        ]
    rows = [{**each, "account_id": account.number} for each in told]
    return _counted(account, asked, rows, "custom_fields")


def reasons(account: Account, asked: Asked) -> Record | None:
    """Give the reasons of refusal."""
    return _counted(account, asked, account.reasons, "loss_reasons")


def users(account: Account, asked: Asked) -> Record | None:
    """Give the users, to an administrator. Raises Refused."""
    if not account.rights["users"]:
        raise Refused(403, "Недостаточно прав")
    return _counted(account, asked, [_with_rights(account, each) for each in account.users], "users")


def _with_rights(account: Account, user: Record) -> Record:
    """Spell a user with the rights that the one who gave access has by now."""
    told, is_cut = account.rights["told"], account.rights["leads"] != "all"
    if user["id"] != account.facts["current_user_id"] or not (told or is_cut):
        return user
    return {**user, "rights": {**user["rights"], **(_FEWER if is_cut else {}), **told}}


def tags(account: Account, asked: Asked) -> Record | None:
    """Give the tags that leads have."""
    found: dict[Any, Record] = {tag["id"]: tag for lead in account.leads for tag in lead["_tags"]}
    return _counted(account, asked, [found[number] for number in sorted(found)], "tags")


def _counted(account: Account, asked: Asked, rows: list[Record], name: str) -> Record | None:
    pages = paging(account, asked)
    found, has_more = pages.of(rows)
    told = enveloped(account, asked, pages, found, has_more, name)
    if told is None:
        return None
    return {**told, "_total_items": len(rows), "_page_count": -(-len(rows) // pages.limit)}
