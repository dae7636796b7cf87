"""
What is passed on to Smart Data Hub: planned in the publication's transaction, off unless asked for.

A lead is posted once; an outcome that is not known is final until a person names it (smart-data-hub 2).
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from include.amocrm_statuses.payload import PushLead, Target, outer_id, payload, payload_hash
from include.amocrm_statuses.rules import held_of
from include.errors import ConfigError
from include.wording import number
from plugins.steps import ledger
from plugins.steps.amocrm_sdh_statuses import NO_WORDS, NoMarkers, lacking_words, plan_statuses, status_ids
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.smart_data_hub_channels import CREATE_LEAD
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SMART_DATA_HUB = "smart_data_hub"
COLUMNS = ("run_id", "seq", "pipeline", "target", "account", "kind", "key", "after")
IS_OFF = "Передача в Smart Data Hub выключена настройками (push.enabled), а запуск её просит."
NOT_PUSHED = "Названы в resend_lead_ids, но не переданы: {}. В контейнерах со статусом Smart Data Hub их нет."


class Planned(NamedTuple):
    """What is to be sent: leads and statuses."""

    leads: int = 0
    statuses: int = 0


class _Post(NamedTuple):
    """A lead to be posted."""

    row: Any
    body: dict[str, Any]
    hash: str

    @property
    def key(self) -> str:
        """Name the lead and the funnel, as ``select_push.sql`` and ``settle_push.sql`` do."""
        return f"lead:{self.row.account_id}-{self.row.lead_id}:{self.row.funnel_id}"


def assert_pushable(job: Statuses) -> None:
    """Refuse what a person asks of the push and the settings do not allow. Raises ConfigError, NoMarkers."""
    asked = job.scope.operation == "push_statuses" or job.scope.resend_lead_ids
    if asked and not job.settings.push.enabled:
        raise ConfigError(IS_OFF)
    if job.scope.operation == "push_statuses" and (lacking := lacking_words(job.settings)):
        raise NoMarkers(NO_WORDS.format(", ".join(lacking)))


def plan_push(warehouse: Warehouse, job: Statuses) -> Planned:
    """Plan what is passed on, of the marts as they are now; in a transaction of the caller's."""
    assert_pushable(job)
    if not job.settings.push.enabled:
        return Planned()
    statuses = plan_statuses(warehouse, job) if job.scope.operation == "push_statuses" else 0
    _adopt(warehouse, job)
    plan = _Plan(warehouse, job)
    for rows in warehouse.stream(SQL / "select_push.sql", plan.params):
        plan.add(rows)
    plan.tell()
    log.info("К передаче в Smart Data Hub: сделок %s, статусов %s", number(plan.planned), number(statuses))
    return Planned(plan.planned, statuses)


def _adopt(warehouse: Warehouse, job: Statuses) -> None:
    """Let a funnel that has another id in the settings now have what was posted under its former one."""
    targets = job.settings.push.funnels
    told = {
        "funnel_ids": list(targets),
        "pipeline_ids": [target.pipeline_id for target in targets.values()],
        "known_funnels": [funnel.funnel_id for funnel in job.settings.mapping.funnels],
    }
    warehouse.run_file(SQL / "adopt_pushes.sql", job.params | told)


