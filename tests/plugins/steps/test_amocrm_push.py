"""The push against a real ledger: each lead once, whatever happens; what is not known stays so."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from include.errors import AccessDenied, ConfigError, LostAnswer, RejectedByVendor
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps.amocrm_push import Planned, plan_push
from plugins.steps.amocrm_statuses import Scope, Statuses
from tests.plugins.steps.amocrm_desk import FUNNELS, SENDING, TARGETS, Desk, desk_at


@pytest.fixture
def desk(warehouse_url: str) -> Iterator[Desk]:
    with desk_at(warehouse_url) as desk:
        yield desk


def test_while_it_is_off_nothing_is_planned(desk: Desk) -> None:
    assert desk.plan(enabled=False) == Planned()


def test_in_twenty_runs_each_lead_is_posted_once(desk: Desk) -> None:
    for turn in range(20):
        desk.reprice(1)
        assert desk.run().leads == (3 if turn == 0 else 0)
    assert desk.hub.leads == {f"31000001-{lead_id}": 1 for lead_id in (1, 2, 3)}
    assert desk.states() == {1: "sent", 2: "sent", 3: "sent"}


def test_the_remote_number_is_kept(desk: Desk) -> None:
    desk.run()
    row = desk.warehouse.connection.execute(
        "select remote_id, attempts, http_status, pushed_at < now() "
        "from mart.amocrm_sdh_push where lead_id = 1"
    ).fetchone()
    assert row == ("id-31000001-1", 1, 200, True)


def test_deleted_and_outside_leads_and_those_of_before_are_never_posted(desk: Desk) -> None:
    desk.warehouse.connection.execute("update mart.amocrm_lead set is_deleted = true where lead_id = 1")
    desk.warehouse.connection.execute(
        "update mart.amocrm_lead_funnel_state set is_outside = true where lead_id = 2"
    )
    old = datetime(2025, 12, 31, 20, 59, tzinfo=UTC)  # a minute before midnight in Moscow
    desk.warehouse.connection.execute(
        "update mart.amocrm_lead_funnel_state set created_at = %s where lead_id = 3", (old,)
    )
    assert desk.run(Scope(resend_lead_ids=[1, 2, 3]), created_from="2026-01-01").leads == 0
    [(code, told)] = desk.codes()
    assert code == "SDH_NOT_SENT"
    assert "1, 2, 3" in told


def test_a_lost_answer_is_unknown_for_good_until_a_person_names_the_lead(desk: Desk) -> None:
    desk.hub.script = [LostAnswer("Ответа нет")]
    desk.run()
    assert desk.states() == {1: "unknown", 2: "sent", 3: "sent"}
    for _ in range(3):
        desk.reprice(1)
        assert desk.run().leads == 0
    assert desk.run(mode="repost_changed").leads == 0
    assert desk.run(Scope(resend_lead_ids=[1])).leads == 1
    assert desk.states()[1] == "sent"
    assert desk.hub.leads["31000001-1"] == 1


def test_a_process_killed_while_it_sent_leaves_an_unknown_lead(desk: Desk) -> None:
    desk.plan()
    desk.warehouse.connection.execute(
        SENDING + " and key = 'lead:31000001-2:licenses'", (desk.account.run_id,)
    )
    assert desk.run().leads == 2
    assert desk.states() == {1: "sent", 2: "unknown", 3: "sent"}


def test_a_cleared_task_goes_on_and_does_not_send_again_what_it_was_sending(desk: Desk) -> None:
    desk.plan()
    desk.warehouse.connection.execute(
        SENDING + " and key = 'lead:31000001-2:licenses'", (desk.account.run_id,)
    )
    desk.send()
    assert desk.states() == {1: "sent", 2: "unknown", 3: "sent"}
    assert desk.hub.leads == {"31000001-1": 1, "31000001-3": 1}


def test_a_refused_lead_stops_nobody_and_is_tried_again_only_when_it_changes(desk: Desk) -> None:
    desk.hub.script = [
        None,
        RejectedByVendor("Нет воронки", http_status=400, response={"detail": "Нет воронки"}),
    ]
    desk.run()
    assert desk.states() == {1: "sent", 2: "failed", 3: "sent"}
    assert desk.run().leads == 0
    desk.reprice(2)
    assert desk.run().leads == 1
    assert desk.states()[2] == "sent"


def test_no_access_stops_the_run_and_the_next_one_goes_on(desk: Desk) -> None:
    desk.hub.script = [None, AccessDenied("Токен не принят", http_status=401)]
    with pytest.raises(AccessDenied):
        desk.run()
    assert desk.states() == {1: "sent", 2: "new", 3: "new"}
    assert desk.run().leads == 2
    assert desk.hub.leads == {f"31000001-{lead_id}": 1 for lead_id in (1, 2, 3)}


def test_changed_leads_are_posted_again_only_if_the_settings_say_so(desk: Desk) -> None:
    desk.run()
    desk.reprice(2)
    assert desk.run().leads == 0
    assert desk.run(mode="repost_changed").leads == 1
    assert desk.hub.leads["31000001-2"] == 2
    assert desk.run(mode="repost_changed").leads == 0


def test_a_container_without_a_status_is_told_once_a_run(desk: Desk) -> None:
    desk.account.leads(4, 5)
    desk.account.stand(4, 5, container="won")
    assert desk.run().leads == 3
    [(code, told)] = desk.codes()
    assert code == "SDH_NO_STATUS"
    assert "Акты" in told
    assert '"leads": 2' in told


def test_a_lead_of_two_funnels_is_two_there_whatever_the_order_of_funnels(desk: Desk) -> None:
    desk.account.stand(1, funnel="renewals", container="r")
    second = {"id": "renewals", "title": "Продление", "containers": [{"id": "r", "title": "Р"}]}
    targets = TARGETS | {"renewals": {"pipeline_id": "p2", "statuses": {"r": "s"}}}
    push = {"enabled": True, "mode": "repost_changed", "funnels": targets}

    def planned(*funnels: Any) -> int:
        told = {"funnels": list(funnels), "push": push}
        desk.account.next_run()
        job = Statuses(desk.account.run_id, AmocrmStatusesSettings.model_validate(told), datetime.now(UTC))
        with desk.warehouse.transaction():
            found = plan_push(desk.warehouse, job)
        desk.send()
        return found.leads

    assert planned(*FUNNELS, second) == 4
    assert desk.hub.leads["31000001-1"] == desk.hub.leads["31000001-1-renewals"] == 1
    assert planned(second, *FUNNELS) == 0
    desk.account.stand(2, funnel="renewals", container="r")
    assert planned(second, *FUNNELS) == 1
    assert desk.hub.leads["31000001-2-renewals"] == 1


@pytest.mark.parametrize("mode", ["create_only", "repost_changed"])
def test_a_funnel_renamed_in_the_settings_is_no_reason_to_post_again(desk: Desk, mode: str) -> None:
    desk.run()
    run = desk.warehouse.connection.execute
    run("update mart.amocrm_lead_funnel_state set funnel_id = 'licences'")
    told = {
        "funnels": [FUNNELS[0] | {"id": "licences"}],
        "push": {"enabled": True, "mode": mode, "funnels": {"licences": TARGETS["licenses"]}},
    }
    desk.account.next_run()
    job = Statuses(desk.account.run_id, AmocrmStatusesSettings.model_validate(told), datetime.now(UTC))
    with desk.warehouse.transaction():
        assert plan_push(desk.warehouse, job).leads == 0
    rows = run("select distinct funnel_id, state from mart.amocrm_sdh_push").fetchall()
    assert rows == [("licences", "sent")]


def test_what_went_wrong_is_told_even_if_the_run_fails_afterwards(desk: Desk) -> None:
    desk.hub.script = [
        RejectedByVendor("Нет воронки", http_status=400),
        LostAnswer("Ответа нет"),
        AccessDenied("Токен не принят", http_status=401),
    ]
    with pytest.raises(AccessDenied):
        desk.run()
    told = [code for code, _ in desk.codes()]
    desk.run()
    assert sorted(told + [code for code, _ in desk.codes()]) == ["SDH_FAILED", "SDH_UNKNOWN"]


def test_asking_for_what_is_off_is_told(desk: Desk) -> None:
    for scope in (Scope(resend_lead_ids=[1]), Scope(operation="push_statuses")):
        with pytest.raises(ConfigError, match="выключена"):
            desk.plan(scope, enabled=False)


def test_a_lead_that_left_before_it_was_sent_is_skipped_and_posted_when_it_comes_back(desk: Desk) -> None:
    desk.plan()
    outside = "update mart.amocrm_lead_funnel_state set is_outside = %s where lead_id = 2"
    desk.warehouse.connection.execute(outside, (True,))
    assert desk.run().leads == 2
    assert desk.states() == {1: "sent", 2: "skipped", 3: "sent"}
    desk.warehouse.connection.execute(outside, (False,))
    assert desk.run().leads == 1
    assert desk.states()[2] == "sent"
