import time, resource, collections
from tests.bitrix24_deal_products.conftest import open_portal  # noqa
from tests.bitrix24_deal_products.club import *
def test_speed(open_portal):
    portal = open_portal(title={"overwrite":"always"})
    portal.crm.order(products=[kamchatka(id=10000+i, name=f"Тур {i}") for i in range(300)])
    portal.crm.order(deals=[{"id": n, "title": f"З {n}", "closedate": "2026-02-01"} for n in range(1, 5001)])
    portal.crm.order(rows={str(n): [{"productId": 10000 + n % 300, "type": 1}, {"productId": 0, "productName": "x"}, {"productId": FEE, "type": 1}] for n in range(1, 5001)})
    def go(label, **conf):
        portal.forget()
        t=time.time(); run = portal.run("manual", **conf); s=time.time()-t
        calls = portal.crm.calls()
        c = collections.Counter()
        for call in calls: c.update(call.get("commands") or {})
        print(label, run.state, portal.counters(run), "requests", len(calls), dict(c), f"{s:.1f} s", "writes", len(portal.written()), "rss", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024)
        print({k: round(v.get("most",0)) for k,v in portal.crm.read("method_time").items()} if isinstance(portal.crm.read("method_time"), dict) else "", "waits", run.waits)
        assert run.state=="success", run.errors
    go("first dry", dry_run=True, all_open=True)
    go("first", allow_mass_update=True)
    go("again", all_open=True)
    go("third", all_open=True)
