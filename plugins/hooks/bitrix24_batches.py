"""
Many commands, each brought to its end: done, or refused for good (bitrix24 5, hook behaviour 4 to 6).

Only what has not run or may pass is sent again. A request that came to nothing may have been too long: half
as many go next time, unless it never reached the portal. All commands here read or set; none creates.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from include.bitrix24.commands import Command, is_plain
from include.bitrix24.faults import METHOD_CLOSED, STUMBLED, code_of
from include.bitrix24.replies import Blocked, Done, Refused, Reply, seconds_of, whole
from include.bitrix24.sizes import BatchSize
from include.errors import (
    AccessDenied,
    NotReached,
    RejectedByVendor,
    TemporaryVendorError,
    VendorError,
    WindowSpent,
)

log = logging.getLogger(__name__)

ALONE = 3  # tries of a command at which the portal stumbles, each in a request of its own


class PartlyAnswered(WindowSpent):
    """A method's time or the bucket was spent on the way: ``replies`` are of the commands answered before."""

    def __init__(self, spent: WindowSpent, replies: Mapping[str, Reply]) -> None:
        super().__init__(spent.until, str(spent), http_status=spent.http_status, response=spent.response)
        self.replies = dict(replies)


class PartlyFailed(TemporaryVendorError):
    """The portal does not get well: ``replies`` are of the commands that were answered before."""

    def __init__(self, fault: VendorError, replies: Mapping[str, Reply]) -> None:
        super().__init__(str(fault), http_status=fault.http_status, response=fault.response)
        self.replies = dict(replies)


class Asks(Protocol):
    """The part of a hook that this needs."""

    @property
    def pauses(self) -> Sequence[float]: ...
    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Reply]: ...
    def told(self, command: Command, *, repeats: bool = True) -> Mapping[str, Any]: ...


class Batches:
    """One set of commands on its way."""

    def __init__(self, hook: Asks, commands: Mapping[str, Command], size: BatchSize) -> None:
        self.hook, self.commands, self.size = hook, commands, size
        self.replies: dict[str, Reply] = {}
        self._left = {key: command for key, command in commands.items() if is_plain(command)}
        self._tries: dict[str, int] = {}  # of commands at which the portal stumbled: they go alone
        self._closed: set[str] = set()  # methods; commands of others go first
        self._pauses: Iterator[float] = iter(hook.pauses)
        self._seen: dict[str, int] = {}  # replies there were when a command first came to nothing alone

    def run(self) -> dict[str, Reply]:
        """Give what became of every command. Raises PartlyAnswered, PartlyFailed, or what stops them all."""
        try:
            while self._left:
                self._step(self._next())
            for key in [key for key in self.commands if key not in self.replies]:
                self.replies[key] = _alone(self.hook, self.commands[key])
        except (PartlyAnswered, PartlyFailed):
            raise
        except WindowSpent as spent:
            raise PartlyAnswered(spent, self.replies) from spent
        except TemporaryVendorError as fault:
            raise PartlyFailed(fault, self.replies) from fault
        return {key: self.replies[key] for key in self.commands}

    def _next(self) -> dict[str, Command]:
        """Choose what goes in the next request."""
        together = [key for key in self._left if key not in self._tries]
        chosen = [key for key in together if self._left[key].method not in self._closed]
        if not chosen:
            self._closed.clear()
            chosen = together or list(self._left)[:1]
        return {key: self._left[key] for key in chosen[: self.size.now]}

    def _step(self, chunk: Mapping[str, Command]) -> None:
        try:
            answered = self.hook.batch(chunk)
        except WindowSpent:
            raise
        except (TemporaryVendorError, AccessDenied) as fault:
            if isinstance(fault, AccessDenied) and fault.http_status != 200:  # 200: a page instead of data
                raise
            self._came_to_nothing(chunk, fault)
        else:
            self._learn(answered)

    def _learn(self, answered: Mapping[str, Reply]) -> None:
        settled = {key: reply for key, reply in answered.items() if isinstance(reply, Done | Refused)}
        self.replies.update(settled)
        for key in settled:
            del self._left[key]
        done = [reply.seconds for reply in settled.values() if isinstance(reply, Done)]
        self.size.told(len(done), sum(done, Decimal()))
        for key, reply in answered.items():
            if isinstance(reply, Blocked):
                self._put_off(key, reply, is_alone=len(answered) == 1)
        if settled:
            self._pauses = iter(self.hook.pauses)
        elif self._left:
            self._rest(TemporaryVendorError(f"Битрикс24: {_why(answered)}"))

    def _put_off(self, key: str, blocked: Blocked, *, is_alone: bool) -> None:
        """Let a command wait behind the others; refuse one at which the portal stumbles again and again."""
        command = self._left.pop(key)
        self._left[key] = command
        if blocked.code == METHOD_CLOSED:
            self._closed.add(command.method)
        elif blocked.code in STUMBLED:
            self._tries[key] = self._tries.get(key, 0) + is_alone
            if self._tries[key] >= ALONE:
                self.replies[key] = Refused(blocked.code, blocked.text)
                del self._left[key]

    def _came_to_nothing(self, chunk: Mapping[str, Command], fault: VendorError) -> None:
        """
        Take it that the request was too long, or the portal is not well.

        A single command counts as one at which it stumbles only if others have gone well since.
        """
        if not isinstance(fault, NotReached):
            self.size.halve()
        if len(chunk) == 1 and fault.http_status == 500:
            (key,) = chunk
            before = self._seen.setdefault(key, len(self.replies))
            stumbled = Blocked(min(STUMBLED), str(fault))
            self._put_off(key, stumbled, is_alone=len(self.replies) > before)
        self._rest(fault)

    def _rest(self, fault: VendorError) -> None:
        pause = next(self._pauses, None)
        if pause is None:
            raise fault if isinstance(fault, AccessDenied) else PartlyFailed(fault, self.replies)
        log.info("%s. Остальное повторим через %.0f с", fault, pause)
        time.sleep(pause)


def done(method: str, reply: Reply) -> Done:
    """Take an answer that has to be there. Raises AccessDenied or RejectedByVendor when it was refused."""
    if isinstance(reply, Done):
        return reply
    raise refusal(method, reply)


def refusal(method: str, reply: Reply) -> RejectedByVendor:
    """Make an exception of a command's refusal: without the right to it nothing else will pass either."""
    kind = AccessDenied if isinstance(reply, Refused) and reply.is_denied else RejectedByVendor
    return kind(f"Битрикс24: {method}: {reply}", http_status=200)


def _alone(hook: Asks, command: Command) -> Reply:
    """Make the call of a command that a batch would bend."""
    try:
        body = hook.told(command)
    except AccessDenied:
        raise
    except RejectedByVendor as refusal:
        return Refused(code_of(refusal.response) or "", str(refusal))
    time = body.get("time")
    seconds = seconds_of(time.get("duration")) if isinstance(time, Mapping) else Decimal()
    return Done(body["result"], whole(body.get("total")), whole(body.get("next")), seconds)


def _why(answered: Mapping[str, Reply]) -> str:
    blocked = next((reply for reply in answered.values() if isinstance(reply, Blocked)), None)
    return f"{blocked.code}: {blocked.text}" if blocked else "ни одна команда пакета не выполнена"
