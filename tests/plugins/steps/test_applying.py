"""Every action is carried out once, whatever breaks and wherever: the ledger against a scripted vendor."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.errors import (
    AccessDenied,
    LostAnswer,
    RejectedByVendor,
    TemporaryVendorError,
    VendorError,
    WindowSpent,
)
from plugins.steps import actions, applying, ledger
from plugins.steps.actions import Outcome
from plugins.warehouse import Warehouse

AN_HOUR = timedelta(hours=1)


class Vendor:
    """
    A vendor with a memory. ``script``: what happens at each call, the first first; then all goes well.

    Faults: ``lost`` (applied, answer lost), ``vanished`` (not applied, answer lost), ``spent``, ``denied``,
    ``down``. Keys in ``bad`` are refused: alone or with all that are sent along.
    """

    def __init__(self, *script: str, bad: Sequence[str] = (), bad_inside: Sequence[str] = ()) -> None:
        self.script = list(script)
        self.bad = set(bad)
        self.bad_inside = set(bad_inside)
        self.held: Counter[str] = Counter()
        self.calls: list[list[str]] = []

    def take(self, keys: list[str]) -> None:
        self.calls.append(keys)
        fault = self.script.pop(0) if self.script else "ok"
        if fault in ("spent", "denied", "down"):
            raise {
                "spent": WindowSpent(datetime.now(UTC) + AN_HOUR),
                "denied": AccessDenied("Доступ закрыт", http_status=401),
                "down": TemporaryVendorError("Сервер не отвечает", http_status=503),
            }[fault]
        if fault == "vanished":
            raise LostAnswer("Ответа нет")
        if self.bad & set(keys):
            raise RejectedByVendor("Неверный элемент", http_status=400)
        self.held.update(key for key in keys if key not in self.bad_inside)
        if fault == "lost":
            raise LostAnswer("Ответа нет")


class Creating:
    kind, repeats = "create", False

    def __init__(self, vendor: Vendor, batch: int = 3) -> None:
        self.vendor = vendor
        self.batch = batch
        self.settled: list[int] = []

    def send(self, rows: Sequence[Any]) -> list[Outcome]:
        self.vendor.take([row.key for row in rows])
        return [self._outcome(row) for row in rows]

    def look_up(self, rows: Sequence[Any]) -> list[Outcome]:
        return [Outcome(row.action_id, "done", 200) for row in rows if self.vendor.held[row.key]]

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        self.settled += action_ids

    def _outcome(self, row: Any) -> Outcome:
        if row.key in self.vendor.bad_inside:
            return Outcome(row.action_id, "failed", 200, {"error": "нет"}, "нет")
        return Outcome(row.action_id, "done", 200, {"id": row.key})


class Setting(Creating):
    kind, repeats = "update", True


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    with psycopg.connect(warehouse_url) as connection:
        yield Warehouse(connection)


def opened(warehouse: Warehouse, name: str = "manual__1") -> Any:
    run_id = ledger.open_run(warehouse, ledger.Occasion("calltouch_orders", "shop", name, "manual"))
    return ledger.run(warehouse, run_id)


def plan(warehouse: Warehouse, run: Any, *planned: tuple[str, str], lots: Sequence[str | None] = ()) -> None:
    rows = [
        (
            run.run_id,
            seq,
            "calltouch_orders",
            "calltouch",
            "shop",
            kind,
            key,
            lots[seq - 1] if lots else None,
        )
        for seq, (kind, key) in enumerate(planned, 1)
    ]
    columns = ("run_id", "seq", "pipeline", "target", "account", "kind", "key", "lot")
    warehouse.copy_rows("ops.action", columns, rows)


def creates(*keys: str) -> list[tuple[str, str]]:
    return [("create", key) for key in keys]


def attempt(warehouse: Warehouse, run: Any, vendor: Vendor, **options: Any) -> actions.Applied | VendorError:
    try:
        channels = [Creating(vendor), Setting(vendor)]
        return applying.Apply(warehouse, run.run_id, channels, **options).run()
    except VendorError as fault:
        return fault


def states(warehouse: Warehouse) -> dict[tuple[str, str], str]:
    rows = warehouse.connection.execute(
        "select kind, key, state from ops.action order by action_id"
    ).fetchall()
    return {(kind, key): state for kind, key, state in rows}


def test_actions_of_a_kind_share_calls_and_keep_their_order(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor()
    plan(warehouse, run, *creates("a", "b", "c", "d"))
    assert attempt(warehouse, run, vendor) == actions.Applied(4, 0, 0, 0, 0)
    assert vendor.calls == [["a", "b", "c"], ["d"]]


def test_an_action_waits_for_the_earlier_one_on_the_same_object(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor()
    plan(warehouse, run, ("create", "a"), ("update", "a"), ("create", "b"))
    attempt(warehouse, run, vendor)
    assert vendor.calls == [["a", "b"], ["a"]]


def test_an_update_is_not_sent_once_the_create_has_failed(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor(bad_inside="a")
    plan(warehouse, run, ("create", "a"), ("update", "a"), ("create", "b"))
    attempt(warehouse, run, vendor)
    assert vendor.calls == [["a", "b"]]
    assert states(warehouse)["update", "a"] == "skipped"


def test_what_was_refused_before_a_plan_does_not_hold_up_what_is_planned_anew(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor(bad_inside="a")
    plan(warehouse, run, ("create", "a"), ("update", "a"))
    attempt(warehouse, run, vendor)
    warehouse.connection.commit()
    vendor.bad_inside = set()
    anew = "insert into ops.action (run_id, seq, pipeline, target, account, kind, key)"
    for seq, kind in enumerate(("create", "update"), 3):
        warehouse.connection.execute(
            f"{anew} values (%s, %s, 'calltouch_orders', 'calltouch', 'shop', %s, 'a')",
            [run.run_id, seq, kind],
        )
    assert attempt(warehouse, run, vendor) == actions.Applied(2, 1, 0, 0, 1)
    assert vendor.calls == [["a"], ["a"], ["a"]]


def test_what_is_planned_anew_waits_for_what_is_planned_with_it(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor(bad_inside="a")
    for first in (1, 3):
        anew = "insert into ops.action (run_id, seq, pipeline, target, account, kind, key)"
        for seq, kind in enumerate(("create", "update"), first):
            warehouse.connection.execute(
                f"{anew} values (%s, %s, 'calltouch_orders', 'calltouch', 'shop', %s, 'a')",
                [run.run_id, seq, kind],
            )
        attempt(warehouse, run, vendor)
        warehouse.connection.commit()
    assert vendor.calls == [["a"], ["a"]]
    assert states(warehouse) == {("create", "a"): "failed", ("update", "a"): "skipped"}


def test_lots_never_share_a_call_and_a_lot_may_be_held_back(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor()
    plan(warehouse, run, *creates("a", "b", "c"), lots=("1", "1", "2"))
    applied = attempt(warehouse, run, vendor, may_begin=lambda lot: "лимит" if lot == "2" else None)
    assert vendor.calls == [["a", "b"]]
    assert applied.skipped == 1
    assert warehouse.connection.execute("select error from ops.action where key = 'c'").fetchone() == (
        "лимит",
    )


def test_a_lost_answer_is_looked_up_and_found(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor("lost")
    plan(warehouse, run, *creates("a", "b"))
    assert attempt(warehouse, run, vendor) == actions.Applied(2, 0, 0, 0, 0)
    assert vendor.held == Counter("ab")


def test_what_the_vendor_does_not_have_yet_is_left_to_the_next_attempt(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor("vanished")
    plan(warehouse, run, *creates("a", "b"))
    assert attempt(warehouse, run, vendor).uncertain == 2
    assert len(vendor.calls) == 1
    assert attempt(warehouse, run, vendor).done == 2
    assert vendor.held == Counter("ab")


def test_the_next_run_gives_up_what_is_not_there_and_learns_what_is(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor("vanished", "lost")
    channels = [Creating(vendor, batch=1), Setting(vendor)]
    plan(warehouse, run, *creates("a"))
    applying.Apply(warehouse, run.run_id, channels).run()
    plan_b = "insert into ops.action (run_id, seq, pipeline, target, account, kind, key, state)"
    warehouse.connection.execute(
        f"{plan_b} values (%s, 2, 'calltouch_orders', 'calltouch', 'shop', 'create', 'b', 'sending')",
        [run.run_id],
    )
    vendor.held["b"] = 1
    ledger.close_run(warehouse, run.run_id, "partial")
    later = opened(warehouse, "manual__2")
    actions.settle_leftovers(warehouse, later, "calltouch", "shop", channels)
    assert states(warehouse) == {("create", "a"): "skipped", ("create", "b"): "done"}


def test_a_killed_attempt_repeats_what_sets_and_looks_up_what_creates(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor()
    plan(warehouse, run, ("create", "a"), ("create", "b"), ("update", "c"))
    warehouse.connection.execute("update ops.action set state = 'sending', attempts = 1")
    vendor.held["a"] = 1
    assert attempt(warehouse, run, vendor).done == 3
    assert vendor.held == Counter("abc")
    assert sorted(vendor.calls) == [["b"], ["c"]]


@pytest.mark.parametrize("fault", ["spent", "denied", "down"])
def test_what_was_not_taken_is_planned_again(warehouse: Warehouse, fault: str) -> None:
    run, vendor = opened(warehouse), Vendor("ok", fault)
    plan(warehouse, run, *creates("a", "b", "c", "d"))
    assert isinstance(attempt(warehouse, run, vendor), VendorError)
    assert states(warehouse)["create", "d"] == "planned"
    assert attempt(warehouse, run, vendor).done == 4
    assert vendor.held == Counter("abcd")


def test_a_spent_window_costs_no_attempt(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor("spent")
    plan(warehouse, run, *creates("a"))
    attempt(warehouse, run, vendor)
    assert warehouse.connection.execute("select attempts from ops.action").fetchone() == (0,)


def test_the_element_that_spoils_a_batch_is_found_and_the_others_go(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor(bad="e")
    plan(warehouse, run, *creates(*"abcdefgh"))
    applied = attempt(warehouse, run, vendor)
    assert (applied.done, applied.failed) == (7, 1)
    assert vendor.held == Counter("abcdfgh")


def test_looking_for_bad_elements_has_an_end(warehouse: Warehouse) -> None:
    keys = [f"k{number:03}" for number in range(90)]
    run, vendor = opened(warehouse), Vendor(bad=keys)
    plan(warehouse, run, *creates(*keys))
    applied = attempt(warehouse, run, vendor)
    assert applied.done == 0
    assert applied.skipped > 0
    assert len(vendor.calls) == applying.MOST_REFUSED_CALLS


FAULTS = st.lists(st.sampled_from(["ok", "lost", "vanished", "spent", "denied", "down"]), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(script=FAULTS, size=st.integers(1, 9))
def test_any_sequence_of_faults_ends_with_everything_sent_once(
    warehouse: Warehouse, script: list[str], size: int
) -> None:
    warehouse.connection.execute("truncate ops.action, ops.run cascade")
    run, vendor = opened(warehouse), Vendor(*script)
    keys = [f"k{number}" for number in range(size)]
    plan(warehouse, run, *creates(*keys))
    for _ in range(len(script) + 2):
        attempt(warehouse, run, vendor)
    assert vendor.held == Counter(keys)
    assert set(states(warehouse).values()) == {"done"}


class Growing(Setting):
    """Requests that the vendor's speed makes longer; those of a script are judged only in part."""

    def __init__(self, vendor: Vendor, *sizes: int) -> None:
        super().__init__(vendor, sizes[0])
        self.sizes = list(sizes)
        self.partly: list[int] = []  # how many of a call's actions are judged before the vendor is unwell

    def send(self, rows: Sequence[Any]) -> list[Outcome]:
        outcomes = super().send(rows)
        self.batch = self.sizes.pop(0) if self.sizes else self.batch
        if self.partly:
            raise actions.PartlyDone(TemporaryVendorError("нездоров"), outcomes[: self.partly.pop(0)])
        return outcomes


def test_requests_follow_a_size_that_moves(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor()
    channel = Growing(vendor, 2, 4, 4, 1, 8)
    plan(warehouse, run, *(("update", f"k{n:02}") for n in range(20)))
    applying.Apply(warehouse, run.run_id, [channel]).run()
    assert [len(call) for call in vendor.calls] == [2, 2, 4, 4, 1, 2, 4, 1]


def test_what_was_judged_before_the_vendor_got_unwell_stays_judged(warehouse: Warehouse) -> None:
    run, vendor = opened(warehouse), Vendor()
    channel = Growing(vendor, 4)
    channel.partly = [3]
    plan(warehouse, run, *(("update", key) for key in "abcd"))
    with pytest.raises(actions.PartlyDone, match="нездоров"):
        applying.Apply(warehouse, run.run_id, [channel]).run()
    assert list(states(warehouse).values()) == ["done", "done", "done", "planned"]
    assert applying.Apply(warehouse, run.run_id, [channel]).run().done == 4
    assert vendor.calls == [["a", "b", "c", "d"], ["d"]]
