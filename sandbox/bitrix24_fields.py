"""
Own fields of contacts and deals: ``crm.contact.userfield.*``, ``crm.deal.userfield.*`` (bitrix24 2.5).

Creating one alters a table: it may be killed after a minute, and the field may be there all the same.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.bitrix24_answer import Answer, Method, Params
from sandbox.bitrix24_errors import DENIED, Killed, Refused
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_schema import CONTACT, DEAL, ENTITIES
from sandbox.shelf import Record

PREFIX, LONGEST = "UF_CRM_", 50
TYPES = ("string", "integer", "double", "boolean", "datetime", "date", "money", "url", "address", "crm",
         "enumeration", "file", "employee", "crm_status", "iblock_section", "iblock_element")  # fmt: skip
_NAME = re.compile(r"[A-Z0-9_]+")
_LABELS = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL", "ERROR_MESSAGE", "HELP_MESSAGE")
_FILTERED = {"Y": "E", "I": "I", "E": "E", "S": "S"}  # how SHOW_FILTER reads back
_USUAL = {"MULTIPLE": "N", "MANDATORY": "N", "SHOW_IN_LIST": "Y", "EDIT_IN_LIST": "Y", "IS_SEARCHABLE": "N"}


def _list(entity: int) -> Method:
    def list_(portal: Portal, params: Params) -> Answer:
        wanted = {**(params.get("filter") or {})}
        language = wanted.pop("LANG", None)
        told = [
            _told(each, language)
            for each in portal.user_fields(entity)
            if all(str(each.get(name)) == str(value) for name, value in wanted.items())
        ]
        return Answer(told, len(told))

    return list_


def _told(field: Record, language: str | None) -> Record:
    """Tell a field; its labels only in a language, if one is asked for."""
    labels = {name: (field.get(name) or {}).get(language) for name in _LABELS} if language else {}
    plain = {name: value for name, value in field.items() if name not in _LABELS}
    return {**plain, "ID": str(field["ID"]), "SORT": str(field["SORT"]), **labels}


def _add(entity: int) -> Method:
    def add(portal: Portal, params: Params) -> Answer:
        if not portal.rights["admin"]:
            raise Refused(DENIED)
        told = params.get("fields")
        field = new_field(entity, told if isinstance(told, Mapping) else {})
        if faults := list(_faults(portal, entity, field)):
            raise Refused("ERROR_CORE", "\n".join(faults))
        if portal.ways["field_creation"] == "500":
            raise Killed
        portal.shelves["field"].put([field])
        portal.note("fields_created", "userfield.add", f"field:{field['FIELD_NAME']}", params["fields"])
        if portal.ways["field_creation"] == "500_applied":
            raise Killed
        return Answer(field["ID"])

    return add


def new_field(entity: int, told: Mapping[str, Any]) -> Record:
    """Return a field as it is kept, its name with the prefix; without a number yet."""
    own = str(told.get("FIELD_NAME", ""))
    labels = {name: _by_language(told.get(name) or told.get("LABEL")) for name in _LABELS}
    return {
        **{"ENTITY_ID": ENTITIES[entity], "FIELD_NAME": PREFIX + own.removeprefix(PREFIX)},
        **{"USER_TYPE_ID": str(told.get("USER_TYPE_ID", "")), "XML_ID": told.get("XML_ID")},
        **{"SORT": int(told.get("SORT") or 100), **labels},
        **{name: str(told.get(name, usual)) for name, usual in _USUAL.items()},
        "SHOW_FILTER": _FILTERED.get(str(told.get("SHOW_FILTER", "N")), "N"),
        "SETTINGS": {"PRECISION": 2, "SIZE": 20, **(told.get("SETTINGS") or {})},
    }


def _by_language(label: Any) -> Any:
    return label if isinstance(label, Mapping) else {"ru": label} if label else None


def _faults(portal: Portal, entity: int, field: Record) -> Iterator[str]:
    name, present = field["FIELD_NAME"], [each["FIELD_NAME"] for each in portal.user_fields(entity)]
    if len(present) >= portal.ways["max_fields"]:
        yield "Превышено максимальное количество пользовательских полей"
        yield f"Поле {name} не добавлено"
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        yield f"Недопустимое имя поля {name}"
    if name in present:
        yield f"Пользовательское поле {name} уже существует"
    if field["USER_TYPE_ID"] not in TYPES:
        yield f"Неизвестный тип поля {field['USER_TYPE_ID']!r}"


METHODS: Mapping[str, Method] = {
    "crm.contact.userfield.list": _list(CONTACT),
    "crm.contact.userfield.add": _add(CONTACT),
    "crm.deal.userfield.list": _list(DEAL),
    "crm.deal.userfield.add": _add(DEAL),
}
