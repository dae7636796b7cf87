"""
Read back what a run has written, and learn from it what the CRM's account can do (keepincrm 10, step 17).

All creates and custom fields are looked at, and a sample of the rest: one by one while that takes fewer calls
than reading all materials does. What lists hide and the answer to its write has shown as it was sent has been
looked at by that; of this, too, a sample is read. Doing it twice does no harm.
"""

import json
import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from include.keepincrm.acceptance import (
    address_stays,
    fields_not_accepted,
    fields_work,
    named_prices_work,
    not_accepted,
    shows_custom_fields,
)
from include.keepincrm.capabilities import MISSES, Tried
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import ledger
from plugins.steps.actions import mark
from plugins.steps.opencart_account import Account
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_channels import CreateMaterials
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SAMPLE = 50  # updates of a kind
MOST_ALONE = 5000  # materials that are read one by one, because no list shows what they hold: an hour
CHUNK = 500  # findings written down at once
LEFT_OUT = "Не перевірено записів: %s. Списки CRM їх не показують, а поодинці читаємо не більше %s товарів."
Written = dict[int, list[Any]]  # what was written, by material
Finding = dict[str, Any]


def read_back(
    warehouse: Warehouse, job: Catalog, hook: KeepinCRMHook, most: int = MOST_ALONE
) -> dict[str, int]:
    """Settle the last lost creates, compare what was written with what is held; give numbers for the log."""
    run = ledger.run(warehouse, job.run_id)
    account = Account(warehouse, hook, run, job)
    settled = settle_doubted(account)
    written = _written(account)
    lessons: Counter[tuple[Tried, bool]] = Counter()
    checked = missed = 0
    total = sum(map(len, written.values()))
    for findings in _chunks(_findings(account, written, lessons, most)):
        _mark(warehouse, findings)
        checked += len(findings)
        missed += sum("not_accepted" in finding or "gone" in finding for _, finding in findings)
    _learn(account, lessons)
    log.info("Перевірено читанням: %s, CRM тримає інше: %s", checked, missed)
    if checked < total:
        log.warning(LEFT_OUT, total - checked, most)
    counts = {"settled": settled, "read_back": checked, "not_accepted": missed}
    return counts | ({"left_out": total - checked} if checked < total else {})


def settle_doubted(account: Account) -> int:
    """Look once more for materials of this run whose creation is in doubt, among all there are (6)."""
    channel = CreateMaterials(account)
    asked = {"run_ids": [account.run.run_id], "kind": channel.kind}
    doubted = account.warehouse.select(ledger.SQL / "select_uncertain.sql", asked)
    found = channel.look_up_at_last(doubted)
    mark(account.warehouse, channel, found)
    if doubted:
        log.info("Втрачені відповіді: перевірено %s, знайдено в CRM %s", len(doubted), len(found))
    return len(found)


def _written(account: Account) -> Written:
    """Read what was written, by material; values stay text until their turn comes."""
    found: Written = {}
    for row in account.warehouse.select(SQL / "select_written.sql", {**account.params, "most": SAMPLE}):
        found.setdefault(int(row.material_id), []).append(row)
    return found


def _findings(
    account: Account, written: Written, lessons: Counter[tuple[Tried, bool]], most: int
) -> Iterator[tuple[int, Finding]]:
    """Compare each write with the material as it is now; count what that tells of the account."""
    defined = account.capabilities.custom_field_keys
    for row, answer in _read(account.hook, written, most):
        if answer is None:
            yield row.action_id, {"read_back": True, "gone": True}
            continue
        sent = json.loads(row.after)
        missed = _missed(row.kind, sent, answer)
        lessons.update(_told(row.kind, sent, answer, defined))
        if row.kind == "set_custom_fields" and missed:
            account.learn_fields(sent, answer)
        yield row.action_id, {"read_back": True} | ({"not_accepted": missed} if missed else {})


def _read(hook: KeepinCRMHook, written: Written, most: int) -> Iterator[tuple[Any, Any]]:
    """
    Read what was written in as few calls as it takes; None: the material is not there.

    What a list did not show is read alone: what it hides, and what it has jumped over.
    """
    if written and len(written) > hook.materials_page().pages:
        for answer in hook.materials():
            rows = written.pop(int(answer["id"]), [])
            hidden = [row for row in rows if _is_hidden(row, answer)]
            yield from ((row, answer) for row in rows if row not in hidden)
            if hidden:
                written[int(answer["id"])] = hidden
    for material_id in _spread(sorted(written), most):
        alone = hook.material(material_id)
        yield from ((row, alone) for row in written[material_id])


def _is_hidden(row: Any, answer: Mapping[str, Any]) -> bool:
    """Tell whether an answer leaves out what was written, so that the material has to be read alone."""
    if row.is_shown:  # by the answer to its write
        return False
    if row.kind == "set_custom_fields":
        return not shows_custom_fields(answer)
    if "named_custom_prices" in answer:
        return False
    return any((json.loads(row.after).get("named_prices") or {}).values())


def _spread(ids: Sequence[int], most: int) -> Sequence[int]:
    """Choose no more than can be read alone, evenly."""
    return ids[:: -(-len(ids) // most) or 1]


def _missed(kind: str, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    """Name what a material does not hold as it was sent."""
    return (fields_not_accepted if kind == "set_custom_fields" else not_accepted)(sent, answer)


def _told(
    kind: str, sent: Mapping[str, Any], answer: Mapping[str, Any], defined: Collection[str]
) -> Iterator[tuple[Tried, bool]]:
    """Say what a material read back tells of the account."""
    told: dict[Tried, bool | None] = (
        {"custom_fields": fields_work(sent, answer, defined)}
        if kind == "set_custom_fields"
        else {"named_prices": named_prices_work(sent, answer), "asset_url": address_stays(sent, answer)}
    )
    yield from ((what, worked) for what, worked in told.items() if worked is not None)


def _learn(account: Account, lessons: Counter[tuple[Tried, bool]]) -> None:
    """
    Remember what the account can do: what was taken once works, an address that changed once is not kept.

    A single miss may be chance: somebody may have changed the material meanwhile.
    """
    for what in sorted({what for what, _ in lessons}):
        worked, misses = lessons[what, True], lessons[what, False]
        if worked and not (what == "asset_url" and misses):
            account.learn(what, True)
            continue
        for _ in range(min(misses, MISSES)):
            account.learn(what, False)


def _mark(warehouse: Warehouse, findings: Sequence[tuple[int, Finding]]) -> None:
    told = {
        "action_ids": [action_id for action_id, _ in findings],
        "findings": [Jsonb(finding) for _, finding in findings],
    }
    warehouse.run_file(SQL / "mark_read_back.sql", told)


def _chunks(findings: Iterator[tuple[int, Finding]]) -> Iterator[list[tuple[int, Finding]]]:
    chunk: list[tuple[int, Finding]] = []
    for finding in findings:
        chunk.append(finding)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
