"""The mapping as it is worked with: funnels, containers, the statuses in them (smart-data-hub 3)."""

from collections.abc import Iterator
from collections.abc import Mapping as Lookup
from functools import cached_property
from typing import Literal, NamedTuple

StatusKey = tuple[int, int]  # pipeline and status: 142 and 143 are in every pipeline (amocrm 0.2)
Marker = Literal["success", "refusal", "return", "pause"]
MARKERS: tuple[Marker, ...] = ("success", "refusal", "return", "pause")


class ContainerMap(NamedTuple):
    """A container. ``position`` orders it in its funnel; ``statuses`` are of any pipelines."""

    container_id: str
    title: str
    position: int
    marker: Marker | None
    statuses: tuple[StatusKey, ...]


class FunnelMap(NamedTuple):
    """A funnel: its containers, by position."""

    funnel_id: str
    title: str
    containers: tuple[ContainerMap, ...]

    def marked(self, marker: Marker) -> ContainerMap | None:
        """Find the container that has a marker."""
        return next((container for container in self.containers if container.marker == marker), None)


class Place(NamedTuple):
    """Where a status is."""

    funnel: FunnelMap
    container: ContainerMap


class _Funnels(NamedTuple):
    funnels: tuple[FunnelMap, ...] = ()


class Mapping(_Funnels):
    """All funnels. A status is in one container overall."""

    @cached_property
    def places(self) -> Lookup[StatusKey, Place]:
        """Tell where each mapped status is."""
        return {
            status: Place(funnel, container)
            for funnel, container in self.containers()
            for status in container.statuses
        }

    def containers(self) -> Iterator[tuple[FunnelMap, ContainerMap]]:
        """Walk all containers, funnel by funnel."""
        for funnel in self.funnels:
            for container in funnel.containers:
                yield funnel, container

    def funnel_rows(self) -> list[tuple[str, str, int]]:
        """Give rows of ``mart.amocrm_funnel``: number, title, place."""
        return [(funnel.funnel_id, funnel.title, place) for place, funnel in enumerate(self.funnels, 1)]

    def container_rows(self) -> list[tuple[str, str, str, int, Marker | None]]:
        """Give rows of ``mart.amocrm_container``: funnel, container, title, position, marker."""
        return [
            (funnel.funnel_id, container.container_id, container.title, container.position, container.marker)
            for funnel, container in self.containers()
        ]

    def status_rows(self) -> list[tuple[int, int, str, str]]:
        """Give rows of ``mart.amocrm_container_status``: pipeline, status, funnel, container."""
        return [
            (*status, place.funnel.funnel_id, place.container.container_id)
            for status, place in self.places.items()
        ]
