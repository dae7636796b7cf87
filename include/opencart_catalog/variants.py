"""Variants of a product: full combinations of its options, and how they are called (keepincrm Q3-Q6)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product
from math import prod
from typing import NamedTuple

AXES = frozenset(
    {"select", "radio", "image"}
)  # the buyer takes one value; image is an old radio with pictures
CHECKBOX = "checkbox"


class OptionValue(NamedTuple):
    """A value that a product offers of an option; ``code`` when the shop has a column for one."""

    product_option_value_id: int
    option_value_id: int
    name: str | None
    prefix: str | None
    price: Decimal | None
    code: str | None = None


class Option(NamedTuple):
    """An option of a product, its values in the shop's order."""

    product_option_id: int
    option_id: int
    type: str
    required: bool
    name: str | None
    values: tuple[OptionValue, ...]


class Choice(NamedTuple):
    """One value taken of one option."""

    option: Option
    value: OptionValue

    @property
    def place(self) -> tuple[int, int]:
        """What the choice is called by: ids of the shop-wide dictionary, the most stable ones."""
        return self.option.option_id, self.value.option_value_id


Combination = tuple[Choice, ...]
Choices = frozenset[tuple[int, int]]  # (product_option_id, product_option_value_id), as 4.x writes them


def count(options: Sequence[Option], *, checkbox_values: bool = False) -> int:
    """Say how many combinations there are, without making them."""
    axes = prod(len(option.values) + (not option.required) for option in offered(options))
    all_none = all(not option.required for option in offered(options))
    singles = sum(len(option.values) for option in options if option.type == CHECKBOX)
    return axes - all_none + (singles if checkbox_values else 0)


def combinations(options: Sequence[Option], *, checkbox_values: bool = False) -> Iterator[Combination]:
    """
    Combine one value of each option; one that is not required may also be left out, all of them not.

    Several values of a checkbox may be ticked at once, so none is combined: when asked for, each is a variant
    by itself. Options of other types have no values.
    """
    chosen = [
        [*(Choice(option, value) for value in option.values), *_none(option)] for option in offered(options)
    ]
    for taken in product(*chosen):
        if combination := tuple(choice for choice in taken if choice is not None):
            yield combination
    for option in options if checkbox_values else ():
        if option.type == CHECKBOX:
            yield from ((Choice(option, value),) for value in option.values)


def uncovered(made: Iterable[Combination], covered: Iterable[Choices]) -> Iterator[Combination]:
    """
    Leave out combinations for which the shop has rows of their own.

    A row may name values of some options only; it stands for whatever is combined with them.
    """
    rows: defaultdict[frozenset[int], set[Choices]] = defaultdict(set)
    for row in covered:
        if row:
            rows[frozenset(option for option, _ in row)].add(row)
    for combination in made:
        own = choices(combination)
        if not any(_part(own, options) in known for options, known in rows.items()):
            yield combination


def offered(options: Sequence[Option], *, checkbox_values: bool = False) -> list[Option]:
    """Give the options whose values become variants."""
    kinds = AXES | {CHECKBOX} if checkbox_values else AXES
    return [option for option in options if option.type in kinds and option.values]


def repeated(options: Sequence[Option]) -> frozenset[tuple[int, int]]:
    """Find values that a product offers twice, which is possible by hand."""
    seen = Counter((option.option_id, value.option_value_id) for option in options for value in option.values)
    return frozenset(place for place, times in seen.items() if times > 1)


def choices(combination: Combination) -> Choices:
    """Spell a combination as variant rows of 4.x do."""
    return frozenset(
        (choice.option.product_option_id, choice.value.product_option_value_id) for choice in combination
    )


def by_option(combination: Combination) -> list[Choice]:
    """Put choices into the order in which ids are written: of their options, not of the shop's page."""
    return sorted(combination, key=lambda choice: (*choice.place, choice.value.product_option_value_id))


def identity(product_id: int, combination: Combination, twice: frozenset[tuple[int, int]]) -> str:
    """Name an item: «42», «42#5:39,13:48»; a value offered twice adds which of the two, «42#5:39:1017»."""
    parts = []
    for choice in by_option(combination):
        own = f":{choice.value.product_option_value_id}" if choice.place in twice else ""
        parts.append(f"{choice.option.option_id}:{choice.value.option_value_id}{own}")
    return f"{product_id}#{','.join(parts)}" if parts else str(product_id)


def ids_of(combination: Combination, twice: frozenset[tuple[int, int]]) -> list[str]:
    """Spell the values of a variant for its article."""
    return [
        f"{choice.value.option_value_id}"
        + (f"p{choice.value.product_option_value_id}" if choice.place in twice else "")
        for choice in by_option(combination)
    ]


def title(name: str, combination: Combination) -> str:
    """Add the options to a name: «Назва (Колір: Червоний, Розмір: L)»."""
    words = (
        ": ".join(
            filter(None, (choice.option.name, choice.value.name or f"№ {choice.value.option_value_id}"))
        )
        for choice in combination
    )
    return f"{name} ({', '.join(words)})" if combination else name


def _part(own: Choices, options: frozenset[int]) -> Choices:
    return frozenset(choice for choice in own if choice[0] in options)


def _none(option: Option) -> tuple[None, ...]:
    return () if option.required else (None,)
