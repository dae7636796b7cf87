"""Rights of whoever gave access: what they hide is not gone, and is found when they show it again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.amocrm_account import ACTS, NEW, PAID, QUOTE, SALES, AccountAtHand
from tests.amocrm_statuses.a_few_leads import OPEN, REFUSED, SOLD, events_of, marts, run_well

HIDDEN = 41000009
ALL: dict[str, Any] = {"users": True, "leads": "all"}
CURSORS = "select name, value from ops.cursor where pipeline = 'amocrm_statuses' order by name"
PATH = """
    select status_id, source
    from mart.amocrm_lead_transition
    where lead_id = %s
    order by seq
"""
A_DAY_AGO = """
    update ops.cursor
    set value = (value::timestamptz - interval '25 hours')::text
    where name = 'id_scan'
    returning 1
"""
VIEW = {"is_admin": False, "leads": {"view": "G", "edit": "A"}, "contacts": {"view": "A"}, "group_id": 5}
GONE = "select lead_id from mart.amocrm_lead where is_deleted"


def people_work(account: AccountAtHand) -> None:
    """Let a lead come in and move, an hour after the last run."""
    account.an_hour_passes()
    now = datetime.now(UTC) + timedelta(minutes=50)
    moments = [(now + timedelta(minutes=minutes)).isoformat() for minutes in (0, 2)]
    path = [[SALES, NEW, moments[0]], [SALES, QUOTE, moments[1]]]
    account.crm.order(leads=[{"id": HIDDEN, "name": "Новая", "price": 70, "path": path}])
    account.crm.order(move={OPEN: [SALES, ACTS]}, at=moments[1])


def path_of(account: AccountAtHand, lead_id: int) -> list[tuple[int, str]]:
    return [(row["status_id"], row["source"]) for row in account.rows(PATH, lead_id)]


def assert_all_is_known(account: AccountAtHand) -> None:
    assert path_of(account, HIDDEN) == [(NEW, "first_event"), (QUOTE, "event")]
    assert path_of(account, OPEN) == [(NEW, "first_event"), (ACTS, "event")]
    assert account.rows(GONE) == []
    built = marts(account)
    run_well(account, full_refresh=True)
    assert marts(account) == built


@pytest.mark.parametrize("of", ["leads", "events"])
def test_what_rights_hid_while_a_run_read_is_read_by_the_next(account: AccountAtHand, of: str) -> None:
    run_well(account)
    people_work(account)
    kept = account.rows(CURSORS)
    account.crm.order(renumber=True)
    account.crm.order(at_page=1, of=of, rights={"users": True, "leads": [SOLD]})
    made = account.run("manual")
    assert made.state == "success", made.errors
    assert "AMO_RIGHTS_LOST" in account.codes(made)
    assert account.run_of(made)["state"] == "partial"
    assert account.rows(CURSORS) == kept
    account.crm.order(rights=ALL)
    account.an_hour_passes()
    again = run_well(account)
    assert "AMO_RIGHTS_LOST" not in account.codes(again)
    assert_all_is_known(account)


@pytest.mark.parametrize("fewer", [{"users": False, "leads": [SOLD]}, {"users": True, "leads": [SOLD]}])
def test_what_rights_hid_for_hours_is_found_in_the_hour_they_show_it(
    account: AccountAtHand, fewer: dict[str, Any]
) -> None:
    run_well(account)
    account.crm.order(rights=fewer)
    people_work(account)
    for _ in range(2):
        made = run_well(account)
        assert "AMO_RIGHTS_LOST" in account.codes(made)
        assert account.run_of(made)["state"] == "partial"
        account.an_hour_passes()
    assert path_of(account, HIDDEN) == []
    account.crm.order(rights=ALL)
    made = run_well(account)
    assert account.codes(made) >= {"AMO_SHOWN_LATE"}
    assert "AMO_RIGHTS_LOST" not in account.codes(made)
    assert_all_is_known(account)
    account.an_hour_passes()
    assert "AMO_SHOWN_LATE" not in account.codes(run_well(account))


def test_a_lead_that_fewer_rights_hide_is_not_taken_for_gone_until_a_person_says_so(
    account: AccountAtHand,
) -> None:
    run_well(account)
    account.crm.order(rights={"users": False, "leads": [SOLD, REFUSED]})
    account.an_hour_passes()
    account.rows("delete from ops.cursor where name = 'id_scan' returning 1")
    made = run_well(account)
    assert "AMO_RIGHTS_LOST" in account.codes(made)
    assert account.rows(GONE) == []
    account.an_hour_passes()
    account.rows("delete from ops.cursor where name = 'id_scan' returning 1")
    meant = run_well(account, allow_drop=True)
    assert "AMO_RIGHTS_LOST" not in account.codes(meant)
    assert account.rows(GONE) == [{"lead_id": OPEN}]
    assert "AMO_RIGHTS_LOST" not in account.codes(run_well(account))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"leads": {"view": "G", "edit": "D"}, "role_id": 4}, None),
        ({"leads": {"view": "A"}}, None),
        ({"leads": {"view": "M"}}, "меньше"),
        ({"group_id": 6}, "изменились"),
    ],
    ids=["may not edit", "more", "fewer", "others"],
)
def test_only_rights_to_view_count_and_what_became_of_them_is_told(
    account: AccountAtHand, now: dict[str, Any], told: str | None
) -> None:
    account.crm.order(rights={"told": VIEW})
    run_well(account)
    account.crm.order(rights={"told": VIEW | now})
    account.an_hour_passes()
    made = run_well(account)
    messages = [found["message"] for found in events_of(account, made, "AMO_RIGHTS_LOST")]
    assert [(told or "") in message for message in messages] == ([True] if told else [])
    assert account.run_of(made)["state"] == ("partial" if told else "success")


def test_where_nobody_can_see_rights_all_leads_are_read_daily(account: AccountAtHand) -> None:
    account.crm.order(rights={"users": False, "leads": [SOLD]})
    run_well(account)
    people_work(account)
    account.an_hour_passes()
    account.crm.order(set={str(SOLD): {"name": "Лицензии"}})  # what is seen lets the cursor go on
    run_well(account)
    account.an_hour_passes()
    account.crm.order(rights={"users": False, "leads": "all"})
    made = run_well(account)
    if account.number == PAID:  # the list of the latest has shown it by chance in the other
        assert path_of(account, HIDDEN) == []
        account.rows(A_DAY_AGO)
        account.an_hour_passes()
        made = run_well(account)
    assert "AMO_SHOWN_LATE" in account.codes(made)
    assert_all_is_known(account)


def test_a_lead_brought_in_under_an_old_date_is_found_with_its_history(account: AccountAtHand) -> None:
    run_well(account)
    account.an_hour_passes()
    path = [[SALES, NEW, "2026-01-20T10:00:00Z"], [SALES, QUOTE, "2026-01-21T10:00:00Z"]]
    account.crm.order(leads=[{"id": HIDDEN, "name": "Перенесена", "price": 70, "path": path}])
    made = run_well(account)
    if account.number == PAID:  # the list of the latest has shown it by chance in the other
        assert path_of(account, HIDDEN) == []
        account.an_hour_passes()
        account.rows("delete from ops.cursor where name = 'id_scan' returning 1")
        made = run_well(account)
    assert "AMO_SHOWN_LATE" in account.codes(made)
    assert path_of(account, HIDDEN) == [(NEW, "first_event"), (QUOTE, "event")]
