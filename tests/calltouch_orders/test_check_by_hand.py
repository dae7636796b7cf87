"""A check of one order by hand: what it finds is kept, where the page shows it."""

from tests.calltouch_orders.shop import Shop

CHECKED = """
select run.source, logged.codes, logged.outcome, logged.details, logged.client_id is not null as has_client
from ops.run_log as logged inner join ops.run using (run_id)
where run.dag_run_id = %s and logged.details ? 'differences'
"""
CREATED = """
select order_ref::text from mart.calltouch_deal
where account = 'main' and state = 'created' and sent_revenue > 0 order by order_ref limit 1
"""


def test_a_check_is_logged_of_an_order_that_nothing_is_decided_about(shop: Shop) -> None:
    shop.live(1)
    shop.run()
    [created] = shop.rows(CREATED)
    checked = shop.run(mode="check_one", account="main", document=created["order_ref"])
    [found] = shop.rows(CHECKED, checked.run_id)
    assert found["codes"] == ["ORDER_CHECKED"]
    assert found["outcome"] is None
    assert found["details"]["title"]
    assert found["details"]["differences"] == []
    assert shop.runs_of(checked)["main"]["counters"] == {"unchanged": 1}
