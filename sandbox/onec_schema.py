"""
What the simulated 1C base consists of: the objects of the default profile (onec-odata 8), as OData has them.

An attribute is written here as 1C's configurator has it: a type, or the name of the object it refers to. On
the wire a reference ``X`` becomes ``X_Key``, an attribute of a composite type becomes ``X`` and ``X_Type``
(onec-odata 2).
"""

from collections.abc import Mapping
from typing import NamedTuple

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
EMPTY_DATE = "0001-01-01T00:00:00"
UNDEFINED = "StandardODATA.Undefined"
EMPTY: Mapping[str, object] = {
    "Edm.String": "",
    "Edm.DateTime": EMPTY_DATE,
    "Edm.Int64": "0",  # a string on the wire
    "Edm.Int16": 0,
    "Edm.Double": 0,
    "Edm.Boolean": False,
    "Edm.Guid": EMPTY_GUID,
}
ANY = "any"  # an attribute of a composite type
SHORTHAND = {
    "text": "Edm.String",
    "date": "Edm.DateTime",
    "int": "Edm.Int64",
    "short": "Edm.Int16",
    "double": "Edm.Double",
    "bool": "Edm.Boolean",
    "guid": "Edm.Guid",
}
Attributes = Mapping[str, str]


class Entity(NamedTuple):
    """A set that can be asked for: objects, or the rows of one of their sections."""

    name: str
    title: str
    keys: tuple[str, ...]
    types: dict[str, str]  # property -> Edm type
    references: dict[str, str]  # navigation property -> set
    composites: frozenset[str]
    sections: dict[str, str]  # section -> set of its rows
    owner: str = ""  # of rows: whose
    section: str = ""  # of rows: which


Schema = dict[str, Entity]

_OBJECT = {"Ref_Key": "guid", "DataVersion": "text", "DeletionMark": "bool"}
_CATALOG = {
    **_OBJECT,
    "Code": "text",
    "Description": "text",
    "Predefined": "bool",
    "PredefinedDataName": "text",
}
_TREE = {**_CATALOG, "IsFolder": "bool"}
_DOCUMENT = {**_OBJECT, "Number": "text", "Date": "date", "Posted": "bool"}
_SALE = {
    **_DOCUMENT,
    "Контрагент": "Catalog_Контрагенты",
    "Организация": "Catalog_Организации",
    "Ответственный": "Catalog_Пользователи",
    "Валюта": "Catalog_Валюты",
    "КурсВзаиморасчетов": "double",
    "КратностьВзаиморасчетов": "int",
    "СуммаДокумента": "double",
    "ДокументОснование": ANY,
    "Комментарий": "text",
}
_GOODS = {
    "Номенклатура": "Catalog_Номенклатура",
    "Количество": "double",
    "Цена": "double",
    "Сумма": "double",
}
_SOLD = {  # rows of a sale may say for which order they are: of one kind, or of any
    **_GOODS,
    "ЗаказПокупателя": "Document_ЗаказПокупателя",
    "Заказ": ANY,
}
_CONTACTS = {
    "Тип": "text",
    "Вид": "Catalog_ВидыКонтактнойИнформации",
    "Представление": "text",
    "НомерТелефона": "text",
    "АдресЭП": "text",
}
_RECORDS = {
    "Recorder": ANY,
    "Period": "date",
    "Active": "bool",
    "Номенклатура": "Catalog_Номенклатура",
    "Контрагент": "Catalog_Контрагенты",
    "Организация": "Catalog_Организации",
    "Количество": "double",
    "Сумма": "double",
    "Себестоимость": "double",
}
SALES = "AccumulationRegister_Продажи"
ORDERS = ("Document_ЗаказПокупателя", "Document_ЗаказНаряд")
SHIPMENTS = "Document_РеализацияТоваровУслуг"
RETURNS = "Document_ВозвратТоваровОтПокупателя"
AD_SOURCE_KINDS = {"catalog": "Catalog_ИсточникиРекламы", "text": "text", "any": ANY}


