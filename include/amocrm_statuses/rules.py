"""Which leads the filter lets through: rules over the values that leads have now (smart-data-hub 4)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from include.amocrm.spelling import day_of
from include.amocrm_statuses.tracking import ALIASES
from include.amocrm_statuses.wanted import (
    EMPTINESS,
    ORDERING,
    PARTIAL,
    SYSTEM_KINDS,
    Kind,
    Wanted,
    fold,
    kind_of_type,
    status_text,
    wanted,
)
from include.settings.amocrm_mapping import FieldRef, Filter, Rule

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
_NEGATED = frozenset({"not_equals", "not_contains", "is_empty"})


class Held(NamedTuple):
    """One value that a lead has; of a choice ``text`` is what is chosen."""

    text: str | None = None
    number: Decimal | None = None
    at: datetime | None = None
    tick: bool | None = None
    enum_id: int | None = None


class Lead(NamedTuple):
    """What rules look at. ``utm``: by column of ``mart.amocrm_lead_utm``."""

    pipeline_id: int
    status_id: int
    responsible_user_id: int | None
    price: Decimal | None
    created_at: datetime
    tags: Sequence[str] = ()
    utm: Mapping[str, str] = {}
    fields: Mapping[int, Sequence[Held]] = {}


class Condition:
    """One rule, made ready for many leads."""

    def __init__(
        self, rule: Rule, types: Mapping[int, str], zone: ZoneInfo, field_zone: ZoneInfo | None = None
    ) -> None:
        """``types``: of custom fields; ``zone``: of days; ``field_zone``: of fields of dates, if another."""
        self._field_zone = field_zone or zone
        self.is_exclusion = rule.action == "exclude"
        self._field, self._operator, self._zone = rule.field, rule.operator, zone
        self._kind = kind_of(rule.field, types)
        self._wanted = [wanted(text, zone) for text in rule.values]

    def holds(self, lead: Lead) -> bool:
        """Tell whether the condition is true of a lead."""
        return self._found(self._held(lead)) is not (self._operator in _NEGATED)

    def _found(self, held: Sequence[Held]) -> bool:
        if self._operator in EMPTINESS:
            return any(self._is_something(value) for value in held)
        return any(self._fits(value, each) for value in held for each in self._wanted)

    def _held(self, lead: Lead) -> Sequence[Held]:
        field = self._field
        if field.custom_field_id is not None:
            held = lead.fields.get(field.custom_field_id, ())
            return held or (Held(tick=False),) if self._kind == "tick" else held
        if field.utm is not None:
            value = lead.utm.get(ALIASES.get(field.utm, field.utm))
            return () if value is None else (Held(value),)
        return _of_system(field.system, lead)

    def _is_something(self, held: Held) -> bool:
        """Tell whether a value is one: an unticked box is often absent, so it is as good as empty."""
        if self._kind == "tick":
            return held.tick is True
        return bool(held.text and held.text.strip()) or (held.number, held.at, held.enum_id) != (None,) * 3

    def _fits(self, held: Held, told: Wanted) -> bool:
        if self._operator in ORDERING:
            pair = self._ordered(held, told)
            return pair is not None and _COMPARE[self._operator](*pair)
        if self._operator in PARTIAL:
            return held.text is not None and told.text in fold(held.text)
        return self._equals(held, told)

    def _equals(self, held: Held, told: Wanted) -> bool:
        if self._kind in ("number", "date", "moment"):
            pair = self._ordered(held, told)
            return pair is not None and pair[0] == pair[1]
        if self._kind == "tick":
            return held.tick is not None and held.tick is told.tick
        if self._kind == "choice" and held.enum_id is not None and str(held.enum_id) == told.text:
            return True
        return held.text is not None and fold(held.text) == told.text

    def _ordered(self, held: Held, told: Wanted) -> tuple[Any, Any] | None:
        """Give what is compared with what; None: one of them does not read."""
        if self._kind == "number":
            pair: tuple[Any, Any] = (held.number, told.number)
        elif held.at is None:
            return None
        elif told.day is not None:
            pair = (self._day(held.at), told.day)
        else:
            pair = (held.at, told.moment)
        return None if None in pair else pair

    def _day(self, at: datetime) -> date:
        return day_of(at, self._field_zone) if self._kind == "date" else at.astimezone(self._zone).date()


def conditions(
    told: Filter, types: Mapping[int, str], zone: ZoneInfo, field_zone: ZoneInfo | None = None
) -> list[Condition]:
    """Make the rules of the settings ready."""
    return [Condition(rule, types, zone, field_zone) for rule in told.rules]


def passes(rules: Sequence[Condition], match: str, lead: Lead) -> bool:
    """Tell whether a lead is taken: the include rules hold (all, or any), and no exclude rule does."""
    including = [rule for rule in rules if not rule.is_exclusion]
    enough = any if match == "any" else all
    if including and not enough(rule.holds(lead) for rule in including):
        return False
    return not any(rule.holds(lead) for rule in rules if rule.is_exclusion)


def kind_of(field: FieldRef, types: Mapping[int, str]) -> Kind:
    """Tell how what a rule looks at is compared."""
    if field.custom_field_id is not None:
        return kind_of_type(types.get(field.custom_field_id, ""))
    return "text" if field.utm is not None else SYSTEM_KINDS[field.system or "tag"]


def held_of(told: Sequence[Mapping[str, Any]]) -> list[Held]:
    """
    Read the values of a field as ``select_judged.sql`` gives them: numbers as texts, moments as Unix seconds.

    What is no plain value (a company, a file, a type not known yet) has a value for each plain part of it.
    """
    found: list[Held] = []
    for each in told:
        found += [Held(part) for part in _parts(each["json"])] if "json" in each else [_plain(each)]
    return found


def _plain(told: Mapping[str, Any]) -> Held:
    num, ts = told.get("num"), told.get("ts")
    return Held(
        told.get("text"),
        None if num is None else Decimal(num),
        None if ts is None else datetime.fromtimestamp(ts, UTC),
        told.get("bool"),
        told.get("enum"),
    )


def _parts(told: Any) -> Iterator[str]:
    if isinstance(told, Mapping | list):
        for each in told.values() if isinstance(told, Mapping) else told:
            yield from _parts(each)
    elif told is not None:
        yield str(told)


def _of_system(name: str | None, lead: Lead) -> Sequence[Held]:
    match name:
        case "tag":
            return [Held(tag) for tag in lead.tags]
        case "price":
            return () if lead.price is None else (Held(str(lead.price), lead.price),)
        case "created_at":
            return (Held(at=lead.created_at),)
        case "status_id":
            return (Held(status_text(lead.pipeline_id, lead.status_id)),)
        case "pipeline_id":
            return (Held(str(lead.pipeline_id)),)
    return () if lead.responsible_user_id is None else (Held(str(lead.responsible_user_id)),)
