from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bitrix24_deal_products.trip_dates import Trip, day, span

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
          "ноября", "декабря"]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-10", "2026-08-10T00:00:00+03:00", "2026-08-10 23:59:59", "2026-08-10T21:00:00Z",
        "10.08.2026", "10.08.2026 00:00:00", "10.8.2026", "10/08/2026", "10 августа 2026",
        "10 Августа 2026 г.",
        "10 авг. 2026", " с 10.08.2026 ", "10.08.2026 (10.08.2026)",
    ],
)  # fmt: skip
def test_a_day_is_what_is_written(text):
    assert day(text) == date(2026, 8, 10)


@pytest.mark.parametrize(
    "text",
    ["", "скоро", "август 2026", "31.02.2026", "2026-13-01", "10.08.26", "10.08.2026 - 21.08.2026",
     "10-21.08.2026", "10–21 августа 2026", "с 10 по 21.08.2026", "10.08 - 21.08.2026", "3 - 10.08.2026",
     "10.08.0026", "110.08.2026", "10.08.20261", "2026-08-101", "10 мартобря 2026"],
)  # fmt: skip
def test_what_is_no_single_day_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        day(text)


@pytest.mark.parametrize(
    "text",
    [
        "10.08.2026 - 21.08.2026", "10.08.2026–21.08.2026", "с 10.08.2026 по 21.08.2026",
        "10.08 - 21.08.2026",
        "10–21.08.2026", "10-21.08.2026", "10-21 августа 2026", "с 10 по 21 августа 2026 года",
        "10 августа — 21 августа 2026", "10 августа 2026 — 21 августа 2026", "2026-08-10/2026-08-21",
        "2026-08-10T00:00:00+03:00 - 2026-08-21T00:00:00+03:00",
        "Заезд 10.08.2026, выезд 21.08.2026", "10.08.2026 10:05 - 21.08.2026 18:00",
        "10.08.2026, 10:05 – 21.08.2026, 18:00:00", "2026-08-10T10:05:00+03:00-2026-08-21T18:00Z",
        "Даты: 10–21.08.2026", "Даты поездки: с 10 по 21 августа 2026", "10-21.08.2026 18:00",
    ],
)  # fmt: skip
def test_a_range_is_read_in_each_of_its_spellings(text):
    assert span(text) == Trip(date(2026, 8, 10), date(2026, 8, 21))


def test_a_range_goes_over_months_and_over_new_year():
    assert span("28.07–05.08.2026") == Trip(date(2026, 7, 28), date(2026, 8, 5))
    assert span("28 июля - 5 августа 2026") == Trip(date(2026, 7, 28), date(2026, 8, 5))
    assert span("28.12 – 05.01.2027") == Trip(date(2026, 12, 28), date(2027, 1, 5))
    assert span("с 28 декабря по 5 января 2027") == Trip(date(2026, 12, 28), date(2027, 1, 5))
    assert span("1.08.2026 10:00 - 2.08.2026 18:00") == Trip(date(2026, 8, 1), date(2026, 8, 2))
    assert span("2026-07-28 - 05.08.2026") == Trip(date(2026, 7, 28), date(2026, 8, 5))


def test_a_single_day_is_both_ends():
    assert span("10.08.2026") == Trip(date(2026, 8, 10), date(2026, 8, 10))


@pytest.mark.parametrize(
    "text",
    ["", "лето", "21.08.2026 - 10.08.2026", "21–10.08.2026", "10.08.2026, 15.08.2026, 21.08.2026",
     "31–35.08.2026", "30.02 - 05.03.2026", "Заезд 3 - 21.08.2026", "группа 5, 10-21.08.2026",
     "10–21.08.2026, 3–5.09.2026", "10–21.08.2026 или 01.09.2026", "№ 3 10-21 августа 2026"],
)  # fmt: skip
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        span(text)


@given(
    DAYS, st.sampled_from(["{:%Y-%m-%d}", "{:%d.%m.%Y}", "{:%Y-%m-%d}T00:00:00+03:00", "{:%d.%m.%Y} 03:00"])
)
def test_every_day_comes_back(each, spelling):
    assert day(spelling.format(each)) == each


@given(DAYS, DAYS, st.sampled_from([" - ", "–", " по ", "..."]))
def test_every_range_comes_back(one, other, dash):
    first, last = sorted([one, other])
    assert span(f"{first:%d.%m.%Y}{dash}{last:%d.%m.%Y}") == Trip(first, last)
    worded = [f"{each.day} {MONTHS[each.month - 1]} {each.year}" for each in (first, last)]
    assert span(dash.join(worded)) == Trip(first, last)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        trip = span(text)
    except ValueError:
        return
    assert trip.start <= trip.end
