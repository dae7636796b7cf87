"""What of the settings names fields of the account: rules, formulas, containers of fields, the push."""

from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo

from include.amocrm_statuses.expression import fields_of, parse
from include.amocrm_statuses.present import Present
from include.amocrm_statuses.rules import kind_of
from include.amocrm_statuses.wanted import (
    NUMERIC_TYPES,
    Kind,
    fold,
    kind_of_type,
    misfit,
    unreadable,
    wanted,
)
from include.settings.amocrm_mapping import Rule
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from include.settings.loader import did_you_mean
from include.settings.yaml_lines import KeyPath

_UTC = ZoneInfo("UTC")
Told = tuple[KeyPath, Literal["error", "warning"], str]

NO_FIELD = "поля сделки {} в аккаунте нет"
GONE_FIELD = "поле {} было, теперь удалено"
NOT_A_NUMBER = "поле {} не числовое (вид {}): в формуле его не посчитать"
NO_NUMBER_TO_PUSH = "поле {} не числовое (вид {}), а Smart Data Hub ждёт число"
NO_CHOICE = "варианта «{}» в поле {} нет"
GONE_CHOICE = "вариант «{}» в поле {} был, теперь его нет"
NO_PIPELINE = "воронки {} в аккаунте нет"
GONE_PIPELINE = "воронка {} была, теперь удалена"
NO_STATUS = "статуса {} в аккаунте нет"
GONE_STATUS = "статус {} был, теперь удалён"
NO_USER = "пользователя {} в аккаунте нет"


def check_fields(settings: AmocrmStatusesSettings, present: Present) -> Iterator[Told]:
    """Give remarks about everything that names a field."""
    for index, rule in enumerate(settings.filter.rules):
        yield from _rule(("filter", "rules", index), rule, present)
    for index, field_id in enumerate(settings.custom_fields.selected):
        yield from _field(("custom_fields", "selected", index), field_id, present)
    for slot, field_id in settings.custom_fields.slots.items():
        yield from _field(("custom_fields", "slots", slot), field_id, present)
    for index, formula in enumerate(settings.calculated):
        for field_id in dict.fromkeys(fields_of(parse(formula.expression))):
            yield from _number(("calculated", index, "expression"), field_id, present, NOT_A_NUMBER)
    yield from _pushed(settings, present)


def _pushed(settings: AmocrmStatusesSettings, present: Present) -> Iterator[Told]:
    push = settings.push
    for field_id in push.custom_fields:
        yield from _field(("push", "custom_fields", str(field_id)), field_id, present)
    for name, field in (("first_cost", push.first_cost), ("purchase_tax", push.purchase_tax)):
        if field is not None:
            yield from _number(("push", name), field, present, NO_NUMBER_TO_PUSH)
    if push.purchase_shipping is not None:
        yield from _field(("push", "purchase_shipping"), push.purchase_shipping, present)


def _field(path: KeyPath, field_id: int, present: Present) -> Iterator[Told]:
    standing = present.fields.standing(field_id)
    if standing == "unknown":
        yield path, "error", NO_FIELD.format(field_id) + present.near_field(field_id)
    elif standing == "gone":
        yield path, "warning", GONE_FIELD.format(present.field_name(field_id))


def _number(path: KeyPath, field_id: int, present: Present, text: str) -> Iterator[Told]:
    yield from _field(path, field_id, present)
    field = present.fields.ever.get(field_id)
    if field is not None and field.type not in NUMERIC_TYPES:
        yield path, "error", text.format(present.field_name(field_id), field.type)


def _rule(path: KeyPath, rule: Rule, present: Present) -> Iterator[Told]:
    if (field_id := rule.field.custom_field_id) is not None:
        yield from _field((*path, "field"), field_id, present)
        if field_id in present.fields.ever:
            yield from _custom(path, rule, field_id, present)
    elif rule.field.system in ("pipeline_id", "status_id", "responsible_user_id"):
        for index, value in enumerate(rule.values):
            yield from _numbered((*path, "values", index), kind_of(rule.field, {}), value, present)


def _custom(path: KeyPath, rule: Rule, field_id: int, present: Present) -> Iterator[Told]:
    """Look whether a rule fits the kind of its field."""
    kind = kind_of_type(present.fields.ever[field_id].type)
    if wrong := misfit(kind, rule.operator):
        yield (*path, "operator"), "error", f"{wrong}: {present.field_name(field_id)}"
        return
    for index, value in enumerate(rule.values):
        place: KeyPath = (*path, "values", index)
        if wrong := unreadable(kind, value):
            yield place, "error", wrong
        elif kind == "choice" and rule.operator in ("equals", "not_equals"):
            yield from _choice(place, value, field_id, present)


def _choice(path: KeyPath, value: str, field_id: int, present: Present) -> Iterator[Told]:
    told = fold(value)
    if any(told in (fold(row.value), str(row.enum_id)) for row in present.choices(field_id)):
        return
    name = present.field_name(field_id)
    if any(told in (fold(row.value), str(row.enum_id)) for row in present.past_choices(field_id)):
        yield path, "warning", GONE_CHOICE.format(value, name)
        return
    near = did_you_mean(value, [row.value for row in present.choices(field_id)])
    yield path, "error", NO_CHOICE.format(value, name) + near


def _numbered(path: KeyPath, kind: Kind, value: str, present: Present) -> Iterator[Told]:
    """Look whether a pipeline, a status or a user that a rule names is there."""
    told = wanted(value, _UTC).text
    if kind == "user":
        if present.users is not None and int(told) not in present.users:
            yield path, "error", NO_USER.format(told)
        return
    if kind == "pipeline":
        standing, no_such = present.pipelines.standing(int(told)), no_pipeline(int(told), present)
        gone = GONE_PIPELINE
    else:
        pipeline, _, status = told.partition("/")
        key = int(pipeline), int(status)
        standing, no_such, gone = present.statuses.standing(key), no_status(key, told, present), GONE_STATUS
    if standing != "here":
        yield (path, "error", no_such) if standing == "unknown" else (path, "warning", gone.format(told))


def no_pipeline(pipeline_id: int, present: Present) -> str:
    """Say that there is no such pipeline, and which may be meant."""
    return NO_PIPELINE.format(pipeline_id) + present.near_pipeline(pipeline_id)


def no_status(key: tuple[int, int], name: str, present: Present) -> str:
    """Say that there is no such status, or not even its pipeline, and which may be meant."""
    if present.pipelines.standing(key[0]) == "unknown":
        return no_pipeline(key[0], present)
    return NO_STATUS.format(name) + present.near_status(key)
