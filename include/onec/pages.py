"""Pages of a reading: what the base gave to one question, and what it is needed for."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

Role = Literal[
    "schema",
    "orders",
    "lines",
    "shipments",
    "returns",
    "sale_lines",
    "bases",
    "profits",
    "contractors",
    "contacts",
    "items",
    "folders",
    "kinds",
    "organisations",
    "people",
    "currencies",
    "sources",
]


class Page(NamedTuple):
    """
    Rows of one entity as received, and the role they play.

    The first page of a reading is the schema of what is read; a page of documents comes after all that is
    needed to understand it. Of orders, shipments and returns only new and changed ones are here:
    ``unchanged`` counts the others, ``deleted`` the orders marked for deletion before they were ever known.
    """

    role: Role
    entity: str
    rows: list[dict[str, Any]]
    unchanged: int = 0
    deleted: int = 0


def to_line(page: Page) -> bytes:
    """Spell a page as a line of JSON. A number with a fraction becomes text: no digit may change."""
    return json.dumps(page._asdict(), ensure_ascii=False, default=str, separators=(",", ":")).encode() + b"\n"


def from_lines(lines: Iterable[bytes]) -> Iterator[Page]:
    """Read landed pages back, one at a time."""
    return (Page(**json.loads(line)) for line in lines if line.strip())
