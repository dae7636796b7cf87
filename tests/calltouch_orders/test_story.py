"""The shop's three days through the DAG: after each Calltouch and 1C hold what the rules say."""

from sandbox.demo.motor_shop import DAYS, day
from tests.calltouch_orders.shop import FIRST_DAY, Shop


def test_each_day_becomes_what_was_worked_out_by_hand(shop: Shop) -> None:
    for number in range(1, DAYS + 1):
        shop.live(number)
        dag_run = shop.run()
        print(number, {k: (v["state"], v["counters"], v["error"]) for k, v in shop.runs_of(dag_run).items()})
        assert str(dag_run.state) == "success"
        deals = shop.deals()
        for ref, becomes in day(number, FIRST_DAY).expected.items():
            deal = deals.get(ref)
            print(ref, becomes, deal and {k: deal.get(k) for k in ("status", "revenue", "margin", "funnel")})
