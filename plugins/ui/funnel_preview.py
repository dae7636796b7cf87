"""What the leads that are there come to under a mapping, any mapping: figures by container, nothing saved."""

from decimal import Decimal
from typing import NamedTuple

from include.amocrm_statuses.mapping import ContainerMap, FunnelMap, Mapping
from plugins.ui.funnel_account import Funnel, Span
from plugins.ui.warehouse import Reader

NOTHING = Decimal(0)


class Figures(NamedTuple):
    """A container: leads that stood there, that count as having passed without, that stand there now."""

    container: ContainerMap
    visited: int = 0
    implied: int = 0
    here: int = 0
    outside: int = 0
    sales_volume: Decimal = NOTHING
    success_amount: Decimal = NOTHING
    returned_amount: Decimal = NOTHING

    @property
    def passed(self) -> int:
        return self.visited + self.implied


class FunnelFigures(NamedTuple):
    """A funnel: its containers in order."""

    funnel: FunnelMap
    containers: list[Figures]

    @property
    def leads(self) -> int:
        """Count the leads that are in it: each stands in one container, or has left from one."""
        return sum(each.here + each.outside for each in self.containers)

    @property
    def sales_volume(self) -> Decimal:
        return sum((each.sales_volume for each in self.containers), NOTHING)

    @property
    def success_amount(self) -> Decimal:
        return sum((each.success_amount for each in self.containers), NOTHING)

    @property
    def returned_amount(self) -> Decimal:
        return sum((each.returned_amount for each in self.containers), NOTHING)

    def standing(self, marker: str) -> int:
        """Count the leads that stand in the container with a marker."""
        return sum(each.here for each in self.containers if each.container.marker == marker)


def figures_of(
    reader: Reader, account: str | None, mapping: Mapping, backfill: str, span: Span
) -> list[FunnelFigures]:
    """Try a mapping on the leads of an account created in a span of months."""
    rows = reader.rows(
        "preview_amocrm_mapping", account=account, backfill=backfill, **span.months, **_as_lists(mapping)
    )
    found = {(row.pop("funnel"), row.pop("position")): row for row in rows}
    return [
        FunnelFigures(
            funnel,
            [
                Figures(container, **found.get((number, container.position), {}))
                for container in funnel.containers
            ],
        )
        for number, funnel in enumerate(mapping.funnels)
    ]


def _as_lists(mapping: Mapping) -> dict[str, list[object]]:
    """Spell a mapping as lists; funnels by their number among them."""
    statuses: list[object] = []
    places: list[tuple[int, int]] = []
    containers: list[tuple[int, int, str | None]] = []
    for number, funnel in enumerate(mapping.funnels):
        for container in funnel.containers:
            containers.append((number, container.position, container.marker))
            statuses += [spelled_status(*status) for status in container.statuses]
            places += [(number, container.position)] * len(container.statuses)
    return {
        "statuses": statuses,
        "status_funnels": [number for number, _ in places],
        "status_positions": [position for _, position in places],
        "funnels": [number for number, _, _ in containers],
        "positions": [position for _, position, _ in containers],
        "markers": [marker for _, _, marker in containers],
    }


def spelled_status(pipeline_id: int, status_id: int) -> str:
    """Spell a status as paths do."""
    return f"{pipeline_id}:{status_id}"


def status_of(text: str) -> tuple[int, int]:
    """Read it back."""
    pipeline_id, _, status_id = text.partition(":")
    return int(pipeline_id), int(status_id)


def published(funnels: list[Funnel]) -> Mapping:
    """Give the mapping that the marts were built with."""
    return Mapping(tuple(_funnel_map(funnel) for funnel in funnels))


def _funnel_map(funnel: Funnel) -> FunnelMap:
    containers = (
        ContainerMap(
            row["container_id"],
            row["title"],
            row["position"],
            row["marker"],
            tuple(status_of(each) for each in row["statuses"]),
        )
        for row in funnel.containers
    )
    return FunnelMap(funnel.funnel_id, funnel.title, tuple(containers))
