"""What a run does when the portal refuses, hides, forgets, or has no time (bitrix24 1.4, 3, 9)."""

import pytest

from tests.bitrix24_deal_products.club import (
    KAMCHATKA,
    OURS,
    deal_of,
    deal_with,
    kamchatka,
    state_of,
    watermark,
)

REFUSED = "CRM_FIELD_ERROR_VALUE_NOT_VALID"


def refuse(portal, number: int, **more) -> None:
    """Let the portal give the product rows of a deal, and refuse to write to it."""
    portal.crm.fault("item", about=f"deal:{number}", text=REFUSED, after=1, **more)


def test_the_watermark_stays_when_a_deal_is_refused(portal):
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2, KAMCHATKA)
    portal.run()
    before = watermark(portal)
    portal.control.advance(60)
    for number in (3, 4):
        deal_with(portal, number, KAMCHATKA)
    refuse(portal, 3)
    run = portal.run()
    assert (run.state, portal.run_of(run)["state"]) == ("success", "partial")
    assert portal.counters(run)["failed"] == 1
    assert "B24_REFUSED" in portal.codes(run)
    assert (state_of(portal, 3), deal_of(portal, 4)) == ("failed", OURS)
    assert watermark(portal) == before
    portal.crm.order(forget_faults=True)
    portal.control.advance(60)
    portal.run()
    assert (state_of(portal, 3), deal_of(portal, 3)) == ("copied", OURS)
    assert watermark(portal) > before


def test_a_deal_that_is_always_refused_does_not_make_every_run_look_at_all(portal):
    deal_with(portal, 1, KAMCHATKA)
    deal_with(portal, 2)
    portal.control.advance(60)
    portal.crm.fault("item", about="crm.item.update", text=REFUSED, times=100)
    assert portal.counters(portal.run()) == {"failed": 1, "no_product": 1}
    for _ in range(2):
        portal.control.advance(3600)
        run = portal.run()
        assert (portal.run_of(run)["state"], portal.counters(run)) == ("partial", {"failed": 1})
    assert watermark(portal) is None


def test_a_refused_deal_is_tried_again_though_nobody_has_changed_it(portal):
    for number in (1, 2):
        deal_with(portal, number, KAMCHATKA)
    portal.crm.fault("item", about="crm.item.update", text=REFUSED, times=2)
    assert portal.run_of(portal.run())["state"] == "failed"  # two of two
    portal.control.advance(3600)
    assert portal.counters(portal.run()) == {"copied": 2}
    assert deal_of(portal, 1) == deal_of(portal, 2) == OURS


def test_what_was_kept_of_a_write_is_ours_though_the_rest_was_not(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.crm.order(at_page=1, of="catalog.product.list", drop_fields=["UF_CRM_HOTEL"])
    portal.run()
    assert deal_of(portal, 1)["title"] == "Камчатка"
    [row] = portal.rows("select written, doubted from mart.bitrix24_deal_product")
    assert row["written"]["title"] == "Камчатка"
    assert "UF_CRM_HOTEL" not in row["written"]


def test_a_deal_whose_rows_the_portal_does_not_give_stops_no_other(portal):
    for number in (1, 2):
        deal_with(portal, number, KAMCHATKA)
    portal.crm.fault("item", about="deal:1", text=REFUSED)
    run = portal.run()
    assert (portal.run_of(run)["state"], portal.counters(run)) == ("partial", {"copied": 1, "failed": 1})
    assert (state_of(portal, 1), deal_of(portal, 2), watermark(portal)) == ("failed", OURS, None)
    [row] = portal.rows("select codes, details from ops.run_log where record_key = 'deal:1'")
    assert (row["codes"], REFUSED in row["details"]["error"]) == (["B24_REFUSED"], True)
    portal.run()
    assert (state_of(portal, 1), deal_of(portal, 1)) == ("copied", OURS)


def test_a_deal_deleted_on_the_way_is_gone_and_the_next_run_goes_on(portal):
    for number in (1, 2):
        deal_with(portal, number, KAMCHATKA)
    portal.crm.order(at_page=1, of="crm.item.productrow.list", delete=[2])
    run = portal.run()
    assert portal.counters(run) == {"copied": 1, "gone": 1}
    assert (run.state, watermark(portal)) == ("success", None)
    portal.run()
    assert watermark(portal) is not None


@pytest.mark.parametrize("page", [1, 2, 3, 4, 5])
def test_rights_lost_on_the_way_stop_the_run_or_are_made_up_for(portal, page):
    for number in range(1, 61):
        deal_with(portal, number, KAMCHATKA)
    portal.crm.order(at_page=page, rights={"funnels": []})
    portal.run()
    assert watermark(portal) is None
    portal.crm.order(rights={"funnels": "all"})
    portal.run()
    assert {deal_of(portal, number)["title"] for number in range(1, 61)} == {"Камчатка"}


def test_a_webhook_that_sees_nothing_is_told_so(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.crm.order(rights={"funnels": []})
    run = portal.run()
    assert (run.state, portal.codes(run) >= {"B24_FUNNEL_UNKNOWN"}) == ("failed", True)


def test_a_webhook_of_no_administrator_is_refused(portal):
    portal.crm.order(rights={"funnels": "all", "admin": False})
    run = portal.run()
    assert (run.state, "B24_NOT_ADMIN" in portal.codes(run)) == ("failed", True)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"funnels": [77]}, "B24_FUNNEL_UNKNOWN"),
        ({"fields": [{"property": "GIUDES", "field": "UF_CRM_GUIDES"}]}, "B24_PROPERTY_UNKNOWN"),
        ({"fields": [{"property": "GUIDES", "field": "UF_CRM_GUIDE"}]}, "B24_FIELD_UNFIT"),
        ({"catalog": {"iblocks": [99]}}, "CONFIG_ERROR"),
    ],
)
def test_settings_that_the_portal_does_not_know_stop_the_run(open_portal, settings, code):
    portal = open_portal(**settings)
    run = portal.run()
    assert (run.state, code in portal.codes(run)) == ("failed", True), run.errors


