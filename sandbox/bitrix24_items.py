"""
``crm.item.*`` of deals and contacts, and the older ``crm.deal.*`` and ``crm.contact.*`` (bitrix24 2).

New methods tell numbers and refuse what they do not know; old ones tell texts and overlook it.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bitrix24_answer import Answer, Method, Params, listed, number_of, rules
from sandbox.bitrix24_errors import NOT_FOUND, Refused
from sandbox.bitrix24_filter import Field
from sandbox.bitrix24_lists import page
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_saving import save
from sandbox.bitrix24_schema import CONTACT, DEAL, SYSTEM, USER_KINDS, camel, capitals
from sandbox.bitrix24_shapes import Shapes
from sandbox.shelf import Record

NAMES = {DEAL: "deal", CONTACT: "contact"}
_MULTIPLE = ("PHONE", "EMAIL")
_MISSING = {DEAL: "Not found", CONTACT: "Contact is not found"}


def _entity(params: Params) -> int:
    entity = number_of(params.get("entityTypeId"))
    if entity not in NAMES:
        raise Refused(NOT_FOUND, "Смарт-процесс не найден")
    return entity


def _fields(portal: Portal, entity: int, params: Params) -> dict[str, Field]:
    return portal.fields(entity, str(params.get("useOriginalUfNames", "N")) == "Y")


def _seen(portal: Portal, entity: int, record: Record) -> bool:
    return entity != DEAL or portal.may_see(record)


def _one(portal: Portal, entity: int, number: Any) -> Record | None:
    record = portal.shelf_of(entity).get(number)
    return record if record is not None and _seen(portal, entity, record) else None


def list_items(portal: Portal, params: Params) -> Answer:
    """Read a page; contacts of a deal are in it if they are selected."""
    entity = _entity(params)
    fields = _fields(portal, entity, params)
    shelf, seen = portal.shelf_of(entity), (lambda record: _seen(portal, entity, record))
    found = page(shelf, params, rules(portal, _in_capitals(fields)), seen)
    shapes = Shapes(portal, entity, fields)
    names = shapes.selected(params.get("select"))
    return listed(portal, found, {"items": [shapes.row(each, names) for each in found.records]})


def _in_capitals(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Let filters and orders of new methods say names as the old ones do, too."""
    return {
        **{capitals(name): field for name, field in fields.items() if not name.startswith("UF_")},
        **fields,
    }


def get_item(portal: Portal, params: Params) -> Answer:
    """Read one, whole."""
    entity = _entity(params)
    record = _one(portal, entity, params.get("id"))
    if record is None:
        raise Refused(NOT_FOUND)
    shapes = Shapes(portal, entity, _fields(portal, entity, params))
    return Answer({"item": shapes.row(record, shapes.selected(None))})


def update_item(portal: Portal, params: Params) -> Answer:
    """Change one; if nothing changes nothing is saved, and nothing else happens."""
    entity, number, told = _entity(params), params.get("id"), _told(params)
    record = _one(portal, entity, number)
    if record is None:
        raise Refused(NOT_FOUND)
    fields = _fields(portal, entity, params)
    changed = save(portal, entity, record, told, {name: field.key for name, field in fields.items()})
    what = "updated" if changed else "unchanged"
    portal.note(what, "crm.item.update", f"{NAMES[entity]}:{record['id']}", told)
    portal.counts["workflows"] += changed
    return get_item(portal, params)


def _told(params: Params) -> dict[str, Any]:
    told = params.get("fields")
    return dict(told) if isinstance(told, Mapping) else {}


def item_fields(portal: Portal, params: Params) -> Answer:
    """Describe the fields."""
    entity = _entity(params)
    original = str(params.get("useOriginalUfNames", "N")) == "Y"
    told = {
        name: _described(each.told, name, capitals(name), not each.writable, each.kind == "integers")
        for name, each in SYSTEM[entity].items()
    }
    for own in portal.user_fields(entity):
        name, kind = own["FIELD_NAME"], own["USER_TYPE_ID"]
        label = (own.get("EDIT_FORM_LABEL") or {}).get("ru") or name
        field = _described(kind, label, name, False, own["MULTIPLE"] == "Y")
        told[name if original else camel(name)] = field | {"isDynamic": True, "settings": own["SETTINGS"]}
    return Answer({"fields": told})


