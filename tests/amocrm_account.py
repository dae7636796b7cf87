"""An account of amoCRM and a Smart Data Hub, simulated, the warehouse, and what a DAG finds them by."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

import yaml
from psycopg.conninfo import conninfo_to_dict

from sandbox.control import VendorControl
from sandbox.server import Credentials, Sandbox, running
from tests.at_hand import AtHand, MakeRun
from tests.calltouch_orders.shop import environment

PIPELINE = "amocrm_statuses"
SECRET = "secret-of-tests"
PAID, FREE = 31000001, 31000002  # has the account paid for filters of lists?
CREDENTIALS = Credentials("demo", SECRET)
FAST: Mapping[str, Any] = {"retry_pauses": [0, 0, 0], "timeout": 5}
HOUR = timedelta(hours=1)

# What the account sells, and how its statuses are gathered (smart-data-hub 3 and 6).
SALES, RENEWALS = 8200011, 8200022
NEW, QUOTE, CONTRACT, HOLD, ACTS, BACK, WON, LOST = (
    *(68100002, 68100003, 68100004, 68100009, 68100005, 68100010, 142, 143),
)  # fmt: skip
RENEWAL = 68200001
FUNNEL: Mapping[str, Any] = {
    "id": "licenses",
    "title": "Продажи лицензий",
    "containers": [
        {
            "id": "new",
            "title": "Проработка заявки",
            "statuses": [[SALES, 68100001], [SALES, NEW], [RENEWALS, RENEWAL]],
        },
        {"id": "quote", "title": "Расчет КП", "statuses": [[SALES, QUOTE]]},
        {"id": "contract", "title": "Согласование договора", "statuses": [[SALES, CONTRACT]]},
        {"id": "hold", "title": "Ждёт клиента", "marker": "pause", "statuses": [[SALES, HOLD]]},
        {
            "id": "won",
            "title": "Акты по лицензиям выставлены",
            "marker": "success",
            "statuses": [[SALES, ACTS], [SALES, WON], [RENEWALS, WON]],
        },
        {
            "id": "lost",
            "title": "Закрыто и не реализовано",
            "marker": "refusal",
            "statuses": [[SALES, LOST], [RENEWALS, LOST]],
        },
        {"id": "back", "title": "Возврат денег", "marker": "return", "statuses": [[SALES, BACK]]},
    ],
}
PUSH: Mapping[str, Any] = {
    "enabled": True,
    "funnels": {
        "licenses": {
            "pipeline_id": "66b0c1d2e3f405162738495a",
            "statuses": {
                each["id"]: f"66b0c1d2e3f4051627384{place:03d}"
                for place, each in enumerate(FUNNEL["containers"])
            },
        }
    },
    "markers": {"success": "success", "refusal": "refusal", "return": "return", "pause": "pause"},
}
SETTINGS: Mapping[str, Any] = {"funnels": [FUNNEL]}

FIGURES: LiteralString = """
    select state.funnel_id,
        count(*)::int as leads,
        sum(state.sales_volume) as sales_volume,
        sum(state.success_amount) as success_amount,
        sum(state.returned_amount) as returned_amount
    from mart.amocrm_lead_funnel_state as state
    group by state.funnel_id
    order by state.funnel_id
"""
PASSED: LiteralString = """
    select funnel_id, container_id, count(*)::int as passed,
        (count(*) filter (where kind = 'visited'))::int as visited
    from mart.amocrm_lead_container_pass
    group by funnel_id, container_id, position
    order by funnel_id, position
