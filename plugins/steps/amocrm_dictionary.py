"""What the account tells of itself, staged for the run; and what the mart has of it (amocrm 5)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg.types.json import Jsonb

from include.amocrm.dictionary import (
    AccountRow,
    Dictionary,
    EnumRow,
    FieldRow,
    LossReasonRow,
    PipelineRow,
    StatusRow,
    UserRow,
    dictionary_of,
)
from include.amocrm.spelling import Unreadable, fingerprint
from include.wording.speech import say
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import ledger
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

ACCOUNT, NO_USERS, CONFIG, RIGHTS = "account", "no_users", "config", "rights"
NO_PIPELINES = "amoCRM не назвала ни одной воронки, а без них аккаунтов не бывает. Попробуем позже."
KINDS: Mapping[str, type[Any]] = {
    "pipeline": PipelineRow,
    "status": StatusRow,
    "user": UserRow,
    "loss_reason": LossReasonRow,
    "field": FieldRow,
    "enum": EnumRow,
}


class Otherwise(NamedTuple):
    """Whether the settings differ from those a run began by: at all, and in what its reading depends on."""

    anything: bool
    reading: bool


class Reads(Protocol):
    """Whatever reads files of ``sql/``: a session of a task, or of a page."""

    def select(self, path: Path, params: Mapping[str, Any]) -> Sequence[Any]: ...


def ask(hook: AmoCRMHook, account: Mapping[str, Any], known: Dictionary | None = None) -> Dictionary:
    """
    Ask the account for all that a mapping may name; four requests.

    A list that is empty all at once is asked for once more, so that no mapping is refused for a slip; should
    it stay empty, what is known of its kind stays as it is: lost rights look the same. Raises Unreadable when
    there is no pipeline: every account has one.
    """
    known = known or Dictionary()
    pipelines = hook.pipelines() or hook.pipelines()
    if not pipelines:
        raise Unreadable(NO_PIPELINES)
    fields = _sure(hook.custom_fields, known.fields)
    reasons = _sure(hook.loss_reasons, known.reasons)
    return dictionary_of(account, hook.host, pipelines, fields, reasons, hook.users())


def _sure(ask_for: Callable[[], list[dict[str, Any]]], known: Sequence[Any]) -> list[dict[str, Any]]:
    return ask_for() or (ask_for() if known else [])


def stage_dictionary(warehouse: Warehouse, job: Statuses, told: Dictionary) -> None:
    """Stage it in the place of what an earlier attempt has staged."""
    rows = {
        "account": [told.account] if told.account else [],
        "pipeline": told.pipelines,
        "status": told.statuses,
        "user": told.users or (),
        "loss_reason": told.reasons,
        "field": told.fields,
        "enum": told.enums,
    }
    items = [
        (job.run_id, kind, place, Jsonb(_told(row)))
        for kind, found in rows.items()
        for place, row in enumerate(found, 1)
    ]
    if told.users is None:
        items.append((job.run_id, NO_USERS, 1, Jsonb({})))
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_dictionary.sql", job.params)
        columns = ("run_id", "kind", "place", "item")
        warehouse.copy_rows("stage.amocrm_statuses_dictionary", columns, items)


def keep_config(warehouse: Warehouse, job: Statuses, ahead_of_us: timedelta = timedelta(0)) -> None:
    """Remember by which settings the run has begun, which may be edited meanwhile, and the vendor's clock."""
    item = Jsonb({**_begun_by(warehouse, job), "ahead_of_us": ahead_of_us.total_seconds()})
    columns = ("run_id", "kind", "place", "item")
    warehouse.copy_rows("stage.amocrm_statuses_dictionary", columns, [(job.run_id, CONFIG, 1, item)])


def has_begun_otherwise(warehouse: Warehouse, job: Statuses) -> Otherwise:
    """Tell whether the settings have been edited since the run began."""
    kept = _kept(warehouse, job)
    if not kept:
        return Otherwise(False, False)
    now = _begun_by(warehouse, job)
    return Otherwise(*(kept[name] != now[name] for name in ("settings", "reading")))


