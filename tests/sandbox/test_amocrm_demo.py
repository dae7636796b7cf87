"""The demo's licence seller: its settings are those of its figures, its steps do what they promise."""

import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from include.paths import ROOT
from include.settings.amocrm_statuses import load_amocrm_statuses
from sandbox.demo import amocrm_statuses, licence_seller
from sandbox.demo.licence_seller import CONTAINERS
from sandbox.demo.queries import AMOCRM
from sandbox.demo.steps import DemoStep
from sandbox.stack.local import DEMO_SETTINGS
from tests.amocrm_account import AccountAtHand, account_in
from tests.amocrm_statuses.dag_run import DagRun

DOCS = ROOT / "docs" / "amocrm.md"


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


def assert_promised(account: AccountAtHand, step: DemoStep, made: Any) -> None:
    row = account.run_of(made)
    assert row["state"] == step.states["amocrm"], row["error"]
    counted = {name: row["counters"].get(name, 0) for name in step.expected["amocrm"]}
    assert counted == step.expected["amocrm"], step.title
    with psycopg.connect(account.warehouse_url, row_factory=dict_row) as connection:
        seen = [*(step.held(connection) if step.held else ())]
    seen += step.after(account.sandbox.url) if step.after else ()
    assert [problem for each in seen for problem in each.problems] == [], step.title


def documented() -> list[tuple[str, str]]:
    """Give the queries of the pipeline's page, each with its first line."""
    blocks = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    queries = [query.strip() for block in blocks for query in block.split(";")]
    return [(query.splitlines()[0], query) for query in queries if query]


@pytest.mark.parametrize("is_paid", [True, False], ids=["filters_paid", "filters_not_paid"])
def test_every_step_does_what_it_promises(
    tmp_path: Path, warehouse_url: str, airflow_db: str, is_paid: bool
) -> None:
    with account_in(tmp_path, warehouse_url, DagRun) as account:
        shutil.copy(DEMO_SETTINGS / "amocrm_statuses.yaml", tmp_path)
        account.crm.order(account={"filters": is_paid})
        for step in amocrm_statuses.STEPS:
            if step.before:
                step.before(account.sandbox.url)
            assert_promised(account, step, account.run("manual", **step.conf))
        for title, query in [*AMOCRM, *documented()]:
            assert account.rows(query), title


def test_a_look_tells_what_is_not_as_promised(tmp_path: Path, warehouse_url: str, airflow_db: str) -> None:
    with account_in(tmp_path, warehouse_url, DagRun) as account:
        assert [seen.problems for seen in amocrm_statuses.handed_over(account.sandbox.url)] == [
            ["5 leads were to be there once"]
        ]
    with psycopg.connect(warehouse_url, row_factory=dict_row) as connection:
        assert amocrm_statuses.starter_told(connection)[0].problems
        assert len(amocrm_statuses.funnel_of(licence_seller.leads())(connection)[0].problems) == 2
