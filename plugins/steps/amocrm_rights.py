"""
Whether lists may have been cut by the rights of whoever gave access, who is asked for them (amocrm 0.7).

Where rights have become fewer, a lead that is not seen is not gone, and what changes is not seen. Where they
may be more, what was hidden shows: all is read by id once, whatever the moment of its last change.
"""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from include.amocrm.rights import ADMIN, UNSEEN, rights_of
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps.amocrm_reading import RIGHTS, RIGHTS_WHOLE, cursor_text
from plugins.steps.amocrm_sound import tell_once
from plugins.steps.amocrm_statuses import SQL, RightsLost, Statuses
from plugins.warehouse import Warehouse

BEGUN, ENDED = 1, 2  # places of what was seen when a run began, and later
FEWER = (
    "Прав у того, кто подключал amoCRM, меньше, чем было: часть сделок может быть не видна. Пропавшие сделки "
    "не отмечаются удалёнными. Верните права; если так и должно быть, запустите с параметром allow_drop."
)
MEANWHILE = (
    "Во время чтения изменились права того, кто подключал amoCRM: часть сделок могла быть не видна. "
    "Следующий запуск прочитает тот же промежуток ещё раз."
)


def keep_rights(warehouse: Warehouse, job: Statuses, user_id: int | None, seen: str) -> None:
    """Remember the rights that a run begins with, and tell if they are fewer than they were."""
    _stage(warehouse, job, BEGUN, {"user_id": user_id, "rights": seen})
    if are_fewer(warehouse, job):
        tell_once(warehouse, job, RightsLost.code, {"message": FEWER})


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


def are_fewer(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether leads that are known may be hidden; a person may say that it is meant so."""
    known, now = cursor_text(warehouse, job, RIGHTS_WHOLE), _now(warehouse, job)
    return known is not None and now not in (None, ADMIN, known) and not job.scope.allow_drop


def may_show_more(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether what was hidden before may be seen now."""
    known, now = cursor_text(warehouse, job, RIGHTS), _now(warehouse, job)
    return known not in (None, ADMIN, now) and now is not None


def are_unseen(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether nobody can see how rights change: the account was not connected by an administrator."""
    return (_now(warehouse, job) or "").startswith(UNSEEN)


def rights_cursors(warehouse: Warehouse, job: Statuses) -> dict[str, str]:
    """Say what is to be remembered of rights: the last ones, and those by which all known leads are seen."""
    now = _now(warehouse, job)
    if now is None or job.is_backfill:
        return {}
    return {RIGHTS: now} | ({} if are_fewer(warehouse, job) else {RIGHTS_WHOLE: now})


def _now(warehouse: Warehouse, job: Statuses) -> str | None:
    begun = _kept(warehouse, job).get(BEGUN)
    return None if begun is None else str(begun["rights"])


def _kept(warehouse: Warehouse, job: Statuses) -> Mapping[int, Mapping[str, Any]]:
    return {row.place: row.item for row in warehouse.select(SQL / "select_rights.sql", job.params)}


def _stage(warehouse: Warehouse, job: Statuses, place: int, item: Mapping[str, Any]) -> None:
    told = {**job.params, "place": place, "item": Jsonb(dict(item))}
    warehouse.run_file(SQL / "stage_rights.sql", told)
