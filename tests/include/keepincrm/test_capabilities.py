"""What an account can do: tried, learnt, remembered, tried again after a while (keepincrm 4.2, 7)."""

from datetime import date, timedelta

import pytest

from include.keepincrm.capabilities import TRY_AGAIN, Capabilities, Tried

DAY = date(2026, 11, 22)
FIELD = {"title": "Опис", "name": "opis_491", "value": None}
ALONE = {"id": 1, "custom_fields": {"Опис": None}, "custom_fields_detailed": [FIELD]}


@pytest.mark.parametrize("what", ["custom_fields", "named_prices", "categories", "asset_url", "pictures"])
def test_what_was_never_tried_is_worth_trying(what: Tried) -> None:
    assert Capabilities().can(what, DAY)
    assert Capabilities().works(what) is None


def test_two_misses_in_a_row_turn_it_off_and_one_success_on() -> None:
    once = Capabilities().learnt("named_prices", False, DAY)
    assert once.named_prices_writable is None
    assert once.can("named_prices", DAY)
    twice = once.learnt("named_prices", False, DAY)
    assert twice.named_prices_writable is False
    assert not twice.can("named_prices", DAY)
    mended = twice.learnt("named_prices", True, DAY)
    assert mended.named_prices_writable is True
    assert mended.learnt("named_prices", False, DAY).can("named_prices", DAY)
    assert (
        not once.learnt("custom_fields", True, DAY)
        .learnt("named_prices", False, DAY)
        .can("named_prices", DAY)
    )


def test_a_plain_refusal_and_a_changed_address_need_no_second_try() -> None:
    known = Capabilities().learnt("categories", False, DAY, for_good=True).learnt("asset_url", False, DAY)
    assert (known.categories_writable, known.asset_url_stable) == (False, False)


def test_what_is_off_is_tried_once_more_after_a_while() -> None:
    off = Capabilities().learnt("categories", False, DAY, for_good=True)
    later = DAY + TRY_AGAIN
    assert not off.can("categories", later - timedelta(days=1))
    assert off.can("categories", later)
    again = off.learnt("categories", False, later)
    assert not again.can("categories", later)
    assert off.forgotten("categories").can("categories", DAY)
    assert off.forgotten("asset_url") == off
    assert off.forgotten() == Capabilities()


def test_the_other_spelling_of_custom_fields_is_tried_before_they_are_given_up() -> None:
    known = Capabilities().seen({}, ALONE, {})
    assert known.custom_field_names == {}
    missed = known.learnt("custom_fields", False, DAY)
    assert missed.custom_field_names == {"Опис": "opis_491"}
    taken = missed.learnt("custom_fields", True, DAY)
    assert (taken.custom_field_names, taken.custom_fields_writable) == ({"Опис": "opis_491"}, True)
    assert missed.learnt("custom_fields", False, DAY).custom_fields_writable is False
    assert Capabilities().learnt("custom_fields", False, DAY).custom_fields_by == "title"  # no keys are known


def test_what_is_shown_is_remembered_and_nothing_shown_says_nothing() -> None:
    listed = {"id": 1, "custom_fields": {"Опис": None, "Фото": None}, "named_custom_prices": {}}
    known = Capabilities().seen(listed, ALONE, {"id": 7, "name": "Оливи"})
    assert (known.lists_custom_fields, known.lists_named_prices) == (True, True)
    assert known.categories_have_parents is False
    assert known.missing_fields(("Опис", "Акція з")) == ["Акція з"]
    assert known.seen({}, {}, {}) == known
    assert known.seen({"id": 1}, ALONE, {"id": 7, "parent_id": None}).lists_custom_fields is False
    assert Capabilities().missing_fields(("Опис",)) == []


def test_it_is_kept_as_text_and_an_older_text_does_no_harm() -> None:
    known = Capabilities().seen({}, ALONE, {"parent_id": 1}).learnt("custom_fields", False, DAY)
    assert Capabilities.read(known.text()) == known
    assert Capabilities.read(None) == Capabilities()
    assert Capabilities.read('{"colour": 1}') == Capabilities()


def test_what_neither_a_list_nor_a_material_shows_may_still_be_shown_where_there_is_some() -> None:
    unknown = Capabilities().seen({"id": 1}, {"id": 1}, {})
    assert (unknown.lists_custom_fields, unknown.lists_named_prices) == (None, None)
    hidden = unknown.seen({"id": 1}, {"id": 1, "named_custom_prices": {"Опт": 1}}, {})
    assert (hidden.lists_custom_fields, hidden.lists_named_prices) == (None, False)


@pytest.mark.parametrize("shown", [{"Опис": "добра"}, {"Опис": ""}, {}])
def test_a_crm_that_shows_only_filled_fields_proves_nothing_by_those_it_does_not_show(
    shown: dict[str, str],
) -> None:
    known = Capabilities().seen({"id": 1, "custom_fields": shown}, {"id": 1, "custom_fields": shown}, {})
    assert known.missing_fields(("Опис", "Акція з")) == []


def test_of_fields_known_for_sure_those_that_turn_up_later_are_more() -> None:
    known = Capabilities().seen({}, ALONE, {}).seen({}, {"custom_fields": {"Опис": "x", "Фото": "y"}}, {})
    assert known.missing_fields(("Опис", "Фото", "Акція з")) == ["Акція з"]
    assert known.seen({}, ALONE, {}).missing_fields(("Опис", "Фото")) == ["Фото"]


def test_a_field_that_two_writes_did_not_bring_up_is_missing_until_it_shows_or_a_month_has_passed() -> None:
    once = Capabilities().learnt_fields((), ("Акція з",), DAY)
    assert once.missing_fields(("Акція з", "Опис")) == []
    twice = once.learnt_fields((), ("Акція з",), DAY)
    assert twice.missing_fields(("Акція з", "Опис")) == ["Акція з"]
    assert twice.as_of(DAY + TRY_AGAIN - timedelta(days=1)).missing_fields(("Акція з",)) == ["Акція з"]
    for found in (
        twice.as_of(DAY + TRY_AGAIN),
        twice.forgotten(),
        twice.forgotten("custom_fields"),
        twice.learnt_fields(("Акція з",), (), DAY),
        twice.seen({"custom_fields": {"Акція з": "2026-11-01"}}, {}, {}),
    ):
        assert found.missing_fields(("Акція з",)) == []
    assert twice.forgotten("named_prices") == twice
    assert Capabilities.read(twice.text()) == twice


def test_what_was_tried_may_be_kept_apart_from_what_is_seen() -> None:
    tried = Capabilities().learnt("pictures", False, DAY).learnt_fields((), ("Опис",), DAY)
    seen = Capabilities(forgotten_in=7).seen({}, ALONE, {})
    assert seen.tried_as(tried) == tried.seen({}, ALONE, {}).tried_as(tried)
    assert seen.tried_as(tried).trials == tried.trials
