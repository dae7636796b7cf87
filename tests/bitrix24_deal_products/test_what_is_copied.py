"""What a run puts into deals, by the products they have (bitrix24 9.8), through the real DAG."""

import pytest

from tests.bitrix24_deal_products.club import (
    ALTAI,
    AUGUST,
    FEE,
    KAMCHATKA,
    OURS,
    PAST,
    attach,
    deal_of,
    deal_with,
    deals_of,
    kamchatka,
    state_of,
)


def test_a_product_is_copied_into_its_deal(portal):
    deal_with(portal, 1, KAMCHATKA)
    run = portal.run()
    assert run.state == "success", run.errors
    assert deal_of(portal, 1) == OURS
    held = deals_of(portal)[1]
    assert held["UF_CRM_GUIDES"] == "Михаил; Анна"
    assert held["UF_CRM_ALL_GUIDES"] == ["Михаил", "Анна"]
    assert held["UF_CRM_HOTEL"] == "Отель «Север»"
    assert not held.get("UF_CRM_PLAN")
    assert portal.counters(run) == {"copied": 1}
    assert portal.codes(run) >= {"B24_COPIED"}
    [action] = portal.actions(run)
    assert (action["kind"], action["key"], action["state"]) == ("set_deal_fields", "deal:1", "done")
    assert action["before"]["title"] == "Заявка 1"
    assert action["after"]["product_id"] == KAMCHATKA
    assert action["response"] == {"deal_id": 1}


@pytest.mark.parametrize(
    ("products", "outcome"),
    [
        ((), "no_product"),
        ((0,), "no_product"),
        ((FEE,), "no_product"),
        ((KAMCHATKA, ALTAI), "conflict"),
        ((PAST,), "product_missing"),
        ((8888,), "product_missing"),
    ],
)
def test_without_the_one_product_a_deal_stays_as_it_is(portal, products, outcome):
    deal_with(portal, 1, *products)
    run = portal.run()
    assert run.state == "success", run.errors
    assert portal.counters(run) == {outcome: 1}
    assert portal.written() == []
    assert state_of(portal, 1) == outcome


@pytest.mark.parametrize(
    "products", [(KAMCHATKA, 0), (0, KAMCHATKA, FEE), (KAMCHATKA, KAMCHATKA), (KAMCHATKA, 8888)]
)
def test_rows_that_are_no_tour_do_not_matter(portal, products):
    deal_with(portal, 1, *products)
    assert portal.run().state == "success"
    assert deal_of(portal, 1) == OURS


def test_a_variation_wins_and_its_product_fills_in(portal):
    deal_with(portal, 1, AUGUST)
    assert portal.run().state == "success"
    expected = {**OURS, "title": "Камчатка, август", "closedate": "2027-08-31"}
    assert deal_of(portal, 1) == expected
    [row] = portal.rows("select product_id, offer_id, product_name from mart.bitrix24_deal_product")
    assert row == {"product_id": KAMCHATKA, "offer_id": AUGUST, "product_name": "Камчатка, август"}


def test_a_row_that_hides_that_it_is_a_variation_is_found_all_the_same(portal):
    deal_with(portal, 1)
    portal.crm.order(rows={"1": [{"productId": AUGUST, "type": 1}]})
    assert portal.run().state == "success"
    assert deal_of(portal, 1)["title"] == "Камчатка, август"


def test_of_several_the_first_is_taken_if_the_settings_say_so(open_portal):
    portal = open_portal(conflict="first_by_sort")
    deal_with(portal, 1, KAMCHATKA, ALTAI)
    assert portal.run().state == "success"
    assert deal_of(portal, 1) == OURS


def test_only_the_sections_of_the_settings_count(open_portal):
    portal = open_portal(catalog={"sections": [3]})
    deal_with(portal, 1, KAMCHATKA, ALTAI)
    deal_with(portal, 2, ALTAI)
    run = portal.run()
    assert portal.counters(run) == {"copied": 1, "no_product": 1}
    assert deal_of(portal, 1) == OURS


