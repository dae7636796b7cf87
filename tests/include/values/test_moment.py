from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.values.moment import moment, moment_text

MOSCOW = ZoneInfo("Europe/Moscow")
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2026-03-01T12:30:00+03:00", "2026-03-01T12:30:00+03:00"),
        ("2026-03-01T12:30:00+0300", "2026-03-01T12:30:00+03:00"),
        ("2026-03-01T12:30:00Z", "2026-03-01T12:30:00+00:00"),
        ("2026-03-01 12:30Z", "2026-03-01T12:30:00+00:00"),
        ("2026-03-01T12:30:00-14:00", "2026-03-01T12:30:00-14:00"),
        ("2026-03-01T12:30:00", "2026-03-01T12:30:00+03:00"),
        ("2026-03-01 12:30", "2026-03-01T12:30:00+03:00"),
        (" 2026-03-01  12:30:05\n", "2026-03-01T12:30:05+03:00"),
        ("2026-03-01T12:30:05.1234567899", "2026-03-01T12:30:05.123456+03:00"),
        ("2026-03-01T12:30:05.5Z", "2026-03-01T12:30:05.500000+00:00"),
        ("2026-03-01", "2026-03-01T00:00:00+03:00"),
        ("01.03.2026", "2026-03-01T00:00:00+03:00"),
        ("01.03.2026 12:30", "2026-03-01T12:30:00+03:00"),
        ("01.03.2026 12:30:05", "2026-03-01T12:30:05+03:00"),
        ("2024-02-29", "2024-02-29T00:00:00+03:00"),
        ("0002-01-01", "0002-01-01T00:00:00+02:30:17"),
    ],
)
def test_every_agreed_spelling_is_read(raw, text):
    assert moment_text(raw, MOSCOW) == text


@pytest.mark.parametrize("raw", ["2026-03-01", "01.03.2026", " 2026-03-01 "])
def test_a_date_alone_may_mean_the_end_of_its_day(raw):
    assert moment_text(raw, MOSCOW, end_of_day=True) == "2026-03-01T23:59:59+03:00"


def test_a_clock_time_is_never_moved_to_the_end_of_the_day():
    assert moment_text("2026-03-01 00:00", MOSCOW, end_of_day=True) == "2026-03-01T00:00:00+03:00"


def test_summer_time_is_that_of_the_zone_and_a_doubled_hour_is_its_first():
    assert moment_text("2026-07-01", KYIV) == "2026-07-01T00:00:00+03:00"
    assert moment_text("2026-12-01", KYIV) == "2026-12-01T00:00:00+02:00"
    assert moment_text("2026-10-25 03:30", KYIV) == "2026-10-25T03:30:00+03:00"


@pytest.mark.parametrize(
    "raw",
    [
        *("2026-02-30", "2026-13-01", "31.04.2026", "2026-00-10", "2025-02-29", "0000-01-01"),
        *("2026-03-01T24:00:00", "2026-03-01T12:60", "2026-03-01T12:30:60", "2026-03-01T12"),
        *("2026-03-01T12:30:00+15:00", "2026-03-01T12:30:00+03", "2026-03-01T12:30:00+03:60"),
        *("20260301", "2026-W09-7", "2026-3-1", "1.3.2026", "01.03.26", "01/03/2026", "2026.03.01"),
        *("2026-03-01t12:30", "2026-03-01T12:30z", "2026-03-01Z", "2026-03-01T12:30,5", "2026-03-01T12:30:"),
        *("01.03.2026T12:30", "01.03.2026 12:30Z", "٢٠٢٦-03-01", "1772357400", "вчера", "-", "2026-03-01 x"),
    ],
)
def test_other_spellings_and_days_that_do_not_exist_are_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        moment(raw, MOSCOW)


@pytest.mark.parametrize(
    "raw", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00+14:00"]
)
def test_the_ends_of_the_calendar_are_refused_rather_than_overflow_in_another_zone(raw):
    with pytest.raises(ValueError, match="calendar"):
        moment(raw, MOSCOW)


@pytest.mark.parametrize("raw", [None, "", " \n"])
def test_a_blank_moment_is_not_given(raw):
    assert moment(raw, MOSCOW) is None
    assert moment_text(raw, MOSCOW) is None


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28)))  # noqa: DTZ001 - the zone is what is being added
def test_whatever_is_read_can_be_shown_in_any_zone(naive):
    for zone in (MOSCOW, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")):
        read = moment(naive.isoformat(), zone)
        assert read.replace(tzinfo=None) == naive
        assert abs(read.astimezone(UTC).replace(tzinfo=None) - naive) < timedelta(days=1)


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),  # noqa: DTZ001 - as above
    st.sampled_from(["", "Z", "+03:00", "-00:30", "+0530"]),
    st.sampled_from([MOSCOW, KYIV, ZoneInfo("America/New_York")]),
)
def test_the_text_is_the_same_moment(naive, offset, zone):
    raw = f"{naive.isoformat()}{offset}"
    assert datetime.fromisoformat(moment_text(raw, zone)) == moment(raw, zone)
