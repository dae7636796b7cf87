"""What the CRM's account can do: looked at before each run, kept with what runs have tried."""

from dataclasses import replace
from typing import Any

from include.keepincrm.capabilities import Capabilities
from include.keepincrm.custom_fields import held
from include.opencart_catalog.wanted import custom_titles
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import ledger
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.warehouse import Warehouse

NAME = "capabilities"


def known(warehouse: Warehouse, job: Catalog) -> Capabilities:
    """
    Recall what runs have learnt of the account; of what was tried nothing when a person says so.

    He says so for a run, not for each attempt at it: what this run has tried since stays.
    """
    kept = _kept(warehouse, job)
    if job.scope.retry_capabilities and kept.forgotten_in != job.run_id:
        kept = replace(kept.forgotten(), forgotten_in=job.run_id)
    return kept.as_of(job.today)


def keep(warehouse: Warehouse, job: Catalog, capabilities: Capabilities) -> None:
    """Remember it for later runs; a dry run forgets nothing that was tried, whatever it plans upon."""
    if job.dry_run:
        capabilities = capabilities.tried_as(_kept(warehouse, job))
    told = {**_place(job), "value": capabilities.text(), "run_id": job.run_id}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", told)


def look(hook: KeepinCRMHook, capabilities: Capabilities) -> Capabilities:
    """Look at a material in a list, the same alone, and a category: three calls that read (keepincrm 7)."""
    materials = hook.materials_page().items
    listed = materials[0] if materials else {}
    alone = hook.material(listed["id"]) if listed else None
    categories = hook.categories_page().items
    telling = next((each for each in categories if "parent_id" in each), None)  # roots may leave it out
    return capabilities.seen(listed, alone or {}, telling or (categories[0] if categories else {}))


def look_closer(warehouse: Warehouse, hook: KeepinCRMHook, job: Catalog) -> Capabilities:
    """
    Look at what all staged materials show: the one of ``look`` may have had nothing to show.

    Where lists show none of what was written, a material that was written to is read alone; and so is one
    with a custom field whose key may yet be needed. Some calls that read.
    """
    able = known(warehouse, job)
    found = warehouse.select(SQL / "select_shown.sql", job.params)
    shown = {row.title: row.example_id for row in found if row.what == "custom_fields"}
    if shown:
        able = replace(able, lists_custom_fields=True)
    example = {row.what: row.example_id for row in found}
    if "named_prices" in example:
        able = replace(able, lists_named_prices=True)
    if "categories" in example:
        able = replace(able, categories_have_parents=True)
    if able.lists_custom_fields is None and "sent_custom_fields" in example:
        alone = hook.material(example["sent_custom_fields"]) or {}
        able = replace(able, lists_custom_fields=False if held(alone) else None)
    if able.lists_named_prices is None and "sent_named_prices" in example:
        alone = hook.material(example["sent_named_prices"]) or {}
        able = replace(able, lists_named_prices=False if alone.get("named_custom_prices") else None)
    return _with_keys(hook, job, able, shown)


def _with_keys(hook: KeepinCRMHook, job: Catalog, able: Capabilities, shown: dict[str, int]) -> Capabilities:
    """Learn the keys of custom fields that are to be written, as long as they may be needed."""
    if able.works("custom_fields") is True:
        return able
    titles = [title for title in custom_titles(job.settings.crm) if title in shown]
    for title in titles:
        if title not in able.custom_field_keys:
            able = able.seen({}, hook.material(shown[title]) or {}, {})
    return able


def _kept(warehouse: Warehouse, job: Catalog) -> Capabilities:
    found = warehouse.select_one(ledger.SQL / "select_cursor.sql", _place(job))
    return Capabilities.read(found.value if found else None)


def _place(job: Catalog) -> dict[str, Any]:
    """Say where it is kept: with the account, whichever shop it gets its goods from."""
    return {"pipeline": job.pipeline, "source": job.account, "name": NAME}
