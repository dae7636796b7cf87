"""
The four ways to run the import, each tried on a running Airflow.

They are the form in the UI, the schedule, the task log that tells what happened, and ``airflow backfill
create`` over several dates; and Clear, which is how a finished run is run once more.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from include.deal_import.wording import OUTCOMES
from include.wording import file_size
from sandbox.demo.deal_import import DAG_ID, STEPS, counters
from sandbox.demo.people import person, spelled
from sandbox.stack.api import ApiFailed
from sandbox.stack.components import COMPONENTS, Components
from sandbox.stack.local import child_environment
from tests.e2e.airflow_user import backfill
from tests.e2e.conftest import FIFTH, SIXTH, Imported
from tests.e2e.running import FIRST, TWICE, VIEWER_PASSWORD, Running, crowd, wait_until

FIRST_MAIN = STEPS[0].expected["main"]
PEOPLE = range(1, 210)  # of the demo
MOSCOW = ZoneInfo("Europe/Moscow")
WITHIN = 240_000  # milliseconds, for a run of the import
TRIGGER = re.compile("Trigger|Запус")
RUNNING = re.compile("^(Running|Выполняется)$")
SUCCESS = re.compile("^(Success|Успех)$")


def test_everything_is_healthy_within_40_seconds(stack: Running) -> None:
    assert stack.healthy_after < 40 * crowd()


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


def run_by_form(stack: Running, page: Page, source: str, picture: Path, *, dry_run: bool) -> str:
    """Fill in the form, press the button, and watch the run until it succeeds; give its id."""
    page.goto(f"{stack.local.airflow_url()}/dags/{DAG_ID}")
    page.get_by_role("button", name=TRIGGER).first.click()
    form = page.get_by_role("dialog")
    form.locator("[name=element_source]").fill(source)
    expect(form.get_by_text("Только план: показать в журнале")).to_be_visible()
    if dry_run:
        form.locator('[id="switch:element_dry_run"]').click()
    page.screenshot(path=picture.with_suffix(".form.png"))
    form.get_by_role("button", name=TRIGGER).last.click()
    page.wait_for_url("**/runs/manual__*")
    dag_run_id = page.url.rpartition("/")[2]
    heading = page.get_by_role("heading", name=dag_run_id)
    expect(heading.locator("xpath=..").get_by_text(SUCCESS)).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text(RUNNING)).to_have_count(0)
    page.screenshot(path=picture.with_suffix(".run.png"))
    return dag_run_id


def test_the_form_in_the_ui_starts_a_trial_and_then_the_import(
    stack: Running, page: Page, screenshots: Path
) -> None:
    stack.begin_with(FIRST, "main", "admitad")
    before = stack.books()
    trial = run_by_form(stack, page, "main", screenshots / "trigger-trial", dry_run=True)
    assert stack.books() == before
    real = run_by_form(stack, page, "main", screenshots / "trigger-real", dry_run=False)
    runs = [*stack.runs(trial), *stack.runs(real)]
    assert [(run["source"], run["dry_run"], run["trigger"], run["state"]) for run in runs] == [
        ("main", True, "manual", "success"),
        ("main", False, "manual", "success"),
    ]
    assert [run["counters"] for run in runs] == [FIRST_MAIN, FIRST_MAIN]
    assert len(stack.books()["payments"]) == FIRST_MAIN["created"] + FIRST_MAIN["bound"]
    assert stack.api.task(trial, "import_source.apply_import")["state"] == "skipped"


def latest_slot() -> datetime:
    """Give the last moment that the schedule names: 06:00 or 18:00 in Moscow."""
    now = datetime.now(MOSCOW)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    slots = (midnight + timedelta(hours=hour) for hour in (-6, 6, 18))
    return max(slot for slot in slots if slot <= now)


@contextmanager
def obeying_schedules(stack: Running, folder: Path) -> Iterator[None]:
    """Add a scheduler that starts DAGs by their timetables, which the stack's own was told not to do."""
    settings = stack.local.environment() | {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "True"}
    parts = Components(folder, folder / "components.json")
    parts.start("scheduler", COMPONENTS["scheduler"], child_environment(settings))
    try:
        yield
    finally:
        parts.stop()


def test_the_schedule_starts_one_run_for_the_latest_slot(stack: Running, tmp_path: Path) -> None:
    stack.begin_with(FIRST, "main")
    stack.api.pause()
    possible = {latest_slot()}
    with obeying_schedules(stack, tmp_path):
        stack.api.unpause(DAG_ID)
        wait_until(lambda: bool(stack.api.dag_runs(run_type="scheduled")), "the schedule started nothing")
        possible.add(latest_slot())
        [planned] = stack.api.dag_runs(run_type="scheduled")
        assert stack.api.ended(planned["dag_run_id"]) == "success"
    assert planned["logical_date"] == planned["run_after"]
    assert datetime.fromisoformat(planned["logical_date"]) in possible
    [run] = stack.runs(planned["dag_run_id"])
    assert (run["trigger"], run["state"], run["counters"]) == ("scheduled", "success", FIRST_MAIN)
    assert run["logical_date"] in possible
    [file] = stack.rows("select * from ops.landed_file")
    assert Path(file["uri"].removeprefix("file://")).stat().st_size == file["bytes"]
    assert len(stack.books()["payments"]) == FIRST_MAIN["created"] + FIRST_MAIN["bound"]


