"""A small account for tests of whole runs: three leads, one of them sold, and a contact."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.amocrm_account import ACTS, LOST, NEW, PAID, QUOTE, SALES, SETTINGS, AccountAtHand, account_in
from tests.amocrm_statuses.dag_run import DagRun
from tests.calltouch_orders.shop import NO_PACE

SOLD, REFUSED, OPEN = 41000001, 41000002, 41000003
LEADS = [
    {
        **{"id": SOLD, "name": "Лицензии для Ромашки", "price": 1000, "contacts": [501], "tags": ["сайт"]},
        "path": [
            [SALES, NEW, "2026-01-01T10:00:00Z"],
            [SALES, QUOTE, "2026-01-02T10:00:00Z"],
            [SALES, ACTS, "2026-01-03T10:00:00Z"],
        ],
    },
    {
        **{"id": REFUSED, "name": "Продление", "price": 500},
        "path": [[SALES, NEW, "2026-02-01T10:00:00Z"], [SALES, LOST, "2026-02-02T10:00:00Z"]],
    },
    {"id": OPEN, "name": "Звонок", "price": 300, "path": [[SALES, NEW, "2026-02-03T10:00:00Z"]]},
]
CONTACTS = [{"id": 501, "name": "Анна", "phones": ["+7 921 000-10-01"], "emails": ["anna@example.org"]}]


@contextmanager
def opened(
    folder: Path, warehouse_url: str, *, auth: str = "long_lived", number: int = PAID
) -> Iterator[AccountAtHand]:
    """Open the account; nobody has to keep a pace in it."""
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with account_in(folder, warehouse_url, DagRun, SETTINGS, number=number, auth=auth) as account:
        account.crm.order(leads=LEADS, contacts=CONTACTS)
        yield account


def run_well(account: AccountAtHand, kind: str = "manual", **conf: Any) -> Any:
    """Run the DAG; it must end well."""
    account.crm.order(renumber=True)
    made = account.run(kind, **conf)
    assert made.state == "success", made.errors
    return made


def events_of(account: AccountAtHand, made: Any, code: str) -> list[dict[str, Any]]:
    """Give the details of what a run has told by a code."""
    query = "select details from ops.run_log where run_id = %s and %s = any(codes) order by seq"
    return [row["details"] for row in account.rows(query, account.run_of(made)["run_id"], code)]


def why(made: Any) -> str:
    """Tell why a run has failed, in the words of the first task that did."""
    return str(next(iter(made.errors.values())))


def marts(account: AccountAtHand) -> dict[str, Any]:
    """Give all rows of the marts that are built, without what names runs."""
    told = {}
    for name in ("lead_transition", "lead_container_interval", "lead_container_pass", "lead_funnel_state"):
        query: Any = f"select to_jsonb(kept) - 'changed_run_id' as row from mart.amocrm_{name} as kept"
        told[name] = sorted((each["row"] for each in account.rows(query)), key=str)
    return told
