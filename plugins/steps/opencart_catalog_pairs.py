"""Compare every active item of the shop with its materials, some thousands at a time (keepincrm 10.12)."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from include.opencart_catalog.decide import Decider
from include.opencart_catalog.difference import Material
from include.opencart_catalog.wanted import Item
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_catalog_writing import Writing
from plugins.warehouse import Warehouse

# Columns of select_pairs.sql by the names of fields; those of a material that an item has, too, are prefixed.
_item = attrgetter(*Item._fields)
_held = attrgetter("material_id", *(f"material_{name}" for name in Material._fields[1:-1]))


def compare_pairs(warehouse: Warehouse, job: Catalog, decider: Decider, writing: Writing) -> None:
    """Decide about every item that has not been decided about yet."""
    for rows in groupby(_rows(warehouse, job), key=lambda row: row.identity):
        own = list(rows[1])
        item = Item._make(_item(own[0]))
        twins = [_material(row) for row in own if row.material_id is not None]
        writing.add(item.identity, item.key, decider.decide(item, twins, own[0].gone or ()))
        writing.flush_if_many()


def _rows(warehouse: Warehouse, job: Catalog) -> Iterator[Any]:
    for chunk in warehouse.stream(SQL / "select_pairs.sql", job.params):
        yield from chunk


def _material(row: Any) -> Material:
    return Material._make((*_held(row), row.material_sent or {}))
