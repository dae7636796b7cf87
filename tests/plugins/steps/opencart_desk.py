"""A warehouse and a simulated KeepinCRM, between which planned actions are sent as the pipeline does."""

import json
from collections.abc import Mapping
from typing import Any

from include.errors import VendorError
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import actions, ledger
from plugins.steps.actions import Applied
from plugins.steps.applying import Apply
from plugins.steps.keepincrm_capabilities import keep, known, look
from plugins.steps.opencart_account import Account
from plugins.steps.opencart_catalog import PIPELINE, TARGET, Catalog
from plugins.steps.opencart_channels import channels
from plugins.steps.opencart_read_back import read_back
from plugins.warehouse import Warehouse
from sandbox.control import KeepinCRMControl

KEY = "k3y-of-tests"
SETTINGS = {"shop": {"url": "https://shop.example.org"}}
Values = Mapping[str, Any]


def connection_to(url: str) -> str:
    """Spell the connection for the environment; nothing waits."""
    extra = {"retry_pauses": [0, 0], "timeout": 1, "lookup_pause": 0}
    return json.dumps({"conn_type": "keepincrm", "host": url, "password": KEY, "extra": extra})


class Desk:
    """One run at a time: ``plan`` it, ``apply`` it as often as its task is tried, ``read_back`` it."""

    def __init__(self, warehouse: Warehouse, crm: KeepinCRMControl, **crm_settings: Any) -> None:
        self.warehouse, self.crm = warehouse, crm
        self.settings = OpencartCatalogSettings.model_validate({**SETTINGS, "crm": crm_settings})
        self.seq = 0
        self.open("first")

    def open(self, name: str) -> None:
        """Begin a run."""
        self.seq = 0
        run_id = ledger.open_run(self.warehouse, ledger.Occasion(PIPELINE, "opencart", name, "manual"))
        assert run_id is not None
        self.run = ledger.run(self.warehouse, run_id)
        self.job = Catalog(run_id, self.settings, self.run.started_at)

    def plan(self, kind: str, key: str, after: Values, before: Values | None = None) -> None:
        """Plan one more action."""
        self.seq += 1
        columns = ("run_id", "seq", "pipeline", "target", "account", "kind", "key", "before", "after")
        texts = [None if values is None else json.dumps(values) for values in (before, after)]
        row = (self.job.run_id, self.seq, PIPELINE, TARGET, self.job.account, kind, key, *texts)
        self.warehouse.copy_rows("ops.action", columns, [row])

    def create(self, identity: str, sku: str, **values: Any) -> None:
        """Plan a material."""
        self.plan("create_material", identity, {"title": f"Товар {sku}", "sku": sku, **values})

    def category(
        self, number: int, *path: str, parent_id: int | None = None, above: int | None = None
    ) -> None:
        """Plan a category; ``above``: of the shop, created in the same run."""
        named = {"shop_category_id": number, "name": path[-1], "path": list(path)}
        parents = {"parent_shop_category_id": above, "parent_id": parent_id}
        self.plan("create_category", f"category:{number}", named | parents)

    def account(self) -> Account:
        """Make what an attempt at the task makes."""
        return Account(self.warehouse, KeepinCRMHook(), self.run, self.job)

    def apply(self) -> Applied | VendorError:
        """Try to send what is planned."""
        try:
            return Apply(self.warehouse, self.job.run_id, channels(self.account())).run()
        except VendorError as fault:
            return fault

    def next_run(self, name: str) -> None:
        """Close the run, begin another and settle what is left over."""
        ledger.close_run(self.warehouse, self.job.run_id, "partial")
        self.open(name)
        actions.settle_leftovers(self.warehouse, self.run, TARGET, self.job.account, channels(self.account()))

    def look(self) -> None:
        """Look at the account before it is written to."""
        keep(self.warehouse, self.job, look(KeepinCRMHook(), known(self.warehouse, self.job)))

    def read_back(self, **limits: int) -> dict[str, int]:
        """Read back what was written."""
        return read_back(self.warehouse, self.job, KeepinCRMHook(), **limits)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the warehouse."""
        return self.warehouse.connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]

    def states(self) -> dict[str, str]:
        """Give the state of the last action of each key."""
        return dict(self.rows("select key, state from ops.action order by action_id"))

    def responses(self) -> dict[str, Any]:
        """Give the response of the last action of each kind and key."""
        found = self.rows("select kind || ' ' || key, response from ops.action order by action_id")
        return dict(found)

    def articles(self) -> list[str]:
        """Give the articles that the CRM holds, twins twice."""
        return sorted(material["sku"] for material in self.crm.materials())
