"""What the account can do is looked up with three reads and remembered between runs."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from include.keepincrm.capabilities import Capabilities
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import keepincrm_capabilities, ledger
from plugins.steps.keepincrm_capabilities import keep, known
from plugins.steps.ledger import Occasion
from plugins.steps.opencart_catalog import Catalog, Scope
from plugins.warehouse import Warehouse
from sandbox.control import Control, KeepinCRMControl
from sandbox.server import Credentials, Sandbox, running

KEY = "k3y-of-tests"
DAY = date(2026, 11, 22)
RUNS = count(1)


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with running(tmp_path, Credentials("demo", KEY)) as sandbox:
        connection = {"conn_type": "keepincrm", "host": sandbox.url, "password": KEY}
        monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", json.dumps(connection))
        yield sandbox


@pytest.fixture
def crm(sandbox: Sandbox) -> KeepinCRMControl:
    return Control(sandbox.url).keepincrm()


def opened(
    warehouse: Warehouse,
    *,
    dry_run: bool = False,
    retry_capabilities: bool = False,
    **sections: dict[str, str],
) -> Catalog:
    """Open a run in place of the last one."""
    shop = {"url": "https://shop.example.org", **sections.get("shop", {})}
    settings = OpencartCatalogSettings.model_validate({"shop": shop, "crm": sections.get("crm", {})})
    name = f"run {next(RUNS)}"
    run_id = ledger.open_run(warehouse, Occasion("opencart_catalog", "opencart", name, "manual", dry_run))
    assert run_id is not None
    ledger.close_run(warehouse, run_id, "success")
    now = datetime(DAY.year, DAY.month, DAY.day, 3, tzinfo=UTC)
    return Catalog(run_id, settings, now, Scope(retry_capabilities=retry_capabilities), dry_run)


@pytest.mark.parametrize("shows", ["all", "plain"])
def test_three_reads_tell_what_the_account_shows(crm: KeepinCRMControl, shows: str) -> None:
    crm.add_fields("Опис")
    crm.add_materials({"title": "Олива"})
    crm.add_categories({"name": "Оливи"})
    crm.set_ways(list_shows=shows)
    able = keepincrm_capabilities.look(KeepinCRMHook(), Capabilities())
    assert able.custom_field_keys == {"Опис": "pole_1469370"}
    assert able.custom_field_titles == ("Опис",)
    assert (able.lists_custom_fields, able.lists_named_prices) == (shows == "all", shows == "all")
    assert able.categories_have_parents is True
    assert [call["method"] for call in crm.calls()] == ["materials", "material", "categories"]
    assert crm.counts() == {}


def test_categories_have_parents_if_any_of_them_has_one(
    crm: KeepinCRMControl, connection: psycopg.Connection
) -> None:
    crm.set_ways(category_parents=False)
    crm.add_categories({"name": "Оливи"})
    warehouse = Warehouse(connection)
    job = opened(warehouse)
    able = keepincrm_capabilities.look(KeepinCRMHook(), Capabilities())
    assert able.categories_have_parents is False
    keep(warehouse, job, able)
    connection.execute(
        "insert into stage.opencart_catalog_crm_category (run_id, crm_category_id, parent_id, name)"
        " values (%s, 7, null, 'a'), (%s, 8, 7, 'b')",
        [job.run_id, job.run_id],
    )
    closer = keepincrm_capabilities.look_closer(warehouse, KeepinCRMHook(), job)
    assert closer.categories_have_parents is True


def test_an_empty_account_tells_nothing(crm: KeepinCRMControl) -> None:
    assert keepincrm_capabilities.look(KeepinCRMHook(), Capabilities()) == Capabilities()
    assert len(crm.calls()) == 2


def test_what_is_learnt_is_there_for_the_next_run(connection: psycopg.Connection) -> None:
    warehouse = Warehouse(connection)
    learnt = Capabilities().learnt("asset_url", False, DAY)
    assert known(warehouse, opened(warehouse)) == Capabilities()
    keep(warehouse, opened(warehouse), learnt)
    assert known(warehouse, opened(warehouse)) == learnt


def test_it_is_known_of_an_account_and_not_of_a_shop(connection: psycopg.Connection) -> None:
    warehouse = Warehouse(connection)
    learnt = Capabilities().learnt("asset_url", False, DAY)
    keep(warehouse, opened(warehouse), learnt)
    assert known(warehouse, opened(warehouse, shop={"connection": "second_shop"})) == learnt
    assert known(warehouse, opened(warehouse, crm={"connection": "other_crm"})) == Capabilities()


def test_who_asks_to_try_everything_again_is_obeyed_once_a_run(connection: psycopg.Connection) -> None:
    warehouse = Warehouse(connection)
    off = Capabilities().learnt("categories", False, DAY, for_good=True)
    keep(warehouse, opened(warehouse), off)
    job = opened(warehouse, retry_capabilities=True)
    asked = known(warehouse, job)
    assert asked.works("categories") is None
    keep(warehouse, job, asked.learnt("categories", False, DAY, for_good=True))
    assert known(warehouse, job).works("categories") is False  # what this very run has tried since
    assert known(warehouse, opened(warehouse)).works("categories") is False


def test_a_dry_run_plans_as_if_everything_were_tried_again_and_forgets_nothing(
    connection: psycopg.Connection,
) -> None:
    warehouse = Warehouse(connection)
    off = Capabilities().learnt("custom_fields", False, DAY, for_good=True).learnt_fields((), ("Опис",), DAY)
    keep(warehouse, opened(warehouse), off)
    job = opened(warehouse, retry_capabilities=True, dry_run=True)
    seen = known(warehouse, job).seen({"id": 1, "named_custom_prices": {}}, {}, {})
    keep(warehouse, job, seen)
    assert known(warehouse, job).works("custom_fields") is None
    later = known(warehouse, opened(warehouse))
    assert later.tried_as(off) == later
    assert later.lists_named_prices is True  # what was merely seen is known all the same


def staged(connection: psycopg.Connection, job: Catalog, **told: dict[str, str]) -> None:
    values = {"named_prices": {}, "custom_fields": {}, **told}
    connection.execute(
        "insert into stage.opencart_catalog_material (run_id, material_id, named_prices, custom_fields)"
        " select %s, coalesce(max(material_id), 299) + 1, %s, %s from stage.opencart_catalog_material",
        [job.run_id, Jsonb(values["named_prices"]), Jsonb(values["custom_fields"])],
    )


def test_what_any_material_of_a_list_shows_lists_do_show(
    crm: KeepinCRMControl, connection: psycopg.Connection
) -> None:
    crm.set_ways(shows_empty=False)
    crm.add_fields("Опис")
    crm.add_materials({"id": 300, "title": "a"}, {"id": 301, "title": "b", "custom_fields": {"Опис": "x"}})
    warehouse = Warehouse(connection)
    job = opened(warehouse, crm={"description_target": "Опис"})
    assert known(warehouse, job).lists_custom_fields is None
    staged(connection, job)
    staged(connection, job, custom_fields={"Опис": "x"}, named_prices={"Опт": "4.00"})
    able = keepincrm_capabilities.look_closer(warehouse, KeepinCRMHook(), job)
    assert (able.lists_custom_fields, able.lists_named_prices) == (True, True)
    assert able.custom_field_keys == {"Опис": "pole_1469370"}  # of the material that has it, read alone
    assert able.missing_fields(("Опис", "Акція з")) == []


@pytest.mark.parametrize(("way", "hides"), [("plain", False), ("all", None)])
def test_lists_that_show_nothing_of_what_was_written_hide_it(
    crm: KeepinCRMControl, connection: psycopg.Connection, way: str, hides: bool | None
) -> None:
    held = {} if hides is None else {"named_custom_prices": {"Акція": 1}, "custom_fields": {"Опис": "x"}}
    crm.set_ways(shows_empty=False, list_shows=way)
    crm.add_fields("Опис")
    crm.add_materials({"id": 300, "title": "a", **held}, {"id": 301, "title": "b"})
    warehouse = Warehouse(connection)
    job = opened(warehouse)
    keep(warehouse, job, keepincrm_capabilities.look(KeepinCRMHook(), known(warehouse, job)))
    staged(connection, job)
    for field in ("named_prices:Акція", "custom_fields:Опис"):
        connection.execute(
            "insert into mart.catalog_sent_value (account, material_id, field, value, sent_at, run_id)"
            " values (%s, 300, %s, 'x', now(), %s)",
            [job.account, field, job.run_id],
        )
    able = keepincrm_capabilities.look_closer(warehouse, KeepinCRMHook(), job)
    assert (able.lists_custom_fields, able.lists_named_prices) == (hides, hides)
