"""
What Calltouch's lead-service accepts (calltouch 2.2, 2.3, 2.5).

The vendor's own checks are not known; these are as strict as its pages allow, so that what passes has the
documented shape: no unknown field, dates and sums in the one format shown, texts within the project's cuts.
That longer texts, revenue below zero and numbers in place of texts are refused are assumptions.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.calltouch_dates import of_body

BATCH = 100
_MONEY = re.compile(r"\d{1,13}(\.\d{1,2})?")
_CURRENCY = re.compile(r"[a-z]{3}")
Check = Callable[[Any], bool]

_CONTACT_KINDS = {
    "leadContactParams": {"withChats", "searchAmongPhonesInText", "md5Phones", "leadTypeToMatch", "emails"},
    "requestContactParams": {"md5Phones", "requestTypeToMatch", "emails"},
    "callContactParams": {"md5Phones", "callTypeToMatch"},
}
_COMMON = {"phones", "date", "tags", "tagsLogic", "searchDepth"}
MATCHINGS: dict[str, tuple[str, set[str]]] = {  # type -> (name of its parameters, their fields)
    **{name.removesuffix("Params"): (name, fields | _COMMON) for name, fields in _CONTACT_KINDS.items()},
    "request": ("requestParams", {"requestId", "tags", "tagsLogic"}),
    "call": ("callParams", {"callId", "tags", "tagsLogic"}),
    "customSources": ("customSourceParams", {"source", "medium", "campaign", "content", "term"}),
    "withoutSource": ("", set()),
}


def problems(method: str, body: Any) -> list[dict[str, str]]:
    """Return what is wrong with the body of ``create`` or ``update``, each with its place."""
    return [{"field": place, "message": words} for place, words in _problems(method, body)]


def _problems(method: str, body: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(body, dict):
        yield "", "ожидается объект JSON"
        return
    if method == "create" and not _text(255)(body.get("crm")):
        yield "crm", "обязательное поле"
    yield from ((name, "неизвестное поле") for name in body.keys() - {"orders", "crm"})
    orders = body.get("orders")
    if not isinstance(orders, list) or not 1 <= len(orders) <= BATCH:
        yield "orders", f"ожидается массив от 1 до {BATCH} сделок"
        return
    for index, order in enumerate(orders):
        for place, words in _of_order(method, order):
            yield f"orders[{index}]{place}", words


def _of_order(method: str, order: Any) -> Iterator[tuple[str, str]]:
    fields, required = (_CREATE, _REQUIRED) if method == "create" else (_UPDATE, {"orderNumber"})
    if not isinstance(order, dict):
        yield "", "ожидается объект"
        return
    for name in sorted(required - order.keys()):
        yield f".{name}", "обязательное поле"
    for name, value in order.items():
        if name not in fields:
            yield f".{name}", "неизвестное поле"
        elif not fields[name](value):
            yield f".{name}", "недопустимое значение"


def _text(most: int, empty: bool = False) -> Check:
    return lambda value: isinstance(value, str) and (empty or bool(value.strip())) and len(value) <= most


def _date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(of_body(value))
    except ValueError:
        return False


def _shaped(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _object(**fields: Check) -> Check:
    """Accept an object with these fields only, all of them unless ``null`` passes its check."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() <= fields.keys()
        and all(check(value.get(name)) for name, check in fields.items())
    )


def _list(check: Check, least: int = 1) -> Check:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(check, value))


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _bool(value: Any) -> bool:
    return isinstance(value, bool)


def _matching(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.get("type") not in MATCHINGS:
        return False
    name, fields = MATCHINGS[entry["type"]]
    params = entry.get(name, {})
    if entry.keys() != {"type", name} - {""} or not isinstance(params, dict) or not params.keys() <= fields:
        return False
    return all(_PARAMS.get(field, _text(255))(value) for field, value in params.items()) and (
        not entry["type"].endswith("Contact") or _searchable(params)
    )


def _searchable(params: Mapping[str, Any]) -> bool:
    """A search by contacts needs a contact and the date to measure from."""
    return "date" in params and bool(params.get("phones") or params.get("emails"))


_NAME = _text(100)
_TEXTS = _list(_text(255), least=0)
_TAGS = _list(_object(tag=_NAME))
_TAG_CHANGE = _object(overwrite=_bool, tags=_list(_object(tag=_NAME), least=0))
_CONTACT = _maybe(_text(255, empty=True))
_MESSENGERS = {"waPhone", "tgId", "tgUsername", "vkId"}
_PARAMS: dict[str, Check] = {
    "phones": _TEXTS,
    "emails": _TEXTS,
    "md5Phones": _TEXTS,
    "tags": _TEXTS,
    "tagsLogic": lambda value: value in ("and", "or"),
    "date": _date,
    "searchDepth": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    "withChats": _bool,
    "searchAmongPhonesInText": _bool,
    "requestId": lambda value: isinstance(value, int),
    "callId": lambda value: isinstance(value, int),
    **dict.fromkeys(
        ("leadTypeToMatch", "requestTypeToMatch", "callTypeToMatch"),
        lambda value: value in ("nearest", "nearestUniq", "nearestUniqLead"),
    ),
}
_BOTH: dict[str, Check] = {
    "orderNumber": _text(255),
    "orderName": _maybe(_text(255)),
    "orderLink": _maybe(_text(2000)),
    "funnel": _NAME,
    "status": _NAME,
    "statusDate": _date,
    "updateDate": _date,
    "currency": _shaped(_CURRENCY),
    "revenue": _shaped(_MONEY),
    "margin": _shaped(re.compile(f"-?{_MONEY.pattern}")),
    "manager": _NAME,
    "customFields": _list(_object(field=_NAME, value=_text(255, empty=True))),
    "products": _list(lambda value: isinstance(value, dict) and "name" in value),
    "orderContacts": _object(
        mainContacts=_maybe(
            _object(**dict.fromkeys({"fio", "phoneNumber", "email"} | _MESSENGERS, _CONTACT))
        ),
        otherContacts=_maybe(
            _object(**dict.fromkeys({"phoneNumber", "email"} | _MESSENGERS, _maybe(_TEXTS)))
        ),
    ),
}
_REQUIRED = {"matching", "orderNumber", "status", "statusDate", "orderDate"}
_CREATE: dict[str, Check] = _BOTH | {
    "matching": _list(_matching),
    "orderDate": _date,
    "comment": _object(text=_text(255)),
    "addTags": _TAGS,
    "addTagsToLead": _TAGS,
}
_UPDATE: dict[str, Check] = _BOTH | {
    "reMatching": _list(_matching),
    "addNewComment": _object(text=_text(255)),
    "addTags": _TAG_CHANGE,
    "addTagsToLead": _TAG_CHANGE,
    "leadManager": _object(manager=_NAME, overwrite=_bool),
}