class _Plan:
    """The plan of one run, made some thousands of leads at a time."""

    def __init__(self, warehouse: Warehouse, job: Statuses) -> None:
        self.warehouse, self.job, self.push = warehouse, job, job.settings.push
        self.planned = 0
        self._plain: int | None = None  # the lead that was given its plain name last; they come in order
        self._seen: set[int] = set()  # of those that a person has named
        self._lacking: Counter[str] = Counter()
        self._seq = warehouse.select_one(SQL / "select_last_push_seq.sql", job.params).seq
        named = {"fields": self.push.named_fields}
        told = warehouse.select_one(SQL / "select_judged_types.sql", job.params | named)
        self._types = {int(field_id): kind for field_id, kind in (told.types if told else {}).items()}
        account_zone = told.timezone if told else None
        self._zone: ZoneInfo = job.settings.zone(account_zone)
        self._field_zone: ZoneInfo = job.settings.field_zone(account_zone)
        self._statuses = status_ids(warehouse, job)
        self._funnels = [funnel.funnel_id for funnel in job.settings.mapping.funnels]

    @property
    def params(self) -> Mapping[str, Any]:
        """What ``select_push.sql`` refers to."""
        day = self.push.created_from
        return self.job.params | {
            "resend": list(self.job.scope.resend_lead_ids or ()),
            "funnels": [name for name in self._funnels if name in self.push.funnels],
            "created_from": None if day is None else datetime.combine(day, time(), self._zone),
            "repost": self.push.mode == "repost_changed",
            "fields": self.push.named_fields,
            "personal_data": self.push.personal_data,
        }

    def add(self, rows: Sequence[Any]) -> None:
        """Plan those of some leads that are to be posted."""
        posts = list(self._posts(rows))
        first, self._seq = self._seq + 1, self._seq + len(posts)
        job = self.job
        about = (job.params["pipeline"], SMART_DATA_HUB, self.push.connection, CREATE_LEAD)
        actions = (
            (job.run_id, seq, *about, post.key, Jsonb(post.body)) for seq, post in enumerate(posts, first)
        )
        self.warehouse.copy_rows("ops.action", COLUMNS, actions)
        remembered = {
            "lead_ids": [post.row.lead_id for post in posts],
            "funnel_ids": [post.row.funnel_id for post in posts],
            "outer_ids": [post.body["outer_id"] for post in posts],
            "pipeline_ids": [post.body["pipeline_id"] for post in posts],
            "payload_hashes": [post.hash for post in posts],
        }
        self.warehouse.run_file(SQL / "merge_push.sql", job.params | remembered)
        self.planned += len(posts)

    def tell(self) -> None:
        """Give up what was planned once and is not any more; say what was asked for and is not sent."""
        self.warehouse.run_file(SQL / "skip_push.sql", self.job.params)
        if self._lacking:
            told = {"containers": list(self._lacking), "leads": sum(self._lacking.values())}
            ledger.log_event(self.warehouse, self.job.run_id, "SDH_NO_STATUS", told)
        missed = sorted(set(self.job.scope.resend_lead_ids or ()) - self._seen)
        if missed:
            message = NOT_PUSHED.format(", ".join(map(str, missed[:20])) + (" …" if missed[20:] else ""))
            ledger.log_event(self.warehouse, self.job.run_id, "SDH_NOT_SENT", {"message": message})

    def _posts(self, rows: Sequence[Any]) -> Iterator[_Post]:
        for row in rows:
            status_id = self._statuses.get((row.funnel_id, row.container_id))
            if status_id is None:
                self._lacking[self._title(row)] += 1
                continue
            target = Target(
                self.push.funnels[row.funnel_id].pipeline_id, status_id, self._types, self._field_zone
            )
            lead = self._lead(row)
            body = payload(lead, self.push, target)
            hashed = payload_hash(body)
            if row.is_named:
                self._seen.add(row.lead_id)
            if row.is_named or row.push_state in (None, "new", "skipped") or hashed != row.payload_hash:
                yield _Post(row, body, hashed)

    def _outer_id(self, row: Any) -> str:
        """
        Name the lead there as it was named before; at first by account and number.

        A lead of several funnels is several there: the plain name is the first one's, for good, however the
        settings order funnels later on.
        """
        if row.outer_id is not None:
            return str(row.outer_id)
        is_taken = row.is_plain_taken or row.lead_id == self._plain
        if not is_taken:
            self._plain = row.lead_id
        return outer_id(row.account_id, row.lead_id, row.funnel_id if is_taken else None)

    def _title(self, row: Any) -> str:
        places = (each for _, each in self.job.settings.mapping.containers())
        found = (each.title for each in places if each.container_id == row.container_id)
        return next(found, row.container_id)

    def _lead(self, row: Any) -> PushLead:
        return PushLead(
            self._outer_id(row),
            row.host,
            row.lead_id,
            row.name,
            row.price,
            row.responsible_user_id,
            row.rejection_reason,
            row.created_at,
            row.updated_at,
            row.utm or {},
            {int(field_id): held_of(held) for field_id, held in (row.fields or {}).items()},
            row.phone,
            row.email,
        )
