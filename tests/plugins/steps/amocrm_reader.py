"""Readings of a simulated account of amoCRM without a DAG around them: no pace, no publication."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import ledger
from plugins.steps.amocrm_again import read_again
from plugins.steps.amocrm_bin import stage_deleted
from plugins.steps.amocrm_dictionary import ask, stage_dictionary
from plugins.steps.amocrm_events import stage_events
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_reading import cursors
from plugins.steps.amocrm_statuses import PIPELINE, Scope, Statuses
from plugins.steps.amocrm_statuses_merging import move_cursors
from plugins.steps.amocrm_torn import read_torn_windows
from plugins.warehouse import Warehouse
from sandbox.control import Control
from sandbox.server import Credentials, running
from tests.amocrm_account import SECRET
from tests.calltouch_orders.shop import environment

FIRST = 41000001
KEEP = """
    insert into ops.cursor (pipeline, source, name, value, run_id)
    values ('amocrm_statuses', 'amocrm', %s, %s, 0)
"""
KNOW = """
    insert into mart.amocrm_lead (account, lead_id, name, pipeline_id, status_id, created_at, updated_at,
        fingerprint, first_run_id, changed_run_id)
    select 'amocrm', lead_id, name, pipeline_id, status_id, created_at, updated_at, fingerprint,
        run_id, run_id
    from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
"""
STAGED = "select lead_id, updated_at from stage.amocrm_statuses_lead"
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
Step = Callable[[Warehouse, Statuses, AmoCRMHook], None]
LEADS: Sequence[Step] = (stage_leads,)
ALL: Sequence[Step] = (stage_leads, stage_deleted, stage_events, read_torn_windows, read_again)


def examples(few: int, thorough: int) -> settings:
    """Say how many lives of an account are tried, each in an account that is begun anew."""
    return settings(
        max_examples=thorough if THOROUGH else few,
        deadline=None,
        database=None,
        derandomize=not THOROUGH,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


class Reader:
    """An account and the warehouse its leads are staged in; every ``read`` is a run of its own."""

    def __init__(self, warehouse: Warehouse, control: Control, number: int) -> None:
        self.warehouse, self.control = warehouse, control
        self.crm = control.vendor("amocrm", str(number))
        self.settings: dict[str, Any] = {}
        self._runs = 0

    def begin_anew(self, **ways: Any) -> None:
        """Let the account be as new, and nothing be known of it."""
        self.crm.order(reset=True)
        self.crm.order(ways={"per_second": 0, **ways})
        self.warehouse.connection.execute("delete from ops.cursor")
        self.warehouse.connection.execute("truncate mart.amocrm_lead")
        self.settings = {}

    def job(self, **scope: Any) -> Statuses:
        """Open a run that has asked what the account is."""
        self._runs += 1
        run_id = ledger.open_run(
            self.warehouse, ledger.Occasion(PIPELINE, "amocrm", f"run {self._runs}", "manual")
        )
        assert run_id is not None
        settings = AmocrmStatusesSettings.model_validate(self.settings)
        job = Statuses(run_id, settings, datetime.now(UTC), Scope(**scope))
        hook = AmoCRMHook()
        stage_dictionary(self.warehouse, job, ask(hook, hook.account()))
        self.crm.order(renumber=True)
        return job

    def read(self, steps: Sequence[Step] = ALL, **scope: Any) -> Statuses:
        """Read in a run of its own, which is published as far as its cursors go."""
        return self.go_on(self.job(**scope), steps)

    def go_on(self, job: Statuses, steps: Sequence[Step] = ALL) -> Statuses:
        """Read, or read on, and keep where that has come to."""
        try:
            self.attempt(job, steps)
            move_cursors(self.warehouse, job, cursors(self.warehouse, job))
        finally:
            ledger.close_run(self.warehouse, job.run_id, "success")
        return job

    def attempt(self, job: Statuses, steps: Sequence[Step] = ALL) -> None:
        """Read in a run that goes on whatever happens."""
        for step in steps:
            step(self.warehouse, job, AmoCRMHook())

    def keep(self, name: str, at: datetime) -> None:
        """Let an earlier run have read up to a moment, and all leads by their numbers not long ago."""
        for each, moment in ((name, at), ("id_scan", datetime.now(UTC))):
            self.warehouse.connection.execute(KEEP, (each, moment.isoformat()))

    def keep_word(self, name: str, value: str) -> None:
        """Let an earlier run have left a cursor that is a word."""
        self.warehouse.connection.execute(KEEP, (name, value))

    def forget(self, name: str) -> None:
        """Let a reading never have been made."""
        self.warehouse.connection.execute("delete from ops.cursor where name = %s", (name,))

    def publish(self, job: Statuses) -> None:
        """Let the leads that a run has staged be known, as far as readings ask."""
        self.warehouse.connection.execute(KNOW, {"run_id": job.run_id})

    def gone(self, job: Statuses) -> set[int]:
        """Give the leads that a run has found to be gone."""
        query = "select lead_id from stage.amocrm_statuses_gone where run_id = %s"
        return {row[0] for row in self.warehouse.connection.execute(query, (job.run_id,))}

    def staged(self, *jobs: Statuses) -> dict[int, int]:
        """Give the leads that runs have staged, and when each was changed last, in Unix seconds."""
        runs = [job.run_id for job in jobs]
        rows = self.warehouse.connection.execute(f"{STAGED} where run_id = any(%s)", (runs,)).fetchall()
        found: dict[int, int] = {}
        for lead_id, updated_at in rows:
            found[lead_id] = max(found.get(lead_id, 0), int(updated_at.timestamp()))
        return found

    def events(self, job: Statuses) -> set[str]:
        """Give the events that a run has staged."""
        query = "select event_id from stage.amocrm_statuses_event where run_id = %s"
        return {row[0] for row in self.warehouse.connection.execute(query, (job.run_id,))}

    def codes(self, job: Statuses) -> set[str]:
        """Give the codes of a run's log."""
        query = "select unnest(codes) from ops.run_log where run_id = %s"
        return {row[0] for row in self.warehouse.connection.execute(query, (job.run_id,))}

    def truth(self) -> dict[int, int]:
        """Give the leads that are there, and when each was changed last."""
        return {lead["id"]: lead["updated_at"] for lead in self.crm.read("leads") if not lead["is_deleted"]}

    def asked(self, method: str) -> int:
        """Count the calls of a method since the run was opened."""
        return sum(call["method"] == method for call in self.crm.calls())


@contextmanager
def reader_of(folder: Path, warehouse_url: str, number: int) -> Iterator[Reader]:
    """Open an account that the connection ``amocrm`` leads to."""
    with (
        running(folder, Credentials("demo", SECRET)) as sandbox,
        psycopg.connect(warehouse_url, autocommit=True) as connection,
    ):
        extra = {"auth": "long_lived", "retry_pauses": [0, 0, 0], "timeout": 5}
        told = {"conn_type": "amocrm", "host": sandbox.url, "password": f"access-{number}", "extra": extra}
        with environment({"AIRFLOW_CONN_AMOCRM": json.dumps(told)}):
            yield Reader(Warehouse(connection), Control(sandbox.url), number)


def leads(count: int, updated_at: Callable[[int], Any] = lambda place: "2026-01-10T10:00:00Z") -> list[Any]:
    """Give leads one after the other; ``updated_at``: when each was changed last, by its place."""
    made = "2026-01-01T10:00:00Z"
    return [
        {"id": FIRST + place, "created_at": made, "updated_at": updated_at(place)} for place in range(count)
    ]
