"""The limit of a hundred requests a minute is never exceeded, and hardly any is wasted (keepincrm 2)."""

import json

import psycopg
import pytest

from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.pipelines.opencart_catalog import limits_of
from plugins.steps import ledger
from plugins.steps.applying import Apply
from plugins.steps.budget import BudgetGate
from plugins.steps.opencart_account import Account
from plugins.steps.opencart_catalog import TARGET, Catalog
from plugins.steps.opencart_channels import channels
from plugins.warehouse import Warehouse
from sandbox.control import Control
from tests.plugins.steps.opencart_desk import SETTINGS
from tests.plugins.steps.simulated_time import SimulatedTime

WRITES = 420  # of all workers together: more than four minutes
COLUMNS = ("run_id", "seq", "pipeline", "target", "account", "kind", "key", "after")


def send(url: str, pipeline: str, first: int, writes: int) -> None:
    """Send a plan as a worker of a pipeline does."""
    settings = OpencartCatalogSettings.model_validate(SETTINGS)
    with psycopg.connect(url) as connection:
        warehouse = Warehouse(connection)
        run_id = ledger.open_run(warehouse, ledger.Occasion(pipeline, "opencart", "manual", "manual"))
        assert run_id is not None
        rows = [
            (
                run_id,
                n,
                pipeline,
                TARGET,
                "keepincrm",
                "update_material",
                f"material:{n}",
                json.dumps({"price": "2.00"}),
            )
            for n in range(first, first + writes)
        ]
        warehouse.copy_rows("ops.action", COLUMNS, rows)
        run = ledger.run(warehouse, run_id)
        gate = BudgetGate(warehouse, TARGET, "keepincrm", limits_of(settings))
        account = Account(warehouse, KeepinCRMHook(gate=gate), run, Catalog(run_id, settings, run.started_at))
        assert Apply(warehouse, run_id, channels(account)).run().done == writes


@pytest.mark.parametrize("workers", [1, 2])
def test_the_limit_is_never_exceeded_and_used_almost_whole(
    account: Control, warehouse_url: str, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    crm = account.keepincrm()
    crm.add_materials(*({"id": n, "sku": f"A-{n}", "title": "x"} for n in range(1, WRITES + 1)))
    simulated, each = SimulatedTime(warehouse_url, account, workers), WRITES // workers
    works = [
        lambda worker=worker: send(simulated.url, f"pipeline_{worker}", 1 + worker * each, each)
        for worker in range(workers)
    ]
    simulated.work(monkeypatch, *works)
    pace = crm.pace()
    assert (pace["requests"], pace["violations"]) == (WRITES, 0)
    assert pace["busiest"] <= 100
    assert pace["used"] >= 0.95
    assert pace["seconds"] > 240
    assert {material["price"] for material in crm.materials()} == {"2.00"}
