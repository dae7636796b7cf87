"""Texts as OpenCart stores them, with HTML entities, as people read them (opencart 9)."""

import html
import re
import unicodedata
from html.entities import html5

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_UNSTORABLE = "\0"  # what Postgres takes in no text


def decode(raw: str) -> str:
    """
    Decode HTML entities once, and only those that end in ``;``.

    A name that was stored raw may hold ``&copy`` without one, and stays as it is; so does ``&nosuch;``.
    """
    return _ENTITY.sub(_character, raw) if "&" in raw else raw


def line(raw: str | None) -> str | None:
    """Read a name or a title: decoded, composed, trimmed, blanks collapsed; nothing left is None."""
    return " ".join(_composed(raw).split()) or None


def markup(raw: str | None) -> str | None:
    """Read a description: one decoding gives HTML, whose own entities stay; nothing left is None."""
    return _composed(raw).strip() or None


def file_name(raw: str | None) -> str | None:
    """Read the path of a file: decoded and trimmed, for the rest letter for letter as the file is called."""
    return decode(raw).replace(_UNSTORABLE, "").strip() or None if raw else None


def _composed(raw: str | None) -> str:
    """Decode, and put letters typed as two code points together (NFC), as the CRM's are compared."""
    return unicodedata.normalize("NFC", decode(raw).replace(_UNSTORABLE, "")) if raw else ""


def _character(found: re.Match[str]) -> str:
    entity = found[0]
    known = entity[1] == "#" or entity[1:] in html5
    return html.unescape(entity) if known else entity
