"""How actions reach Calltouch (deals, a hundred a call, judged one by one) and 1C (sources of leads)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from include.calltouch_orders.dates import from_lead_service
from include.calltouch_orders.deal import SHIPPED
from plugins.hooks.calltouch import CalltouchHook, ItemResult
from plugins.hooks.onec_sources import Source, SourceWriter
from plugins.hooks.vendor_answer import speaks_of_budget
from plugins.steps.actions import Outcome, PartlySpent
from plugins.steps.calltouch_exchange import SQL, Exchange
from plugins.warehouse import Warehouse

MOST_ELEMENTS = 100  # of one call (calltouch 2.1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class CreateDeals:
    """New deals. A create whose answer was lost is looked up in the deals journal before it is sent again."""

    kind = "create"
    batch = MOST_ELEMENTS
    repeats = False

    def __init__(self, hook: CalltouchHook, job: Exchange) -> None:
        self.hook = hook
        self.job = job

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        results = self.hook.create_deals([action.after for action in actions], self.job.settings.crm)
        return _outcomes(actions, results)

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Find deals in the journal of the days of their orders."""
        wanted = {action.key: action for action in actions}
        days = {self._ordered_at(action).date() for action in actions}
        return [
            Outcome(wanted[number].action_id, "done", 200, {"calltouchOrderId": record.get("orderId")})
            for number, record in journal(self.hook, days).items()
            if number in wanted
        ]

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        params = self.job.params | {"action_ids": list(action_ids)}
        warehouse.run_file(SQL / "settle_created.sql", params)

    def _ordered_at(self, action: Any) -> datetime:
        return from_lead_service(action.after["orderDate"], self.job.settings.zone)


class UpdateDeals:
    """Shipments and sums. Sending one twice sets the same values twice."""

    kind = "update"
    batch = MOST_ELEMENTS
    repeats = True

    def __init__(self, hook: CalltouchHook, job: Exchange) -> None:
        self.hook = hook
        self.job = job

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        return _outcomes(actions, self.hook.update_deals([action.after for action in actions]))

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: an update is simply sent again."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        params = self.job.params | {"action_ids": list(action_ids), "shipped_status": SHIPPED}
        warehouse.run_files(SQL, ("settle_updated", "ask_sources_again"), params)


def journal(hook: CalltouchHook, days: Iterable[date]) -> dict[str, Mapping[str, Any]]:
    """Read the deals journal of some days; give its records by their external id."""
    found: dict[str, Mapping[str, Any]] = {}
    for first, last in _spans(days):
        for record in hook.deals(first, last):
            if number := record.get("orderNumber"):
                found[str(number).lower()] = record
    return found


def _spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Join days that follow one another."""
    first = last = None
    for day in sorted(days):
        if last is None or day - last > DAY:
            if first and last:
                yield first, last
            first = day
        last = day
    if first and last:
        yield first, last


def _outcomes(actions: Sequence[Any], results: Sequence[ItemResult]) -> list[Outcome]:
    """Judge a call element by element. Raises PartlySpent when some were refused for want of points."""
    outcomes = [_outcome(action, result) for action, result in zip(actions, results, strict=True)]
    judged = [outcome for outcome in outcomes if not speaks_of_budget(outcome.error or "")]
    if len(judged) < len(outcomes):
        raise PartlySpent(datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + HOUR, judged)
    return outcomes


def _outcome(action: Any, result: ItemResult) -> Outcome:
    response = {"orderNumber": action.key, "calltouchOrderId": result.calltouch_order_id}
    if result.error:
        return Outcome(action.action_id, "failed", 200, {**response, "error": result.error}, result.error)
    return Outcome(action.action_id, "done", 200, response)


class SetSources:
    """The source of a lead, written into its order. What a person has put there stays."""

    kind = "set_source"
    batch = 1
    repeats = True

    def __init__(self, writer: SourceWriter, job: Exchange) -> None:
        self.writer = writer
        self.job = job

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        (action,) = actions
        wanted, ours = action.after, action.before
        source = Source(wanted["short"], wanted["full"])
        written = self.writer.write(wanted["kind"], action.key, source, Source(ours["short"], ours["full"]))
        if written.source is None:
            kept = " | ".join(filter(None, written.kept or ()))
            return [Outcome(action.action_id, "skipped", 200, {"kept": kept}, "В заказе значение человека.")]
        return [Outcome(action.action_id, "done", 200, {"short": written.source.short})]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: writing looks at the order first."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        params = self.job.params | {"action_ids": list(action_ids)}
        warehouse.run_files(SQL, ("settle_sources", "settle_order_sources"), params)
