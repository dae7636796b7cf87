"""Which category of the CRM a category of the shop is, and which are to be created (keepincrm 10.11, Q15)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from include.opencart_catalog.equality import comparable


class ShopCategory(NamedTuple):
    """A category of the shop; ``parent_id`` None: a root."""

    category_id: int
    parent_id: int | None
    name: str
    path: list[str]


class CrmCategory(NamedTuple):
    """A category of the CRM."""

    crm_category_id: int
    parent_id: int | None
    name: str


class Place(NamedTuple):
    """
    Where items of a shop's category go.

    ``crm_id``: its category in the CRM, None: there is none. ``leader``: the shop's category under whose name
    it is to be created, where several share a path. ``above``: the CRM's nearest category above, where it is.
    ``rivals``: categories of the CRM that it might be as well.
    """

    crm_id: int | None
    leader: int
    above: int | None = None
    rivals: tuple[int, ...] = ()

    @property
    def best(self) -> int | None:
        """Give the nearest category that exists."""
        return self.above if self.crm_id is None else self.crm_id


class CategoryMap:
    """
    Match level by level: by stored link first, by equal normalised names below the same parent second.

    ``flat``: the CRM does not tell parents, so that names are believed at the root alone.
    """

    def __init__(
        self,
        shop: Iterable[ShopCategory],
        crm: Iterable[CrmCategory],
        links: Mapping[int, int],
        *,
        flat: bool,
    ) -> None:
        self._shop = {category.category_id: category for category in shop}
        self._links, self._flat = links, flat
        self.crm = {category.crm_category_id: category for category in crm}
        self._named: defaultdict[tuple[int | None, str], list[int]] = defaultdict(list)
        for number in sorted(self.crm):
            category = self.crm[number]
            self._named[category.parent_id, _name(category.name)].append(number)
        self._places: dict[int, Place] = {}
        self._leaders: dict[tuple[tuple[str, int], str], int] = {}
        for category_id in sorted(self._shop):
            self.place(category_id)

    def place(self, category_id: int) -> Place | None:
        """Give the place of a category; None: the shop has no such category."""
        line: list[ShopCategory] = []
        at: int | None = category_id
        while at is not None and at not in self._places and at in self._shop:
            line.append(self._shop[at])
            at = self._shop[at].parent_id
        for category in reversed(line):
            self._places[category.category_id] = self._found(category)
        return self._places.get(category_id)

    def path(self, category_id: int) -> list[str]:
        """Give the names from the root in the shop."""
        return self._shop[category_id].path

    def is_creatable(self, category_id: int) -> bool:
        """
        Tell whether a missing category may be created.

        Where the CRM does not tell parents only a root may: below it may be everything already.
        """
        return not self._flat or self._shop[category_id].parent_id is None

    def missing(self, category_ids: Collection[int]) -> list[ShopCategory]:
        """Give what has to be created for categories, parents before children, each path once."""
        wanted: dict[int, ShopCategory] = {}
        for category_id in sorted(category_ids):
            own: list[ShopCategory] = []
            at: int | None = category_id
            while at is not None and (place := self.place(at)) and place.crm_id is None:
                own.append(self._shop[place.leader])
                at = self._shop[place.leader].parent_id
            wanted.update((category.category_id, category) for category in reversed(own))
        return sorted(wanted.values(), key=lambda category: (len(category.path), category.category_id))

    def renamed(self, category_ids: Collection[int]) -> list[tuple[CrmCategory, str]]:
        """Give linked categories whose names differ, with the name in the shop; ancestors too."""
        found: dict[int, tuple[CrmCategory, str]] = {}
        for category_id in sorted(self.with_ancestors(category_ids)):
            known = self.crm.get(self._links.get(category_id, 0))
            if known and known.crm_category_id not in found:
                found[known.crm_category_id] = (known, self._shop[category_id].name)
        return [(own, name) for own, name in found.values() if comparable(own.name) != comparable(name)]

    def with_ancestors(self, category_ids: Collection[int]) -> set[int]:
        """Add the categories above."""
        found: set[int] = set()
        for category_id in category_ids:
            at: int | None = category_id
            while at is not None and at not in found and at in self._shop:
                found.add(at)
                at = self._shop[at].parent_id
        return found

    def _found(self, category: ShopCategory) -> Place:
        own = category.category_id
        linked = self._links.get(own)
        if linked in self.crm:
            return Place(linked, own)
        parent = self._places.get(category.parent_id) if category.parent_id is not None else None
        if parent is None or parent.crm_id is not None:
            rivals = self._of_name(parent.crm_id if parent else None, category.name)
            if rivals:
                return Place(rivals[0], own, None, tuple(rivals[1:]))
        leader = self._leaders.setdefault((_above(parent), _name(category.name)), own)
        return Place(None, leader, parent.best if parent else None)

    def _of_name(self, parent: int | None, name: str) -> list[int]:
        if self._flat and parent is not None:
            return []
        return self._named.get((parent, _name(name)), [])


def _above(parent: Place | None) -> tuple[str, int]:
    """Name what a missing category hangs on: one that exists by its number there, a missing one by ours."""
    if parent is None:
        return "root", 0
    return ("new", parent.leader) if parent.crm_id is None else ("crm", parent.crm_id)


def _name(name: str) -> str:
    return comparable(name).casefold()
