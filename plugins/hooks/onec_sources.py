"""An order's advertising source written back to 1C, never over what a person typed (calltouch 6.15, A23)."""

from typing import Any, NamedTuple

from include.errors import ConfigError, LostAnswer
from include.onec.asks import CATALOG, REF, VERSION, Asks
from include.onec.decode import reference, text, typed_reference, typed_text
from include.onec.literals import text as text_literal
from include.onec.query import Query
from include.onec.schema import Schema
from include.settings.onec_profile import AdSource, Profile
from plugins.hooks.onec import OneCHook, VersionChanged

_STRING = "Edm.String"


class Source(NamedTuple):
    """«Источник рекламы» and «Полное наименование источника рекламы»."""

    short: str | None
    full: str | None


class Written(NamedTuple):
    """
    What the order holds now: ``source`` if it was ours to write, else ``kept``, which a person has typed.

    ``source.short`` is None when the order refers to a catalog that has no such item.
    """

    source: Source | None
    kept: Source | None


class SourceWriter:
    """Writes sources to the orders of a base."""

    def __init__(
        self,
        hook: OneCHook,
        profile: Profile,
        schema: Schema,
        *,
        loading: bool = False,
        may_create: bool = False,
    ) -> None:
        """``loading``: past 1C's own checks. ``may_create``: a source is added to a catalog that lacks it."""
        if profile.ad_source is None:
            raise ConfigError("Профиль 1С: ad_source не указан, записывать источник рекламы некуда")
        self._hook = hook
        self._asks = Asks(profile, schema)
        self._names: AdSource = profile.ad_source
        self._kinds: dict[str, str] = {order.kind: order.entity for order in profile.orders}
        self._loading = loading
        self._may_create = may_create

    def read(self, kind: str, ref: str) -> Source:
        """Read what an order holds."""
        entity = self._kinds[kind]
        return self._held(entity, self._row(entity, ref))

    def write(self, kind: str, ref: str, source: Source, ours: Source | None = None) -> Written:
        """
        Write a source to an order whose fields are empty or still hold ``ours``, what was written before.

        The order may change under our hands: it is looked at again, once. Raises VendorError.
        """
        try:
            return self._write(self._kinds[kind], ref, source, ours)
        except VersionChanged:
            return self._write(self._kinds[kind], ref, source, ours)

    def _write(self, entity: str, ref: str, source: Source, ours: Source | None) -> Written:
        row = self._row(entity, ref)
        held = self._held(entity, row)
        fields = zip(held, source, ours or Source(None, None), strict=True)
        if not all(now in (None, text(wanted), text(own)) for now, wanted, own in fields):
            return Written(None, held)
        short = self._short_values(entity, source.short) if source.short else {}
        values = {**short, self._names.full: source.full or ""}
        self._hook.patch(entity, ref, values, text(row.get(VERSION)), loading=self._loading)
        return Written(Source(source.short if short else None, source.full), None)

    def _row(self, entity: str, ref: str) -> dict[str, Any]:
        short = self._asks.attribute(entity, self._names.short)
        return self._hook.get(entity, ref, (REF, VERSION, *short, self._names.full))

    def _held(self, entity: str, row: dict[str, Any]) -> Source:
        """Read both fields; a reference by the name of what it leads to, or as it is if there is none."""
        short = self._names.short
        catalog, ref, shown = None, None, None
        match self._asks.schema.kind(entity, short):
            case "composite":
                catalog, ref = typed_reference(row, short)
                shown = typed_text(row, short)
            case "reference":
                catalog, ref = self._asks.source_catalog(entity), reference(row.get(f"{short}_Key"))
            case _:
                shown = text(row.get(short))
        if ref:
            shown = (self._name(catalog, ref) if catalog else None) or ref
        return Source(shown, text(row.get(self._names.full)))

    def _name(self, catalog: str, ref: str) -> str | None:
        found = self._hook.by_keys(catalog, [ref], CATALOG) if self._asks.schema.has(catalog, REF) else {}
        return text(found.get(ref, {}).get("Description"))

    def _short_values(self, entity: str, short: str) -> dict[str, str]:
        """Spell the short name for its field; for a reference find the item of that name, or add it."""
        field = self._names.short
        match self._asks.schema.kind(entity, field):
            case "composite":
                return {field: short, f"{field}_Type": _STRING}
            case "reference":
                ref = self._item(self._asks.source_catalog(entity), short)
                return {f"{field}_Key": ref} if ref else {}
        return {field: short}

    def _item(self, catalog: str | None, title: str) -> str | None:
        if not catalog:
            return None
        found = self._known_item(catalog, title)
        if found or not self._may_create:
            return found
        try:
            return reference(self._hook.create(catalog, {"Description": title}).get(REF))
        except LostAnswer:  # it may be there by now: another one of the same name must not be
            if found := self._known_item(catalog, title):
                return found
            raise

    def _known_item(self, catalog: str, title: str) -> str | None:
        wanted = f"Description eq {text_literal(title)} and DeletionMark eq false"
        rows = self._hook.read(catalog, Query(wanted, CATALOG, f"{REF} asc", top=1))
        return reference(rows[0].get(REF)) if rows else None
