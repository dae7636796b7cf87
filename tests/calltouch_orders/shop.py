"""The motor-parts shop under test: its 1C base and its Calltouch projects in a sandbox, and its settings."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import yaml
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from include.paths import SETTINGS_DIR
from sandbox.control import CalltouchControl, Control, VendorControl
from sandbox.demo.motor_shop import day
from sandbox.demo.motor_shop_goods import ORGANISATIONS, RETAIL, contractor_key
from sandbox.demo.motor_shop_leads import SITES
from sandbox.demo.motor_shop_story import RULES, TAGGED
from sandbox.server import Credentials, Sandbox, running
from tests.calltouch_orders.dag_run import DagRun
from tests.today import BEGAN

TOKEN = "token-of-tests"
MOSCOW = ZoneInfo("Europe/Moscow")
FIRST_DAY = BEGAN.astimezone(MOSCOW).date() - timedelta(days=3)
CREDENTIALS = Credentials("demo", "пароль", {"calltouch": (SITES["main"], TOKEN)})
FAST = {"retry_pauses": [0, 0, 0]}
CONDITIONS = ("document_kind", "nomenclature_kind", "nomenclature")
# Calls follow one another at once: how a pace is kept is tested where that is what is tested.
NO_PACE = """
    create function ops.at_once() returns trigger language plpgsql as
    $$ begin new.next_at = '-infinity'; return new; end $$;
    create trigger at_once before update on ops.pace for each row execute function ops.at_once()
"""


def settings(**changes: Any) -> dict[str, Any]:
    """Give the settings of the shop: two organisations, an account each."""
    ours = yaml.safe_load((SETTINGS_DIR / "calltouch_orders.yaml").read_text(encoding="utf-8"))
    rules = [
        {
            "account": rule.account,
            "organisation": rule.organisation,
            "lead_tag": rule.lead_tag,
            "conditions": {key: value for key in CONDITIONS if (value := getattr(rule, key))},
            "funnel_name": rule.funnel,
            "manual_priority": rule.priority,
        }
        for rule in RULES
    ]
    return {
        "go_live_date": (FIRST_DAY - timedelta(days=1)).isoformat(),
        "profiles": ours["profiles"],
        "onec": {"connection": "onec"},
        "organisations": [{"name": name, "ref": ref} for ref, name in ORGANISATIONS.items()],
        "accounts": [account(name) for name in SITES],
        "exchange_rules": rules,
        "stop_list": {"contractors": [contractor_key(RETAIL)]},
    } | changes


def account(name: str, **changes: Any) -> dict[str, Any]:
    """Give the settings of an account."""
    return {
        "name": name,
        "site_id": SITES[name],
        "api_token": f"calltouch_{name}",
        "send_nomenclature_kinds_as_tags": name == TAGGED,
    } | changes


class Shop:
    """A shop with its vendors; ``live`` lets a day pass, ``run`` does what the DAG does."""

    def __init__(self, sandbox: Sandbox, warehouse_url: str) -> None:
        self.warehouse_url = warehouse_url
        self.control = Control(sandbox.url)
        self.onec: VendorControl = self.control.vendor("onec")
        self.calltouch: CalltouchControl = self.control.calltouch()

    def live(self, number: int) -> None:
        """Let a day of the story pass: documents in 1C, leads in Calltouch."""
        self.onec.order(shop=number, first_day=FIRST_DAY.isoformat())
        for site, leads in day(number, FIRST_DAY).leads.items():
            self.control.calltouch(site).add_leads(*leads)

    def run(self, kind: str = "scheduled", **conf: Any) -> DagRun:
        """Make a DAG run."""
        return DagRun(kind=kind, time_passes=self.time_passes, **conf).go()

    def time_passes(self, until: datetime) -> None:
        """Let it be ``until``, for the vendors and for the budget."""
        ahead = max(until - datetime.now(UTC), timedelta()) + timedelta(seconds=1)
        self.control.advance(ahead.total_seconds())
        with psycopg.connect(self.warehouse_url) as connection:
            connection.execute("delete from ops.budget where window_start < now() - interval '2 days'")
            connection.execute("update ops.budget set window_start = window_start - %s", [ahead])

    def next_hour(self) -> datetime:
        """Tell when an hour has passed."""
        return datetime.now(UTC) + timedelta(hours=1)

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Read the warehouse."""
        with psycopg.connect(self.warehouse_url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def runs_of(self, dag_run: Any) -> dict[str, dict[str, Any]]:
        """Give the rows of ops.run of a DAG run, by source."""
        rows = self.rows("select * from ops.run where dag_run_id = %s order by run_id", dag_run.run_id)
        return {row["source"]: row for row in rows}

    def deals(self, *, ids: bool = False) -> dict[str, dict[str, Any]]:
        """Give the deals that Calltouch holds, by the GUID of their orders."""
        return {deal["orderNumber"]: deal for deal in self.calltouch.deals(ids)}


@contextmanager
def shop_in(
    folder: Path,
    warehouse_url: str,
    state: Path | None = None,
    extra: Mapping[str, Any] = FAST,
    **changes: Any,
) -> Iterator[Shop]:
    """Open a shop whose settings, connections and storage the DAG finds; ``state`` is what vendors know."""
    text = yaml.safe_dump(settings(**changes), allow_unicode=True)
    (folder / "calltouch_orders.yaml").write_text(text, encoding="utf-8")
    ours = (SETTINGS_DIR / "deal_import.yaml").read_text(encoding="utf-8")
    (folder / "deal_import.yaml").write_text(ours, encoding="utf-8")
    places = {"DEALFLOW_SETTINGS": str(folder), "DEALFLOW_STORAGE": f"file://{folder}/storage"}
    with running(state, CREDENTIALS) as sandbox:
        links = connections(sandbox.url, warehouse_url, extra)
        with environment(
            places | {f"AIRFLOW_CONN_{name.upper()}": json.dumps(links[name]) for name in links}
        ):
            shop = Shop(sandbox, warehouse_url)
            shop.calltouch.set_ways(per_second=0)
            for site in SITES.values():
                shop.control.calltouch(site).add_project(TOKEN)
            yield shop


def connections(sandbox: str, warehouse_url: str, extra: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the connections of a shop as Airflow knows them."""
    parts = conninfo_to_dict(warehouse_url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    onec = {"login": CREDENTIALS.login, "password": CREDENTIALS.password, "extra": dict(extra)}
    return {
        "warehouse": {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login},
        "onec": {"conn_type": "onec", "host": f"{sandbox}/onec", **onec},
    } | {
        f"calltouch_{name}": {
            "conn_type": "calltouch",
            "host": sandbox,
            "login": site,
            "password": TOKEN,
            "extra": dict(extra),
        }
        for name, site in SITES.items()
    }


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Let these environment variables hold for a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
