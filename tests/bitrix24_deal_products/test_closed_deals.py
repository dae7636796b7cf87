"""Deals that are closed: frozen, and repaired only if that is wanted (bitrix24 8 P2, P6)."""

from datetime import UTC, datetime

import pytest

from tests.bitrix24_deal_products.club import (
    ALTAI,
    KAMCHATKA,
    OURS,
    attach,
    deal_of,
    deal_with,
    kamchatka,
    state_of,
)

REPAIRED = {"dates": {"repair_closedate": True}}


@pytest.mark.parametrize("how", ["win", "lose"])
def test_a_closed_deal_is_frozen(portal, how):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(**{how: [1]})
    attach(portal, 1, ALTAI)
    portal.crm.order(products=[kamchatka(name="Камчатка-2")])
    portal.forget()
    run = portal.run(all_open=True)
    assert (portal.counters(run), portal.written()) == ({"frozen": 1}, [])
    assert (deal_of(portal, 1), state_of(portal, 1)) == (OURS, "frozen")
    assert portal.counters(portal.run(all_open=True)) == {}


def test_deals_that_were_closed_before_we_came_are_not_looked_at(portal):
    deal_with(portal, 1, KAMCHATKA, stageSemanticId="S")
    assert portal.counters(portal.run()) == {}
    assert portal.counters(portal.run(deal_ids=[1])) == {"frozen": 1}
    assert state_of(portal, 1) is None


@pytest.mark.parametrize("asked", [{}, {"all_open": True}, {"deal_ids": [1]}])
def test_a_close_date_overwritten_by_winning_is_told_once(portal, asked):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(ways={"auto_close_date": True})
    portal.crm.order(win=[1])
    portal.forget()
    run = portal.run(**asked)
    assert portal.codes(run) == {"RUN_STARTED", "RUN_FINISHED", "B24_CLOSEDATE_OVERWRITTEN"}
    assert portal.written() == []
    assert "B24_CLOSEDATE_OVERWRITTEN" not in portal.codes(portal.run(**asked))


def test_a_close_date_overwritten_by_winning_is_written_back_if_that_is_wanted(open_portal):
    portal = open_portal(**REPAIRED)
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(ways={"auto_close_date": True})
    portal.crm.order(win=[1])
    assert deal_of(portal, 1)["closedate"] == _today(portal)
    portal.forget()
    run = portal.run()
    assert portal.counters(run) == {"repaired": 1}
    assert [fields for _, _, fields in portal.written()] == [{"closedate": "2027-08-21"}]
    assert deal_of(portal, 1) == OURS
    assert portal.counters(portal.run(all_open=True)) == {}


def test_a_close_date_that_a_person_chose_after_winning_stays(open_portal):
    portal = open_portal(**REPAIRED)
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(win=[1])
    portal.crm.order(change={"deal": {"1": {"closedate": "2026-05-05"}}})
    portal.forget()
    portal.run()
    assert (portal.written(), deal_of(portal, 1)["closedate"]) == ([], "2026-05-05")


def test_a_deal_opened_again_goes_on(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(ways={"auto_close_date": True})
    portal.crm.order(win=[1])
    portal.run()
    portal.crm.order(reopen=[1])
    portal.run()
    assert (deal_of(portal, 1), state_of(portal, 1)) == (OURS, "copied")


def _today(portal) -> str:
    [deal] = portal.crm.read("deals")
    assert datetime.fromisoformat(deal["movedTime"]).astimezone(UTC)
    return str(deal["movedTime"])[:10]
