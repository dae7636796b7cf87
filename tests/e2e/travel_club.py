"""The travel club of the demo on a running stack: its portal, and the runs of both pipelines."""

import shutil

from sandbox.control import Control
from sandbox.demo import bitrix24_contact_totals, bitrix24_deal_products
from sandbox.stack.local import DEMO_SETTINGS
from tests.e2e.running import FIRST, Row, Running

TOTALS, PRODUCTS = bitrix24_contact_totals.DAG_ID, bitrix24_deal_products.DAG_ID
CLOSED_FOR = """
insert into ops.budget (target, account, method, window_start, blocked_until)
values (
    'bitrix24', 'bitrix24', 'time:crm.item.update', date_trunc('minute', now()),
    now() + make_interval(secs => %s)
)
on conflict (target, account, method, window_start) do update set blocked_until = excluded.blocked_until
"""


class TravelClub:
    """The club before its first run; ``totals`` and ``products`` look after the runs of the two DAGs."""

    def __init__(self, stack: Running) -> None:
        self.stack, self.local = stack, stack.local
        self.totals, self.products = stack.api.of(TOTALS), stack.api.of(PRODUCTS)
        self.portal = Control(stack.local.sandbox_url()).vendor("bitrix24")
        for api in (self.totals, self.products):
            api.end_all_runs()
        self.stack.begin_with(FIRST)
        for name in (TOTALS, PRODUCTS):
            ours = self.local.settings.with_name(f"{name}.yaml")
            shutil.copy(DEMO_SETTINGS / f"{name}.yaml", ours)
        bitrix24_contact_totals.reset(stack.local.sandbox_url())
        bitrix24_contact_totals.open_club(stack.local.sandbox_url())
        bitrix24_deal_products.open_requests(stack.local.sandbox_url())
        for api in (self.totals, self.products):
            api.wait_for_dag(api.dag_id)
            api.unpause(api.dag_id)

    def close_updates(self, seconds: float) -> None:
        """Let the portal have said that records cannot be updated for so long."""
        self.stack.rows(CLOSED_FOR, seconds)

    def state(self, dag_run_id: str, task_id: str) -> str | None:
        """Give the state of a task of the totals, None before it has one."""
        tasks = self.totals.tasks(dag_run_id)
        return next((task["state"] for task in tasks if task["task_id"] == task_id), None)

    def run(self, dag_run_id: str) -> Row:
        """Give the row of ops.run of a DAG run."""
        [run] = self.stack.runs(dag_run_id)
        return run

    def codes(self, run_id: int) -> set[str]:
        """Give the codes of a run's log."""
        query = "select distinct unnest(codes) as code from ops.run_log where run_id = %s"
        return {str(row["code"]) for row in self.stack.rows(query, run_id)}

    def writes(self) -> int:
        """Count what was written to the portal's contacts and deals."""
        return len(self.portal.read("writes"))
