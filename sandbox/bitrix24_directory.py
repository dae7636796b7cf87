"""
Funnels, stages and their history, currencies, and who the caller is (bitrix24 2.6, 2.7, 2.10).
"""

from collections.abc import Mapping

from sandbox.bitrix24_answer import Answer, Method, Params, listed, number_of, rules
from sandbox.bitrix24_errors import NOT_FOUND, Refused
from sandbox.bitrix24_filter import Field
from sandbox.bitrix24_lists import page
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_schema import CONTACT, DEAL
from sandbox.shelf import Record

_HISTORY: Mapping[str, Field] = {
    **{name: Field(name, "integer") for name in ("ID", "TYPE_ID", "OWNER_ID", "CATEGORY_ID")},
    **{name: Field(name) for name in ("STAGE_SEMANTIC_ID", "STAGE_ID")},
    "CREATED_TIME": Field("CREATED_TIME", "datetime"),
}
_EXTRA = {None: "process", "S": "success", "F": "failure"}


def categories(portal: Portal, params: Params) -> Answer:
    """Tell the funnels that the caller may read."""
    entity = number_of(params.get("entityTypeId"))
    if entity not in (DEAL, CONTACT):
        raise Refused(NOT_FOUND, "Смарт-процесс не найден")
    funnels = portal.funnels.values() if entity == DEAL else [{"id": 0, "name": "Контакты"}]
    told = [_category(each, entity) for each in funnels if portal.may_see({"categoryId": each["id"]})]
    return Answer({"categories": told}, len(told))


def _category(funnel: Record, entity: int) -> Record:
    return {
        **{"id": funnel["id"], "name": funnel["name"], "sort": funnel.get("sort", 200)},
        **{"entityTypeId": entity, "isDefault": "N" if funnel["id"] else "Y"},
        **({"originId": "", "originatorId": ""} if funnel["id"] else {}),
    }


def statuses(portal: Portal, params: Params) -> Answer:
    """Tell the stages of one funnel, or all directories at once."""
    wanted = (params.get("filter") or {}).get("ENTITY_ID")
    told = [
        _status(stage, funnel, place)
        for funnel, stages in portal.stages.items()
        for place, stage in enumerate(stages, 1)
    ]
    told.append(
        {"ID": "7", "ENTITY_ID": "CONTACT_TYPE", "STATUS_ID": "CLIENT", "NAME": "Клиенты", "SORT": "10",
         "SYSTEM": "Y", "CATEGORY_ID": None, "SEMANTICS": None}
    )  # fmt: skip
    told = [each for each in told if wanted in (None, each["ENTITY_ID"])]
    return Answer(told, len(told))


def _status(stage: Record, funnel: int, place: int) -> Record:
    return {
        **{
            "ID": str(900 + 20 * funnel + place),
            "ENTITY_ID": f"DEAL_STAGE_{funnel}" if funnel else "DEAL_STAGE",
        },
        **{"STATUS_ID": stage["id"], "NAME": stage.get("name", stage["id"]), "SORT": str(10 * place)},
        **{"SYSTEM": "N", "CATEGORY_ID": str(funnel), "SEMANTICS": stage["semantics"]},
        "EXTRA": {"SEMANTICS": _EXTRA[stage["semantics"]], "COLOR": "#00AA55"},
    }


def stage_history(portal: Portal, params: Params) -> Answer:
    """Read a page of what stages deals came to; its keys are capitals, its numbers are numbers."""
    fields, deals = rules(portal, _HISTORY), portal.shelf_of(DEAL)
    order = {name: way for name, way in (params.get("order") or {}).items() if name in _HISTORY}

    def seen(row: Record) -> bool:
        deal = deals.get(row["OWNER_ID"])
        return deal is not None and portal.may_see(deal)

    found = page(portal.shelves["history"], {**params, "order": order}, fields, seen, "ID")
    names = [name for name in params.get("select") or _HISTORY if name in _HISTORY]
    rows = [{name: row[name] for name in dict.fromkeys(("ID", *names))} for row in found.records]
    return listed(portal, found, {"items": rows})


def currencies(portal: Portal, params: Params) -> Answer:
    """Tell the currencies with the rates of today."""
    return Answer(list(portal.currencies.values()), 0)


def base_currency(portal: Portal, params: Params) -> Answer:
    """Tell the base currency."""
    return Answer(portal.base)


def profile(portal: Portal, params: Params) -> Answer:
    """Tell who calls."""
    told = {"ID": "1", "ADMIN": portal.rights["admin"], "NAME": "Интеграция", "LAST_NAME": ""}
    return Answer({**told, "PERSONAL_GENDER": "", "TIME_ZONE": "Europe/Moscow"})


def server_time(portal: Portal, params: Params) -> Answer:
    """Tell the portal's time."""
    return Answer(portal.moment())


METHODS: Mapping[str, Method] = {
    "crm.category.list": categories,
    "crm.status.list": statuses,
    "crm.stagehistory.list": stage_history,
    "crm.currency.list": currencies,
    "crm.currency.base.get": base_currency,
    "profile": profile,
    "server.time": server_time,
}