def clock_of_vendor(warehouse: Warehouse, job: Statuses) -> timedelta:
    """Say how far the vendor's clock was ahead of ours when the run began."""
    return timedelta(seconds=_kept(warehouse, job).get("ahead_of_us", 0))


def _kept(warehouse: Warehouse, job: Statuses) -> Mapping[str, Any]:
    rows = warehouse.select(SQL / "select_dictionary.sql", job.params)
    return next((dict(row.item) for row in rows if row.kind == CONFIG), {})


def staged_dictionary(warehouse: Warehouse, job: Statuses) -> Dictionary:
    """Give what the account told this run."""
    rows = warehouse.select(SQL / "select_dictionary.sql", job.params)
    found: dict[str, list[Any]] = {kind: [] for kind in (ACCOUNT, NO_USERS, CONFIG, RIGHTS, *KINDS)}
    for row in rows:
        found[row.kind].append(row.item)
    return _dictionary(found, has_users=not found[NO_USERS])


def staged_account(warehouse: Warehouse, job: Statuses) -> AccountRow:
    """Give what the account told this run of itself. Raises StagedRowsGone."""
    rows = warehouse.select(SQL / "select_account.sql", job.params)
    if not rows:
        raise ledger.StagedRowsGone(say(ledger.STAGED_ROWS_GONE).format(job.run_id))
    return AccountRow(**rows[0].item)


def zone_of_account(warehouse: Warehouse, job: Statuses) -> ZoneInfo:
    """Give the zone of days. Raises ConfigError when it cannot be told."""
    zone: ZoneInfo = job.settings.zone(staged_account(warehouse, job).timezone)
    return zone


def zone_of_fields(warehouse: Warehouse, job: Statuses) -> ZoneInfo:
    """Give the zone that fields of dates are filled in by: the account's, whatever days reports are of."""
    try:
        return ZoneInfo(staged_account(warehouse, job).timezone or "")
    except (ValueError, ZoneInfoNotFoundError):
        return zone_of_account(warehouse, job)


def known_dictionary(reader: Reads, account: str) -> Dictionary | None:
    """Give what the mart has of an account, with what is gone from it; None: nothing yet."""
    rows = reader.select(SQL / "select_known_dictionary.sql", {"account": account})
    found: dict[str, list[Any]] = {kind: [] for kind in (ACCOUNT, *KINDS)}
    for row in rows:
        found[row.kind].append(row.item)
    return _dictionary(found, has_users=True) if found[ACCOUNT] else None


def _dictionary(found: Mapping[str, Sequence[Mapping[str, Any]]], *, has_users: bool) -> Dictionary:
    told = {kind: [_row(row, item) for item in found[kind]] for kind, row in KINDS.items()}
    account = found[ACCOUNT][0] if found[ACCOUNT] else None
    return Dictionary(
        None if account is None else _row(AccountRow, account),
        told["pipeline"],
        told["status"],
        told["user"] if has_users else None,
        told["loss_reason"],
        told["field"],
        told["enum"],
    )


def _row(kind: type[Any], item: Mapping[str, Any]) -> Any:
    return kind(**{name: item[name] for name in kind._fields if name in item})


def _begun_by(warehouse: Warehouse, job: Statuses) -> dict[str, str]:
    told = job.settings.model_dump(mode="json")
    zone = str(zone_of_fields(warehouse, job))
    reading = [told["account"], told["reading"], told["policies"]["price_basis"], zone]
    return {"settings": fingerprint([told]), "reading": fingerprint([reading])}


def _told(row: Any) -> dict[str, Any]:
    """Spell a row by the names of the mart's columns; whether it is gone is for the mart to say."""
    told = row._asdict()
    told.pop("is_gone", None)
    return dict(told)
