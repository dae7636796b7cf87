"""Rights as the list of users shows them."""

from typing import Any

import pytest

from include.amocrm.rights import ADMIN, UNSEEN, rights_of, shows_all_of

HIDDEN = {"view": "D", "edit": "D"}
IN_ONE_STATUS = [{"entity_type": "leads", "pipeline_id": 1, "status_id": 2, "rights": HIDDEN}]
IN_ANOTHER = [{"entity_type": "leads", "pipeline_id": 1, "status_id": 3, "rights": HIDDEN}]


def user(number: int, **rights: Any) -> dict[str, Any]:
    return {"id": number, "name": "Анна", "rights": rights}


def limited(view: str = "G", of_contacts: str = "A", number: int = 7, **rights: Any) -> str:
    """Spell the rights of somebody who is no administrator."""
    views = {"leads": {"view": view, "edit": "A"}, "contacts": {"view": of_contacts, "edit": "A"}}
    usual = {"is_admin": False, **views, "role_id": None, "group_id": 5, "status_rights": []}
    return rights_of(number, [user(9), user(number, **(usual | rights))])


def test_of_an_administrator_nothing_else_matters() -> None:
    told = [rights_of(7, [user(7, is_admin=True, role_id=role)]) for role in (None, 5)]
    assert told == [ADMIN, ADMIN]


def test_another_administrator_sees_as_much() -> None:
    assert rights_of(8, [user(7), user(8, is_admin=True)]) == rights_of(7, [user(7, is_admin=True)])


def test_who_may_not_see_users_may_not_see_rights_either() -> None:
    assert rights_of(7, None) == f"{UNSEEN} 7"
    assert rights_of(8, None) != rights_of(7, None)


@pytest.mark.parametrize(
    "more",
    [
        {"leads": {"view": "M"}},
        {"contacts": {"view": "M"}},
        {"group_id": 6},
        {"status_rights": IN_ONE_STATUS},
        {"leads": None},
    ],
    ids=["leads", "contacts", "group", "status", "not told"],
)
def test_every_change_of_rights_to_view_shows(more: dict[str, Any]) -> None:
    assert len({limited(), limited(**more), ADMIN}) == 3


@pytest.mark.parametrize(
    "more",
    [
        {"leads": {"view": "G", "edit": "D", "export": "D"}},
        {"role_id": 5},
        {"tasks": {"view": "D"}},
        {"status_rights": None},
        {"status_rights": [{"entity_type": "customers", "rights": {"view": "D"}}]},
    ],
    ids=["editing", "role", "tasks", "no statuses", "statuses of others"],
)
def test_rights_that_hide_nothing_do_not_matter(more: dict[str, Any]) -> None:
    assert limited(**more) == limited()


def test_a_group_matters_only_to_whoever_sees_what_is_the_groups() -> None:
    assert limited("M", "A", group_id=5) == limited("M", "A", group_id=6)


def test_the_order_in_which_rights_by_status_are_told_does_not_matter() -> None:
    ways = [[*IN_ONE_STATUS, *IN_ANOTHER], [*IN_ANOTHER, *IN_ONE_STATUS]]
    assert len({limited(status_rights=way) for way in ways}) == 1


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (ADMIN, limited("A", "A")),
        (ADMIN, rights_of(7, None)),
        (limited("A"), limited("G")),
        (limited("G"), limited("M")),
        (limited("M"), limited("D")),
        (limited("G", "A"), limited("G", "M")),
        (limited("A", "A", status_rights=IN_ONE_STATUS), limited("M", "D", status_rights=IN_ONE_STATUS)),
    ],
)
def test_some_rights_show_all_that_others_show_and_more(wide: str, narrow: str) -> None:
    assert (shows_all_of(wide, narrow), shows_all_of(narrow, wide)) == (True, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (limited("A", "M"), limited("M", "A")),
        (limited("G", group_id=5), limited("G", group_id=6)),
        (limited("M", number=7), limited("M", number=8)),
        (limited("A", status_rights=IN_ONE_STATUS), limited("A")),
        (limited("A"), limited("X")),
        (limited("A"), rights_of(7, None)),
        (rights_of(7, None), rights_of(8, None)),
    ],
)
def test_of_other_rights_nobody_can_tell_which_show_more(one: str, other: str) -> None:
    assert (shows_all_of(one, other), shows_all_of(other, one)) == (False, False)


@pytest.mark.parametrize("rights", [ADMIN, limited(), limited("X"), rights_of(7, None)])
def test_the_same_rights_show_the_same(rights: str) -> None:
    assert shows_all_of(rights, rights)


def test_whoever_is_shown_the_list_without_being_in_it_is_an_administrator() -> None:
    assert rights_of(7, [user(8)]) == ADMIN
