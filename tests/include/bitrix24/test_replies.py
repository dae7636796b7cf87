"""What became of each command of a batch, in all the shapes PHP gives an answer."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bitrix24.commands import Command
from include.bitrix24.replies import (
    Blocked,
    Done,
    NotRun,
    Refused,
    is_answer,
    replies,
    worked,
    worked_alone,
)
from include.vendors.limits import Worked

TIME = {"duration": Decimal("0.07"), "operating": Decimal("31.2"), "operating_reset_at": 1789000600}


def body(
    result: Any = (),
    error: Any = (),
    total: Any = (),
    following: Any = (),
    time: Any = (),
    finish: Any = None,
) -> dict[str, Any]:
    """Put an answer together; an empty map is a list, as PHP has it."""
    told = {"result": result, "result_error": error, "result_total": total, "result_next": following}
    inner = {name: value or [] for name, value in {**told, "result_time": time}.items()}
    return {"result": inner, "time": {} if finish is None else {"finish": finish}}


def test_a_chain_of_the_dossier_is_read() -> None:
    answer = body(
        {"p01": {"items": [{"id": 41207}]}},
        {"p02": {"error": "INVALID_ARG_VALUE", "error_description": "Invalid filter"}},
        time={"p01": TIME},
    )
    assert replies(answer, ["p01", "p02", "p03"]) == {
        "p01": Done({"items": [{"id": 41207}]}, seconds=Decimal("0.07")),
        "p02": Refused("INVALID_ARG_VALUE", "Invalid filter"),
        "p03": NotRun(),
    }


def test_counts_are_read_as_numbers_or_texts_and_may_be_missing() -> None:
    told = replies(body({"a": [], "b": [], "c": []}, total={"a": 173, "b": "7"}, following={"a": 50}), "abc")
    assert told == {"a": Done([], 173, 50), "b": Done([], 7), "c": Done([])}


def test_a_key_in_no_map_did_not_run_and_null_is_a_value() -> None:
    assert replies(body({"a": None}), ["a", "b"]) == {"a": Done(None), "b": NotRun()}


@pytest.mark.parametrize(
    "code",
    ["OPERATION_TIME_LIMIT", "QUERY_LIMIT_EXCEEDED", "INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"],
)
def test_a_closed_method_is_no_refusal(code: str) -> None:
    told = replies(body(error={"a": {"error": code, "error_description": "later"}}), ["a"])
    assert told == {"a": Blocked(code, "later")}
    assert not isinstance(told["a"], Refused)


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"error": "", "error_description": "Not found."}, Refused("", "Not found.")),
        ({"error": 0, "error_description": "x does not exist"}, Refused("0", "x does not exist")),
        (
            {"error": 200040300010, "error_description": "Access Denied"},
            Refused("200040300010", "Access Denied"),
        ),
        ({"error": "NOT_FOUND"}, Refused("NOT_FOUND", "")),
        ({"error": None, "error_description": None}, Refused("", "")),
        ("some words", Refused("", "some words")),
    ],
)
def test_codes_come_in_any_shape(told: object, refused: Refused) -> None:
    assert replies(body(error={"a": told}), ["a"]) == {"a": refused}


@pytest.mark.parametrize(
    ("code", "text", "is_gone", "is_denied"),
    [
        ("NOT_FOUND", "", True, False),
        ("", "Not found.", True, False),
        ("", "Contact is not found", True, False),
        ("0", "product does not exist", True, False),
        ("", "Access denied.", False, True),
        ("ACCESS_DENIED", "", False, True),
        ("insufficient_scope", "", False, True),
        ("CRM_FIELD_ERROR_VALUE_NOT_VALID", "Field not found", False, False),
        ("", "Wrong value", False, False),
    ],
)
def test_gone_and_denied_are_told_apart(code: str, text: str, is_gone: bool, is_denied: bool) -> None:
    refused = Refused(code, text)
    assert (refused.is_gone, refused.is_denied) == (is_gone, is_denied)


def test_a_refusal_is_told_in_words() -> None:
    assert [str(Refused(*each)) for each in [("A", "b"), ("", "b"), ("A", ""), ("", "")]] == [
        "A: b",
        "b",
        "A",
        "отказ без объяснения",
    ]


def test_what_an_answer_costs_is_summed_but_operating_is_the_last_told() -> None:
    """``operating`` is cumulative: to add it up is the mistake of a library (bitrix24 5)."""
    times = {
        "a": {"duration": 1.5, "operating": 100.5, "operating_reset_at": 1600},
        "b": {"duration": Decimal(2), "operating": 102, "operating_reset_at": 1600},
        "c": {"duration": "0.25"},
    }
    times["a"] |= {"duration": Decimal("1.5"), "operating": Decimal("100.5")}
    commands = {"a": Command("get"), "b": Command("get"), "c": Command("list"), "d": Command("never")}
    assert worked(body(time=times, finish=Decimal("1000.5")), commands) == [
        Worked("get", 2, Decimal("3.5"), Decimal(102), 599.5),
        Worked("list", 1, Decimal("0.25"), None, None),
    ]


def test_a_portal_that_counts_nothing_is_told_so() -> None:
    assert worked(body(), {"a": Command("get")}) == []
    assert worked_alone({"result": 1}, "get") == []
    assert worked_alone({"result": 1, "time": []}, "get") == []


def test_a_single_call_says_what_it_cost() -> None:
    time = {"start": 995, "finish": 1000, "duration": 5, "operating": 12, "operating_reset_at": 990}
    assert worked_alone({"time": time}, "get") == [Worked("get", 1, Decimal(5), Decimal(12), 0.0)]


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"result": []}, {"result": None}, {"error": "X"}])
def test_other_answers_are_no_batch(answer: object) -> None:
    assert not is_answer(answer)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("result", "result_error", "result_time"), anything)))
def test_whatever_comes_every_key_has_an_outcome(inner: dict[str, Any]) -> None:
    told = replies({"result": inner}, ["a", "b"])
    assert list(told) == ["a", "b"]
    for key, reply in told.items():
        held = inner.get("result")
        assert not isinstance(reply, Done) or (isinstance(held, dict) and key in held)
    worked({"result": inner, "time": 5}, {"a": Command("m"), "b": Command("m")})