def test_the_task_log_tells_the_story_and_gives_nobody_away(stack: Running) -> None:
    stack.begin_with(FIRST)
    link = f"{stack.local.sandbox_url()}/deal_export/main.xml"
    stack.only("main", link=f"{link}?token=known-to-nobody")
    stack.publish(2)
    dag_run_id = stack.api.start()
    assert stack.api.ended(dag_run_id) == "success"
    [run], [file] = stack.runs(dag_run_id), stack.rows("select * from ops.landed_file")
    landed = "\n".join(stack.api.told(dag_run_id, "import_source.land_file"))
    assert f"Получаем {link}?…" in landed
    assert f"Файл: {file_size(file['bytes'])}, SHA-256 {file['sha256']}" in landed
    told = stack.api.told(dag_run_id, "import_source.report")
    assert f"Запуск {run['run_id']}, источник «main»: частично" in told
    table = dict(line.rsplit(maxsplit=1) for line in told if line.startswith("  ") and "№" not in line)
    expected = {f"  {OUTCOMES[outcome]}": str(count) for outcome, count in run["counters"].items() if count}
    assert table == expected | {"  всего записей": "124"}
    assert "Первые отказы: 1 запись" in told
    [refusal] = (line for line in told if line.startswith("  №"))
    assert re.fullmatch(r"  №124  PAY-\d+  .*Сумма или валюта не принимается.*", refusal)
    assert f"Подробности: страница «Импорт сделок», запуск {run['run_id']}" in told
    assert private_in(stack, Path(file["uri"].removeprefix("file://")))
    logs = stack.local.airflow / "logs" / f"dag_id={DAG_ID}" / f"run_id={dag_run_id}"
    assert private_in(stack, *logs.rglob("*.log"), *stack.local.logs.glob("*.log")) == []


def private_in(stack: Running, *files: Path) -> list[str]:
    """Give what no log may hold and these files do: people's contacts, passwords, keys."""
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files).lower()
    people = [person(number) for number in PEOPLE]
    contacts = [who.email for who in people] + [spelled(who.phone, way) for who in people for way in range(6)]
    passwords = [*stack.local.secrets.values(), stack.local.postgres.password, VIEWER_PASSWORD]
    return [word for word in [*contacts, *passwords, "known-to-nobody"] if word.lower() in text]


def test_a_backfill_over_several_dates_replays_what_was_landed_for_each(
    stack: Running, imported_twice: Imported
) -> None:
    stack.begin_with(TWICE, "main")
    before = stack.books()
    lost = stack.rows(
        "delete from mart.payment where bound_by = 'conversion_id' and first_run_id = 1"
        " and deal_id in (select deal_id from mart.payment group by deal_id having count(*) = 1)"
        " returning record_id"
    )
    backfill(stack.local, FIFTH, SIXTH, "--max-active-runs", "1")
    dag_runs = stack.api.dag_runs(logical_date_gte=FIFTH, logical_date_lte=SIXTH)
    assert stack.api.all_ended(run["dag_run_id"] for run in dag_runs) == ["success"] * 3
    runs = [run for dag_run in dag_runs for run in stack.runs(dag_run["dag_run_id"])]
    assert [(run["trigger"], run["state"]) for run in runs] == [
        ("backfill", "success"),
        ("backfill", "skipped"),
        ("backfill", "partial"),
    ]
    first, nothing, later = runs
    assert nothing["error"] == (
        "За этот срок (05.01.2026 18:00 МСК) файла в хранилище нет: импортировать нечего."
    )
    assert nothing["error"] in "\n".join(stack.api.told(nothing["dag_run_id"], "import_source.land_file"))
    assert len(lost) > 0
    assert first["counters"]["bound"] == len(lost)
    assert later["counters"]["bound"] == later["counters"]["created"] == 0
    assert stack.books() == before
    assert stack.fetched() == []


def test_a_date_run_again_by_backfill_takes_its_own_file(stack: Running) -> None:
    stack.begin_with(FIRST, "main")
    slot = "2026-01-20T03:00:00+00:00"
    dag_run_id = stack.api.start_for(slot)
    assert stack.api.ended(dag_run_id) == "success"
    before = stack.books()
    stack.publish(2)
    backfill(stack.local, slot, slot, "--reprocess-behavior", "completed")
    assert stack.api.ended(dag_run_id) == "success"
    first, again = stack.runs(dag_run_id)
    assert again["trigger"] == "backfill"
    assert again["counters"] == counters(unchanged=107, ignored=6, duplicate=3)
    assert sha256_of(stack, first["run_id"]) == sha256_of(stack, again["run_id"])
    assert stack.books() == before
    assert len(stack.fetched()) == 1


def test_a_run_that_is_cleared_takes_its_own_file_again(stack: Running, imported_twice: Imported) -> None:
    stack.begin_with(TWICE, "main")
    before = stack.books()
    stack.api.clear(imported_twice.later)
    assert stack.api.ended(imported_twice.later) == "success"
    first, again = stack.runs(imported_twice.later)
    assert (again["state"], again["trigger"]) == ("partial", "manual")
    assert again["counters"] == counters(unchanged=116, ignored=4, duplicate=3, refused=1)
    assert sha256_of(stack, first["run_id"]) == sha256_of(stack, again["run_id"])
    assert stack.books() == before
    assert stack.fetched() == []


def sha256_of(stack: Running, run_id: int) -> str:
    [file] = stack.rows("select sha256 from ops.landed_file where run_id = %s", run_id)
    return str(file["sha256"])


def test_who_may_only_look_cannot_start_or_clear(stack: Running, imported_twice: Imported) -> None:
    viewer = stack.user("viewer", VIEWER_PASSWORD)
    assert viewer.run(imported_twice.later)["state"] == "success"
    for refused in (viewer.start, lambda: viewer.clear(imported_twice.later)):
        with pytest.raises(ApiFailed, match=": 403 "):
            refused()
