"""When ``opencart_catalog`` runs: once a local date, also in the nights in which the clock is changed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable
from pydantic import ValidationError

from dags.opencart_catalog import HOURS_OF_READING, opencart_catalog
from include.settings.opencart_catalog import Crm
from plugins.pipelines.opencart_catalog import CATALOG
from plugins.pipelines.opencart_params import PARAMS
from plugins.steps.opencart_read_back import MOST_ALONE

MATERIALS, A_PAGE = 100_000, 25
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


def test_what_is_usual_is_what_the_form_says_before_anybody_touches_it() -> None:
    """Whatever else is asked for waits for its turn instead of being skipped as needless."""
    assert {name: value or None for name, value in CATALOG.usual.items()} == {
        name: param.value or None for name, param in PARAMS.items()
    }


@pytest.mark.parametrize("pace", [{"seconds_between_calls": 1.5}, {"calls_per_minute": 40}])
def test_a_large_account_is_read_in_time_at_the_slowest_pace_there_is(pace: dict[str, float]) -> None:
    """Whoever waits longer begins at the first page again in the next attempt, and never ends."""
    crm = Crm.model_validate(pace)
    apart = max(crm.seconds_between_calls, 60 / crm.calls_per_minute)
    calls = 3 * MATERIALS / A_PAGE + MOST_ALONE  # read_back: creates in doubt twice, what was written once
    assert timedelta(seconds=apart * calls) <= HOURS_OF_READING
    for name, value in pace.items():
        slower = value + 0.1 if name == "seconds_between_calls" else value - 1
        with pytest.raises(ValidationError):
            Crm.model_validate({name: slower})


@pytest.mark.parametrize("task_id", ["settle_changes", "stage_crm", "read_back"])
def test_a_task_that_may_read_the_whole_crm_is_given_the_time_for_it(task_id: str) -> None:
    assert opencart_catalog().get_task(task_id).execution_timeout == HOURS_OF_READING
