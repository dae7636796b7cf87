"""Lists followed to their last page, answers judged: what deal products ask with."""

from typing import Any

import pytest

from include.bitrix24.commands import Command
from include.bitrix24.replies import Done, NotRun, Refused
from include.errors import AccessDenied, RejectedByVendor
from plugins.hooks.bitrix24_lists import BrokenReading
from plugins.steps.bitrix24_deal_products_asking import chunks, cleaned, every_page, number, value_of

LIST = Command("crm.item.productrow.list", {"filter": {"=ownerId": 1}})
GONE = Refused("ENTITY_NOT_FOUND", "Владелец не найден")


class Pages:
    """Stands for a hook whose lists have so many rows, fifty a page; ``refused``: keys it refuses."""

    def __init__(self, rows: dict[str, int], refused: dict[str, Refused] | None = None) -> None:
        self.rows, self.refused = rows, refused or {}
        self.asked: list[list[str]] = []

    def run(self, commands: dict[str, Command], size: object) -> dict[str, Any]:
        self.asked.append(list(commands))
        return {key: self.refused.get(key) or self._page(key, command) for key, command in commands.items()}

    def _page(self, key: str, command: Command) -> Done:
        start, rows = command.params.get("start", 0), self.rows[key]
        end = min(start + 50, rows)
        page = [{"id": each} for each in range(start, end)]
        return Done({"productRows": page}, rows, end if end < rows else None)


def commands(*keys: str) -> dict[str, Command]:
    return dict.fromkeys(keys, LIST)


def test_every_list_is_followed_to_its_end_and_only_as_far():
    hook = Pages({"a": 0, "b": 50, "c": 51, "d": 120})
    found, refused = every_page(hook, commands(*"abcd"), "productRows")
    assert {key: len(rows) for key, rows in found.items()} == hook.rows
    assert [row["id"] for row in found["d"]] == list(range(120))
    assert refused == {}
    assert hook.asked == [["a", "b", "c", "d"], ["c", "d"], ["d"]]


def test_what_is_refused_is_told_apart_and_the_rest_is_read():
    found, refused = every_page(Pages({"a": 3}, {"b": GONE}), commands("a", "b"), "productRows")
    assert (len(found["a"]), refused) == (3, {"b": GONE})
    assert "b" not in found


def test_a_right_that_lacks_stops_everything():
    hook = Pages({"a": 3}, {"b": Refused("insufficient_scope", "no")})
    with pytest.raises(AccessDenied):
        every_page(hook, commands("a", "b"), "productRows")


def test_pages_that_go_in_circles_are_no_reading():
    class Circle(Pages):
        def _page(self, key: str, command: Command) -> Done:
            return Done({"productRows": [{"id": 1}]}, 100, 50)

    with pytest.raises(BrokenReading):
        every_page(Circle({"a": 100}), commands("a"), "productRows")


@pytest.mark.parametrize(
    "value", [None, {"items": []}, {"productRows": {"1": {}}}, {"productRows": [1]}, "text"]
)
def test_an_answer_without_its_list_is_no_empty_list(value):
    class Odd(Pages):
        def _page(self, key: str, command: Command) -> Done:
            return Done(value)

    with pytest.raises(BrokenReading):
        every_page(Odd({"a": 0}), commands("a"), "productRows")


@pytest.mark.parametrize("reply", [Refused("0", "broken"), NotRun()])
def test_what_was_not_answered_has_no_value(reply):
    with pytest.raises(RejectedByVendor):
        value_of(LIST, reply)


def test_texts_lose_what_postgres_cannot_keep_at_any_depth():
    assert cleaned({"a\x00": ["б\x00", {"c": "\x00"}, 1, None]}) == {"a": ["б", {"c": ""}, 1, None]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("7", 7), ({"value": "7", "valueId": "1"}, 7), (None, None), ("", None), ("x", None), (0, None)],
)
def test_numbers_come_as_numbers_as_texts_or_wrapped(value, expected):
    assert number(value) == expected


def test_a_list_is_cut_into_pieces_without_a_rest_lost():
    assert [list(piece) for piece in chunks(range(5), 2)] == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
