"""Records that do not read: told once, asked for again by every run, back by themselves when they do."""

from typing import Any

from tests.amocrm_account import NEW, PAID, QUOTE, SALES, AccountAtHand
from tests.amocrm_statuses.a_few_leads import OPEN, SOLD, events_of, run_well

LEADS = "select lead_id from mart.amocrm_unread_lead order by 1"
WINDOWS = """
    select event_ids, to_at - from_at < interval '3 seconds' as is_short
    from mart.amocrm_unread_events
"""
SOURCES = "select source from mart.amocrm_lead_transition where lead_id = %s order by seq"
ODD = {"type": "lead_status_changed", "lead": OPEN, "at": "2026-02-04T10:00:00Z", "id": "01odd"}
WELL = {"lead": OPEN, "at": "2026-02-04T10:00:00Z", "id": "01odd", "from": [SALES, NEW], "to": [SALES, QUOTE]}


def told(account: AccountAtHand, made: Any) -> tuple[str, int, int]:
    """Give the state of a run, what it told of the unreadable, what of the mended."""
    codes = [len(events_of(account, made, code)) for code in ("AMO_UNREADABLE", "AMO_READS_NOW")]
    return (account.run_of(made)["state"], *codes)


def test_a_lead_that_does_not_read_is_told_once_and_comes_back_by_itself(account: AccountAtHand) -> None:
    account.crm.order(spell={str(SOLD): {"status_id": "?"}})
    assert told(account, run_well(account)) == ("partial", 1, 0)
    assert account.figures()["licenses"]["leads"] == 2
    for _ in range(2):
        account.an_hour_passes()
        assert told(account, run_well(account)) == ("success", 0, 0)
        # in an account without filters the list of the latest has shown it again
        assert account.asked().count("lead") == (account.number == PAID)
    assert account.rows(LEADS) == [{"lead_id": SOLD}]
    account.crm.order(spell={str(SOLD): {}})  # not one word of it in any list: nobody has changed the lead
    account.an_hour_passes()
    made = run_well(account)
    assert told(account, made) == ("success", 0, 1)
    assert account.figures()["licenses"]["sales_volume"] == 1000
    assert account.rows(LEADS) == []
    account.an_hour_passes()
    assert told(account, run_well(account)) == ("success", 0, 0)
    assert "lead" not in account.asked()


def test_a_lead_of_which_a_part_does_not_read_gets_it_later(account: AccountAtHand) -> None:
    account.crm.order(spell={str(SOLD): {"price": "тысяча"}})
    made = run_well(account)
    assert "AMO_UNPARSABLE_NUMBER" in account.codes(made)
    assert account.figures()["licenses"]["sales_volume"] == 0
    account.an_hour_passes()
    assert "AMO_UNPARSABLE_NUMBER" not in account.codes(run_well(account))
    account.crm.order(spell={str(SOLD): {}})
    account.an_hour_passes()
    made = run_well(account)
    assert "AMO_READS_NOW" in account.codes(made)
    assert account.figures()["licenses"]["sales_volume"] == 1000


def test_an_unreadable_lead_that_is_purged_is_asked_for_no_longer(account: AccountAtHand) -> None:
    account.crm.order(spell={str(SOLD): {"status_id": "?"}})
    run_well(account)
    account.crm.order(purge=[SOLD])
    account.an_hour_passes()
    made = run_well(account)
    assert account.rows(LEADS) == []
    assert "AMO_READS_NOW" not in account.codes(made)


def test_an_event_that_does_not_read_is_told_once_and_comes_back_by_itself(account: AccountAtHand) -> None:
    account.crm.order(events=[ODD])
    assert told(account, run_well(account)) == ("partial", 1, 0)
    assert account.rows(WINDOWS) == [{"event_ids": ["01odd"], "is_short": True}]
    for _ in range(2):
        account.an_hour_passes()
        assert told(account, run_well(account)) == ("success", 0, 0)
    account.crm.order(events=[WELL])
    account.an_hour_passes()
    made = run_well(account)
    assert told(account, made) == ("success", 0, 1)
    assert [row["source"] for row in account.rows(SOURCES, OPEN)] == ["first_event", "event", "snapshot"]
    assert account.rows(WINDOWS) == []
    before = account.asked().count("events")
    account.an_hour_passes()
    run_well(account)
    assert account.asked().count("events") == before - 1


def test_many_that_still_do_not_read_are_asked_for_by_turns(account: AccountAtHand) -> None:
    numbers = range(41000101, 41000109)
    path = [[SALES, NEW, "2026-02-05T10:00:00Z"]]
    account.crm.order(leads=[{"id": number, "name": "Ещё", "path": path} for number in numbers])
    account.crm.order(spell={str(number): {"status_id": "?"} for number in numbers})
    run_well(account)
    assert len(account.rows(LEADS)) == 8
    asked: set[str] = set()
    for _ in range(2):
        account.an_hour_passes()
        run_well(account)
        calls = [call["about"] for call in account.crm.calls() if call["method"] == "lead"]
        assert len(calls) == (5 if account.number == PAID else 0)
        asked |= set(map(str, calls))
    assert len(asked) == (8 if account.number == PAID else 0)
    account.crm.order(spell={str(number): {} for number in numbers})
    account.an_hour_passes()
    run_well(account)
    assert account.rows(LEADS) == []
    assert account.figures()["licenses"]["leads"] == 11
