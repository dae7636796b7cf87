"""Who sees the pages, who may press the button, and what an answer lets a browser do."""

import re

import pytest
from fastapi.testclient import TestClient

PAGES = [
    "",
    "runs",
    "runs/1",
    "clients/1",
    "dag-run?dag_id=deal_import&run_id=x",
    "dag-run.json?run_id=x",
    "nowhere",
]


@pytest.mark.parametrize("page", PAGES[:-1])
def test_nobody_sees_a_page_without_logging_in(anonymous: TestClient, page: str) -> None:
    answer = anonymous.get(f"/deal-import/{page}")
    assert answer.status_code == 401
    assert "Нужен вход" in answer.text
    assert re.search(r'href="(\./|\.\./)+\.\./" target="_top">Войти в Airflow<', answer.text)


def test_a_forged_token_is_refused(anonymous: TestClient) -> None:
    anonymous.cookies.set("_token", "forged")
    assert anonymous.get("/deal-import/").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_forbids_foreign_scripts_frames_and_caches(reader: TestClient, page: str) -> None:
    headers = reader.get(f"/deal-import/{page}").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["docs", "redoc", "openapi.json"])
def test_the_description_of_the_interface_is_not_published(reader: TestClient, page: str) -> None:
    assert reader.get(f"/deal-import/{page}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_page_takes_a_writing_method(starter: TestClient, method: str) -> None:
    assert starter.request(method, "/deal-import/").status_code == 405


@pytest.mark.usefixtures("example")
def test_the_button_is_live_only_for_who_may_start_the_dag(starter: TestClient) -> None:
    assert "Нет права запускать" not in starter.get("/deal-import/").text


@pytest.mark.usefixtures("example")
def test_a_viewer_sees_a_dead_button_with_the_reason(reader: TestClient) -> None:
    page = reader.get("/deal-import/").text
    assert page.count("disabled") == page.count("<button") == 3
    assert "Нет права запускать DAG deal_import" in page


START = '{"logical_date": null, "conf": {"source": "main"}}'
RUNS = "/api/v2/dags/deal_import/dagRuns"


def test_airflow_refuses_a_start_by_a_viewer(reader: TestClient) -> None:
    answer = reader.post(RUNS, content=START, headers={"Content-Type": "application/json"})
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_airflow_refuses_a_start_in_a_form_that_other_sites_can_send(starter: TestClient, kind: str) -> None:
    answer = starter.post(
        RUNS, content=START, headers={"Content-Type": kind, "Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 422


def test_airflow_lets_no_foreign_site_ask_beforehand(starter: TestClient) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = starter.options(RUNS, headers=asked)
    assert "access-control-allow-origin" not in answer.headers
