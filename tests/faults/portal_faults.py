"""What may happen to a call to a Bitrix24 portal, for the sweeps of both of its pipelines."""

from typing import Any, NamedTuple

from tests.faults.lost_answers import LOST

# «Applied»: its work was done all the same. A code in ``text`` is the portal's own.
OF_CALLS: dict[str, dict[str, Any]] = {
    **LOST,
    "bucket full": {"fault": "503"},
    "bucket full, a storm": {"fault": "503", "times": 6},
    "method blocked": {"fault": "429"},
    "method blocked, a storm": {"fault": "429", "times": 3},
    "sent elsewhere": {"fault": "redirect"},
    "401, expired": {"fault": "401", "text": "expired_token"},
    "403, no scope": {"fault": "403", "text": "insufficient_scope"},
    "blocked by the vendor": {"fault": "503", "text": "OVERLOAD_LIMIT"},
}
# What may happen to one command of a batch; a batch has many, so it is played for the first and a later one.
OF_COMMANDS: dict[str, dict[str, Any]] = {
    "command blocked": {"text": "OPERATION_TIME_LIMIT"},
    "command stumbles": {"text": "INTERNAL_SERVER_ERROR"},
    "command refused for rights": {"text": "ACCESS_DENIED"},
}
# What may happen to the portal as a whole. ``at_page`` is the page of the case.
OF_PORTALS: dict[str, dict[str, Any]] = {
    "rights lost": {"at_page": 0, "rights": {"funnels": []}},
    "a list's time spent": {"at_page": 0, "spend": "crm.item.list", "seconds": 479.9},
    "an update's time spent": {"spend": "crm.item.update", "seconds": 479.5},
    "updates blocked": {"block": "crm.item.update", "seconds": 300},
    "updates slow": {"ways": {"seconds": {"crm.item.update": 20}}},
}
REPEATING = ("updates slow",)  # requests of more than a minute are killed, and what they had done stays
LATER = 3  # commands that go well before the one that does not


class Case(NamedTuple):
    """Which call is disturbed, and how; ``command``: which of its batch, or None."""

    call: int
    fault: str
    command: int | None = None

    @property
    def may_repeat(self) -> bool:
        """Tell whether a value may be set twice: it was set, and nobody heard of it."""
        return self.fault in REPEATING or bool(OF_CALLS.get(self.fault, {}).get("applied"))


def order_of(case: Case, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Spell the order that plans it; ``calls`` are those of the undisturbed run."""
    call = calls[case.call - 1]
    if case.command is not None:
        method = methods_of(call)[0]
        before = sum(_commands(other, method) for other in calls[: case.call - 1])
        return {"fault": "item", "about": method, "after": before + case.command, **OF_COMMANDS[case.fault]}
    fault = OF_CALLS[case.fault]
    if "times" not in fault:
        return {"call": case.call, **fault}
    alike = [other for other in calls[: case.call - 1] if other["method"] == call["method"]]
    return {"method": call["method"], "after": len(alike), **fault}


def methods_of(call: dict[str, Any]) -> list[str]:
    """Give the methods of a batch's commands, that of which there is a record first."""
    named = [about for about in call["about"] if "." in about and ":" not in about]
    return sorted(named, key=lambda name: (not name.endswith("update"), name))


def _commands(call: dict[str, Any], method: str) -> int:
    commands: dict[str, int] = call.get("commands") or {}
    return commands.get(method, int(call["method"] == method))


def all_cases(calls: list[dict[str, Any]]) -> list[Case]:
    """Give every fault of every call, and of a batch's first command and a later one."""
    numbered = list(enumerate(calls, 1))
    cases = [Case(number, fault) for number, _ in numbered for fault in OF_CALLS]
    for number, call in numbered:
        if call["method"] == "batch":
            most = _commands(call, methods_of(call)[0])
            places = sorted({0, min(LATER, most - 1)})
            cases += [Case(number, fault, place) for fault in OF_COMMANDS for place in places]
    return cases
