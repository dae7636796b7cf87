"""Since when the account's history is whole, and what of it the settings leave out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.amocrm_account import SETTINGS, AccountAtHand, write_settings
from tests.amocrm_statuses.a_few_leads import marts, opened, run_well

HISTORY = """
    select state.lead_id, state.history_complete, cursor.value as history_from
    from mart.amocrm_lead_funnel_state as state, ops.cursor as cursor
    where cursor.name = 'history_from'
    order by state.lead_id
"""


@pytest.fixture
def account(tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with opened(tmp_path, warehouse_url) as account:
        yield account


def test_a_history_that_reaches_back_to_the_first_lead_is_whole(account: AccountAtHand) -> None:
    run_well(account)
    told = account.rows(HISTORY)
    assert {row["history_from"] for row in told} == {"2026-01-01T10:00:00+00:00"}
    assert all(row["history_complete"] for row in told)
    assert account.rows("select 1 from mart.amocrm_mapping_issue where kind = 'history_incomplete'") == []
    again = run_well(account, full_refresh=True)
    assert account.rows(HISTORY) == told
    assert account.counters(again) == {"unchanged": 3}


def test_events_that_are_kept_no_longer_leave_older_leads_incomplete(account: AccountAtHand) -> None:
    account.crm.order(hide_events_before="2026-01-20T00:00:00Z")
    run_well(account)
    told = account.rows(HISTORY)
    assert {row["history_from"] for row in told} == {"2026-02-01T10:00:00+00:00"}
    assert [row["history_complete"] for row in told] == [False, True, True]


@pytest.mark.parametrize("earlier", ["2026-01-01", None])
def test_a_history_that_is_to_begin_earlier_is_read_once_and_built_as_if_it_always_had(
    account: AccountAtHand, tmp_path: Path, earlier: str | None
) -> None:
    def begin(events_from: str | None, **conf: Any) -> Any:
        write_settings(tmp_path, {**SETTINGS, "reading": {"events_from": events_from}})
        return run_well(account, **conf)

    begin("2026-01-03")
    cut = marts(account)
    begin(earlier)
    whole, history = marts(account), account.rows(HISTORY)
    assert whole != cut
    again = begin(earlier)
    assert (account.asked().count("events"), account.counters(again)) == (1, {})
    begin(earlier, full_refresh=True)
    assert (marts(account), account.rows(HISTORY)) == (whole, history)
