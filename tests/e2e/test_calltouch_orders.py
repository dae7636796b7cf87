"""calltouch_orders on a running Airflow: the form, a backfill, Clear, and a budget that is spent."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.demo.calltouch_orders import DAG_ID, FIRST_DAY
from sandbox.demo.motor_shop import expected
from sandbox.demo.motor_shop_documents import order_key
from tests.e2e.airflow_user import backfill
from tests.e2e.motor_shop import ACCOUNT, MotorShop
from tests.e2e.running import Running

WITHIN = 240_000  # milliseconds, for a run
TRIGGER = re.compile("Trigger|Запус")
SUCCESS = re.compile("^(Success|Успех)$")
DEALS = {key for key, becomes in expected(1).items() if becomes.account == ACCOUNT and becomes.status}


@pytest.fixture
def shop(stack: Running) -> Iterator[MotorShop]:
    """Open the shop for a test, and leave no run behind."""
    opened = MotorShop(stack)
    yield opened
    opened.api.end_all_runs()
    opened.api.pause()


@pytest.fixture
def page(stack: Running, browser: Browser) -> Iterator[Page]:
    """Log in by the form, as a person does."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="ru-RU")
    page = context.new_page()
    page.goto(stack.local.airflow_url())
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(stack.local.secrets["admin_password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("^(?!.*login).*$"))
    yield page
    context.close()


def run_by_form(shop: MotorShop, page: Page, mode: str, document: str, picture: Path) -> str:
    """Choose a mode and a document in the form, and watch the run until it succeeds; give its id."""
    page.goto(f"{shop.local.airflow_url()}/dags/{DAG_ID}")
    page.get_by_role("button", name=TRIGGER).first.click()
    form = page.get_by_role("dialog")
    form.locator("#element_mode").click()
    page.get_by_role("option", name=mode, exact=True).click()
    form.locator("[name=element_account]").fill(ACCOUNT)
    form.get_by_role("button", name="Вручную").click()
    form.locator("[name=element_document]").fill(document)
    page.screenshot(path=picture.with_suffix(".form.png"))
    form.get_by_role("button", name=TRIGGER).last.click()
    page.wait_for_url("**/runs/manual__*")
    dag_run_id = page.url.rpartition("/")[2]
    heading = page.get_by_role("heading", name=dag_run_id)
    expect(heading.locator("xpath=..").get_by_text(SUCCESS)).to_be_visible(timeout=WITHIN)
    page.screenshot(path=picture.with_suffix(".run.png"))
    return dag_run_id


def test_the_form_sends_one_order_and_then_checks_it(shop: MotorShop, page: Page, screenshots: Path) -> None:
    number = "Заказ покупателя СД00-000101"
    sent = run_by_form(
        shop, page, "Отправить один заказ", f"{number} {FIRST_DAY.year}", screenshots / "send-one"
    )
    assert shop.runs(sent)[ACCOUNT]["state"] == "success"
    assert shop.deals().keys() == {order_key(101)}
    checked = run_by_form(
        shop, page, "Проверить один заказ, ничего не отправляя", order_key(101), screenshots / "check-one"
    )
    told = shop.api.told(checked, "exchange.plan_deals")
    assert "Отличий от 1С нет" in told
    assert shop.counts() == {"created": 1}


def test_a_backfill_sends_the_orders_of_its_interval_and_no_others(shop: MotorShop) -> None:
    nine = datetime.fromisoformat(f"{FIRST_DAY}T09:00:00+03:00")
    backfill(shop.local, nine.isoformat(), nine.isoformat(), dag_id=DAG_ID)
    [dag_run] = shop.api.dag_runs(run_type="backfill")
    assert shop.api.ended(dag_run["dag_run_id"], 200) == "success"
    assert dag_run["data_interval_end"] > dag_run["data_interval_start"]
    within = timedelta(minutes=10)
    assert shop.deals().keys() == {order_key(number) for number in (101, 102, 103, 104)}
    rows = shop.stack.rows("select key from ops.action where kind = 'create' and state = 'done'")
    dates = shop.stack.rows("select order_ref::text, ordered_at from mart.erp_order")
    at = {row["order_ref"]: row["ordered_at"] for row in dates}
    assert all(nine <= at[row["key"]] < nine + within for row in rows)


def test_a_refused_token_fails_the_run_and_clear_goes_on_with_its_plan(shop: MotorShop) -> None:
    shop.control.calltouch().fault("401", method="create")
    dag_run_id = shop.api.start(account=ACCOUNT)
    assert shop.api.ended(dag_run_id, 200) == "failed"
    assert shop.state(dag_run_id, "send_deals") == "failed"
    assert (shop.runs(dag_run_id)[ACCOUNT]["state"], shop.counts()) == ("failed", {})
    shop.api.clear(dag_run_id, "exchange.send_deals")
    assert shop.api.ended(dag_run_id, 200) == "success"
    assert shop.deals().keys() == DEALS
    assert shop.counts() == {"created": len(DEALS)}
    assert shop.runs(dag_run_id)[ACCOUNT]["state"] == "success"
    shop.api.clear(dag_run_id, "exchange.send_deals")
    shop.api.ended(dag_run_id, 200)
    assert shop.counts() == {"created": len(DEALS)}


def test_a_spent_budget_puts_the_task_to_sleep_and_it_goes_on_in_the_next_window(shop: MotorShop) -> None:
    shop.spend_the_hour()
    dag_run_id = shop.api.start(account=ACCOUNT)
    shop.wait_until_asleep(dag_run_id)
    waiting = shop.runs(dag_run_id)[ACCOUNT]
    assert (waiting["state"], waiting["waits_until"] is None) == ("running", False)
    assert {task["state"] for task in shop.api.tasks(dag_run_id)}.isdisjoint({"running", "queued"})
    assert shop.counts() == {}
    shop.let_the_hour_end()
    assert shop.api.ended(dag_run_id, 200) == "success"
    assert shop.deals().keys() == DEALS
    assert shop.counts() == {"created": len(DEALS)}
    assert shop.runs(dag_run_id)[ACCOUNT]["state"] == "success"


def test_a_run_by_hand_takes_over_from_one_that_waits(shop: MotorShop) -> None:
    shop.spend_the_hour()
    waiting = shop.api.start(account=ACCOUNT)
    shop.wait_until_asleep(waiting)
    by_hand = shop.api.start(mode="send_one", account=ACCOUNT, document=order_key(101))
    shop.wait_until_asleep(by_hand)
    gave_way = shop.runs(waiting)[ACCOUNT]
    assert (gave_way["state"], "Уступил место" in gave_way["error"]) == ("partial", True)
    shop.let_the_hour_end()
    assert sorted(shop.api.all_ended([waiting, by_hand], 200)) == ["success", "success"]
    assert shop.deals().keys() == {order_key(101)}
    assert shop.counts() == {"created": 1}
    assert shop.runs(by_hand)[ACCOUNT]["state"] == "success"
