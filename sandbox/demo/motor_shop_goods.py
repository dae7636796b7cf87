"""What the demo's motor-parts shop sells, who works there and who buys: the catalogs of its 1C base."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.demo.people import person, spelled

Row = dict[str, Any]
NODE = "11ef-80d6-2c44fd8322a7"  # the rest of all GUIDs, version 1 as 1C makes them
SADOVAYA = "5f0e7b1a-6d41-11ec-80d1-2c44fd8322a7"
ZAVODSKAYA = "6a1c2f94-6d41-11ec-80d1-2c44fd8322a7"
ORGANISATIONS = {SADOVAYA: "Автозапчасти на Садовой", ZAVODSKAYA: "Сервис на Заводской"}
RUB = "0c1d6a30-6d41-11ec-80d1-2c44fd8322a7"
RETAIL = 10  # «Розничный покупатель»: nobody in particular
_FIRST_PERSON = 300  # the shop's contractors are other people than the clients of the other demo


class Item(NamedTuple):
    """Something that is sold; money in roubles."""

    name: str
    folder: str
    kind: str
    price: float
    cost: float


FOLDERS: Mapping[str, str] = {  # folder -> the one it lies in
    "Запчасти": "",
    "Двигатель": "Запчасти",
    "Ремни и цепи": "Двигатель",
    "Фильтры": "Запчасти",
    "Тормоза": "Запчасти",
    "Электрика": "",
    "Масла и жидкости": "",
    "Моторные масла": "Масла и жидкости",
    "Охлаждающие жидкости": "Масла и жидкости",
    "Шины и диски": "",
    "Летние шины": "Шины и диски",
    "Зимние шины": "Шины и диски",
    "Работы": "",
}
GOODS: Mapping[int, Item] = {
    1: Item("Масло моторное 5W-40, 4 л", "Моторные масла", "Масла", 3200, 2450),
    2: Item("Масло моторное 10W-40, 1 л", "Моторные масла", "Масла", 690, 480),
    3: Item("Антифриз красный, 5 л", "Охлаждающие жидкости", "Автохимия", 1150, 840),
    4: Item("Фильтр масляный", "Фильтры", "Фильтры", 540, 330),
    5: Item("Фильтр воздушный", "Фильтры", "Фильтры", 820, 510),
    6: Item("Ремень ГРМ, комплект", "Ремни и цепи", "Запчасти", 6900, 5100),
    7: Item("Колодки тормозные передние", "Тормоза", "Запчасти", 2750, 1900),
    8: Item("Шина летняя 205/55 R16", "Летние шины", "Шины", 5400.5, 4350.5),
    9: Item("Шина зимняя 195/65 R15", "Зимние шины", "Шины", 5900, 4700),
    10: Item("Аккумулятор 60 А·ч", "Электрика", "Аккумуляторы", 7800, 6100),
    11: Item("Замена масла", "Работы", "Услуга", 900, 0),
    12: Item("Замена ремня ГРМ", "Работы", "Услуга", 5500, 0),
    13: Item("Шиномонтаж", "Работы", "Услуга", 2400, 0),
}
KINDS = ("Масла", "Автохимия", "Фильтры", "Запчасти", "Шины", "Аккумуляторы", "Услуга")
MANAGERS = ("Петров П. П.", "Соколова А. И.", "Громов Д. В.")
AD_SOURCES = ("Google карты", "yandex_na_hodu", "yandex", "vk", "Знакомые", "Наружная реклама")
CONTACT_KINDS = ("Телефон контрагента", "Адрес электронной почты контрагента", "Факс", "Юридический адрес")
SEVERAL_PHONES = 7
_EMAIL_ONLY, _SILENT, LANDLINE, _FAX = (5, 49), (6, 29, 35, 52), 11, 19
_SHARED = {9: 8}  # a firm and its owner with one telephone
CONTRACTORS = range(1, 54)


def guid(family: int, number: int) -> str:
    """Return the GUID of the number-th object of a family."""
    return f"{number:08x}-{0xC000 + family:04x}-{NODE}"


def item_key(number: int) -> str:
    """Return the GUID of something that is sold."""
    return guid(1, number)


def contractor_key(number: int) -> str:
    """Return the GUID of a contractor."""
    return guid(2, number)


def manager_key(number: int) -> str:
    """Return the GUID of a manager, by turns."""
    return guid(3, number % len(MANAGERS))


def ad_source_key(name: str) -> str:
    """Return the GUID of an advertising source."""
    return guid(5, AD_SOURCES.index(name))


def phone(number: int) -> str:
    """Return a contractor's telephone, digits."""
    return person(_FIRST_PERSON + _SHARED.get(number, number)).phone


