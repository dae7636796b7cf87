"""The push against a real ledger: each lead once, whatever happens; what is not known stays so."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from include.errors import AccessDenied, ConfigError, LostAnswer, RejectedByVendor
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps import ledger
from plugins.steps.actions import settle_leftovers
from plugins.steps.amocrm_push import Planned, plan_push
from plugins.steps.amocrm_sdh_statuses import NoMarkers
from plugins.steps.amocrm_statuses import Scope, Statuses
from plugins.steps.applying import Apply
from plugins.steps.smart_data_hub_channels import CreateLead, CreateStatus
from plugins.warehouse import Warehouse
from tests.plugins.steps.amocrm_rows import Account

CONTAINERS = [
    {"id": "new", "title": "Новые", "statuses": [[8200011, 101]]},
    {"id": "won", "title": "Акты", "marker": "success", "statuses": [[8200011, 142]]},
]
FUNNELS = [{"id": "licenses", "title": "Лицензии", "containers": CONTAINERS}]
TARGETS = {"licenses": {"pipeline_id": "p1", "statuses": {"new": "s1"}}}
USUAL = Scope()
OPEN = "update ops.action set state = 'sending', attempts = 1 where run_id = %s"


class Hub:
    """Smart Data Hub with a memory, in the place of its hook. ``script``: faults of the next calls."""

    def __init__(self) -> None:
        self.leads: Counter[str] = Counter()
        self.statuses: list[dict[str, Any]] = []
        self.script: list[Exception | None] = []

    def create_lead(self, body: dict[str, Any]) -> str:
        self._stumble()
        self.leads[body["outer_id"]] += 1
        return f"id-{body['outer_id']}"

    def create_status(self, body: dict[str, Any]) -> str:
        self._stumble()
        self.statuses.append(body)
        return f"status-{len(self.statuses)}"

    def _stumble(self) -> None:
        fault = self.script.pop(0) if self.script else None
        if fault is not None:
            raise fault


class Desk:
    """An account with the push on."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.account, self.hub = warehouse, Account(warehouse), Hub()

    def job(self, scope: Scope = USUAL, **push: Any) -> Statuses:
        told = {"funnels": FUNNELS, "push": {"enabled": True, "funnels": TARGETS} | push}
        settings = AmocrmStatusesSettings.model_validate(told)
        return Statuses(self.account.run_id, settings, datetime.now(UTC), scope)

    def plan(self, scope: Scope = USUAL, **push: Any) -> Planned:
        with self.warehouse.transaction():
            return plan_push(self.warehouse, self.job(scope, **push))

    def channels(self) -> Sequence[Any]:
        hook: Any = self.hub
        return CreateStatus(hook), CreateLead(hook)

    def send(self) -> None:
        Apply(self.warehouse, self.account.run_id, self.channels()).run()

    def settle(self) -> None:
        run = ledger.run(self.warehouse, self.account.run_id)
        settle_leftovers(self.warehouse, run, "smart_data_hub", "smart_data_hub", self.channels())

    def run(self, scope: Scope = USUAL, **push: Any) -> Planned:
        """Make a whole run after the one before."""
        self.account.next_run()
        self.settle()
        planned = self.plan(scope, **push)
        self.send()
        return planned

    def states(self) -> dict[int, str]:
        sql = "select lead_id, state from mart.amocrm_sdh_push order by lead_id"
        return dict(self.warehouse.connection.execute(sql).fetchall())

    def codes(self) -> list[tuple[str, str]]:
        sql = (
            "select codes[1], details::text from ops.run_log "
            "where run_id = %s and codes[1] ~ '^SDH' order by seq"
        )
        return self.warehouse.connection.execute(sql, (self.account.run_id,)).fetchall()

    def reprice(self, lead_id: int) -> None:
        self.warehouse.connection.execute(
            "update mart.amocrm_lead set price = price + 1 where lead_id = %s", (lead_id,)
        )


