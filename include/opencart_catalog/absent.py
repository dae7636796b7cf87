"""
What becomes of materials whose item the shop does not offer any more (keepincrm Q7).

Nothing is ever deleted. Unless the settings say otherwise they are only told of.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from include.opencart_catalog.category_map import CategoryMap
from include.opencart_catalog.decide import Verdict, Write
from include.settings.opencart_catalog import Items, OpencartCatalogSettings


class GoneMaterial(NamedTuple):
    """A material that nobody claims. ``retired``: what we did to it, as mart.catalog_sent_value has it."""

    material_id: int
    category_id: int | None
    irrelevant: bool | None
    retired: str | None


class GoneItem(NamedTuple):
    """
    An item that is linked to materials and not offered. ``absent_runs``: in how many runs in a row before.

    ``last_category_id``: where it was in the shop; ``category_id``: where its product is, if other items of
    it are still offered (``has_product``). ``is_disabled``: the shop has it, and does not show it.
    """

    identity: str
    title: str | None
    article: str | None
    key: str | None
    absent_runs: int
    last_category_id: int | None
    category_id: int | None
    has_product: bool
    has_too_many: bool
    is_disabled: bool
    materials: Sequence[GoneMaterial]


class Absence:
    """Judge items that are gone. ``counts``: this run counts as one in which they were."""

    def __init__(self, settings: OpencartCatalogSettings, categories: CategoryMap, *, counts: bool) -> None:
        self._settings, self._categories, self._counts = settings, categories, counts

    def is_unlisted(self, gone: GoneItem) -> bool:
        """Tell whether the settings alone keep an item from being sent, so that it is not gone at all."""
        items = self._settings.items
        if gone.is_disabled:
            return False
        if gone.has_product:
            return self._is_left_out(gone, items)
        above = self._above(gone.last_category_id)
        is_excluded = not above.isdisjoint(items.exclude_categories)
        wanted = items.include_categories
        return is_excluded or bool(wanted and gone.last_category_id and above.isdisjoint(wanted))

    def runs(self, gone: GoneItem) -> int:
        """Count the runs in a row in which an item was gone, with this one if it counts."""
        return gone.absent_runs + self._counts

    def is_due(self, gone: GoneItem) -> bool:
        """Tell whether an item was gone for long enough for ``on_absent`` to act."""
        is_long = self.runs(gone) >= self._settings.guards.absent_after_runs
        return is_long and self._settings.crm.on_absent != "report"

    def writes(self, gone: GoneItem) -> list[Write]:
        """Give what ``on_absent`` does to its materials; nothing to those it was done to already."""
        found = (self._write(material) for material in gone.materials)
        return [write for write in found if write]

    def verdict(self, gone: GoneItem, writes: Sequence[Write], *, may_act: bool) -> Verdict:
        """Say what becomes of an item that is gone."""
        details: dict[str, Any] = {
            "title": gone.title,
            "article": gone.article,
            "materials": [material.material_id for material in gone.materials],
        }
        if self.is_unlisted(gone):
            return Verdict("unlisted", ("CATALOG_UNLISTED",), details)
        details |= {"absent_runs": self.runs(gone), "disabled": gone.is_disabled}
        if not writes or not self.is_due(gone):
            return Verdict("absent", ("CATALOG_ABSENT",), details)
        if not may_act:
            return Verdict("absent", ("CATALOG_ABSENT", "CATALOG_ABSENT_TOO_MANY"), details)
        return Verdict("retired", ("CATALOG_RETIRED",), details, tuple(writes))

    def _is_left_out(self, gone: GoneItem, items: Items) -> bool:
        """Tell whether a product that is sent otherwise leaves this item out by the settings."""
        if "#" not in gone.identity:
            return not items.base_with_variants
        return gone.has_too_many or not self._above(gone.category_id).isdisjoint(items.base_only_categories)

    def _above(self, category_id: int | None) -> set[int]:
        return self._categories.with_ancestors([category_id] if category_id else [])

    def _write(self, material: GoneMaterial) -> Write | None:
        key, own = f"material:{material.material_id}", material.material_id
        target = self._settings.crm.absent_category
        if material.retired:  # done once; if the CRM holds something else by now, people have changed it
            return None
        if target is None:
            if material.irrelevant:
                return None
            return Write("retire_material", key, own, {"irrelevant": False}, {"irrelevant": True})
        if material.category_id == target:
            return None
        before = {"category_id": material.category_id}
        return Write("retire_material", key, own, before, {"category_id": target})
