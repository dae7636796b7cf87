"""What a property of a product says, whichever of its shapes the portal tells it in (bitrix24 2.9)."""

import html
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from include.values.text import collapse

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_HIDDEN = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>")


def texts(raw: Any) -> list[str]:
    """
    Give the values of a property as plain texts, in their order; none: it is empty, or holds files only.

    A list property tells its word, not its number; tags are taken off, entities decoded, blanks collapsed.
    """
    return [text for value in _values(raw) if (text := plain(value))]


def plain(value: Any) -> str | None:
    """Give a value as text without markup; None: nothing, or nothing that can be told as text."""
    if isinstance(value, Mapping):  # a text with its type, or a file
        value = value.get("TEXT", value.get("text"))
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    if isinstance(value, Decimal):
        value = f"{value:f}"
    without_tags = _TAG.sub(" ", _HIDDEN.sub(" ", str(value)))
    return collapse(html.unescape(without_tags).replace("\x00", ""))


def _values(raw: Any) -> Iterator[Any]:
    for one in _each(raw):
        if not isinstance(one, Mapping):
            yield one
        elif one.get("valueEnum") not in (None, "", []):
            yield from _each(one["valueEnum"])
        else:
            yield from _each(one.get("value"))


def _each(raw: Any) -> list[Any]:
    """Give what a list holds; PHP tells one with gaps as a map from numbers (bitrix24 1.3)."""
    if isinstance(raw, Mapping) and raw and all(str(key).isdigit() for key in raw):
        return list(raw.values())
    return raw if isinstance(raw, list) else [raw]
