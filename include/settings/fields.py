"""Kinds of values that settings files share, and how problems that reach across sections are raised."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from include.settings.loader import did_you_mean
from include.settings.yaml_lines import KeyPath
from include.wording.speech import say

Model = TypeVar("Model")


def known_as(context_key: str, what: str) -> AfterValidator:
    """Admit only names that the validation's context lists under a key; suggest the nearest otherwise."""

    def check(name: str, info: ValidationInfo) -> str:
        names: Iterable[str] | None = (info.context or {}).get(context_key)
        return name if names is None else _among(name, names, what)

    return AfterValidator(check)


def value_problem(path: KeyPath, text: str) -> InitErrorDetails:
    """Put a sentence about a value into the form in which pydantic collects its own."""
    return InitErrorDetails(
        type=PydanticCustomError("value_error", "{error}", {"error": text}), loc=path, input=None
    )


def told_together(
    model: str, data: Any, handler: Callable[[Any], Model], across: Sequence[tuple[KeyPath, str]]
) -> Model:
    """Validate, and raise what is wrong across sections together with what is wrong inside each."""
    found = [value_problem(path, text) for path, text in across]
    try:
        settings = handler(data)
    except ValidationError as error:
        raise ValidationError.from_exception_data(model, problems_of(error) + found) from None
    if found:
        raise ValidationError.from_exception_data(model, found)
    return settings


def problems_of(error: ValidationError) -> list[InitErrorDetails]:
    """Take the problems out of an error, so that others can be told together with them."""
    return [
        InitErrorDetails(
            type=found["type"], loc=found["loc"], input=found["input"], ctx=dict(found.get("ctx", {}))
        )
        for found in error.errors()
    ]


def _among(name: str, known: Iterable[str], what: str) -> str:
    names = list(known)
    if name not in names:
        raise ValueError(say("{} «{}» нет").format(say(what), name) + did_you_mean(name, names))
    return name


def _known_zone(name: str) -> str:
    return _among(name, available_timezones(), "часового пояса")


def _not_empty(ref: UUID) -> UUID:
    if not ref.int:
        raise ValueError("это пустая ссылка 1С: нужен GUID объекта")
    return ref


Text = Annotated[str, Field(min_length=1)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Days = Annotated[int, Field(ge=1, le=3660)]
Ref = Annotated[UUID, AfterValidator(_not_empty)]
