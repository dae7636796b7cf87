"""The paint shop of the demo under test: its database, its account of a simulated KeepinCRM, its settings."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import yaml
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from sandbox.control import Control, KeepinCRMControl
from sandbox.demo import paint_shop
from sandbox.server import Credentials, Sandbox, running
from tests.calltouch_orders.shop import NO_PACE, environment
from tests.opencart_catalog.dag_run import DagRun
from tests.shop_database import ShopDatabase

__all__ = ["NO_PACE", "PaintShop", "shop_in"]

KEY = "key-of-tests"
CREDENTIALS = Credentials("demo", KEY)
FAST = {"retry_pauses": [0, 0, 0], "lookup_pause": 0}
FIRST = {"allow_mass_create": True, "allow_mass_update": True}
KYIV = ZoneInfo("Europe/Kyiv")
URL = "https://shop.example"

Row = dict[str, Any]


class PaintShop:
    """A shop and the CRM that it is told to; ``run`` does what the DAG does."""

    def __init__(self, sandbox: Sandbox, warehouse_url: str, database: ShopDatabase) -> None:
        self.warehouse_url, self.database = warehouse_url, database
        self.control = Control(sandbox.url)
        self.crm: KeepinCRMControl = self.control.keepincrm()

    def open(self, today: datetime | None = None) -> None:
        """Let the shop and the CRM be as people have left them."""
        self.database.make("3.0", paint_shop.rows((today or datetime.now(KYIV)).date()))
        self.crm.add_fields(*paint_shop.FIELDS)
        self.crm.add_categories(*paint_shop.crm_categories())
        self.crm.add_materials(*paint_shop.materials())
        self.crm.renumber()

    def change(self, product_id: int, **values: object) -> None:
        """Let the owner change a product of the shop."""
        changes = ", ".join(f"{name} = '{value}'" for name, value in values.items())
        self.database.run(f"update oc_product set {changes} where product_id = {product_id}")

    def run(self, kind: str = "scheduled", *, slot: datetime | None = None, **conf: object) -> DagRun:
        """Make a DAG run."""
        return DagRun(kind=kind, slot=slot, time_passes=self.time_passes, **conf).go()

    def time_passes(self, until: datetime) -> None:
        """Let it be ``until``, for the vendor and for the budget."""
        ahead = max(until - datetime.now(UTC), timedelta()) + timedelta(seconds=1)
        self.control.advance(ahead.total_seconds())
        with psycopg.connect(self.warehouse_url) as connection:
            connection.execute("delete from ops.budget where window_start < now() - interval '2 days'")
            connection.execute("update ops.budget set window_start = window_start - %s", [ahead])

    def rows(self, query: str, *values: object) -> list[Row]:
        """Read the warehouse."""
        with psycopg.connect(self.warehouse_url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def run_of(self, dag_run: DagRun) -> Row:
        """Give the row of ops.run of a DAG run."""
        return self.rows("select * from ops.run where dag_run_id = %s order by run_id", dag_run.run_id)[-1]

    def counters(self, dag_run: DagRun) -> dict[str, int]:
        """Give the outcomes of a run that there are."""
        return {name: count for name, count in self.run_of(dag_run)["counters"].items() if count}

    def actions(self, dag_run: DagRun) -> list[Row]:
        """Give what a run has planned, in its order."""
        query = "select kind, key, before, after, state, error from ops.action where run_id = %s order by seq"
        return self.rows(query, self.run_of(dag_run)["run_id"])

    def codes(self, dag_run: DagRun) -> set[str]:
        """Give the codes of a run's log."""
        query = "select distinct unnest(codes) as code from ops.run_log where run_id = %s"
        return {row["code"] for row in self.rows(query, self.run_of(dag_run)["run_id"])}

    def written(self) -> list[tuple[str, Any]]:
        """Give what was written to the CRM since ``forget``: method and body."""
        return [(write["method"], write["body"]) for write in self.crm.writes()]

    def forget(self) -> None:
        """Let the CRM forget what was written so far."""
        self.crm.renumber()

    def twins(self) -> list[Row]:
        """Give the three materials of the brush."""
        return [one for one in self.crm.materials(ids=True) if one["sku"] in paint_shop.TWINS]


@contextmanager
def shop_in(
    folder: Path, warehouse_url: str, database: ShopDatabase, state: Path | None = None, **changes: Any
) -> Iterator[PaintShop]:
    """Open a shop whose settings and connections the DAG finds; ``state`` is what the CRM knows."""
    settings = {"shop": {"url": URL}, "guards": {"max_share_without_article": 0.1}}
    settings |= {"crm": {"description_target": "Опис"} | changes.pop("crm", {})} | changes
    text = yaml.safe_dump(settings, allow_unicode=True)
    (folder / "opencart_catalog.yaml").write_text(text, encoding="utf-8")
    with (
        running(state, CREDENTIALS) as sandbox,
        environment(_places(folder, warehouse_url, sandbox.url, database.url)),
    ):
        shop = PaintShop(sandbox, warehouse_url, database)
        shop.crm.set_ways(per_minute=0)
        yield shop


def _places(folder: Path, warehouse_url: str, sandbox_url: str, shop_url: str) -> dict[str, str]:
    parts = conninfo_to_dict(warehouse_url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    warehouse = {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login}
    crm = {"conn_type": "keepincrm", "host": sandbox_url, "password": KEY, "extra": FAST}
    return {
        "DEALFLOW_SETTINGS": str(folder),
        "DEALFLOW_STORAGE": f"file://{folder}/storage",
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(warehouse),
        "AIRFLOW_CONN_KEEPINCRM": json.dumps(crm),
        "AIRFLOW_CONN_OPENCART": shop_url,
    }
