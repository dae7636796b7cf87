"""How the connection to an account stands (ops.connection)."""

from datetime import datetime
from typing import NamedTuple

from include.paths import SQL_DIR
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "ledger"
CONNECTED, REAUTH_REQUIRED, UNPAID, DISCONNECTED = "connected", "reauth_required", "unpaid", "disconnected"


class Standing(NamedTuple):
    """How a connection stands. ``vendor_account``: the vendor's own number, None: never connected."""

    vendor_account: str | None
    host: str | None
    state: str
    reason: str | None
    changed_at: datetime
    run_id: int | None


def standing(warehouse: Warehouse, target: str, account: str) -> Standing | None:
    """Tell how a connection stands; None: nobody has used it."""
    row = warehouse.select_one(SQL / "select_connection.sql", {"target": target, "account": account})
    return None if row is None else Standing(*row)


def stand(
    warehouse: Warehouse,
    run_id: int | None,
    target: str,
    account: str,
    state: str,
    reason: str | None = None,
    vendor_account: str | None = None,
    host: str | None = None,
) -> None:
    """Take down how a connection stands now; number and host stay what they were when not told."""
    told = {"vendor_account": vendor_account, "host": host, "state": state, "reason": reason}
    whose = {"run_id": run_id, "target": target, "account": account}
    warehouse.run_file(SQL / "merge_connection.sql", {**whose, **told})
