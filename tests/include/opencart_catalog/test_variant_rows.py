"""Which values a variant row of OpenCart 4.x stands for."""

import pytest

from include.opencart_catalog.variant_rows import combination_of, named_values, offered_values
from include.opencart_catalog.variants import Choice, Option, OptionValue

RED, BLUE = (OptionValue(own, own + 30, None, "+", None, None) for own in (1, 2))
COLOUR = Option(101, 5, "radio", True, "Колір", (RED, BLUE))
EXTRAS = Option(102, 6, "checkbox", False, "Додатково", (RED,))


@pytest.mark.parametrize(
    ("spelled", "read_as"),
    [
        ('{"101":"1001","102":1004}', {(101, 1001), (102, 1004)}),
        ('{"101":"","103":"білий","104":["1","2"],"105":null,"106":true,"107":1.0}', set()),
        ("[]", set()),
        (None, set()),
        ("[1]", None),
        ("null", None),
        ("[" * 100_000, None),
        ('{"1":"' + "9" * 5000 + '"}', None),
    ],
)
def test_what_a_variant_row_names_is_read_from_json_of_php(spelled, read_as):
    assert combination_of(spelled) == read_as


def test_only_values_of_which_a_buyer_takes_one_are_offered_and_named() -> None:
    assert offered_values([COLOUR, EXTRAS]) == {(101, 1), (101, 2)}
    chosen = frozenset({(101, 2), (102, 1), (101, 9)})
    assert named_values([COLOUR, EXTRAS], chosen) == (Choice(COLOUR, BLUE),)
