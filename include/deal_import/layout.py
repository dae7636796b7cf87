"""
Where a record lies in a file and where its fields lie in the record.

``DealExport`` is the project's own format (leadexpert 6), read by tag name. ``XPathLayout`` is any other, by
paths given in the settings. Names are matched without their namespace, by both.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, cast

from lxml import etree

from include.deal_import.row import RawRecord

RECORD_FIELDS = (
    *("id", "conversion_id", "deal_id", "actual_amount", "potential_amount", "currency"),
    *("status", "payment_date", "deal_date", "comment"),
)
CLIENT_FIELDS = ("tsuid", "phone", "email", "name", "company", "field")
FIELDS = (*RECORD_FIELDS, *CLIENT_FIELDS)

DEAL_EXPORT_PATHS = {name: [name] for name in RECORD_FIELDS} | {
    name: [f"client/{name}"] for name in CLIENT_FIELDS
}

# What is not "the first text that is not blank" but collected: canonical name -> attribute of RawRecord.
_COLLECTED = {"tsuid": "tsuids", "phone": "phones", "email": "emails"}

_XPATH_FAULTS = {
    "Undefined namespace prefix": "имена пишут без префикса пространства имён",
    "Unregistered function": "такой функции в XPath 1.0 нет",
    "Invalid predicate": "ошибка в условии в квадратных скобках",
    "Invalid number of arguments": "у функции не столько значений, сколько нужно",
    "Unfinished literal": "не закрыта кавычка",
    "Undefined variable": "переменных ($…) здесь нет",
}
_RECORD_FIELDS = frozenset(RECORD_FIELDS)
_NAME = re.compile(r"[^\W\d][\w.-]*")


class Layout(Protocol):
    """Say where records lie (``steps``: the root, None for any, then down to the record) and read one."""

    steps: tuple[str | None, ...]
    is_deal_export: bool

    def read(self, record: etree._Element) -> RawRecord: ...


class DealExport:
    """The ``deal_export`` 1.x contract, read without XPath: a third of the time."""

    steps: tuple[str | None, ...] = ("deal_export", "record")
    is_deal_export = True

    def read(self, record: etree._Element) -> RawRecord:
        """Gather the texts of a record; of a repeated single field the first that is not blank."""
        raw = RawRecord()
        texts = raw.texts
        for child in record:
            tag = child.tag
            if tag in _RECORD_FIELDS:
                text = _text(child) if len(child) else child.text
                if text and not text.isspace() and tag not in texts:
                    texts[tag] = text
            elif tag == "client":
                self._read_client(child, raw)
            else:
                raw.unknown.append(local_name(tag))
        return raw

    @staticmethod
    def _read_client(client: etree._Element, raw: RawRecord) -> None:
        for child in client:
            tag, text = child.tag, (_text(child) if len(child) else child.text) or ""
            if tag == "phone":
                raw.phones.append(text)
            elif tag == "email":
                raw.emails.append(text)
            elif tag == "tsuid":
                raw.tsuids.append(text)
            elif tag == "field":
                _add_field(raw, child, text)
            elif tag not in CLIENT_FIELDS:
                raw.unknown.append(f"client/{local_name(tag)}")
            elif tag not in raw.texts and text and not text.isspace():
                raw.texts[tag] = text


class XPathLayout:
    """A foreign format: for each field the paths to try, XPath 1.0 relative to the record."""

    def __init__(
        self, record: str, fields: Mapping[str, Iterable[str]], *, is_deal_export: bool = False
    ) -> None:
        """Raise ValueError for a path that cannot be used. ``record`` is a tag, or a path from the root."""
        steps = record.strip("/").split("/")
        self.steps: tuple[str | None, ...] = tuple(steps) if len(steps) > 1 else (None, *steps)
        self.is_deal_export = is_deal_export
        paths = {name: [compile_path(path) for path in fields[name]] for name in fields}
        self._singles = {name: paths[name] for name in paths if name not in {*_COLLECTED, "field"}}
        self._collected = {_COLLECTED[name]: paths[name] for name in paths if name in _COLLECTED}
        self._fields = paths.get("field", [])
        self._mentioned = frozenset(
            name for several in fields.values() for path in several for name in _NAME.findall(path)
        )

    def read(self, record: etree._Element) -> RawRecord:
        """Gather the texts of a record; for a single field the first path that finds text wins."""
        raw = RawRecord()
        for name, paths in self._singles.items():
            if text := next((text for text in _texts(paths, record) if text and not text.isspace()), None):
                raw.texts[name] = text
        for attribute, paths in self._collected.items():
            setattr(raw, attribute, list(_texts(paths, record)))
        for path in self._fields:
            for node in _nodes(path, record):
                if not isinstance(node, str):
                    _add_field(raw, node, _text(node))
        raw.unknown = [child.tag for child in record if child.tag not in self._mentioned]
        return raw


def canonical(name: str) -> str:
    """Give a field's plain name for ``client/phone`` and ``client.phone`` too; raise KeyError if unknown."""
    plain = re.sub(r"^client[/.]", "", name)
    if plain not in (FIELDS if plain == name else CLIENT_FIELDS):
        raise KeyError(name)
    return plain


def compile_path(path: str) -> etree.XPath:
    """Compile an XPath and try it on an empty record; raise ValueError, in Russian, if it is of no use."""
    try:
        compiled = etree.XPath(path, smart_strings=False)
        result = compiled(etree.Element("record"))
    except etree.XPathError as error:
        reason = _XPATH_FAULTS.get(str(error), "ошибка в записи")
        raise ValueError(f"«{path}» не читается как XPath 1.0: {reason}") from None
    if not isinstance(result, (str, list)):
        raise ValueError(f"«{path}» даёт число или да/нет, а нужны узлы или строка: оберните в string(…)")
    return compiled


def local_name(tag: str) -> str:
    """Cut the namespace off a tag."""
    return tag.rpartition("}")[2]


def strip_namespaces(element: etree._Element) -> None:
    """Rename an element and all inside to their local names."""
    for node in element.iter():
        if node.tag[0] == "{":
            node.tag = local_name(node.tag)


def _text(element: etree._Element) -> str:
    if len(element):
        return "".join(cast("Iterator[str]", element.itertext()))
    return element.text or ""


def _texts(paths: Iterable[etree.XPath], record: etree._Element) -> Iterable[str]:
    for path in paths:
        for node in _nodes(path, record):
            yield node if isinstance(node, str) else _text(node)


def _nodes(path: etree.XPath, record: etree._Element) -> list[str | etree._Element]:
    found = path(record)
    return [found] if isinstance(found, str) else cast("list[str | etree._Element]", found)


def _add_field(raw: RawRecord, element: etree._Element, text: str) -> None:
    name = (element.get("name") or local_name(element.tag)).strip()
    if text and not text.isspace():
        raw.fields[name] = text.strip()
