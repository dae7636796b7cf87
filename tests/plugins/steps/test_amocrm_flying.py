"""How many requests may fly ahead of what is known to be there."""

from include.amocrm.pages import EMPTY
from plugins.hooks.amocrm_ahead import Landed, Room
from plugins.steps.amocrm_flying import FLIES_FROM, Flying, sure_of


def after(pages: int, wasted: int = 0) -> Flying:
    flying = Flying(pages - 1)
    flying.note(Landed(pages, EMPTY, requests=1 + wasted))
    return flying


def test_of_few_pages_none_is_asked_for_that_was_not_named() -> None:
    flying = Flying()
    assert [flying.landed(left=9) for _ in range(FLIES_FROM)] == [Room()] * (FLIES_FROM - 1) + [Room(6, 8)]


def test_where_nobody_knows_the_end_one_in_fifty_may_be_for_nothing() -> None:
    assert [after(pages).landed() for pages in (8, 49, 50, 100)] == [
        Room(0, 1),
        Room(0, 1),
        Room(0, 2),
        Room(0, 3),
    ]
    assert after(100, wasted=2).landed() == Room(0, 1)
    assert after(100, wasted=3).landed() == Room()


def test_where_the_end_is_thought_to_be_far_all_may_fly_that_are_surely_there() -> None:
    assert after(10).landed(left=10) == Room(7, 9)
    assert after(10).landed(left=1.2) == Room(0, 1)  # another one after the next, or not
    assert after(10).landed(left=0.9) == Room(0, 0)
    assert after(10).landed(left=0) == Room(0, 0)


def test_thoughts_that_were_wrong_too_often_are_not_believed() -> None:
    assert after(10, wasted=1).landed(left=10) == Room()


def test_what_is_sure_is_somewhat_less_than_what_is_thought() -> None:
    assert [sure_of(left) for left in (0, 1, 2.6, 5, 10)] == [0, 0, 1, 3, 7]
