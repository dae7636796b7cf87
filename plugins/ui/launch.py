"""The form that starts a DAG by hand, made of the DAG's own Params."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from airflow.sdk import Param


class Field(NamedTuple):
    """
    A Param as the form asks for it.

    kind: tick, choice, number, moment, lines (of texts), numbers (a whole number a line).
    choices: value -> words.
    """

    name: str
    kind: str
    title: str
    description: str
    choices: Mapping[str, str]


class Form(NamedTuple):
    """What to do, and which guards to let pass."""

    asked: list[Field]
    guards: list[Field]

    @property
    def fields(self) -> Iterator[Field]:
        return (field for field in self.asked if field.kind != "tick")

    @property
    def ticks(self) -> Iterator[Field]:
        return (field for field in self.asked if field.kind == "tick")


def form_of(params: Mapping[str, Param]) -> Form:
    """Make the form of a DAG; Params with a section are its guards."""
    asked: list[Field] = []
    guards: list[Field] = []
    for name, param in params.items():
        schema = param.schema
        values: list[str] = schema.get("enum", [])
        words = schema.get("values_display", {})
        choices = {value: words.get(value, value) for value in values}
        field = Field(name, _kind(schema), schema["title"], param.description or "", choices)
        (guards if "section" in schema else asked).append(field)
    return Form(asked, guards)


def _kind(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "boolean":
        return "tick"
    if "enum" in schema:
        return "choice"
    if "integer" in schema["type"]:
        return "number"
    if schema.get("format") == "date-time":
        return "moment"
    return "numbers" if schema.get("items", {}).get("type") == "integer" else "lines"
