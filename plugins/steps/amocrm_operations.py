"""
What a person does with the connection itself: connect, disconnect, reset, ask for a beginning of settings.

Each makes its calls first, then one transaction, which also closes the run.
"""

import logging
from collections.abc import Callable, Mapping

from include.amocrm_statuses.starter import starter
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import connections, ledger
from plugins.steps.amocrm_dictionary import ask
from plugins.steps.amocrm_statuses import SQL, TARGET, OtherAccount, Statuses
from plugins.steps.rotating_tokens import RotatingTokens
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

OF_CONNECTION = ("connect", "disconnect", "reset")  # may be asked for while a person has disconnected it
OTHER = (
    "Доступ дан к аккаунту amoCRM {}, а Connection «{}» до сих пор была аккаунтом {}. Данные не смешаны, "
    "прежний доступ не тронут. Другому аккаунту нужна Connection с другим именем."
)
CONNECTED = "Подключено: аккаунт {}, {}."
DISCONNECTED = "Отключено: токены забыты, прочитанное и витрины остались."
RESET = "Настройки и витрины сброшены, прочитанное из amoCRM осталось. Следующий запуск построит всё заново."
STARTER = "Заготовка настроек в журнале запуска и на странице «Воронка»."


def connect(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, tokens: RotatingTokens
) -> Mapping[str, object]:
    """
    Ask whose account it is, with what the connection holds; give what the account tells.

    Raises OtherAccount when it is not the one there was: its tokens are put away, and are not asked again.
    """
    if foreign := tokens.why_discarded(hook.seed):
        raise OtherAccount(foreign)
    hook.offer()
    told = hook.account()
    number, known = str(told.get("id")), connections.standing(warehouse, TARGET, job.account)
    if known is not None and known.vendor_account not in (None, number):
        reason = OTHER.format(number, job.account, known.vendor_account)
        if hook.is_offered:
            tokens.discard(hook.seed, reason)
        raise OtherAccount(reason)
    if hook.is_offered:
        tokens.adopt()
        hook.is_offered = False
    was = known.state if known else None
    with warehouse.transaction():
        connections.stand(
            warehouse, job.run_id, TARGET, job.account, connections.CONNECTED, None, number, hook.host
        )
        if was != connections.CONNECTED:
            told_words = CONNECTED.format(number, hook.host)
            ledger.log_event(warehouse, job.run_id, "AMO_CONNECTED", {"message": told_words})
    return told


def operate(
    warehouse: Warehouse, job: Statuses, hook: Callable[[], AmoCRMHook], tokens: RotatingTokens
) -> str | None:
    """Do what was asked for and close the run; give what to tell. None: it is done by an ordinary run."""
    operations: Mapping[str, Callable[[], str]] = {
        "connect": lambda: _connect(warehouse, job, hook(), tokens),
        "disconnect": lambda: _disconnect(warehouse, job, tokens),
        "reset": lambda: _reset(warehouse, job),
        "starter": lambda: _starter(warehouse, job, hook(), tokens),
    }
    do = operations.get(job.scope.operation or "")
    return do() if do else None


def _connect(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, tokens: RotatingTokens) -> str:
    told = connect(warehouse, job, hook, tokens)
    return _done(warehouse, job, CONNECTED.format(told.get("id"), hook.host))


def _disconnect(warehouse: Warehouse, job: Statuses, tokens: RotatingTokens) -> str:
    with warehouse.transaction():
        tokens.drop()
        connections.stand(warehouse, job.run_id, TARGET, job.account, connections.DISCONNECTED)
        return _done(warehouse, job, DISCONNECTED, "AMO_DISCONNECTED")


def _reset(warehouse: Warehouse, job: Statuses) -> str:
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_settings.sql", job.params)
        warehouse.run_file(SQL / "forget_marts.sql", job.params)
        return _done(warehouse, job, RESET, "AMO_RESET")


def _starter(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, tokens: RotatingTokens) -> str:
    told = ask(hook, connect(warehouse, job, hook, tokens))
    details = {"message": STARTER, "yaml": starter(told, job.account)}
    with warehouse.transaction():
        ledger.log_event(warehouse, job.run_id, "AMO_STARTER", details)
        return _done(warehouse, job, STARTER)


def _done(warehouse: Warehouse, job: Statuses, message: str, code: str | None = None) -> str:
    with warehouse.transaction():
        if code:
            ledger.log_event(warehouse, job.run_id, code, {"message": message})
        ledger.close_run(warehouse, job.run_id, "success")
    log.info(message)
    return message
