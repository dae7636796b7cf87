"""Totals, deals and fields reach the simulated portal once, whatever breaks, and are judged one by one."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied, TemporaryVendorError, VendorError, WindowSpent
from include.settings.bitrix24_portal import Portal
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.pipelines.bitrix24_portal import TARGET, portal_hook, waits_for
from plugins.steps import ledger
from plugins.steps.actions import Applied, Channel, settle_leftovers
from plugins.steps.applying import Apply
from plugins.steps.bitrix24_channels import CONTACT, DEAL, SetTotals, SetValues
from plugins.steps.bitrix24_fields_channel import CreateFields
from plugins.steps.bitrix24_read_back import read_back
from plugins.warehouse import Warehouse
from sandbox.control import Control
from sandbox.server import Credentials, running

CODE = "c0de-of-tests"
FIELD, SECOND = "UF_CRM_SUM_3_2026", "UF_CRM_SUM_0_2025"
AT = "UF_CRM_SUM_AT"
COLUMNS = ("run_id", "seq", "pipeline", "target", "account", "kind", "key", "before", "after")


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with running(None, Credentials("demo", CODE)) as sandbox:
        extra = {"retry_pauses": [0] * 7, "timeout": 2}
        connection = {"conn_type": "bitrix24", "host": sandbox.url, "login": "1", "password": CODE}
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps({**connection, "extra": extra}))
        portal = Control(sandbox.url).vendor("bitrix24")
        portal.order(reset=True)
        portal.order(contacts=[{"id": n, "name": f"Клиент {n}"} for n in range(1, 81)])
        portal.order(fields=[{"name": SECOND, "type": "double", "precision": 2}])
        yield portal


class Desk:
    """A run between the warehouse and the portal."""

    def __init__(self, warehouse: Warehouse, name: str = "manual__1", **options: Any) -> None:
        self.warehouse = warehouse
        occasion = ledger.Occasion("bitrix24_contact_totals", "bitrix24", name, "manual")
        run_id = ledger.open_run(warehouse, occasion)
        assert run_id is not None
        self.run = ledger.run(warehouse, run_id)
        self.hook: Bitrix24Hook = portal_hook(warehouse, Portal())
        self.settled: list[int] = []
        size = BatchSize(options.pop("first", 20))
        self.totals = SetTotals(
            self.hook,
            self._settle,
            warehouse=warehouse,
            run_id=run_id,
            size=size,
            unechoed=(AT,),
            **options,
        )
        deals = SetValues(
            self.hook, "set_deal_fields", DEAL, self._settle, size=BatchSize(20), unsent=("product_id",)
        )
        self.channels: Sequence[Channel] = (CreateFields(self.hook, self._settle), self.totals, deals)

    def _settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        self.settled += action_ids

    def plan(self, kind: str, planned: Mapping[str, Mapping[str, Any]]) -> None:
        first = self.warehouse.connection.execute("select coalesce(max(seq), 0) from ops.action").fetchone()
        assert first
        rows = [
            (
                self.run.run_id,
                first[0] + n,
                self.run.pipeline,
                TARGET,
                "bitrix24",
                kind,
                key,
                "{}",
                json.dumps(to),
            )
            for n, (key, to) in enumerate(planned.items(), 1)
        ]
        self.warehouse.copy_rows("ops.action", COLUMNS, rows)

    def totals_of(self, contacts: Sequence[int], field: str = SECOND) -> None:
        self.plan("set_totals", {f"contact:{n}": {field: f"{n}.50"} for n in contacts})

    def apply(self) -> Applied:
        return Apply(self.warehouse, self.run.run_id, self.channels).run()

    def applied(self) -> Applied:
        """Apply as often as Airflow would."""
        for _ in range(2):
            try:
                return self.apply()
            except TemporaryVendorError:
                continue
        return self.apply()

    def actions(self) -> dict[str, Any]:
        columns = "key, state, http_status, response, error, attempts"
        return {
            row[0]: row[1:] for row in self.warehouse.connection.execute(f"select {columns} from ops.action")
        }


@pytest.fixture
def open_desk(portal: Any, warehouse_url: str) -> Iterator[Callable[..., Desk]]:
    with psycopg.connect(warehouse_url) as connection:
        yield lambda **options: Desk(Warehouse(connection), **options)


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def held(portal: Any, field: str = SECOND) -> dict[int, Any]:
    """Give what contacts of the portal hold, those that hold something."""
    contacts = portal.read("contacts")
    return {int(each["id"]): each[field] for each in contacts if each.get(field) is not None}


def new_field(name: str = FIELD, **more: Any) -> dict[str, Any]:
    named = {"field_name": name, "kind": "total", "category_id": 3, "year": 2026, "sort": 5326}
    told = {"label": "Сумма сделок 2026: Экспедиции, RUB", "column": "Экспедиции 2026", "precision": 2}
    return {**named, **told, "xml_id": "b24_totals:3:2026", **more}


def test_totals_are_set_in_requests_that_grow_and_each_is_judged(desk: Desk, portal: Any) -> None:
    desk.totals_of(range(1, 81))
    assert desk.apply() == Applied(80, 0, 0, 0, 0)
    assert held(portal) == {n: n + 0.5 for n in range(1, 81)}
    assert [call["method"] for call in portal.calls()] == ["batch"] * 3  # 20, 40 and the last 20
    assert sorted(desk.settled) == sorted(set(desk.settled))
    assert desk.actions()["contact:7"] == ("done", 200, {"contact_id": 7}, None, 1)


def test_a_contact_that_is_gone_is_nobodys_failure(desk: Desk, portal: Any) -> None:
    portal.order(delete_contacts=[3])
    desk.totals_of([2, 3, 4])
    assert desk.apply() == Applied(2, 0, 0, 0, 1)
    state, status, response, error, _ = desk.actions()["contact:3"]
    assert (state, status, response) == ("skipped", 200, {"contact_id": 3, "gone": True})
    assert "больше нет" in error


@pytest.mark.parametrize("method", ["item", "contact"])
def test_both_methods_write_and_find_a_contact_gone(
    open_desk: Callable[..., Desk], portal: Any, method: str
) -> None:
    portal.order(delete_contacts=[3])
    desk = open_desk(method=method)
    desk.totals_of([2, 3])
    assert desk.apply() == Applied(1, 0, 0, 0, 1)
    assert held(portal) == {2: 2.5}
    assert desk.actions()["contact:3"][2]["gone"] is True


def test_one_that_the_portal_refuses_fails_alone(desk: Desk, portal: Any) -> None:
    portal.fault("item", about="contact:5", text="CRM_FIELD_ERROR_VALUE_NOT_VALID")
    desk.totals_of(range(1, 21))
    assert desk.apply() == Applied(19, 1, 0, 0, 0)
    state, _, response, error, attempts = desk.actions()["contact:5"]
    assert (state, attempts) == ("failed", 1)
    assert response["code"] == "CRM_FIELD_ERROR_VALUE_NOT_VALID"
    assert "CRM_FIELD_ERROR_VALUE_NOT_VALID" in error


def test_a_field_that_the_portal_does_not_know_is_not_taken_for_written(desk: Desk, portal: Any) -> None:
    desk.totals_of([1], "UF_CRM_SUM_9_2026")
    assert desk.apply() == Applied(0, 1, 0, 0, 0)
    assert desk.actions()["contact:1"][2]["not_accepted"] == ["UF_CRM_SUM_9_2026"]


def test_a_right_that_is_lacking_stops_the_run_and_nothing_is_lost(desk: Desk, portal: Any) -> None:
    portal.fault("item", about="contact:5", text="ACCESS_DENIED")
    desk.totals_of(range(1, 11))
    with pytest.raises(AccessDenied):
        desk.apply()
    assert {row[0] for row in desk.actions().values()} == {"planned"}
    assert desk.apply().done == 10


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("500", {"method": "batch"}),
    ("500", {"method": "batch", "applied": True}),
    ("gateway", {"method": "batch"}),
    ("gateway", {"method": "batch", "applied": True}),
    ("timeout", {"method": "batch"}),
    ("timeout", {"method": "batch", "applied": True}),
    ("reset", {"method": "batch"}),
    ("cut", {"method": "batch"}),
    ("html", {"method": "batch"}),
]


@pytest.mark.parametrize(("kind", "about"), FAULTS)
def test_an_answer_that_was_lost_ends_in_one_value(
    desk: Desk, portal: Any, kind: str, about: dict[str, Any]
) -> None:
    portal.fault(kind, **about)
    desk.totals_of(range(1, 31))
    assert desk.applied().done == 30
    assert held(portal) == {n: n + 0.5 for n in range(1, 31)}


def test_a_method_closed_half_way_keeps_what_was_set_and_waits(desk: Desk, portal: Any) -> None:
    portal.fault("item", about="crm.item.update", text="OPERATION_TIME_LIMIT", after=7, times=50)
    desk.totals_of(range(1, 21))
    with pytest.raises(WindowSpent):
        desk.apply()
    states = [row[0] for row in desk.actions().values()]
    assert (states.count("done"), states.count("planned")) == (7, 13)
    assert waits_for(Portal()) == ("bitrix24", "bitrix24")
    portal.order(forget_faults=True)
    desk.warehouse.connection.execute("delete from ops.budget where method like 'time:%'")
    assert desk.apply().done == 20
    assert held(portal) == {n: n + 0.5 for n in range(1, 21)}
    assert set(Counter(write["record"] for write in portal.read("writes")).values()) == {1}


def test_the_time_that_the_portal_tells_is_kept_to(desk: Desk, portal: Any) -> None:
    """A method at 400 seconds is not asked for: the portal never has to refuse it."""
    portal.order(ways={"seconds": {"crm.item.update": 2.0}})
    portal.order(spend="crm.item.update", seconds=390)
    desk.totals_of(range(1, 41))
    with pytest.raises(WindowSpent, match="уже работал"):
        desk.apply()
    time_of = portal.read("method_time")["crm.item.update"]
    assert time_of["blocked"] == 0
    assert time_of["most"] <= 480
    assert desk.actions()["contact:20"][0] == "done"


def test_what_was_not_even_sent_counts_as_no_attempt(desk: Desk, portal: Any) -> None:
    desk.hook.methods.block("crm.item.update", datetime.now(UTC) + timedelta(minutes=5))
    desk.totals_of([1, 2])
    with pytest.raises(WindowSpent):
        desk.apply()
    assert {(row[0], row[4]) for row in desk.actions().values()} == {("planned", 0)}
    assert portal.calls() == []


def test_a_field_is_created_before_totals_and_they_go_into_it(desk: Desk, portal: Any) -> None:
    desk.plan("create_field", {f"field:{FIELD}": new_field()})
    desk.totals_of([1, 2], FIELD)
    assert desk.apply() == Applied(3, 0, 0, 0, 0)
    assert held(portal, FIELD) == {1: 1.5, 2: 2.5}
    (field,) = [each for each in portal.read("fields") if each["FIELD_NAME"] == FIELD]
    shown = {
        name: field[name] for name in ("USER_TYPE_ID", "XML_ID", "MULTIPLE", "EDIT_IN_LIST", "SHOW_FILTER")
    }
    assert shown == {
        "USER_TYPE_ID": "double",
        "XML_ID": "b24_totals:3:2026",
        "MULTIPLE": "N",
        "EDIT_IN_LIST": "N",
        "SHOW_FILTER": "E",
    }
    assert field["SETTINGS"]["PRECISION"] == 2
    assert field["EDIT_FORM_LABEL"] == {"ru": "Сумма сделок 2026: Экспедиции, RUB"}
    assert desk.actions()[f"field:{FIELD}"][2] == {"field_id": int(field["ID"])}


def test_when_totals_changed_is_a_field_of_another_type(desk: Desk, portal: Any) -> None:
    desk.plan("create_field", {f"field:{AT}": new_field(AT, kind="changed_at", show_filter=False)})
    desk.plan("set_totals", {"contact:1": {SECOND: "1.50", AT: "2026-11-22T09:00:00+03:00"}})
    assert desk.apply().done == 2
    (field,) = [each for each in portal.read("fields") if each["FIELD_NAME"] == AT]
    assert (field["USER_TYPE_ID"], field["SHOW_FILTER"]) == ("datetime", "N")


@pytest.mark.parametrize("fault", ["500", "timeout", "gateway", "reset", "cut"])
def test_a_field_whose_creation_was_lost_is_found_and_never_made_twice(
    desk: Desk, portal: Any, fault: str
) -> None:
    portal.fault(fault, method="crm.contact.userfield.add", applied=True)
    desk.plan("create_field", {f"field:{FIELD}": new_field()})
    desk.totals_of([1], FIELD)
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert desk.actions()[f"field:{FIELD}"][2]["found"] is True
    assert held(portal, FIELD) == {1: 1.5}
    assert [call["method"] for call in portal.calls()].count("crm.contact.userfield.add") == 1


def test_totals_wait_for_a_field_of_which_nobody_knows(desk: Desk, portal: Any) -> None:
    portal.order(ways={"field_creation": "500"})
    desk.plan("create_field", {f"field:{FIELD}": new_field()})
    desk.plan("set_totals", {"contact:1": {FIELD: "1.50"}, "contact:2": {FIELD: "2.50", SECOND: "9.00"}})
    assert desk.apply() == Applied(1, 0, 1, 0, 1)
    actions = desk.actions()
    assert actions["contact:1"][:3] == ("skipped", None, {"held": True})
    assert actions["contact:2"][2] == {"contact_id": 2, "unsent_fields": [FIELD]}
    assert held(portal) == {2: 9.0}
    ledger.close_run(desk.warehouse, desk.run.run_id, "partial")


def test_the_next_run_learns_what_became_of_a_field(
    desk: Desk, open_desk: Callable[..., Desk], portal: Any
) -> None:
    portal.order(ways={"field_creation": "500"})
    desk.plan("create_field", {f"field:{FIELD}": new_field()})
    assert desk.apply().uncertain == 1
    ledger.close_run(desk.warehouse, desk.run.run_id, "partial")
    portal.order(fields=[{"name": FIELD, "type": "double", "precision": 2}])
    later = open_desk(name="manual__2")
    settle_leftovers(later.warehouse, later.run, TARGET, "bitrix24", later.channels)
    assert later.actions()[f"field:{FIELD}"][0] == "done"


def test_a_field_that_people_have_made_meanwhile_is_ours_if_it_fits(desk: Desk, portal: Any) -> None:
    portal.order(fields=[{"name": FIELD, "type": "double", "precision": 2}])
    portal.order(fields=[{"name": "UF_CRM_SUM_5_2026", "type": "money"}])
    desk.plan(
        "create_field",
        {f"field:{FIELD}": new_field(), "field:UF_CRM_SUM_5_2026": new_field("UF_CRM_SUM_5_2026")},
    )
    assert desk.apply() == Applied(1, 1, 0, 0, 0)
    assert "money" in desk.actions()["field:UF_CRM_SUM_5_2026"][3]


def test_a_portal_with_no_room_for_fields_refuses_in_its_own_words(desk: Desk, portal: Any) -> None:
    portal.order(ways={"max_fields": 1})
    desk.plan("create_field", {f"field:{FIELD}": new_field()})
    desk.totals_of([1], FIELD)
    assert desk.apply() == Applied(0, 1, 0, 0, 1)
    assert desk.actions()[f"field:{FIELD}"][3]


def test_deals_get_values_that_a_query_cannot_say(desk: Desk, portal: Any) -> None:
    portal.order(
        deals=[{"id": 1, "title": "Сделка", "stageSemanticId": "P"}, {"id": 2, "stageSemanticId": "P"}]
    )
    desk.plan(
        "set_deal_fields",
        {
            "deal:1": {"title": "Тур $result[a1][id] & 100%", "closedate": "2026-08-21", "product_id": 5},
            "deal:2": {"title": "Камчатка", "product_id": 6},
        },
    )
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    deals = {int(each["id"]): each for each in portal.read("deals")}
    assert deals[1]["title"] == "Тур $result[a1][id] & 100%"
    assert deals[1]["closedate"][:10] == "2026-08-21"
    assert deals[2]["title"] == "Камчатка"
    assert desk.actions()["deal:1"][2] == {"deal_id": 1}


@pytest.mark.parametrize("method", ["item", "contact"])
def test_what_was_written_is_read_back(open_desk: Callable[..., Desk], portal: Any, method: str) -> None:
    desk = open_desk(method=method)
    desk.totals_of(range(1, 61))
    desk.apply()
    portal.order(change={"contact": {3: {SECOND: 777}}}, delete_contacts=[5])
    told = read_back(desk.warehouse, desk.totals, desk.run.run_id, most=None)
    assert told == {"read_back": 60, "not_accepted": 2}
    actions = desk.actions()
    assert (actions["contact:3"][0], actions["contact:3"][2]["not_accepted"]) == ("failed", [SECOND])
    assert (actions["contact:5"][0], actions["contact:5"][2]["gone"]) == ("skipped", True)
    assert read_back(desk.warehouse, desk.totals, desk.run.run_id)["read_back"] == 0


def test_contacts_that_are_all_hidden_at_once_are_not_taken_for_gone(
    desk: Desk, portal: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A right that is lost looks like contacts that were deleted (bitrix24 0.6)."""
    desk.totals_of(range(1, 61))
    desk.apply()
    portal.order(delete_contacts=list(range(2, 61)))
    told = read_back(desk.warehouse, desk.totals, desk.run.run_id, most=None)
    assert told == {"read_back": 1, "not_accepted": 0}
    assert {row[0] for row in desk.actions().values()} == {"done"}
    assert "отняли право" in caplog.text


