"""
Stage what the shop offers and what the CRM holds (keepincrm 10, steps 3 to 10).

The shop is read in one transaction; the CRM, which takes as long as its pace asks for, in none.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from random import Random
from typing import Any

from psycopg.types.json import Jsonb

from include.keepincrm.material import CategoryRow, MaterialRow, category_row, material_row
from include.opencart_catalog.article import article_key
from include.opencart_catalog.categories import CatalogCategoryRow
from include.opencart_catalog.issues import Issue
from include.opencart_catalog.item import CatalogItemRow
from include.opencart_catalog.lookalike import shape
from include.opencart_catalog.title_shape import title_key, title_shape, title_shapes
from plugins.hooks.keepincrm import KeepinCRMHook, Reading
from plugins.hooks.opencart import OpenCartHook, ShopMoved
from plugins.hooks.shop_pictures import validators
from plugins.progress import Progress
from plugins.steps import keepincrm_capabilities as capabilities
from plugins.steps import ledger
from plugins.steps.copied_texts import spelled
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_catalog_guards import refuse_strange_shop
from plugins.steps.opencart_reader import ShopBatch, read_shop
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

CHUNK = 1000  # materials kept at a time: between two chunks no transaction is open
PICTURES = 500  # the same of pictures
ITEM = ("run_id", *CatalogItemRow._fields, "title_key", "title_shapes", "key_shape")
CATEGORY = ("run_id", *CatalogCategoryRow._fields)
ISSUE = ("run_id", "seq", *Issue._fields)
MATERIAL = ("run_id", *MaterialRow._fields, "title_key", "title_shape", "key_shape")
PICTURE = ("run_id", "address", "validator")
CRM_CATEGORY = ("run_id", *CategoryRow._fields)
MOVED = "Поки читали магазин, у ньому щось змінили: читаємо ще раз"
UNSTABLE = "Поки читали CRM, її змінювали: читаємо ще раз"


def stage_shop(warehouse: Warehouse, job: Catalog, hook: OpenCartHook) -> dict[str, int]:
    """Stage the shop; say how much of what there is. Raises GuardStopped when it is far from what it was."""
    warehouse.select(ledger.SQL / "make_room.sql", job.params)
    try:
        size = _stage_present(warehouse, job, hook)
    except ShopMoved:
        log.info("%s", MOVED)
        size = _stage_present(warehouse, job, hook, again=True)
    if job.settings.crm.image_check == "head":
        size["pictures"] = stage_pictures(warehouse, job)
    return size


def stage_crm(warehouse: Warehouse, job: Catalog, hook: KeepinCRMHook) -> dict[str, int]:
    """
    Stage categories and materials of the CRM; look at what its account can do.

    A list that shifted while it was read is read once more; if it shifts again, nothing is created this time
    (keepincrm 2).
    """
    able = capabilities.look(hook, capabilities.known(warehouse, job))
    capabilities.keep(warehouse, job, able)
    warehouse.run_file(SQL / "forget_crm.sql", job.params)
    readings = {
        "categories": _twice(lambda: stage_categories(warehouse, job, hook.categories())),
        "materials": _twice(lambda: stage_materials(warehouse, job, hook.materials())),
    }
    unstable = [name for name, reading in readings.items() if not reading.is_whole]
    if unstable:
        warehouse.run_file(SQL / "note_unstable.sql", job.params | {"details": {"lists": unstable}})
    warehouse.analyze("stage.opencart_catalog_material", "stage.opencart_catalog_crm_category")
    capabilities.keep(warehouse, job, capabilities.look_closer(warehouse, hook, job))
    warehouse.run_file(SQL / "mark_crm_read.sql", job.params)
    return {name: reading.records for name, reading in readings.items()}


def stage_batches(warehouse: Warehouse, job: Catalog, batches: Iterable[ShopBatch]) -> dict[str, int]:
    """Stage what was read of the shop as of ``job.now``, all of it or nothing."""
    with warehouse.transaction():
        seq = 0
        for batch in batches:
            _copy_batch(warehouse, job.run_id, batch, seq)
            seq += len(batch.issues)
        size = warehouse.select_one(SQL / "select_shop_size.sql", job.params)
        refuse_strange_shop(warehouse, job, size)
        staged = {"run_id": job.run_id, "staged": size.active_items}
        warehouse.run_file(ledger.SQL / "mark_staged.sql", staged)
        warehouse.run_file(SQL / "mark_shop_read.sql", job.params)
    warehouse.analyze("stage.opencart_catalog_item", "stage.opencart_catalog_category")
    return {name: int(number) for name, number in size._asdict().items()}


def stage_categories(warehouse: Warehouse, job: Catalog, reading: Reading) -> Reading:
    """Stage the categories of the CRM in place of those read before."""
    rows = [(job.run_id, *category_row(record)) for record in reading]
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_crm_categories.sql", job.params)
        warehouse.copy_rows("stage.opencart_catalog_crm_category", CRM_CATEGORY, rows)
    return reading


def stage_materials(warehouse: Warehouse, job: Catalog, reading: Reading) -> Reading:
    """Stage the materials in place of those read before; some pages at a time, no call in a transaction."""
    warehouse.run_file(SQL / "forget_materials.sql", job.params)
    progress = None
    rows = _material_rows(job, reading)
    while chunk := list(islice(rows, CHUNK)):
        warehouse.copy_texts("stage.opencart_catalog_material", MATERIAL, spelled(chunk))
        progress = progress or Progress(reading.total or reading.records)
        progress.advance(len(chunk))
    return reading


def stage_pictures(warehouse: Warehouse, job: Catalog) -> int:
    """
    Stage what the files behind the main pictures are now; give how many the web server tells of (Q22).

    Some at a time, no question in a transaction. They are asked for in another order each run: if one ends
    before all were asked for, the next begins elsewhere.
    """
    addresses = [row.address for row in warehouse.select(SQL / "select_addresses.sql", job.params)]
    Random(job.run_id).shuffle(addresses)
    told, staged = validators(addresses), 0
    while some := [(job.run_id, *each) for each in islice(told, PICTURES)]:
        staged += warehouse.copy_rows("stage.opencart_catalog_picture", PICTURE, some)
    return staged


def _stage_present(
    warehouse: Warehouse, job: Catalog, hook: OpenCartHook, *, again: bool = False
) -> dict[str, int]:
    """Stage the shop as it is now, however long ago the run was opened."""
    present = job._replace(now=datetime.now(UTC))
    return stage_batches(warehouse, present, read_shop(hook, job.settings, present.now, again=again))


def _twice(read: Callable[[], Reading]) -> Reading:
    """Read a list; once more if something may have been jumped over."""
    reading = read()
    if reading.is_whole:
        return reading
    log.info("%s", UNSTABLE)
    return read()


def _copy_batch(warehouse: Warehouse, run_id: int, batch: ShopBatch, seq: int) -> None:
    if batch.categories:
        categories = ((run_id, *row) for row in batch.categories)
        warehouse.copy_rows("stage.opencart_catalog_category", CATEGORY, categories)
    if batch.items:
        items = spelled(_item(run_id, row) for row in batch.items)
        warehouse.copy_texts("stage.opencart_catalog_item", ITEM, items)
    if batch.issues:
        issues = (
            (run_id, place, *one[:-1], Jsonb(one.details)) for place, one in enumerate(batch.issues, seq + 1)
        )
        warehouse.copy_rows("stage.opencart_catalog_issue", ISSUE, issues)


def _item(run_id: int, row: CatalogItemRow) -> tuple[Any, ...]:
    shapes = title_shapes(row.title, is_variant="#" in row.identity)
    return (run_id, *row, title_key(row.title), shapes, shape(row.key) if row.key else None)


def _material_rows(job: Catalog, reading: Reading) -> Iterator[tuple[Any, ...]]:
    key = partial(article_key, fold_lookalikes=job.settings.items.fold_lookalikes)
    for record in reading:
        row = material_row(record, key)
        looks = (title_key(row.title), title_shape(row.title), shape(row.key) if row.key else None)
        yield (job.run_id, *row, *looks)
