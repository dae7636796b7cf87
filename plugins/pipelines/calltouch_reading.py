"""How far back the 1C base is read, and how what it says becomes a landed file."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from airflow.sdk import ObjectStoragePath, get_current_context

from include.onec.asks import REF
from include.onec.decode import reference
from include.onec.pages import Page, to_line
from include.onec.schema import Schema
from include.settings.calltouch_orders import CalltouchOrdersSettings, Profile
from plugins.hooks.onec import OneCHook
from plugins.hooks.onec_reader import Window, find_orders, published_schema, read_documents, read_order
from plugins.pipelines.calltouch_orders import onec_hook, scope_of
from plugins.steps import ledger
from plugins.steps.calltouch_exchange import PIPELINE, Exchange, Scope
from plugins.steps.calltouch_intake import SOURCE, Intake, counted_for, known_versions
from plugins.storage import Landed, keeping
from plugins.warehouse import Warehouse

SWEEP_EVERY = timedelta(days=7)  # how often the long windows are read (onec-odata 7)
OVERLAP = timedelta(days=1)  # of a reading with the one before it
SCHEMA_LIVES = timedelta(days=1)


def reads_base(job: Intake | Exchange) -> bool:
    """Say whether the base is read at all, or something else puts its documents into the mart."""
    return job.settings.onec.source == "odata"


def documents_of(warehouse: Warehouse, job: Intake) -> Callable[[ObjectStoragePath], Landed]:
    """Make what lands everything that 1C says of the run's scope, page by page."""

    def fetch(target: ObjectStoragePath) -> Landed:
        hook = onec_hook(job)
        with keeping(target) as kept:
            for page in _pages(warehouse, hook, job):
                kept.write(to_line(page))
        return kept.landed()

    return fetch


def reached(warehouse: Warehouse, job: Intake) -> dict[str, str]:
    """Say how far reading will have come once the run is merged; only ordinary runs move it."""
    if _is_ordinary():
        today = _today(job.settings).isoformat()
        swept = {"swept_on": today} if _sweeps(warehouse, job.settings) else {}
        return {"read_on": today, "profile": _spelled(job.settings.profile), **swept}
    return {}


def base_schema(warehouse: Warehouse, hook: OneCHook, job: Any) -> Schema:
    """Give the schema of the base, read at most once a day; raises ConfigError when it lacks a name."""
    profile = job.settings.profile
    name = f"schema {_spelled(profile)}"
    if kept := _cursor(warehouse, name):
        read_at, spelled = json.loads(kept)
        if datetime.fromisoformat(read_at) > datetime.now().astimezone() - SCHEMA_LIVES:
            return Schema.from_json(spelled)
    schema = published_schema(hook, profile)
    value = json.dumps([datetime.now().astimezone().isoformat(), schema.to_json()], ensure_ascii=False)
    place = {"pipeline": PIPELINE, "source": SOURCE, "name": name, "value": value, "run_id": job.run_id}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", place)
    return schema


def _pages(warehouse: Warehouse, hook: OneCHook, job: Intake) -> Iterator[Page]:
    settings, scope = job.settings, scope_of(job.settings, get_current_context()["params"])
    schema = base_schema(warehouse, hook, job)
    if scope.asked:
        yield from _asked_pages(warehouse, hook, job, scope, schema)
        return
    window, is_other = _window(warehouse, settings, scope), _by_other_profile(warehouse, settings)

    def known(entity: str, refs: Any) -> dict[str, str | None]:
        versions = known_versions(warehouse, refs)
        return dict.fromkeys(versions) if is_other else versions

    yield from read_documents(hook, settings.profile, window, known, schema)


def _asked_pages(
    warehouse: Warehouse, hook: OneCHook, job: Intake, scope: Scope, schema: Schema
) -> Iterator[Page]:
    """Read the orders that a person has named; several, if a number is not enough to tell them apart."""
    asked, profile = scope.asked, job.settings.profile
    assert asked
    refs = [str(asked.ref)] if asked.ref else []
    if asked.number:
        found = find_orders(hook, profile, asked.number, asked.kind, asked.year)
        refs = [order.ref for order in found]
    seen: set[str | None] = set()
    for place, ref in enumerate(refs):
        pages = read_order(hook, profile, ref, schema, counted_for(warehouse, ref))
        yield from (_once(page, seen) for page in pages if place == 0 or page.role != "schema")
    if not refs:
        yield Page("schema", "$metadata", [schema._asdict()])


def _once(page: Page, seen: set[str | None]) -> Page:
    """Leave out documents that have passed already: two of the orders may share one."""
    if page.role not in ("orders", "shipments", "returns"):
        return page
    kept = [row for row in page.rows if reference(row.get(REF)) not in seen]
    seen.update(reference(row.get(REF)) for row in kept)
    return page._replace(rows=kept)


def _window(warehouse: Warehouse, settings: CalltouchOrdersSettings, scope: Scope) -> Window:
    today, onec = _today(settings), settings.onec
    if scope.date_from and scope.date_to:
        first = scope.date_from.astimezone(onec.zone).date()
        last = (scope.date_to - timedelta(microseconds=1)).astimezone(onec.zone).date()
        return Window(today, first, last, first, None if scope.mode == "send_period" else last)
    sweeps = _sweeps(warehouse, settings)
    orders_days = onec.sweep_orders_days if sweeps else onec.orders_window_days
    sales_days = onec.sweep_shipments_days if sweeps else onec.shipments_window_days
    orders_from = today - timedelta(days=orders_days)
    if read_on := _cursor(warehouse, "read_on"):
        orders_from = min(orders_from, date.fromisoformat(read_on) - OVERLAP)
    sales_from = today - timedelta(days=sales_days)
    return Window(
        today, max(orders_from, settings.go_live_date), None, max(sales_from, settings.go_live_date)
    )


def _by_other_profile(warehouse: Warehouse, settings: CalltouchOrdersSettings) -> bool:
    """Say whether what is known was read by another profile, so that no version tells that it is the same."""
    return _cursor(warehouse, "profile") != _spelled(settings.profile)


def _spelled(profile: Profile) -> str:
    return hashlib.sha256(profile.model_dump_json().encode()).hexdigest()[:16]


def _sweeps(warehouse: Warehouse, settings: CalltouchOrdersSettings) -> bool:
    swept_on = _cursor(warehouse, "swept_on")
    if _by_other_profile(warehouse, settings):
        return True
    return not swept_on or _today(settings) - date.fromisoformat(swept_on) >= SWEEP_EVERY


def _cursor(warehouse: Warehouse, name: str) -> str | None:
    place = {"pipeline": PIPELINE, "source": SOURCE, "name": name}
    found = warehouse.select_one(ledger.SQL / "select_cursor.sql", place)
    return str(found.value) if found else None


def _is_ordinary() -> bool:
    context = get_current_context()
    return context["params"]["mode"] == "auto" and context["dag_run"].run_type.value != "backfill"


def _today(settings: CalltouchOrdersSettings) -> date:
    return datetime.now(settings.onec.zone).date()
