"""
The pages as they really run: mounted in Airflow's own web app, asked by people who have logged in.

Rows of the example are put into a real Postgres by plain SQL.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from fastapi.testclient import TestClient

PASSWORDS = {"reader": "reader-password", "starter": "starter-password"}
SETTINGS = """
statuses:
  - {name: Новая, kind: new}
  - {name: Повторное обращение, kind: repeat}
  - {name: Оплачена, kind: won}
sources:
  - {name: main, link: "https://shop.example/export.xml?key=hidden", timezone: Asia/Yekaterinburg}
  - {name: never_ran, link: "https://shop.example/other.xml"}
  - {name: resting, link: "https://shop.example/third.xml", active: false}
"""
EXAMPLE = Path(__file__).parent / "example.sql"


@pytest.fixture(scope="session")
def airflow(airflow_db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Make Airflow's web app once, with two people: one may look, one may start runs."""
    passwords = tmp_path_factory.mktemp("airflow") / "passwords.json"
    passwords.write_text(json.dumps(PASSWORDS))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "reader:viewer,starter:user")
        environment.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(passwords))
        from airflow.api_fastapi.app import create_app

        yield create_app(apps="core")


@pytest.fixture
def settings_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a settings folder of the test's own, already holding three sources."""
    (tmp_path / "deal_import.yaml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))
    return tmp_path


@pytest.fixture
def warehouse(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the test's own database the ``warehouse`` connection of Airflow."""
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", connection_to(warehouse_url))
    return warehouse_url


@pytest.fixture
def anonymous(airflow: Any, warehouse: str, settings_folder: Path) -> Iterator[TestClient]:
    with TestClient(airflow, follow_redirects=False) as client:
        yield client


@pytest.fixture
def reader(anonymous: TestClient) -> TestClient:
    """Ask as somebody who may look and not start."""
    return log_in(anonymous, "reader")


@pytest.fixture
def starter(anonymous: TestClient) -> TestClient:
    """Ask as somebody who may also start runs."""
    return log_in(anonymous, "starter")


@pytest.fixture
def example(warehouse: str) -> None:
    """Fill the warehouse with a small company and three runs of the import."""
    with psycopg.connect(warehouse) as connection:
        connection.execute(EXAMPLE.read_bytes())


def log_in(client: TestClient, name: str) -> TestClient:
    answer = client.post("/auth/token", json={"username": name, "password": PASSWORDS[name]})
    assert answer.status_code == 201, answer.text
    client.cookies.set("_token", answer.json()["access_token"])
    return client


def connection_to(url: str) -> str:
    parts = urlsplit(url)
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": parts.hostname,
            "port": parts.port,
            "login": parts.username,
            "password": parts.password,
            "schema": parts.path.lstrip("/"),
        }
    )
