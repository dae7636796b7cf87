"""Whether a reading can be believed."""

import pytest

from include.bitrix24_contact_totals.guards import Size, drops, exceeds, is_other_portal, mismatch


@pytest.mark.parametrize(
    ("rows", "before", "after", "requests", "agrees"),
    [
        (100, 100, 100, 1, True),
        (100, None, None, 1, True),
        (100, 100, None, 1, True),
        (99, 100, 100, 1, False),
        (100, 100, 101, 4, False),
        (9997, 10000, 9999, 5, True),
        (9000, 10000, 10000, 5, False),
        (10000, 10050, 9950, 80, True),
        (10000, 10051, 10000, 80, False),
    ],
)
def test_a_short_reading_agrees_exactly_and_a_long_one_nearly(
    rows: int, before: int | None, after: int | None, requests: int, agrees: bool
) -> None:
    assert (mismatch(rows, before, after, requests=requests, share=0.005) is None) is agrees


def test_a_mismatch_says_which_count_differs() -> None:
    assert mismatch(9, 10, 9, requests=1, share=0) == "прочитано 9, до чтения портал насчитал 10"


def test_a_drop_says_what_fell() -> None:
    before = {0: Size(100, 10_000), 3: Size(5, 500)}
    assert drops(before, before, [0, 3], 0.05) == []
    assert drops(before, {0: Size(100, 10_000)}, [0, 3], 0.05) == []
    assert drops(before, {0: Size(100, 10_000)}, [0], 0.05) == ["воронки 3 больше нет, в ней было сделок: 5"]
    assert drops(before, {0: Size(99, 9_900)}, [0, 3], 0.05) == [
        "сделок было 105, стало 99",
        "сумма упала на 5.7 %",
    ]


def test_growth_and_an_empty_past_are_no_drop() -> None:
    assert drops({}, {0: Size(1, 1)}, [0], 0) == []
    assert drops({0: Size(1, 0)}, {0: Size(2, -200)}, [0], 0) == []
    assert drops({0: Size(1, -200)}, {0: Size(2, -100)}, [0], 0) == []


def test_half_of_the_deals_seen_again_is_the_same_portal() -> None:
    assert not is_other_portal(10, 5, 0.5)
    assert is_other_portal(10, 4, 0.5)
    assert not is_other_portal(0, 0, 0.5)


def test_a_share_is_exact() -> None:
    assert not exceeds(3, 0.3, 10)
    assert exceeds(4, 0.3, 10)
