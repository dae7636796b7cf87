"""
Custom fields of a material: three shapes to read, one to write, and no promise that a write is taken.

They are written apart from everything else, never in a create, and read back (keepincrm 4.2).
"""

import html
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

Names = Literal["title", "key"]


def held(answer: Mapping[str, Any]) -> dict[str, str]:
    """Give the custom fields that hold something, by title: of an object, of a list, or of both."""
    shown: dict[str, str] = {}
    for title, value in _told(answer):
        if (text := _text(value)) and title:
            shown[title] = text
    return shown


def titles(answer: Mapping[str, Any]) -> set[str]:
    """Give the titles of custom fields that an answer names, empty ones too."""
    return {title for title, _ in _told(answer) if title}


def empty_titles(answer: Mapping[str, Any]) -> set[str]:
    """
    Give the titles of custom fields that an answer names though nobody has ever filled them in.

    Who shows these shows all fields there are. An empty text says less: somebody may have emptied it.
    """
    return {title for title, value in _told(answer) if title and value is None}


def keys(answer: Mapping[str, Any]) -> dict[str, str]:
    """Give the key of each custom field by its title, where a single material tells them."""
    detailed = _objects(answer.get("custom_fields_detailed"))
    return {
        str(each["title"]): str(each["name"]) for each in detailed if each.get("title") and each.get("name")
    }


def written(values: Mapping[str, str | None], names: Mapping[str, str] = {}) -> list[dict[str, str]]:
    """
    Spell values for a write, by titles or, where ``names`` gives them, by keys; None empties a field.

    Raises ValueError for nothing: an empty list may clear every field of the material.
    """
    if not values:
        raise ValueError("an empty list of custom fields may clear them all")
    return [{"name": names.get(title, title), "value": value or ""} for title, value in values.items()]


def not_taken(values: Mapping[str, str | None], answer: Mapping[str, Any]) -> list[str]:
    """Name the fields that a material read back does not hold as they were sent."""
    shown = held(answer)
    return [title for title, value in values.items() if comparable(shown.get(title)) != comparable(value)]


def comparable(value: str | None) -> str:
    """Fold what does not matter: entities, composed letters, runs of blanks; nothing is the same as empty."""
    text = html.unescape(value or "")
    return " ".join(unicodedata.normalize("NFC", text).split())


def _told(answer: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Walk titles and values in whichever shape they come."""
    given = answer.get("custom_fields")
    if isinstance(given, Mapping):
        yield from ((_stored(str(title)), value) for title, value in given.items())
    for each in (*_objects(given), *_objects(answer.get("custom_fields_detailed"))):
        yield _stored(str(each.get("title") or each.get("name") or "")), each.get("value")


def _objects(value: Any) -> Sequence[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    match value:
        case None | "" | [] | {}:
            return None
        case str():
            return _stored(value) or None
        case bool() | Mapping() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _stored(text: str) -> str:
    return text.replace("\0", "")  # what Postgres takes in no text
