"""From one slot of a schedule to the next, as Airflow itself counts them: a clock change moves them."""

from datetime import datetime

import pendulum
from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

from plugins.defaults import ZONE
from plugins.landing import NextSlot

_UNBOUNDED = TimeRestriction(earliest=None, latest=None, catchup=True)


def slots_of(cron: str, zone: str = ZONE) -> NextSlot:
    """Give what tells from a slot of the schedule when the next one is."""
    timetable = CronTriggerTimetable(cron, timezone=zone)

    def next_slot(slot: datetime) -> datetime:
        this = DataInterval.exact(pendulum.instance(slot))
        found = timetable.next_dagrun_info(last_automated_data_interval=this, restriction=_UNBOUNDED)
        assert found, f"{cron} has no slot after {slot}"
        return found.run_after

    return next_slot
