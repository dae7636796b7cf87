"""What a portal says of itself is asked in one request, and staged."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from include.bitrix24.commands import Command
from include.errors import RejectedByVendor
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.steps.bitrix24_metadata import NotAdmin, read_metadata, stage_metadata
from plugins.warehouse import Warehouse
from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, running

CODE = "c0de-of-tests"


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorControl]:
    with running(None, Credentials("demo", CODE)) as sandbox:
        connection = {"conn_type": "bitrix24", "host": sandbox.url, "login": "1", "password": CODE}
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps(connection))
        portal = Control(sandbox.url).vendor("bitrix24")
        portal.order(funnels=[{"id": 0, "name": "Общая", "sort": 300}])
        portal.order(fields=[{"name": "UF_CRM_SUM_0_2026", "type": "double", "precision": 2}])
        yield portal


def test_one_request_tells_it_all_and_what_else_was_asked(
    portal: VendorControl, connection: psycopg.Connection
) -> None:
    told, more = read_metadata(Bitrix24Hook(), {"time": Command("server.time")})
    assert len(portal.calls()) == 1
    assert (told.is_admin, told.base, list(more)) == (True, "RUB", ["time"])
    stage_metadata(Warehouse(connection), 1, told)
    rows = connection.execute("select category_id, name, sort from stage.bitrix24_funnel").fetchall()
    assert rows == [(0, "Общая", 300)]
    query = "select type, is_multiple, precision from stage.bitrix24_field where field_name = %s"
    assert connection.execute(query, ["UF_CRM_SUM_0_2026"]).fetchall() == [("double", False, 2)]
    assert connection.execute("select currency from stage.bitrix24_currency where is_base").fetchall() == [
        ("RUB",)
    ]


def test_who_is_no_administrator_is_refused(portal: VendorControl) -> None:
    portal.order(rights={"admin": False})
    with pytest.raises(NotAdmin, match="не администратором"):
        read_metadata(Bitrix24Hook())


def test_what_else_was_asked_and_is_refused_is_told(portal: VendorControl) -> None:
    with pytest.raises(RejectedByVendor, match=r"crm\.item\.list"):
        read_metadata(
            Bitrix24Hook(), {"head": Command("crm.item.list", {"entityTypeId": 2, "filter": {">>x": 1}})}
        )
