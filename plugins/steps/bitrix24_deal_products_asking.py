"""Commands of deal products and their answers: judged, followed to the last page, freed of odd letters."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.replies import Done, Refused, Reply
from include.bitrix24.sizes import BatchSize
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.bitrix24_batches import done
from plugins.hooks.bitrix24_lists import BrokenReading

Rows = list[Mapping[str, Any]]


def value_of(command: Command, reply: Reply) -> Any:
    """Give what a command was answered. Raises AccessDenied or RejectedByVendor when it was refused."""
    return done(command.method, reply).value


def ask_all(hook: Bitrix24Hook, commands: Mapping[str, Command]) -> dict[str, Any]:
    """Make commands none of which may be refused; give their values."""
    replies = hook.run(commands, BatchSize())
    return {key: value_of(commands[key], reply) for key, reply in replies.items()}


def every_page(
    hook: Bitrix24Hook, commands: Mapping[str, Command], items: str
) -> tuple[dict[str, Rows], dict[str, Refused]]:
    """
    Follow lists, each from its first page to its last; also give those that were refused.

    ``items``: where an answer has its rows. Raises AccessDenied, BrokenReading.
    """
    found: dict[str, Rows] = {key: [] for key in commands}
    refused: dict[str, Refused] = {}
    asked = dict(commands)
    size = BatchSize()
    while asked:
        replies = hook.run(asked, size)
        following: dict[str, Command] = {}
        for key, reply in replies.items():
            if isinstance(reply, Refused) and not reply.is_denied:
                refused[key] = reply
                del found[key]
                continue
            found[key] += rows_of(asked[key], value_of(asked[key], reply), items)
            if isinstance(reply, Done) and reply.next is not None:
                following[key] = _next_page(asked[key], reply.next)
        asked = following
    return found, refused


def rows_of(command: Command, value: Any, items: str) -> Rows:
    """Take the rows out of an answer. Raises BrokenReading if there are none where they should be."""
    rows = value.get(items) if isinstance(value, Mapping) else None
    if rows in ({}, None) and value in ([], {}):
        rows = []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BrokenReading(f"Битрикс24: в ответе {command.method} нет списка {items}")
    return list(rows)


def chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Cut a list into pieces."""
    yield from (values[start : start + size] for start in range(0, len(values), size))


def cleaned(value: Any) -> Any:
    """Take out of texts what Postgres cannot keep, at any depth."""
    match value:
        case str():
            return value.replace("\x00", "")
        case Mapping():
            return {cleaned(name): cleaned(each) for name, each in value.items()}
        case list():
            return [cleaned(each) for each in value]
    return value


def number(value: Any) -> int | None:
    """Read a number that may be told as text, or wrapped as a property's value; None: there is none."""
    if isinstance(value, Mapping):
        value = value.get("value")
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and int(text) else None


def _next_page(command: Command, start: int) -> Command:
    if start <= int(command.params.get("start", 0)):
        raise BrokenReading(
            f"Битрикс24: {command.method}: после {command.params.get('start', 0)} идёт {start}"
        )
    return command._replace(params={**command.params, "start": start})
