"""Custom fields: read in three shapes, written in one, compared after a write (keepincrm 4.2)."""

from typing import Any

import pytest

from include.keepincrm.custom_fields import held, keys, not_taken, titles, written

DETAILED = [
    {"title": "Акція з", "name": "akciia_z_262", "value": "2026-11-01"},
    {"title": "Опис", "name": "opis_491", "value": None},
]


@pytest.mark.parametrize(
    "answer",
    [
        {"custom_fields": {"Акція з": "2026-11-01", "Опис": ""}},
        {"custom_fields": [{"title": "Акція з", "value": "2026-11-01"}, {"name": "Опис", "value": None}]},
        {"custom_fields_detailed": DETAILED},
        {"custom_fields": {"Акція з": "2026-11-01", "Опис": None}, "custom_fields_detailed": DETAILED},
    ],
)
def test_what_is_held_is_read_from_every_shape(answer: dict[str, Any]) -> None:
    assert held(answer) == {"Акція з": "2026-11-01"}
    assert titles(answer) == {"Акція з", "Опис"}


@pytest.mark.parametrize(
    "answer", [{}, {"custom_fields": None}, {"custom_fields": "x"}, {"custom_fields": [1]}]
)
def test_an_answer_without_custom_fields_holds_none(answer: dict[str, Any]) -> None:
    assert held(answer) == {}
    assert titles(answer) == set()
    assert keys(answer) == {}


def test_values_that_are_not_text_become_text() -> None:
    told = {"Число": 5, "Прапор": True, "Вибір": ["а", "б"], "Порожній": []}
    assert held({"custom_fields": told}) == {"Число": "5", "Прапор": "true", "Вибір": '["а", "б"]'}


def test_they_are_written_as_a_list_by_title_or_by_key() -> None:
    values = {"Акція з": "2026-11-01", "Опис": None}
    assert written(values) == [{"name": "Акція з", "value": "2026-11-01"}, {"name": "Опис", "value": ""}]
    by_key = written(values, keys({"custom_fields_detailed": DETAILED}))
    assert [each["name"] for each in by_key] == ["akciia_z_262", "opis_491"]


def test_an_empty_list_is_never_sent() -> None:
    with pytest.raises(ValueError, match="may clear them all"):
        written({})


@pytest.mark.parametrize(
    ("sent", "shown", "differ"),
    [
        ({"Опис": "<b>5W</b>"}, {"Опис": " <b>5W</b>\n"}, []),
        ({"Опис": "й"}, {"Опис": "и\u0306"}, []),
        ({"Опис": "А & Б"}, {"Опис": "А &amp; Б"}, []),
        ({"Опис": None}, {}, []),
        ({"Опис": None}, {"Опис": "старий"}, ["Опис"]),
        ({"Опис": "новий", "Акція з": "1"}, {"Опис": "старий", "Акція з": "1"}, ["Опис"]),
        ({"Опис": "новий"}, {}, ["Опис"]),
    ],
)
def test_what_was_not_taken_is_named(
    sent: dict[str, str | None], shown: dict[str, str], differ: list[str]
) -> None:
    assert not_taken(sent, {"custom_fields": shown}) == differ
