"""The mapping in the settings of ``amocrm_statuses``: funnels, filter, formulas (smart-data-hub 3, 4)."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from include.amocrm_statuses.expression import ExpressionError, parse
from include.amocrm_statuses.mapping import ContainerMap, FunnelMap, Mapping, Marker
from include.amocrm_statuses.tracking import SLOTS, UTM_NAMES
from include.amocrm_statuses.wanted import EMPTINESS, ORDERING, SYSTEM_KINDS, misfit, unreadable
from include.settings.fields import Text
from include.settings.loader import Settings, did_you_mean

NOT_AN_ID = "нужны латинские буквы, цифры, - и _, например licenses"
NOT_A_PAIR = "нужна пара номеров [воронка, статус]: 142 и 143 есть в каждой воронке"
SystemName = Literal["pipeline_id", "status_id", "responsible_user_id", "tag", "price", "created_at"]
Operator = Literal[
    "equals", "not_equals", "contains", "not_contains", "is_empty", "not_empty", "gt", "gte", "lt", "lte"
]


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", text):
        raise ValueError(NOT_AN_ID)
    return text


def _pair(value: Any) -> tuple[int, int]:
    is_pair = isinstance(value, list | tuple) and len(value) == 2
    if not is_pair or any(isinstance(part, bool) or not isinstance(part, int) or part <= 0 for part in value):
        raise ValueError(NOT_A_PAIR)
    return value[0], value[1]


def _slot(name: str) -> str:
    if name not in SLOTS:
        raise ValueError(f"контейнера поля «{name}» нет, есть {', '.join(SLOTS)}" + did_you_mean(name, SLOTS))
    return name


def _utm(name: str) -> str:
    if name not in UTM_NAMES:
        raise ValueError(f"«{name}» нет, есть {', '.join(UTM_NAMES)}" + did_you_mean(name, UTM_NAMES))
    return name


def _expression(text: str) -> str:
    try:
        parse(text)
    except ExpressionError as error:
        raise ValueError(str(error)) from None
    return text


def _text(value: Any) -> Any:
    if type(value) is date:
        return value.isoformat()
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return getattr(value, "written", str(value)) if is_number else value


def _null_is_a_word(value: Any) -> Any:
    return "null" if value is None else value


Identifier = Annotated[str, AfterValidator(_identifier)]
VendorId = Annotated[int, Field(gt=0, strict=True)]
StatusPair = Annotated[tuple[int, int], BeforeValidator(_pair)]


class FieldRef(Settings):
    """What of a lead a rule looks at: exactly one of the three."""

    custom_field_id: VendorId | None = Field(None, description="Номер поля сделки в amoCRM")
    utm: Annotated[str, AfterValidator(_utm)] | None = Field(None, description="utm_source, ym_uid и другие")
    system: SystemName | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "FieldRef":
        if sum(part is not None for part in (self.custom_field_id, self.utm, self.system)) != 1:
            raise ValueError("нужно ровно одно из: custom_field_id, utm, system")
        return self


class Rule(Settings):
    """A condition. Listed values are alternatives: any of them will do."""

    action: Literal["include", "exclude"] = "include"
    field: FieldRef
    operator: Operator = "equals"
    values: list[Text] = Field([])

    @field_validator("values", mode="before")
    @classmethod
    def _spelled(cls, values: Any) -> Any:
        """Take days and numbers as they are written; what a truth value was written as, nobody knows."""
        return [_text(value) for value in values] if isinstance(values, list) else values

    @model_validator(mode="after")
    def _fits(self) -> "Rule":
        if self.operator in EMPTINESS and self.values:
            raise ValueError(f"для {self.operator} значений не пишут")
        if self.operator in ORDERING and len(self.values) != 1:
            raise ValueError(f"для {self.operator} нужно ровно одно значение")
        if self.operator not in EMPTINESS and not self.values:
            raise ValueError(f"для {self.operator} нужно хотя бы одно значение")
        if self.field.custom_field_id is None:  # what a custom field may be compared with, the account says
            self._fits_kind()
        return self

    def _fits_kind(self) -> None:
        kind = "text" if self.field.system is None else SYSTEM_KINDS[self.field.system]
        wrong = (misfit(kind, self.operator), *(unreadable(kind, value) for value in self.values))
        if told := next(filter(None, wrong), None):
            raise ValueError(told)


class Filter(Settings):
    """Which leads are taken: all include rules (or any of them) hold, and no exclude rule does."""

    match: Literal["all", "any"] = "all"
    rules: list[Rule] = Field([])


class Container(Settings):
    """A container of statuses; its place in the list is its position, unless all containers tell theirs."""

    id: Identifier
    title: Text
    position: Annotated[int, Field(ge=1, le=32000)] | None = None
    marker: Marker | None = None
    statuses: list[StatusPair] = Field([])


class Funnel(Settings):
    """A funnel; the order of its containers decides what counts as passed."""

    id: Identifier
    title: Text
    containers: list[Container] = Field([])


class CustomFields(Settings):
    """What analysts see of fields, and which of them fill fixed containers (4.3)."""

    selected: list[VendorId] = Field([], description="«Остальные поля»; пусто: все")
    slots: dict[Annotated[str, AfterValidator(_slot)], VendorId] = Field({})


class Calculated(Settings):
    """A field worked out of others: «Калькуляция»."""

    id: Identifier
    title: Text
    expression: Annotated[str, AfterValidator(_expression)]
    missing: Annotated[Literal["null", "zero"], BeforeValidator(_null_is_a_word)] = Field(
        "null", description="Чего нет: null оставляет итог пустым, zero считает нулём"
    )


def mapping_of(funnels: list[Funnel]) -> Mapping:
    """Put funnels into the form they are worked with: containers by position."""
    return Mapping(tuple(FunnelMap(funnel.id, funnel.title, _containers(funnel)) for funnel in funnels))


def _containers(funnel: Funnel) -> tuple[ContainerMap, ...]:
    placed = [
        ContainerMap(each.id, each.title, each.position or place, each.marker, tuple(each.statuses))
        for place, each in enumerate(funnel.containers, 1)
    ]
    return tuple(sorted(placed, key=lambda container: container.position))
