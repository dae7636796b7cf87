"""What a person asks of a run: operations with the connection, Params, and what stops it in seconds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from tests.amocrm_account import FUNNEL, HOLD, NEW, QUOTE, SALES, SETTINGS, AccountAtHand, write_settings
from tests.amocrm_statuses.a_few_leads import OPEN, REFUSED, SOLD, events_of, marts, opened, run_well, why

DICTIONARIES = ["account", "pipelines", "fields", "reasons", "users"]
HOUR_OF_NOTHING = [*DICTIONARIES, "leads", "deleted", "events", "contacts", "users"]
RECORDS = """
    select record_key, outcome, codes, details
    from ops.run_log
    where run_id = %s and record_key is not null
    order by record_key
"""
CURSORS = "select name, value from ops.cursor where pipeline = 'amocrm_statuses' order by name"


@pytest.fixture
def account(tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with opened(tmp_path, warehouse_url) as account:
        yield account


def a_week_passes(account: AccountAtHand) -> None:
    """Let the next run look for leads that are gone."""
    account.an_hour_passes()  # a lead seen alive in the second of that look is not taken for gone
    account.rows("delete from ops.cursor where name = 'id_scan' returning 1")


def mapped(*statuses: list[int], title: str = "Заявка") -> dict[str, Any]:
    containers = [
        {"id": "new", "title": title, "statuses": list(statuses)},
        *[each for each in FUNNEL["containers"] if each["id"] in ("won", "lost")],
    ]
    return {"funnels": [{**FUNNEL, "containers": containers}]}


def test_a_second_run_writes_nothing_and_asks_as_little_as_can_be(account: AccountAtHand) -> None:
    first = run_well(account)
    assert account.counters(first) == {"entered": 3}
    assert len(first.assets) == 1
    again = run_well(account)
    assert account.asked() == HOUR_OF_NOTHING
    assert (account.counters(again), again.assets) == ({}, [])


def test_a_wrong_mapping_fails_before_any_list_is_read(account: AccountAtHand, tmp_path: Path) -> None:
    write_settings(tmp_path, mapped([SALES, NEW], [SALES, 99999991], [77, 5]))
    made = account.run("manual")
    assert made.states["check_account"] == "failed"
    assert account.asked() == DICTIONARIES
    assert "99999991" in why(made)
    assert "77" in why(made)
    assert "amocrm_statuses.yaml:" in why(made)
    assert account.rows("select 1 from mart.amocrm_lead") == []
    write_settings(tmp_path, SETTINGS)
    run_well(account)


@pytest.mark.parametrize("asked", [{"resend_lead_ids": [SOLD]}, {"operation": "push_statuses"}])
def test_what_the_settings_do_not_allow_is_refused_before_a_single_call(
    account: AccountAtHand, asked: dict[str, Any]
) -> None:
    made = account.run("manual", **asked)
    assert "push.enabled" in why(made)
    assert account.asked() == []


def test_marts_are_rebuilt_without_a_call(account: AccountAtHand, tmp_path: Path) -> None:
    refused = account.run("manual", rebuild_only=True)
    assert "ещё ни разу не прочитан" in why(refused)
    run_well(account)
    kept = account.rows(CURSORS)
    write_settings(tmp_path, mapped([SALES, NEW], [SALES, QUOTE]))
    made = run_well(account, rebuild_only=True)
    assert account.asked() == []
    assert account.codes(made) >= {"AMO_FULL_BUILD"}
    assert account.figures()["licenses"]["containers"] == {"new": (3, 3), "won": (1, 1), "lost": (1, 1)}
    assert account.rows(CURSORS) == kept


def test_a_lead_deleted_before_we_knew_it_is_news_once(account: AccountAtHand) -> None:
    account.crm.order(delete=[OPEN])
    made = run_well(account)
    assert account.counters(made)["unknown_deleted"] == 1
    for asked in ({}, {"full_refresh": True}):
        made = run_well(account, **asked)
        read = account.rows("select staged from ops.run where run_id = %s", account.run_of(made)["run_id"])
        assert "unknown_deleted" not in account.counters(made)
        assert sum(account.counters(made).values()) == read[0]["staged"]


def test_everything_anew_gives_what_was_there(account: AccountAtHand) -> None:
    run_well(account)
    before = marts(account)
    made = run_well(account, full_refresh=True)
    assert account.counters(made) == {"unchanged": 3}
    assert marts(account) == before


def test_what_was_changed_since_a_moment_is_read_again(account: AccountAtHand) -> None:
    run_well(account)
    account.rows("update mart.amocrm_lead set name = 'Не то', fingerprint = '' returning 1")
    made = run_well(account, since="2026-02-01T00:00:00+03:00")
    assert account.counters(made).get("changed", 0) + account.counters(made).get("unchanged", 0) >= 2
    names = {row["lead_id"]: row["name"] for row in account.rows("select * from mart.amocrm_lead")}
    assert names == {SOLD: "Не то", REFUSED: "Продление", OPEN: "Звонок"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "вчера"}, "не дата и время"),
        ({"since": "2999-01-01T00:00:00Z"}, "не наступило"),
        ({"rebuild_only": True, "full_refresh": True}, "Вместе нельзя"),
        ({"operation": "reset", "dry_run": True}, "Вместе нельзя"),
        ({"operation": "erase"}, "неизвестно"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_words(
    account: AccountAtHand, asked: dict[str, Any], words: str
) -> None:
    made = account.run("manual", **asked)
    assert made.state == "failed"
    assert words in why(made)
    assert account.asked() == []


def test_a_backfill_reads_the_events_of_its_interval_and_moves_nothing_else(account: AccountAtHand) -> None:
    run_well(account)
    kept = account.rows(CURSORS)
    lost = "delete from mart.amocrm_lead_event where lead_id = %s returning 1"
    assert len(account.rows(lost, SOLD)) == 3  # the creation of the first lead is one
    made = run_well(account, "backfill", slot=datetime(2026, 1, 2, 9, 30, tzinfo=UTC))
    assert account.asked() == [*DICTIONARIES, "events"]
    [told] = events_of(account, made, "AMO_BACKFILL")
    assert told["events"] == 1
    assert account.rows(CURSORS) == kept
    empty = run_well(account, "backfill", slot=datetime(2025, 1, 2, 9, 30, tzinfo=UTC))
    assert account.asked() == DICTIONARIES
    assert events_of(account, empty, "AMO_BACKFILL")[0]["events"] == 0


def test_a_trial_changes_nothing_and_plans_what_a_run_then_does(account: AccountAtHand) -> None:
    trial = run_well(account, dry_run=True)
    assert account.rows("select 1 from mart.amocrm_lead") == []
    assert account.rows(CURSORS) == []
    made = run_well(account)
    assert account.counters(trial) == account.counters(made) == {"entered": 3}
    assert (trial.assets, len(made.assets)) == ([], 1)
    told = [account.rows(RECORDS, account.run_of(each)["run_id"]) for each in (trial, made)]
    assert told[0] == told[1]


def test_without_funnels_everything_is_read_and_a_beginning_of_settings_is_offered(
    account: AccountAtHand, tmp_path: Path
) -> None:
    write_settings(tmp_path, {"funnels": []})
    made = run_well(account)
    assert "AMO_NO_FUNNELS" in account.codes(made)
    assert len(account.rows("select 1 from mart.amocrm_lead")) == 3
    asked = run_well(account, operation="starter")
    assert account.asked() == DICTIONARIES
    assert account.run_of(asked)["state"] == "success"
    [told] = events_of(account, asked, "AMO_STARTER")
    offered = yaml.safe_load(told["yaml"])
    AmocrmStatusesSettings.model_validate(offered)
    write_settings(tmp_path, offered)
    run_well(account)
    assert sum(funnel["leads"] for funnel in account.figures().values()) == 3


def test_a_reset_empties_the_marts_and_the_next_run_builds_them_again(account: AccountAtHand) -> None:
    run_well(account)
    before = marts(account)
    made = run_well(account, operation="reset")
    assert account.asked() == []
    assert "AMO_RESET" in account.codes(made)
    assert marts(account)["lead_funnel_state"] == []
    assert len(account.rows("select 1 from mart.amocrm_lead")) == 3
    again = run_well(account)
    assert account.asked() == HOUR_OF_NOTHING
    assert "AMO_FULL_BUILD" in account.codes(again)
    assert marts(account) == before


def test_a_mapping_edited_during_a_run_is_taken_up_and_what_was_read_is_kept(
    account: AccountAtHand, tmp_path: Path
) -> None:
    made = account.new_run(kind="manual").go_on(until="publish")
    write_settings(tmp_path, mapped([SALES, NEW], [SALES, QUOTE]))
    made.go_on()
    assert made.state == "success", made.errors
    assert account.asked().count("leads") == 1
    assert account.figures()["licenses"]["containers"] == {"new": (3, 3), "won": (1, 1), "lost": (1, 1)}
    again = run_well(account)
    assert "AMO_FULL_BUILD" not in account.codes(again)


def test_a_mapping_edited_wrongly_during_a_run_waits_for_a_person(
    account: AccountAtHand, tmp_path: Path
) -> None:
    made = account.new_run(kind="manual").go_on(until="publish")
    write_settings(tmp_path, mapped([SALES, NEW], [SALES, 99999991]))
    made.go_on()
    assert made.states["publish"] == "failed"
    assert "99999991" in why(made)
    assert account.rows("select 1 from mart.amocrm_lead") == []
    write_settings(tmp_path, mapped([SALES, NEW], [SALES, HOLD]))
    made.errors.clear()
    made.go_on()
    assert made.state == "success", made.errors
    assert account.asked().count("leads") == 1


@pytest.mark.parametrize(
    "edited",
    [{"reading": {"contacts": False}}, {"policies": {"price_basis": "at_success"}}],
    ids=["reading", "price_basis"],
)
def test_settings_of_the_reading_edited_during_a_run_are_not_half_of_it(
    account: AccountAtHand, tmp_path: Path, edited: dict[str, Any]
) -> None:
    made = account.new_run(kind="manual").go_on(until="publish")
    write_settings(tmp_path, {**SETTINGS, **edited})
    made.go_on()
    assert made.states["publish"] == "failed"
    assert "изменились настройки" in why(made)
    assert account.rows("select 1 from mart.amocrm_lead") == []


def stopped_before_publishing(account: AccountAtHand) -> Any:
    """Give a run that has read everything and then failed."""
    made = account.new_run(kind="manual").go_on(until="publish")
    ended = "update ops.run set state = 'failed', finished_at = now() where dag_run_id = %s returning run_id"
    assert account.rows(ended, made.run_id)
    return made


def test_a_run_cleared_after_a_newer_one_has_published_is_refused(account: AccountAtHand) -> None:
    run_well(account)
    account.crm.order(delete=[OPEN])
    older = stopped_before_publishing(account)
    account.crm.order(restore=[OPEN])
    account.crm.order(set={str(SOLD): {"name": "Новое имя"}})
    newer = run_well(account)
    before = (marts(account), account.rows(CURSORS))
    older.go_on()
    assert older.states["publish"] == "failed"
    assert f"Запуск {account.run_of(newer)['run_id']}" in why(older)
    assert "Начните новый запуск" in why(older)
    assert (marts(account), account.rows(CURSORS)) == before
    assert account.figures()["licenses"]["leads"] == 3


def test_a_run_cleared_after_a_trial_goes_on(account: AccountAtHand) -> None:
    older = stopped_before_publishing(account)
    run_well(account, dry_run=True)
    older.go_on()
    assert older.state == "success", older.errors
    assert account.figures()["licenses"]["leads"] == 3


def test_the_end_of_a_window_of_events_is_by_the_vendors_clock(account: AccountAtHand) -> None:
    account.crm.order(ways={"clock_skew": 3600.0})
    run_well(account)
    account.crm.order(move={str(OPEN): [SALES, QUOTE]})
    account.time_passes(datetime.now(UTC) + timedelta(minutes=1))
    run_well(account)
    query = "select source from mart.amocrm_lead_transition where lead_id = %s order by seq"
    assert [row["source"] for row in account.rows(query, OPEN)] == ["first_event", "event"]


def test_who_may_not_see_users_gets_everything_else(account: AccountAtHand) -> None:
    account.crm.order(rights={"users": False})
    made = run_well(account)
    assert "AMO_USERS_DENIED" in account.codes(made)
    assert account.figures()["licenses"]["leads"] == 3


def test_an_account_that_is_not_paid_for_stops_the_run_and_is_taken_up_again(account: AccountAtHand) -> None:
    account.crm.order(unpaid=True)
    made = account.run("manual")
    assert account.codes(made) >= {"AMO_UNPAID"}
    state = "select state, reason is not null as has_reason from ops.connection"
    assert account.rows(state) == [{"state": "unpaid", "has_reason": True}]
    account.crm.order(unpaid=False)
    run_well(account)
    assert account.rows(state) == [{"state": "connected", "has_reason": False}]


def test_a_block_is_told_in_the_words_of_its_page_and_not_knocked_at_again(account: AccountAtHand) -> None:
    account.crm.order(block=True)
    made = account.run("manual")
    assert account.codes(made) >= {"AMO_BLOCKED"}
    assert len(account.asked()) == 1
    assert "<" not in account.run_of(made)["error"]


def test_a_long_wait_holds_no_worker_and_goes_on_at_the_next_page(account: AccountAtHand) -> None:
    account.crm.order(ways={"max_limit": 1})
    account.crm.fault("429", method="leads", after=1, retry_after=900, times=1)
    made = run_well(account)
    assert made.waits == 1
    assert account.asked().count("leads") == 4
    assert account.counters(made) == {"entered": 3}


@pytest.mark.parametrize("text", [None, "funels: []\n", "account: {connection: nobodys}\n"])
def test_settings_that_cannot_be_read_say_nothing_of_tokens(
    account: AccountAtHand, tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str | None
) -> None:
    run_well(account)
    file = tmp_path / "amocrm_statuses.yaml"
    file.unlink() if text is None else file.write_text(text, encoding="utf-8")
    account.crm.order(renumber=True)
    caplog.clear()
    made = account.run("scheduled")
    assert made.states["choose_account"] == "failed"
    assert "amocrm_statuses.yaml" in why(made)
    assert "Токены" not in caplog.text
    assert account.asked() == []


@pytest.mark.parametrize("operation", ["connect", "starter"])
def test_an_operation_waits_out_a_long_wait_as_well(account: AccountAtHand, operation: str) -> None:
    account.crm.fault("429", method="account", retry_after=900, times=1)
    made = run_well(account, operation=operation)
    assert made.waits == 1
    assert account.run_of(made)["state"] == "success"


def test_an_inactive_account_is_left_alone(account: AccountAtHand, tmp_path: Path) -> None:
    write_settings(tmp_path, {**SETTINGS, "account": {"active": False}})
    made = account.run("scheduled")
    assert made.states["choose_account"] == "skipped"
    assert account.asked() == []


def test_a_price_that_does_not_read_is_told(account: AccountAtHand) -> None:
    account.crm.order(
        leads=[{"id": 41000009, "price": "много", "path": [[SALES, NEW, "2026-02-01T10:00:00Z"]]}]
    )
    made = run_well(account)
    [told] = events_of(account, made, "AMO_UNPARSABLE_NUMBER")
    assert "41000009" in told["message"]


def test_a_record_that_does_not_read_is_left_out_and_the_others_go_on(account: AccountAtHand) -> None:
    odd = {"type": "lead_status_changed", "lead": OPEN, "at": "2026-02-04T10:00:00Z", "id": "01odd"}
    account.crm.order(events=[odd])
    made = run_well(account)
    assert account.run_of(made)["state"] == "partial"
    [told] = events_of(account, made, "AMO_UNREADABLE")
    assert "01odd" in told["message"]
    assert account.figures()["licenses"]["leads"] == 3


def test_prices_of_then_are_wanted_for_the_first_time_and_read_from_the_beginning(
    account: AccountAtHand, tmp_path: Path
) -> None:
    account.crm.order(set={str(SOLD): {"price": 1500}}, at="2026-01-02T12:00:00Z")
    account.crm.order(set={str(SOLD): {"price": 2000}}, at="2026-01-20T12:00:00Z")
    run_well(account)
    write_settings(tmp_path, {**SETTINGS, "policies": {"price_basis": "at_success"}})
    run_well(account)
    assert account.asked().count("events") <= 6
    assert account.figures()["licenses"]["sales_volume"] == 1500
    run_well(account)
    assert account.asked().count("events") == 1


def test_leads_that_vanished_are_marked_although_another_one_does_not_read(account: AccountAtHand) -> None:
    others = range(41000011, 41000015)
    path = [[SALES, NEW, "2026-02-05T10:00:00Z"]]
    account.crm.order(leads=[{"id": number, "name": "Ещё", "path": path} for number in others])
    run_well(account)
    account.crm.order(spell={str(REFUSED): {"status_id": "закрыто"}})
    account.crm.order(purge=[OPEN])
    a_week_passes(account)
    made = run_well(account)
    assert "AMO_UNREADABLE" in account.codes(made)
    query = "select lead_id from mart.amocrm_lead where is_deleted"
    assert account.rows(query) == [{"lead_id": OPEN}]


def test_a_lead_that_vanished_from_a_small_account_is_no_lost_right(account: AccountAtHand) -> None:
    run_well(account)
    account.crm.order(purge=[OPEN])
    a_week_passes(account)
    made = run_well(account)
    assert account.counters(made).get("left") == 1
    assert "AMO_LEADS_MISSING" in account.codes(made)
