"""
Fields of the simulated portal's deals and contacts, their two spellings, and its first directories.

Records are kept with the new names (``categoryId``) and their own fields as they are (``UF_CRM_…``); old
methods (``crm.contact.list``) speak of the same in capitals (bitrix24 1.6, 2.1, 2.4).
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.bitrix24_filter import Field

DEAL, CONTACT = 2, 3  # entityTypeId
ENTITIES = {DEAL: "CRM_DEAL", CONTACT: "CRM_CONTACT"}
_OLD = {"createdTime": "DATE_CREATE", "updatedTime": "DATE_MODIFY"}
_CAPITAL = re.compile(r"(?<!^)([A-Z])")
_WORDS = re.compile(r"[A-Z][a-z]*|\d+|[a-z]+")


class System(NamedTuple):
    """A field that every portal has: kind for filters, type as told, whether clients may write it."""

    kind: str
    told: str
    default: Any = None
    writable: bool = True


DEALS: Mapping[str, System] = {
    "id": System("integer", "integer", 0, False),
    "title": System("string", "string", ""),
    "typeId": System("string", "crm_status", "SALE"),
    "categoryId": System("integer", "crm_category", 0),
    "stageId": System("string", "crm_status", ""),
    "stageSemanticId": System("string", "string", "P", False),
    "isRecurring": System("boolean", "boolean", "N", False),
    "opportunity": System("double", "double", 0),
    "isManualOpportunity": System("boolean", "boolean", "Y"),
    "currencyId": System("string", "crm_currency", "RUB"),
    "companyId": System("integer", "crm_company", 0),
    "contactId": System("integer", "crm_contact", 0),
    "contactIds": System("integers", "crm_contact", []),
    "begindate": System("date", "date"),
    "closedate": System("date", "date"),
    "closed": System("boolean", "boolean", "N", False),
    "createdTime": System("datetime", "datetime", None, False),
    "updatedTime": System("datetime", "datetime", None, False),
    "movedTime": System("datetime", "datetime", None, False),
    "assignedById": System("integer", "user", 1),
    "comments": System("string", "string"),
    "sourceId": System("string", "crm_status"),
    "originatorId": System("string", "string"),
    "originId": System("string", "string"),
}
CONTACTS: Mapping[str, System] = {
    "id": System("integer", "integer", 0, False),
    "categoryId": System("integer", "crm_category", 0),
    "name": System("string", "string"),
    "secondName": System("string", "string"),
    "lastName": System("string", "string"),
    "post": System("string", "string"),
    "companyId": System("integer", "crm_company", 0),
    "assignedById": System("integer", "user", 1),
    "createdTime": System("datetime", "datetime", None, False),
    "updatedTime": System("datetime", "datetime", None, False),
    "comments": System("string", "string"),
    "originatorId": System("string", "string"),
    "originId": System("string", "string"),
}
SYSTEM: Mapping[int, Mapping[str, System]] = {DEAL: DEALS, CONTACT: CONTACTS}
USER_KINDS = {
    **{"double": "double", "integer": "integer", "boolean": "boolean", "date": "date"},
    "datetime": "datetime",
}  # everything else, money too, is text
CURRENCIES = {
    "RUB": {"BASE": "Y"},
    "EUR": {"AMOUNT": "95.1000"},
    "KZT": {"AMOUNT": "17.5", "AMOUNT_CNT": "100"},
}
_STAGES = (("NEW", "Новая", None), ("EXECUTING", "В работе", None), ("WON", "Сделка успешна", "S"),
           ("LOSE", "Сделка провалена", "F"), ("APOLOGY", "Анализ причины провала", "F"))  # fmt: skip


def capitals(name: str) -> str:
    """Spell a name as the old methods do."""
    return _OLD.get(name) or _CAPITAL.sub(r"_\1", name).upper()


def camel(name: str) -> str:
    """Spell an own field's name as ``crm.item.*`` does unless asked for the original (bitrix24 1.6)."""
    first, *others = name.lower().split("_")
    told = first + "".join(word.capitalize() for word in others)
    back = "_".join(_WORDS.findall(told)).upper()
    return told if back == name else f"ufCrm_{name.removeprefix('UF_CRM_')}"


def stages_of(funnel: int) -> list[dict[str, Any]]:
    """Return the stages that a new funnel has."""
    prefix = f"C{funnel}:" if funnel else ""
    return [{"id": f"{prefix}{own}", "name": name, "semantics": meaning} for own, name, meaning in _STAGES]


def currency(code: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a currency with everything that is told of one."""
    usual = {"AMOUNT_CNT": "1", "AMOUNT": "1.0000", "BASE": "N", "DECIMALS": "2", "SORT": "100"}
    return {"CURRENCY": code, **usual, **{name: str(value) for name, value in told.items()}}


def system_fields(entity: int) -> dict[str, Field]:
    """Return the fields by the names that new methods know."""
    return {name: Field(name, each.kind, each.default) for name, each in SYSTEM[entity].items()}
