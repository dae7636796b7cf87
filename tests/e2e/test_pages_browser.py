"""The pages inside Airflow's UI, in a real browser: log in, start an import, follow it, read what it did."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from sandbox.demo.deal_import import DAG_ID, publish
from tests.e2e.browser import logged_in, no_complaints
from tests.e2e.conftest import Running

ENDED = re.compile("запуск закончен|Импорт закончен|не удался|Не получилось")
WITHIN = 240_000  # milliseconds, for a run of the import
PAGES = ("deal-import", "calltouch", "opencart-catalog")
CATALOG = Path(__file__).parents[1] / "plugins" / "ui" / "catalog.sql"


@pytest.fixture(scope="module")
def ready(stack: Running) -> Running:
    """Let the DAG be parsed and switched on, and the exports lie behind their links."""
    stack.api.wait_for_dag(DAG_ID)
    stack.api.unpause(DAG_ID)
    publish(1)(stack.local.sandbox_url())
    return stack


@pytest.fixture(scope="module")
def page(ready: Running, browser: Browser) -> Iterator[Page]:
    with logged_in(browser, ready.local) as page:
        yield page


@pytest.fixture
def complaints(page: Page) -> Iterator[None]:
    """Make sure that the browser does not complain of our pages."""
    with no_complaints(page, *PAGES):
        yield


def framed(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def open_pages(page: Page, ready: Running) -> FrameLocator:
    page.goto(f"{ready.local.airflow_url()}/plugin/deal-import")
    return framed(page)


def start_import(frame: FrameLocator, source: str, option: str | None = None) -> str:
    row = frame.get_by_role("row").filter(has=frame.locator(f"form[data-source={source}]"))
    if option:
        row.get_by_label(option).check()
    row.get_by_role("button", name="Запустить импорт").click()
    progress = row.get_by_role("status")
    expect(progress).to_contain_text("Запуск начат")
    expect(progress).to_contain_text(ENDED, timeout=WITHIN)
    return progress.inner_text()


@pytest.mark.usefixtures("complaints")
class TestInsideAirflow:
    """Steps of one story, in order: each begins where the one before it ended."""

    def test_the_menu_leads_to_the_sources(self, page: Page, ready: Running, screenshots: Path) -> None:
        page.get_by_role("button", name=re.compile("Browse|Обзор|Просмотр")).click()
        page.get_by_role("menuitem", name="Импорт сделок").click()
        expect(framed(page).get_by_role("heading", name="Импорт сделок")).to_be_visible()
        expect(framed(page).get_by_text("ещё не запускался")).to_have_count(3)
        page.screenshot(path=screenshots / "sources-empty.png")

    def test_the_button_starts_an_import_and_follows_it(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        said = start_import(open_pages(page, ready), "main")
        expect(framed(page).get_by_role("link", name="№ 1")).to_be_visible()
        page.screenshot(path=screenshots / "sources-after-start.png")
        assert "успешно" in said
        assert "привязано: 71" in said

    def test_a_dry_run_changes_nothing_and_is_marked(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        publish(2)(ready.local.sandbox_url())
        said = start_import(open_pages(page, ready), "main", "Пробный запуск")
        assert "частично" in said
        with ready.connect() as connection:
            changed = connection.execute("select 1 from mart.payment where last_run_id <> first_run_id")
            assert changed.fetchone() is None
        framed(page).get_by_role("status").get_by_role("link", name="отчёт").click()
        expect(framed(page).get_by_text("пробный", exact=True)).to_be_visible()

    def test_the_real_run_is_found_in_the_log_and_its_refusal_by_the_filter(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        start_import(open_pages(page, ready), "main")
        frame = framed(page)
        frame.get_by_role("link", name="Журнал запусков").click()
        frame.get_by_label("Состояние").select_option("частично")
        frame.get_by_role("button", name="Показать").click()
        expect(frame.get_by_role("row")).to_have_count(3)
        page.screenshot(path=screenshots / "runs.png")
        frame.get_by_role("link", name="№ 3").click()
        expect(frame.get_by_role("heading", name="Запуск № 3")).to_be_visible()
        page.screenshot(path=screenshots / "run.png")
        frame.get_by_label("Важность").select_option("ошибки")
        frame.get_by_role("button", name="Показать").click()
        expect(frame.locator("table.log tbody tr")).to_have_count(1)
        expect(frame.get_by_text("Сумма или валюта не принимается:")).to_be_visible()
        frame.get_by_text("подробно").click()
        expect(frame.locator("pre")).to_be_visible()
        page.screenshot(path=screenshots / "run-refusal.png")

    def test_a_row_leads_to_the_client_and_its_feed_back_to_the_run(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        frame = open_pages(page, ready)
        frame.get_by_role("link", name="Журнал запусков").click()
        frame.get_by_role("link", name="№ 1").click()
        frame.get_by_label("Итог").select_option("новая сделка")
        frame.get_by_role("button", name="Показать").click()
        expect(frame.get_by_text("36 строк")).to_be_visible()
        frame.locator("table.log tbody tr").filter(has_text="Клиент создан").first.locator("a").first.click()
        expect(frame.get_by_role("heading", name="Лента")).to_be_visible()
        page.screenshot(path=screenshots / "client.png")
        assert re.search(r"\+7\d{3}\*{3}\d{4}|\w\*{3}@", frame.locator(".header").inner_text())
        frame.locator(".feed a", has_text="№ 1").first.click()
        expect(frame.get_by_role("heading", name="Запуск № 1")).to_be_visible()

    def test_the_page_of_a_dag_run_shows_its_report(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        with ready.connect() as connection:
            row = connection.execute("select dag_run_id from ops.run where run_id = 3").fetchone()
        assert row
        address = f"{ready.local.airflow_url()}/dags/{DAG_ID}/runs/{row[0]}/plugin/deal-import-report"
        page.goto(address)
        expect(framed(page).get_by_role("heading", name="Запуск № 3")).to_be_visible()
        page.screenshot(path=screenshots / "dag-run.png")

    def test_the_exchange_has_a_menu_entry_and_pages_of_its_own(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        page.goto(ready.local.airflow_url())
        page.get_by_role("button", name=re.compile("Browse|Обзор|Просмотр")).click()
        page.get_by_role("menuitem", name="Обмен с Calltouch").click()
        frame = framed(page)
        expect(frame.get_by_role("heading", name="Обмен с Calltouch")).to_be_visible()
        page.screenshot(path=screenshots / "calltouch-accounts.png")
        for section, heading in (
            ("Заказы", "Заказы"),
            ("Отправки", "Отправки в Calltouch и 1С"),
            ("Лимиты", "Лимиты Calltouch"),
            ("Журнал запусков", "Журнал запусков"),
        ):
            frame.get_by_role("navigation").get_by_role("link", name=section).click()
            expect(frame.get_by_role("heading", name=heading, exact=True)).to_be_visible()

    def test_the_catalogue_shows_its_plan_in_ukrainian(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        with ready.connect() as connection:
            connection.execute(CATALOG.read_bytes())
        page.goto(ready.local.airflow_url())
        page.get_by_role("button", name=re.compile("Browse|Обзор|Просмотр")).click()
        page.get_by_role("menuitem", name="Каталог").click()
        frame = framed(page)
        expect(frame.locator("table.plan > tbody")).to_have_count(9)
        page.screenshot(path=screenshots / "catalog-plan.png")
        frame.get_by_role("link", name="Ціна 2").click()
        expect(frame.locator("table.plan > tbody")).to_have_count(2)
        frame.get_by_role("searchbox", name="Товар", exact=True).fill("sam-1")
        frame.get_by_role("button", name="Показати").click()
        expect(frame.locator("table.plan > tbody")).to_have_count(1)
        expect(frame.locator("mark", has_text="2,5")).to_be_visible()
        frame.locator(".title a.outside").click()  # Airflow's frame lets nothing out
        expect(frame.locator(".told-once")).to_be_visible()
        frame.get_by_role("link", name="Схожі артикули").click()
        expect(frame.locator(".cyrillic", has_text="А").first).to_be_visible()
        page.screenshot(path=screenshots / "catalog-lookalikes.png")

    def test_the_pages_follow_the_theme_of_airflow(
        self, page: Page, ready: Running, screenshots: Path
    ) -> None:
        shades = {}
        for theme in ("dark", "light"):
            page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
            frame = open_pages(page, ready)
            expect(frame.get_by_role("heading", name="Импорт сделок")).to_be_visible()
            shades[theme] = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
            page.screenshot(path=screenshots / f"sources-{theme}.png")
        assert shades["dark"] != shades["light"]

    def test_nothing_is_wider_than_a_telephone(self, page: Page, ready: Running, screenshots: Path) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        catalog = (("opencart-catalog/", "catalog"), ("opencart-catalog/lookalikes", "lookalikes"))
        ours = (("", "sources"), ("runs", "runs"), ("runs/3", "run"), ("clients/1", "client"))
        for address, name in (*((f"deal-import/{address}", name) for address, name in ours), *catalog):
            page.goto(f"{ready.local.airflow_url()}/{address}")
            page.screenshot(path=screenshots / f"telephone-{name}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_an_answer_that_is_lost_on_the_way_is_not_taken_for_a_failed_import(
    page: Page, ready: Running
) -> None:
    polls = itertools.count(1)

    def lose_a_few(route: Route) -> None:
        if next(polls) in (2, 3, 4):
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile("/dagRuns/"), lose_a_few)
    said = start_import(open_pages(page, ready), "main")
    assert next(polls) > 5
    assert said.startswith("Импорт закончен")
