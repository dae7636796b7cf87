"""Ask a portal what it is, in one request, and stage it; both pipelines of a portal begin so (bitrix24 3)."""

import logging
from collections.abc import Mapping
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.metadata import COMMANDS, CurrencyRow, FieldRow, FunnelRow, Metadata, metadata
from include.bitrix24.replies import Done, Reply
from include.bitrix24.sizes import BatchSize
from include.bitrix24.stopped import Stopped
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.bitrix24_batches import done
from plugins.steps import ledger
from plugins.warehouse import Warehouse, tagged

log = logging.getLogger(__name__)

ADMIN_UNKNOWN = "Портал не сказал, администратор ли создал вебхук: если нет, часть сделок не будет видна."
NO_ADMIN = (
    "Вебхук создан не администратором портала: часть сделок он не увидит, и никто об этом не узнает. "
    "Создайте вебхук от имени администратора."
)
MOVED = "Портал переехал на {}: исправьте адрес в Connection «{}»."
TABLES: Mapping[str, tuple[str, type[Any]]] = {
    "currencies": ("stage.bitrix24_currency", CurrencyRow),
    "funnels": ("stage.bitrix24_funnel", FunnelRow),
    "fields": ("stage.bitrix24_field", FieldRow),
}


class NotAdmin(Stopped):
    """Say that the webhook does not see everything."""

    code = "B24_NOT_ADMIN"


def read_metadata(
    hook: Bitrix24Hook, more: Mapping[str, Command] | None = None
) -> tuple[Metadata, dict[str, Done]]:
    """
    Ask for what the portal says of itself, and for ``more`` in the same request; give both.

    Raises NotAdmin, AccessDenied, RejectedByVendor, and what every call does.
    """
    asked = {**COMMANDS, **(more or {})}
    replies = hook.run(asked, BatchSize())
    told_of = {key: _done(asked[key].method, reply, key) for key, reply in replies.items()}
    told = metadata({key: reply.value for key, reply in told_of.items() if key in COMMANDS and reply})
    if told.is_admin is False:
        raise NotAdmin(NO_ADMIN)
    if told.is_admin is None:
        log.warning(ADMIN_UNKNOWN)
    return told, {key: reply for key, reply in told_of.items() if key not in COMMANDS and reply}


def stage_metadata(warehouse: Warehouse, run_id: int, told: Metadata) -> None:
    """Stage it, in a transaction of the caller's, after ``make_room``."""
    for name, (table, row) in TABLES.items():
        warehouse.copy_rows(table, ("run_id", *row._fields), tagged(run_id, getattr(told, name)))


def tell_moved(warehouse: Warehouse, run_id: int, hook: Bitrix24Hook) -> None:
    """Say where the portal was found instead, if it has moved."""
    if hook.moved_to:
        moved = MOVED.format(hook.moved_to, hook.http_conn_id)
        log.warning(moved)
        ledger.log_event(warehouse, run_id, "B24_PORTAL_MOVED", {"message": moved})


def _done(method: str, reply: Reply, key: str) -> Done | None:
    """Take an answer; None: whether we are an administrator may not be told for lack of a scope."""
    return None if key == "profile" and not isinstance(reply, Done) else done(method, reply)
