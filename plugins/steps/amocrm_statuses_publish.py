"""
Publish what a run has read: marts, issues, plan, log and cursors in one transaction (smart-data-hub 5).

A crash leaves the old or the new. A dry run is the same transaction, rolled back: its log and plan are kept.
"""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.config_hash import config_hash
from include.errors import DealflowError
from include.wording import number
from plugins.steps import ledger
from plugins.steps.amocrm_contacts import match_anew
from plugins.steps.amocrm_dictionary import known_dictionary
from plugins.steps.amocrm_push import plan_push
from plugins.steps.amocrm_reading import cursors
from plugins.steps.amocrm_rights import have_changed_meanwhile, rights_cursors
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_build import (
    Shape,
    choose,
    look_over,
    merge,
    merge_standing,
    shape_of,
    stage,
)
from plugins.steps.amocrm_statuses_decisions import count, decide, log_coverage, look_at_coverage
from plugins.steps.amocrm_statuses_judging import BLANKS, judge
from plugins.steps.amocrm_statuses_merging import (
    finds_clients,
    keep_history_from,
    merge_clients,
    merge_mapping,
    merge_reading,
    move_cursors,
)
from plugins.steps.amocrm_statuses_outdated import refuse_edited, refuse_overtaken
from plugins.steps.amocrm_statuses_snapshot import take_snapshot
from plugins.steps.amocrm_statuses_spool import spool
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

FEW_LEFT = 20  # of leads leaving the marts so few are believed, whatever their share
CHANGES = ("entered", "moved", "changed", "left")
MANY_LEFT = (
    "Витрины покинуло бы сделок: {} из {}, это больше дозволенного ({:g} %, guards.max_left), {}. "
    "Ничего не изменено. Если так и должно быть, запустите с параметром allow_drop."
)

WITH_NEW_SETTINGS = "настройки с прошлого построения изменились: проверьте фильтр и контейнеры"
WITH_THE_SAME = "а настройки те же"


class ManyLeft(DealflowError):
    code = "AMO_MANY_LEFT"


class Build(NamedTuple):
    """How the marts are built in a run. ``is_new``: with other settings than they hold now."""

    shape: Shape
    config_hash: str
    is_full: bool
    is_new: bool


def publish(warehouse: Warehouse, job: Statuses) -> dict[str, int]:
    """
    Publish what was read and built; give the leads by outcome. A second attempt does nothing more.

    Raises Overtaken, ManyLeft, BrokenPromise, ConfigError: nothing is changed then.
    """
    done = ledger.run(warehouse, job.run_id).counters
    if done:
        return dict(done)
    refuse_overtaken(warehouse, job)
    refuse_edited(warehouse, job)
    if job.dry_run:
        return _rehearse(warehouse, job)
    with warehouse.transaction():
        return _publish(warehouse, job)


def changes(counters: Mapping[str, int]) -> int:
    """Say how many leads changed something in the marts."""
    return sum(counters.get(outcome, 0) for outcome in CHANGES)


def _rehearse(warehouse: Warehouse, job: Statuses) -> dict[str, int]:
    """Do all of it, undo it, and keep what was planned and told."""
    counters: dict[str, int] = {}
    with spool() as kept:
        with warehouse.transaction() as rehearsal:
            last = warehouse.select_one(SQL / "select_last_seq.sql", job.params).seq
            counters = _publish(warehouse, job)
            kept.take(warehouse, job, last)
            raise psycopg.Rollback(rehearsal)
        with warehouse.transaction():
            kept.give(warehouse)
            _count(warehouse, job, counters)
    return counters


def _publish(warehouse: Warehouse, job: Statuses) -> dict[str, int]:
    covered = look_at_coverage(warehouse, job)
    warehouse.run_file(SQL / "forget_build.sql", job.params)
    merge_reading(warehouse, job)
    is_whole = not have_changed_meanwhile(warehouse, job)
    if is_whole:
        keep_history_from(warehouse, job)
    built = _prepare(warehouse, job)
    _build(warehouse, job, built)
    counters = count(warehouse, job)
    if built.is_full:
        _keep_config(warehouse, job, built)
    plan_push(warehouse, job)
    log_coverage(warehouse, job, covered)
    if finds_clients(warehouse, job):  # late: whoever else writes clients waits from here on only
        _hold_mart(warehouse, job)
        merge_clients(warehouse, job)
    _count(warehouse, job, counters)
    if job.reads and is_whole:
        move_cursors(warehouse, job, cursors(warehouse, job) | rights_cursors(warehouse, job))
    warehouse.assert_file(SQL / "assert_marts.sql", job.params)
    return counters


