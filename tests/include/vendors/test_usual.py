"""What is usual is the middle of the last times."""

from include.vendors.usual import LATELY, Usual


def test_the_first_is_as_usual_and_one_that_stalls_changes_nothing() -> None:
    usual = Usual()
    assert [round(usual.later(took), 3) for took in (0.1, 0.1, 1.2, 0.1, 0.3)] == [0, 0, 1.1, 0, 0.2]


def test_what_is_slow_all_along_becomes_usual() -> None:
    usual = Usual()
    for _ in range(100):
        usual.later(0.1)
    later = [round(usual.later(2.0), 3) for _ in range(LATELY)]
    assert later == [1.9] * (LATELY // 2 + 1) + [0] * (LATELY // 2)