@pytest.fixture
def desk(warehouse_url: str) -> Iterator[Desk]:
    with psycopg.connect(warehouse_url) as connection:
        desk = Desk(Warehouse(connection))
        desk.account.leads(1, 2, 3)
        desk.account.stand(1, 2, 3)
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
    desk.warehouse.connection.execute(OPEN + " and key = 'lead:31000001-2:licenses'", (desk.account.run_id,))
    assert desk.run().leads == 2
    assert desk.states() == {1: "sent", 2: "unknown", 3: "sent"}


def test_a_cleared_task_goes_on_and_does_not_send_again_what_it_was_sending(desk: Desk) -> None:
    desk.plan()
    desk.warehouse.connection.execute(OPEN + " and key = 'lead:31000001-2:licenses'", (desk.account.run_id,))
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


def test_a_lead_of_two_funnels_is_two_there(desk: Desk) -> None:
    desk.account.stand(1, funnel="renewals", container="r")
    second = {"id": "renewals", "title": "Продление", "containers": [{"id": "r", "title": "Р"}]}
    targets = TARGETS | {"renewals": {"pipeline_id": "p2", "statuses": {"r": "s"}}}
    told = {"funnels": [*FUNNELS, second], "push": {"enabled": True, "funnels": targets}}
    job = Statuses(desk.account.run_id, AmocrmStatusesSettings.model_validate(told), datetime.now(UTC))
    with desk.warehouse.transaction():
        assert plan_push(desk.warehouse, job).leads == 4
    desk.send()
    assert desk.hub.leads["31000001-1"] == desk.hub.leads["31000001-1-renewals"] == 1


def test_asking_for_what_is_off_is_told(desk: Desk) -> None:
    for scope in (Scope(resend_lead_ids=[1]), Scope(operation="push_statuses")):
        with pytest.raises(ConfigError, match="выключена"):
            desk.plan(scope, enabled=False)


CREATE = Scope(operation="push_statuses")


def test_without_words_for_markers_no_status_is_created(desk: Desk) -> None:
    with pytest.raises(NoMarkers, match="success"):
        desk.plan(CREATE)
    assert desk.hub.statuses == []


def test_statuses_are_created_in_order_once_and_leads_follow_in_the_next_run(desk: Desk) -> None:
    desk.account.leads(4)
    desk.account.stand(4, container="won")
    words = {"markers": {"success": "won!"}, "funnels": {"licenses": {"pipeline_id": "p1"}}}
    assert desk.run(CREATE, **words) == Planned(0, 2)
    assert desk.hub.statuses == [
        {"pipeline_id": "p1", "name": "Новые", "position": 1},
        {"pipeline_id": "p1", "name": "Акты", "position": 2, "marker": "won!"},
    ]
    assert desk.run(CREATE, **words) == Planned(4, 0)
    assert desk.hub.leads.total() == 4
    assert len(desk.hub.statuses) == 2


def test_a_status_whose_answer_was_lost_is_never_created_again(desk: Desk) -> None:
    words = {"markers": {"success": "won!"}}
    desk.hub.script = [LostAnswer("Ответа нет")]
    desk.run(CREATE, **words)
    assert desk.run(CREATE, **words).statuses == 0
    assert any(code == "SDH_NOT_SENT" and "«Акты»" in told for code, told in desk.codes())
    assert desk.hub.statuses == []


def test_a_lead_that_left_before_it_was_sent_is_skipped_and_posted_when_it_comes_back(desk: Desk) -> None:
    desk.plan()
    outside = "update mart.amocrm_lead_funnel_state set is_outside = %s where lead_id = 2"
    desk.warehouse.connection.execute(outside, (True,))
    assert desk.run().leads == 2
    assert desk.states() == {1: "sent", 2: "skipped", 3: "sent"}
    desk.warehouse.connection.execute(outside, (False,))
    assert desk.run().leads == 1
    assert desk.states()[2] == "sent"
