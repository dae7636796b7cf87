"""Accounts and leads as nobody expects them, through whole runs: money, gaps, doubles."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.amocrm_material import PIPELINES
from tests.amocrm_account import (
    ACTS,
    FUNNEL,
    LOST,
    NEW,
    QUOTE,
    RENEWAL,
    RENEWALS,
    SALES,
    SETTINGS,
    WON,
    AccountAtHand,
    write_settings,
)
from tests.amocrm_statuses.a_few_leads import OPEN, REFUSED, SOLD, marts, run_well

FIRST = 41000101
PATH = "select status_id from mart.amocrm_lead_transition where lead_id = %s order by seq"
STATE = "select * from mart.amocrm_lead_funnel_state where lead_id = %s order by funnel_id"
CONSERVED = "select * from mart.v_amocrm_statuses_reconciliation"


def assert_whole(account: AccountAtHand) -> None:
    """Everything adds up, and reading or building all anew changes nothing."""
    account.an_hour_passes()  # events of the last seconds come an hour later
    run_well(account)
    [told] = account.rows(CONSERVED)
    assert told["is_conserved"], told
    built, figures = marts(account), account.figures()
    for anew in ({"rebuild_only": True}, {"full_refresh": True}):
        made = run_well(account, **anew)
        assert not account.counters(made).keys() - {"unchanged", "filtered", "unknown_deleted"}
        assert marts(account) == built
    assert account.figures() == figures


@pytest.mark.parametrize("price", [0, None, -500, 10**15])
def test_prices_of_all_kinds_add_up(account: AccountAtHand, price: int | None) -> None:
    path = [[SALES, NEW, "2026-02-01T10:00:00Z"], [SALES, WON, "2026-02-02T10:00:00Z"]]
    account.crm.order(leads=[{"id": FIRST, "name": "Странная цена", "price": price, "path": path}])
    made = run_well(account)
    assert account.figures()["licenses"]["sales_volume"] == 1000 + (price or 0)
    assert ("AMO_ZERO_SUCCESS" in account.codes(made)) is (not price)
    assert_whole(account)


def test_a_price_that_is_put_right_under_an_older_date_counts(account: AccountAtHand) -> None:
    path = [[SALES, NEW, "2026-02-01T10:00:00Z"], [SALES, WON, "2026-02-02T10:00:00Z"]]
    account.crm.order(leads=[{"id": FIRST, "name": "Из импорта", "price": 700, "path": path}])
    run_well(account)
    account.crm.order(set={str(FIRST): {"price": 900}}, at="2026-02-01T12:00:00Z")
    run_well(account, full_refresh=True)
    assert account.figures()["licenses"]["sales_volume"] == 1900
    assert_whole(account)


def test_merged_leads_leave_one_sale(account: AccountAtHand) -> None:
    path = [[SALES, NEW, "2026-02-01T10:00:00Z"], [SALES, WON, "2026-02-02T10:00:00Z"]]
    account.crm.order(leads=[{"id": FIRST, "name": "Двойник", "price": 700, "path": path}])
    run_well(account)
    assert account.figures()["licenses"]["sales_volume"] == 1700
    account.an_hour_passes()
    account.crm.order(merge=[FIRST, SOLD])
    run_well(account)
    account.an_hour_passes()
    account.rows("delete from ops.cursor where name = 'id_scan' returning 1")
    run_well(account)
    assert account.figures()["licenses"]["sales_volume"] == 1000
    assert_whole(account)


def test_a_status_deleted_and_another_of_its_name_later(account: AccountAtHand) -> None:
    run_well(account)
    account.an_hour_passes()
    account.crm.order(move={str(OPEN): [SALES, QUOTE]})
    run_well(account)
    account.an_hour_passes()
    account.crm.order(delete_status=[SALES, QUOTE])
    account.crm.order(move={str(OPEN): [SALES, NEW]})
    made = run_well(account)
    assert "AMO_MAPPING_WARNING" in account.codes(made)
    account.an_hour_passes()
    account.crm.order(statuses={str(SALES): [{"id": QUOTE, "name": "Расчет КП"}]})
    account.crm.order(move={str(OPEN): [SALES, QUOTE]})
    made = run_well(account)
    assert "AMO_MAPPING_WARNING" not in account.codes(made)
    assert [row["status_id"] for row in account.rows(PATH, OPEN)] == [NEW, QUOTE, NEW, QUOTE]
    assert_whole(account)


def test_one_funnel_of_a_number_that_every_pipeline_has(account: AccountAtHand, tmp_path: Path) -> None:
    """142 stands in both pipelines, each in a container of another funnel: a sale counts in one."""
    renewals = {
        "id": "renewals",
        "title": "Продления",
        "containers": [
            {"id": "in", "title": "Продление", "statuses": [[RENEWALS, RENEWAL]]},
            {"id": "paid", "title": "Оплачено", "marker": "success", "statuses": [[RENEWALS, WON]]},
        ],
    }
    mine = [
        {**each, "statuses": [pair for pair in each["statuses"] if pair[0] == SALES]}
        for each in FUNNEL["containers"]
    ]
    write_settings(tmp_path, {**SETTINGS, "funnels": [{**FUNNEL, "containers": mine}, renewals]})
    path = [
        [SALES, NEW, "2026-02-01T10:00:00Z"],
        [SALES, WON, "2026-02-02T10:00:00Z"],
        [RENEWALS, RENEWAL, "2026-02-03T10:00:00Z"],
        [RENEWALS, WON, "2026-02-04T10:00:00Z"],
    ]
    account.crm.order(leads=[{"id": FIRST, "name": "Дважды", "price": 700, "path": path}])
    run_well(account)
    told = {row["funnel_id"]: row["sales_volume"] for row in account.rows(STATE, FIRST)}
    assert told == {"licenses": 0, "renewals": 700}
    assert_whole(account)


def test_leads_of_the_future_and_of_days_when_clocks_change(account: AccountAtHand, tmp_path: Path) -> None:
    write_settings(tmp_path, {**SETTINGS, "timezone": "America/New_York"})
    run_well(account)
    account.an_hour_passes()
    moments = [(datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0).isoformat()]
    moments += ["2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z"]
    moments += ["2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z"]
    account.crm.order(
        leads=[
            {"id": FIRST + no, "name": f"Лид {no}", "price": 10, "path": [[SALES, NEW, at]]}
            for no, at in enumerate(moments)
        ]
    )
    run_well(account)
    account.an_hour_passes()
    account.crm.order(move={str(FIRST): [SALES, WON], str(OPEN): [SALES, WON]})
    run_well(account)
    assert account.figures()["licenses"]["sales_volume"] == 1310  # the one of the future hides no other
    run_well(account, full_refresh=True)  # those of old days, which a filter does not show
    assert account.figures()["licenses"]["leads"] == 8
    assert_whole(account)


def test_an_account_without_fields_leads_or_events(account: AccountAtHand, tmp_path: Path) -> None:
    account.crm.order(fields=[], reasons=[])
    account.crm.order(purge=[SOLD, REFUSED, OPEN])
    account.crm.order(hide_events_before="2030-01-01T00:00:00Z")
    run_well(account)
    run_well(account)
    account.crm.order(hide_events_before=None)
    account.an_hour_passes()
    account.crm.order(leads=[{"id": FIRST, "name": "Первая", "price": 5}])
    account.crm.order(move={str(FIRST): [SALES, WON]})
    run_well(account)
    assert account.figures()["licenses"]["sales_volume"] == 5
    assert_whole(account)


def test_long_and_odd_names_many_contacts_and_tags(account: AccountAtHand) -> None:
    name = "Ü\u0000🦄é\u202e" * 500
    contacts = [{"id": 700 + no, "name": "Ж" * 300, "phones": [f"+7921000{no:04}"]} for no in range(250)]
    account.crm.order(contacts=contacts)
    lead = {"id": FIRST, "name": name, "price": 5, "contacts": [each["id"] for each in contacts]}
    tags = [f"тег {no}" for no in range(60)]
    account.crm.order(leads=[{**lead, "tags": tags, "status": [SALES, LOST]}])
    run_well(account)
    [told] = account.rows("select count(*) as n from mart.amocrm_lead_contact where lead_id = %s", FIRST)
    assert told["n"] == 250
    assert_whole(account)


def test_a_pipeline_that_is_gone_stays_in_the_history_of_its_leads(account: AccountAtHand) -> None:
    path = [[RENEWALS, RENEWAL, "2026-02-01T10:00:00Z"], [SALES, QUOTE, "2026-02-02T10:00:00Z"]]
    account.crm.order(leads=[{"id": FIRST, "name": "Переехала", "price": 5, "path": path}])
    run_well(account)
    account.an_hour_passes()
    account.crm.order(pipelines=[pipeline for pipeline in PIPELINES if pipeline["id"] != RENEWALS])
    made = run_well(account)
    assert "AMO_MAPPING_WARNING" in account.codes(made)
    assert [row["status_id"] for row in account.rows(PATH, FIRST)] == [RENEWAL, QUOTE]
    assert_whole(account)


def test_moves_there_and_back_within_a_run_are_all_counted(account: AccountAtHand) -> None:
    run_well(account)
    account.an_hour_passes()
    now = datetime.now(UTC) + timedelta(minutes=50)
    for no, status in enumerate([ACTS, NEW, ACTS, LOST, ACTS]):
        at = (now + timedelta(seconds=no // 2)).isoformat()
        account.crm.order(move={str(OPEN): [SALES, status]}, at=at)
    run_well(account)
    assert [row["status_id"] for row in account.rows(PATH, OPEN)] == [NEW, ACTS, NEW, ACTS, LOST, ACTS]
    assert account.figures()["licenses"]["sales_volume"] == 1300
    assert_whole(account)
