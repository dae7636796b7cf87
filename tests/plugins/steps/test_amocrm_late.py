"""Leads that show late: which they are, and that all their events are read, whoever staged them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.amocrm.event import TYPES
from include.amocrm.rights import UNSEEN
from plugins.pipelines import amocrm_tasks
from plugins.pipelines.amocrm_account import account_hook, tokens_of
from plugins.steps import ledger
from plugins.steps.amocrm_bin import stage_deleted
from plugins.steps.amocrm_dictionary import keep_config
from plugins.steps.amocrm_late import read_late
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_rights import keep_rights
from plugins.steps.amocrm_statuses import Statuses
from tests.amocrm_account import NEW, PAID, QUOTE, SALES
from tests.plugins.steps.amocrm_reader import FIRST, Reader, reader_of

HOUR = timedelta(hours=1)
UNREAD = """
    insert into mart.amocrm_unread_lead (account, lead_id, problem, since, asked_at, first_run_id)
    values ('amocrm', %s, 'Бюджет не читается', now(), now(), 0)
"""
BINNED = """
    update mart.amocrm_lead
    set is_deleted = true, deleted_at = now(), deleted_reason = 'bin'
    where lead_id = %s
"""
LEADS_OF_EVENTS = """
    select distinct lead_id
    from stage.amocrm_statuses_event
    where run_id = %s and type = 'lead_status_changed'
"""


@pytest.fixture
def reader(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    """Give an account with a few leads, all of them known, that was read up to two hours ago."""
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        reader.begin_anew(max_limit=10)
        reader.crm.order(leads=[lead(number) for number in range(FIRST, FIRST + 3)])
        job = reader.job()
        reader.attempt(job, [stage_leads])
        reader.publish(job)
        ledger.close_run(reader.warehouse, job.run_id, "success")
        for name in ("leads", "events"):
            reader.keep_word(name, (datetime.now(UTC) - 2 * HOUR).isoformat())
        reader.keep_word("event_types", ",".join(TYPES))
        yield reader


def lead(number: int) -> dict[str, object]:
    path = [[SALES, NEW, "2026-01-02T10:00:00Z"], [SALES, QUOTE, "2026-01-03T10:00:00Z"]]
    return {"id": number, "path": path}


def read_by_lead(reader: Reader, rights: str | None = None) -> set[int]:
    """Let a run read leads, and events of those that show late; give whose it has read."""
    job = reader.job()
    if rights is not None:
        keep_rights(reader.warehouse, job, 1, rights)
    reader.attempt(job, [stage_leads, read_late])
    return whose(reader, job.run_id)


def let_in(reader: Reader, job: Statuses) -> None:
    """Let tasks ask the account, as they may once a run has begun well."""
    hook = account_hook(reader.warehouse, job.settings)
    hook.offer()
    hook.account()
    tokens_of(reader.warehouse, job.settings).adopt()


def whose(reader: Reader, run_id: int) -> set[int]:
    return {row[0] for row in reader.warehouse.connection.execute(LEADS_OF_EVENTS, (run_id,))}


def test_a_known_lead_with_a_part_that_does_not_read_may_show_late(reader: Reader) -> None:
    reader.warehouse.connection.execute(UNREAD, (FIRST,))
    while_hidden = (datetime.now(UTC) - 5 * HOUR).isoformat()
    reader.crm.order(move={str(FIRST): [SALES, NEW]}, at=while_hidden)  # a reading of all shows it
    assert read_by_lead(reader) == {FIRST}


def test_a_lead_that_comes_back_from_the_bin_brings_what_happened_before_it_went_there(
    reader: Reader,
) -> None:
    reader.warehouse.connection.execute(BINNED, (FIRST,))
    reader.crm.order(set={str(FIRST): {"price": 5}})
    assert read_by_lead(reader) == {FIRST}


def test_where_rights_are_unseen_a_fresh_change_of_a_known_lead_shows_what_was_hidden(reader: Reader) -> None:
    reader.crm.order(move={str(FIRST): [SALES, NEW]}, at=(datetime.now(UTC) - 5 * HOUR).isoformat())
    reader.crm.order(set={str(FIRST): {"price": 5}})
    assert read_by_lead(reader, f"{UNSEEN} 1") == {FIRST}


def test_where_rights_are_seen_a_fresh_change_costs_no_request(reader: Reader) -> None:
    reader.crm.order(set={str(FIRST): {"price": 5}})
    assert read_by_lead(reader) == set()
    assert reader.asked("events") == 0


def test_leads_that_a_torn_page_has_hidden_get_their_events_too(reader: Reader) -> None:
    reader.crm.order(leads=[lead(number) for number in range(FIRST + 3, FIRST + 45)])
    job = reader.job()
    keep_config(reader.warehouse, job, timedelta(0))
    let_in(reader, job)
    reader.crm.order(at_page=3, of="leads", delete=[FIRST, FIRST + 1])  # row 21 is on the second page then
    reader.attempt(job, [stage_leads, stage_deleted])
    pulled = {FIRST + 20, FIRST + 21}
    assert not pulled & reader.staged(job).keys()
    amocrm_tasks.stage_events(reader.warehouse, job)
    assert pulled <= reader.staged(job).keys()
    assert pulled <= whose(reader, job.run_id)
