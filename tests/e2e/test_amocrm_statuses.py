"""
``amocrm_statuses`` on a running Airflow, and «Воронка» in a real browser: a mapping is tried in three ways.

The steps are one story, in order: each begins where the one before it ended.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from psycopg.rows import dict_row

from sandbox.control import Control
from sandbox.demo import amocrm_statuses, licence_seller
from sandbox.demo.amocrm_statuses import DAG_ID, FIRST
from sandbox.stack.local import DEMO_SETTINGS
from tests.e2e import running
from tests.e2e.airflow_user import Airflow
from tests.e2e.browser import logged_in, no_complaints
from tests.e2e.running import Running

WITHIN = 240_000  # milliseconds, for a run
DISPUTE = f"{licence_seller.LICENCES}:{licence_seller.DISPUTE}"  # which the settings have in no container
MOVED = "«Спор» в «Ждёт клиента». Ждёт клиента: 16 прошли, было 8."
ENDED = re.compile("Запуск закончен|не удался|Не получилось")


@pytest.fixture(scope="module")
def seller(stack: Running) -> Airflow:
    """Let the licence seller have an account that nobody has read yet."""
    api, url = stack.api.of(DAG_ID), stack.local.sandbox_url()
    api.end_all_runs()
    stack.begin_with(running.FIRST)
    shutil.copy(DEMO_SETTINGS / f"{DAG_ID}.yaml", stack.local.settings.parent)
    Control(url).vendor("smart_data_hub").order(reset=True)
    amocrm_statuses.reset(url)
    amocrm_statuses.open_account(url)
    api.wait_for_dag(DAG_ID)
    api.unpause(DAG_ID)
    return api


@pytest.fixture(scope="module")
def page(stack: Running, browser: Browser) -> Iterator[Page]:
    with logged_in(browser, stack.local) as page:
        yield page


@pytest.fixture(autouse=True)
def complaints(page: Page) -> Iterator[None]:
    with no_complaints(page, "funnel"):
        yield


def mapping(page: Page, stack: Running) -> FrameLocator:
    """Open «Сопоставление» anew, figures and all."""
    page.goto(f"{stack.local.airflow_url()}/plugin/funnel")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Сопоставление").click()
    expect(frame.locator("#containers .figures b").first).to_be_visible()
    return frame


def tried(frame: FrameLocator) -> tuple[str, str]:
    """Give the YAML and the figures once they are those of the move."""
    expect(frame.locator("#said")).to_have_text(MOVED)
    return frame.locator("#yaml").input_value(), frame.locator("#containers").inner_text()


@pytest.fixture(scope="module")
def dragged(seller: Airflow, stack: Running, page: Page, screenshots: Path) -> tuple[str, str]:
    """Read the account, then drag a status into a container; give what the page says of it."""
    assert seller.ended(seller.start()) == "success"
    frame = mapping(page, stack)
    frame.locator(f"#statuses [data-status='{DISPUTE}']").drag_to(frame.locator("[data-container=hold]"))
    found = tried(frame)
    page.screenshot(path=screenshots / "funnel-mapping.png", full_page=True)
    return found


def test_a_run_lays_the_leads_into_the_funnel_and_hands_the_last_over(
    dragged: tuple[str, str], stack: Running
) -> None:
    [run] = stack.rows("select * from ops.run where pipeline = %s", DAG_ID)
    assert {name: count for name, count in run["counters"].items() if count} == {
        name: count for name, count in FIRST.items() if count
    }
    with stack.connect() as connection:
        connection.row_factory = dict_row  # type: ignore[assignment]
        [funnel] = amocrm_statuses.funnel_of(licence_seller.leads())(connection)
    assert list(funnel.problems) == []
    assert [seen.problems for seen in amocrm_statuses.handed_over(stack.local.sandbox_url())] == [[]]


def test_dragging_shows_what_would_change_and_gives_the_yaml(dragged: tuple[str, str]) -> None:
    yaml, figures = dragged
    assert "- [8200011, 68100011]  # Лицензии: Спор" in yaml
    assert "8 → стало 16 ▲" in " ".join(figures.split())


def test_the_keyboard_does_the_same(
    dragged: tuple[str, str], stack: Running, page: Page, seller: Airflow
) -> None:
    frame = mapping(page, stack)
    frame.locator(f"#statuses [data-status='{DISPUTE}'] button").focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert tried(frame) == dragged
    frame.get_by_label("Название контейнера 2").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(frame.locator("#said")).to_contain_text("«Расчет КП» теперь 3-й из 7")
    frame.get_by_role("button", name="Вернуть как в настройках").click()
    expect(frame.locator("#said")).to_contain_text("как в настройках")


def test_a_phone_chooses_from_lists_and_nothing_is_wider_than_it(
    dragged: tuple[str, str], stack: Running, page: Page, screenshots: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("", "utm", "refusals", f"leads/{licence_seller.FIRST_LEAD}", "mapping"):
        page.goto(f"{stack.local.airflow_url()}/funnel/{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.locator(f"#statuses [data-status='{DISPUTE}'] select").select_option(label="Ждёт клиента")
    expect(page.locator("#said")).to_have_text(MOVED)
    assert page.locator("#yaml").input_value() == dragged[0]
    page.screenshot(path=screenshots / "funnel-phone.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 1000})


def test_a_button_asks_for_the_starter_and_disconnecting_asks_for_a_word(
    dragged: tuple[str, str], stack: Running, page: Page, screenshots: Path
) -> None:
    page.goto(f"{stack.local.airflow_url()}/plugin/funnel")
    frame = page.frame_locator("iframe")
    expect(frame.locator("table.funnel tbody tr")).to_have_count(len(licence_seller.CONTAINERS))
    page.screenshot(path=screenshots / "funnel.png")
    frame.get_by_text("Изменить подключение").click()
    frame.get_by_role("button", name="Отключить").click()  # the word is not typed: the form stays
    form = frame.locator("form.operation").filter(has=frame.get_by_role("button", name="Заготовка настроек"))
    form.get_by_role("button").click()
    expect(form.get_by_role("status")).to_contain_text(ENDED, timeout=WITHIN)
    [told] = stack.rows("select count(*) as starters from ops.run_log where 'AMO_STARTER' = any(codes)")
    assert told["starters"] == 1
    assert stack.rows("select state from ops.connection where target = 'amocrm'") == [{"state": "connected"}]
