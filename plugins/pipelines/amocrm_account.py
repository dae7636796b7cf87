"""An account of amoCRM as tasks use it: its hook behind the pace that all workers keep, and how it stands."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from include.amocrm.hosts import address_of, netloc_of
from include.amocrm.refusals import ReauthRequired, Unpaid
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from include.vendors.limits import Limits
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import connections, ledger
from plugins.steps.amocrm_dictionary import clock_of_vendor
from plugins.steps.amocrm_statuses import TARGET, Statuses
from plugins.steps.budget import BudgetGate
from plugins.steps.rotating_tokens import RotatingTokens
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

MOVED = "Аккаунт переехал на {}: исправьте адрес в Connection «{}»."


def account_hook(warehouse: Warehouse, settings: AmocrmStatusesSettings) -> AmoCRMHook:
    """
    Make the hook of the account.

    Its turns are those of the integration at the account, which is what the vendor counts by.
    """
    account = settings.account.connection
    connection = AmoCRMHook.get_connection(account)
    address = address_of(connection.host, connection.schema, connection.port)
    who, where = connection.login or account, netloc_of(address) if address else account
    gate = BudgetGate(warehouse, TARGET, account, limits_of(settings), lane=f"{TARGET}:{who}:{where}")
    return AmoCRMHook(account, gate, tokens_of(warehouse, settings))


def tokens_of(warehouse: Warehouse, settings: AmocrmStatusesSettings) -> RotatingTokens:
    """Give the keeper of the account's tokens."""
    return RotatingTokens(warehouse, TARGET, settings.account.connection, ReauthRequired)


def limits_of(settings: AmocrmStatusesSettings) -> Limits:
    """Give the pace: under seven a second, however unevenly requests arrive."""
    return Limits(calls_per_second=float(settings.account.requests_per_second), burst=1)


def waits_for(job: Statuses) -> tuple[str, str]:
    """Name target and account whose windows a task waits for."""
    return TARGET, job.account


@contextmanager
def minding(warehouse: Warehouse, run_id: int | None, account: str) -> Iterator[None]:
    """Take down that the account lets us in no longer, or has not been paid for, and go on raising it."""
    try:
        yield
    except (ReauthRequired, Unpaid) as refusal:
        is_unpaid = isinstance(refusal, Unpaid)
        state = connections.UNPAID if is_unpaid else connections.REAUTH_REQUIRED
        connections.stand(warehouse, run_id, TARGET, account, state, str(refusal))
        raise


@contextmanager
def working(warehouse: Warehouse, job: Statuses) -> Iterator[AmoCRMHook]:
    """Give the hook for the time of a task; afterwards tell what it has learned of the account."""
    hook = account_hook(warehouse, job.settings)
    hook.ahead_of_us = clock_of_vendor(warehouse, job)  # it has heard nothing yet
    with minding(warehouse, job.run_id, job.account):
        try:
            yield hook
        finally:
            hook.dismiss()
            if not warehouse.connection.broken:
                _tell(warehouse, job, hook)


def _tell(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    if hook.moved_to:
        details = {"message": MOVED.format(hook.moved_to, job.account), "host": hook.moved_to}
        ledger.log_event(warehouse, job.run_id, "AMO_ACCOUNT_MOVED", details)
    if hook.renewed:
        ledger.log_event(warehouse, job.run_id, "AMO_TOKENS_RENEWED", {})
    if hook.doubted:
        ledger.log_event(warehouse, job.run_id, "AMO_REFRESH_UNCERTAIN", {})


def keep_alive(warehouse: Warehouse, settings: AmocrmStatusesSettings) -> bool:
    """Renew tokens that nobody has used for long, so that they do not end; give whether they were."""
    tokens = tokens_of(warehouse, settings)
    age = tokens.age()
    if age is None or age < timedelta(days=settings.account.keep_alive_days):
        return False
    hook = account_hook(warehouse, settings)
    if hook.is_long_lived:
        return False
    hook.renew()
    return True