def _hold_mart(warehouse: Warehouse, job: Statuses) -> None:
    """Let nobody else write clients meanwhile; if somebody has since they were matched, match them anew."""
    revision = warehouse.select_one(ledger.SQL / "lock_revision.sql", {}).revision
    if revision != ledger.run(warehouse, job.run_id).plan_revision:
        match_anew(warehouse, job)


def _prepare(warehouse: Warehouse, job: Statuses) -> Build:
    """Find out what the marts are to be built with, and whether all of them are."""
    shape = shape_of(warehouse, job)
    dictionary = known_dictionary(warehouse, job.account) or Dictionary()
    wanted = config_hash(job.settings, shape.zone, shape.history_from, dictionary)
    last = warehouse.select_one(SQL / "select_config_build.sql", job.params)
    is_new = last is None or last.config_hash != wanted
    is_full = is_new or job.scope.full_refresh or job.scope.rebuild_only
    return Build(shape, wanted, is_full, is_new)


def _build(warehouse: Warehouse, job: Statuses, built: Build) -> None:
    """Build and merge. The snapshot of a day that has ended is of the marts and mapping as they were."""
    if job.settings.policies.snapshot_days:
        take_snapshot(warehouse, job, built.shape)
    merge_mapping(warehouse, job)
    choose(warehouse, job, full=built.is_full)
    judge(warehouse, job)
    stage(warehouse, job, built.shape)
    merge(warehouse, job)
    decide(warehouse, job, is_new=built.is_new)
    if not job.scope.allow_drop:
        _guard(warehouse, job, built)
    merge_standing(warehouse, job, built.shape, full=built.is_full)
    if built.is_full:
        look_over(warehouse)
    issues = {"has_funnels": bool(job.settings.mapping.funnels), "blanks": BLANKS}
    warehouse.run_file(SQL / "merge_issues.sql", job.params | built.shape.params | issues)


def _guard(warehouse: Warehouse, job: Statuses, built: Build) -> None:
    """Raise ManyLeft when far more leads than usual would leave the marts."""
    left = warehouse.select_one(SQL / "count_left.sql", job.params)
    most = job.settings.guards.max_left
    if left.leads > FEW_LEFT and left.leads > most * left.standing:
        why = WITH_NEW_SETTINGS if built.is_new else WITH_THE_SAME
        raise ManyLeft(MANY_LEFT.format(number(left.leads), number(left.standing), most * 100, why))


def _keep_config(warehouse: Warehouse, job: Statuses, built: Build) -> None:
    """Remember what the marts were built with."""
    kept: dict[str, Any] = {
        "config_hash": built.config_hash,
        "settings": job.settings.model_dump(mode="json"),
    }
    warehouse.run_file(SQL / "merge_config_build.sql", job.params | built.shape.params | kept)
    last = warehouse.select_one(SQL / "select_config_build.sql", job.params)
    ledger.log_event(warehouse, job.run_id, "AMO_FULL_BUILD", {"leads": last.leads})
    log.info("Витрины построены заново по всем сделкам: %s", number(last.leads))
    if not job.settings.mapping.funnels:
        ledger.log_event(warehouse, job.run_id, "AMO_NO_FUNNELS", {})


def _count(warehouse: Warehouse, job: Statuses, counters: dict[str, int]) -> None:
    """Keep the numbers with the run: they come to as many leads as it has to account for."""
    staged = {"run_id": job.run_id, "staged": sum(counters.values())}
    warehouse.run_file(ledger.SQL / "mark_staged.sql", staged)
    planned = {"run_id": job.run_id, "counters": counters, "revision": None}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
