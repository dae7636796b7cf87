"""Which properties of which entities are asked for: the profile's names brought together with the schema."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from include.onec.literals import cast, guid
from include.onec.schema import Schema
from include.settings.loader import did_you_mean
from include.settings.onec_profile import OrderDocument, Profile, SaleDocument

REF, VERSION, TITLE = "Ref_Key", "DataVersion", "Presentation"
CATALOG = (REF, "Description")
CONTACT_TYPE, CONTACT_KIND, CONTACT_TEXT = "Тип", "Вид_Key", "Представление"
CONTACT_PHONE, CONTACT_EMAIL = "НомерТелефона", "АдресЭП"  # not in every base
RECORDER = "Recorder"
_RECORDER_IN_RUSSIAN = "Регистратор"  # the standard property is called so in the configurator
_RECORDS = "_RecordType"


class Ask(NamedTuple):
    """An entity and what to select of it."""

    entity: str
    select: tuple[str, ...]


class Asks:
    """What a profile asks of a base with this schema."""

    def __init__(self, profile: Profile, schema: Schema) -> None:
        self.profile = profile
        self.schema = schema
        self.order_entities = frozenset(order.entity for order in profile.orders)

    def attribute(self, entity: str, prop: str | None) -> tuple[str, ...]:
        """Name the properties that carry an attribute of any type; if there are none, its own name."""
        if not prop:
            return ()
        match self.schema.kind(entity, prop):
            case "composite":
                return (prop, f"{prop}_Type")
            case "reference":
                return (f"{prop}_Key",)
        return (prop,)

    def order(self, order: OrderDocument) -> Ask:
        """Ask for an order's header."""
        names, entity, source = self.profile.header, order.entity, self.profile.ad_source
        wanted = (
            *self._document(entity, names.total),
            *(names.contractor, names.organisation, names.manager, *names.phones, *names.emails),
            *(names.currency, names.rate, self.rate_units(entity)),
            *(self.attribute(entity, source.short) if source else ()),
            source.full if source else None,
            order.shipped_when.field if order.shipped_when else None,
            *self.attribute(entity, names.base),
        )
        return _ask(entity, wanted)

    def document(self, names: SaleDocument) -> Ask:
        """Ask for a shipment or a return; for its currency only where it has one of its own."""
        header, entity = self.profile.header, names.entity
        own = (prop for prop in (header.currency, header.rate) if prop and self.schema.has(entity, prop))
        profit = names.profit if self.profile.profit.source == "document" else None
        wanted = (
            *self._document(entity, names.total),
            *(profit, *own, self.rate_units(entity)),
            *self.attribute(entity, names.base),
        )
        return _ask(entity, wanted)

    def base(self, entity: str) -> Ask | None:
        """Ask a document in between for its own base; None where it has none that could be followed."""
        prop = self.base_property(entity)
        known = self.schema.kind(entity, prop or "")
        return Ask(entity, (REF, *self.attribute(entity, prop))) if known else None

    def based_on(self, names: SaleDocument, bases: Mapping[str, Sequence[str]]) -> list[str]:
        """Spell conditions for the documents made from these: references by entity (onec-odata 9.6)."""
        return self._equal(names.entity, names.base, bases)

    def base_property(self, entity: str) -> str | None:
        """Name the attribute with a document's base: that of shipments, if it is none of those configured."""
        if entity in self.order_entities:
            return self.profile.header.base
        is_return = entity == self.profile.returns.entity
        return self.profile.returns.base if is_return else self.profile.shipments.base

    def lines(self, order: OrderDocument) -> list[Ask]:
        """Ask for the rows of each section of an order."""
        return [
            _ask(
                f"{order.entity}_{names.section}", (REF, "LineNumber", names.item, names.quantity, names.sum)
            )
            for names in order.lines
        ]

    def sale_lines(self, names: SaleDocument) -> list[Ask]:
        """Ask for the rows of a shipment or a return that say for which order they are (B5)."""
        sections = ((f"{names.entity}_{lines.section}", lines) for lines in names.lines)
        return [
            _ask(entity, (REF, "LineNumber", *self.attribute(entity, lines.order), lines.sum))
            for entity, lines in sections
        ]

    def with_rows_of(self, names: SaleDocument, orders: Mapping[str, Sequence[str]]) -> list[str]:
        """Spell conditions for the documents with a row of one of these orders, by entity."""
        conditions: list[str] = []
        for lines in names.lines:
            rows = f"{names.entity}_{lines.section}"
            terms = self._equal(rows, lines.order, orders, "d/") if lines.order else []
            conditions += [f"{lines.section}/any(d: {term})" for term in terms]
        return conditions

    def contractors(self) -> Ask:
        """Ask for contractors, with their attributes of contact when these are the place for it."""
        contacts = self.profile.contacts
        own = (*contacts.phones, *contacts.emails) if contacts.mode == "attributes" else ()
        return _ask(self.profile.catalogs.contractors, (*CATALOG, *own))

    def contacts(self) -> Ask | None:
        """Ask for contractors' contact information, one row each; None when it is in their attributes."""
        entity = self.profile.catalogs.contacts
        if self.profile.contacts.mode == "attributes" or not entity:
            return None
        extra = (prop for prop in (CONTACT_PHONE, CONTACT_EMAIL) if self.schema.has(entity, prop))
        return Ask(entity, (REF, "LineNumber", CONTACT_TYPE, CONTACT_KIND, CONTACT_TEXT, *extra))

    def items(self) -> Ask:
        """Ask for items with their folder and kind."""
        catalogs = self.profile.catalogs
        return _ask(catalogs.items, (*CATALOG, "Parent_Key", "IsFolder", catalogs.item_kind))

    def folders(self) -> Ask:
        """Ask for the folders of items."""
        return Ask(self.profile.catalogs.items, (*CATALOG, "Parent_Key"))

    def currencies(self) -> Ask | None:
        """Ask for currencies, by whose code a document's is told."""
        found = self.profile.catalogs.currencies if self.profile.header.currency else None
        return Ask(found, (*CATALOG, "Code")) if found else None

    def sources(self) -> Ask | None:
        """Ask for advertising sources; None where orders hold them as text."""
        found = self.source_catalog(self.profile.orders[0].entity)
        return Ask(found, CATALOG) if found else None

    def source_catalog(self, entity: str) -> str | None:
        """Name the catalog that an order's «Источник рекламы» is an item of; None when it is a text."""
        source = self.profile.ad_source
        return self.schema.target(entity, source.short) if source else None

    def catalog(self, entity: str | None) -> Ask | None:
        """Ask for the names of a catalog, if it is configured."""
        return Ask(entity, CATALOG) if entity else None

    def profits(self) -> Ask | None:
        """Ask for the records of the register of profit."""
        names = self.profile.profit
        if names.source != "register" or not names.entity:
            return None
        records = f"{names.entity}{_RECORDS}"
        entity = records if records in self.schema.properties else names.entity
        active = ("Active",) if self.schema.has(entity, "Active") else ()
        return _ask(entity, (*self.attribute(entity, self.recorder()), *active, names.revenue, names.cost))

    def recorder(self) -> str:
        """Name the register's property that holds the document."""
        given = self.profile.profit.document
        return RECORDER if given == _RECORDER_IN_RUSSIAN else given

    def all(self) -> Iterator[Ask]:
        """Give everything that will be asked for."""
        catalogs = self.profile.catalogs
        for order in self.profile.orders:
            yield self.order(order)
            yield from self.lines(order)
        for sale in (self.profile.shipments, self.profile.returns):
            yield self.document(sale)
            yield from self.sale_lines(sale)
        yield from (self.contractors(), self.items())
        optional = (self.contacts(), self.currencies(), self.sources(), self.profits())
        named = map(self.catalog, (catalogs.kinds, catalogs.organisations, catalogs.people))
        yield from (ask for ask in (*optional, *named) if ask)

    def problems(self) -> list[str]:
        """List every configured name that the base does not publish, with a suggestion."""
        found: dict[str, None] = {}
        if self.profile.header.currency and not self.profile.catalogs.currencies:
            found["header.currency указана, а catalogs.currencies нет: валюту документа не узнать"] = None
        for entity, select in self.all():
            known = self.schema.properties.get(entity)
            if known is None:
                near = did_you_mean(entity, self.schema.properties)
                found[f"{entity}: такого объекта нет в составе OData{near}"] = None
                continue
            unknown = (prop for prop in select if prop not in known and prop != TITLE)
            for prop in unknown:
                found[f"{entity}.{prop}: такого свойства нет{did_you_mean(prop, known)}"] = None
        return [*found, *self._foreign_orders()]

    def trimmed_schema(self) -> Schema:
        """Keep of the schema what a reading may need: the configured entities and all documents."""
        documents = (entity for entity in self.schema.properties if entity.startswith("Document_"))
        bases = (entity for entity in documents if self.base(entity))
        return self.schema.only([*(ask.entity for ask in self.all()), *bases])

    def _document(self, entity: str, total: str) -> tuple[str, ...]:
        names = self.profile.header
        title = (TITLE,) if entity in self.order_entities else ()
        return (REF, VERSION, *title, names.number, names.date, names.posted, names.deleted, total)

    def _foreign_orders(self) -> Iterator[str]:
        """Name attributes of rows that refer to something else than an order of the profile."""
        for sale in (self.profile.shipments, self.profile.returns):
            for ask, lines in zip(self.sale_lines(sale), sale.lines, strict=True):
                is_plain = lines.order and self.schema.kind(ask.entity, lines.order) in ("plain", "reference")
                target = self.schema.target(ask.entity, lines.order or "")
                if is_plain and target not in self.order_entities:
                    leads = f"ведёт в {target}" if target else "не ссылка"
                    yield f"{ask.entity}.{lines.order}: {leads}, а нужен заказ из orders"

    def _equal(
        self, entity: str, prop: str, refs: Mapping[str, Sequence[str]], prefix: str = ""
    ) -> list[str]:
        """Spell that an attribute refers to one of these: references by entity."""
        field = prefix + next(iter(self.attribute(entity, prop)))
        if self.schema.kind(entity, prop) == "composite":
            return [f"{field} eq {cast(ref, kind)}" for kind, own in refs.items() for ref in own]
        target = self.schema.target(entity, prop)
        return [f"{field} eq {guid(ref)}" for ref in refs.get(target or "", ())]

    def rate_units(self, entity: str) -> str | None:
        """Name how many units the rate is for: «Кратность…» stands beside «Курс…» where there is one."""
        units = (self.profile.header.rate or "").replace("Курс", "Кратность")
        return units if self.schema.has(entity, units) else None


def _ask(entity: str, wanted: tuple[str | None, ...]) -> Ask:
    return Ask(entity, tuple(dict.fromkeys(prop for prop in wanted if prop)))
