"""What a product is, from its rows as they were read."""

from datetime import date

import pytest

from include.opencart_catalog.as_read import first_codes, is_shown, name_of

TODAY = date(2026, 7, 15)
SHOWN = {"status": 1, "described": True, "available": "2026-07-15", "today": TODAY, "null_is_never": False}


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({}, True),
        ({"status": 0}, False),
        ({"status": None}, False),
        ({"described": False}, False),
        ({"available": "2026-07-16"}, False),
        ({"available": "0000-00-00"}, True),
        ({"available": "2026-07-15 00:00:00"}, True),
        ({"available": None}, True),
        ({"available": None, "null_is_never": True}, False),
    ],
)
def test_a_product_is_shown_as_the_shop_shows_it(row: dict[str, object], shown: bool) -> None:
    assert is_shown(**SHOWN | row) is shown  # type: ignore[arg-type]


def test_a_name_is_taken_from_where_there_is_one() -> None:
    assert name_of(7, " Фарба &amp; лак ", "Paint", "M7") == "Фарба & лак"
    assert name_of(7, "&nbsp;", "Paint", "M7") == "Paint"
    assert name_of(7, None, None, "M7") == "M7"
    assert name_of(7, None, None, " ") == "№ 7"


def test_of_several_articles_the_first_that_is_not_blank_counts() -> None:
    rows = [(1, None), (1, " "), (1, "SAM 1"), (1, "SAM 2"), (2, "\u00a0")]
    assert first_codes(rows) == {1: "SAM 1"}
