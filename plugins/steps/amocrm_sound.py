"""Records that do not read are told and left out; the good ones go on (DESIGN 5)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from include.amocrm.spelling import Unreadable
from plugins.steps import ledger
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

Row = TypeVar("Row")
Item = Mapping[str, Any]

UNREADABLE = "AMO_UNREADABLE"
SEVERAL = 10  # records of a page of which none reads: the list itself is broken
MOST_TOLD = 10
LEFT_OUT = "Пропущено записей: {}. {}"


class Failure(NamedTuple):
    """A record that does not read, and what is wrong with it."""

    item: Item
    problem: str


def split(items: Iterable[Item], read: Callable[[Item], Row]) -> tuple[list[Row], list[Failure]]:
    """Read records of a list, and give those that do not read. Raises Unreadable if none of many does."""
    found, failures = attempted(items, read)
    if len(failures) >= SEVERAL and not found:
        raise Unreadable(failures[0].problem)
    return found, failures


def attempted(items: Iterable[Item], read: Callable[[Item], Row]) -> tuple[list[Row], list[Failure]]:
    """Read records, and give those that do not read."""
    found, failures = [], []
    for item in items:
        try:
            found.append(read(item))
        except Unreadable as problem:
            failures.append(Failure(item, str(problem)))
    return found, failures


def sound(
    warehouse: Warehouse, job: Statuses, items: Iterable[Item], read: Callable[[Item], Row]
) -> list[Row]:
    """Read records, and tell which do not read."""
    found, failures = split(items, read)
    tell_left_out(warehouse, job, [each.problem for each in failures])
    return found


def tell_left_out(warehouse: Warehouse, job: Statuses, problems: Sequence[str], more: str = "") -> None:
    """Tell of records that do not read; ``more``: what becomes of them."""
    if problems:
        message = LEFT_OUT.format(len(problems), "; ".join(problems[:MOST_TOLD]))
        tell_once(warehouse, job, UNREADABLE, {"message": f"{message}{more}"})


def tell_once(warehouse: Warehouse, job: Statuses, code: str, details: Mapping[str, Any]) -> None:
    """Tell of something unless the run has done so: pages may be read more than once."""
    told = warehouse.select(SQL / "select_events_of_run.sql", {**job.params, "code": code})
    if details.get("message") not in {row.message for row in told} or not told:
        ledger.log_event(warehouse, job.run_id, code, details)