def second_phone(number: int) -> str:
    """Return the other telephone of a contractor who has two."""
    return f"7921000{9000 + number:04d}"


def email(number: int) -> str:
    """Return a contractor's e-mail."""
    return person(_FIRST_PERSON + number).email


def catalogs() -> dict[str, list[Row]]:
    """Return all catalogs, ready to be put into the base."""
    return {
        "Catalog_Валюты": [{"Ref_Key": RUB, "Code": "643", "Description": "RUB"}],
        "Catalog_Организации": [_named(ref, n, name) for n, (ref, name) in enumerate(ORGANISATIONS.items())],
        "Catalog_Пользователи": _list(3, MANAGERS),
        "Catalog_ВидыНоменклатуры": _list(4, KINDS),
        "Catalog_ИсточникиРекламы": _list(5, AD_SOURCES),
        "Catalog_ВидыКонтактнойИнформации": _list(6, CONTACT_KINDS),
        "Catalog_Номенклатура": [*_folders(), *(_item(number, item) for number, item in GOODS.items())],
        "Catalog_Контрагенты": [contractor(number) for number in CONTRACTORS],
    }


def contractor(number: int, known_at_last: bool = False) -> Row:
    """Return a contractor with contacts; one who had none gets a telephone when ``known_at_last``."""
    name = "Розничный покупатель" if number == RETAIL else person(_FIRST_PERSON + number).name
    silent = number in _SILENT and not known_at_last
    lines = [] if silent else [_contact(kind, text) for kind, text in _contacts(number)]
    return {
        **_named(contractor_key(number), number, name),
        "НаименованиеПолное": name,
        "КонтактнаяИнформация": lines,
    }


def _contacts(number: int) -> list[tuple[int, str]]:
    if number == SEVERAL_PHONES:
        return [(0, f"{spelled(phone(number), 0)}, {spelled(second_phone(number), 1)}")]
    if number == LANDLINE:
        landline = (0, "8 (812) 000-12-34 доб. 15")
        return [landline, (0, spelled(phone(number), 3)), (3, "г. Псков, ул. Садовая, 1")]
    found = [] if number in _EMAIL_ONLY else [(0, spelled(phone(number), number))]
    if number in _EMAIL_ONLY or number % 3 == 0:
        found.append((1, email(number).upper() if number % 2 else email(number)))
    return found + ([(2, "8 (812) 000-99-88")] if number == _FAX else [])


def _contact(kind: int, text: str) -> Row:
    """Return a line as it stands in many bases: the number itself is in the presentation only."""
    types = ("Телефон", "АдресЭлектроннойПочты", "Факс", "Адрес")
    address = {"АдресЭП": text} if kind == 1 else {}
    return {"Тип": types[kind], "Вид_Key": guid(6, kind), "Представление": text, **address}


def _named(ref: str, number: int, name: str) -> Row:
    return {"Ref_Key": ref, "Code": f"{number:05d}", "Description": name}


def _list(family: int, names: Sequence[str]) -> list[Row]:
    return [_named(guid(family, number), number, name) for number, name in enumerate(names)]


def _folders() -> list[Row]:
    keys = {name: guid(7, n) for n, name in enumerate(FOLDERS)}
    inside = {name: {"Parent_Key": keys[parent]} if parent else {} for name, parent in FOLDERS.items()}
    rows = [_named(key, number, name) for number, (name, key) in enumerate(keys.items())]
    return [{**row, "IsFolder": True, **inside[row["Description"]]} for row in rows]


def _item(number: int, item: Item) -> Row:
    return {
        **_named(item_key(number), number, item.name),
        "Parent_Key": guid(7, list(FOLDERS).index(item.folder)),
        "ВидНоменклатуры_Key": guid(4, KINDS.index(item.kind)),
        "УчетнаяЦена": item.cost,
    }
