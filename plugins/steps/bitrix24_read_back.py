"""
Look whether contacts hold what was written to them (bitrix24 2.4).

A method that answers with ``true`` alone ignores fields it does not know, and says nothing: all that was
written by it is read. Of what was compared with its echo already, a sample is. Doing it twice does no harm.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.sizes import BatchSize
from include.wording import number
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.bitrix24_batches import done
from plugins.hooks.bitrix24_lists import PAGE, Listing
from plugins.steps import ledger
from plugins.steps.actions import Outcome, mark
from plugins.steps.bitrix24_channels import CONTACT, GONE, NOT_KEPT, SetTotals, number_of
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SAMPLE = 50
FEW = 20  # contacts that may vanish at once while a run is sending
HIDDEN = (
    "Портал показал только %s из %s контактов, в которые только что писали: похоже, у вебхука отняли право "
    "их читать. Пропавшими их не считаем, следующий запуск посмотрит снова"
)
Held = dict[int, Mapping[str, Any]]


def read_back(
    warehouse: Warehouse, channel: SetTotals, run_id: int, *, most: int | None = SAMPLE
) -> dict[str, int]:
    """
    Compare what a run has written with what the portal holds; give numbers for the log.

    ``most``: contacts to look at, spread evenly; None: all. What was not accepted is settled as failed.
    """
    asked = {"run_id": run_id, "kind": channel.kind, "most": most}
    checked = missed = 0
    rows = warehouse.select(ledger.SQL / "select_done_actions.sql", asked)
    for actions in _slices(rows):
        held = _held(channel.hook, actions)
        outcomes = list(_outcomes(channel, _shown(actions, held), held))
        mark(warehouse, channel, outcomes)
        checked += len(outcomes)
        missed += sum(outcome.state != "done" for outcome in outcomes)
    log.info("Проверено чтением: %s, портал хранит другое: %s", number(checked), number(missed))
    return {"read_back": checked, "not_accepted": missed}


def _slices(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Take so many that one request reads them."""
    size = PAGE * PAGE
    yield from (rows[start : start + size] for start in range(0, len(rows), size))


def _shown(actions: Sequence[Any], held: Held) -> Sequence[Any]:
    """Leave out contacts that are not shown, if they are too many to have been deleted meanwhile."""
    shown = [action for action in actions if number_of(action) in held]
    hidden = len(actions) - len(shown)
    if hidden <= FEW or hidden <= len(shown):
        return actions
    log.warning(HIDDEN, number(len(shown)), number(len(actions)))
    return shown


def _held(hook: Bitrix24Hook, actions: Sequence[Any]) -> Held:
    """Read the contacts, fifty a command, each only with the fields that were written to any of the fifty."""
    commands = {f"c{n:04}": _command(actions[n : n + PAGE]) for n in range(0, len(actions), PAGE)}
    listing, found = Listing("crm.item.list"), Held()
    for reply in hook.run(commands, BatchSize()).values():
        found |= {listing.id_of(row): row for row in listing.rows(done(listing.method, reply).value)}
    return found


def _command(actions: Sequence[Any]) -> Command:
    names = sorted({name for action in actions for name in _sent(action)})
    asked = {
        "entityTypeId": CONTACT,
        "useOriginalUfNames": "Y",
        "order": {"id": "ASC"},
        "filter": {"@id": [number_of(action) for action in actions]},
        "select": ["id", *names],
        "start": -1,
    }
    return Command("crm.item.list", asked)


def _outcomes(channel: SetTotals, actions: Sequence[Any], held: Held) -> Iterator[Outcome]:
    for action in actions:
        contact, told = held.get(number_of(action)), {**(action.response or {}), "read_back": True}
        if contact is None:
            yield Outcome(action.action_id, "skipped", 200, {**told, "gone": True}, GONE)
        elif missed := channel.missed(_sent(action), contact):
            words = NOT_KEPT.format(", ".join(missed))
            yield Outcome(action.action_id, "failed", 200, {**told, "not_accepted": missed}, words)
        else:
            yield Outcome(action.action_id, "done", 200, told)


def _sent(action: Any) -> dict[str, Any]:
    """Give what of an action was sent."""
    after = json.loads(action.after) if isinstance(action.after, str) else action.after
    unsent = (action.response or {}).get("unsent_fields", ())
    return {name: value for name, value in after.items() if name not in unsent}
