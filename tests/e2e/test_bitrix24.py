"""
Both Bitrix24 pipelines on a running Airflow: at once in one portal, a closed method, pages, a backfill.

The steps are one story, in order: each begins where the one before it ended.
"""

import pytest

from sandbox.demo import bitrix24_contact_totals, bitrix24_deal_products
from sandbox.demo.bitrix24_contact_totals import BUYERS, FIRST
from sandbox.demo.bitrix24_deal_products import SERVED
from tests.e2e.airflow_user import backfill
from tests.e2e.running import Running, crowd, wait_until
from tests.e2e.travel_club import TOTALS, TravelClub

NIGHTS = ("2025-06-01T01:15:00+00:00", "2025-06-02T01:15:00+00:00")  # 04:15 in Moscow, before the DAG's start


@pytest.fixture(scope="module")
def club(stack: Running) -> TravelClub:
    return TravelClub(stack)


def test_both_run_at_once_and_one_sleeps_while_the_portal_takes_no_updates(club: TravelClub) -> None:
    club.close_updates(60 * crowd())  # before anybody can have come so far
    totals, products = club.totals.start(), club.products.start()
    wait_until(lambda: club.state(totals, "send_totals") == "deferred", "nobody waits in the triggerer")
    assert club.run(totals)["waits_until"]
    assert club.totals.ended(totals) == "success"
    assert club.products.ended(products) == "success"
    told = {name: count for name, count in club.run(totals)["counters"].items() if count}
    assert told == {"counted": 61, "unattributed": 1, "updated": len(BUYERS)}
    copied = {name: count for name, count in club.run(products)["counters"].items() if count}
    assert copied == {"copied": len(SERVED), "conflict": 1, "no_product": 1}
    for seen in (
        *bitrix24_contact_totals.held(FIRST, len(BUYERS))(club.local.sandbox_url()),
        *bitrix24_deal_products.held(len(SERVED))(club.local.sandbox_url()),
    ):
        assert list(seen.problems) == []
    for api, dag_run_id, page in (
        (club.totals, totals, "«Клиенты по годам»"),
        (club.products, products, "«Товары в сделках»"),
    ):
        said = api.told(dag_run_id, "report", -1)
        assert any(page in line for line in said), said


def test_the_pages_show_what_was_bought_and_what_was_copied(club: TravelClub) -> None:
    totals = club.totals.page("/contact-totals/")
    assert "Клиенты по годам" in totals
    assert "Экспедиции" in totals
    card = club.totals.page("/contact-totals/contacts/503")
    assert "Поездка 1014" in card
    products = club.products.page("/deal-products/")
    assert "Товары в сделках" in products
    assert "Камчатка: вулканы и океан" in products


def test_a_backfill_takes_the_present_once_for_a_year(club: TravelClub) -> None:
    club.portal.order(renumber=True)
    backfill(club.local, *NIGHTS, "--max-active-runs", "1", dag_id=TOTALS)
    planned = club.totals.dag_runs(logical_date_gte=NIGHTS[0], logical_date_lte=NIGHTS[1])
    assert len(planned) == len(NIGHTS)
    assert club.totals.all_ended([run["dag_run_id"] for run in planned]) == ["success"] * len(NIGHTS)
    first, second = (club.run(run["dag_run_id"]) for run in planned)
    assert (first["trigger"], first["state"]) == ("backfill", "success")
    assert "B24_PRESENT_ONLY" in club.codes(first["run_id"])
    assert second["state"] == "skipped"
    assert "B24_YEARS_DONE" in club.codes(second["run_id"])
    assert club.writes() == 0
