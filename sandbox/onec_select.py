"""``$select`` and ``$expand``, compiled once a request into a function of a row (onec-odata 2, 4)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sandbox.onec_base import Base, Row
from sandbox.onec_filter import UnknownProperty
from sandbox.onec_schema import EMPTY_GUID, Entity

PRESENTATION = "____Presentation"
Shape = Callable[[Row], Row]


class Shaper(NamedTuple):
    """Makes functions that shape rows of one set for an answer."""

    base: Base
    entity: Entity
    level: str

    def shape(self, select: str, expand: str = "") -> Shape:
        """Compile ``$select`` and ``$expand``. Raises UnknownProperty."""
        wanted = [part.strip() for part in (select or "*").split(",")]
        expanded = [part.strip() for part in expand.split(",") if part.strip()]
        parts = [*self._plain(wanted, expanded), *self._expansions(wanted, expanded)]
        if self.level != "nometadata":
            parts.append(self._links)

        def shaped(row: Row) -> Row:
            made: Row = {}
            for part in parts:
                made.update(part(row))
            return made

        return shaped

    def _plain(self, wanted: list[str], expanded: list[str]) -> Iterator[Shape]:
        names: list[str] = []
        columns: dict[str, list[str]] = {}
        for part in wanted:
            first, _, rest = part.partition("/")
            if part.endswith("Presentation"):
                yield self._presentation(part)
            elif rest and first in self.entity.sections:
                columns.setdefault(first, []).append(rest)
            elif first not in expanded:
                names += self._names(part)
        yield lambda row: {name: row[name] for name in names}
        for section, chosen in columns.items():
            yield self._columns(section, chosen)

    def _names(self, part: str) -> list[str]:
        match part:
            case "*":
                return [*self.entity.types, *self.entity.sections]
            case "**":
                return list(self.entity.types)
        if part not in self.entity.types and part not in self.entity.sections:
            raise UnknownProperty(part)
        return [part]

    def _columns(self, section: str, chosen: list[str]) -> Shape:
        rows = self.base.schema[self.entity.sections[section]]
        if unknown := set(chosen) - rows.types.keys():
            raise UnknownProperty(f"{section}/{unknown.pop()}")
        return lambda row: {section: [{name: line[name] for name in chosen} for line in row[section]]}

    def _presentation(self, part: str) -> Shape:
        if part == "Presentation":
            return lambda row: {part: presentation(self.entity, row)}
        name = part.removesuffix(PRESENTATION)
        names = list(self.entity.references) if name == "*" else [name]
        if unknown := set(names) - self.entity.references.keys():
            raise UnknownProperty(f"{unknown.pop()}{PRESENTATION}")
        return lambda row: {f"{name}{PRESENTATION}": self._presented(name, row) for name in names}

    def _presented(self, name: str, row: Row) -> str:
        target = self.entity.references[name]
        found = self.base.row(target, row[f"{name}_Key"])
        return presentation(self.base.schema[target], found) if found else ""

    def _expansions(self, wanted: list[str], expanded: list[str]) -> Iterator[Shape]:
        for name in expanded:
            if name not in self.entity.references:
                raise UnknownProperty(name)
            target = self.entity.references[name]
            chosen = ",".join(part.partition("/")[2] for part in wanted if part.startswith(f"{name}/"))
            inner = Shaper(self.base, self.base.schema[target], self.level).shape(chosen)
            yield lambda row, name=name, target=target, inner=inner: {  # type: ignore[misc]
                name: inner(found) if (found := self.base.row(target, row[f"{name}_Key"])) else None
            }

    def _links(self, row: Row) -> Row:
        own = f"{self.entity.name}({key_text(self.entity, row)})"
        filled = (name for name in self.entity.references if row[f"{name}_Key"] != EMPTY_GUID)
        return {f"{name}@navigationLinkUrl": f"{own}/{name}" for name in filled}


def key_text(entity: Entity, row: Row) -> str:
    """Spell a row's key as it stands in an address."""
    if len(entity.keys) == 1:
        return f"guid'{row[entity.keys[0]]}'"
    return ",".join(
        f"{name}=guid'{row[name]}'" if entity.types[name] == "Edm.Guid" else f"{name}='{row[name]}'"
        for name in entity.keys
    )


def presentation(entity: Entity, row: Row) -> str:
    """Return what 1C shows of a row: a document's title with number and date, an item's name."""
    if "Number" not in entity.types:
        return str(row.get("Description", ""))
    at = datetime.fromisoformat(row["Date"])
    return f"{entity.title} {row['Number'].strip()} от {at:%d.%m.%Y} {at.hour}:{at:%M:%S}"