def _described(kind: str, title: str, upper: str, read_only: bool, multiple: bool) -> Record:
    return {
        **{"type": kind, "isRequired": False, "isReadOnly": read_only, "isImmutable": False},
        **{"isMultiple": multiple, "isDynamic": False, "title": title, "upperName": upper},
    }


def _old_fields(portal: Portal, entity: int) -> dict[str, Field]:
    hidden = ("contactIds",)  # which old methods never tell (bitrix24 0.1)
    fields = {capitals(name): each for name, each in portal.fields(entity).items() if name not in hidden}
    own = {each["FIELD_NAME"]: each for each in portal.user_fields(entity)}
    kinds = {name: USER_KINDS.get(each["USER_TYPE_ID"], "string") for name, each in own.items()}
    return {**fields, **{name: Field(name, kind) for name, kind in kinds.items()}}


def _list_old(entity: int) -> Method:
    def list_(portal: Portal, params: Params) -> Answer:
        fields = _old_fields(portal, entity)
        shelf, seen = portal.shelf_of(entity), (lambda record: _seen(portal, entity, record))
        found = page(shelf, params, rules(portal, fields, is_strict=False), seen, "ID")
        shapes = Shapes(portal, entity, fields, is_old=True)
        names = shapes.selected(params.get("select"))
        rows = [_with_phones(shapes.row(each, names), each, params.get("select")) for each in found.records]
        return listed(portal, found, rows)

    return list_


def _with_phones(row: Record, record: Record, select: Any) -> Record:
    """Add phones and addresses, which are told only if asked for by name and if there are any."""
    asked = select if isinstance(select, list) else []
    return row | {name: record[name] for name in _MULTIPLE if name in asked and record.get(name)}


def _get_old(entity: int) -> Method:
    def get(portal: Portal, params: Params) -> Answer:
        record = _one(portal, entity, params.get("id", params.get("ID")))
        if record is None:
            raise Refused("", "Not found")
        shapes = Shapes(portal, entity, _old_fields(portal, entity), is_old=True)
        names = shapes.selected(["*", "UF_*"])
        return Answer(_with_phones(shapes.row(record, names), record, [*_MULTIPLE]))

    return get


def _update_old(entity: int) -> Method:
    def update(portal: Portal, params: Params) -> Answer:
        record, told = _one(portal, entity, params.get("id", params.get("ID"))), _told(params)
        if record is None:
            raise Refused("", _MISSING[entity])
        names = {name: field.key for name, field in _old_fields(portal, entity).items()}
        names = {name: key for name, key in names.items() if key not in ("categoryId", "stageId")}
        changed = save(portal, entity, record, told, names)
        method = f"crm.{NAMES[entity]}.update"
        record_ = f"{NAMES[entity]}:{record['id']}"
        portal.note("updated" if changed else "unchanged", method, record_, told)
        portal.counts["workflows"] += 1  # even where nothing has changed (bitrix24 2.4)
        return Answer(True)

    return update


def contacts_of_deal(portal: Portal, params: Params) -> Answer:
    """Tell a deal's contacts in their order, and which is the primary one."""
    deal = _one(portal, DEAL, params.get("id"))
    if deal is None:
        raise Refused("", "Not found.")
    rows = [
        {"CONTACT_ID": own, "SORT": 10 * place, "ROLE_ID": 0, "IS_PRIMARY": "NY"[own == deal["contactId"]]}
        for place, own in enumerate(deal["contactIds"], 1)
    ]
    return Answer(rows)


METHODS: Mapping[str, Method] = {
    "crm.item.list": list_items,
    "crm.item.get": get_item,
    "crm.item.update": update_item,
    "crm.item.fields": item_fields,
    "crm.deal.contact.items.get": contacts_of_deal,
    **{f"crm.{name}.list": _list_old(entity) for entity, name in NAMES.items()},
    **{f"crm.{name}.get": _get_old(entity) for entity, name in NAMES.items()},
    **{f"crm.{name}.update": _update_old(entity) for entity, name in NAMES.items()},
}
