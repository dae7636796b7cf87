"""
Checks of deal_import.yaml that reach across sections, made on the data as read.

They run even when a section has faults of its own, so that all problems are told at once.
"""

from collections.abc import Iterable
from typing import Any, Literal, get_args

from include.deal_import.layout import FIELDS
from include.settings.loader import nearest
from include.settings.raw_sections import Found, items, names_in, repeated
from include.settings.yaml_lines import KeyPath
from include.values.text import status_key

DEAL_EXPORT = "deal_export"
Kind = Literal["new", "repeat", "in_work", "won", "lost", "other"]
_REQUIRED = ("id", "actual_amount")  # without these no record of a file is ever imported


def defined(data: Any) -> dict[str, Any]:
    """Say what sources may refer to, as read: what is wrong in a section hides nothing of the others."""
    statuses, layouts = names_in(data, "statuses"), names_in(data, "layouts")
    return {
        "statuses": None if statuses is None else {status_key(name): name for name in statuses},
        "formats": None if layouts is None else (DEAL_EXPORT, *layouts),
    }


def across_sources(data: Any) -> list[tuple[KeyPath, str]]:
    """Find what is wrong across sections: where, and what."""
    return [
        *repeated(data, "statuses", "name"),
        *_kinds(data),
        *repeated(data, "sources", "name"),
        *_repeated_texts(data),
        *_layouts(data),
    ]


def _kinds(data: Any) -> Found:
    """Find kinds of which there must be exactly one status, and is none or another."""
    if not isinstance(data, dict) or not isinstance(data.get("statuses"), list):
        return
    written = [(index, item.get("kind")) for index, item in items(data, "statuses")]
    meant = {nearest(str(kind), get_args(Kind)) for _, kind in written if kind not in get_args(Kind)}
    for needed in ("new", "repeat"):
        having = [index for index, kind in written if kind == needed]
        if not having and needed not in meant:
            yield ("statuses",), f"нужен статус вида {needed}, а его нет"
        for index in having[1:]:
            yield (
                ("statuses", index, "kind"),
                f"вид {needed} уже у statuses.{having[0]}, а нужен ровно у одного",
            )


def _repeated_texts(data: Any) -> Found:
    """Find texts that a status_map has twice, whatever their case."""
    for index, source in items(data, "sources"):
        seen: dict[str | None, str] = {}
        status_map = source.get("status_map")
        for text in status_map if isinstance(status_map, dict) else ():
            first = seen.setdefault(status_key(text), text)
            if first != text:
                yield ("sources", index, "status_map", text), f"«{text.strip()}» уже есть: «{first.strip()}»"


def _layouts(data: Any) -> Found:
    """Find layouts that take our own format's name, or without which a record would never be imported."""
    layouts = data.get("layouts") if isinstance(data, dict) else None
    for name, layout in layouts.items() if isinstance(layouts, dict) else ():
        if name == DEAL_EXPORT:
            yield (
                ("layouts", name),
                f"{DEAL_EXPORT} это собственный формат, его не переопределяют: назовите иначе",
            )
        fields = layout.get("fields") if isinstance(layout, dict) else None
        if isinstance(fields, dict) and (missing := _missing(fields)):
            yield (
                ("layouts", name, "fields"),
                f"без полей {', '.join(missing)} ни одна запись не будет загружена",
            )


def _missing(fields: Iterable[str]) -> list[str]:
    """Name the required fields that are not there; one that is only misspelt is told as that."""
    written = {name if name in FIELDS else nearest(name, FIELDS) for name in fields}
    return [name for name in _REQUIRED if name not in written]
