"""The demo's licence seller: its settings are the containers its figures are worked out with."""

import pytest

from include.settings.amocrm_statuses import load_amocrm_statuses
from sandbox.demo import amocrm_statuses, licence_seller
from sandbox.demo.licence_seller import CONTAINERS
from sandbox.stack.local import DEMO_SETTINGS


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(DEMO_SETTINGS))


def test_the_settings_hold_the_containers_of_the_story() -> None:
    [funnel] = load_amocrm_statuses().mapping.funnels
    assert [(each.container_id, each.marker, each.statuses) for each in funnel.containers] == [
        (each.name, each.marker, each.statuses) for each in CONTAINERS
    ]


def test_only_the_dispute_is_mapped_nowhere() -> None:
    known = {
        (pipeline["id"], status["id"])
        for pipeline in licence_seller.pipeline_rows()
        for status in pipeline["statuses"]
    }
    assert known - load_amocrm_statuses().mapping.places.keys() == {
        (licence_seller.LICENCES, licence_seller.DISPUTE)
    }


def test_every_story_is_told_and_every_lead_stands_somewhere() -> None:
    leads = licence_seller.leads()
    assert len(leads) == 120
    assert {lead.path for lead in leads} == set(licence_seller.PATHS)
    figures = licence_seller.figures(leads)
    assert figures["won"].here == sum(licence_seller.sales(lead) > 0 for lead in leads if lead.counts)
    assert all(figures[name].implied == 0 for name in ("hold", "won", "lost", "back"))


def test_an_hour_later_three_leads_have_moved_and_one_is_gone() -> None:
    assert len(amocrm_statuses.leads_later()) == 119
    before, after = (
        licence_seller.sales_volume(each) for each in (licence_seller.leads(), amocrm_statuses.leads_later())
    )
    assert after > before
