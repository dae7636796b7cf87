"""What is usual is the middle of the last times."""

from include.vendors.usual import LATELY, Usual

HALF = LATELY // 2 + 1


def test_what_is_slow_all_along_becomes_usual() -> None:
    usual = Usual()
    assert [usual.note(0.5) for _ in range(LATELY)] == [0.5] * HALF + [0] * (LATELY - HALF)
    assert [usual.note(2.0) for _ in range(LATELY)] == [1.5] * HALF + [0] * (LATELY - HALF)


def test_one_that_stalls_changes_nothing() -> None:
    usual = Usual()
    for _ in range(LATELY):
        usual.note(0.25)
    assert [usual.note(took) for took in (0.25, 1.25, 0.25, 0.5)] == [0, 1, 0, 0.25]


def test_a_few_slow_ones_at_first_are_not_usual() -> None:
    usual = Usual()
    assert [usual.note(0.5) for _ in range(4)] == [0.5] * 4
