"""
What goes wrong on a running Airflow: runs that meet, a source that is down, wrong settings, killed tasks.

A task is caught in the middle of its work by a lock that the test holds in the warehouse.
"""

import os
import signal
from datetime import datetime

import psutil  # type: ignore[import-untyped]

from sandbox.demo.deal_import import LATER_MAIN, STEPS
from tests.e2e.airflow_user import backfill
from tests.e2e.conftest import Imported
from tests.e2e.running import FIRST, TWICE, Row, Running, crowd, wait_until

APPLY, STAGE, OPEN = "import_source.apply_import", "import_source.stage_records", "import_source.open_run"
MART = "select revision from ops.mart_revision for update"  # held by whoever writes to the mart
FEED = "lock table mart.client_feed in share mode"  # what an import writes last, everything else done
RUN = "select from ops.run where source = %s for no key update"  # written when all records are staged
MORNING, EVENING = "2026-02-04T03:00:00+00:00", "2026-02-04T15:00:00+00:00"  # slots next to each other

FIRST_EXPORTS = STEPS[0].expected
WRONG_SETTINGS = """
statuses:
  - {name: Новая, kind: new}
  - {name: Повторное обращение, kind: repeat}
  - {name: Оплачена, kind: payed}
sources:
  - name: main
    link: ${DEALFLOW_SANDBOX_URL}/deal_export/main.xml
    timezone: Europe/Moskow
    curency: RUB
"""


def client_of(port: int) -> psutil.Process:
    """Find the process that talks to the warehouse from this port: a task at work."""
    ours = (sock for sock in psutil.net_connections(kind="tcp4") if sock.laddr == ("127.0.0.1", port))
    [pid] = [sock.pid for sock in ours if sock.pid]
    return psutil.Process(pid)


def kill_in_the_middle(stack: Running) -> None:
    """Wait until a task has come to the lock; kill its process as the system does when memory is short."""
    task = client_of(stack.port_of_waiting())
    os.kill(task.pid, signal.SIGKILL)
    wait_until(lambda: not task.is_running(), "the task is still there")


def counted(stack: Running, dag_run_id: str) -> dict[str, tuple[str, Row]]:
    """Give what became of each source in a DAG run, its last attempt."""
    return {run["source"]: (run["state"], run["counters"]) for run in stack.runs(dag_run_id)}


def amounts(books: dict[str, list[Row]]) -> dict[str, tuple[object, object]]:
    return {row["record_id"]: (row["amount"], row["raw_status"]) for row in books["payments"]}


def test_backfills_of_one_source_take_turns_and_a_run_by_hand_gives_way(
    stack: Running, imported_twice: Imported
) -> None:
    stack.begin_with(TWICE, "main")
    for run_id, slot in ((1, MORNING), (2, EVENING)):
        stack.rows("update ops.landed_file set landed_at = %s where run_id = %s", slot, run_id)
    before = amounts(stack.books())
    with stack.holding(MART):
        backfill(stack.local, MORNING, EVENING, "--max-active-runs", "2")
        stack.port_of_waiting()
        by_hand = stack.api.start()
        assert stack.api.ended(by_hand) == "success"
    planned = stack.api.dag_runs(logical_date_gte=MORNING, logical_date_lte=EVENING)
    dag_runs = [run["dag_run_id"] for run in planned]
    assert stack.api.all_ended(dag_runs) == ["success"] * 2
    [skipped] = stack.runs(by_hand)
    assert (skipped["state"], skipped["trigger"]) == ("skipped", "manual")
    assert "уже идёт" in skipped["error"]
    assert skipped["error"] in stack.api.told(by_hand, OPEN)
    assert codes_of(stack, skipped["run_id"]) == ["RUN_ALREADY_ACTIVE"]
    replayed = sorted((run for name in dag_runs for run in stack.runs(name)), key=lambda run: run["run_id"])
    assert sorted(run["state"] for run in replayed) == ["partial", "success"]
    assert replayed[0]["finished_at"] <= replayed[1]["started_at"]
    after = amounts(stack.books())
    assert after.keys() == before.keys()
    changed = [record for record in after if after[record] != before[record]]
    assert len(changed) == {"partial": 0, "success": LATER_MAIN["overwritten"]}[replayed[1]["state"]]


