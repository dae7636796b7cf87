"""
Whether lists may have been cut by the rights of whoever gave access, who is asked for them (amocrm 0.7).

Where rights to view may show less, a lead that is not seen is not gone, and what changes is not seen. Where
they may show more, what was hidden shows: all is read by id once, whatever the moment of its last change.
"""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from include.amocrm.rights import UNSEEN, rights_of, shows_all_of
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps.amocrm_reading import RIGHTS, RIGHTS_WHOLE, cursor_text
from plugins.steps.amocrm_sound import tell_once
from plugins.steps.amocrm_statuses import SQL, RightsLost, Statuses
from plugins.warehouse import Warehouse

BEGUN, ENDED = 1, 2  # places of what was seen when a run began, and later
MEANT = (
    "Пропавшие сделки не отмечаются удалёнными. Верните права; если так и должно быть, запустите "
    "с параметром allow_drop."
)
FEWER = "Прав у того, кто подключал amoCRM, меньше, чем было: часть сделок может быть не видна. " + MEANT
CHANGED = (
    "Права того, кто подключал amoCRM, изменились: видны ли по-прежнему все сделки, сказать нельзя. " + MEANT
)
MEANWHILE = (
    "Во время чтения изменились права того, кто подключал amoCRM: часть сделок могла быть не видна. "
    "Следующий запуск прочитает тот же промежуток ещё раз."
)


def keep_rights(warehouse: Warehouse, job: Statuses, user_id: int | None, seen: str) -> None:
    """Remember the rights that a run begins with, and tell if they may show less than they did."""
    _stage(warehouse, job, BEGUN, {"user_id": user_id, "rights": seen})
    if doubt := doubt_of_rights(warehouse, job):
        tell_once(warehouse, job, RightsLost.code, {"message": doubt})


def look_at_rights(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """See what the rights are by now, and tell if they have changed since the run began."""
    begun = _kept(warehouse, job).get(BEGUN)
    if begun is None or have_changed_meanwhile(warehouse, job):
        return
    _stage(warehouse, job, ENDED, {**begun, "rights": rights_of(begun["user_id"], hook.users())})
    if have_changed_meanwhile(warehouse, job):
        tell_once(warehouse, job, RightsLost.code, {"message": MEANWHILE})


def have_changed_meanwhile(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether rights have changed while the run was reading: it cannot know what it has not seen."""
    kept = _kept(warehouse, job)
    return ENDED in kept and kept[ENDED]["rights"] != kept[BEGUN]["rights"]


def doubt_of_rights(warehouse: Warehouse, job: Statuses) -> str | None:
    """Say why known leads may be hidden; None: they are not, or a person says that it is meant so."""
    known, now = cursor_text(warehouse, job, RIGHTS_WHOLE), _now(warehouse, job)
    if known is None or now is None or shows_all_of(now, known) or job.scope.allow_drop:
        return None
    return FEWER if shows_all_of(known, now) else CHANGED


def may_show_more(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether what was hidden before may be seen now."""
    known, now = cursor_text(warehouse, job, RIGHTS), _now(warehouse, job)
    return known is not None and now is not None and not shows_all_of(known, now)


def are_unseen(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether nobody can see how rights change: the account was not connected by an administrator."""
    return (_now(warehouse, job) or "").startswith(UNSEEN)


def rights_cursors(warehouse: Warehouse, job: Statuses) -> dict[str, str]:
    """Say what is to be remembered of rights: the last ones, and those by which all known leads are seen."""
    now = _now(warehouse, job)
    if now is None or job.is_backfill:
        return {}
    return {RIGHTS: now} | ({} if doubt_of_rights(warehouse, job) else {RIGHTS_WHOLE: now})


def _now(warehouse: Warehouse, job: Statuses) -> str | None:
    begun = _kept(warehouse, job).get(BEGUN)
    return None if begun is None else str(begun["rights"])


def _kept(warehouse: Warehouse, job: Statuses) -> Mapping[int, Mapping[str, Any]]:
    return {row.place: row.item for row in warehouse.select(SQL / "select_rights.sql", job.params)}


def _stage(warehouse: Warehouse, job: Statuses, place: int, item: Mapping[str, Any]) -> None:
    told = {**job.params, "place": place, "item": Jsonb(dict(item))}
    warehouse.run_file(SQL / "stage_rights.sql", told)
