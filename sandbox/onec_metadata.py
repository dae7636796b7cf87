"""``$metadata`` of the simulated 1C base: an EDMX document, the only form there is (onec-odata 1)."""

from collections.abc import Iterator

from sandbox.onec_schema import Entity, Schema

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" m:MaxDataServiceVersion="3.0" \
xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="StandardODATA" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
"""
_TAIL = "</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n"


def edmx(schema: Schema) -> bytes:
    """Describe every set: its keys, properties, navigation properties to sets that are there, sections."""
    parts = [_HEAD]
    for whole in schema.values():
        links = {name: target for name, target in whole.references.items() if target in schema}
        entity = whole._replace(references=links)
        parts += ["\n".join(_entity_type(entity)), "\n".join(_associations(entity))]
        if entity.owner:
            parts.append("\n".join(_row_type(entity)))
    sets = (f'<EntitySet Name="{name}" EntityType="StandardODATA.{name}"/>' for name in schema)
    container = '<EntityContainer Name="EnterpriseV8" m:IsDefaultEntityContainer="true">'
    parts.append("\n".join((container, *sets, "</EntityContainer>\n")))
    return "\n".join((*parts, _TAIL)).encode()


def _entity_type(entity: Entity) -> Iterator[str]:
    yield f'<EntityType Name="{entity.name}">'
    yield "<Key>" + "".join(f'<PropertyRef Name="{key}"/>' for key in entity.keys) + "</Key>"
    for name, kind in entity.types.items():
        yield f'<Property Name="{name}" Type="{kind}" Nullable="{str(name not in entity.keys).lower()}"/>'
    for section in entity.sections:
        row = f"StandardODATA.{_row_name(entity.name, section)}"
        yield f'<Property Name="{section}" Type="Collection({row})" Nullable="true"/>'
    for name in entity.references:
        link = f'Relationship="StandardODATA.{entity.name}_{name}" FromRole="Begin" ToRole="End"'
        yield f'<NavigationProperty Name="{name}" {link}/>'
    yield "</EntityType>"


def _associations(entity: Entity) -> Iterator[str]:
    for name, target in entity.references.items():
        yield f'<Association Name="{entity.name}_{name}">'
        yield f'<End Role="Begin" Type="StandardODATA.{entity.name}" Multiplicity="*"/>'
        yield f'<End Role="End" Type="StandardODATA.{target}" Multiplicity="0..1"/></Association>'


def _row_type(entity: Entity) -> Iterator[str]:
    yield f'<ComplexType Name="{_row_name(entity.owner, entity.section)}">'
    for name, kind in entity.types.items():
        yield f'<Property Name="{name}" Type="{kind}" Nullable="true"/>'
    yield "</ComplexType>"


def _row_name(owner: str, section: str) -> str:
    return f"{owner}_RowType" if section == "RecordSet" else f"{owner}_{section}_RowType"
