"""The motor-parts shop under test: its 1C base and its Calltouch projects in a sandbox, and the DAG."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import yaml
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun
from airflow.settings import Session
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from include.paths import SETTINGS_DIR
from sandbox.control import CalltouchControl, Control, VendorControl
from sandbox.demo.motor_shop import day
from sandbox.demo.motor_shop_goods import ORGANISATIONS, RETAIL, contractor_key
from sandbox.demo.motor_shop_leads import SITES
from sandbox.demo.motor_shop_story import RULES, TAGGED
from sandbox.server import Credentials, Sandbox, running

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "token-of-tests"
FIRST_DAY = datetime.now(ZoneInfo("Europe/Moscow")).date() - timedelta(days=3)
FAST = {"retry_pauses": [0, 0, 0]}


def settings(**changes: Any) -> dict[str, Any]:
    """Give the settings of the shop: two organisations, an account each."""
    ours = yaml.safe_load((SETTINGS_DIR / "calltouch_orders.yaml").read_text(encoding="utf-8"))
    accounts = [
        {
            "name": name,
            "site_id": site,
            "api_token": f"calltouch_{name}",
            "send_nomenclature_kinds_as_tags": name == TAGGED,
        }
        for name, site in SITES.items()
    ]
    rules = [
        {
            "account": rule.account,
            "organisation": rule.organisation,
            "lead_tag": rule.lead_tag,
            "conditions": {
                key: value
                for key in ("document_kind", "nomenclature_kind", "nomenclature")
                if (value := getattr(rule, key))
            },
            "funnel_name": rule.funnel,
            "manual_priority": rule.priority,
        }
        for rule in RULES
    ]
    organisations = [{"name": name, "ref": ref} for ref, name in ORGANISATIONS.items()]
    return {
        "go_live_date": (FIRST_DAY - timedelta(days=1)).isoformat(),
        "profiles": ours["profiles"],
        "onec": {"connection": "onec"},
        "organisations": organisations,
        "accounts": accounts,
        "exchange_rules": rules,
    
        "stop_list": {"contractors": [contractor_key(RETAIL)]},
    } | changes


class Shop:
    """A shop with its vendors; ``live`` lets a day pass, ``run`` runs the DAG."""

    def __init__(self, sandbox: Sandbox, warehouse_url: str) -> None:
        self.warehouse_url = warehouse_url
        control = Control(sandbox.url)
        self.onec: VendorControl = control.vendor("onec")
        self.calltouch: CalltouchControl = control.calltouch()
        self.control = control
        for site in SITES.values():
            control.calltouch(site).add_project(TOKEN)

    def live(self, number: int) -> None:
        """Let a day of the story pass: documents in 1C, leads in Calltouch."""
        self.onec.order(shop=number, first_day=FIRST_DAY.isoformat())
        for site, leads in day(number, FIRST_DAY).leads.items():
            self.control.calltouch(site).add_leads(*leads)

    def run(self, **conf: object) -> DagRun:
        """Run the DAG by hand, in this process."""
        dag = DagBag(ROOT / "dags").dags["calltouch_orders"]
        for task in dag.tasks:
            task.retries = 0  # a test does not wait for a second attempt
        dag_run: DagRun = dag.test(run_conf=conf, logical_date=None)
        return dag_run

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Read the warehouse."""
        with psycopg.connect(self.warehouse_url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def runs_of(self, dag_run: DagRun) -> dict[str, dict[str, Any]]:
        """Give the rows of ops.run of a DAG run, by source."""
        rows = self.rows("select * from ops.run where dag_run_id = %s", dag_run.run_id)
        return {row["source"]: row for row in rows}

    def deals(self, *, ids: bool = False) -> dict[str, dict[str, Any]]:
        """Give the deals that Calltouch holds, by the GUID of their orders."""
        return {deal["orderNumber"]: deal for deal in self.calltouch.deals(ids)}


@contextmanager
def shop_in(folder: Path, warehouse_url: str, monkeypatch: Any, **changes: Any) -> Iterator[Shop]:
    """Open a shop whose settings, connections and storage the DAG finds."""
    text = yaml.safe_dump(settings(**changes), allow_unicode=True)
    (folder / "calltouch_orders.yaml").write_text(text, encoding="utf-8")
    (folder / "deal_import.yaml").write_text(
        (SETTINGS_DIR / "deal_import.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(folder))
    monkeypatch.setenv("DEALFLOW_STORAGE", f"file://{folder}/storage")
    parts = conninfo_to_dict(warehouse_url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    _connect(monkeypatch, "warehouse", conn_type="postgres", host=parts["host"], port=parts["port"], **login)
    credentials = Credentials("demo", "пароль", {"calltouch": (SITES["main"], TOKEN)})
    with running(None, credentials) as sandbox:
        _connect(
            monkeypatch,
            "onec",
            conn_type="onec",
            host=f"{sandbox.url}/onec",
            login="demo",
            password="пароль",
            extra=FAST,
        )
        for name, site in SITES.items():
            _connect(
                monkeypatch,
                f"calltouch_{name}",
                conn_type="calltouch",
                host=sandbox.url,
                login=site,
                password=TOKEN,
                extra=FAST,
            )
        yield Shop(sandbox, warehouse_url)
    if Session is not None:
        Session.remove()  # or Airflow rolls it back at its exit, when the server is gone


def _connect(monkeypatch: Any, name: str, **fields: Any) -> None:
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(fields))
