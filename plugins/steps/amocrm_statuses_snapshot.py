"""Figures as they were at the end of a day, for those who must not see last month change."""

from datetime import timedelta

from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_build import Shape
from plugins.warehouse import Warehouse


def take_snapshot(warehouse: Warehouse, job: Statuses, shape: Shape) -> None:
    """Write the day that ended, before anything is merged; what was written is never touched again."""
    day = job.now.astimezone(shape.zone).date() - timedelta(days=1)
    warehouse.run_file(SQL / "merge_snapshot.sql", job.params | {"day": day})
