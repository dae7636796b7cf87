"""
A stream of bytes as an XML tree that grows chunk by chunk, safe to be given anything.

Never more than the tree the caller has not yet cut away is in memory. Refused as ``BadFile``: too many bytes,
too deep, too long a text, a DOCTYPE (and with it every entity trick), anything but one well-formed document.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any, NamedTuple, cast

from lxml import etree

from include.deal_import.encoding import honest
from include.deal_import.refusals import not_xml, unreadable
from include.errors import BadFile

MAX_SIZE = 200 * 2**20  # bytes
MAX_DEPTH = 16  # elements inside one another, the root included
MAX_TEXT = 64 * 2**10  # characters of one text or attribute
_MAX_PROLOG = 2**20  # bytes before the root's start tag is complete
_CHUNK = 64 * 2**10  # not more than MAX_TEXT, see _TOO_LONG

_SAFE: dict[str, Any] = {
    **{"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False},
    **{"remove_comments": True, "remove_pis": True, "remove_blank_text": True, "collect_ids": False},
}
# Looking at the whole tree at once, in C: a check at each element would cost as much as the reading.
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
# A text longer than a chunk began in an earlier one. So it is in the element left over from there, the first,
# or in the start tag after it, which enters the tree only when complete: the second.
_LONG = f"[string-length() > {MAX_TEXT}]"
_TOO_LONG = etree.XPath(
    f"boolean(/*/*[position() < 3]//text(){_LONG} | /*/*[position() < 3]/descendant-or-self::*/@*{_LONG}"
    f" | /*/text(){_LONG} | /*/@*{_LONG})"
)


class Growth(NamedTuple):
    """The tree after one more chunk. While ``is_open``, the last child at each level may be unfinished."""

    root: etree._Element
    size: int
    is_open: bool


def grow(stream: IO[bytes], max_size: int = MAX_SIZE) -> Iterator[Growth]:
    """
    Parse a stream, handing over the tree after each chunk.

    The caller cuts away every finished child of the root before it asks for more.
    Raises BadFile as soon as the document proves bad; a cut one proves it only at its end.
    """
    chunks = honest(_limited(stream, max_size))
    head, tag = _prolog(chunks)
    parser = etree.XMLPullParser(events=("start",), tag=tag, **_SAFE)
    root = None
    for chunk in chain(head, chunks):
        _feed(parser, chunk, head[0])
        for element in _started(parser):  # the root, and rarely a namesake of it
            root = element if root is None else root
        if root is not None:
            _check_limits(root)
            yield Growth(root, len(chunk), True)
    yield Growth(_close(parser, head[0]), 0, False)


def _limited(stream: IO[bytes], max_size: int) -> Iterator[bytes]:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > max_size:
            raise BadFile(f"Файл больше допустимых {max_size / 2**20:g} МиБ. Выгружайте меньший период.")
        yield chunk


def _prolog(chunks: Iterable[bytes]) -> tuple[list[bytes], str]:
    """Read up to the root's start tag: the chunks that took, to be parsed again, and the tag."""
    head: list[bytes] = []
    probe = etree.XMLPullParser(events=("start",), **_SAFE)
    for chunk in chunks:
        head.append(chunk)
        if reason := not_xml(head[0]) if len(head) == 1 else None:
            raise BadFile(reason)
        _feed(probe, chunk, head[0])
        for root in _started(probe):
            _refuse_doctype(root)
            return head, root.tag
        if sum(map(len, head)) > _MAX_PROLOG:
            raise BadFile("Не XML: в первом мегабайте нет корневого элемента.")
    if not b"".join(head).strip():
        raise BadFile("Файл пуст. Проверьте, что выгрузка создаётся и дописана.")
    _close(probe, head[0])
    raise BadFile("Файл обрывается раньше корневого элемента.")


def _refuse_doctype(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadFile("В файле есть DOCTYPE. Такие файлы не принимаются: уберите его из выгрузки.")


def _check_limits(root: etree._Element) -> None:
    if _TOO_DEEP(root):
        raise BadFile(f"Элементы вложены глубже {MAX_DEPTH} уровней.")
    if _TOO_LONG(root):
        raise BadFile(f"В файле есть текст или атрибут длиннее {MAX_TEXT // 2**10} КиБ.")


def _started(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    return (element for _, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()))


def _feed(parser: etree.XMLPullParser, chunk: bytes, head: bytes) -> None:
    is_broken = False
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError:
        is_broken = True
    entry = _first_fatal(parser)  # some faults, such as an unknown entity, are only logged at first
    if is_broken or entry is not None:
        raise BadFile(unreadable(entry, head))


def _close(parser: etree.XMLPullParser, head: bytes) -> etree._Element:
    try:
        return parser.close()
    except etree.XMLSyntaxError:
        # All that was fed passed, so what is wrong is that no more came.
        raise BadFile(unreadable(_first_fatal(parser), head, is_cut=True)) from None


def _first_fatal(parser: etree.XMLPullParser) -> etree._LogEntry | None:
    return next(iter(parser.feed_error_log.filter_from_fatals()), None)
