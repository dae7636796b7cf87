"""Which deals a run looks at: changed ones, all once a day, those a person names; the watermark."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.bitrix24_deal_products.club import (
    ALTAI,
    KAMCHATKA,
    OURS,
    attach,
    deal_of,
    deal_with,
    deals_of,
    kamchatka,
    state_of,
    watermark,
)
from tests.bitrix24_deal_products.dag_run import DagRun

ANOTHER_DAY = "update ops.cursor set value = '2026-01-01' where name = 'swept_on'"

LONG_AGO = "update stage.scan set began_at = began_at - interval '3 hours' where name = 'open_deals'"


def another_day(portal) -> None:
    with psycopg.connect(portal.warehouse_url) as connection:
        connection.execute(ANOTHER_DAY)


def later(portal, seconds: float = 60) -> None:
    portal.control.advance(seconds)


def test_the_first_run_looks_at_all_open_deals_and_the_next_at_changed_ones(portal):
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2)
    assert portal.counters(portal.run()) == {"copied": 1, "no_product": 1}
    later(portal)
    portal.run()  # our own writes come back
    later(portal)
    assert portal.counters(portal.run()) == {}
    attach(portal, 2, ALTAI)
    assert portal.counters(portal.run()) == {"copied": 1}


def test_a_changed_product_reaches_its_deals_once_a_day(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    later(portal)
    portal.run()
    later(portal)
    portal.crm.order(products=[kamchatka(name="Камчатка-2")])
    assert portal.counters(portal.run()) == {}
    another_day(portal)
    assert portal.counters(portal.run()) == {"copied": 1}
    assert deal_of(portal, 1)["title"] == "Камчатка-2"
    assert portal.rows("select 1 from ops.cursor where name = 'swept_on' and value > '2026-01-01'")


def test_without_the_daily_look_only_a_person_can_ask_for_all(open_portal):
    portal = open_portal(reading={"daily_sweep": False, "overlap_minutes": 0})
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    for _ in range(2):
        later(portal)
        portal.run()
    assert portal.counters(portal.run()) == {}
    assert portal.counters(portal.run(all_open=True)) == {"unchanged": 1}


def test_an_overlap_looks_back(open_portal):
    portal = open_portal(reading={"overlap_minutes": 10})
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    later(portal, 300)
    assert portal.counters(portal.run()) == {"unchanged": 1}
    later(portal, 900)
    portal.run()
    assert portal.counters(portal.run()) == {}


def test_only_the_deals_that_a_person_names_are_looked_at(portal):
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2, KAMCHATKA)
    run = portal.run("manual", deal_ids=[2, 404])
    assert portal.counters(run) == {"copied": 1, "gone": 1}
    assert deal_of(portal, 1)["title"] == "Заявка 1"
    assert deal_of(portal, 2) == OURS
    assert watermark(portal) is None


def test_only_the_funnels_of_the_settings_are_looked_at(open_portal):
    portal = open_portal(funnels=[3])
    portal.crm.order(funnels=[{"id": 0, "name": "Общая"}, {"id": 3, "name": "Экспедиции"}])
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2, KAMCHATKA, categoryId=3)
    assert portal.counters(portal.run()) == {"copied": 1}
    assert deal_of(portal, 2) == OURS


def test_recurring_templates_are_no_deals(portal):
    deal_with(portal, 1, KAMCHATKA, isRecurring="Y")
    assert portal.counters(portal.run()) == {}


def test_a_second_reading_goes_on_though_the_first_is_too_old(portal):
    for number in range(10, 20):
        deal_with(portal, number, KAMCHATKA)
    lists = {"of": "crm.item.list"}
    for page, number in ((3, 1), (5, 2)):  # before the counts of both readings deals come that were not read
        portal.crm.order(at_page=page, **lists, deals=[{"id": number, "title": f"Заявка {number}"}])
    portal.crm.order(at_page=4, **lists, block="crm.item.list", seconds=300)

    def hours_pass(until):
        portal.time_passes(until)
        with psycopg.connect(portal.warehouse_url) as connection:
            connection.execute(LONG_AGO)

    run = DagRun(time_passes=hours_pass).go()
    assert (run.state, run.waits) == ("success", 1), run.errors
    assert portal.counters(run)["copied"] == 10


@pytest.mark.parametrize("skew", [3600, -3600])
def test_the_watermark_is_the_portals_moment(portal, skew):
    portal.crm.order(ways={"clock_skew": skew})
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    told = datetime.fromisoformat(watermark(portal))
    expected = datetime.now(UTC) + timedelta(seconds=skew)
    assert abs(told - expected) < timedelta(minutes=5)
    deal_with(portal, 2, KAMCHATKA)
    portal.run()
    assert deal_of(portal, 2) == OURS


def test_a_dry_run_sends_nothing_remembers_nothing_and_moves_nothing(portal):
    deal_with(portal, 1, KAMCHATKA)
    run = portal.run("manual", dry_run=True)
    assert run.state == "success"
    assert portal.counters(run) == {"copied": 1}
    assert [action["state"] for action in portal.actions(run)] == ["skipped"]
    assert portal.written() == []
    assert (watermark(portal), state_of(portal, 1)) == (None, None)
    planned = portal.actions(run)[0]["after"]
    real = portal.run()
    assert portal.actions(real)[0]["after"] == planned


def test_a_run_for_a_past_date_says_that_it_does_the_present(portal):
    deal_with(portal, 1, KAMCHATKA)
    run = portal.run("backfill")
    assert "B24_PRESENT_ONLY" in portal.codes(run)
    assert deal_of(portal, 1) == OURS


def test_an_open_deal_that_left_the_list_is_looked_for_once_a_day(portal):
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2, KAMCHATKA)
    portal.run()
    portal.crm.order(delete=[2])
    later(portal)
    portal.run()
    assert state_of(portal, 2) == "copied"
    another_day(portal)
    run = portal.run()
    assert portal.counters(run) == {"unchanged": 1, "gone": 1}
    assert (state_of(portal, 2), portal.codes(run) >= {"B24_DEAL_GONE"}) == ("frozen", True)
    assert len(deals_of(portal)) == 1
