"""What the account can do is looked up with three reads and remembered between runs."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from include.keepincrm.capabilities import Capabilities
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import keepincrm_capabilities, ledger
from plugins.steps.ledger import Occasion
from plugins.warehouse import Warehouse
from sandbox.control import Control, KeepinCRMControl
from sandbox.server import Credentials, Sandbox, running

KEY = "k3y-of-tests"


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with running(tmp_path, Credentials("demo", KEY)) as sandbox:
        connection = {"conn_type": "keepincrm", "host": sandbox.url, "password": KEY}
        monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", json.dumps(connection))
        yield sandbox


@pytest.fixture
def crm(sandbox: Sandbox) -> KeepinCRMControl:
    return Control(sandbox.url).keepincrm()


@pytest.mark.parametrize("shows", ["all", "plain"])
def test_three_reads_tell_what_the_account_shows(crm: KeepinCRMControl, shows: str) -> None:
    crm.add_fields("Опис")
    crm.add_materials({"title": "Олива"})
    crm.add_categories({"name": "Оливи"})
    crm.set_ways(list_shows=shows)
    known = keepincrm_capabilities.look(KeepinCRMHook(), Capabilities())
    assert known.custom_field_keys == {"Опис": "pole_1469370"}
    assert known.custom_field_titles == ("Опис",)
    assert (known.lists_custom_fields, known.lists_named_prices) == (shows == "all", shows == "all")
    assert known.categories_have_parents is True
    assert [call["method"] for call in crm.calls()] == ["materials", "material", "categories"]
    assert crm.counts() == {}


def test_an_empty_account_tells_nothing(crm: KeepinCRMControl) -> None:
    assert keepincrm_capabilities.look(KeepinCRMHook(), Capabilities()) == Capabilities()
    assert len(crm.calls()) == 2


def test_what_is_learnt_is_there_for_the_next_run(connection: psycopg.Connection) -> None:
    warehouse = Warehouse(connection)
    learnt = Capabilities().learnt("asset_url", False, date(2026, 11, 22))
    for night in ("first", "second"):
        occasion = Occasion("opencart_catalog", None, night, "scheduled")
        run_id = ledger.open_run(warehouse, occasion)
        assert run_id is not None
        run = ledger.run(warehouse, run_id)
        before = keepincrm_capabilities.known(warehouse, run)
        assert before == (Capabilities() if night == "first" else learnt)
        keepincrm_capabilities.keep(warehouse, run, learnt)
        ledger.close_run(warehouse, run_id, "success")
