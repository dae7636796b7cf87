"""The paint shop of the demo on a running stack: its database, its CRM, the runs of ``opencart_catalog``."""

import shutil
from typing import Any

from sandbox.control import Control
from sandbox.demo.opencart_catalog import DAG_ID, open_shop
from sandbox.stack.local import DEMO_SETTINGS
from tests.e2e.running import FIRST, Row, Running

PACE = (
    "select from ops.pace where target = 'keepincrm' for update"  # held by whoever is about to call the CRM
)


class PaintShop:
    """The shop before its first run; ``api`` looks after the runs of ``opencart_catalog``."""

    def __init__(self, stack: Running) -> None:
        self.stack, self.local = stack, stack.local
        self.api = stack.api.of(DAG_ID)
        self.crm = Control(stack.local.sandbox_url()).keepincrm()
        self.api.end_all_runs()
        self.stack.begin_with(FIRST)
        ours = self.local.settings.with_name("opencart_catalog.yaml")
        shutil.copy(DEMO_SETTINGS / "opencart_catalog.yaml", ours)
        open_shop(stack.local.sandbox_url())
        self.api.wait_for_dag(DAG_ID)
        self.api.unpause(DAG_ID)

    def counts(self) -> dict[str, int]:
        """Give how often the CRM created and updated something since ``renumber``."""
        return self.crm.counts()

    def run(self, dag_run_id: str) -> Row:
        """Give the row of ops.run of a DAG run."""
        [run] = self.stack.runs(dag_run_id)
        return run

    def codes(self, run_id: int) -> set[Any]:
        """Give the codes of a run's log."""
        query = "select distinct unnest(codes) as code from ops.run_log where run_id = %s"
        return {row["code"] for row in self.stack.rows(query, run_id)}
