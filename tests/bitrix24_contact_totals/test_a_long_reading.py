"""A reading of so many deals that some may come and go meanwhile: what still shows that rights were lost."""

from tests.bitrix24_contact_totals.club import deal
from tests.bitrix24_portal import Portal

FUNNELS = [{"id": number, "name": f"Направление {number}"} for number in (0, 3, 5, 9)]
MANY, FEW, LAST_PAGES = (
    10_100,
    3,
    150,
)  # deals: more than four requests of 2,500, and fewer than may come and go
OF_THE_FEW = "select sum(deals) as deals from mart.contact_year_total where category_id = 9"


def test_a_small_funnel_that_is_hidden_on_the_way_stops_the_run(portal: Portal) -> None:
    portal.crm.order(generate={"deals": MANY, "contacts": 40, "seed": 1})
    newest = [deal(1_000_000 + number, 9, "S", "2026-03-05", 100.0, [101]) for number in range(FEW)]
    portal.crm.order(funnels=FUNNELS, deals=newest)
    assert portal.run().state == "success"
    portal.crm.order(at_page=LAST_PAGES, rights={"funnels": [0, 3, 5]})
    stopped = portal.run()
    assert stopped.state == "failed"
    assert "больше не показывает воронки 9" in str(stopped.errors["stage_deals"])
    assert portal.rows(OF_THE_FEW) == [{"deals": FEW}]
