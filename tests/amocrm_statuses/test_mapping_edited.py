"""Settings from the first draft on: the file to begin with, and what another name or another place costs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from include.paths import ROOT
from plugins.pipelines.amocrm_starter import main
from tests.amocrm_account import (
    ACTS,
    FUNNEL,
    LOST,
    NEW,
    SALES,
    SETTINGS,
    AccountAtHand,
    account_in,
    write_settings,
)
from tests.amocrm_statuses.dag_run import DagRun

AT = "2026-01-10T10:00:00Z"
LEADS = [
    {"id": 1, "price": 1000, "path": [[SALES, NEW, AT], [SALES, ACTS, "2026-01-11T10:00:00Z"]]},
    {"id": 2, "price": 500, "path": [[SALES, NEW, AT], [SALES, LOST, "2026-01-12T10:00:00Z"]]},
]
TITLES = "select title from mart.amocrm_container where container_id = 'new'"
BUILDS = "select count(*)::int as builds from mart.amocrm_config_build"


@pytest.fixture
def account(tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with account_in(tmp_path, warehouse_url, DagRun, {}) as account:
        account.crm.order(leads=LEADS)
        yield account


def drafted(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--account", "amocrm"]) == 0
    return capsys.readouterr().out


def test_the_draft_of_an_account_never_read_is_settings_that_fit_it(
    account: AccountAtHand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = drafted(capsys)
    asked = account.asked()
    assert not {"leads", "events", "contacts"} & set(asked)
    (tmp_path / "amocrm_statuses.yaml").write_text(draft, encoding="utf-8")
    run = account.run("manual")
    assert run.state == "success", run.errors
    assert account.figures()["sales"]["leads"] == 2
    assert not account.rows("select 1 from mart.amocrm_mapping_issue where kind = 'unmapped_status'")
    account.forget()
    capsys.readouterr()
    assert drafted(capsys) == draft  # now of what was read
    assert account.asked() == []


def test_the_command_is_one_of_the_shell_and_says_what_it_cannot_do(account: AccountAtHand) -> None:
    command = [sys.executable, "-m", "plugins.pipelines.amocrm_starter", "--account", "nowhere"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "нет Connection «nowhere»" in done.stderr
    assert "Traceback" not in done.stderr


def with_title(first: str, **others: Any) -> dict[str, Any]:
    funnel = json.loads(json.dumps(FUNNEL))
    funnel["containers"][0]["title"] = first
    return {**SETTINGS, "funnels": [{**funnel, **others}]}


def test_another_title_is_seen_after_any_run_and_builds_nothing_anew(
    account: AccountAtHand, tmp_path: Path
) -> None:
    write_settings(tmp_path, with_title("Новые"))
    account.run("manual")
    write_settings(tmp_path, with_title("Заявки", title="Другая воронка"))
    account.an_hour_passes()
    run = account.run("manual")
    assert run.state == "success"
    assert account.rows(TITLES) == [{"title": "Заявки"}]
    assert account.rows("select title from mart.amocrm_funnel") == [{"title": "Другая воронка"}]
    assert account.rows(BUILDS) == [{"builds": 1}]
    assert "AMO_FULL_BUILD" not in account.codes(run)


def test_a_moved_marker_builds_all_anew_of_what_was_read(account: AccountAtHand, tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    account.run("manual")
    assert account.figures()["licenses"]["sales_volume"] == 1000
    funnel = json.loads(json.dumps(FUNNEL))
    won, lost = funnel["containers"][4], funnel["containers"][5]
    won["marker"], lost["marker"] = lost["marker"], won["marker"]
    write_settings(tmp_path, {**SETTINGS, "funnels": [funnel]})
    account.forget()
    run = account.run("manual", rebuild_only=True)
    assert account.asked() == []
    assert account.figures()["licenses"]["sales_volume"] == 500
    assert account.rows(BUILDS) == [{"builds": 2}]
    assert "AMO_FULL_BUILD" in account.codes(run)


def test_all_that_does_not_fit_the_account_is_told_at_once_with_its_line(
    account: AccountAtHand, tmp_path: Path
) -> None:
    text = """\
filter:
  rules:
    - {field: {custom_field_id: 5}, values: [a]}
    - {field: {custom_field_id: 1500101}, operator: gt, values: [5]}
funnels:
  - id: sales
    title: Продажи
    containers:
      - {id: new, title: Новые, statuses: [[8200011, 68100002], [8200011, 77]]}
      - {id: won, title: Акты, marker: success, statuses: [[8200011, 142], [5, 142]]}
custom_fields:
  selected: [6]
  slots: {metrika_cid: 7}
calculated:
  - {id: a, title: А, expression: "price - cf(8) * cf(1500103)"}
policies: {unmapped: fail}
push: {first_cost: 1500101}
"""
    (tmp_path / "amocrm_statuses.yaml").write_text(text, encoding="utf-8")
    run = account.run("manual")
    told = str(run.errors["check_account"])
    for part in (
        "yaml:3: filter.rules.0.field: поля сделки 5 в аккаунте нет",
        "yaml:4: filter.rules.1.operator: оператор gt для такого поля не годится",
        "yaml:5: funnels: статусы воронки «Лицензии» не в контейнерах",
        "yaml:5: funnels: статусы воронки «Продление» не в контейнерах",
        "yaml:9: funnels.0.containers.0.statuses.1: статуса 77 воронки «Лицензии» в аккаунте нет",
        "yaml:10: funnels.0.containers.1.statuses.1: воронки 5 в аккаунте нет",
        "yaml:12: custom_fields.selected.0: поля сделки 6",
        "yaml:13: custom_fields.slots.metrika_cid: поля сделки 7",
        "yaml:15: calculated.0.expression: поля сделки 8",
        "yaml:15: calculated.0.expression: поле «Тип клиента» (1500103) не числовое",
        "yaml:17: push.first_cost: поле «LANDING» (1500101) не числовое",
    ):
        assert part in told, (part, told)
    assert set(account.asked()) == {"account", "pipelines", "fields", "reasons", "users"}
