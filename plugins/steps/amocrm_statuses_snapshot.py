"""Figures as they were at the end of a day, for those who must not see last month change."""

from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_build import Shape
from plugins.warehouse import Warehouse


def take_snapshot(warehouse: Warehouse, job: Statuses, shape: Shape) -> None:
    """
    Write the days that ended since the marts were published last, before anything is merged.

    They are as they were then. What was written is never touched again.
    """
    last = warehouse.select_one(SQL / "select_last_publication.sql", job.params)
    if last is None:
        return
    days = {
        "first_day": last.at.astimezone(shape.zone).date(),
        "today": job.now.astimezone(shape.zone).date(),
    }
    warehouse.run_file(SQL / "merge_snapshot.sql", job.params | days)
