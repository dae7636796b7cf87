"""Why a file is refused, in words for whoever can put the export right."""

import codecs
import html
import re

from lxml import etree

_OTHER_FORMATS = {
    b"\x1f\x8b": "сжатый файл (gzip)",
    b"PK\x03\x04": "архив ZIP или книга Excel",
    b"%PDF": "документ PDF",
    b"{": "похоже на JSON",
    b"[": "похоже на JSON",
}
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
# What may stand before the first element; further on these words are somebody's text. Nothing in it is tried
# twice, or a hostile file would be tried for ever.
_PROLOG = r"\A\ufeff?\s*+(?>(?:<\?[^>]{0,500}+>|(?><!--.{0,2000}?-->))\s*+){0,5}+"
_HTML = re.compile(rf"{_PROLOG}<(?:!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL)
_DOCTYPE = re.compile(rf"{_PROLOG}<!DOCTYPE", re.DOTALL)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_ENCODING = re.compile(r"""\A\ufeff?<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_WINDOWS_1251 = re.compile(r"charset=[\"']?(windows-1251|cp1251)", re.IGNORECASE)

_ERRORS = etree.ErrorTypes
_REASONS = {
    _ERRORS.ERR_DOCUMENT_EMPTY: "он начинается не с элемента",
    _ERRORS.ERR_DOCUMENT_END: "после корневого элемента есть что-то ещё",
    _ERRORS.ERR_TAG_NAME_MISMATCH: "закрывающий тег не тот, что открывающий",
    _ERRORS.ERR_INVALID_ENCODING: "байты не соответствуют кодировке файла",
    _ERRORS.ERR_UNSUPPORTED_ENCODING: "кодировка неизвестна",
    _ERRORS.ERR_INVALID_CHAR: "знак, которого в XML быть не может",
    _ERRORS.ERR_RESERVED_XML_NAME: "перед <?xml …?> не должно быть ничего, даже пробела",
    _ERRORS.ERR_UNDECLARED_ENTITY: "ссылка на неизвестную сущность (&…;)",
    _ERRORS.ERR_RESOURCE_LIMIT: "элементы вложены слишком глубоко или текст слишком длинный",
}
_BROKEN = "нарушена разметка"
ADVICE = "Попросите владельца выгрузки исправить файл: следующий импорт его возьмёт."


def not_xml(head: bytes) -> str | None:
    """Say what a file is that cannot be XML, judging by its first bytes; None when it may be."""
    for magic, kind in _OTHER_FORMATS.items():
        if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(magic):
            return f"Вместо XML пришло другое: {kind}."
    text = _decoded(head)
    if not _HTML.match(text):
        return None
    title = _TITLE.search(text)
    name = " ".join(html.unescape(title[1]).split())[:100] if title else ""
    return f"Вместо XML пришла страница HTML{f' «{name}»' if name else ''}: проверьте ссылку и доступ."


def declared_encoding(head: bytes) -> str | None:
    """Name the encoding that the XML declaration at the beginning of a file names, if it has one."""
    declared = _ENCODING.match(_decoded(head))
    return declared[1] if declared else None


def unreadable(entry: etree._LogEntry | None, head: bytes, *, is_cut: bool = False) -> str:
    """Say where and why a document is not well-formed XML, given the parser's log entry."""
    if entry is None:
        return "Файл не читается как XML."
    text = _decoded(head)
    if _DOCTYPE.match(text):
        return f"В файле есть DOCTYPE, а такие файлы не принимаются. {ADVICE}"
    reason = _REASONS.get(entry.type, _BROKEN)
    if is_cut and entry.type != _ERRORS.ERR_DOCUMENT_EMPTY:
        reason = "файл обрывается, передан не весь"
    if entry.type == _ERRORS.ERR_INVALID_ENCODING:
        reason += f" ({declared_encoding(head) or 'не указана, значит UTF-8'})"
    return f"Файл не читается как XML: {reason} (строка {entry.line}, столбец {entry.column}). {ADVICE}"


def _decoded(head: bytes) -> str:
    """Read the beginning of a file well enough to recognise words in it."""
    encoding = _UTF16.get(head[:2])
    if not encoding:
        encoding = "cp1251" if _WINDOWS_1251.search(head[:4000].decode("latin-1")) else "utf-8"
    return head.decode(encoding, errors="replace")
