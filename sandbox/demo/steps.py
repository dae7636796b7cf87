"""One step of a pipeline's demo."""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class DemoStep(NamedTuple):
    """A run by hand, and what it has to show."""

    title: str
    conf: dict[str, object]
    before: Callable[[str], None] | None  # gets the sandbox's address and prepares what the vendors say
    expected: Mapping[str, Mapping[str, int]]  # source -> outcome -> number of records (ops.run.counters)
    states: Mapping[str, str]  # source -> ops.run.state
