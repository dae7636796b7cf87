"""How an account lets a run in: tokens that serve once, an account that moves, a person who connects anew."""

import json
import os
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
import requests

from include.paths import ROOT
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.pipelines.amocrm_account import account_hook
from plugins.warehouse import Warehouse
from sandbox.stack.local import AMOCRM_ACCESS
from tests.amocrm_account import FREE, PAID, SETTINGS, AccountAtHand, write_settings
from tests.amocrm_statuses.a_few_leads import marts, opened, run_well, why

CONNECTION = "select state, vendor_account from ops.connection"
IN_TEXTS = """
    select row::text as row from ops.run_log as row
    union all select row::text from ops.run as row
    union all select row::text from ops.connection as row
    union all select row::text from ops.oauth_token as row
    union all select row::text from ops.cursor as row
    union all select item::text from stage.amocrm_statuses_dictionary
"""


@pytest.fixture
def account(tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with opened(tmp_path, warehouse_url, auth="oauth") as account:
        yield account


def tokens(account: AccountAtHand) -> Any:
    return account.crm.order(read="tokens")["tokens"]


def edit_connection(**told: Any) -> None:
    """Let a person edit the Connection: parts of it, or of its extra; None takes one out."""
    known = json.loads(os.environ["AIRFLOW_CONN_AMOCRM"])
    mine = {name: told.pop(name) for name in ("host", "password") if name in told}
    extra = {name: value for name, value in (known["extra"] | told).items() if value is not None}
    os.environ["AIRFLOW_CONN_AMOCRM"] = json.dumps({**known, **mine, "extra": extra})


def by_code(code: str) -> None:
    edit_connection(access_token=None, refresh_token=None, code=code)


def test_tokens_that_have_run_out_are_swapped_once(account: AccountAtHand) -> None:
    run_well(account)
    assert tokens(account)["refreshes"] == 0
    account.crm.order(fault="401", method="account")
    made = run_well(account)
    assert "AMO_TOKENS_RENEWED" in account.codes(made)
    assert account.asked()[:3] == ["account", "token", "account"]
    account.time_passes(datetime.now(UTC) + timedelta(hours=25))
    run_well(account)
    assert account.asked()[:2] == ["token", "account"]
    told = tokens(account)  # counted since the run began
    assert (told["refreshes"], told["spent_shown"], len(told["refresh"])) == (1, 0, 1)


def test_two_workers_that_need_new_tokens_at_once_leave_one_winner(
    account: AccountAtHand, warehouse_url: str
) -> None:
    run_well(account)
    account.time_passes(datetime.now(UTC) + timedelta(hours=25))
    together, settings = Barrier(2), AmocrmStatusesSettings.model_validate(SETTINGS)

    def work(_: int) -> Any:
        with psycopg.connect(warehouse_url, autocommit=True) as connection:
            hook = account_hook(Warehouse(connection), settings)
            together.wait()
            return hook.account()["id"], hook.renew().access

    # The vendor answers slowly, so that both are there while the pair is swapped.
    account.crm.order(ways={"real_delay": 0.2})
    account.crm.order(renumber=True)
    account.crm.fault("401", method="account", times=2)
    with ThreadPoolExecutor(2) as crew:
        found = list(crew.map(work, range(2)))
    assert {number for number, _ in found} == {PAID}
    told = tokens(account)
    assert told["spent_shown"] == 0
    assert len(told["refresh"]) == 1
    account.crm.order(ways={"real_delay": 0.0})
    run_well(account)


def test_a_refused_refresh_asks_for_a_person_and_is_not_tried_again(account: AccountAtHand) -> None:
    run_well(account)
    before = marts(account)
    account.crm.order(revoke=True)
    made = account.run("manual")
    assert account.codes(made) >= {"AMO_REAUTH_REQUIRED"}
    assert account.rows(CONNECTION) == [{"state": "reauth_required", "vendor_account": str(PAID)}]
    assert "Connection «amocrm»" in why(made)
    assert "amocrm». Токен обновления служит один раз." in why(made)
    assert "Авторизуйте интеграцию заново" in why(made)
    account.crm.order(renumber=True)
    assert account.run("manual").state == "failed"
    assert account.asked() == []
    assert account.let_in_anew().state == "success"
    assert account.rows(CONNECTION) == [{"state": "connected", "vendor_account": str(PAID)}]
    run_well(account)
    assert marts(account) == before


@pytest.mark.parametrize("applied", [False, True])
def test_a_lost_answer_to_a_refresh_is_asked_for_once_more_and_no_oftener(
    account: AccountAtHand, applied: bool
) -> None:
    run_well(account)
    account.time_passes(datetime.now(UTC) + timedelta(hours=25))
    account.crm.order(renumber=True)
    account.crm.fault("reset", method="token", applied=applied)
    made = account.run("manual")
    assert account.asked().count("token") == 2
    assert "AMO_REFRESH_UNCERTAIN" in account.codes(made)
    if applied:
        assert "AMO_REAUTH_REQUIRED" in account.codes(made)
        assert account.let_in_anew().state == "success"
    run_well(account)


def test_a_code_is_swapped_once_and_its_account_is_recognised(account: AccountAtHand) -> None:
    by_code(f"code-{PAID}")
    made = run_well(account, operation="connect")
    assert account.asked() == ["token", "account"]
    assert account.codes(made) >= {"AMO_CONNECTED"}
    run_well(account)
    assert "token" not in account.asked()


def test_a_code_that_has_served_is_told_with_what_to_do(account: AccountAtHand) -> None:
    by_code(f"code-{PAID}")
    run_well(account, operation="connect")
    run_well(account, operation="disconnect")
    made = account.run("manual", operation="connect")
    assert "AMO_REAUTH_REQUIRED" in account.codes(made)
    assert "по коду токены не выданы (401), Connection «amocrm»" in why(made)
    assert "Впишите в Connection новый код" in why(made)
    assert "запустите снова" in why(made)
    assert f"code-{PAID}" not in why(made)


def test_an_ordinary_run_takes_up_a_new_code_as_well(account: AccountAtHand) -> None:
    run_well(account)
    by_code(f"code-{PAID}")
    run_well(account)
    assert account.asked()[:2] == ["token", "account"]


@pytest.mark.parametrize("operation", ["connect", None])
def test_another_account_is_refused_and_the_access_there_was_goes_on(
    account: AccountAtHand, operation: str | None
) -> None:
    run_well(account)
    before = (marts(account), os.environ["AIRFLOW_CONN_AMOCRM"])
    by_code(f"code-{FREE}")
    made = account.run("manual", operation=operation)
    assert account.codes(made) >= {"AMO_OTHER_ACCOUNT"}
    assert {str(PAID), str(FREE)} <= set(why(made).replace(",", " ").replace(".", " ").split())
    account.crm.order(renumber=True)
    again = account.run("manual", operation=operation)
    assert (why(again), account.asked()) == (why(made), [])  # the code has served: it is not shown again
    assert account.rows(CONNECTION) == [{"state": "connected", "vendor_account": str(PAID)}]
    os.environ["AIRFLOW_CONN_AMOCRM"] = before[1]
    run_well(account)
    assert "token" not in account.asked()
    assert marts(account) == before[0]
    assert account.rows(CONNECTION) == [{"state": "connected", "vendor_account": str(PAID)}]


def test_after_a_person_has_disconnected_nothing_is_asked_until_they_connect(account: AccountAtHand) -> None:
    run_well(account)
    before = marts(account)
    made = run_well(account, operation="disconnect")
    assert (account.asked(), account.codes(made) >= {"AMO_DISCONNECTED"}) == ([], True)
    assert account.rows("select 1 from ops.oauth_token") == []
    [title] = account.rows("select text from ops.code where code = 'AMO_DISCONNECTED'")
    assert title["text"] == "Подключение отключено человеком"  # of the act, and of a run that is left out
    skipped = account.run("scheduled")
    assert account.run_of(skipped)["state"] == "skipped"
    assert account.asked() == []
    assert run_well(account, rebuild_only=True).state == "success"
    assert account.let_in_anew().state == "success"
    run_well(account)
    assert marts(account) == before


@pytest.mark.parametrize("operation", ["starter", "push_statuses"])
def test_nothing_but_a_person_who_connects_undoes_a_disconnection(
    account: AccountAtHand, operation: str
) -> None:
    run_well(account)
    run_well(account, operation="disconnect")
    account.crm.order(renumber=True)
    made = account.run("manual", operation=operation)
    assert account.run_of(made)["state"] == "skipped"
    assert account.asked() == []
    assert account.rows(CONNECTION) == [{"state": "disconnected", "vendor_account": str(PAID)}]
    for harmless in ("disconnect", "reset"):
        run_well(account, operation=harmless)
        assert account.rows(CONNECTION) == [{"state": "disconnected", "vendor_account": str(PAID)}]


def test_another_account_is_refused_after_disconnecting_too(account: AccountAtHand) -> None:
    run_well(account)
    run_well(account, operation="disconnect")
    by_code(f"code-{FREE}")
    made = account.run("manual", operation="connect")
    assert account.codes(made) >= {"AMO_OTHER_ACCOUNT"}


@pytest.mark.parametrize("way", ["401 of a call", "404 of a refresh"])
def test_an_account_that_has_moved_is_found_and_stays_found(account: AccountAtHand, way: str) -> None:
    run_well(account)
    account.crm.fault("401", method="account")  # so that the access token is one that names its host
    run_well(account)
    port = account.sandbox.url.rpartition(":")[2]
    account.crm.order(rename=f"localhost:{port}")
    if way == "404 of a refresh":
        account.time_passes(datetime.now(UTC) + timedelta(hours=25))
    made = run_well(account)
    assert account.codes(made) >= {"AMO_ACCOUNT_MOVED"}
    assert "subdomain" in account.asked()
    again = run_well(account)
    assert "subdomain" not in account.asked()
    assert "AMO_ACCOUNT_MOVED" not in account.codes(again)
    assert account.rows("select host from ops.connection") == [{"host": f"localhost:{port}"}]


def test_no_token_is_sent_to_a_host_that_nobody_trusts(account: AccountAtHand) -> None:
    run_well(account)
    account.crm.fault("401", method="account")
    run_well(account)
    edit_connection(trusted_hosts=None)
    account.crm.order(rename="amocrm.example:80")
    made = account.run("manual")
    assert made.state == "failed"
    assert "amocrm.example" in why(made)
    assert "amocrm.example" not in str(account.crm.calls())


def test_tokens_nobody_uses_are_kept_alive_even_of_an_inactive_account(
    account: AccountAtHand, tmp_path: Path
) -> None:
    run_well(account)
    write_settings(tmp_path, {**SETTINGS, "account": {"active": False}})
    account.crm.order(renumber=True)
    account.run("scheduled")
    assert account.asked() == []
    account.time_passes(datetime.now(UTC) + timedelta(days=61))
    account.run("scheduled")
    assert account.asked() == ["token"]
    account.run("scheduled")
    assert account.asked() == ["token"]


def test_runs_that_ask_for_nothing_renew_no_tokens_either(account: AccountAtHand) -> None:
    run_well(account)
    account.time_passes(datetime.now(UTC) + timedelta(days=61))
    run_well(account, rebuild_only=True)
    assert account.asked() == []
    run_well(account, operation="disconnect")
    assert account.asked() == []


def test_tokens_that_can_be_kept_alive_no_longer_are_told_by_the_connection(
    account: AccountAtHand, tmp_path: Path
) -> None:
    run_well(account)
    write_settings(tmp_path, {**SETTINGS, "account": {"active": False}})
    account.time_passes(datetime.now(UTC) + timedelta(days=61))
    account.crm.order(revoke=True)
    account.run("scheduled")
    assert account.rows(CONNECTION) == [{"state": "reauth_required", "vendor_account": str(PAID)}]


def test_tokens_refused_for_a_wrong_secret_serve_again_once_it_is_put_right(account: AccountAtHand) -> None:
    run_well(account)
    account.time_passes(datetime.now(UTC) + timedelta(hours=25))
    right = os.environ["AIRFLOW_CONN_AMOCRM"]
    edit_connection(password="wrong")
    account.crm.order(renumber=True)
    assert "AMO_REAUTH_REQUIRED" in account.codes(account.run("manual"))
    account.crm.order(renumber=True)
    assert account.run("manual").state == "failed"
    assert account.asked() == []
    os.environ["AIRFLOW_CONN_AMOCRM"] = right
    run_well(account)
    assert account.asked()[:3] == ["account", "token", "account"]
    assert account.rows(CONNECTION) == [{"state": "connected", "vendor_account": str(PAID)}]


def test_a_disconnection_in_the_demo_is_undone_as_the_page_says(account: AccountAtHand) -> None:
    edit_connection(access_token=None, refresh_token=None, **AMOCRM_ACCESS)
    run_well(account)
    run_well(account, operation="disconnect")
    assert "по коду токены не выданы" in why(account.run("manual", operation="connect"))
    page = (ROOT / "docs" / "amocrm.md").read_text(encoding="utf-8")
    [command] = [line for line in page.splitlines() if line.startswith("curl ")]
    curl, silent, posts, body, url = shlex.split(command)
    assert (curl, silent, posts) == ("curl", "-sS", "-d")  # what it does is done here without it
    requests.post(
        url.replace("$DEALFLOW_SANDBOX_URL", account.sandbox.url), body, timeout=10
    ).raise_for_status()
    assert account.run_of(run_well(account, operation="connect"))["state"] == "success"
    run_well(account)
    assert account.rows(CONNECTION) == [{"state": "connected", "vendor_account": str(PAID)}]


def test_a_token_that_lives_long_is_never_renewed(tmp_path: Path, warehouse_url: str) -> None:
    with opened(tmp_path, warehouse_url) as account:
        run_well(account)
        account.crm.fault("401", method="leads")
        made = account.run("manual")
        assert account.codes(made) >= {"AMO_REAUTH_REQUIRED"}
        assert account.asked().count("token") == 0
        assert "(Connection «amocrm»). Авторизуйте" in why(made)


def test_no_secret_is_anywhere_to_be_read(account: AccountAtHand, caplog: pytest.LogCaptureFixture) -> None:
    by_code(f"code-{PAID}")
    run_well(account)
    account.time_passes(datetime.now(UTC) + timedelta(hours=25))
    run_well(account)
    account.crm.fault("reset", method="token", applied=True)
    account.time_passes(datetime.now(UTC) + timedelta(hours=50))
    made = account.run("manual")
    told = tokens(account)
    secrets = [*told["access"], *told["refresh"], f"code-{PAID}", f"refresh-{PAID}-1", f"refresh-{PAID}-2"]
    secrets += ["secret-of-tests"]
    texts = [caplog.text, *map(repr, made.errors.values()), *(row["row"] for row in account.rows(IN_TEXTS))]
    assert not [secret for secret in secrets for text in texts if secret in text]
