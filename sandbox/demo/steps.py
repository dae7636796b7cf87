"""One step of a pipeline's demo."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg


class Seen(NamedTuple):
    """What a vendor or the marts hold after a step, in a reader's words; what is not as the story says."""

    where: str
    counts: Mapping[str, int]
    problems: Sequence[str]


class DemoStep(NamedTuple):
    """A run by hand, and what it has to show."""

    title: str
    conf: dict[str, object]
    before: Callable[[str], None] | None  # gets the sandbox's address and prepares what the vendors say
    expected: Mapping[str, Mapping[str, int]]  # source -> outcome -> number of records (ops.run.counters)
    states: Mapping[str, str]  # source -> ops.run.state
    after: Callable[[str], Sequence[Seen]] | None = None  # gets the address and looks at the vendors
    words: Mapping[str, str] = {}  # outcome -> how the table calls it; others by their own names
    held: Callable[[psycopg.Connection[Any]], Sequence[Seen]] | None = None  # looks at the warehouse
