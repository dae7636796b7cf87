"""Bitrix24: its REST, many commands a request (bitrix24 1 to 3)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from include.bitrix24 import faults
from include.bitrix24.commands import Command, spelled
from include.bitrix24.replies import Blocked, Refused, Reply, is_answer, replies, worked, worked_alone
from include.bitrix24.sizes import MOST, BatchSize
from include.vendors.limits import Worked
from plugins.hooks.bitrix24_access import Bitrix24Access, moment_of
from plugins.hooks.bitrix24_batches import Batches, PartlyAnswered, PartlyFailed
from plugins.hooks.bitrix24_lists import Chunk, Listing, read
from plugins.hooks.bitrix24_tokens import TokenKeeper
from plugins.hooks.vendor import Answer, Call, Gate, Pass, Verdict
from plugins.hooks.vendor_answer import verdict
from plugins.hooks.vendor_fault import Fault
from plugins.hooks.vendor_gate import MethodTime, OpenTime

__all__ = [
    "BatchSize", "Bitrix24Hook", "Chunk", "Command", "Listing", "PartlyAnswered", "PartlyFailed",
]  # fmt: skip

BATCH = "batch"
_JITTER = 1.25  # workers that were refused together do not come again together


class Bitrix24Hook(Bitrix24Access):
    """
    Make calls of a portal: one, a request of up to fifty, as many as there are, or a list from end to end.

    A request is never repeated as it is when nobody knows what became of it: see ``run``. Every request waits
    for its turn in the bucket (``gate``) and for the time of its methods (``methods``).
    """

    conn_type = "bitrix24"
    default_conn_name = "bitrix24"
    hook_name = "Bitrix24"
    default_timeout = 75.0  # the portal ends a request itself after 60
    default_pauses = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)

    def __init__(
        self,
        conn_id: str | None = None,
        gate: Gate | None = None,
        methods: MethodTime | None = None,
        tokens: TokenKeeper | None = None,
        **options: Any,
    ) -> None:
        super().__init__(conn_id, gate, tokens, **options)
        self.methods = methods or OpenTime()
        self._first_moment: datetime | None = None

    def ask(self, method: str, params: Mapping[str, Any] | None = None, *, repeats: bool = True) -> Any:
        """
        Make one call; give its result.

        Raises RejectedByVendor, AccessDenied, WindowSpent, TemporaryVendorError; of a call that creates
        (``repeats`` is False) LostAnswer when it may have been carried out.
        """
        return self.told(Command(method, params or {}), repeats=repeats)["result"]

    def told(self, command: Command, *, repeats: bool = True) -> Mapping[str, Any]:
        """Make one call; give all it is answered: ``result``, and ``total`` and ``next`` if there are any."""
        name = command.method
        self.methods.assert_open([name])
        call = Call("POST", f"/{name}", body=dict(command.params), counts_as=name, repeats=repeats)
        body: Mapping[str, Any] = self.call(call)
        self._note(body, worked_alone(body, name))
        return body

    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Reply]:
        """
        Make one request of up to fifty commands; give what became of each.

        ``halt``: the first that is refused stops the rest. A request is repeated only if the portal refused
        it for its limits' sake; else it raises at once, NotReached or another TemporaryVendorError: whoever
        knows the commands (``run``, ``scan``) decides what is sent again.
        """
        if len(commands) > MOST:
            raise ValueError(f"at most {MOST} commands a request")
        if not commands:
            return {}
        self.methods.assert_open({BATCH, *(command.method for command in commands.values())})
        asked = {"halt": int(halt), "cmd": {key: spelled(command) for key, command in commands.items()}}
        body = self.call(Call("POST", f"/{BATCH}", body=asked, counts_as=BATCH, once=True))
        self._note(body, worked(body, commands))
        told = replies(body, commands)
        for method in {commands[key].method for key, reply in told.items() if _is_closed(reply)}:
            self.methods.block(method, None)
        return {key: self._scrubbed(reply) for key, reply in told.items()}

    def run(  # type: ignore[override]
        self, commands: Mapping[str, Command], size: BatchSize
    ) -> dict[str, Reply]:
        """
        Make as many requests as it takes until every command is done or refused.

        A command that cannot be spelt goes alone. Raises PartlyAnswered and PartlyFailed with the replies
        there are, and AccessDenied.
        """
        return Batches(self, commands, size).run()

    def scan(self, listing: Listing, at: int = 0, head: int | None = None) -> Iterator[Chunk]:
        """
        Read a list whole, up to 2,500 rows a request; nothing is asked further once ``head`` is reached.

        Raises BrokenReading and UnknownField besides what every call does. What it gave before stays good:
        go on from the last chunk's ``last_id``.
        """
        return read(self, listing, at, head)

    def head(self, listing: Listing) -> Command:
        """Give the command that asks for a list's largest id and count (``Listing.largest``)."""
        return listing.head()

    def portal_time(self) -> datetime:
        """Give the moment of the first answer by the portal's own clock; ask for one if there was none."""
        if self._first_moment is None:
            self.probe()
        return self._first_moment or datetime.now(UTC)

    def probe(self) -> object:
        """Ask who we are."""
        return self.ask("profile")

    @property
    def pauses(self) -> Sequence[float]:
        longest = self.patience
        return [min(pause * random.uniform(1, _JITTER), longest) for pause in super().pauses]

    def words(self, body: Any) -> str | None:
        return faults.words_of(body)

    def verdict(self, call: Call, answer: Answer) -> Verdict:
        """Judge by status and code; by words only where old methods say no more (bitrix24 1.4)."""
        body, code = answer.body, faults.code_of(answer.body)
        if 300 <= answer.status < 400:
            self.moves(call, answer)
            return Verdict.ELSEWHERE
        if answer.status < 300 and isinstance(body, dict) and "result" in body:
            return Verdict.GOOD if call.counts_as != BATCH or is_answer(body) else Verdict.CUT
        if code is None:
            return _by_status(answer)
        return _by_code(answer.status, Refused(code, str(body.get("error_description") or "")))

    def retry_at(self, call: Call, answer: Answer) -> datetime | None:
        """A method whose time is spent opens when the portal said it would; only it is closed meanwhile."""
        if faults.code_of(answer.body) == faults.METHOD_CLOSED:
            return self.methods.block(call.counts_as, None)
        return super().retry_at(call, answer)

    def close(self, call: Call, fault: Fault, leave: Pass) -> datetime:
        if faults.code_of(fault.error.response) == faults.METHOD_CLOSED and fault.retry_at:
            return fault.retry_at
        return super().close(call, fault, leave)

    def _note(self, body: Mapping[str, Any], costs: Sequence[Worked]) -> None:
        self._first_moment = self._first_moment or moment_of(body)
        self.methods.note(costs)

    def _scrubbed(self, reply: Reply) -> Reply:
        """Take secrets out of the portal's words."""
        if isinstance(reply, Refused | Blocked):
            return replace(reply, text=self.scrubber.text(reply.text))
        return reply


def _is_closed(reply: Reply) -> bool:
    """Tell whether a command did not run because the time of its method is spent."""
    return isinstance(reply, Blocked) and reply.code == faults.METHOD_CLOSED


def _by_status(answer: Answer) -> Verdict:
    """Judge an answer that is not the portal's own: what is not found there is not the portal."""
    judged = verdict(answer)
    if judged is Verdict.GOOD:
        return Verdict.CUT
    return Verdict.DENIED if judged is Verdict.REFUSED else judged


def _by_code(status: int, refused: Refused) -> Verdict:
    if refused.code in (faults.BUCKET_FULL, faults.METHOD_CLOSED):
        return Verdict.TOO_OFTEN
    if refused.code in faults.FOR_GOOD or status in (401, 402, 403, 404, 405) or refused.is_denied:
        return Verdict.DENIED
    if status == 429:
        return Verdict.TOO_OFTEN
    return Verdict.UNWELL if status >= 500 or refused.code in faults.STUMBLED else Verdict.REFUSED
