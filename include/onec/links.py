"""What a document was made from, and the order at the end of that chain (onec-odata 9.5, B4)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from include.onec.asks import REF, Asks
from include.onec.decode import reference, typed_reference

LEVELS = 2  # documents between one and its order: invoice -> shipment -> order, return -> shipment -> order


class Base(NamedTuple):
    """A document that another was made from."""

    entity: str
    ref: str


class Links:
    """The bases of the documents met so far."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._bases: dict[str, Base | None] = {}

    def base_of(self, entity: str, row: Mapping[str, Any]) -> Base | None:
        """Read a document's base; None when it has none, or one whose kind cannot be told."""
        prop = self._asks.base_property(entity)
        return referred(self._asks, entity, prop, row) if prop else None

    def learn(self, entity: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Remember the bases of documents."""
        for row in rows:
            if ref := reference(row.get(REF)):
                self._bases[ref] = self.base_of(entity, row)

    def give_up(self, refs: Iterable[str]) -> None:
        """Remember that no more will be known of these documents."""
        for ref in refs:
            self._bases.setdefault(ref, None)

    def knows(self, ref: str) -> bool:
        """Tell whether a document's base was learnt, be it that it has none."""
        return ref in self._bases

    def chain(self, base: Base | None) -> Iterator[Base]:
        """Walk from a document's base on towards its order, as far as is known and allowed."""
        for _ in range(LEVELS + 1):
            if base is None:
                return
            yield base
            if base.entity in self._asks.order_entities:
                return
            base = self._bases.get(base.ref)

    def order_of(self, base: Base | None) -> str | None:
        """Name the order at the end of the chain."""
        orders = self._asks.order_entities
        return next((link.ref for link in self.chain(base) if link.entity in orders), None)

    def gaps(self, bases: Iterable[Base | None]) -> dict[str, list[str]]:
        """Name the documents, by entity, that have to be read to walk these chains one step further."""
        found: dict[str, dict[str, None]] = {}
        for base in bases:
            walked = list(self.chain(base))
            last = walked[-1] if walked else None
            if last is None or last.entity in self._asks.order_entities or self.knows(last.ref):
                continue
            if len(walked) <= LEVELS:
                found.setdefault(last.entity, {})[last.ref] = None
        return {entity: list(refs) for entity, refs in found.items()}


def referred(asks: Asks, entity: str, prop: str, row: Mapping[str, Any]) -> Base | None:
    """Read which document an attribute refers to, be it composite or plain; None when that cannot be told."""
    match asks.schema.kind(entity, prop):
        case None:
            return None
        case "composite":
            kind, ref = typed_reference(row, prop)
        case _:
            name = next(iter(asks.attribute(entity, prop)))
            kind, ref = asks.schema.target(entity, prop), reference(row.get(name))
    return Base(kind, ref) if kind and ref else None
