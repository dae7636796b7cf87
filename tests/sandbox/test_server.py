"""The sandbox over HTTP: what its vendors serve, what can be ordered, how it fails on order."""

import base64
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from airflow.sdk import ObjectStoragePath

from plugins.hooks.export_fault import TemporaryFetchFailed
from plugins.hooks.export_file import ExportFileHook
from sandbox.demo.deal_import import publish
from sandbox.demo.exports import SOURCES, export
from sandbox.server import VENDORS, Credentials, Sandbox, running

READER = Credentials("demo", "пароль")
BASIC = "Basic " + base64.b64encode("demo:пароль".encode()).decode()
direct = build_opener(ProxyHandler({}))


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path, READER) as sandbox:
        yield sandbox


def get(sandbox: Sandbox, path: str, authorization: str = BASIC, timeout: float = 5) -> bytes:
    request = Request(sandbox.url + path, headers={"Authorization": authorization} if authorization else {})
    with direct.open(request, timeout=timeout) as answer:
        return bytes(answer.read())


def order(sandbox: Sandbox, path: str, command: object, method: str = "POST") -> Any:
    request = Request(f"{sandbox.url}/_sandbox/{path}", json.dumps(command).encode(), method=method)
    with direct.open(request, timeout=5) as answer:
        return json.load(answer)


def test_every_source_shows_its_first_export_until_another_is_published(sandbox: Sandbox) -> None:
    for source in SOURCES:
        assert get(sandbox, f"/deal_export/{source}.xml") == export(source, 1)
    publish(2)(sandbox.url)
    for source in SOURCES:
        assert get(sandbox, f"/deal_export/{source}.xml") == export(source, 2)


def test_what_is_published_outlives_a_restart(tmp_path: Path) -> None:
    with running(tmp_path, READER) as sandbox:
        order(sandbox, "deal_export/main", {"version": 2})
        order(sandbox, "deal_export/other", {"content": "<a>ё</a>"})
    with running(tmp_path, READER) as sandbox:
        assert get(sandbox, "/deal_export/main.xml") == export("main", 2)
        assert get(sandbox, "/deal_export/other.xml") == "<a>ё</a>".encode()


def test_bytes_of_any_encoding_can_be_published(sandbox: Sandbox) -> None:
    body = "Сделка".encode("windows-1251")
    order(sandbox, "deal_export/main", {"content_base64": base64.b64encode(body).decode()})
    assert get(sandbox, "/deal_export/main.xml") == body


@pytest.mark.parametrize("authorization", ["", "Basic ZGVtbzp3cm9uZw==", "Basic ???", "Bearer demo"])
def test_an_export_is_for_those_who_know_the_password(sandbox: Sandbox, authorization: str) -> None:
    with pytest.raises(HTTPError, match="401"):
        get(sandbox, "/deal_export/main.xml", authorization)


