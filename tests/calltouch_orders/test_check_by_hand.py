"""A check of one order by hand: what it finds is kept, where the page shows it."""

from sandbox.demo.motor_shop_documents import order_key
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


def test_a_check_of_an_order_that_nobody_was_told_of_says_what_would_be_sent_and_sends_nothing(
    shop: Shop,
) -> None:
    shop.live(1)
    shop.run()
    shop.live(2)
    [new] = shop.onec.order(read="Document_ЗаказПокупателя", key=order_key(125))["rows"]
    checked = shop.run(mode="check_one", account="main", document=new["Ref_Key"])
    assert checked.state == "success"
    assert shop.deals().get(new["Ref_Key"]) is None
    assert shop.rows("select * from mart.erp_order where order_ref = %s", new["Ref_Key"]) == []
    actions = shop.rows("select kind, state from ops.action where key = %s", new["Ref_Key"])
    assert actions[0] == {"kind": "create", "state": "skipped"}
    assert shop.runs_of(checked)["main"]["dry_run"]
