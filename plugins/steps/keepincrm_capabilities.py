"""What the CRM's account can do: looked at before each run, kept with what runs have tried."""

from typing import Any

from include.keepincrm.capabilities import Capabilities
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import ledger
from plugins.warehouse import Warehouse

NAME = "capabilities"


def known(warehouse: Warehouse, run: Any) -> Capabilities:
    """Recall what earlier runs of the same source have learnt."""
    found = warehouse.select_one(ledger.SQL / "select_cursor.sql", _place(run))
    return Capabilities.read(found.value if found else None)


def keep(warehouse: Warehouse, run: Any, capabilities: Capabilities) -> None:
    """Remember it for later runs."""
    told = {**_place(run), "value": capabilities.text(), "run_id": run.run_id}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", told)


def look(hook: KeepinCRMHook, capabilities: Capabilities) -> Capabilities:
    """Look at a material in a list, the same alone, and a category: three calls that read (keepincrm 7)."""
    materials = hook.materials_page().items
    listed = materials[0] if materials else {}
    alone = hook.material(listed["id"]) if listed else None
    categories = hook.categories_page().items
    return capabilities.seen(listed, alone or {}, categories[0] if categories else {})


def _place(run: Any) -> dict[str, Any]:
    return {"pipeline": run.pipeline, "source": run.source or "", "name": NAME}
