"""Records that do not read are told and left out; the good ones go on (DESIGN 5)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

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


def readable(items: Iterable[Item], read: Callable[[Item], Row]) -> tuple[list[Row], list[str]]:
    """Read records; give with them what is wrong with the others. Raises Unreadable if none of many reads."""
    found, problems = [], []
    for item in items:
        try:
            found.append(read(item))
        except Unreadable as problem:
            problems.append(str(problem))
    if len(problems) >= SEVERAL and not found:
        raise Unreadable(problems[0])
    return found, problems


def sound(
    warehouse: Warehouse, job: Statuses, items: Iterable[Item], read: Callable[[Item], Row]
) -> list[Row]:
    """Read records, and tell which do not read."""
    found, problems = readable(items, read)
    if problems:
        shown = "; ".join(problems[:MOST_TOLD])
        tell_once(warehouse, job, UNREADABLE, {"message": LEFT_OUT.format(len(problems), shown)})
    return found


def tell_once(warehouse: Warehouse, job: Statuses, code: str, details: Mapping[str, Any]) -> None:
    """Tell of something unless the run has done so: pages may be read more than once."""
    told = warehouse.select(SQL / "select_events_of_run.sql", {**job.params, "code": code})
    if details.get("message") not in {row.message for row in told} or not told:
        ledger.log_event(warehouse, job.run_id, code, details)
