"""
One request to the simulated portal: a call, or a batch of up to 50 of them (bitrix24 1.3, 1.5 and 1.7).

Every command is a call of its method: it is counted as one, and blocked as one. The whole request has a
minute of the methods' own time; the command that would cross it is not done, those before it are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sandbox.bitrix24_answer import Answer, Method
from sandbox.bitrix24_directory import METHODS as DIRECTORY
from sandbox.bitrix24_errors import BLOCKED, Killed, Refused
from sandbox.bitrix24_fields import METHODS as FIELDS
from sandbox.bitrix24_items import METHODS as ITEMS
from sandbox.bitrix24_limits import Told
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_products import METHODS as PRODUCTS
from sandbox.bitrix24_references import filled
from sandbox.bitrix24_ways import seconds_of
from sandbox.bitrix24_wire import BATCH, MOST_COMMANDS, Command
from sandbox.php import as_map

METHODS: Mapping[str, Method] = {**ITEMS, **DIRECTORY, **FIELDS, **PRODUCTS}


class Done(NamedTuple):
    """What a call gave back, and how long it took."""

    answer: Answer
    seconds: float
    told: Told


class Session:
    """
    Carries out what one request asks; ``caller`` is whose methods' time it takes.

    ``refusal`` gives the code of a planned fault of a command, ``people`` may act before it. Callers hold a
    lock.
    """

    def __init__(
        self,
        portal: Portal,
        caller: str,
        refusal: Callable[[Iterable[str]], str | None],
        people: Callable[[str], None],
    ) -> None:
        self._portal, self._caller = portal, caller
        self._refusal, self._people = refusal, people
        self._spent = 0.0
        self.begun: Counter[str] = Counter()  # commands by method, those that are refused as well

    def single(self, command: Command) -> dict[str, Any]:
        """Answer one call. Raises Refused, Killed."""
        answer, seconds, told = self._perform(command)
        numbers = {"next": answer.next, "total": answer.total}
        body = {"result": answer.value, **{name: each for name, each in numbers.items() if each is not None}}
        return {**body, "time": self._time(seconds, told)}

    def batch(self, commands: list[Command], halts: bool) -> dict[str, Any]:
        """Answer a batch: what is wrong with a command is told beside it. Raises Refused, Killed."""
        if len(commands) > MOST_COMMANDS:
            raise Refused("ERROR_BATCH_LENGTH_EXCEEDED")
        maps: dict[str, dict[str, Any]] = {name: {} for name in ("result", "error", "total", "next", "time")}
        for command in commands:
            try:
                self._keep(maps, command.key, self._perform(self._filled(command, maps)))
            except Refused as refused:
                maps["error"][command.key] = refused.body
                if halts:
                    break
        empty = self._portal.ways["totals_empty"]
        told = {"result": as_map(maps.pop("result"), empty)}
        told |= {f"result_{name}": as_map(each, empty) for name, each in maps.items()}
        return {"result": told, "time": self._time(self._spent, None)}

    def _filled(self, command: Command, maps: Mapping[str, Mapping[str, Any]]) -> Command:
        return command._replace(params=filled(command.params, maps))

    def _keep(self, maps: dict[str, dict[str, Any]], key: str, done: Done) -> None:
        maps["result"][key] = done.answer.value
        for name, number in (("total", done.answer.total), ("next", done.answer.next)):
            if number is not None:
                maps[name][key] = number
        maps["time"][key] = self._time(done.seconds, done.told)

    def _perform(self, command: Command) -> Done:
        if command.method.lower() == BATCH:
            raise Refused("ERROR_BATCH_METHOD_NOT_ALLOWED")
        method = METHODS.get(command.method.lower())
        if method is None:
            raise Refused("ERROR_METHOD_NOT_FOUND")
        self.begun[command.method] += 1
        if code := self._refusal(command.about):
            raise Refused(code)
        portal, now = self._portal, self._portal.seconds()
        if not portal.method_time.is_open(self._caller, command.method, now):
            raise Refused(BLOCKED)
        seconds = seconds_of(command.method, portal.ways)
        if self._spent + seconds > portal.ways["request_seconds"]:
            raise Killed
        self._spent += seconds
        told = portal.method_time.add(self._caller, command.method, seconds, now)
        self._people(command.method)
        return Done(method(portal, command.params), seconds, told)

    def _time(self, seconds: float, told: Told | None) -> dict[str, Any]:
        """Tell when it was done: the answer leaves now, whatever time the call is counted with."""
        portal = self._portal
        finish = portal.seconds()
        at = portal.moment()
        body = {
            **{"start": round(finish - seconds, 6), "finish": round(finish, 6), "duration": seconds},
            **{"processing": seconds, "date_start": at, "date_finish": at},
        }
        if told and portal.ways["operating"] == "told":
            body |= {"operating_reset_at": told.reset_at, "operating": told.operating}
        return body
