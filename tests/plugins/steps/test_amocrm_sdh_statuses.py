"""Statuses of Smart Data Hub made for our containers: in order, once, and only when all words are known."""

from collections.abc import Iterator

import pytest

from include.errors import LostAnswer
from plugins.steps.amocrm_push import Planned
from plugins.steps.amocrm_sdh_statuses import NoMarkers
from plugins.steps.amocrm_statuses import Scope
from tests.plugins.steps.amocrm_desk import Desk, desk_at

CREATE = Scope(operation="push_statuses")


@pytest.fixture
def desk(warehouse_url: str) -> Iterator[Desk]:
    with desk_at(warehouse_url) as desk:
        yield desk


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
    assert any(code == "SDH_STATUSES" and "будет заведено: 2" in told for code, told in desk.codes())
    assert desk.run(CREATE, **words) == Planned(4, 0)
    assert any(code == "SDH_STATUSES" and "заводить нечего" in told for code, told in desk.codes())
    assert desk.hub.leads.total() == 4
    assert len(desk.hub.statuses) == 2


def test_a_status_whose_answer_was_lost_is_never_created_again(desk: Desk) -> None:
    words = {"markers": {"success": "won!"}}
    desk.hub.script = [LostAnswer("Ответа нет")]
    desk.run(CREATE, **words)
    assert desk.run(CREATE, **words).statuses == 0
    assert any(code == "SDH_NOT_SENT" and "«Акты»" in told for code, told in desk.codes())
    assert desk.hub.statuses == []
