"""
How one 1C configuration names its documents, their fields and its catalogs (onec-odata 8).

Names of metadata differ from configuration to configuration, so every one of them is a setting.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from include.settings.fields import Ref
from include.settings.loader import Settings, did_you_mean

_NAME = re.compile(r"[^\W\d]\w*")
_PREFIXES = ("Document_", "Catalog_", "AccumulationRegister_", "InformationRegister_")


def _metadata_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"«{name}» не имя в 1С: нужны буквы, цифры и «_», первой буква")
    return name


def _entity_name(name: str) -> str:
    prefix = name.partition("_")[0] + "_"
    if prefix not in _PREFIXES:
        hint = did_you_mean(prefix, _PREFIXES) or f": имя начинается с {', '.join(_PREFIXES)}"
        raise ValueError(f"«{name}» не набор OData{hint}")
    return name


Name = Annotated[str, AfterValidator(_metadata_name)]
Entity = Annotated[Name, AfterValidator(_entity_name)]


class Lines(Settings):
    """A tabular section of an order, with the item and the sum of a line."""

    section: Name
    item: Name
    sum: Name
    quantity: Name | None = Field("Количество", description="null: количества в разделе нет")


class ShippedWhen(Settings):
    """When an order that has no shipments of its own counts as shipped (calltouch A5, B3)."""

    field: Name = Field(description="Дата закрытия заказа")
    not_empty: Literal[True] = True


class OrderDocument(Settings):
    """A kind of order: its document, its lines, and what its shipment is. Null: separate documents."""

    kind: Literal["customer_order", "work_order"]
    entity: Entity
    lines: Annotated[list[Lines], Field(min_length=1)]
    shipped_when: ShippedWhen | None = None


class Header(Settings):
    """Fields of an order's header; number, date, posted and deleted are those of shipments too."""

    number: Name = "Number"
    date: Name = "Date"
    posted: Name = "Posted"
    deleted: Name = "DeletionMark"
    contractor: Name
    organisation: Name
    manager: Name
    total: Name
    currency: Name | None = Field(None, description="null: все документы в рублях")
    rate: Name | None = Field(None, description="Рублей за единицу валюты; null: курса в документе нет")
    base: Name | None = Field(None, description="Документ, на основании которого введён заказ")
    phones: list[Name] = Field([], description="Свои телефоны заказа: они важнее телефонов контрагента")
    emails: list[Name] = Field([], description="Свои e-mail заказа: они важнее e-mail контрагента")


class AdSource(Settings):
    """Fields of an order that a lead's source is written to."""

    short: Name
    full: Name


class SaleLines(Settings):
    """A tabular section of a shipment or a return whose rows say for which order they are (B5)."""

    section: Name
    order: Name | None = Field(
        None, description="Заказ строки; null: строки раздела относятся к заказу документа"
    )
    sum: Name


class SaleDocument(Settings):
    """
    A shipment or a return: its base document, its sum, its profit when the document itself has it.

    ``lines``: the sections by which a document of several orders is shared out among them; none: it is not.
    """

    entity: Entity
    base: Name
    total: Name
    profit: Name | None = None
    lines: list[SaleLines] = Field(
        [], description="Разделы, по строкам которых документ делится между заказами"
    )

    @model_validator(mode="after")
    def _some_row_names_an_order(self) -> "SaleDocument":
        if self.lines and not any(lines.order for lines in self.lines):
            raise ValueError("lines: хотя бы в одном разделе назовите order, реквизит строки с заказом")
        return self


class Profit(Settings):
    """Where profit comes from; ``none``: margin is never sent (calltouch A26, B7)."""

    source: Literal["register", "document", "none"]
    entity: Entity | None = None
    revenue: Name | None = None
    cost: Name | None = None
    document: Name = "Регистратор"
    currency: Literal["document", "rub"] | None = Field(
        None, description="В чём прибыль. null: для register в рублях, для document в валюте документа"
    )

    @property
    def in_roubles(self) -> bool:
        """Whether profit needs no document's rate: a register keeps its sums in the accounting currency."""
        return (self.currency or {"document": "document"}.get(self.source, "rub")) == "rub"

    @model_validator(mode="after")
    def _register_is_described(self) -> "Profit":
        missing = [key for key in ("entity", "revenue", "cost") if getattr(self, key) is None]
        if self.source == "register" and missing:
            raise ValueError(f"для source: register не хватает {', '.join(missing)}")
        return self


class Catalogs(Settings):
    """Catalogs that documents refer to."""

    contractors: Entity
    contacts: Entity | None = Field(None, description="Строки контактной информации; null: см. contacts.mode")
    items: Entity
    item_kind: Name
    kinds: Entity | None = Field(None, description="null: вид номенклатуры это перечисление")
    organisations: Entity
    people: Entity
    currencies: Entity | None = "Catalog_Валюты"


class Contacts(Settings):
    """How a contractor's phones and e-mails are kept (onec-odata 8.1)."""

    mode: Literal["rows", "attributes"] = "rows"
    phones: list[Name] = Field([], description="Реквизиты контрагента с телефонами, для mode: attributes")
    emails: list[Name] = Field([], description="Реквизиты контрагента с e-mail, для mode: attributes")
    excluded_kinds: list[Ref] = Field([], description="Виды контактной информации, которые не нужны: факс")

    @model_validator(mode="after")
    def _attributes_are_named(self) -> "Contacts":
        if self.mode == "attributes" and not (self.phones or self.emails):
            raise ValueError("для mode: attributes нужны phones или emails")
        return self


class Profile(Settings):
    """One 1C configuration."""

    orders: Annotated[list[OrderDocument], Field(min_length=1)]
    header: Header
    ad_source: AdSource | None = None
    shipments: SaleDocument
    returns: SaleDocument
    profit: Profit
    catalogs: Catalogs
    contacts: Contacts = Contacts()

    @model_validator(mode="after")
    def _contacts_can_be_found(self) -> "Profile":
        if self.contacts.mode == "rows" and self.catalogs.contacts is None:
            raise ValueError("телефоны взять неоткуда: нужен catalogs.contacts или contacts.mode: attributes")
        return self

    @model_validator(mode="after")
    def _kinds_differ(self) -> "Profile":
        kinds = [order.kind for order in self.orders]
        if len(set(kinds)) < len(kinds):
            raise ValueError("orders: вид документа указан дважды")
        return self