def test_an_echo_is_compared_as_its_field_holds_it(desk: Desk) -> None:
    def channel(types: dict[str, str]) -> SetValues:
        return SetValues(desk.hook, "set_deal_fields", DEAL, desk._settle, size=BatchSize(20), types=types)

    assert channel({FIELD: "string"}).missed({FIELD: "1.10"}, {FIELD: "1.1"}) == [FIELD]
    assert channel({FIELD: "double"}).missed({FIELD: "1.10"}, {FIELD: "1.1"}) == []
    assert desk.totals.missed({FIELD: "1250.00"}, {FIELD: "1250"}) == []
    assert desk.totals.missed({FIELD: "0.00"}, {FIELD: None}) == []


def test_a_sample_is_spread_over_all_that_was_written(desk: Desk, portal: Any) -> None:
    desk.totals_of(range(1, 81))
    desk.apply()
    assert read_back(desk.warehouse, desk.totals, desk.run.run_id, most=8)["read_back"] == 8
    read = [key for key, row in desk.actions().items() if row[2].get("read_back")]
    numbers = sorted(int(key.partition(":")[2]) for key in read)
    assert numbers[0] == 1
    assert max(later - earlier for earlier, later in zip(numbers, [*numbers[1:], 81], strict=True)) <= 11


def test_no_secret_and_no_person_stands_in_the_ledger(desk: Desk, portal: Any) -> None:
    portal.order(delete_contacts=[3])
    portal.fault("item", about="contact:5", text="CRM_FIELD_ERROR_VALUE_NOT_VALID")
    desk.totals_of(range(1, 8))
    desk.apply()
    assert CODE not in repr(desk.actions())
    assert "Клиент" not in repr(desk.actions())


def test_the_portal_is_never_asked_too_often(desk: Desk, portal: Any) -> None:
    began = time.monotonic()
    for _ in range(45):
        desk.hook.ask("profile")
    assert portal.read("bucket")["violations"] == 0
    assert time.monotonic() - began > 1
    assert CONTACT == 3
    assert issubclass(WindowSpent, VendorError)
