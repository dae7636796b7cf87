"""
What a batch answers: an outcome for each of its commands, whatever shapes PHP gives them (bitrix24 1.3, 1.7).

The status of a batch is 200 whichever of its commands failed. Maps that are empty come as lists, and a
command that did not run is in none of them: to take its absence for an empty answer is how rows get lost.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.faults import GONE, NO_RIGHT, NOT_NOW
from include.vendors.limits import Worked

_GONE_WORDS = re.compile(r"(?i)\b(?:is )?not found\b|does not exist")
_NO_RIGHT_WORDS = re.compile(r"(?i)access denied")
_OLD_CODES = ("", "0")  # of methods whose words alone tell what is meant
PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Done:
    """The command ran. ``total`` and ``next`` are None where they are not told; ``seconds`` by its clock."""

    value: Any
    total: int | None = None
    next: int | None = None
    seconds: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Refused:
    """The portal refused this command, and will refuse it again; ``text`` is in its own words."""

    code: str
    text: str

    @property
    def is_gone(self) -> bool:
        """Tell whether it is refused because there is no such record."""
        return self.code in GONE or (self.code in _OLD_CODES and bool(_GONE_WORDS.search(self.text)))

    @property
    def is_denied(self) -> bool:
        """Tell whether a right is lacking, so that nothing else will pass either."""
        return self.code in NO_RIGHT or (self.code in _OLD_CODES and bool(_NO_RIGHT_WORDS.search(self.text)))

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.code, self.text))) or "отказ без объяснения"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing is wrong with the command itself: its method is closed for a while, or the portal stumbled."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class NotRun:
    """The command did not run: an earlier one stopped the batch, or the answer does not know it."""


Reply = Done | Refused | Blocked | NotRun


def is_answer(body: Any) -> bool:
    """Tell whether this is a batch's answer at all."""
    return isinstance(body, Mapping) and isinstance(body.get("result"), Mapping)


def replies(body: Mapping[str, Any], keys: Collection[str]) -> dict[str, Reply]:
    """Give an outcome for every key, in their order."""
    inner = body["result"]
    maps = {name: _map(inner.get(name)) for name in ("result", *(f"result_{each}" for each in _PARTS))}
    return {key: _reply(key, maps) for key in keys}


def worked(body: Mapping[str, Any], commands: Mapping[str, Command]) -> list[Worked]:
    """
    Sum up by method what a batch has cost, in the order of the methods' first commands.

    ``operating`` of a command is what its method has come to in ten minutes, not what this one took
    (bitrix24 1.3): of several the last one holds.
    """
    times, finish = _map(body["result"].get("result_time")), _finish(body)
    found: dict[str, Worked] = {}
    for key, command in commands.items():
        if isinstance(time := times.get(key), Mapping):
            one = _worked(command.method, time, finish)
            found[command.method] = _sum(found[command.method], one) if command.method in found else one
    return list(found.values())


def worked_alone(body: Any, method: str) -> list[Worked]:
    """Say what a single call has cost; nothing if the portal does not tell."""
    time = body.get("time") if isinstance(body, Mapping) else None
    return [_worked(method, time, _finish(body))] if isinstance(time, Mapping) else []


def whole(value: Any) -> int | None:
    """Read a whole number, be it text; None: there is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def seconds_of(value: Any) -> Decimal:
    """Read how long something took, 0 if that is not told."""
    return Decimal(str(value)).quantize(PLACES) if _is_number(value) else Decimal(0)


_PARTS = ("error", "total", "next", "time")


def _reply(key: str, maps: Mapping[str, Mapping[str, Any]]) -> Reply:
    if key in maps["result_error"]:
        code, text = _words(maps["result_error"][key])
        return Blocked(code, text) if code in NOT_NOW else Refused(code, text)
    if key not in maps["result"]:
        return NotRun()
    time = maps["result_time"].get(key)
    return Done(
        maps["result"][key],
        whole(maps["result_total"].get(key)),
        whole(maps["result_next"].get(key)),
        seconds_of(time.get("duration")) if isinstance(time, Mapping) else Decimal(0),
    )


def _map(value: Any) -> Mapping[str, Any]:
    """Read a map of PHP: empty it is a list; with keys 0 to n it would be one too, so ours are never such."""
    return value if isinstance(value, Mapping) else {}


def _words(told: Any) -> tuple[str, str]:
    """Read an error in any of its shapes; its code may be a number, or empty."""
    if not isinstance(told, Mapping):
        return "", str(told)
    code, text = told.get("error"), told.get("error_description")
    return "" if code is None else str(code), "" if text is None else str(text)


def _worked(method: str, time: Mapping[str, Any], finish: Decimal | None) -> Worked:
    operating, resets_at = time.get("operating"), time.get("operating_reset_at")
    is_told = _is_number(operating) and _is_number(resets_at) and finish is not None
    return Worked(
        method,
        1,
        seconds_of(time.get("duration")),
        Decimal(str(operating)) if _is_number(operating) else None,
        max(0.0, float(Decimal(str(resets_at)) - (finish or 0))) if is_told else None,
    )


def _sum(before: Worked, now: Worked) -> Worked:
    is_told = now.operating is not None
    return Worked(
        now.method,
        before.commands + now.commands,
        before.seconds + now.seconds,
        now.operating if is_told else before.operating,
        now.resets_in if is_told else before.resets_in,
    )


def _finish(body: Mapping[str, Any]) -> Decimal | None:
    """Give the moment of the answer by the portal's clock, the only one its other moments compare with."""
    found = next(_moments(body), None)
    return None if found is None else Decimal(str(found))


def _moments(body: Mapping[str, Any]) -> Iterator[Any]:
    time = body.get("time")
    if isinstance(time, Mapping):
        yield from (time[name] for name in ("finish", "start") if _is_number(time.get(name)))


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", value))
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
