"""
Ask the portal about contacts: what their fields hold, and who those without a client are (bitrix24 7.2, 11).

Fifty contacts a command, fifty commands a request; how far it has come is kept, so that it goes on there.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from include.bitrix24.commands import Command
from include.bitrix24.metadata import CONTACT
from include.bitrix24.sizes import BatchSize
from include.bitrix24_contact_totals.contacts import KEYS_SELECT, HeldRow, held, told_contact
from include.bitrix24_contact_totals.guards import FEW_MISSING, exceeds
from include.wording import number
from plugins.hooks.bitrix24 import Bitrix24Hook, Chunk, Listing
from plugins.hooks.bitrix24_batches import done
from plugins.hooks.bitrix24_lists import PAGE
from plugins.steps import ledger, scanning
from plugins.steps.bitrix24_contact_totals import SQL, ContactsMissing, Totals
from plugins.steps.bitrix24_contact_totals_plan import CHOSEN
from plugins.steps.matching import ClientRule, match_clients, stage_client_rules
from plugins.warehouse import Warehouse, tagged

log = logging.getLogger(__name__)

CLIENT_RULES = (ClientRule(1, "phone", "phone"), ClientRule(2, "email", "email"))
CREATE_WITH = ("phone", "email")
VALUES, KEYS = "contacts", "contact_keys"  # names of readings
TOLD = {VALUES: "Контактов с их полями прочитано", KEYS: "Контактов с именами и телефонами прочитано"}
HELD_TABLE = "stage.bitrix24_contact_totals_held"
VALUE_LIST = Listing("crm.item.list")
KEY_LIST = Listing("crm.contact.list", items=None, id_key="ID")
MISSING = (
    "Портал не показывает {} из {} контактов, о которых его спросили: похоже на потерю прав. Ничего не "
    "изменено. Если так и должно быть, запустите с параметром allow_drop."
)
Take = Callable[[Sequence[int], Sequence[Mapping[str, Any]]], None]


def stage_contacts(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> None:
    """
    Ask about contacts that differ, whose turn it is, or who have no client; stage by what clients are found.

    Raises ContactsMissing when the portal does not show too many of them.
    """
    _choose(warehouse, job)
    fields = [row.field_name for row in warehouse.select(SQL / "select_read_fields.sql", job.params)]
    _ask(warehouse, job, hook, "values", _value_command(fields), _keep_values(warehouse, job, fields))
    _refuse_missing(warehouse, job)
    _ask(warehouse, job, hook, "keys", _key_command, _keep_keys(warehouse, job))
    with warehouse.transaction():
        stage_keys(warehouse, job)
        records = warehouse.select_one(SQL / "count_considered.sql", job.params).records
        warehouse.run_file(ledger.SQL / "mark_staged.sql", {"run_id": job.run_id, "staged": records})
    warehouse.analyze(HELD_TABLE)


def stage_keys(warehouse: Warehouse, job: Totals) -> None:
    """Stage by what clients are found, and the revision of the mart that this is true of."""
    revision = warehouse.select_one(ledger.SQL / "select_revision.sql", {}).revision
    counters = ledger.run(warehouse, job.run_id).counters
    planned = {"run_id": job.run_id, "counters": counters, "revision": revision}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    warehouse.run_file(SQL / "forget_keys.sql", job.params)
    stage_client_rules(warehouse, job.run_id, CLIENT_RULES)
    warehouse.run_file(SQL / "stage_identity_keys.sql", job.params)


def match_anew(warehouse: Warehouse, job: Totals) -> None:
    """Find clients once more: somebody has written to the mart since."""
    stage_keys(warehouse, job)
    match_clients(warehouse, job.run_id, CREATE_WITH)


def _choose(warehouse: Warehouse, job: Totals) -> None:
    """Choose contacts, once: an attempt that goes on asks about the same."""
    if scanning.recall(warehouse, job.run_id, CHOSEN):
        return
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_contacts.sql", job.params)
        for name in (VALUES, KEYS):
            scanning.forget(warehouse, job.run_id, name)
        chosen = warehouse.run_file(SQL / "stage_contacts.sql", job.params)
        scanning.resume(warehouse, job.run_id, CHOSEN, None, chosen)
    warehouse.analyze("stage.bitrix24_contact_totals_contact")


def _ask(
    warehouse: Warehouse,
    job: Totals,
    hook: Bitrix24Hook,
    what: str,
    command: Callable[[Sequence[int]], Command],
    keep: Take,
) -> None:
    """Ask about contacts a request at a time, and keep what is told together with how far that is."""
    listing, name = (VALUE_LIST, VALUES) if what == "values" else (KEY_LIST, KEYS)
    scan = scanning.resume(warehouse, job.run_id, name, None, None)
    while rows := _next(warehouse, job, what, scan.last_id):
        asked = [row.contact_id for row in rows]
        commands = {
            f"c{place:04}": command(asked[place : place + PAGE]) for place in range(0, len(asked), PAGE)
        }
        found = list(_found(hook, listing, commands))
        with warehouse.transaction():
            keep(asked, found)
            scan = scanning.advance(warehouse, scan, Chunk(found, rows[-1].row_no, len(commands), False))
    if scan.rows:
        log.info("%s: %s", TOLD[name], number(scan.rows))


def _next(warehouse: Warehouse, job: Totals, what: str, after: int) -> list[Any]:
    asked = {"run_id": job.run_id, "what": what, "after": after, "most": PAGE * PAGE}
    return warehouse.select(SQL / "select_asked_contacts.sql", asked)


def _found(
    hook: Bitrix24Hook, listing: Listing, commands: Mapping[str, Command]
) -> Iterator[Mapping[str, Any]]:
    for reply in hook.run(commands, BatchSize()).values():
        yield from listing.rows(done(listing.method, reply).value)


def _value_command(fields: Sequence[str]) -> Callable[[Sequence[int]], Command]:
    def command(contacts: Sequence[int]) -> Command:
        asked = {"order": {"id": "ASC"}, "filter": {"@id": list(contacts)}, "select": ["id", *fields]}
        about = {"entityTypeId": CONTACT, "useOriginalUfNames": "Y", "start": -1}
        return Command(VALUE_LIST.method, {**about, **asked})

    return command


def _key_command(contacts: Sequence[int]) -> Command:
    asked = {"order": {"ID": "ASC"}, "filter": {"@ID": list(contacts)}, "select": list(KEYS_SELECT)}
    return Command(KEY_LIST.method, {**asked, "start": -1})


def _keep_values(warehouse: Warehouse, job: Totals, fields: Sequence[str]) -> Take:
    def keep(asked: Sequence[int], items: Sequence[Mapping[str, Any]]) -> None:
        params = {"run_id": job.run_id, "asked": list(asked)}
        found = {VALUE_LIST.id_of(item): item for item in items}
        warehouse.run_file(SQL / "forget_held.sql", params)
        warehouse.run_file(SQL / "mark_found.sql", params | {"found": list(found)})
        rows = (row for contact, item in found.items() for row in held(item, contact, fields))
        warehouse.copy_rows(HELD_TABLE, ("run_id", *HeldRow._fields), tagged(job.run_id, rows))

    return keep


def _keep_keys(warehouse: Warehouse, job: Totals) -> Take:
    def keep(asked: Sequence[int], items: Sequence[Mapping[str, Any]]) -> None:
        told = Jsonb([told_contact(item)._asdict() for item in items])
        warehouse.run_file(SQL / "mark_names.sql", {"run_id": job.run_id, "told": told})

    return keep


def _refuse_missing(warehouse: Warehouse, job: Totals) -> None:
    if job.scope.allow_drop:
        return
    counted = warehouse.select_one(SQL / "count_missing.sql", job.params)
    most = job.settings.guards.max_missing_contacts
    if counted.missing > FEW_MISSING and exceeds(counted.missing, most, counted.asked):
        raise ContactsMissing(MISSING.format(number(counted.missing), number(counted.asked)))
