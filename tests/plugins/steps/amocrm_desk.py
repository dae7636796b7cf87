"""An account whose leads are passed on, and a Smart Data Hub with a memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps import ledger
from plugins.steps.actions import settle_leftovers
from plugins.steps.amocrm_push import Planned, plan_push
from plugins.steps.amocrm_statuses import Scope, Statuses
from plugins.steps.applying import Apply
from plugins.steps.smart_data_hub_channels import CreateLead, CreateStatus
from plugins.warehouse import Warehouse
from tests.plugins.steps.amocrm_rows import Account

CONTAINERS = [
    {"id": "new", "title": "Новые", "statuses": [[8200011, 101]]},
    {"id": "won", "title": "Акты", "marker": "success", "statuses": [[8200011, 142]]},
]
FUNNELS = [{"id": "licenses", "title": "Лицензии", "containers": CONTAINERS}]
TARGETS = {"licenses": {"pipeline_id": "p1", "statuses": {"new": "s1"}}}
USUAL = Scope()
SENDING = "update ops.action set state = 'sending', attempts = 1 where run_id = %s"


class Hub:
    """Smart Data Hub with a memory, in the place of its hook. ``script``: faults of the next calls."""

    def __init__(self) -> None:
        self.leads: Counter[str] = Counter()
        self.statuses: list[dict[str, Any]] = []
        self.script: list[Exception | None] = []

    def create_lead(self, body: dict[str, Any]) -> str:
        self._stumble()
        self.leads[body["outer_id"]] += 1
        return f"id-{body['outer_id']}"

    def create_status(self, body: dict[str, Any]) -> str:
        self._stumble()
        self.statuses.append(body)
        return f"status-{len(self.statuses)}"

    def _stumble(self) -> None:
        fault = self.script.pop(0) if self.script else None
        if fault is not None:
            raise fault


class Desk:
    """An account with the push on."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.account, self.hub = warehouse, Account(warehouse), Hub()

    def job(self, scope: Scope = USUAL, **push: Any) -> Statuses:
        told = {"funnels": FUNNELS, "push": {"enabled": True, "funnels": TARGETS} | push}
        settings = AmocrmStatusesSettings.model_validate(told)
        return Statuses(self.account.run_id, settings, datetime.now(UTC), scope)

    def plan(self, scope: Scope = USUAL, **push: Any) -> Planned:
        with self.warehouse.transaction():
            return plan_push(self.warehouse, self.job(scope, **push))

    def channels(self) -> Sequence[Any]:
        hook: Any = self.hub
        return CreateStatus(hook, self.account.run_id), CreateLead(hook, self.account.run_id)

    def send(self) -> None:
        Apply(self.warehouse, self.account.run_id, self.channels()).run()

    def settle(self) -> None:
        run = ledger.run(self.warehouse, self.account.run_id)
        settle_leftovers(self.warehouse, run, "smart_data_hub", "smart_data_hub", self.channels())

    def run(self, scope: Scope = USUAL, **push: Any) -> Planned:
        """Make a whole run after the one before."""
        self.account.next_run()
        self.settle()
        planned = self.plan(scope, **push)
        self.send()
        return planned

    def states(self) -> dict[int, str]:
        sql = "select lead_id, state from mart.amocrm_sdh_push order by lead_id"
        return dict(self.warehouse.connection.execute(sql).fetchall())

    def codes(self) -> list[tuple[str, str]]:
        sql = (
            "select codes[1], details::text from ops.run_log "
            "where run_id = %s and codes[1] ~ '^SDH' order by seq"
        )
        return self.warehouse.connection.execute(sql, (self.account.run_id,)).fetchall()

    def reprice(self, lead_id: int) -> None:
        self.warehouse.connection.execute(
            "update mart.amocrm_lead set price = price + 1 where lead_id = %s", (lead_id,)
        )


@contextmanager
def desk_at(warehouse_url: str) -> Iterator[Desk]:
    """Open an account with three leads in the first container."""
    with psycopg.connect(warehouse_url) as connection:
        desk = Desk(Warehouse(connection))
        desk.account.leads(1, 2, 3)
        desk.account.stand(1, 2, 3)
        yield desk
