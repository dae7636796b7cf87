"""Rows of OpenCart 4.x that are variants of other products: which values they stand for (opencart 8.4)."""

import json
from collections.abc import Iterable
from typing import Any

from include.opencart_catalog.variants import AXES, Choice, Choices, Combination, Option


def offered_values(options: Iterable[Option]) -> Choices:
    """Give all values of which a buyer takes one of each option."""
    return frozenset(
        (option.product_option_id, value.product_option_value_id)
        for option in options
        if option.type in AXES
        for value in option.values
    )


def named_values(options: Iterable[Option], chosen: Choices) -> Combination:
    """Find the values of a product that a variant row names."""
    return tuple(
        Choice(option, value)
        for option in options
        for value in option.values
        if option.type in AXES and (option.product_option_id, value.product_option_value_id) in chosen
    )


def combination_of(spelled: str | None) -> Choices | None:
    """
    Read which values a row stands for: JSON {product_option_id: product_option_value_id}.

    None when it is no such JSON. PHP spells an empty one as a list; values of other types are texts or lists.
    """
    try:
        read = json.loads(spelled or "{}")
        if read == []:
            return frozenset()
        return frozenset((int(key), int(str(value))) for key, value in read.items() if _is_id(value))
    except (ValueError, AttributeError, RecursionError):
        return None


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and str(value).isdecimal()