@pytest.mark.parametrize("path", ["/deal_export/none.xml", "/", "/_sandbox/none"])
def test_there_is_nothing_elsewhere(sandbox: Sandbox, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        get(sandbox, path)


@pytest.mark.parametrize("status", ["404", "429", "500", "503"])
def test_an_ordered_status_is_answered_as_often_as_ordered(sandbox: Sandbox, status: str) -> None:
    order(sandbox, "deal_export/main", {"fault": status, "times": 2})
    for _ in range(2):
        with pytest.raises(HTTPError, match=status):
            get(sandbox, "/deal_export/main.xml")
    assert get(sandbox, "/deal_export/main.xml") == export("main", 1)


def test_a_fault_can_wait_for_its_call_and_be_called_off(sandbox: Sandbox) -> None:
    order(sandbox, "deal_export/main", {"fault": "500", "after": 1})
    assert get(sandbox, "/deal_export/main.xml")
    with pytest.raises(HTTPError, match="500"):
        get(sandbox, "/deal_export/main.xml")
    order(sandbox, "deal_export/main", {"fault": "500"})
    assert order(sandbox, "deal_export/main", {"forget_faults": True})["faults_planned"] == 0
    assert get(sandbox, "/deal_export/main.xml")


def test_faults_of_one_source_leave_the_others_alone(sandbox: Sandbox) -> None:
    order(sandbox, "deal_export/main", {"fault": "500"})
    assert get(sandbox, "/deal_export/admitad.xml")


def test_a_cut_answer_breaks_off_before_its_announced_end(sandbox: Sandbox) -> None:
    order(sandbox, "deal_export/main", {"fault": "cut"})
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(sandbox, "/deal_export/main.xml")
    assert export("main", 1).startswith(caught.value.partial)


def test_a_reset_answer_is_no_answer(sandbox: Sandbox) -> None:
    order(sandbox, "deal_export/main", {"fault": "reset"})
    with pytest.raises(ConnectionResetError):
        get(sandbox, "/deal_export/main.xml")


def test_a_hanging_answer_outlasts_the_caller_and_holds_up_nobody_else(sandbox: Sandbox) -> None:
    order(sandbox, "deal_export/main", {"fault": "timeout"})
    with pytest.raises(TimeoutError):
        get(sandbox, "/deal_export/main.xml", timeout=0.3)
    assert get(sandbox, "/deal_export/main.xml")


@pytest.mark.parametrize("fault", ["html", "redirect"])
def test_a_login_page_may_stand_where_the_file_was(sandbox: Sandbox, fault: str) -> None:
    order(sandbox, "deal_export/main", {"fault": fault})
    assert b"<title>" in get(sandbox, "/deal_export/main.xml")


def test_the_journal_tells_what_was_asked_but_no_secret(sandbox: Sandbox) -> None:
    get(sandbox, "/deal_export/main.xml?day=1")
    with pytest.raises(HTTPError):
        get(sandbox, "/deal_export/none.xml", "")
    journal = order(sandbox, "requests", None, "GET")
    assert [(e["path"], e["query"], e["authorization"], e["status"]) for e in journal] == [
        ("/deal_export/main.xml", "day=1", "Basic", 200),
        ("/deal_export/none.xml", "", "", 401),
    ]
    assert BASIC.split()[1] not in json.dumps(journal)
    assert order(sandbox, "requests", None, "DELETE") == []
    assert order(sandbox, "requests", None, "GET") == []


@pytest.mark.parametrize(
    ("path", "command", "words"),
    [
        ("deal_export/main", {"version": 99}, "no version 99"),
        ("deal_export/main", {"fault": "earthquake"}, "unknown fault"),
        ("deal_export/main", {"fault": "200"}, "unknown fault"),
        ("deal_export/main", {"content_base64": "???"}, "base64"),
        ("deal_export/main", {}, "give version"),
        ("deal_export/main", [], "give version"),
        ("nobody/main", {}, "no vendor"),
    ],
)
def test_a_wrong_order_is_refused_in_words(sandbox: Sandbox, path: str, command: object, words: str) -> None:
    with pytest.raises(HTTPError) as caught:
        order(sandbox, path, command)
    assert caught.value.code in (400, 404)
    assert words in json.load(caught.value)["error"]


def test_the_import_lands_what_the_sandbox_publishes(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"conn_type": "http", "host": sandbox.url, "login": READER.login, "password": READER.password}
    monkeypatch.setenv("AIRFLOW_CONN_DEAL_EXPORT", json.dumps(known))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    target = ObjectStoragePath(f"file://{tmp_path}/landed/main.xml")
    hook = ExportFileHook(f"{sandbox.url}/deal_export/main.xml", "deal_export")
    assert hook.land(target).bytes == len(export("main", 1))
    assert target.read_bytes() == export("main", 1)
    for kind, times in (("cut", 1), ("reset", 2), ("503", 1)):  # one reset the HTTP client mends by itself
        order(sandbox, "deal_export/main", {"fault": kind, "times": times})
        with pytest.raises(TemporaryFetchFailed):
            hook.land(target)
    order(sandbox, "deal_export/main", {"fault": "redirect"})
    assert hook.land(target).bytes > 0  # the login page: the reader of the file says so
    assert b"<html>" in target.read_bytes()


def test_the_program_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-m", "sandbox.server", "--port", str(port), "--state", str(tmp_path)],
        env={"DEALFLOW_SANDBOX_LOGIN": "demo", "DEALFLOW_SANDBOX_PASSWORD": "пароль"},
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert program.stdout
    try:
        assert program.stdout.readline() == f"sandbox at http://127.0.0.1:{port}\n"
        with direct.open(f"http://127.0.0.1:{port}/_sandbox/health", timeout=60) as answer:
            assert json.load(answer) == {"vendors": [vendor.name for vendor in VENDORS]}
    finally:
        program.terminate()
    assert program.wait(60) == 0
    program.stdout.close()


def test_the_program_does_not_start_without_a_password(tmp_path: Path) -> None:
    program = subprocess.run(
        [sys.executable, "-m", "sandbox.server", "--state", str(tmp_path)],
        env={"DEALFLOW_SANDBOX_LOGIN": "demo"},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert program.returncode != 0
    assert "set DEALFLOW_SANDBOX_PASSWORD" in program.stderr
