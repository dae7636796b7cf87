"""A simulated Bitrix24 portal under test, the warehouse beside it, and what a DAG finds them by."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from psycopg.conninfo import conninfo_to_dict

from sandbox.server import Credentials, Sandbox, running
from tests.at_hand import AtHand, DagRun, MakeRun, time_passes
from tests.calltouch_orders.shop import NO_PACE, environment

__all__ = ["NO_PACE", "DagRun", "MakeRun", "Portal", "portal_in", "time_passes"]

CODE = "code-of-tests"
CREDENTIALS = Credentials("demo", CODE)
FAST: Mapping[str, Any] = {"retry_pauses": [0, 0, 0], "lookup_pause": 0}


class Portal(AtHand):
    """A portal and the warehouse that knows it; ``run`` does what the DAG does."""

    def __init__(self, sandbox: Sandbox, warehouse_url: str, make_run: MakeRun) -> None:
        super().__init__(sandbox, warehouse_url, make_run, "bitrix24", "")

    def written(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Give what was written to the portal since ``forget``: method, record, fields."""
        return [(write["method"], write["record"], write["fields"]) for write in self.crm.read("writes")]

    def held(self, prefix: str = "UF_CRM_") -> dict[int, dict[str, Any]]:
        """Give what the portal's contacts hold in their own fields."""
        return {
            contact["id"]: {name: value for name, value in contact.items() if name.startswith(prefix)}
            for contact in self.crm.read("contacts")
        }


@contextmanager
def portal_in(
    folder: Path,
    warehouse_url: str,
    make_run: MakeRun,
    settings: Mapping[str, Mapping[str, Any]],
    *,
    state: Path | None = None,
    extra: Mapping[str, Any] = FAST,
) -> Iterator[Portal]:
    """
    Open a portal whose settings (by pipeline) and connection the DAG finds; ``state``: what the portal knows.

    It leaves close dates as they are said and has no bucket: how a pace is kept is tested elsewhere.
    """
    for pipeline, told in settings.items():
        text = yaml.safe_dump(dict(told), allow_unicode=True)
        (folder / f"{pipeline}.yaml").write_text(text, encoding="utf-8")
    with (
        running(state, CREDENTIALS) as sandbox,
        environment(_places(folder, warehouse_url, sandbox.url, extra)),
    ):
        portal = Portal(sandbox, warehouse_url, make_run)
        portal.crm.order(ways={"tier": "none", "auto_close_date": False})
        yield portal


def _places(folder: Path, warehouse_url: str, sandbox_url: str, extra: Mapping[str, Any]) -> dict[str, str]:
    parts = conninfo_to_dict(warehouse_url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    warehouse = {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login}
    crm = {"conn_type": "bitrix24", "host": sandbox_url, "login": "1", "password": CODE, "extra": dict(extra)}
    return {
        "DEALFLOW_SETTINGS": str(folder),
        "DEALFLOW_STORAGE": f"file://{folder}/storage",
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(warehouse),
        "AIRFLOW_CONN_BITRIX24": json.dumps(crm),
    }