def test_more_rows_than_a_page_are_all_read(portal):
    deal_with(portal, 1, *[0] * 60, KAMCHATKA)
    assert portal.run().state == "success"
    assert deal_of(portal, 1) == OURS
    [row] = portal.rows("select staged from ops.run")
    assert row == {"staged": 1}


def test_more_deals_than_a_page_are_all_served(portal):
    for number in range(1, 61):
        deal_with(portal, number, KAMCHATKA)
    run = portal.run()
    assert portal.counters(run) == {"copied": 60}
    assert {deal["title"] for deal in deals_of(portal).values()} == {"Камчатка"}
    assert len(portal.written()) == 60


def test_an_article_is_never_the_number_of_a_product(portal):
    deal_with(portal, 1, ALTAI)
    assert portal.run().state == "success"
    assert deal_of(portal, 1) == {
        **{"title": "Алтай", "closedate": "2026-02-01", "UF_CRM_ARTICLE": None},
        "begindate": deals_of(portal)[1]["begindate"],
    }


def test_a_name_with_what_the_portal_would_interpret_comes_as_it_is(portal):
    portal.crm.order(products=[kamchatka(name="Тур $result[a][0] &amp; <b>море</b>")])
    deal_with(portal, 1, KAMCHATKA)
    assert portal.run().state == "success"
    assert deal_of(portal, 1)["title"] == "Тур $result[a][0] & море"


def test_a_day_that_does_not_read_is_told_and_the_rest_is_copied(portal):
    portal.crm.order(products=[kamchatka(property301={"value": "летом", "valueId": "1"})])
    deal_with(portal, 1, KAMCHATKA)
    run = portal.run()
    assert portal.codes(run) >= {"B24_BAD_TRIP_DATE", "B24_COPIED"}
    assert deal_of(portal, 1) == {**OURS, "closedate": "2026-02-01"}
    assert state_of(portal, 1) == "unreadable"


def test_both_days_may_come_from_one_property(open_portal):
    portal = open_portal(dates={"range": {"property": "DATES", "field": "begindate"}})
    portal.crm.order(products=[kamchatka(property307={"value": "10–21 августа 2027", "valueId": "1"})])
    deal_with(portal, 1, KAMCHATKA)
    assert portal.run().state == "success"
    assert deal_of(portal, 1) == OURS


def test_our_own_writes_come_back_and_change_nothing(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.forget()
    for _ in range(2):
        run = portal.run()
        assert (run.state, portal.actions(run), portal.written()) == ("success", [], [])


def test_what_a_person_writes_stays_until_the_product_changes(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(change={"deal": {"1": {"title": "Как договорились", "closedate": "2027-09-09"}}})
    portal.run()
    assert deal_of(portal, 1) == {**OURS, "title": "Как договорились", "closedate": "2027-09-09"}
    portal.crm.order(
        products=[kamchatka(property301={"value": "01.09.2027", "valueId": "1"}, name="Камчатка-2")]
    )
    run = portal.run(all_open=True)
    assert deal_of(portal, 1) == {**OURS, "title": "Как договорились", "closedate": "2027-09-01"}
    assert "B24_TITLE_KEPT" in portal.codes(run)
    attach(portal, 1, ALTAI)
    portal.run()
    assert deal_of(portal, 1)["title"] == "Алтай"


def test_an_article_of_the_product_before_is_taken_out(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    attach(portal, 1, ALTAI)
    portal.run()
    assert not deal_of(portal, 1)["UF_CRM_ARTICLE"]
    assert deals_of(portal)[1]["UF_CRM_ALL_GUIDES"] == []


def test_a_product_taken_away_leaves_what_was_copied(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    attach(portal, 1)
    portal.forget()
    portal.run()
    assert (deal_of(portal, 1), portal.written(), state_of(portal, 1)) == (OURS, [], "no_product")
    portal.crm.order(change={"deal": {"1": {"title": "Как договорились"}}})
    attach(portal, 1, KAMCHATKA)
    portal.run()
    assert deal_of(portal, 1)["title"] == "Как договорились"  # it is the product it was before


def test_a_product_that_is_not_live_is_copied_once(open_portal):
    portal = open_portal(live=False)
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(products=[kamchatka(name="Камчатка-2")])
    portal.run(all_open=True)
    assert deal_of(portal, 1) == OURS
