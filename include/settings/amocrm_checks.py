"""
Checks of amocrm_statuses.yaml that reach across sections, made on the data as read (smart-data-hub 3).

They run even when a section has faults of its own, so that all problems are told at once; what is not of the
expected shape is passed over here, since it is told elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from include.amocrm_statuses.calculated import divides_by_nothing
from include.amocrm_statuses.expression import Expression, ExpressionError, calcs_of, parse
from include.settings.loader import did_you_mean
from include.settings.raw_sections import Found, items
from include.settings.yaml_lines import KeyPath

HasConnection = Callable[[str], bool]
NO_CONNECTION = "в Airflow нет Connection «{}»: заведите его или исправьте название"

Container = tuple[KeyPath, str, str, Mapping[str, Any]]  # path, funnel, its own id, as read


def across(data: Any, has_connection: HasConnection | None) -> list[tuple[KeyPath, str]]:
    """Find what is wrong across sections: where, and what."""
    return [
        *(_missing_connections(data, has_connection) if has_connection else ()),
        *_twice(data),
        *_containers(data),
        *_statuses(data),
        *_formulas(data),
        *_push(data),
    ]


def section(data: Any, name: str) -> Mapping[str, Any]:
    """Give a section that holds keys; an empty one when it does not."""
    found = data.get(name) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _missing_connections(data: Any, has_connection: HasConnection) -> Found:
    named = [("account", "amocrm")]
    if section(data, "push").get("enabled") is True:
        named.append(("push", "smart_data_hub"))
    for place, usual in named:
        name = section(data, place).get("connection", usual)
        if isinstance(name, str) and name.strip() and not has_connection(name.strip()):
            yield (place, "connection"), NO_CONNECTION.format(name.strip())


def _twice(data: Any) -> Found:
    """Find numbers of funnels and of formulas that are there twice."""
    for name, what in (("funnels", "воронка"), ("calculated", "формула")):
        seen: dict[str, int] = {}
        for index, item in items(data, name):
            first = seen.setdefault(str(item.get("id")).strip(), index)
            if first != index and item.get("id") is not None:
                yield (name, index, "id"), f"{what} с id «{item['id']}» уже есть: {name}.{first}"


def _containers(data: Any) -> Found:
    """Find what is there twice within a funnel, and containers of which only some tell their position."""
    for index, funnel in items(data, "funnels"):
        path: KeyPath = ("funnels", index, "containers")
        listed = list(items(funnel, "containers"))
        if funnel.get("containers") in (None, []):
            yield path, "в воронке нет ни одного контейнера"
        for key, what in (("id", "контейнер с id"), ("marker", "маркер"), ("position", "положение")):
            seen: dict[Any, Mapping[str, Any]] = {}
            for place, container in listed:
                told = container.get(key)
                if told is None or isinstance(told, list | dict):
                    continue
                first = seen.setdefault(told, container)
                if first is not container:
                    yield (*path, place, key), f"{what} «{told}» уже у контейнера «{_named(first)}»"
        placed = [place for place, container in listed if container.get("position") is not None]
        if placed and len(placed) < len(listed):
            lacking = next(place for place, _ in listed if place not in placed)
            yield (*path, lacking), "position указывают у всех контейнеров воронки или ни у одного"


def _statuses(data: Any) -> Found:
    """Find statuses in two containers: both are named."""
    seen: dict[tuple[Any, Any], str] = {}
    for index, funnel in items(data, "funnels"):
        for place, container in items(funnel, "containers"):
            where = f"контейнере «{_named(container)}» воронки «{_named(funnel)}»"
            listed = container.get("statuses")
            for number, pair in enumerate(listed if isinstance(listed, list) else ()):
                if (
                    not isinstance(pair, list)
                    or len(pair) != 2
                    or any(isinstance(p, list | dict) for p in pair)
                ):
                    continue
                if (first := seen.get(status := (pair[0], pair[1]))) is not None:
                    path = ("funnels", index, "containers", place, "statuses", number)
                    yield path, f"статус {pair[0]}/{pair[1]} уже в {first}, а здесь он в {where}"
                seen.setdefault(status, where)


def _named(item: Mapping[str, Any]) -> str:
    return str(item.get("title") or item.get("id"))


def _formulas(data: Any) -> Found:
    """Find formulas that refer to what is not there, or to themselves, or divide by nothing."""
    read = {index: found for index, item in items(data, "calculated") if (found := _read(item)) is not None}
    places: dict[str, int] = {}
    for index, item in items(data, "calculated"):
        places.setdefault(str(item.get("id")).strip(), index)
    refers = {name: calcs_of(read[index]) for name, index in places.items() if index in read}
    for index, expression in read.items():
        path: KeyPath = ("calculated", index, "expression")
        if divides_by_nothing(expression):
            yield path, "деление на ноль"
        for name in dict.fromkeys(calcs_of(expression)):
            if name not in places:
                yield path, f"формулы «{name}» нет" + did_you_mean(name, places)
            elif cycle := _cycle(name, refers):
                yield path, f"формулы ссылаются друг на друга: {' → '.join(cycle)}"
            elif places[name] >= index:
                yield path, f"формула «{name}» стоит ниже: ссылаются только на те, что выше"


def _read(item: Mapping[str, Any]) -> Expression | None:
    try:
        return parse(item["expression"]) if isinstance(item.get("expression"), str) else None
    except ExpressionError:
        return None


def _cycle(start: str, refers: Mapping[str, list[str]]) -> list[str] | None:
    """Find the way by which a formula comes back to itself."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in refers.get(way[-1], ()):
            if name == start:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return None


def _push(data: Any) -> Found:
    """Find what the push names and the mapping has not; and a push that has nowhere to go."""
    push = section(data, "push")
    funnels = {str(funnel.get("id")).strip(): funnel for _, funnel in items(data, "funnels")}
    told = section(push, "funnels")
    if push.get("enabled") is True and not told:
        yield ("push", "funnels"), "передача включена, а воронки Smart Data Hub не указаны"
    for name, target in told.items():
        path: KeyPath = ("push", "funnels", name)
        if name not in funnels:
            yield path, f"воронки «{name}» нет" + did_you_mean(name, funnels)
            continue
        known = [str(each.get("id")).strip() for _, each in items(funnels[name], "containers")]
        yield from _unknown_containers(path, section(target, "statuses"), known)


def _unknown_containers(
    path: KeyPath, statuses: Mapping[str, Any], known: list[str]
) -> Iterator[tuple[KeyPath, str]]:
    for name in statuses:
        if name not in known:
            yield (*path, "statuses", name), f"контейнера «{name}» в воронке нет" + did_you_mean(name, known)
