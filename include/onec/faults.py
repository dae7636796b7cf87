"""What 1C says when it refuses: the error's code and words, and what the code means (onec-odata 6)."""

import json
from typing import Any, NamedTuple

from lxml import etree

CONFIGURATION = "-1"  # raised by the configuration's own code: never worth a repeat
NO_ENTITY_TYPE = "8"
NO_ENTITY = "9"
NO_RIGHTS = "20"

MEANINGS = {
    "-1": "отказ самой конфигурации 1С",
    "0": "возможность или параметр не поддерживаются",
    "1": "строка не разобрана",
    "2": "неверный формат запроса",
    "3": "представление не поддерживается",
    "4": "неверное значение свойства",
    "5": "не указано обязательное свойство",
    "6": "неверный адрес",
    "7": "не хватает части ключа",
    "8": "такого объекта нет в составе OData («Настройка стандартного интерфейса OData»)",
    "9": "объекта с таким ключом нет",
    "10": "такого свойства нет",
    "11": "такого метода нет",
    "12": "не хватает параметра метода",
    "13": "строки табличной части нельзя создавать отдельно",
    "14": "параметры запроса не разобраны",
    "15": "объект с таким ключом уже есть",
    "16": "свойство нельзя изменить",
    "17": "режим загрузки данных недоступен",
    "18": "имена свойств повторяются",
    "19": "метод HTTP здесь не разрешён",
    "20": "не хватает прав или запись скрыта ограничением доступа",
    "21": "функция не поддерживается или её параметры неверны",
}
_LONGEST = 500  # characters of a message that are kept


class Fault(NamedTuple):
    """An error as 1C words it; ``code`` is empty for an answer of the web server itself."""

    code: str
    message: str

    def sentence(self) -> str:
        """Say it in Russian: the meaning of the code, then 1C's own words."""
        meaning = MEANINGS.get(self.code)
        known = f"код {self.code}, {meaning}" if meaning else f"код {self.code}" if self.code else ""
        return ": ".join(part for part in (known, self.message) if part) or "без объяснения"

    def as_json(self) -> dict[str, Any]:
        """Put it into the shape in which it comes as JSON."""
        return {"odata.error": {"code": self.code, "message": {"lang": "ru", "value": self.message}}}


def fault_in(body: Any) -> Fault | None:
    """Find an error in decoded JSON; its key has a dot in it."""
    error = body.get("odata.error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return None
    message = error.get("message")
    words = message.get("value") if isinstance(message, dict) else message
    return Fault(str(error.get("code", "")), _short(words))


def read_fault(body: bytes) -> Fault:
    """Read an error's body: JSON, XML, or a page of the web server, of which nothing is quoted."""
    return _from_json(body) or _from_xml(body) or Fault("", "")


def _from_json(body: bytes) -> Fault | None:
    try:
        return fault_in(json.loads(body.decode("utf-8-sig", "replace")))
    except ValueError:
        return None


def _from_xml(body: bytes) -> Fault | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if etree.QName(root).localname != "error":
        return None
    texts = {etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)}
    return Fault(texts.get("code", "").strip(), _short(texts.get("message", "")))


def _short(message: object) -> str:
    words = " ".join(str(message or "").split())
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