def test_a_source_that_is_down_does_not_stop_the_others(stack: Running) -> None:
    stack.begin_with(FIRST, "main", "admitad")
    stack.spoil("main", "404")
    dag_run_id = stack.api.start()
    assert stack.api.ended(dag_run_id) == "failed"
    became = counted(stack, dag_run_id)
    assert became["admitad"] == ("success", FIRST_EXPORTS["admitad"])
    assert became["main"] == ("failed", {})
    [failed] = [run for run in stack.runs(dag_run_id) if run["source"] == "main"]
    assert "(404)" in failed["error"]
    assert codes_of(stack, failed["run_id"]) == ["RUN_STARTED", "FETCH_FAILED"]
    assert stack.api.failed_tasks("deal_import", dag_run_id) == [
        "import_source.land_file",
        "import_source.report",
    ]
    assert {row["source"] for row in stack.books()["payments"]} == {"admitad"}


def test_wrong_settings_fail_in_seconds_before_anything_is_asked(stack: Running) -> None:
    stack.begin_with(FIRST)
    stack.local.settings.write_text(WRONG_SETTINGS.lstrip(), encoding="utf-8")
    dag_run_id = stack.api.start()
    assert stack.api.ended(dag_run_id) == "failed"
    run = stack.api.run(dag_run_id)
    took = datetime.fromisoformat(run["end_date"]) - datetime.fromisoformat(run["start_date"])
    assert took.total_seconds() < 10 * crowd()
    [failed] = stack.runs(dag_run_id)
    assert (failed["state"], failed["source"]) == ("failed", None)
    assert codes_of(stack, failed["run_id"]) == ["RUN_STARTED", "CONFIG_ERROR"]
    problems = failed["error"].splitlines()
    assert [problem.partition(": ")[0] for problem in problems] == [
        f"deal_import.yaml:{n}" for n in (4, 8, 9)
    ]
    log = "\n".join(stack.api.told(dag_run_id, "choose_sources", -1))
    assert all(problem in log for problem in problems)
    assert stack.fetched() == []


def test_a_task_killed_while_it_stages_is_tried_again_by_hand(stack: Running) -> None:
    stack.begin_with(FIRST, "main")
    dag_run_id = stack.api.start()
    wait_until(lambda: bool(stack.runs(dag_run_id)), "the run was not opened")
    with stack.holding(RUN, "main"):
        kill_in_the_middle(stack)
        wait_until(
            lambda: stack.api.task(dag_run_id, STAGE)["state"] == "up_for_retry", "the death was not noticed"
        )
    stack.api.clear(dag_run_id, STAGE)
    assert stack.api.ended(dag_run_id) == "success"
    assert counted(stack, dag_run_id) == {"main": ("success", FIRST_EXPORTS["main"])}
    assert len(stack.runs(dag_run_id)) == 1
    assert len(stack.fetched()) == 1


def test_a_task_killed_while_it_applies_leaves_nothing_and_its_retry_finishes(stack: Running) -> None:
    stack.begin_with(FIRST, "main")
    before = stack.books()
    dag_run_id = stack.api.start()
    with stack.holding(FEED):
        kill_in_the_middle(stack)
        assert stack.books() == before
    assert stack.api.ended(dag_run_id) == "success"
    assert stack.api.task(dag_run_id, APPLY)["try_number"] == 2
    assert counted(stack, dag_run_id) == {"main": ("success", FIRST_EXPORTS["main"])}
    books, main = stack.books(), FIRST_EXPORTS["main"]
    assert len(books["payments"]) == main["created"] + main["bound"]
    assert len(books["deals"]) == len(before["deals"]) + main["created"]
    assert money_is_conserved(stack)


def money_is_conserved(stack: Running) -> bool:
    """Say whether each deal's sum is that of its payments."""
    wrong = stack.rows(
        "select from mart.deal inner join mart.payment using (deal_id)"
        " group by deal_id having min(actual_amount) <> sum(amount)"
    )
    return not wrong


def codes_of(stack: Running, run_id: int) -> list[str]:
    """Give the codes of the events of a run."""
    events = stack.rows(
        "select codes[1] as code from ops.run_log where run_id = %s and record_key is null order by seq",
        run_id,
    )
    return [event["code"] for event in events]
