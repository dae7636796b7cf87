"""Leads passed on to Smart Data Hub by whole runs: told key by key, once, and what is not known stays so."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.amocrm_material import FIELDS
from tests.amocrm_account import (
    ACTS,
    FUNNEL,
    LOST,
    NEW,
    PUSH,
    QUOTE,
    SALES,
    SETTINGS,
    AccountAtHand,
    account_in,
    write_settings,
)
from tests.amocrm_statuses.dag_run import DagRun

COST, KIND, TAX, WAY = 1500102, 1500103, 1500120, 1500121
UTM_SOURCE, YM_UID, GCLIENTID = 1500201, 1500211, 1500210
LOST_ONE, OPEN, UNMAPPED = 41000777, 41000778, 41000779
CREATED, CLOSED = 1767261600, 1767700000
STATUSES = PUSH["funnels"]["licenses"]["statuses"]
LEADS: list[dict[str, Any]] = [
    {
        **{"id": LOST_ONE, "name": "Лицензии для ООО Ромашка", "price": 184500, "loss_reason_id": 15500021},
        "fields": {COST: "92000.5", KIND: "Новый", TAX: "0", WAY: "курьер", UTM_SOURCE: "yandex",
                   YM_UID: "1767261512345678901", GCLIENTID: "GA1.2.33.44"},
        "path": [[SALES, NEW, CREATED], [SALES, LOST, CLOSED]],
        "contacts": [60500011],
    },
    {"id": OPEN, "name": "Звонок", "price": 0, "path": [[SALES, QUOTE, CREATED]], "loss_reason_id": 15500021},
    {"id": UNMAPPED, "name": "Спор", "path": [[SALES, 68100099, CREATED]]},
]  # fmt: skip
CONTACT = {"id": 60500011, "name": "Анна", "phones": ["+7 921 000-10-01"], "emails": ["Anna@Example.org"]}
FULL_PUSH = {
    **PUSH,
    "requests_per_second": 50,
    "personal_data": True,
    "managers": {9100001: "66b0c1d2e3f40516273840aa"},
    "custom_fields": {KIND: "66b0c1d2e3f40516273849aa"},
    "first_cost": COST,
    "purchase_tax": TAX,
    "purchase_shipping": WAY,
}


class Desk:
    """An account whose leads are passed on."""

    def __init__(self, folder: Path, account: AccountAtHand) -> None:
        self.folder, self.account, self.hub = folder, account, account.hub

    def settle(self, funnels: Any = (FUNNEL,), **push: Any) -> None:
        """Let the settings be these."""
        told = {**FULL_PUSH, **push}
        write_settings(self.folder, {**SETTINGS, "funnels": list(funnels), "push": told})

    def run(self, state: str = "success", **conf: Any) -> Any:
        """Make a run an hour after the last one."""
        self.account.an_hour_passes()
        made = self.account.run("manual", **conf)
        assert made.state == state, made.errors
        return made

    def sent(self) -> dict[str, dict[str, Any]]:
        """Give what the other side holds, by outer_id."""
        return {each["outer_id"]: each for each in self.hub.read("leads")}

    def times(self) -> Counter[str]:
        """Count how often each lead is there."""
        return Counter(each["outer_id"] for each in self.hub.read("leads"))

    def states(self) -> dict[int, str]:
        rows = self.account.rows("select lead_id, state from mart.amocrm_sdh_push order by 1")
        return {row["lead_id"]: row["state"] for row in rows}


@pytest.fixture
def desk(tmp_path: Path, warehouse_url: str) -> Iterator[Desk]:
    with account_in(tmp_path, warehouse_url, DagRun) as account:
        more = [
            {"id": TAX, "name": "Налог", "type": "monetary"},
            {"id": WAY, "name": "Доставка", "type": "text"},
        ]
        account.crm.order(fields=[*FIELDS, *more])
        account.crm.order(statuses={SALES: [{"id": 68100099, "name": "Спор"}]})
        account.crm.order(leads=LEADS, contacts=[CONTACT])
        desk = Desk(tmp_path, account)
        desk.settle()
        yield desk


def test_a_lead_is_told_key_by_key_and_what_is_not_known_is_left_out(desk: Desk) -> None:
    desk.run()
    found = desk.sent()
    assert set(found) == {f"31000001-{LOST_ONE}", f"31000001-{OPEN}"}
    told = {name: value for name, value in found[f"31000001-{LOST_ONE}"].items() if name != "id"}
    link = told.pop("entity_link")
    assert link.startswith("https://127.0.0.1")
    assert link.endswith(f"/leads/detail/{LOST_ONE}")
    assert told == {
        "outer_id": f"31000001-{LOST_ONE}",
        "name": "Лицензии для ООО Ромашка",
        "pipeline_id": "66b0c1d2e3f405162738495a",
        "status_id": STATUSES["lost"],
        "manager_id": "66b0c1d2e3f40516273840aa",
        "price": 184500,
        "utm_source": "yandex",
        "metrika_cid": "1767261512345678901",
        "google_cid": "33.44",
        "custom_fields": [{"id": "66b0c1d2e3f40516273849aa", "value": "Новый"}],
        "first_cost": 92000.5,
        "purchase_tax": 0,
        "purchase_shipping": "курьер",
        "rejection_reason": "Дорого",
        "created": CREATED,
        "last_modified": CLOSED,
        "customer_phone": "+7 921 000-10-01",
        "customer_email": "Anna@Example.org",
    }
    other = found[f"31000001-{OPEN}"]
    assert set(other) == {
        *("id", "outer_id", "name", "pipeline_id", "status_id", "manager_id", "price", "created"),
        *("last_modified", "entity_link"),
    }  # a reason that lingers on an open lead is none
    assert (other["status_id"], other["price"]) == (STATUSES["quote"], 0)


def test_run_after_run_each_lead_is_posted_once(desk: Desk) -> None:
    for turn in range(4):
        desk.account.crm.order(set={OPEN: {"price": turn + 1}})
        desk.run()
    assert desk.times() == {f"31000001-{LOST_ONE}": 1, f"31000001-{OPEN}": 1}
    assert desk.hub.read("counts")["duplicates"] == 0


@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_is_unknown_until_a_person_names_the_lead(desk: Desk, applied: bool) -> None:
    desk.hub.fault("reset", method="leads", about=f"31000001-{OPEN}", applied=applied)
    run = desk.run()
    assert desk.states() == {LOST_ONE: "sent", OPEN: "unknown"}
    assert desk.account.run_of(run)["state"] == "partial"
    assert "SDH_UNKNOWN" in desk.account.codes(run)
    desk.account.crm.order(set={OPEN: {"price": 7}})
    desk.run()
    assert desk.times()[f"31000001-{OPEN}"] == int(applied)
    desk.run(resend_lead_ids=[OPEN])
    assert desk.states()[OPEN] == "sent"
    assert desk.times()[f"31000001-{OPEN}"] == 1 + int(applied)


def test_a_refused_lead_stops_nobody_and_is_told(desk: Desk) -> None:
    desk.hub.fault(400, method="leads", about=f"31000001-{LOST_ONE}", text="Нет такой воронки")
    run = desk.run()
    assert desk.states() == {LOST_ONE: "failed", OPEN: "sent"}
    assert desk.account.run_of(run)["state"] == "partial"
    row = desk.account.rows("select * from mart.amocrm_sdh_push where lead_id = %s", LOST_ONE)[0]
    assert (row["http_status"], row["attempts"]) == (400, 1)
    assert "Нет такой воронки" in row["error"]
    assert "SDH_FAILED" in desk.account.codes(run)
    desk.run()
    assert desk.states()[LOST_ONE] == "failed"  # nothing of it has changed
    desk.account.crm.order(set={LOST_ONE: {"price": 5}})
    desk.run()
    assert desk.times() == {f"31000001-{LOST_ONE}": 1, f"31000001-{OPEN}": 1}


@pytest.mark.parametrize("status", [401, 403])
def test_no_access_stops_the_push_and_not_the_marts(desk: Desk, status: int) -> None:
    desk.hub.fault(status, method="leads", times=9)
    run = desk.run("failed")
    assert run.states["publish"] == "success"
    assert run.states["send_push"] == "failed"
    assert len(desk.hub.calls()) == 1
    assert desk.account.figures()["licenses"]["leads"] == 2
    desk.hub.order(forget_faults=True)
    desk.run()
    assert desk.times() == {f"31000001-{LOST_ONE}": 1, f"31000001-{OPEN}": 1}


def test_deleted_leads_and_those_outside_and_filtered_are_never_posted(desk: Desk) -> None:
    desk.settle(enabled=False)
    desk.run()
    assert desk.account.rows("select count(*)::int as n from ops.action") == [{"n": 0}]
    desk.account.crm.order(delete=[LOST_ONE])
    desk.account.crm.order(move={OPEN: [SALES, 68100099]})
    desk.settle()
    run = desk.run(resend_lead_ids=[LOST_ONE, OPEN, UNMAPPED])
    assert desk.sent() == {}
    assert "SDH_NOT_SENT" in desk.account.codes(run)
    desk.account.crm.order(move={OPEN: [SALES, QUOTE]}, restore=[LOST_ONE])
    told = {**SETTINGS, "push": FULL_PUSH}
    rule = {"field": {"system": "price"}, "operator": "gt", "values": ["1"]}
    write_settings(desk.folder, {**told, "filter": {"rules": [rule]}})
    desk.run(allow_drop=True)
    assert OPEN not in desk.states()


def test_a_dry_run_plans_what_the_real_one_sends(desk: Desk) -> None:
    def plan(run: Any) -> list[Any]:
        return [(row["kind"], row["key"], row["after"]) for row in desk.account.actions(run)]

    rehearsal = desk.run(dry_run=True)
    assert desk.hub.calls() == []
    assert desk.account.rows("select 1 from mart.amocrm_sdh_push") == []
    real = desk.run()
    assert plan(rehearsal) == plan(real) != []
    assert {row["state"] for row in desk.account.actions(rehearsal)} == {"skipped"}


def test_without_words_for_markers_no_status_is_created(desk: Desk) -> None:
    desk.settle(funnels=[FUNNEL], markers={"success": "won"})
    run = desk.run("failed", operation="push_statuses")
    told = str(next(iter(run.errors.values())))
    assert "pause, refusal, return" in told
    assert desk.hub.calls() == []
    assert not {"leads", "events"} & set(desk.account.asked())


def test_statuses_are_created_once_in_order_and_leads_follow(desk: Desk) -> None:
    target = {"licenses": {"pipeline_id": "66b0c1d2e3f405162738495a"}}
    told = {**SETTINGS, "push": {**FULL_PUSH, "funnels": target}}
    write_settings(desk.folder, told)
    desk.run(operation="push_statuses")
    made = desk.hub.read("statuses")
    assert [(each["name"], each["position"], each.get("marker")) for each in made] == [
        (each["title"], place, each.get("marker")) for place, each in enumerate(FUNNEL["containers"], 1)
    ]
    desk.run(operation="push_statuses")
    assert len(desk.hub.read("statuses")) == len(FUNNEL["containers"])
    places = {each["name"]: each["status_id"] for each in made}
    assert desk.sent()[f"31000001-{OPEN}"]["status_id"] == places["Расчет КП"]
    assert desk.times() == {f"31000001-{LOST_ONE}": 1, f"31000001-{OPEN}": 1}


def test_leads_of_before_are_not_posted(desk: Desk) -> None:
    desk.settle(created_from="2026-01-02")  # they are of the first
    desk.run()
    assert desk.sent() == {}
    desk.account.crm.order(leads=[{"id": 1, "name": "Новая", "status": [SALES, ACTS]}])
    desk.run()
    assert set(desk.sent()) == {"31000001-1"}
