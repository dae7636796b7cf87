"""What the tasks of ``amocrm_statuses`` do with a run in hand, where it takes more than a line."""

import logging
from datetime import timedelta

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from include.amocrm_statuses.messages import WORDS
from include.errors import ConfigError, DealflowError
from plugins.defaults import is_dry_run
from plugins.hooks.warehouse import WarehouseHook
from plugins.opening import occasion, skip
from plugins.pipelines.amocrm_account import account_hook, keep_alive, minding, tokens_of, working
from plugins.pipelines.amocrm_statuses import STATUSES
from plugins.runs import begin
from plugins.steps import amocrm_dictionary as dictionary
from plugins.steps import amocrm_operations as operations
from plugins.steps import connections, ledger
from plugins.steps.amocrm_again import read_again
from plugins.steps.amocrm_bin import stage_deleted as read_bin
from plugins.steps.amocrm_contacts import mark_read
from plugins.steps.amocrm_contacts import stage_contacts as read_contacts
from plugins.steps.amocrm_events import stage_events as read_events
from plugins.steps.amocrm_history import read_beginning, read_creation
from plugins.steps.amocrm_late import read_late
from plugins.steps.amocrm_leads import stage_leads as read_leads
from plugins.steps.amocrm_push import assert_pushable
from plugins.steps.amocrm_rights import keep_rights, look_at_rights
from plugins.steps.amocrm_statuses import PIPELINE, TARGET, Statuses
from plugins.steps.amocrm_statuses_outdated import assert_mapped
from plugins.steps.amocrm_statuses_publish import changes
from plugins.steps.amocrm_statuses_publish import publish as publish_marts
from plugins.steps.amocrm_torn import read_torn_windows
from plugins.steps.amocrm_unread_again import read_unread
from plugins.story import tell_plan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

DISCONNECTED = (
    "Подключение к amoCRM отключено человеком ({}): запуск ничего не читает. Подключите его на странице."
)
NEVER_READ = "Аккаунт «{}» ещё ни разу не прочитан: перестраивать нечего. Запустите без rebuild_only."
NOT_RENEWED = "Токены давно не обновлялись, и обновить их не вышло: %s"


def renew_tokens() -> None:
    """
    Renew tokens that are about to end of age, whether or not the account is active; tell if that fails.

    It is left to runs that may ask the account on their own: those by schedule, and ordinary ones by hand.
    """
    context = get_current_context()
    if occasion(PIPELINE, None, context).trigger == "backfill" or is_dry_run(context):
        return
    if any(context["params"].get(name) for name in ("operation", "rebuild_only")):
        return
    try:
        settings = STATUSES.load()
    except ConfigError:  # which account's tokens is not known; what is wrong is told when it is chosen
        return
    account = settings.account.connection
    try:
        with WarehouseHook().session() as warehouse, minding(warehouse, None, account):
            if keep_alive(warehouse, settings):
                log.info("Токены обновлены: ими давно не пользовались")
    except DealflowError as fault:
        log.warning(NOT_RENEWED, fault)


def open_run(account: str) -> int:
    """Open the run of the account; raises AirflowSkipException while a person has disconnected it."""
    context = get_current_context()
    opened_for, params = occasion(PIPELINE, account, context), context["params"]
    if params.get("operation") not in operations.OF_CONNECTION and not params.get("rebuild_only"):
        with WarehouseHook().session() as warehouse:
            known = connections.standing(warehouse, TARGET, account)
            if known is not None and known.state == connections.DISCONNECTED:
                skip(warehouse, opened_for, DISCONNECTED.format(account), "AMO_DISCONNECTED")
    return begin(STATUSES, account)


def operate(warehouse: Warehouse, job: Statuses) -> None:
    """Do what a person asked for with the connection; raises AirflowSkipException when that was all."""
    if ledger.run(warehouse, job.run_id).state != "running":
        raise AirflowSkipException("Уже сделано")
    with minding(warehouse, job.run_id, job.account):
        told = operations.operate(
            warehouse,
            job,
            lambda: account_hook(warehouse, job.settings),
            tokens_of(warehouse, job.settings),
        )
    if told is not None:
        raise AirflowSkipException(told)


def check_account(warehouse: Warehouse, job: Statuses) -> None:
    """Ask what the account is, and refuse a mapping that names what it has not, before any list is read."""
    assert_pushable(job)
    warehouse.select(ledger.SQL / "make_room.sql", job.params)
    known = dictionary.known_dictionary(warehouse, job.account)
    if job.scope.rebuild_only:
        if known is None:
            raise ConfigError(NEVER_READ.format(job.account))
        told, clock = known, timedelta(0)
    else:
        with working(warehouse, job) as hook:
            account = operations.connect(warehouse, job, hook, tokens_of(warehouse, job.settings))
            told, clock = dictionary.ask(hook, account, known), hook.ahead_of_us
    dictionary.stage_dictionary(warehouse, job, told)
    if told.rights is not None:
        keep_rights(warehouse, job, told.user_id, told.rights)
    if told.users is None:
        ledger.log_event(warehouse, job.run_id, "AMO_USERS_DENIED", {})
    assert_mapped(warehouse, job, told, known)
    dictionary.keep_config(warehouse, job, clock)


def stage_leads(warehouse: Warehouse, job: Statuses) -> None:
    """Read leads."""
    if job.reads and not job.is_backfill:
        with working(warehouse, job) as hook:
            read_leads(warehouse, job, hook)


def stage_deleted(warehouse: Warehouse, job: Statuses) -> None:
    """Read the bin."""
    if job.reads and not job.is_backfill:
        with working(warehouse, job) as hook:
            read_bin(warehouse, job, hook)


def stage_events(warehouse: Warehouse, job: Statuses) -> None:
    """Read events, then what they show to have been missed."""
    if job.reads:
        with working(warehouse, job) as hook:
            if not job.is_backfill:
                read_creation(warehouse, job, hook)
            read_events(warehouse, job, hook)
            read_torn_windows(warehouse, job, hook)
            if not job.is_backfill:
                read_beginning(warehouse, job, hook)
                read_unread(warehouse, job, hook)
                read_again(warehouse, job, hook)
                read_late(warehouse, job, hook)  # last: leads that those above have read may be late, too


def stage_contacts(warehouse: Warehouse, job: Statuses) -> None:
    """Read contacts, if the settings let personal data be read; then everything is staged."""
    if job.reads and not job.is_backfill:
        with working(warehouse, job) as hook:
            if job.settings.reading.contacts:
                read_contacts(warehouse, job, hook)
            look_at_rights(warehouse, job, hook)
    mark_read(warehouse, job)


def publish(warehouse: Warehouse, job: Statuses) -> bool:
    """Publish what was read; tell whether that has changed anything in the marts."""
    counters = publish_marts(warehouse, job)
    if job.dry_run:
        tell_plan(WORDS, counters)
    return not job.dry_run and changes(counters) > 0
