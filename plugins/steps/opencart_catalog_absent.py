"""Judge linked items that the shop does not offer any more (keepincrm Q7)."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from include.opencart_catalog.absent import Absence, GoneItem, GoneMaterial
from include.opencart_catalog.category_map import CategoryMap
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_catalog_writing import Writing
from plugins.warehouse import Warehouse


def plan_absent(
    warehouse: Warehouse, job: Catalog, categories: CategoryMap, writing: Writing, linked_items: int
) -> int:
    """
    Decide about every item that is gone; give their number.

    The rule of the settings acts only while few are: of a shop that has lost many something is wrong.
    """
    absence = Absence(job.settings, categories, counts=not job.scope.only_articles)
    gone = list(_gone(warehouse, job))
    writes = {one.identity: absence.writes(one) for one in gone if not absence.is_unlisted(one)}
    several = sum(bool(found) for found in writes.values())
    share = job.settings.guards.max_share_absent
    is_few = several < Decimal(str(share)) * linked_items
    may_act = is_few or job.scope.allow_mass_absent
    for one in gone:
        verdict = absence.verdict(one, writes.get(one.identity, ()), may_act=may_act)
        writing.add(one.identity, one.key, verdict)
        writing.flush_if_many()
    return len(gone)


def _gone(warehouse: Warehouse, job: Catalog) -> Iterator[GoneItem]:
    rows = warehouse.select(SQL / "select_gone.sql", job.params)
    for identity, group in groupby(rows, key=lambda row: row.identity):
        own = list(group)
        first = own[0]
        yield GoneItem(
            identity=identity,
            title=first.title or first.held_title,
            article=first.article,
            key=first.key,
            absent_runs=max(row.absent_runs for row in own),
            last_category_id=first.last_category_id,
            category_id=first.shop_category_id,
            has_product=first.has_product,
            has_too_many=first.has_too_many,
            is_disabled=first.is_disabled,
            materials=[
                GoneMaterial(row.material_id, row.category_id, row.irrelevant, row.retired) for row in own
            ],
        )
