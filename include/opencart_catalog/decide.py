"""What is to be done about an item of the shop, given the materials that are its twins (keepincrm 10.12)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from include.opencart_catalog.category_map import CategoryMap
from include.opencart_catalog.difference import Changes, Destination, Material, changes
from include.opencart_catalog.wanted import Item, Rules, Wanted, wanted

Agreed = tuple[int, str, str | None]


class Write(NamedTuple):
    """One write, as ops.action has it."""

    kind: str
    key: str
    material_id: int | None
    before: dict[str, Any] | None
    after: dict[str, Any]


class Verdict(NamedTuple):
    """What becomes of an item. ``category_id``: the shop's category whose place a new material needs."""

    outcome: str
    codes: tuple[str, ...] = ()
    details: Mapping[str, Any] = MappingProxyType({})
    writes: tuple[Write, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    category_id: int | None = None


class Decider:
    """Decide item by item. ``creates_categories``: the CRM lets us, and this run may."""

    def __init__(self, rules: Rules, categories: CategoryMap, *, creates_categories: bool) -> None:
        self.rules, self.categories = rules, categories
        self.creates_categories = creates_categories

    def decide(self, item: Item, twins: Sequence[Material], gone: Sequence[int] = ()) -> Verdict:
        """
        Say what to do: every twin gets what differs; without one a material is created.

        ``gone``: materials that were this item's and are not in the CRM any more.
        """
        want = wanted(item, self.rules)
        if twins:
            return self._compared(item, want, twins)
        details: dict[str, Any] = {"title": item.title, "article": item.article}
        if item.key is None or item.article is None:
            return Verdict("refused", ("CATALOG_NO_ARTICLE",), details)
        if not self.rules.creates:
            return Verdict("postponed", ("CATALOG_SNAPSHOT_UNSTABLE",), details)
        if gone and not self.rules.crm.recreate_deleted:
            return Verdict("deleted", ("CATALOG_DELETED_IN_CRM",), {**details, "gone": list(gone)})
        told = {**details, "gone": list(gone)} if gone else details
        codes = ("CATALOG_NEW", "CATALOG_RECREATED") if gone else ("CATALOG_NEW",)
        return self._created(item, want, codes, told)

    def _created(self, item: Item, want: Wanted, codes: tuple[str, ...], details: dict[str, Any]) -> Verdict:
        told = {} if want.begins else want.named  # Q18: not before the CRM holds the first day
        named = {name: value for name, value in told.items() if value is not None}
        category_id, shop_category_id = self._place(item)
        after = {
            **want.fields,
            "currency": want.currency if named or "price" in want.fields else None,
            "sku": item.article,
            "unit": self.rules.crm.unit,
            "link_url": item.link_url,
            "asset_url": want.picture,
            "named_prices": named or None,
            "category_id": category_id,
            "shop_category_id": shop_category_id,
        }
        after = {name: value for name, value in after.items() if value is not None}
        writes = [Write("create_material", item.identity, None, None, after)]
        custom = {title: value for title, value in want.custom.items() if value}
        if custom:
            empty: dict[str, Any] = dict.fromkeys(custom)
            writes.append(Write("set_custom_fields", f"item:{item.identity}", None, empty, custom))
        return Verdict("created", codes, details, tuple(writes), category_id=shop_category_id)

    def _place(self, item: Item) -> tuple[int | None, int | None]:
        """Give the category in the CRM, and the shop's one whose place in the CRM is yet to be created."""
        default = self.rules.crm.default_category
        if item.shop_category_id is None:
            return default, None
        place = self.categories.place(item.shop_category_id)
        if place is None:
            return default, None
        best = default if place.best is None else place.best
        if place.crm_id is not None or not self.creates_categories:
            return best, None
        return best, place.leader if self.categories.is_creatable(place.leader) else None

    def _destination(self, item: Item) -> Destination | None:
        """Say where existing materials shall be, if they follow their item at all (Q12)."""
        if not self.rules.crm.move_existing or item.shop_category_id is None:
            return None
        place = self.categories.place(item.shop_category_id)
        if place is None or place.crm_id is not None:
            return Destination(place.crm_id) if place else None
        leader = self._place(item)[1]
        return None if leader is None else Destination(None, leader)

    def _compared(self, item: Item, want: Wanted, twins: Sequence[Material]) -> Verdict:
        destination = self._destination(item)
        found = [(twin, changes(item, want, twin, self.rules, destination)) for twin in twins]
        writes = [write for twin, change in found for write in _writes(twin, change)]
        agreed = tuple(each for _, change in found for each in change.agreed)
        codes = _codes(found)
        if not writes and not codes:
            return Verdict("unchanged", agreed=agreed)
        details = {
            "title": item.title,
            "article": item.article,
            "materials": [twin.material_id for twin in twins],
            "rule": {str(twin.material_id): twin.rule for twin in twins},
            "fields": list(dict.fromkeys(name for _, change in found for name in change.names)),
        }
        outcome = "updated" if writes else "unchanged"
        moved = (write.after.get("shop_category_id") for write in writes)
        needed = next((category for category in moved if category is not None), None)
        return Verdict(outcome, codes, details, tuple(writes), agreed, needed)


def _writes(twin: Material, change: Changes) -> list[Write]:
    own, key = twin.material_id, f"material:{twin.material_id}"
    writes = []
    if change.after:
        writes.append(Write("update_material", key, own, change.before, change.after))
    if change.custom_after:
        custom = dict(change.custom_before), dict(change.custom_after)
        writes.append(Write("set_custom_fields", key, own, *custom))
    return writes


def _codes(found: Sequence[tuple[Material, Changes]]) -> tuple[str, ...]:
    told = {
        "CATALOG_CHANGED": any(change for _, change in found),
        "CATALOG_ADOPTED": any(twin.rule == "title" for twin, _ in found),
        "CATALOG_REAPPEARED": any(change.reappears for _, change in found),
        "CATALOG_TWINS": len(found) > 1,
    }
    return tuple(code for code, holds in told.items() if holds)
