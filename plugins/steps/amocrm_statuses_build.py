"""
Build what a mapping makes of leads: transitions, stays, passes, states, paths (smart-data-hub 5).

A full build is the same over all leads, and only differences are written: building twice writes nothing.
"""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_judging import judge
from plugins.steps.amocrm_statuses_ties import stage_turns
from plugins.warehouse import Warehouse

STAGES = (
    ("stage_points", "stage.amocrm_statuses_point"),
    ("stage_intervals", "stage.amocrm_statuses_interval"),
    ("stage_states", "stage.amocrm_statuses_state"),
    ("stage_passes", "stage.amocrm_statuses_pass"),
)
AFFECTED = "stage.amocrm_statuses_affected"
MERGES = ("merge_transitions", "merge_intervals", "merge_passes", "merge_utm", "merge_calculated")
DIFFERENCES = "stage.amocrm_statuses_difference"
RAW = ("mart.amocrm_lead", "mart.amocrm_lead_event", "mart.amocrm_lead_custom_field_value")
MANY = 1000  # leads, from which on it is worth a second to look over all that is known of leads
BUILT = (
    *RAW,
    *("mart.amocrm_lead_transition", "mart.amocrm_lead_container_interval"),
    *("mart.amocrm_lead_container_pass", "mart.amocrm_lead_funnel_state", "mart.amocrm_lead_utm"),
    *("mart.amocrm_lead_calculated_value", "mart.amocrm_lead_path", "mart.amocrm_path"),
)
PATHS = ("forget_lead_paths", "merge_lead_paths")


class Shape(NamedTuple):
    """What shapes the marts besides the mapping. ``history_from``: None while no event is known."""

    zone: ZoneInfo
    history_from: datetime | None
    backfill: str
    price_basis: str

    @property
    def params(self) -> dict[str, Any]:
        """What the building files refer to."""
        return {**self._asdict(), "zone": self.zone.key}


def shape_of(warehouse: Warehouse, job: Statuses) -> Shape:
    """Give what shapes the marts. Raises ConfigError when the zone is the account's and not known."""
    account = warehouse.select_one(SQL / "select_known_account.sql", job.params)
    known = warehouse.select_one(SQL / "select_history_from.sql", job.params)
    policies = job.settings.policies
    return Shape(
        job.settings.zone(account.timezone if account else None),
        None if known is None else datetime.fromisoformat(known.value),
        policies.backfill,
        policies.price_basis,
    )


def choose(warehouse: Warehouse, job: Statuses, *, full: bool) -> None:
    """Write down which leads are built: all of them, or those that have changed in this run."""
    chosen = warehouse.run_file(SQL / ("stage_all.sql" if full else "stage_affected.sql"), job.params)
    warehouse.analyze(AFFECTED)
    if chosen >= MANY:  # most of them may have come in this transaction, and the planner knows of none
        warehouse.analyze(*RAW)


def stage(warehouse: Warehouse, job: Statuses, shape: Shape) -> None:
    """Work out the rows of the chosen leads. Raises BrokenPromise when they do not add up."""
    stage_turns(warehouse, job)
    params = job.params | shape.params
    for name, table in STAGES:
        warehouse.run_file(SQL / f"{name}.sql", params)
        warehouse.analyze(table)
    with warehouse.staged_only():
        warehouse.run_file(SQL / "stage_implied.sql", params)
        warehouse.assert_file(SQL / "assert_build.sql", params)


def merge(warehouse: Warehouse, job: Statuses) -> int:
    """
    Let the marts be what was worked out, but for what ``merge_standing`` does; give the rows that differed.

    Decisions come in between: they hang on what differed here, and on how leads stood before.
    """
    rows = sum(_differences(warehouse, name, job.params) for name in MERGES)
    warehouse.analyze(DIFFERENCES)
    return rows


def merge_standing(warehouse: Warehouse, job: Statuses, shape: Shape, *, full: bool) -> int:
    """
    Let the marts be how leads stand, and the paths they went; give the rows that differed.

    ``full``: sums of paths are worked out anew even where no path differs.
    """
    rows = _differences(warehouse, "merge_states", job.params)
    params = job.params | shape.params
    paths = sum(warehouse.run_file(SQL / f"{name}.sql", params) for name in PATHS)
    if paths or full:
        warehouse.run_file(SQL / "merge_paths.sql", params)
    return rows + paths


def look_over(warehouse: Warehouse) -> None:
    """Let the planner know the marts after a full build: the next run may come before the server looks."""
    warehouse.analyze(*BUILT)


def build(warehouse: Warehouse, job: Statuses, *, full: bool) -> int:
    """Choose, judge, work out and merge, in a transaction of the caller's; give the rows written."""
    warehouse.run_file(SQL / "forget_build.sql", job.params)
    shape = shape_of(warehouse, job)
    choose(warehouse, job, full=full)
    judge(warehouse, job)
    stage(warehouse, job, shape)
    return merge(warehouse, job) + merge_standing(warehouse, job, shape, full=full)


def _differences(warehouse: Warehouse, name: str, params: dict[str, Any]) -> int:
    return int(warehouse.select_one(SQL / f"{name}.sql", params).rows)
