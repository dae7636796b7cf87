"""All that a run of the catalogue is answerable for, in a form that two of them can be compared by."""

from typing import Any, LiteralString

from tests.faults.books import Books
from tests.opencart_catalog.shop import PaintShop

ITEMS: LiteralString = """
    select identity, product_id, option_value_ids, article, key, title, description, price, currency, special,
        special_from, special_to, shop_category_id, category_path, images, link_url, active, content_hash
    from mart.catalog_item order by identity
"""
OPEN: LiteralString = """
    select kind, key, state from ops.action where state in ('planned', 'sending', 'uncertain')
"""
LINKS: LiteralString = "select identity, material_id from mart.catalog_link order by 1, 2"
CATEGORIES: LiteralString = """
    select shop_category_id, crm_category_id, path from mart.catalog_category_link order by 1
"""
SENT: LiteralString = """
    select material_id, field, value from mart.catalog_sent_value where field in ('title', 'price')
"""


def books(shop: PaintShop) -> Books:
    """Read the warehouse and the CRM; ids of the CRM, which differ, become what they stand for."""
    materials = {each["id"]: each for each in shop.crm.materials(ids=True)}
    categories = {each["id"]: each["name"] for each in shop.crm.categories(ids=True)}
    return {
        "catalog_item": shop.rows(ITEMS),
        "catalog_link": [
            {"identity": row["identity"], "sku": materials.get(row["material_id"], {}).get("sku", "gone")}
            for row in shop.rows(LINKS)
        ],
        "catalog_category_link": [
            row | {"crm_category_id": categories.get(row["crm_category_id"], "gone")}
            for row in shop.rows(CATEGORIES)
        ],
        "open action": shop.rows(OPEN),
        "materials": shop.crm.materials(),
        "categories": [{"path": path} for path in shop.crm.categories()],
    }


def promises_broken(shop: PaintShop, created: dict[str, int]) -> list[str]:
    """Say in a line each what must hold in any case: nothing created twice, each created material known."""
    counts = shop.crm.counts()
    lines = [
        f"{name}: {counts.get(name, 0)} instead of {number}"
        for name, number in created.items()
        if counts.get(name, 0) != number
    ]
    linked = {row["material_id"] for row in shop.rows(LINKS)}
    posted = {write["id"] for write in shop.crm.writes() if write["method"] == "create"}
    lines += [f"material {material_id} is no item's" for material_id in sorted(posted - linked)]
    held = {each["id"]: each for each in shop.crm.materials(ids=True)}
    lines += [
        f"material {row['material_id']}: {row['field']} was sent as {row['value']!r}, is another"
        for row in shop.rows(SENT)
        if str(held.get(row["material_id"], {}).get(row["field"])) != row["value"]
    ]
    return lines


def created_by(shop: PaintShop) -> dict[str, Any]:
    """Count what was created, which is the same whatever happens on the way."""
    counts = shop.crm.counts()
    return {name: counts.get(name, 0) for name in ("created", "categories_created", "duplicates")}
