"""The local stack's ground: its processes, its secrets, the environment it makes, and how it is installed."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.stack.components import ComponentDied, Components
from sandbox.stack.local import LocalFolder, child_environment
from sandbox.stack.postgres import free_port, port_is_free
from sandbox.stack.processes import identity_of, kill_group, this_boot

ROOT = Path(__file__).resolve().parent.parent
SLEEPER = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
)
PATIENCE = 60  # seconds in which whatever is waited for happens on the busiest machine
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


def wait_until_gone(group: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail(f"the group {group} is still there")


@pytest.fixture
def components(tmp_path: Path) -> Iterator[Components]:
    made = Components(tmp_path, tmp_path / "components.json")
    yield made
    made.stop()


def recorded(tmp_path: Path) -> dict[str, tuple[int, str]]:
    return {
        name: tuple(entry) for name, entry in json.loads((tmp_path / "components.json").read_text()).items()
    }


def check_for_a_while(components: Components) -> None:
    for _ in range(10 * PATIENCE):
        components.check()
        time.sleep(0.1)


def module(tmp_path: Path, name: str, source: str) -> dict[str, str]:
    (tmp_path / f"{name}.py").write_text(source)
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def wait_for_word(log: Path, word: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while word not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def test_a_part_that_ends_by_itself_is_told_with_the_end_of_its_log(
    components: Components, tmp_path: Path
) -> None:
    components.start("brief", ("brief",), module(tmp_path, "brief", "raise SystemExit('no more coffee')"))
    with pytest.raises(ComponentDied, match="no more coffee"):
        check_for_a_while(components)


def test_a_stop_takes_the_children_of_a_part_too(components: Components, tmp_path: Path) -> None:
    source = f"{SLEEPER} print('ready', flush=True); time.sleep(600)"
    components.start("parent", ("parent",), module(tmp_path, "parent", source))
    wait_for_word(components.log("parent"), "ready")
    (pid, _) = recorded(tmp_path)["parent"]
    components.stop()
    wait_until_gone(pid)
    assert not (tmp_path / "components.json").exists()


def test_a_part_that_ignores_term_is_killed_in_the_end(tmp_path: Path) -> None:
    impatient = Components(tmp_path, tmp_path / "components.json", stop_seconds=0.2)
    source = f"{DEAF} print('ready', flush=True); import time; time.sleep(600)"
    impatient.start("deaf", ("deaf",), module(tmp_path, "deaf", source))
    wait_for_word(impatient.log("deaf"), "ready")
    (pid, _) = recorded(tmp_path)["deaf"]
    impatient.stop()
    wait_until_gone(pid)


def test_what_an_interrupted_stack_left_is_found_and_killed(components: Components, tmp_path: Path) -> None:
    """Also the children of a part that was itself killed hard."""
    source = f"{SLEEPER} print('ready', flush=True); time.sleep(600)"
    components.start("parent", ("parent",), module(tmp_path, "parent", source))
    wait_for_word(components.log("parent"), "ready")
    (pid, _) = recorded(tmp_path)["parent"]
    os.kill(pid, signal.SIGKILL)
    later = Components(tmp_path, tmp_path / "components.json")
    assert later.kill_leftovers() == ["parent"]
    assert later.kill_leftovers() == []
    components.stop()
    wait_until_gone(pid)


def test_a_number_that_now_belongs_to_somebody_else_is_left_alone() -> None:
    stranger = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    assert kill_group(stranger.pid, f"{this_boot()}:1") is False
    assert kill_group(stranger.pid, "") is False
    assert stranger.poll() is None
    assert kill_group(stranger.pid, identity_of(stranger.pid)) is True
    stranger.wait()


def test_a_number_from_before_the_machine_started_anew_is_left_alone() -> None:
    assert kill_group(2**22 + 1, "another boot:1") is False


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    local = LocalFolder(tmp_path / "local")
    local.make()
    first = local.secrets
    local.make()
    assert local.secrets == first
    private = [path for path in local.folder.rglob("*") if path.is_file()]
    assert {path.name for path in private} == {"secrets.json", "passwords.json", "airflow_local_settings.py"}
    assert [path for path in private if stat.S_IMODE(path.stat().st_mode) != 0o600] == []
    assert stat.S_IMODE(local.folder.stat().st_mode) == 0o700


def test_ports_are_the_usual_ones_and_move_only_while_those_are_taken(tmp_path: Path) -> None:
    local = LocalFolder(tmp_path / "local")
    local.make()
    usual = {"airflow": free_port(), "sandbox": free_port()}
    assert local.choose_ports(usual) == local.choose_ports(usual) == usual
    with socket.create_server(("127.0.0.1", usual["airflow"])):
        moved = local.choose_ports(usual)
        assert local.choose_ports(usual) == moved
    assert moved["airflow"] != usual["airflow"]
    assert moved["sandbox"] == usual["sandbox"]
    assert port_is_free(moved["airflow"])
    assert local.choose_ports(usual) == usual


def test_stacks_that_start_at_once_take_different_ports(tmp_path: Path) -> None:
    one, other = (LocalFolder(tmp_path / name) for name in ("one", "other"))
    one.make()
    other.make()
    usual = {"airflow": free_port(), "sandbox": free_port()}
    assert one.choose_ports(usual) == usual  # though nothing listens there yet
    kept_off = other.choose_ports(usual)
    assert not set(kept_off.values()) & set(usual.values())
    assert all(map(port_is_free, kept_off.values()))
    one.give_up_ports()
    assert other.choose_ports(usual) == usual


def test_another_airflow_in_the_shell_does_not_reach_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AIRFLOW__CORE__EXECUTOR", "AIRFLOW_CONN_WAREHOUSE", "DEALFLOW_STORAGE"):
        monkeypatch.setenv(name, "somewhere else")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    made = child_environment({"DEALFLOW_STORAGE": "here"})
    assert made["DEALFLOW_STORAGE"] == "here"
    assert "127.0.0.1" in made["no_proxy"]
    assert made.keys().isdisjoint(
        {"AIRFLOW__CORE__EXECUTOR", "AIRFLOW_CONN_WAREHOUSE", "PYTHONDONTWRITEBYTECODE"}
    )


def test_a_stack_takes_the_settings_and_connections_that_the_shell_names(tmp_path: Path) -> None:
    local = LocalFolder(tmp_path / "local")
    local.make()
    local.choose_ports()
    (local.folder / "postgres").mkdir()
    (local.folder / "postgres" / "port").write_text("5432")
    (local.folder / "postgres" / "password").write_text("secret")
    plain = local.environment()
    shell = {"DEALFLOW_SETTINGS": str(tmp_path), "DEALFLOW_URL": "http://127.0.0.1:1", "HOME": "/"}
    shell |= {"AIRFLOW_CONN_SHOP": "http://shop", "AIRFLOW_CONN_WAREHOUSE": "x", "DEALFLOW_STORAGE": "y"}
    assert local.keep_settings(shell) == str(tmp_path)
    given = {name: shell[name] for name in ("DEALFLOW_SETTINGS", "DEALFLOW_URL", "AIRFLOW_CONN_SHOP")}
    assert local.environment() == plain | given
    assert local.keep_settings({"DEALFLOW_SETTINGS": plain["DEALFLOW_SETTINGS"]}) is None
    assert local.environment() == plain
    with pytest.raises(NotADirectoryError, match="nowhere"):
        local.keep_settings({"DEALFLOW_SETTINGS": str(tmp_path / "nowhere")})


def test_a_stop_that_takes_long_says_what_it_waits_for(tmp_path: Path) -> None:
    impatient = Components(tmp_path, tmp_path / "components.json", stop_seconds=0.2)
    source = f"{DEAF} print('ready', flush=True); import time; time.sleep(600)"
    impatient.start("deaf", ("deaf",), module(tmp_path, "deaf", source))
    wait_for_word(impatient.log("deaf"), "ready")
    said: list[str] = []
    impatient.stop(said.append)
    assert "waiting for deaf" in said[0]


def test_the_help_can_be_pasted() -> None:
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 'eval "$(make -s env)"' in told


def test_airflow_listens_on_this_machine_only(tmp_path: Path) -> None:
    local = LocalFolder(tmp_path / "local")
    local.make()
    local.choose_ports()
    (local.folder / "postgres").mkdir()
    (local.folder / "postgres" / "port").write_text("5432")
    (local.folder / "postgres" / "password").write_text("secret")
    assert local.environment()["AIRFLOW__API__HOST"] == "127.0.0.1"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing but the installer and a lock in it."""
    (tmp_path / "sandbox" / "stack").mkdir(parents=True)
    shutil.copy(ROOT / "sandbox" / "stack" / "install.sh", tmp_path / "sandbox" / "stack")
    (tmp_path / "requirements.txt").write_text("")
    return tmp_path


def install(checkout: Path, python: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "sandbox/stack/install.sh", "requirements.txt"]
    environment = {**os.environ, "PYTHON": python}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def fake_python(checkout: Path, body: str) -> str:
    path = checkout / "fake-python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_without_a_fitting_python_the_installer_says_which_ones_fit(checkout: Path) -> None:
    refused = install(checkout, fake_python(checkout, "exit 1"))
    assert refused.returncode == 1
    assert "3.11, 3.12 or 3.13" in refused.stderr


def test_without_venv_the_installer_says_how_to_get_it(checkout: Path) -> None:
    refused = install(checkout, fake_python(checkout, 'case "$2" in *ensurepip*) exit 1;; esac'))
    assert refused.returncode == 1
    assert "python3-venv" in refused.stderr


def test_the_installer_leaves_pip_and_does_nothing_the_second_time(checkout: Path) -> None:
    assert install(checkout, sys.executable).returncode == 0
    asked = subprocess.run([".venv/bin/python", "-m", "pip", "--version"], cwd=checkout, check=False)
    assert asked.returncode == 0
    again = install(checkout, "/no/python")
    assert (again.returncode, again.stderr) == (0, "")
