"""
Stage what deals are about: their product rows, and the products and variations these name (bitrix24 7.1).

Rows are asked for deal by deal, fifty a request; where the reading stands is kept, so that a pause costs
nothing. A deal that is there no more is put down as gone; one that is refused, with the portal's words.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from include.bitrix24.commands import Command
from include.bitrix24.replies import Refused
from include.bitrix24.sizes import BatchSize
from include.errors import RejectedByVendor
from include.wording import number as told_number
from plugins.hooks.bitrix24 import Bitrix24Hook, Chunk
from plugins.hooks.bitrix24_lists import PAGE, UnknownField
from plugins.progress import Progress
from plugins.steps import ledger, scanning
from plugins.steps.bitrix24_deal_products import SQL, DealProducts, UnknownProperty
from plugins.steps.bitrix24_deal_products_asking import chunks, cleaned, every_page, number, value_of
from plugins.steps.bitrix24_deal_products_catalog import Block, read_blocks, require_staged
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SCAN = "product_rows"
MANY = 500  # deals whose rows are read before they are staged
ROW = ("run_id", "row_id", "deal_id", "product_id", "type", "sort")
PRODUCT = (
    "run_id", "product_id", "parent_id", "iblock_id", "section_id", "is_active", "name", "changed_at", "body",
)  # fmt: skip
OWN = ("id", "iblockId", "name", "active", "code", "xmlId", "timestampX", "iblockSectionId")
NEEDED = ("id", "iblockId", "name")  # whatever else a portal leaves out is taken for empty
LISTS = {False: ("catalog.product.list", "products"), True: ("catalog.product.offer.list", "offers")}
Row = Mapping[str, Any]


def stage_products(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """Stage rows and products of the staged deals. Raises UnknownProperty, UnknownField, StagedRowsGone."""
    require_staged(warehouse, job)
    _stage_rows(warehouse, job, hook)
    named = warehouse.select(SQL / "select_named_products.sql", job.params)
    if named:
        blocks = read_blocks(hook, job.settings)
        asking = _Asking(warehouse, job, hook, blocks)
        for is_variation in (True, False):
            asking.stage([row.product_id for row in named if row.is_variation == is_variation], is_variation)
        asking.stage_strangers([row.product_id for row in named])
        parents = warehouse.select(SQL / "select_missing_parents.sql", job.params)
        asking.stage([row.product_id for row in parents], False)
    count = warehouse.select_one(SQL / "count_deals.sql", job.params).deals
    warehouse.run_file(ledger.SQL / "mark_staged.sql", {"run_id": job.run_id, "staged": count})
    warehouse.analyze("stage.bitrix24_deal_products_row", "stage.bitrix24_deal_products_product")


def _stage_rows(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """Read the product rows of open deals, in the order of their numbers."""
    with warehouse.transaction():
        scan = scanning.resume(warehouse, job.run_id, SCAN, None, None)
        if scan.is_new:
            warehouse.run_file(SQL / "forget_rows.sql", job.params)
    if scan.is_finished:
        return
    progress = Progress(warehouse.select_one(SQL / "count_deals.sql", job.params).deals)
    while deals := _next_deals(warehouse, job, scan.last_id):
        rows, refused = _rows_of(hook, deals)
        with warehouse.transaction():
            warehouse.copy_rows("stage.bitrix24_deal_products_row", ROW, (_row(job, row) for row in rows))
            _mark(warehouse, job, refused)
            scan = scanning.advance(warehouse, scan, Chunk(list(rows), deals[-1], 1, len(deals) < MANY))
        progress.advance(len(deals))
    scanning.finish(warehouse, scan, None)
    log.info("Строк товаров: %s", told_number(scan.rows))


def _next_deals(warehouse: Warehouse, job: DealProducts, after: int) -> list[int]:
    wanted = job.params | {"after": after, "most": MANY}
    return [row.deal_id for row in warehouse.select(SQL / "select_deals_without_rows.sql", wanted)]


def _rows_of(hook: Bitrix24Hook, deals: Sequence[int]) -> tuple[list[Row], dict[int, Refused]]:
    """Read the rows of deals; also give the deals whose rows the portal does not give."""
    commands = {f"d{each}": _rows_command(each) for each in deals}
    found, refused = every_page(hook, commands, "productRows")
    rows = list({row.get("id"): row for each in found.values() for row in each}.values())
    return rows, {int(key[1:]): reply for key, reply in refused.items()}


def _mark(warehouse: Warehouse, job: DealProducts, refused: Mapping[int, Refused]) -> None:
    """Put down deals that are there no more, and those whose rows are refused: one deal stops no other."""
    gone = [deal_id for deal_id, reply in refused.items() if reply.is_gone]
    warehouse.run_file(SQL / "mark_gone.sql", job.params | {"deal_ids": gone})
    others = {deal_id: str(reply) for deal_id, reply in refused.items() if not reply.is_gone}
    told = {"deal_ids": list(others), "errors": list(others.values())}
    warehouse.run_file(SQL / "mark_refused.sql", job.params | told)


def _rows_command(deal_id: int) -> Command:
    owner = {"=ownerType": "D", "=ownerId": deal_id}
    return Command("crm.item.productrow.list", {"filter": owner, "order": {"id": "asc"}})


def _row(job: DealProducts, row: Row) -> tuple[Any, ...]:
    if "productId" not in row:
        raise UnknownField("Битрикс24: в строке товара нет productId")
    about = (int(row["id"]), int(row["ownerId"]), number(row["productId"]) or 0)
    return (job.run_id, *about, number(row.get("type")), number(row.get("sort")) or 0)


class _Asking:
    """Products by their numbers, each from the catalogue that has it."""

    def __init__(
        self, warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook, blocks: Mapping[int, Block]
    ) -> None:
        self.warehouse, self.job, self.hook, self.blocks = warehouse, job, hook, blocks
        self.staged: set[int] = set()

    def stage(self, wanted: Sequence[int], is_variation: bool) -> None:
        """Ask the catalogues of products, or those of variations, for all of the numbers."""
        blocks = [each for each in self.blocks.values() if each.holds_variations == is_variation]
        for block in blocks:
            self._stage_of(block, [each for each in wanted if each not in self.staged])

    def stage_strangers(self, wanted: Iterable[int]) -> None:
        """
        Look for those that are not where their rows say: in another of our catalogues, or in a foreign one.

        What the portal does not have at all stays unknown.
        """
        lost = [each for each in wanted if each not in self.staged]
        commands = {f"g{each}": Command("catalog.product.get", {"id": each}) for each in lost}
        homes: dict[int, list[int]] = {}
        foreign = []
        for key, reply in self.hook.run(commands, BatchSize()).items():
            if isinstance(reply, Refused) and reply.is_gone:
                continue
            product = _product_of(value_of(commands[key], reply))
            iblock = number(product.get("iblockId")) or 0
            if iblock in self.blocks:
                homes.setdefault(iblock, []).append(int(key[1:]))
            else:
                foreign.append(product)
        for iblock, own in homes.items():
            self._stage_of(self.blocks[iblock], own)
        self._copy(_foreign(self.job, product) for product in foreign)

    def _stage_of(self, block: Block, wanted: Sequence[int]) -> None:
        commands = {f"p{place:04}": _list(block, piece) for place, piece in enumerate(chunks(wanted, PAGE))}
        found, refused = every_page(self.hook, commands, LISTS[block.holds_variations][1])
        if refused:
            told = "; ".join(map(str, refused.values()))
            raise RejectedByVendor(f"Битрикс24: товары каталога {block.iblock_id}: {told}", http_status=200)
        self._copy(_product(self.job, block, row) for rows in found.values() for row in rows)

    def _copy(self, products: Iterable[tuple[Any, ...]]) -> None:
        rows = list({row[1]: row for row in products if row[1] not in self.staged}.values())
        self.warehouse.copy_rows("stage.bitrix24_deal_products_product", PRODUCT, rows)
        self.staged |= {row[1] for row in rows}


def _list(block: Block, wanted: Sequence[int]) -> Command:
    properties = [f"property{each}" for each in block.properties.values()]
    parent = ["parentId"] if block.holds_variations else []
    condition = {"iblockId": block.iblock_id, "id": list(wanted)}
    asked = {"select": [*OWN, *parent, *properties], "filter": condition, "order": {"id": "ASC"}}
    return Command(LISTS[block.holds_variations][0], asked)


def _product(job: DealProducts, block: Block, row: Row) -> tuple[Any, ...]:
    wanted = [*NEEDED, *(f"property{each}" for each in block.properties.values())]
    wanted += ["parentId"] if block.holds_variations else []
    if missing := [name for name in wanted if name not in row]:
        raise UnknownField(f"Битрикс24: каталог {block.iblock_id} не знает полей: {', '.join(missing)}")
    if job.settings.catalog.sections and not block.holds_variations and "iblockSectionId" not in row:
        raise UnknownProperty("Портал не говорит, в каком разделе товар: уберите catalog.sections.")
    properties = {code: row[f"property{each}"] for code, each in block.properties.items()}
    parent = number(row["parentId"]) if block.holds_variations else None
    return _tuple(job, row, parent, properties)


def _foreign(job: DealProducts, row: Row) -> tuple[Any, ...]:
    return _tuple(job, row, None, {})


def _tuple(job: DealProducts, row: Row, parent: int | None, properties: Mapping[str, Any]) -> tuple[Any, ...]:
    body = {"code": row.get("code"), "xml_id": row.get("xmlId"), "properties": properties}
    about = (int(row["id"]), parent, number(row.get("iblockId")) or 0, number(row.get("iblockSectionId")))
    is_active = row.get("active") not in ("N", False)
    told = (cleaned(row.get("name")), None if row.get("timestampX") is None else str(row["timestampX"]))
    return (job.run_id, *about, is_active, *told, Jsonb(cleaned(body)))


def _product_of(value: Any) -> Row:
    found = value.get("product") if isinstance(value, Mapping) else None
    if not isinstance(found, Mapping) or "id" not in found:
        raise UnknownField("Битрикс24: catalog.product.get не отдаёт товара")
    return found
