"""
Which orders a plan looks at: an ordinary one, those that may have changed since the last one carried out.

Comparing every order with what Calltouch was last told takes seconds once there are hundreds of thousands,
and a run begins every ten minutes. So triggers note each order whose documents or deals were written, with
the transaction that wrote them, and an account keeps a mark: the oldest transaction whose end its last plan
could not see. A mark holds when all that was planned has been carried out; until then the one before it
does. Once a day, and when the settings have changed, everything is compared all the same.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from include.paths import SQL_DIR
from include.settings.calltouch_orders import CalltouchOrdersSettings
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = SQL_DIR / "calltouch_orders"
COMPARE_EVERY = timedelta(days=1)
MOST = 20_000  # orders named one by one; of more than that, all are compared as fast
PLACE = {"pipeline": "calltouch_orders", "name": "compared"}

Mark = Mapping[str, Any]


class Look(NamedTuple):
    """``order_refs``: None for all. ``mark``: where the next ordinary plan goes on; None of other plans."""

    order_refs: list[UUID] | None
    mark: Mark | None = None


def look(warehouse: Warehouse, params: Mapping[str, Any], settings: CalltouchOrdersSettings) -> Look:
    """
    Find the orders to look at; in the transaction of the plan, before anything else is read.

    ``params`` are those of the exchange.
    """
    if params["order_refs"] is not None:
        return Look(list(params["order_refs"]))
    if params["date_from"] or params["date_to"]:
        return Look(_refs(warehouse, "select_dated", params))
    if params["by_hand"]:
        return Look(None)
    kept = warehouse.select_one(SQL / "select_compared.sql", params)
    spelled = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()
    last = _that_holds(kept, spelled)
    found = None
    if last:
        found = _refs(warehouse, "select_changed", {**params, "since": last["unseen"]})
    if found is None:
        log.info("Сравниваются все заказы")
    compared_at = last["compared_at"] if last and found is not None else kept.now.isoformat()
    mark = {"unseen": kept.unseen, "compared_at": compared_at, "settings": spelled}
    return Look(found, {**mark, "run": params["run_id"], "before": last})


def keep(warehouse: Warehouse, params: Mapping[str, Any], mark: Mark | None) -> None:
    """Keep the mark with the plan; whether it holds is known when the run is over."""
    if mark is None or params["dry_run"]:
        return
    place = {**PLACE, "source": params["account"], "value": json.dumps(mark), "run_id": params["run_id"]}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", place)
    if mark["before"] is None:
        warehouse.run_file(SQL / "forget_changes.sql", params)


def _that_holds(kept: Any, settings: str) -> Mark | None:
    """Give the last mark whose plan was carried out; None when everything is to be compared."""
    mark = json.loads(kept.value) if kept.value else None
    if mark and not kept.holds:
        mark = mark["before"]
    if not mark or mark["settings"] != settings:
        return None
    # A copy of the base that was restored counts its transactions anew: marks of the old one say nothing.
    is_foreign = int(mark["unseen"]) > int(kept.unseen)
    is_old = datetime.fromisoformat(mark["compared_at"]) <= kept.now - COMPARE_EVERY
    return None if is_foreign or is_old else {**mark, "before": None}


def _refs(warehouse: Warehouse, name: str, params: Mapping[str, Any]) -> list[UUID] | None:
    """Read GUIDs; None when there are so many that it is better to look at all."""
    found = warehouse.select(SQL / f"{name}.sql", {**params, "most": MOST + 1})
    return None if len(found) > MOST else [row.order_ref for row in found]
