"""docker-compose.yaml: well-formed, without a secret in it, and in step with the code and the stack."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.stack import docker_env
from sandbox.stack.local import LocalFolder

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yaml"
OURS = re.compile(r"\b(?:DEALFLOW|AIRFLOW_CONN)_[A-Z0-9]+(?:_[A-Z0-9]+)*\b")
AIRFLOW_SERVICES = ("apiserver", "scheduler", "dag-processor", "triggerer", "worker", "init")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def airflow_environment(compose: dict[str, Any]) -> dict[str, str]:
    return dict(compose["services"]["airflow-scheduler"]["environment"])


def env_file_names() -> set[str]:
    return set(re.findall(r"^([A-Z0-9_]+)=", docker_env.env_text(), flags=re.MULTILINE))


def test_it_fits_the_schema_of_compose_files() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_every_variable_it_asks_for_is_generated_and_none_besides() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", COMPOSE.read_text(encoding="utf-8")))
    assert asked == env_file_names()


def test_no_variable_has_a_default_that_would_start_it_without_a_secret() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    assert re.findall(r"(?<!\$)\$\{[A-Z0-9_]+(?!:\?)[^A-Z0-9_]", text) == []
    assert re.findall(r"(?<!\$)\$[A-Z0-9_]+", text) == []


def test_secrets_are_new_each_time() -> None:
    first, second = docker_env.env_text(), docker_env.env_text()
    changed = {
        line.partition("=")[0]
        for line in first.splitlines()
        if line not in second.splitlines() and "=" in line
    }
    assert changed >= {name for name in env_file_names() if name.endswith(("PASSWORD", "SECRET", "KEY"))}


def test_the_env_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    docker_env.main(path)
    assert path.stat().st_mode & 0o777 == 0o600
    written = path.read_text()
    with pytest.raises(SystemExit):
        docker_env.main(path)
    assert path.read_text() == written


def test_it_sets_every_variable_of_ours_that_the_code_reads(airflow_environment: dict[str, str]) -> None:
    sources = [path for part in ("dags", "include", "plugins", "sql") for path in (ROOT / part).rglob("*.py")]
    read = {name for path in sources for name in OURS.findall(path.read_text(encoding="utf-8"))}
    assert read <= airflow_environment.keys()


def test_it_and_the_local_stack_tell_airflow_the_same_things(compose: dict[str, Any], tmp_path: Path) -> None:
    local = LocalFolder(tmp_path / "local")
    local.make()
    local.choose_ports()
    (local.folder / "postgres").mkdir()
    (local.folder / "postgres" / "port").write_text("5432")
    (local.folder / "postgres" / "password").write_text("secret")
    in_compose = {name for service in compose["services"].values() for name in service.get("environment", {})}
    assert {name for name in local.environment() if OURS.fullmatch(name)} == {
        name for name in in_compose if OURS.fullmatch(name)
    }


@pytest.mark.parametrize("name", AIRFLOW_SERVICES)
def test_every_airflow_service_has_one_image_and_one_environment(
    compose: dict[str, Any], airflow_environment: dict[str, str], name: str
) -> None:
    service = compose["services"][f"airflow-{name}"]
    assert service["image"] == "dealflow:latest"
    assert service["environment"].items() >= airflow_environment.items()
    assert "healthcheck" in service or name == "init"


def test_what_the_image_copies_is_what_the_builder_is_given() -> None:
    copied = re.findall(r"^COPY (?:--\S+ )?(\S+) /", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    given = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), flags=re.MULTILINE)
    assert sorted(copied) == sorted(given)
