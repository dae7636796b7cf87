"""The motor-parts shop of the demo on a running stack: one account, its deals, its budget."""

import time
from decimal import Decimal
from typing import Any

import yaml

from sandbox.control import Control
from sandbox.demo.calltouch_orders import DAG_ID, live
from sandbox.demo.motor_shop_leads import SITES
from sandbox.stack.local import DEMO_SETTINGS
from tests.e2e.running import FIRST, Row, Running, wait_until

ACCOUNT, CONNECTION, SITE = "main", "calltouch", SITES["main"]
HOUR_POINTS = 50


class MotorShop:
    """The shop on its first day, nothing sent yet; ``api`` looks after the runs of ``calltouch_orders``."""

    def __init__(self, stack: Running) -> None:
        self.stack, self.local = stack, stack.local
        self.api = stack.api.of(DAG_ID)
        self.control = Control(stack.local.sandbox_url())
        self._settle()
        self.api.wait_for_dag(DAG_ID)
        self.api.unpause(DAG_ID)

    def deals(self) -> dict[str, Row]:
        """Give what Calltouch holds, by the GUIDs of the orders."""
        return {deal["orderNumber"]: deal for deal in self.control.calltouch(SITE).deals(ids=True)}

    def counts(self) -> dict[str, int]:
        """Give how often Calltouch created and updated a deal since the shop was opened."""
        return self.control.calltouch(SITE).counts()

    def runs(self, dag_run_id: str) -> dict[str, Row]:
        """Give the rows of ``ops.run`` of a DAG run by source, the latest attempt of each."""
        return {run["source"]: run for run in self.stack.runs(dag_run_id)}

    def spend_the_hour(self) -> None:
        """Let the points of this hour be spent, and of the next: this one may end before the run begins."""
        self.stack.rows(
            "insert into ops.budget (target, account, method, window_start, calls, points)"
            " select 'calltouch', %s, 'create', date_trunc('hour', now()) + hours * interval '1 hour', 1, %s"
            " from generate_series(0, 1) as hours",
            CONNECTION,
            Decimal(HOUR_POINTS),
        )

    def let_the_hour_end(self) -> None:
        """Let what was spent have been spent hours ago."""
        self.stack.rows("update ops.budget set window_start = window_start - interval '2 hours'")

    def wait_until_asleep(self, dag_run_id: str) -> None:
        """Wait until ``send_deals`` is deferred, and its trigger has looked at what was spent."""

        def sleeps() -> bool:
            found = self._task(dag_run_id, "send_deals")
            return found.get("state") == "deferred" and bool(found.get("triggerer_job"))

        wait_until(sleeps, "it does not sleep")
        time.sleep(5)

    def state(self, dag_run_id: str, task: str) -> str | None:
        """Give the state of a task of the account, None before there is such a task."""
        return self._task(dag_run_id, task).get("state")

    def _task(self, dag_run_id: str, task: str) -> Row:
        found = (one for one in self.api.tasks(dag_run_id) if one["task_id"] == f"exchange.{task}")
        return next(found, {})

    def _settle(self) -> None:
        self.api.end_all_runs()
        self.stack.begin_with(FIRST)
        settings = yaml.safe_load((DEMO_SETTINGS / "calltouch_orders.yaml").read_text(encoding="utf-8"))
        settings["accounts"] = [_limited(one) for one in settings["accounts"] if one["name"] == ACCOUNT]
        settings["exchange_rules"] = [
            rule for rule in settings["exchange_rules"] if rule["account"] == ACCOUNT
        ]
        place = self.local.settings.with_name("calltouch_orders.yaml")
        place.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
        self.control.calltouch().reset()
        self.control.vendor("onec").order(clear=True)
        live(1)(self.local.sandbox_url())


def _limited(account: dict[str, Any]) -> dict[str, Any]:
    return account | {"limits": account["limits"] | {"hour_points": HOUR_POINTS}}
