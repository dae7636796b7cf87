"""
Checks that reach across sections of a settings file, made on the data as read.

They run even when a section has faults of its own, so that all problems are told at once; what is not of the
expected shape is passed over here, since it is told elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from include.settings.yaml_lines import KeyPath
from include.values.text import status_key

Found = Iterator[tuple[KeyPath, str]]


def items(data: Any, section: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Walk the numbered items of a section that is a list."""
    listed = data.get(section) if isinstance(data, Mapping) else None
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, Mapping):
            yield index, item


def names_in(data: Any, section: str) -> list[str] | None:
    """Name what a section defines, by ``name`` or by key; None when it is not of a shape to tell."""
    defined = data.get(section, []) if isinstance(data, Mapping) else None
    if isinstance(defined, Mapping):
        return [str(key) for key in defined]
    if not isinstance(defined, list):
        return None
    return [str(item["name"]).strip() for _, item in items(data, section) if item.get("name") is not None]


def repeated(data: Any, section: str, key: str) -> Found:
    """Find values of a key that a section has twice, whatever their case."""
    seen: dict[str | None, int] = {}
    for index, item in items(data, section):
        if item.get(key) is None:
            continue
        value = str(item[key]).strip()
        first = seen.setdefault(status_key(value), index)
        if first != index:
            yield (section, index, key), f"«{value}» уже есть в {section}.{first}"


def missing_connections(data: Any, has_connection: Callable[[str], bool]) -> Found:
    """Find connections that are named and not set up: of the accounts, and of 1C when it is read."""
    named: list[tuple[KeyPath, Any]] = [
        (("accounts", index, "api_token"), item.get("api_token")) for index, item in items(data, "accounts")
    ]
    onec = data.get("onec") if isinstance(data, Mapping) else None
    onec = onec if isinstance(onec, Mapping) else {}
    if onec.get("source", "odata") == "odata" or onec.get("write_back", True) is True:
        named.append((("onec", "connection"), onec.get("connection", "onec")))
    for path, name in named:
        if isinstance(name, str) and name.strip() and not has_connection(name.strip()):
            yield path, f"в Airflow нет Connection «{name.strip()}»: заведите её или поправьте имя"
