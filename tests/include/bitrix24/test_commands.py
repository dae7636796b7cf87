"""A command is spelt so that PHP reads back exactly what was meant, or not at all."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bitrix24.commands import Command, Reference, chained, is_plain, spelled

PAGE = {
    "entityTypeId": 2,
    "start": -1,
    "useOriginalUfNames": "Y",
    "order": {"id": "ASC"},
    "filter": {"stageSemanticId": "S", ">id": 41200},
    "select": ["id", "contactIds"],
}


def test_the_dossiers_page_is_spelt_as_there() -> None:
    assert spelled(Command("crm.item.list", PAGE)) == (
        "crm.item.list?entityTypeId=2&start=-1&useOriginalUfNames=Y&order%5Bid%5D=ASC"
        "&filter%5BstageSemanticId%5D=S&filter%5B%3Eid%5D=41200&select%5B0%5D=id&select%5B1%5D=contactIds"
    )


def test_a_command_without_parameters_is_its_method() -> None:
    assert spelled(Command("profile")) == "profile"


def test_a_page_begins_where_the_one_before_ends() -> None:
    later = chained(Command("crm.item.list", PAGE), ">id", "p01", ("items", 49, "id"))
    assert "filter%5B%3Eid%5D=%24result%5Bp01%5D%5Bitems%5D%5B49%5D%5Bid%5D" in spelled(later)
    assert "filter%5BstageSemanticId%5D=S" in spelled(later)
    assert PAGE["filter"] == {"stageSemanticId": "S", ">id": 41200}  # the first page stays as it was
    assert is_plain(later)


@pytest.mark.parametrize("value", ["a&b=c#d", "100%", "1+1", "[0]", " пробел ", "Ёлка «№7»", "\n", "", "%24"])
def test_a_text_is_encoded_once(value: str) -> None:
    query = urlsplit(spelled(Command("m", {"fields": {"UF_CRM_X": value}}))).query
    assert parse_qsl(query, keep_blank_values=True) == [("fields[UF_CRM_X]", value)]


@pytest.mark.parametrize("value", [None, [], {}, True, False, 1.5, Decimal("nan"), object(), b"x"])
def test_what_a_query_cannot_say_goes_alone(value: object) -> None:
    """Others send the text None, and leave empty lists out (bitrix24 5)."""
    command = Command("crm.item.update", {"id": 1, "fields": {"UF_CRM_X": value}})
    assert not is_plain(command)
    with pytest.raises(ValueError, match="UF_CRM_X"):
        spelled(command)


@pytest.mark.parametrize("text", ["Тур $result[p01][id]", "$total[x]", "$next[", "a$result_error[b]"])
def test_a_text_that_would_be_interpreted_goes_alone(text: str) -> None:
    assert not is_plain(Command("crm.item.update", {"fields": {"title": text}}))
    assert not is_plain(Command("crm.item.update", {"fields": {text: "1"}}))


@pytest.mark.parametrize("text", ["Цена $100", "$result", "result[p01]", "a $ [b]"])
def test_other_dollars_are_plain(text: str) -> None:
    assert is_plain(Command("crm.item.update", {"fields": {"title": text}}))


def test_sums_are_spelt_without_an_exponent() -> None:
    assert spelled(Command("m", {"a": Decimal("1E+3"), "b": Decimal("0.10")})) == "m?a=1000&b=0.10"


ODD = "aЯ%&+=[]$ #\n/?ё€"
values = st.recursive(
    st.text(ODD, max_size=6) | st.integers(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.text("ab_>@=!", min_size=1, max_size=4), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), values, max_size=4))
def test_every_value_comes_back_under_its_path(params: dict[str, Any]) -> None:
    query = urlsplit("http://x/?" + spelled(Command("m", params)).partition("?")[2]).query
    assert parse_qsl(query, keep_blank_values=True) == list(flat(params))


def flat(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping | list):
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, each in items:
            yield from flat(each, f"{name}[{key}]" if name else str(key))
    else:
        yield name, str(value)


def test_a_reference_is_a_text_of_ours() -> None:
    assert is_plain(Command("m", {"filter": {">id": Reference("$result[p01][0]")}}))
