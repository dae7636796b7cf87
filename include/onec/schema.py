"""What a base publishes: entities, their properties with types, where references lead (``$metadata``)."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from lxml import etree

from include.errors import BadFile
from include.onec.literals import TYPE_PREFIX

Kind = Literal["plain", "reference", "composite"]
_KEY = "_Key"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True}


class Schema(NamedTuple):
    """Properties of each entity with their types, and the entity each reference leads to."""

    properties: Mapping[str, Mapping[str, str]]
    targets: Mapping[str, Mapping[str, str]]

    def has(self, entity: str, prop: str) -> bool:
        """Tell whether a property may be asked for."""
        return prop in self.properties.get(entity, {})

    def kind(self, entity: str, prop: str) -> Kind | None:
        """
        Tell how an attribute is read: by its name, by ``X_Key``, by ``X`` with ``X_Type``; None: not at all.

        ``X_Key`` itself is a plain name: whoever configures it knows what it is.
        """
        if self.has(entity, prop):
            return "composite" if self.has(entity, f"{prop}_Type") else "plain"
        return "reference" if self.has(entity, prop + _KEY) else None

    def target(self, entity: str, prop: str) -> str | None:
        """Name the entity that a reference leads to, where the schema says so."""
        return self.targets.get(entity, {}).get(prop.removesuffix(_KEY))

    def only(self, entities: Iterable[str]) -> "Schema":
        """Cut the schema down to some entities: a whole base has a thousand more."""
        kept = [entity for entity in dict.fromkeys(entities) if entity in self.properties]
        return Schema(
            {entity: self.properties[entity] for entity in kept},
            {entity: self.targets.get(entity, {}) for entity in kept},
        )

    def to_json(self) -> str:
        """Spell it so that it can be kept between runs."""
        return json.dumps(self._asdict(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, spelled: str) -> "Schema":
        """Read back what ``to_json`` has spelled."""
        return cls(**json.loads(spelled))


def read_schema(body: bytes) -> Schema:
    """Read ``$metadata`` (EDMX). Raises BadFile when it is not one, as a page of a web server is not."""
    properties: dict[str, dict[str, str]] = {}
    ends: dict[str, dict[str, str]] = {}
    links: dict[str, list[tuple[str, str, str]]] = {}
    try:
        for _, element in etree.iterparse(io.BytesIO(body), events=("end",), **_SAFE):
            match etree.QName(element).localname:
                case "EntityType":
                    properties[element.get("Name")] = _properties(element)
                    links[element.get("Name")] = _links(element)
                case "Association":
                    ends[element.get("Name")] = {
                        end.get("Role"): _bare(end.get("Type")) for end in element.iterfind("{*}End")
                    }
                case _:
                    continue
            element.clear()
    except etree.XMLSyntaxError as error:
        raise BadFile(f"$metadata базы 1С не читается: {error.msg}") from None
    if not properties:
        raise BadFile("$metadata базы 1С не описывает ни одного объекта: настройте состав OData.")
    return Schema(properties, {entity: _targets(links[entity], ends) for entity in links})


def _properties(element: etree._Element) -> dict[str, str]:
    return {prop.get("Name", ""): prop.get("Type", "") for prop in element.iterfind("{*}Property")}


def _links(element: etree._Element) -> list[tuple[str, str, str]]:
    found = element.iterfind("{*}NavigationProperty")
    return [(nav.get("Name", ""), _bare(nav.get("Relationship")), nav.get("ToRole", "")) for nav in found]


def _targets(links: list[tuple[str, str, str]], ends: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    found = {name: ends.get(association, {}).get(role, "") for name, association, role in links}
    return {name: entity for name, entity in found.items() if entity}


def _bare(name: str | None) -> str:
    return (name or "").removeprefix(TYPE_PREFIX)