def test_a_day_does_not_go_into_a_number(open_portal):
    portal = open_portal(dates={"end": {"property": "DATE_END", "field": "UF_CRM_END"}})
    portal.crm.order(fields=[{"name": "END", "type": "double", "entity": "deal"}])
    run = portal.run()
    assert "B24_FIELD_UNFIT" in portal.codes(run)
    assert "UF_CRM_END" in str(run.errors["check_catalog"])


def test_a_plan_that_changes_too_much_stops_and_can_be_let_through(open_portal):
    portal = open_portal(guards={"max_changed": 2})
    for number in (1, 2, 3):
        deal_with(portal, number, KAMCHATKA)
    run = portal.run()
    assert (run.state, portal.written(), watermark(portal)) == ("failed", [], None)
    assert "allow_mass_update" in str(run.errors["plan_copies"])
    assert "B24_MASS_UPDATE" in portal.codes(run)
    assert [action["state"] for action in portal.actions(run)] == ["skipped"] * 3
    portal.run("manual", allow_mass_update=True)
    assert {deal_of(portal, number)["title"] for number in (1, 2, 3)} == {"Камчатка"}


def test_a_run_in_which_too_much_was_refused_has_failed(open_portal):
    portal = open_portal(guards={"max_failed": 0.02})
    for number in range(1, 31):
        deal_with(portal, number, KAMCHATKA)
        if number <= 25:
            refuse(portal, number)
    run = portal.run()
    assert (run.state, "B24_TOO_MANY_FAILED" in portal.codes(run)) == ("failed", True)
    assert deal_of(portal, 30) == OURS


def test_a_method_without_time_left_is_waited_for(portal):
    for number in range(1, 4):
        deal_with(portal, number, KAMCHATKA)
    portal.crm.order(block="crm.item.productrow.list", seconds=300)
    run = portal.run()
    assert (run.state, run.waits > 0) == ("success", True), run.errors
    assert deal_of(portal, 3) == OURS


def test_a_time_out_after_the_update_was_made_is_seen_as_done(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.crm.fault("timeout", method="batch", about="deal:1", applied=True)
    run = portal.run()
    assert run.state == "success", run.errors
    assert deal_of(portal, 1) == OURS


@pytest.mark.parametrize("applied", [True, False])
def test_what_a_deal_holds_is_looked_at_after_a_lost_answer_even_if_its_product_is_as_before(portal, applied):
    deal_with(portal, 1, KAMCHATKA)
    portal.run()
    portal.crm.order(products=[kamchatka(name="Камчатка-2", property303={"value": "К-2", "valueId": "3"})])
    portal.crm.fault("reset", about="crm.item.update", applied=applied, times=1000)
    run = portal.run(all_open=True)
    assert (run.state, deal_of(portal, 1)["title"]) == ("failed", "Камчатка-2" if applied else "Камчатка")
    portal.crm.order(forget_faults=True)
    portal.crm.order(products=[kamchatka()])
    assert portal.run(all_open=True).state == "success"
    assert deal_of(portal, 1) == OURS
    portal.forget()
    portal.run(all_open=True)
    assert portal.written() == []


def test_a_field_that_the_portal_does_not_keep_is_told(portal):
    deal_with(portal, 1, KAMCHATKA)
    portal.crm.order(at_page=1, of="catalog.product.list", drop_fields=["UF_CRM_HOTEL"])
    run = portal.run()
    assert "B24_NOT_ACCEPTED" in portal.codes(run)
    assert (state_of(portal, 1), watermark(portal)) == ("failed", None)