"""


class AccountAtHand(AtHand):
    """An account, a hub and the warehouse that knows them; ``crm`` and ``hub`` are what people do there."""

    def __init__(self, sandbox: Sandbox, warehouse_url: str, make_run: MakeRun, number: int = PAID) -> None:
        super().__init__(sandbox, warehouse_url, make_run, "amocrm", str(number))
        self.number = number
        self.hub: VendorControl = self.control.vendor("smart_data_hub")

    def figures(self) -> dict[str, dict[str, Any]]:
        """Give what the marts say of each funnel: leads, sums, and containers as (passed, visited)."""
        found: dict[str, dict[str, Any]] = {
            row["funnel_id"]: {**row, "containers": {}} for row in self.rows(FIGURES)
        }
        for row in self.rows(PASSED):
            counted = (row["passed"], row["visited"])
            found[row["funnel_id"]]["containers"][row["container_id"]] = counted
        return found

    def an_hour_passes(self) -> None:
        """Let an hour pass, for the vendors and for us."""
        self.time_passes(datetime.now(UTC) + HOUR)

    def forget(self) -> None:
        """Let the vendors forget what they were asked so far."""
        super().forget()
        self.hub.order(renumber=True)

    def let_in_anew(self, code: str = "anew") -> Any:
        """Let an administrator authorise the integration anew, and a person connect by that code."""
        self.crm.order(code=code)
        told = json.loads(os.environ["AIRFLOW_CONN_AMOCRM"])
        extra = {name: value for name, value in told["extra"].items() if not name.endswith("_token")}
        os.environ["AIRFLOW_CONN_AMOCRM"] = json.dumps({**told, "extra": {**extra, "code": code}})
        return self.run("manual", operation="connect")

    def asked(self) -> list[str]:
        """Give what the account was asked since ``forget``, by its methods."""
        return [call["method"] for call in self.crm.calls()]


@contextmanager
def account_in(
    folder: Path,
    warehouse_url: str,
    make_run: MakeRun,
    settings: Mapping[str, Any] = SETTINGS,
    *,
    number: int = PAID,
    state: Path | None = None,
    extra: Mapping[str, Any] = FAST,
    auth: str = "long_lived",
) -> Iterator[AccountAtHand]:
    """
    Open an account whose settings and connection the DAG finds; ``state``: what the vendors know.

    ``number``: which account, with filters or without; ``auth``: a token that lives for years, or ``oauth``.
    It lets everybody in as often as they come: how a pace is kept is tested elsewhere.
    """
    write_settings(folder, settings)
    with (
        running(state, CREDENTIALS) as sandbox,
        environment(_places(folder, warehouse_url, sandbox.url, number, {**extra, **_access(auth, number)})),
    ):
        account = AccountAtHand(sandbox, warehouse_url, make_run, number)
        account.crm.order(ways={"per_second": 0})
        yield account


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Let the settings be these from now on."""
    text = yaml.safe_dump(json.loads(json.dumps(dict(settings))), allow_unicode=True, sort_keys=False)
    (folder / f"{PIPELINE}.yaml").write_text(text, encoding="utf-8")


def _access(auth: str, number: int) -> dict[str, Any]:
    if auth == "long_lived":
        return {"auth": auth}
    tokens = {"access_token": f"first-{number}", "refresh_token": f"refresh-{number}-0"}
    return {"auth": auth, "redirect_uri": "https://etl.example.org/cb", **tokens}


def _places(
    folder: Path, warehouse_url: str, sandbox_url: str, number: int, extra: Mapping[str, Any]
) -> dict[str, str]:
    parts = conninfo_to_dict(warehouse_url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    warehouse = {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login}
    password = f"access-{number}" if extra["auth"] == "long_lived" else SECRET
    crm = {"conn_type": "amocrm", "host": sandbox_url, "login": "client-of-tests", "password": password}
    hub = {"conn_type": "smart_data_hub", "host": sandbox_url, "password": SECRET, "extra": dict(FAST)}
    hosts = {"trusted_hosts": [f"localhost:{sandbox_url.rpartition(':')[2]}"]}
    return {
        "DEALFLOW_SETTINGS": str(folder),
        "DEALFLOW_STORAGE": f"file://{folder}/storage",
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(warehouse),
        "AIRFLOW_CONN_AMOCRM": json.dumps({**crm, "extra": {**hosts, **extra}}),
        "AIRFLOW_CONN_SMART_DATA_HUB": json.dumps(hub),
    }
