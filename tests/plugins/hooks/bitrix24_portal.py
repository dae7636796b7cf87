"""
A portal's batches without a network: what ``run`` and ``scan`` are tried against, command by command.

It does what the dossier says of batches (bitrix24 1.7), so that each rule is seen at work by itself; the
whole hook meets the whole portal in the sandbox's tests.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from include.bitrix24.commands import Command, Reference, spelled
from include.bitrix24.replies import Blocked, Done, NotRun, Refused, Reply
from include.errors import RejectedByVendor, TemporaryVendorError

PAGE = 50
BAD_FILTER = Refused("INVALID_ARG_VALUE", "Invalid filter: field '>ID' has invalid value")

Trouble = Reply | Exception
Answer = Callable[[str, Command], Reply]


class Batcher:
    """Answers commands one after another; ``troubles`` come first, by number of request or by key."""

    def __init__(self, answer: Answer, seconds: str = "0.1", pauses: Sequence[float] = (0.0,) * 7) -> None:
        self.answer = answer
        self.seconds = Decimal(seconds)
        self.pauses = pauses
        self.requests: list[list[str]] = []
        self.alone: list[Command] = []
        self.ran: Counter[str] = Counter()
        self.failing: dict[int, Exception] = {}  # request -> what it raises, nothing of it having run
        self.losing: dict[int, Exception] = {}  # the same, all of it having run
        self.troubles: dict[str, list[Reply]] = {}  # key -> what it is answered first

    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Reply]:
        for command in commands.values():
            spelled(command)
        self.requests.append(list(commands))
        if fault := self.failing.get(len(self.requests)):
            raise fault
        told: dict[str, Reply] = {}
        for key, command in commands.items():
            if halt and any(not isinstance(reply, Done) for reply in told.values()):
                told[key] = NotRun()
            else:
                told[key] = self._one(key, resolved(command, told))
        if fault := self.losing.get(len(self.requests)):
            raise fault
        return told

    def told(self, command: Command, *, repeats: bool = True) -> Mapping[str, Any]:
        self.alone.append(command)
        reply = self._one(f"alone{len(self.alone)}", command)
        if isinstance(reply, Done):
            return {"result": reply.value, "total": reply.total}
        assert isinstance(reply, Refused)
        raise RejectedByVendor(reply.text, http_status=400, response={"error": reply.code})

    def _one(self, key: str, command: Command) -> Reply:
        if self.troubles.get(key):
            return self.troubles[key].pop(0)
        self.ran[key] += 1
        reply = self.answer(key, command)
        return Done(reply.value, reply.total, seconds=self.seconds) if isinstance(reply, Done) else reply


class Listed:
    """A list of records by id, page by page."""

    def __init__(self, ids: Sequence[int], *, items: str | None = "items", id_key: str = "id") -> None:
        self.ids = list(ids)
        self.items, self.id_key = items, id_key
        self.pages = 0
        self.before_page: dict[int, Callable[[], None]] = {}
        self.fields: Mapping[str, Any] = {"title": "x"}

    def __call__(self, key: str, command: Command) -> Reply:
        self.pages += 1
        self.before_page.get(self.pages, lambda: None)()
        after = command.params["filter"][f">{self.id_key}"]
        if not isinstance(after, int):
            return BAD_FILTER
        found = [number for number in sorted(self.ids) if number > after][:PAGE]
        rows = [{self.id_key: number, **self.fields} for number in found]
        return Done({self.items: rows} if self.items else rows)


def resolved(command: Command, told: Mapping[str, Reply]) -> Command:
    """Put earlier answers in place of references: the deepest node there is (bitrix24 1.7)."""
    condition = dict(command.params.get("filter", {}))
    for name, value in condition.items():
        if isinstance(value, Reference):
            key, *path = value.removeprefix("$result[").removesuffix("]").split("][")
            reply = told[key]
            node = reply.value if isinstance(reply, Done) else None
            for step in path:
                if isinstance(node, Mapping) and step in node:
                    node = node[step]
                elif isinstance(node, list) and int(step) < len(node):
                    node = node[int(step)]
                else:
                    break
            condition[name] = node
    return command._replace(params={**command.params, "filter": condition})


def unwell(status: int | None = None) -> TemporaryVendorError:
    return TemporaryVendorError("Битрикс24: сервер временно не работает", http_status=status)


def stumbled() -> Blocked:
    return Blocked("INTERNAL_SERVER_ERROR", "Internal server error")


def closed() -> Blocked:
    return Blocked("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")
