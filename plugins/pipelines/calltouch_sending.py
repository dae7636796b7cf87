"""Where the actions of ``calltouch_orders`` go: deals to Calltouch, sources of leads to 1C."""

import logging
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from airflow.sdk import get_current_context

from include.calltouch_orders.wording import ACTION_KINDS
from include.vendors.forecast import forecast, in_words
from include.wording import number
from plugins.hooks.calltouch import CalltouchHook
from plugins.hooks.onec import OneCHook
from plugins.hooks.onec_sources import SourceWriter
from plugins.operators.apply_actions import Sending
from plugins.pipelines.calltouch_orders import EXCHANGE, calltouch_hook, limits_of, onec_hook
from plugins.pipelines.calltouch_reading import base_schema
from plugins.steps import ledger
from plugins.steps.actions import Calls, Channel, calls_needed
from plugins.steps.applying import MayBegin
from plugins.steps.budget import room
from plugins.steps.calltouch_channels import CreateDeals, SetSources, UpdateDeals
from plugins.steps.calltouch_exchange import SQL, Exchange
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

RESERVE = Decimal("1.1")  # of what a day of a period needs must be left before it begins (6.22)


def to_calltouch(warehouse: Warehouse, run: Any) -> Sending:
    """Say how the deals of an account are sent."""
    job = _job(run)
    channels = _channels(warehouse, run, job)
    may_begin = _by_days(warehouse, run, job, channels) if job.scope.mode == "send_period" else _always
    return Sending(CalltouchHook.vendor, job.account.api_token, channels, may_begin)


def to_onec(warehouse: Warehouse, run: Any) -> Sending:
    """Say how sources of leads are written to their orders."""
    job = _job(run)
    hook, onec = onec_hook(job), job.settings.onec
    schema = base_schema(warehouse, hook, job)
    writer = SourceWriter(
        hook,
        job.settings.profile,
        schema,
        loading=onec.data_load_mode,
        may_create=onec.create_ad_source,
    )
    return Sending(OneCHook.vendor, onec.connection, [SetSources(writer, job)])


def tell_forecast(warehouse: Warehouse, run: Any, job: Exchange) -> None:
    """Log what sending the plan will cost and how long it will take, before the first call of it."""
    limits = limits_of(job.account, job.settings, run.trigger)
    planned = calls_needed(warehouse, run.run_id, _channels(warehouse, run, job))
    calls = sum(group.calls for group in planned)
    if not calls:
        log.info("Отправлять нечего")
        return
    for kind in dict.fromkeys(group.kind for group in planned):
        count = sum(group.calls for group in planned if group.kind == kind)
        log.info("  %-18s запросов: %s", ACTION_KINDS[kind], number(count))
    points = sum(group.calls * limits.price(group.kind) for group in planned)
    left = room(warehouse, CalltouchHook.vendor, job.account.api_token, limits)
    log.info("%s", in_words(forecast(calls, Decimal(points) / calls, limits, left)))


def _job(run: Any) -> Exchange:
    return EXCHANGE.job(EXCHANGE.load(), run, get_current_context()["params"])


def _channels(warehouse: Warehouse, run: Any, job: Exchange) -> list[Channel]:
    hook = calltouch_hook(warehouse, run, job)
    return [CreateDeals(hook, job), UpdateDeals(hook, job)]


def _always(lot: str | None) -> None:
    """A run that may wait for its budget sends everything."""


def _by_days(warehouse: Warehouse, run: Any, job: Exchange, channels: Sequence[Channel]) -> MayBegin:
    """
    A period stops before a day that the budget may not be enough for, and says where to go on (6.22).

    A day that is more than a whole window could never begin that way: it begins, and waits for the next ones.
    So does a day that has begun, when the run goes on after a pause.
    """
    limits = limits_of(job.account, job.settings, run.trigger)

    def may_begin(lot: str | None) -> str | None:
        if _has_begun(warehouse, run, lot):
            return None
        needed = [group for group in calls_needed(warehouse, run.run_id, channels) if group.lot == lot]
        price = _price(needed, limits) * RESERVE
        if limits.exceeded_by(price):
            log.info("%s: больше, чем вмещает окно лимита. День начат и подождёт следующих окон.", lot)
            return None
        left = room(warehouse, CalltouchHook.vendor, job.account.api_token, limits)
        if left.opens_at(price) is None:
            return None
        reason = (
            f"Остановлено перед {lot}: на этот день нужно {price.normalize():f} баллов с запасом, столько не "
            f"осталось. Продолжить: send_period с date_from={lot}."
        )
        ledger.log_event(warehouse, run.run_id, "LIMIT_REACHED", {"message": reason, "resume_from": lot})
        log.warning("%s", reason)
        return reason

    return may_begin


def _has_begun(warehouse: Warehouse, run: Any, lot: str | None) -> bool:
    day = {"run_id": run.run_id, "lot": lot}
    return bool(warehouse.select_one(SQL / "select_begun.sql", day).has_begun)


def _price(groups: Sequence[Calls], limits: Any) -> Decimal:
    return sum((group.calls * limits.price(group.kind) for group in groups), Decimal(0))
