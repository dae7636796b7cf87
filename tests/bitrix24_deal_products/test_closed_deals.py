"""Deals that are closed: frozen, and repaired only if that is wanted (bitrix24 8 P2, P6)."""

from datetime import UTC, datetime

import psycopg
import pytest
import yaml

from tests.bitrix24_deal_products.club import (
    ALTAI,
    COPIED,
    KAMCHATKA,
    OURS,
    PIPELINE,
    attach,
    deal_of,
    deal_with,
    kamchatka,
    state_of,
)
from tests.bitrix24_deal_products.dag_run import DagRun

HOURS_AGO = "update stage.bitrix24_deal_products_deal set read_at = read_at - interval '2 hours'"
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


def test_dates_that_were_only_told_are_repaired_when_the_settings_want_it_later(portal, tmp_path):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(ways={"auto_close_date": True})
    portal.crm.order(win=[1])
    portal.run()
    told = portal.run(all_open=True)
    assert portal.codes(told) >= {"B24_CLOSEDATE_NOT_REPAIRED"}
    assert "B24_CLOSEDATE_NOT_REPAIRED" not in portal.codes(portal.run())
    settings = {"fields": COPIED, "reading": {"overlap_minutes": 0}, **REPAIRED}
    (tmp_path / f"{PIPELINE}.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    portal.forget()
    assert portal.counters(portal.run(all_open=True)) == {"repaired": 1}
    assert deal_of(portal, 1) == OURS
    again = portal.run(all_open=True)
    assert (portal.counters(again), len(portal.written())) == ({}, 1)
    assert "B24_CLOSEDATE_NOT_REPAIRED" not in portal.codes(again)


@pytest.mark.parametrize("method", ["crm.item.productrow.list", "crm.item.update"])
def test_a_deal_that_is_closed_while_the_run_waits_is_left_alone(portal, method):
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2, KAMCHATKA)

    def hours_pass(until: datetime) -> None:
        portal.time_passes(until)
        portal.crm.order(win=[1])
        with psycopg.connect(portal.warehouse_url) as connection:
            connection.execute(HOURS_AGO)

    portal.crm.order(block=method, seconds=300)
    run = DagRun(time_passes=hours_pass).go()
    assert run.state == "success", run.errors
    assert portal.counters(run) == {"copied": 1, "frozen": 1}
    assert (deal_of(portal, 1)["title"], deal_of(portal, 2)) == ("Заявка 1", OURS)
    [row] = portal.rows("select codes from ops.run_log where record_key = 'deal:1'")
    assert row["codes"] == ["B24_CLOSED_MEANWHILE"]


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
