"""Categories in the plan of ``opencart_catalog``: where items go, what is created (keepincrm 10.11)."""

from include.errors import ConfigError
from include.keepincrm.capabilities import Capabilities
from include.opencart_catalog.category_map import CategoryMap, CrmCategory, ShopCategory
from include.opencart_catalog.decide import Decider, Write
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_catalog_writing import Writing
from plugins.warehouse import Warehouse

PLACE = ("run_id", "shop_category_id", "crm_category_id", "path")


def category_map(warehouse: Warehouse, job: Catalog, able: Capabilities) -> CategoryMap:
    """Find the category of the CRM for every category of the shop."""
    shop = [ShopCategory(*row) for row in warehouse.select(SQL / "select_shop_categories.sql", job.params)]
    crm = [CrmCategory(*row) for row in warehouse.select(SQL / "select_crm_categories.sql", job.params)]
    links = dict(tuple(row) for row in warehouse.select(SQL / "select_category_links.sql", job.params))
    return CategoryMap(shop, crm, links, flat=able.categories_have_parents is False)


def refuse_missing_categories(job: Catalog, categories: CategoryMap) -> None:
    """Raise ConfigError for a category of the settings that the CRM does not have: each write would fail."""
    crm = job.settings.crm
    named = {"crm.default_category": crm.default_category, "crm.on_absent": crm.absent_category}
    missing = [
        f"{name}: категорії {number} у CRM немає"
        for name, number in named.items()
        if number not in (None, *categories.crm)
    ]
    if missing:
        raise ConfigError(missing)


def may_create(job: Catalog, able: Capabilities, *, is_whole: bool) -> bool:
    """Tell whether this run may create categories: not those that it may just not have seen."""
    return is_whole and able.can("categories", job.today)


def plan_categories(warehouse: Warehouse, job: Catalog, decider: Decider, writing: Writing) -> None:
    """Plan the categories that planned writes need, and the names that shall follow the shop."""
    categories = decider.categories
    for category in categories.missing(writing.needed):
        writing.write(_creation(category, categories))
        writing.remark("CATALOG_CATEGORY_NEW", f"category:{category.category_id}", {"path": category.path})
    used = [row.shop_category_id for row in warehouse.select(SQL / "select_used_categories.sql", job.params)]
    _remark_missing(decider, writing, used)
    if job.settings.crm.rename_categories and job.scope.mode != "create" and not job.scope.only_articles:
        for known, name in categories.renamed(used):
            key = f"crm_category:{known.crm_category_id}"
            writing.write(Write("rename_category", key, None, {"name": known.name}, {"name": name}))
            writing.remark("CATALOG_CATEGORY_RENAMED", key, {"old": known.name, "new": name})
    _keep_places(warehouse, job, categories, used)


def _creation(category: ShopCategory, categories: CategoryMap) -> Write:
    above = None if category.parent_id is None else categories.place(category.parent_id)
    is_new = above is not None and above.crm_id is None
    after = {
        "shop_category_id": category.category_id,
        "name": category.name,
        "path": category.path,
        "parent_shop_category_id": above.leader if above and is_new else None,
        "parent_id": above.crm_id if above else None,
    }
    return Write("create_category", f"category:{category.category_id}", None, None, after)


def _remark_missing(decider: Decider, writing: Writing, used: list[int]) -> None:
    """Say which categories of items the CRM lacks and will go on lacking, and which it has twice."""
    planned = {category.category_id for category in decider.categories.missing(writing.needed)}
    for category in decider.categories.missing(used) if decider.rules.creates else ():
        is_out_of_reach = not decider.creates_categories or not decider.categories.is_creatable(
            category.category_id
        )
        if category.category_id not in planned and is_out_of_reach:
            about = f"category:{category.category_id}"
            writing.remark("CATALOG_CATEGORY_MISSING", about, {"path": category.path})
    for category_id in sorted(decider.categories.with_ancestors(used)):
        place = decider.categories.place(category_id)
        if place and place.rivals:
            told = {"crm_category_id": place.crm_id, "others": list(place.rivals)}
            writing.remark("CATALOG_CATEGORY_TWINS", f"category:{category_id}", told)


def _keep_places(warehouse: Warehouse, job: Catalog, categories: CategoryMap, used: list[int]) -> None:
    """Remember what was found, so that a later run goes by it whatever the names are then."""
    places = [
        (job.run_id, category_id, place.crm_id, categories.path(category_id))
        for category_id in sorted(categories.with_ancestors(used))
        if (place := categories.place(category_id)) and place.crm_id is not None
    ]
    warehouse.copy_rows("stage.opencart_catalog_place", PLACE, places)
