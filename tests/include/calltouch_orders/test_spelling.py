"""Dates, sums, cut texts and tags as Calltouch takes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.calltouch_orders.cuts import Cuts
from include.calltouch_orders.dates import calls_day, from_lead_service, lead_service, requests_day
from include.calltouch_orders.roubles import roubles, text
from include.calltouch_orders.tags import deal_tags
from tests.include.calltouch_orders.orders import MOSCOW, line

AFTERNOON = datetime(2026, 3, 5, 14, 21, 44, tzinfo=UTC)


def test_each_service_has_its_own_order_of_day_and_month():
    assert lead_service(AFTERNOON, MOSCOW) == "05-03-2026 17:21:44"
    assert calls_day(date(2026, 3, 5)) == "05/03/2026"
    assert requests_day(date(2026, 3, 5)) == "03/05/2026"


def test_moments_are_spelt_in_the_zone_of_the_settings_and_read_back():
    yekaterinburg = ZoneInfo("Asia/Yekaterinburg")
    assert lead_service(AFTERNOON, yekaterinburg) == "05-03-2026 19:21:44"
    assert from_lead_service("05-03-2026 19:21:44", yekaterinburg) == AFTERNOON
    with pytest.raises(ValueError, match="does not match"):
        from_lead_service("2026-03-05", MOSCOW)


@pytest.mark.parametrize(
    ("amount", "rate", "spelt"),
    [
        ("1760", "1", "1760.00"),
        ("0", "1", "0.00"),
        ("-0.001", "1", "0.00"),
        ("0.005", "1", "0.01"),
        ("0.015", "1", "0.02"),
        ("1E+6", "1", "1000000.00"),
        ("100", "92.5058", "9250.58"),
        ("-10.005", "1", "-10.01"),
    ],
)
def test_sums_have_two_decimals_and_no_exponent(amount, rate, spelt):
    assert text(roubles(Decimal(amount), Decimal(rate))) == spelt


@given(st.decimals(-(10**13), 10**13, places=4), st.decimals("0.000001", 1000, places=6))
def test_a_sum_is_rounded_to_the_nearest_hundredth(amount, rate):
    assert abs(roubles(amount, rate) - amount * rate) <= Decimal("0.005")


def test_a_text_is_cut_and_the_cut_is_reported():
    cut = Cuts()
    assert cut.cut("funnel", "  Магазин ", 100) == "Магазин"
    assert not cut
    assert cut.cut("manager", "я" * 101, 100) == "я" * 100
    assert cut == {"manager": 101}


def test_tags_are_the_kinds_of_goods_each_once_sorted():
    lines = [line(" Товар "), line("Масла  розлив"), line(None), line(""), line("Товар")]
    assert deal_tags(lines, Cuts()) == ["Масла розлив", "Товар"]


def test_tags_that_are_the_same_when_cut_are_one():
    cut = Cuts()
    assert deal_tags([line("т" * 150 + "1"), line("т" * 150 + "2")], cut) == ["т" * 100]
    assert cut == {"tag": 151}
