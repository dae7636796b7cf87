"""The tree of the shop's categories, and the one category that a product is exported to (opencart 10)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple


class Category(NamedTuple):
    """A category as the shop stores it; its name read. ``parent_id`` 0: a root."""

    category_id: int
    parent_id: int
    name: str
    enabled: bool
    sort_order: int = 0


class CatalogCategoryRow(NamedTuple):
    """A row of ``stage.opencart_catalog_category``."""

    category_id: int
    parent_id: int | None
    name: str
    path: list[str]
    enabled: bool
    orphan: bool


class Placement(NamedTuple):
    """One category that a product is in; ``main``: the shop says it is the product's own."""

    category_id: int
    main: bool = False


class CategoryTree:
    """Ancestors and paths by ``parent_id``; whose parent does not exist, or who is their own, is a root."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self._of: Mapping[int, Category] = {category.category_id: category for category in categories}
        self._lines: dict[int, tuple[int, ...]] = {}

    def rows(self) -> Iterator[CatalogCategoryRow]:
        """Give every category with its path, parents before children."""
        for category_id in sorted(self._of, key=lambda known: (self.depth(known), known)):
            own = self._of[category_id]
            parent = None if category_id in self.orphans else own.parent_id or None
            path = self.path(category_id)
            yield CatalogCategoryRow(
                category_id, parent, own.name, path, own.enabled, category_id in self.orphans
            )

    def line(self, category_id: int) -> tuple[int, ...]:
        """Give the categories from the root down to this one, itself the last."""
        below: list[int] = []
        at = category_id
        while at not in self._lines:
            below.append(at)
            if at in self.orphans or not self._of[at].parent_id:
                break
            at = self._of[at].parent_id
        line = self._lines.get(at, ())
        for known in reversed(below):
            line = self._lines[known] = (*line, known)
        return self._lines[category_id]

    def path(self, category_id: int) -> list[str]:
        """Give the names from the root."""
        return [self._of[known].name for known in self.line(category_id)]

    def depth(self, category_id: int) -> int:
        """Give the number of ancestors."""
        return len(self.line(category_id)) - 1

    def exporting(self, placements: Iterable[Placement]) -> int | None:
        """
        Choose a product's one category: its main one, else the deepest enabled; ties by sort order, then id.

        Categories that do not exist count for nothing.
        """
        known = [place for place in placements if place.category_id in self._of]
        main = [place.category_id for place in known if place.main]
        enabled = [place.category_id for place in known if self._of[place.category_id].enabled]
        return min(main or enabled, key=self._rank, default=None)

    def is_under(self, category_id: int | None, above: Collection[int]) -> bool:
        """Tell whether a category is one of these, or below one."""
        return category_id is not None and not set(above).isdisjoint(self.line(category_id))

    @cached_property
    def orphans(self) -> frozenset[int]:
        """Categories hung on what does not exist, or on themselves through their own descendants."""
        lost = {
            own.category_id for own in self._of.values() if own.parent_id and own.parent_id not in self._of
        }
        return frozenset(lost | self._circles())

    def _circles(self) -> set[int]:
        """Find the members of circles; those that merely hang below one are not among them."""
        done: set[int] = set()
        found: set[int] = set()
        for start in self._of:
            trail: dict[int, None] = {}
            at = start
            while at in self._of and at not in done and at not in trail:
                trail[at] = None
                at = self._of[at].parent_id
            if at in trail:
                walked = list(trail)
                found.update(walked[walked.index(at) :])
            done.update(trail)
        return found

    def _rank(self, category_id: int) -> tuple[int, int, int]:
        return -self.depth(category_id), self._of[category_id].sort_order, category_id
