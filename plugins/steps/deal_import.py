"""
The steps of ``deal_import`` (leadexpert 8): stage, plan, apply. Landing is the hook's, matching is shared.

Everything that changes the mart happens in ``apply``, in one transaction.
"""

import logging
from typing import IO, Any, NamedTuple

from include.deal_import.feed import Feed
from include.deal_import.row import ExportRow
from include.errors import BadFile, ConfigError
from include.paths import SQL_DIR
from include.settings.deal_import import DealImportSettings, Source
from include.wording import moment_in
from plugins.steps import ledger
from plugins.steps.deal_statuses import merge_statuses, stage_statuses
from plugins.steps.matching import (
    ClientRule,
    DealRule,
    match_clients,
    match_deals,
    stage_client_rules,
    stage_deal_rules,
)
from plugins.warehouse import BrokenPromise, Warehouse, tagged

log = logging.getLogger(__name__)

SQL = SQL_DIR / "deal_import"
PIPELINE = "deal_import"
CLIENT_RULES = (
    ClientRule(1, "tsuid", "tsuid"),
    ClientRule(2, "phone", "phone"),
    ClientRule(3, "email", "email"),
)


class Import(NamedTuple):
    """One run of one source."""

    run_id: int
    settings: DealImportSettings
    source: Source
    link: str  # as people may see it
    dry_run: bool = False
    allow_shrink: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/deal_import`` refer to."""
        return {
            "run_id": self.run_id,
            "source": self.source.name,
            "link": self.link,
            "dry_run": self.dry_run,
        }


def source_of(settings: DealImportSettings, name: str) -> Source:
    """Find a source that is known, active and has a link. Raises ConfigError (leadexpert 8, step 1)."""
    source = next((source for source in settings.sources if source.name == name), None)
    if source is None:
        known = ", ".join(source.name for source in settings.sources)
        raise ConfigError(f"Источника «{name}» нет в настройках. Есть: {known}.")
    if not source.active:
        raise ConfigError(f"Источник «{name}» выключен: active в настройках.")
    if not source.link:
        raise ConfigError(f"У источника «{name}» нет ссылки: заполните link в настройках.")
    return source


def deal_rules(source: Source) -> tuple[DealRule, ...]:
    """Say how a payment finds its deal: steps 13 to 15, never one of kind «repeat» (A4)."""
    look_back = f"{source.max_lookback_days} days" if source.max_lookback_days else None
    return (
        DealRule(1, "conversion_id", "conversion_id", barred_kinds=("repeat",)),
        DealRule(2, "deal_id", "external_id", barred_kinds=("repeat",)),
        DealRule(3, "nearest_new", "nearest", status_kinds=("new",), look_back=look_back),
    )


def stage_records(warehouse: Warehouse, job: Import, stream: IO[bytes]) -> int:
    """Read a landed file into ``stage.deal_import_record``; give the number of records. Raises BadFile."""
    source, layout = job.source, job.settings.layout_of(job.source)
    feed = Feed(stream, layout, source.zone, source.currency, max_size=source.max_bytes)
    # In a transaction of its own: what it locks would else be locked while the whole file is read.
    warehouse.select(ledger.SQL / "make_room.sql", job.params)
    with warehouse.transaction():
        rows = tagged(job.run_id, feed)
        staged = warehouse.copy_texts("stage.deal_import_record", ("run_id", *ExportRow._fields), rows)
        warehouse.run_file(ledger.SQL / "mark_staged.sql", {"run_id": job.run_id, "staged": staged})
        warehouse.run_file(ledger.SQL / "forget_events.sql", job.params)
        _log_file_events(warehouse, job.run_id, feed)
        _refuse_shrunk(warehouse, job, staged)
    warehouse.analyze("stage.deal_import_record")
    if feed.generated_at:
        log.info("Выгрузка составлена %s", moment_in(feed.generated_at, job.source.zone))
    return staged


def stage_keys(warehouse: Warehouse, job: Import) -> None:
    """Tell known records from unknown ones, and stage by what the clients of the unknown ones are found."""
    if not job.dry_run:
        merge_statuses(warehouse, job.settings)
    with warehouse.transaction():
        _stage_keys(warehouse, job)


def stage_deals(warehouse: Warehouse, job: Import) -> None:
    """Stage by what the deals of the matched records are found."""
    with warehouse.transaction():
        _stage_deals(warehouse, job)


def plan(warehouse: Warehouse, job: Import) -> dict[str, int]:
    """Decide about every record and write the decisions down; give the number of records by outcome."""
    with warehouse.transaction():
        return _plan(warehouse, job)


def apply(warehouse: Warehouse, job: Import) -> str:
    """
    Carry the plan out, log it and close the run, all in one transaction; give the run's state.

    Nobody else writes to the mart meanwhile. If somebody has since the plan was made, it is made again here.
    A run that was applied already stays as it is. Raises RunIsOver for one that was closed otherwise.
    """
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state in ("success", "partial"):
            return state
        if state != "running":
            raise ledger.RunIsOver(f"Запуск {job.run_id} закрыт ({state}): ничего не изменено.")
        revision = warehouse.select_one(ledger.SQL / "lock_revision.sql", {}).revision
        if revision != ledger.run(warehouse, job.run_id).plan_revision:
            plan_anew(warehouse, job)
        _log_plan(warehouse, job)
        _merge(warehouse, job)
        return _close(warehouse, job)


def report_dry_run(warehouse: Warehouse, job: Import) -> str:
    """Log the plan as a real run would, and close the run; nothing is carried out."""
    with warehouse.transaction():
        _log_plan(warehouse, job)
        return _close(warehouse, job)


def plan_anew(warehouse: Warehouse, job: Import) -> None:
    """Match and plan again from what is staged."""
    _stage_keys(warehouse, job)
    match_clients(warehouse, job.run_id, create_with(job.source))
    _stage_deals(warehouse, job)
    match_deals(warehouse, job.run_id)
    _plan(warehouse, job)


def create_with(source: Source) -> tuple[str, ...]:
    """Say which keys allow a new client: any, unless the source insists on the cookie (A2)."""
    return ("tsuid",) if source.require_tsuid_for_new_client else ("tsuid", "phone", "email")


def _log_file_events(warehouse: Warehouse, run_id: int, feed: Feed) -> None:
    """Write down what of a file deserves a look, and is the fault of no single record."""
    if not feed.records:
        ledger.log_event(warehouse, run_id, "NO_RECORDS", {})
    strange = (
        ("UNKNOWN_ELEMENT", "element", feed.unknown),
        ("UNKNOWN_CURRENCY", "currency", feed.currencies),
    )
    for code, key, found in strange:
        for name, met in found.items():
            details = {key: name, "count": met.count, "first_position": met.position}
            ledger.log_event(warehouse, run_id, code, details)


def _refuse_shrunk(warehouse: Warehouse, job: Import, staged: int) -> None:
    params = {"pipeline": PIPELINE, **job.params}
    last = warehouse.select_one(ledger.SQL / "select_last_good_count.sql", params)
    if last and not job.allow_shrink and staged < last.staged * job.source.min_share_of_last:
        raise BadFile(
            f"В файле записей: {staged}, а в прошлый раз было {last.staged}: это меньше допустимой доли "
            f"{job.source.min_share_of_last:.0%}. Если так и должно быть, запустите "
            "импорт с параметром allow_shrink («Разрешить меньший файл»)."
        )


def _stage_keys(warehouse: Warehouse, job: Import) -> None:
    revision = warehouse.select_one(ledger.SQL / "select_revision.sql", {}).revision
    planned = {"run_id": job.run_id, "counters": {}, "revision": revision}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    warehouse.run_file(SQL / "forget_candidates.sql", job.params)
    stage_statuses(warehouse, job.run_id, job.settings, job.source)
    stage_client_rules(warehouse, job.run_id, CLIENT_RULES)
    stage_deal_rules(warehouse, job.run_id, deal_rules(job.source))
    warehouse.run_file(SQL / "classify_records.sql", job.params)
    warehouse.analyze("stage.deal_import_row")
    warehouse.run_file(SQL / "stage_identity_keys.sql", job.params)


def _stage_deals(warehouse: Warehouse, job: Import) -> None:
    warehouse.run_files(SQL, ("forget_deal_candidates", "stage_deal_candidates"), job.params)


def _plan(warehouse: Warehouse, job: Import) -> dict[str, int]:
    warehouse.run_files(SQL, ("forget_plan", "plan_decisions"), job.params)
    warehouse.analyze("stage.deal_import_decision")
    warehouse.run_file(SQL / "plan_status_changes.sql", job.params)
    warehouse.analyze("stage.deal_import_status_change")
    warehouse.run_file(SQL / "plan_deals.sql", job.params)
    warehouse.analyze("stage.deal_import_deal")
    counters: dict[str, int] = warehouse.select_one(SQL / "count_outcomes.sql", job.params)._asdict()
    planned = {"run_id": job.run_id, "counters": counters, "revision": None}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    return counters


def _log_plan(warehouse: Warehouse, job: Import) -> None:
    try:
        warehouse.assert_file(SQL / "assert_plan.sql", job.params)
    except BrokenPromise as broken:
        raise BrokenPromise(
            f"План не сходится с прочитанным файлом ({broken}). Ничего не изменено. Так бывает после "
            "аварийной остановки сервера базы: промежуточные таблицы пустеют. Очистите запуск начиная "
            "с задачи open_run (Clear): он возьмёт тот же файл."
        ) from broken
    warehouse.run_file(SQL / "log_records.sql", job.params)


def _merge(warehouse: Warehouse, job: Import) -> None:
    warehouse.select(SQL / "admit_import.sql", {})
    clients = ("merge_clients", "merge_client_keys", "merge_client_stats")
    deals = ("merge_new_deals", "merge_deal_changes")
    payments = ("merge_payments", "merge_overwrites", "merge_settled_statuses")
    warehouse.run_files(SQL, (*clients, *deals, *payments, "merge_client_feed"), job.params)
    warehouse.assert_file(SQL / "assert_money.sql", job.params)


def _close(warehouse: Warehouse, job: Import) -> str:
    counters = ledger.run(warehouse, job.run_id).counters
    codes = {row.code: row.records for row in warehouse.select(SQL / "count_codes.sql", job.params)}
    summary = warehouse.select_one(SQL / "summarise_plan.sql", job.params)._asdict()
    finished = {"records": sum(counters.values()), **summary, "codes": codes}
    ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", finished)
    state = "partial" if counters["refused"] else "success"
    if not ledger.close_run(warehouse, job.run_id, state):
        raise ledger.RunIsOver(f"Запуск {job.run_id} закрыт, пока выполнялся: ничего не изменено.")
    return state