def schema(ad_source: str = "catalog") -> Schema:
    """Return the sets by name; «Источник рекламы» is a catalog item, a text or of a composite type."""
    source = {
        "ИсточникРекламы": AD_SOURCE_KINDS[ad_source],
        "ПолноеНаименованиеИсточникаРекламы": "text",
    }
    goods, services = {"Товары": _GOODS, "Услуги": _GOODS}, {"Товары": _GOODS, "Работы": _GOODS}
    made: Schema = {}
    for name, title, attributes, sections in (
        ("Catalog_Валюты", "Валюты", _CATALOG, {}),
        ("Catalog_ВидыКонтактнойИнформации", "Виды контактной информации", _CATALOG, {}),
        ("Catalog_ВидыНоменклатуры", "Виды номенклатуры", _CATALOG, {}),
        ("Catalog_ИсточникиРекламы", "Источники рекламы", _CATALOG, {}),
        ("Catalog_Контрагенты", "Контрагенты", _contractor(), {"КонтактнаяИнформация": _CONTACTS}),
        ("Catalog_Номенклатура", "Номенклатура", _item(), {}),
        ("Catalog_Организации", "Организации", _CATALOG, {}),
        ("Catalog_Пользователи", "Пользователи", _CATALOG, {}),
        ("Document_ЗаказПокупателя", "Заказ покупателя", {**_SALE, **source}, goods),
        ("Document_ЗаказНаряд", "Заказ-наряд", {**_SALE, "ДатаЗакрытия": "date", **source}, services),
        ("Document_СчетНаОплатуПокупателю", "Счет на оплату покупателю", _SALE, {"Товары": _GOODS}),
        (SHIPMENTS, "Реализация товаров и услуг", _SALE, {"Товары": _SOLD, "Услуги": _SOLD}),
        (RETURNS, "Возврат товаров от покупателя", _SALE, {"Товары": _SOLD}),
        (SALES, "Продажи", {"Recorder": ANY}, {"RecordSet": _RECORDS}),
    ):
        _add(made, name, title, attributes, sections)
    return made


def _contractor() -> Attributes:
    return {**_TREE, "Parent": "Catalog_Контрагенты", "НаименованиеПолное": "text", "ИНН": "text"}


def _item() -> Attributes:
    kind = {"ВидНоменклатуры": "Catalog_ВидыНоменклатуры", "Артикул": "text", "УчетнаяЦена": "double"}
    return {**_TREE, "Parent": "Catalog_Номенклатура", **kind}


def _add(
    made: Schema, name: str, title: str, attributes: Attributes, sections: Mapping[str, Attributes]
) -> None:
    key = "Recorder" if "Recorder" in attributes else "Ref_Key"
    keys = (key, f"{key}_Type") if key == "Recorder" else (key,)
    rows = {section: f"{name}_{'RecordType' if section == 'RecordSet' else section}" for section in sections}
    made[name] = _entity(name, title, keys, attributes, rows)
    for section, columns in sections.items():
        own = {**({} if "Recorder" in columns else {"Ref_Key": "guid"}), "LineNumber": "int", **columns}
        row = _entity(rows[section], title, (*keys, "LineNumber"), own, {})
        made[row.name] = row._replace(owner=name, section=section)


def _entity(
    name: str, title: str, keys: tuple[str, ...], attributes: Attributes, sections: dict[str, str]
) -> Entity:
    types: dict[str, str] = {}
    references: dict[str, str] = {}
    for attribute, kind in attributes.items():
        if kind == ANY:
            types |= {attribute: "Edm.String", f"{attribute}_Type": "Edm.String"}
        elif kind in SHORTHAND:
            types[attribute] = SHORTHAND[kind]
        else:
            types[f"{attribute}_Key"] = "Edm.Guid"
            references[attribute] = kind
    composites = frozenset(attribute for attribute, kind in attributes.items() if kind == ANY)
    return Entity(name, title, keys, types, references, composites, sections)


def empty_row(entity: Entity) -> dict[str, object]:
    """Return a row whose every property is empty, in the order of the schema."""
    return {
        name: UNDEFINED if name.removesuffix("_Type") in entity.composites - {name} else EMPTY[kind]
        for name, kind in entity.types.items()
    }
