"""When ``opencart_catalog`` runs: once a local date, also in the nights in which the clock is changed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

from dags.opencart_catalog import opencart_catalog

KYIV = ZoneInfo("Europe/Kyiv")
THREE_YEARS = TimeRestriction(
    earliest=pendulum.datetime(2026, 1, 1), latest=pendulum.datetime(2029, 1, 1), catchup=True
)


def runs() -> list[datetime]:
    """Give the moments at which Airflow starts the DAG in three years."""
    schedule = opencart_catalog().schedule
    timetable = CronTriggerTimetable(schedule.expression, timezone=schedule.timezone)
    found, last = [], None
    while info := _after(timetable, last):
        found.append(info.run_after)
        last = info.data_interval
    return found


def _after(timetable: CronTriggerTimetable, last: DataInterval | None) -> DagRunInfo | None:
    return timetable.next_dagrun_info(last_automated_data_interval=last, restriction=THREE_YEARS)


def test_every_local_date_has_exactly_one_run() -> None:
    dates = Counter(run.astimezone(KYIV).date() for run in runs())
    days = (date(2029, 1, 1) - date(2026, 1, 1)).days
    assert dates == Counter(date(2026, 1, 1) + timedelta(days=day) for day in range(days))


def test_it_runs_at_three_but_in_the_night_that_has_no_three_o_clock() -> None:
    local = [run.astimezone(KYIV) for run in runs()]
    odd = {run.date(): run.hour for run in local if (run.hour, run.minute) != (3, 0)}
    assert odd == {date(2026, 3, 29): 4, date(2027, 3, 28): 4, date(2028, 3, 26): 4}


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2027, 3, 27), datetime(2027, 3, 27, 1, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (date(2027, 3, 29), datetime(2027, 3, 29, 0, tzinfo=UTC)),
        (date(2027, 10, 30), datetime(2027, 10, 30, 0, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 1, tzinfo=UTC)),
        (date(2027, 11, 1), datetime(2027, 11, 1, 1, tzinfo=UTC)),
    ],
)
def test_around_a_change_of_the_clock_the_moments_are_these(day: date, at: datetime) -> None:
    assert [run for run in runs() if run.astimezone(KYIV).date() == day] == [at]
