"""Rights as the list of users shows them."""

from typing import Any

import pytest

from include.amocrm.rights import ADMIN, UNSEEN, rights_of


def user(number: int, **rights: Any) -> dict[str, Any]:
    return {"id": number, "name": "Анна", "rights": rights}


def test_of_an_administrator_nothing_else_matters() -> None:
    told = [rights_of(7, [user(7, is_admin=True, role_id=role)]) for role in (None, 5)]
    assert told == [ADMIN, ADMIN]


def test_another_administrator_sees_as_much() -> None:
    assert rights_of(8, [user(7), user(8, is_admin=True)]) == rights_of(7, [user(7, is_admin=True)])


def test_who_may_not_see_users_may_not_see_rights_either() -> None:
    assert rights_of(7, None) == f"{UNSEEN} 7"
    assert rights_of(8, None) != rights_of(7, None)


@pytest.mark.parametrize("more", [{"leads": {"view": "M"}}, {"role_id": 5}, {"status_rights": [{"id": 1}]}])
def test_every_change_of_fewer_rights_shows(more: dict[str, Any]) -> None:
    usual = {"is_admin": False, "leads": {"view": "A"}, "role_id": None, "status_rights": []}
    before, after = (rights_of(7, [user(7, **rights)]) for rights in (usual, usual | more))
    assert before == rights_of(7, [user(9), user(7, **usual)])
    assert len({before, after, ADMIN}) == 3


def test_whoever_is_shown_the_list_without_being_in_it_is_an_administrator() -> None:
    assert rights_of(7, [user(8)]) == ADMIN
