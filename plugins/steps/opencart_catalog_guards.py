"""Where a run of ``opencart_catalog`` stops rather than believe what it sees (keepincrm 10, steps 4, 14)."""

from decimal import Decimal
from typing import Any

from include.errors import DealflowError
from plugins.steps import ledger
from plugins.steps.opencart_catalog import Catalog
from plugins.warehouse import Warehouse

ACTIVE_PRODUCTS = "active_products"
FEW_LOST = 20  # so many linked materials may be deleted between two runs of the smallest catalogue


class GuardStopped(DealflowError):
    """Say that something is far from what it usually is; nothing was written."""


class ShopEmpty(GuardStopped):
    code = "CATALOG_SHOP_EMPTY"


class ShopShrank(GuardStopped):
    code = "CATALOG_SHOP_SHRANK"


class FewArticles(GuardStopped):
    code = "CATALOG_FEW_ARTICLES"


class LinksLost(GuardStopped):
    code = "CATALOG_LINKS_LOST"


class MassCreate(GuardStopped):
    code = "CATALOG_MASS_CREATE"


class MassUpdate(GuardStopped):
    code = "CATALOG_MASS_UPDATE"


def exceeds(part: int, share: float, whole: int) -> bool:
    """Tell whether a part is more than a share of the whole, to the unit."""
    return Decimal(part) > Decimal(str(share)) * whole


def refuse_strange_shop(warehouse: Warehouse, job: Catalog, size: Any) -> None:
    """Stop at a shop that is empty, has shrunk, or has too few articles. Raises GuardStopped."""
    guards, scope = job.settings.guards, job.scope
    if not size.active_products:
        raise ShopEmpty("У магазині немає жодного активного товару: схоже на збій, нічого не змінено.")
    place = {"pipeline": job.pipeline, "source": job.source, "name": ACTIVE_PRODUCTS}
    last = warehouse.select_one(ledger.SQL / "select_cursor.sql", place)
    least = Decimal(str(guards.min_share_of_last)) * int(last.value) if last else 0
    if size.active_products < least and not scope.allow_shrink:
        raise ShopShrank(
            f"Активних товарів у магазині {size.active_products}, а минулого разу було {last.value}: менше "
            f"за дозволені {_percent(guards.min_share_of_last)}. Нічого не змінено. Якщо так і має бути, "
            "запустіть із параметром allow_shrink."
        )
    is_much = exceeds(size.without_article, guards.max_share_without_article, size.active_items)
    if is_much and not scope.allow_without_article:
        raise FewArticles(
            f"Без артикула {size.without_article} з {size.active_items} товарів: більше за дозволені "
            f"{_percent(guards.max_share_without_article)}. Нічого не змінено. Якщо так і має бути, "
            "запустіть із параметром allow_without_article."
        )


def remember_shop(warehouse: Warehouse, job: Catalog, active_products: int) -> None:
    """Remember how large the shop was in a good run."""
    place = {"pipeline": job.pipeline, "source": job.source, "name": ACTIVE_PRODUCTS}
    kept = place | {"value": str(active_products), "run_id": job.run_id}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", kept)


def lost_links(job: Catalog, base: Any) -> GuardStopped | None:
    """
    Judge whether this is the account that earlier runs have written to; None: it is.

    The key behind a connection may have become that of another account, whose materials have other numbers.
    """
    is_many = base.lost_materials > FEW_LOST and 2 * base.lost_materials > base.linked_materials
    if job.scope.allow_lost_links or not is_many:
        return None
    return LinksLost(
        f"У CRM немає {base.lost_materials} з {base.linked_materials} товарів, раніше пов’язаних із товарами "
        "магазину, або вони мають інші артикули. Схоже, ключ з’єднання тепер від іншого облікового запису. "
        "Нічого не надіслано. Для іншого запису зробіть з’єднання з іншою назвою; а якщо товари справді "
        "видалили чи змінили їхні артикули, запустіть із параметром allow_lost_links."
    )


def strange_plan(job: Catalog, planned: Any, materials: int) -> GuardStopped | None:
    """Judge how much of the CRM a plan creates and changes; None: no more than is usual."""
    guards, scope = job.settings.guards, job.scope
    if not scope.allow_mass_create and exceeds(planned.created, guards.max_share_created, materials):
        return MassCreate(
            f"План створює товарів CRM: {planned.created}, а є їх {materials}: більше за дозволені "
            f"{_percent(guards.max_share_created)}. Нічого не надіслано. Перегляньте план пробним запуском "
            "(dry_run), а тоді запустіть із параметром allow_mass_create: першого разу він потрібен."
        )
    if not scope.allow_mass_update and exceeds(planned.updated, guards.max_share_updated, materials):
        return MassUpdate(
            f"План змінює товарів CRM: {planned.updated} з {materials}: більше за дозволені "
            f"{_percent(guards.max_share_updated)}. Нічого не надіслано. Перегляньте план пробним запуском "
            "(dry_run), а тоді запустіть із параметром allow_mass_update."
        )
    return None


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
