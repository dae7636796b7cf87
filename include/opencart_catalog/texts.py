"""Texts as OpenCart stores them, with HTML entities, as people read them (opencart 9)."""

import html
import re
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
    """Read a name or a title: decoded, trimmed, blanks collapsed; nothing left is None."""
    text = decode(raw).replace(_UNSTORABLE, "") if raw else ""
    return " ".join(text.split()) or None


def markup(raw: str | None) -> str | None:
    """Read a description: one decoding gives HTML, whose own entities stay; nothing left is None."""
    text = decode(raw).replace(_UNSTORABLE, "") if raw else ""
    return text.strip() or None


def _character(found: re.Match[str]) -> str:
    entity = found[0]
    known = entity[1] == "#" or entity[1:] in html5
    return html.unescape(entity) if known else entity
