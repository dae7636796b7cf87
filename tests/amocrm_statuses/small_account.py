"""An account small enough to be played with: people act in it, runs read some of it, or all of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps import ledger
from plugins.steps.amocrm_statuses import PIPELINE, Scope, Statuses
from plugins.steps.amocrm_statuses_publish import publish
from plugins.warehouse import Warehouse

Status = tuple[int, int]

START = datetime(2026, 1, 10, 9, tzinfo=UTC)
SUM, TEXT, SOURCE = 1500102, 1500101, 1500301  # fields: prime cost, LANDING, utm_source of the system
STATUSES: dict[Status, str] = {
    (1, 1): "Заявка",
    (1, 2): "Расчет КП",
    (1, 3): "Договор",
    (1, 142): "Успешно",
    (1, 143): "Отказ",
    (2, 1): "Продление",
    (2, 142): "Успешно",
}
FIELDS = ((SUM, "Себестоимость", None, "numeric"), (TEXT, "LANDING", None, "text"))
TRACKING = ((SOURCE, "utm_source", "UTM_SOURCE", "tracking_data"),)

_LEAD = (
    "run_id", "read_no", "lead_id", "name", "price", "pipeline_id", "status_id", "responsible_user_id",
    "loss_reason_id", "created_at", "updated_at", "closed_at", "main_contact_id", "fingerprint",
)  # fmt: skip
_VALUE = ("run_id", "read_no", "lead_id", "field_id", "value_index", "value_text", "value_num")
_EVENT = (
    "run_id", "event_id", "lead_id", "type", "occurred_at", "from_pipeline_id", "from_status_id",
    "to_pipeline_id", "to_status_id", "sale_before", "sale_after",
)  # fmt: skip


@dataclass
class Lead:
    """A lead of the account."""

    lead_id: int
    status: Status
    created_at: datetime
    updated_at: datetime
    price: int | None = 100
    manager: int = 1
    closed_at: datetime | None = None
    is_deleted: bool = False
    fields: dict[int, list[str]] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)

    def row(self, run_id: int, read_no: int) -> tuple[Any, ...]:
        """Give the staged row."""
        about = (self.lead_id, f"Сделка {self.lead_id}", self.price, *self.status, self.manager, 5)
        moments = (self.created_at, self.updated_at, self.closed_at)
        print_ = hashlib.sha256(repr((about, moments, self.fields, self.tags)).encode()).hexdigest()
        return (run_id, read_no, *about, *moments, None, print_)


class SmallAccount:
    """The account. A minute passes with every act."""

    def __init__(self) -> None:
        self.now = START
        self.leads: dict[int, Lead] = {}
        self.events: list[tuple[Any, ...]] = []

    def pass_time(self, minutes: int = 1) -> None:
        self.now += timedelta(minutes=minutes)

    def add(self, lead_id: int, status: Status, price: int | None = 100) -> None:
        """Create a lead: no event tells its first status."""
        self.pass_time()
        self.leads[lead_id] = Lead(lead_id, status, self.now, self.now, price)

    def move(self, lead_id: int, status: Status) -> None:
        """Move a lead, which an event tells."""
        lead = self._touch(lead_id)
        if status == lead.status:
            return
        self._event(lead_id, "lead_status_changed", *lead.status, *status, None, None)
        lead.status = status
        lead.closed_at = self.now if status[1] in (142, 143) else None

    def reprice(self, lead_id: int, price: int | None) -> None:
        """Change a price, which an event tells."""
        lead = self._touch(lead_id)
        self._event(lead_id, "sale_field_changed", None, None, None, None, lead.price, price)
        lead.price = price

    def fill(self, lead_id: int, field_id: int, *values: str) -> None:
        """Fill a field."""
        self._touch(lead_id).fields[field_id] = list(values)

    def tag(self, lead_id: int, *tags: str) -> None:
        """Put tags on it."""
        self._touch(lead_id).tags = list(tags)

    def delete(self, lead_id: int) -> None:
        """Move a lead to the bin."""
        self._touch(lead_id).is_deleted = True
        self._event(lead_id, "lead_deleted", None, None, None, None, None, None)

    def restore(self, lead_id: int) -> None:
        """Take it out again."""
        self._touch(lead_id).is_deleted = False
        self._event(lead_id, "lead_restored", None, None, None, None, None, None)

    def _touch(self, lead_id: int) -> Lead:
        self.pass_time()
        lead = self.leads[lead_id]
        lead.updated_at = self.now
        return lead

    def _event(self, lead_id: int, kind: str, *told: Any) -> None:
        self.events.append((f"e{len(self.events):05d}", lead_id, kind, self.now, *told))


class Reader:
    """Runs of the pipeline over the account: what reading stages is put there, then it is published."""

    def __init__(self, warehouse: Warehouse, world: SmallAccount, connection: str = "amocrm") -> None:
        self.warehouse, self.world, self.connection = warehouse, world, connection
        self._since = datetime(2000, 1, 1, tzinfo=UTC)
        self.runs = 0

    def run(self, settings: dict[str, Any], **scope: Any) -> dict[str, int]:
        """Read what has changed since the run before, or all of it; give the counters."""
        job = self.open(settings, **scope)
        if job.reads:
            self.stage(job)
        counters = publish(self.warehouse, job)
        ledger.close_run(self.warehouse, job.run_id, "success")
        if not job.dry_run:
            self._since = self.world.now
        return counters

    def open(self, settings: dict[str, Any], dry_run: bool = False, **scope: Any) -> Statuses:
        """Open a run."""
        self.runs += 1
        self.world.pass_time()
        occasion = ledger.Occasion(
            PIPELINE, self.connection, f"{self.connection}-{self.runs}", "manual", dry_run
        )
        run_id = ledger.open_run(self.warehouse, occasion)
        assert run_id is not None
        began = "update ops.run set started_at = %s where run_id = %s"
        self.warehouse.connection.execute(began, (self.world.now, run_id))
        told = {**settings, "account": {"connection": self.connection}}
        return Statuses(
            run_id, AmocrmStatusesSettings.model_validate(told), self.world.now, Scope(**scope), dry_run
        )

    def stage(self, job: Statuses) -> None:
        """Put there what reading brings: in no order, and some of it twice."""
        since = datetime(2000, 1, 1, tzinfo=UTC) if job.scope.full_refresh else self._since
        changed = [lead for lead in self.world.leads.values() if lead.updated_at >= since]
        live = [lead for lead in reversed(changed) if not lead.is_deleted]
        self._copy("dictionary", ("run_id", "kind", "place", "item"), self._dictionary(job.run_id))
        self._copy("lead", _LEAD, [lead.row(job.run_id, 1) for lead in live])
        self._copy("value", _VALUE, [row for lead in live for row in _values(job.run_id, lead)])
        tags = [(job.run_id, 1, lead.lead_id, no, tag) for lead in live for no, tag in enumerate(lead.tags)]
        self._copy("tag", ("run_id", "read_no", "lead_id", "tag_id", "name"), tags)
        gone = [(job.run_id, 2, lead.lead_id, lead.updated_at, "bin") for lead in changed if lead.is_deleted]
        self._copy("gone", ("run_id", "read_no", "lead_id", "deleted_at", "reason"), gone)
        events = [(job.run_id, *event) for event in reversed(self.world.events) if event[3] >= since]
        self._copy("event", _EVENT, [*events, *events[:2]])

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        self.warehouse.copy_rows(f"stage.amocrm_statuses_{table}", columns, rows)

    def _dictionary(self, run_id: int) -> list[tuple[Any, ...]]:
        account = {"account_id": 31000001, "name": "Пример", "host": "demo-sales.amocrm.ru"}
        account |= {"timezone": "Europe/Moscow", "currency": "RUB", "is_filter_enabled": True}
        account |= {"subdomain": "demo-sales", "is_loss_reason_enabled": True}
        told = [("account", account), ("user", {"user_id": 1, "name": "Анна Примерова"})]
        for pipeline_id in (1, 2):
            about = {"pipeline_id": pipeline_id, "name": f"Воронка {pipeline_id}", "sort": pipeline_id}
            told.append(("pipeline", about | {"is_main": pipeline_id == 1, "is_archive": False}))
        for (pipeline_id, status_id), name in STATUSES.items():
            about = {"pipeline_id": pipeline_id, "status_id": status_id, "name": name, "sort": status_id}
            told.append(("status", about | {"type": 0, "is_editable": True}))
        for field_id, name, code, kind in (*FIELDS, *TRACKING):
            about = {"entity_type": "leads", "field_id": field_id, "name": name, "code": code, "type": kind}
            told.append(("field", about))
        return [(run_id, kind, place, Jsonb(item)) for place, (kind, item) in enumerate(told, 1)]


def _values(run_id: int, lead: Lead) -> list[tuple[Any, ...]]:
    return [
        (run_id, 1, lead.lead_id, field_id, no, value, _number(value) if field_id == SUM else None)
        for field_id, values in lead.fields.items()
        for no, value in enumerate(values)
    ]


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text.replace(".", "", 1).isdigit() else None
