"""Changes of status of one second: every one begins where the one before it led to, if that can be."""

import pytest

from include.amocrm_statuses.chain import Change, in_order


def change(told: str, second: int = 0) -> Change:
    """Read «id: before after»."""
    event_id, before, after = told.replace(":", " ").split()
    return Change(event_id, second, before, after)


@pytest.mark.parametrize(
    ("told", "start", "now", "order"),
    [
        (["a: B C", "b: A B"], None, None, "b a"),
        (["a1: NEW WON", "m5: QUOTE NEW", "z9: NEW QUOTE"], "NEW", "WON", "z9 m5 a1"),
        (["a: QUOTE NEW", "b: NEW QUOTE"], None, "NEW", "b a"),
        (["a: QUOTE NEW", "b: NEW QUOTE"], None, None, "a b"),
        (["a: QUOTE NEW", "b: NEW QUOTE"], "NEW", None, "b a"),
        (["b: A B", "a: A C"], "A", None, "a b"),
        (["b: A B", "a: A C"], "A", "B", "a b"),
        (["a: X Y", "b: A B"], "A", None, "b a"),
        (["b: A A", "a: A B"], "A", "B", "b a"),
    ],
)
def test_as_many_as_can_be_are_chained_and_ids_decide_the_rest(
    told: list[str], start: str | None, now: str | None, order: str
) -> None:
    first = [] if start is None else [Change("first", 0, "somewhere", start)]
    found = in_order([*first, *(change(each, 1) for each in told)], now)
    assert [each.event_id for each in found[len(first) :]] == order.split()


def test_a_second_begins_where_the_one_before_it_ended_and_ends_where_the_next_begins() -> None:
    told = [change("a: B A"), change("b: A B"), change("c: A B", 5), change("d: B A", 5)]
    assert [each.event_id for each in in_order(told, "A")] == ["b", "a", "c", "d"]
    assert [each.event_id for each in in_order(told, "B")] == ["a", "b", "d", "c"]


def test_a_great_many_in_one_second_are_still_chained() -> None:
    told = [change(f"{99 - step}: s{step} s{step + 1}") for step in range(30)]
    found = in_order(told, "s30")
    assert [each.before for each in found] == [f"s{step}" for step in range(30)]
