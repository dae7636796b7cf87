"""GET of the simulated 1C base: sets, their size, single objects, sections and properties through the dot."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from sandbox.onec_answers import Style
from sandbox.onec_base import Base, Row
from sandbox.onec_filter import UnknownProperty
from sandbox.onec_query import Query, whole
from sandbox.onec_request import Refusal, Resource, full_key
from sandbox.onec_schema import Entity
from sandbox.onec_select import Shaper
from sandbox.vendor import Response

_BOM = "\ufeff"


def is_restricted(base: Base, entity: Entity, row: Row) -> bool:
    """Tell whether a row, or what it is a line of, belongs to an organisation that is not to be seen."""
    restricted = base.settings["restricted"]
    if not restricted:
        return False
    if "Организация_Key" in row:
        return row["Организация_Key"] in restricted
    owner = base.row(entity.owner, row[entity.keys[0]]) if entity.owner else None
    return bool(owner) and (owner or {}).get("Организация_Key") in restricted


class Reading(NamedTuple):
    """One GET."""

    base: Base
    entity: Entity
    options: Mapping[str, str]
    style: Style

    def answer(self, found: Resource) -> Response:
        """Answer with a set, its size, an object, or a part of one."""
        if found.key is None:
            if found.tail == "$count":
                return self._count()
            if found.tail:
                raise Refusal(404, 11, f"Метод {found.tail!r} не найден")
            return self._set()
        if "$expand" in self.options:
            raise Refusal(400, 0, "$expand не поддерживается для одиночной сущности")
        row = self._one(found.key)
        if found.tail:
            return self._part(self.entity, row, found.tail.split("/"))
        return self.style.single(self.entity, self._shape(self.entity)(row))

    def _set(self) -> Response:
        query, may_see = self._query()
        count = None
        if self.options.get("$inlinecount", "none") == "allpages":  # documented: paging is ignored then
            query = query._replace(top=None, skip=0)
            rows = list(query.run(self.base, may_see))
            count = len(rows)
        else:
            rows = list(query.run(self.base, may_see))
        if any(is_restricted(self.base, self.entity, row) for row in rows):
            raise Refusal(401, 20, "Нарушение прав доступа!")
        return self.style.collection(self.entity, map(self._shape(self.entity), rows), count)

    def _count(self) -> Response:
        query, may_see = self._query()
        count = sum(1 for _ in query.run(self.base, may_see))
        return Response(f"{_BOM}{count}".encode(), headers={"Content-Type": "text/plain; charset=utf-8"})

    def _query(self) -> tuple[Query, Callable[[Row], bool] | None]:
        top, skip = whole(self.options, "$top"), whole(self.options, "$skip") or 0
        condition, order = self.options.get("$filter", ""), self.options.get("$orderby", "")
        asked = Query(self.entity, condition, order, top, skip)
        only = "true" in (self.options.get("allowedOnly"), self.options.get("$allowedOnly"))
        return asked, (lambda row: not is_restricted(self.base, self.entity, row)) if only else None

    def _one(self, key: Mapping[str, str]) -> Row:
        first, *others = full_key(self.entity, key)
        row = next(self._found(first, others), None)
        if row is None:
            raise Refusal(404, 9, f"Экземпляр сущности {self.entity.name!r} не найден по переданному ключу")
        if is_restricted(self.base, self.entity, row):
            raise Refusal(401, 20, "Нарушение прав доступа!")
        return row

    def _found(self, first: str, others: list[str]) -> Iterator[Row]:
        """Return the row whose key this is; the rest of a key is compared without case."""
        names = self.entity.keys[1:]
        for row in self.base.rows(self.entity, [first]):
            if [str(row[name]).lower() for name in names] == others:
                yield row

    def _part(self, entity: Entity, row: Row, names: list[str]) -> Response:
        name, *rest = names
        if name in entity.sections and not rest:
            rows = self.base.schema[entity.sections[name]]
            return self.style.collection(rows, map(self._shape(rows), row[name]))
        if name in entity.types and not rest:
            return self.style.value(f"{entity.name}/{name}", row[name])
        if name not in entity.references:
            raise UnknownProperty(name)
        target = self.base.schema[entity.references[name]]
        found = next(islice(self.base.rows(target, [row[f"{name}_Key"]]), 1), None)
        if found is None:
            raise Refusal(404, 9, f"Экземпляр сущности {target.name!r} не найден")
        if rest:
            return self._part(target, found, rest)
        return self.style.single(target, self._shape(target)(found))

    def _shape(self, entity: Entity) -> Callable[[Row], Row]:
        shaper = Shaper(self.base, entity, self.style.level)
        return shaper.shape(self.options.get("$select", ""), self.options.get("$expand", ""))
