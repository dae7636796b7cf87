"""Landing an export: every fault of a server and of a file, met on a real socket and a real disk."""

import gzip
import hashlib
import io
import json
import logging
import os
import re
import socket
import ssl
import struct
import tempfile
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from airflow.sdk import ObjectStoragePath
from airflow.sdk.io import attach
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]

from include.errors import BadFile, ConfigError, DealflowError, FetchFailed
from plugins.hooks.export_fault import TemporaryFetchFailed, explained
from plugins.hooks.export_file import ExportFileHook
from plugins.hooks.export_source import Timeouts
from plugins.hooks.shown_link import shown_link
from plugins.storage import Landed

XML = "<deal_export version='1.0'><record><id>ЗАКАЗ-1</id></record></deal_export>".encode()
QUICK = Timeouts(connect=3, read=2, total=8)
Answer = Callable[[socket.socket], object]


def send(answer: bytes, peer: socket.socket) -> None:
    peer.sendall(answer)


class Server:
    """An HTTP server reduced to its socket: reads each request, keeps it, lets the test write the answer."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._answers: list[Answer] = []
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answers(self, *answers: Answer | bytes) -> None:
        """Say what is answered, in turn; the last answer is repeated."""
        self._answers = [answer if callable(answer) else partial(send, answer) for answer in answers]

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[peer], daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with peer, closing(peer.makefile("rb")) as lines:
            head = b"".join(iter(lines.readline, b"\r\n"))
            if not head:
                return
            self.asked.append(head.decode())
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            try:
                answer(peer)
            except OSError:
                return


@pytest.fixture
def server() -> Iterator[Server]:
    with closing(Server()) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Server]:
    with closing(Server()) as server:
        yield server


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def target(tmp_path: Path) -> ObjectStoragePath:
    return ObjectStoragePath(f"file://{tmp_path}/landed/main.xml")


def ok(body: bytes = XML, *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return status(200, f"Content-Length: {size}", *headers) + body


def status(code: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {code} X", *headers, "Connection: close", "\r\n"]).encode()


def moved(location: str, code: int = 302) -> bytes:
    return status(code, f"Location: {location}", "Content-Length: 0")


def land(
    link: str, target: ObjectStoragePath, connection: str | None = None, max_bytes: int = 2**20
) -> Landed:
    return ExportFileHook(link, connection, max_bytes=max_bytes, timeouts=QUICK).land(target)


def fault(link: str, target: ObjectStoragePath, **options: object) -> DealflowError:
    """Land what cannot be landed; nothing may be left of it."""
    with pytest.raises(DealflowError) as caught:
        land(link, target, **options)  # type: ignore[arg-type]
    assert not target.exists()
    assert list(target.parent.iterdir()) == []
    return caught.value


# --- what works


def test_the_body_is_kept_byte_for_byte_with_its_size_and_hash(
    server: Server, target: ObjectStoragePath
) -> None:
    server.answers(ok())
    assert land(f"{server.url}/main.xml", target) == Landed(len(XML), hashlib.sha256(XML).hexdigest())
    assert target.read_bytes() == XML
    assert [path.name for path in target.parent.iterdir()] == ["main.xml"]


def test_a_chunked_body_is_kept(server: Server, target: ObjectStoragePath) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (XML[:10], XML[10:])) + b"0\r\n\r\n"
    server.answers(status(200, "Transfer-Encoding: chunked") + chunks)
    assert land(f"{server.url}/main.xml", target).bytes == len(XML)


def test_a_body_without_length_ends_with_the_connection(server: Server, target: ObjectStoragePath) -> None:
    server.answers(status(200) + XML)
    assert land(f"{server.url}/main.xml", target).bytes == len(XML)


@pytest.mark.parametrize("encoding", ["Content-Encoding: gzip", "Content-Type: application/gzip"])
def test_gzip_is_unpacked_whether_the_answer_or_the_file_is_packed(
    server: Server, target: ObjectStoragePath, encoding: str
) -> None:
    server.answers(ok(gzip.compress(XML), encoding))
    assert land(f"{server.url}/main.xml.gz", target) == Landed(len(XML), hashlib.sha256(XML).hexdigest())


def test_a_packed_file_packed_once_more_for_the_transfer_is_unpacked_twice(
    server: Server, target: ObjectStoragePath
) -> None:
    server.answers(ok(gzip.compress(gzip.compress(XML)), "Content-Encoding: gzip"))
    assert land(f"{server.url}/main.xml.gz", target).bytes == len(XML)


def test_a_proxy_of_the_environment_is_used_and_gets_its_own_credentials(
    server: Server, target: ObjectStoragePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers(ok())
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.setenv("HTTP_PROXY", server.url.replace("//", "//me:pw@"))
    assert land("http://shop.example/main.xml", target).bytes == len(XML)
    assert server.asked[0].startswith("GET http://shop.example/main.xml ")
    assert "Proxy-Authorization: Basic bWU6cHc=" in server.asked[0]
    assert not re.search("^Authorization", server.asked[0], re.MULTILINE)


def test_passwords_that_the_account_keeps_for_other_programs_are_not_sent(
    server: Server, target: ObjectStoragePath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password pw\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.answers(ok())
    land(f"{server.url}/main.xml", target)
    assert "Authorization" not in server.asked[0]


def test_what_nobody_has_foreseen_leaves_in_the_log_where_it_happened(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        len(5)  # type: ignore[arg-type]
    except TypeError as mistake:
        error = explained(mistake, "s3://bucket/main.xml?key=hidden")
    assert "(TypeError)" in str(error)
    assert "len(5)" in caplog.text
    assert "hidden" not in caplog.text


def test_archives_one_after_another_are_one_file(server: Server, target: ObjectStoragePath) -> None:
    server.answers(ok(gzip.compress(XML[:9]) + gzip.compress(XML[9:]) + b"\0" * 7))
    assert land(f"{server.url}/main.xml.gz", target).bytes == len(XML)


def test_a_body_shorter_than_any_magic_number_is_kept(server: Server, target: ObjectStoragePath) -> None:
    server.answers(ok(b"<a"))
    assert land(f"{server.url}/main.xml", target).bytes == 2


def test_three_redirects_are_followed_and_a_fourth_is_not(server: Server, target: ObjectStoragePath) -> None:
    server.answers(moved("/2"), moved(f"{server.url}/3", 301), moved("?4", 307), ok())
    assert land(f"{server.url}/1", target).bytes == len(XML)
    assert [line.split()[1] for line in server.asked] == ["/1", "/2", "/3", "/3?4"]
    target.unlink()
    server.answers(moved("/again"))
    assert "перенаправляет больше 3 раз" in str(fault(f"{server.url}/1", target))


def test_a_second_landing_replaces_the_first_and_sweeps_what_a_killed_attempt_left(
    server: Server, target: ObjectStoragePath
) -> None:
    server.answers(ok(b"<old/>"), ok())
    land(f"{server.url}/main.xml", target)
    target.with_name("main.xml.0badcafe.part").write_bytes(b"<deal")
    land(f"{server.url}/main.xml", target)
    assert target.read_bytes() == XML
    assert [path.name for path in target.parent.iterdir()] == ["main.xml"]


def test_a_failed_landing_leaves_the_landed_file_alone(server: Server, target: ObjectStoragePath) -> None:
    server.answers(ok(), ok(length=999))
    land(f"{server.url}/main.xml", target)
    with pytest.raises(FetchFailed):
        land(f"{server.url}/main.xml", target)
    assert target.read_bytes() == XML


@pytest.mark.parametrize("name", ["export.xml", "выгрузка за март.xml"])
def test_a_file_on_disk_is_landed_by_its_link(tmp_path: Path, target: ObjectStoragePath, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(XML)
    assert land(file.as_uri(), target).bytes == len(XML)
    assert land(f"file://{file}", target).bytes == len(XML)


def test_an_object_of_a_storage_is_landed_by_its_address(target: ObjectStoragePath) -> None:
    attach("memory", fs=MemoryFileSystem())
    ObjectStoragePath("memory://bucket/export.xml.gz").write_bytes(gzip.compress(XML))
    assert land("memory://bucket/export.xml.gz", target).bytes == len(XML)


def test_an_object_that_is_not_there_fails(target: ObjectStoragePath) -> None:
    attach("memory", fs=MemoryFileSystem())
    assert "Файла по ссылке нет" in str(fault("memory://bucket/none.xml", target))


# --- credentials


def connect(monkeypatch: pytest.MonkeyPatch, **fields: object) -> str:
    monkeypatch.setenv("AIRFLOW_CONN_DEAL_EXPORT", json.dumps({"conn_type": "http", **fields}))
    return "deal_export"


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"login": "reader", "password": "пароль"}, "Basic cmVhZGVyOtC/0LDRgNC+0LvRjA=="),
        ({"password": "t0ken-t0ken"}, "Bearer t0ken-t0ken"),
        ({"extra": {"token": "t0ken-extra"}}, "Bearer t0ken-extra"),
    ],
)
def test_credentials_of_the_connection_are_sent(
    server: Server,
    target: ObjectStoragePath,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, object],
    sent: str,
) -> None:
    server.answers(ok())
    land(f"{server.url}/main.xml", target, connect(monkeypatch, **fields))
    assert f"Authorization: {sent}\r\n" in server.asked[0]


def test_credentials_follow_a_redirect_on_the_same_server_only(
    server: Server, other: Server, target: ObjectStoragePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers(moved("/here"), moved(f"{other.url}/there"))
    other.answers(ok())
    land(f"{server.url}/main.xml", target, connect(monkeypatch, login="reader", password="secret-word"))
    assert ["Authorization" in request for request in (*server.asked, *other.asked)] == [True, True, False]


def test_a_connection_that_does_not_exist_is_named(server: Server, target: ObjectStoragePath) -> None:
    error = fault(f"{server.url}/main.xml", target, connection="no_such_connection")
    assert isinstance(error, ConfigError)
    assert "no_such_connection" in str(error)
    assert server.asked == []


def test_nothing_secret_reaches_a_message_or_the_log(
    server: Server,
    target: ObjectStoragePath,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers(moved("/next?key=t0psecret"), status(403))
    connection = connect(monkeypatch, login="reader", password="secret-word")
    error = fault(f"{server.url}/main.xml?key=t0psecret", target, connection=connection)
    server.answers(ok())
    land(f"{server.url}/main.xml?key=t0psecret", target, connection)
    for text in (str(error), repr(error), caplog.text):
        assert "t0psecret" not in text
        assert "secret-word" not in text


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://shop.example/export.xml", "https://shop.example/export.xml"),
        ("https://me:pw@shop.example:8443/e.xml?key=1&x=2#part", "https://shop.example:8443/e.xml?…"),
        ("file:///data/выгрузка.xml", "file:///data/выгрузка.xml"),
        ("s3://aws_default@bucket/e.xml", "s3://bucket/e.xml"),
        ("http://[broken", "(нечитаемая ссылка)"),
    ],
)
def test_a_link_is_shown_without_its_secrets(link: str, shown: str) -> None:
    assert shown_link(link) == shown


# --- what the server says


@pytest.mark.parametrize(
    ("code", "temporary", "words"),
    [
        (401, False, "отказал в доступе (401)"),
        (403, False, "отказал в доступе (403)"),
        (404, False, "ничего нет (404)"),
        (410, False, "ничего нет (410)"),
        (204, False, "ответ 204"),
        (304, False, "ответ 304"),
        (400, False, "ответ 400"),
        (429, True, "временно не отдаёт файл (429)"),
        (500, True, "временно не отдаёт файл (500)"),
        (503, True, "временно не отдаёт файл (503)"),
    ],
)
def test_every_status_but_200_fails_and_says_whether_to_try_again(
    server: Server, target: ObjectStoragePath, code: int, temporary: bool, words: str
) -> None:
    server.answers(status(code, "Content-Length: 0"))
    error = fault(f"{server.url}/main.xml?key=1", target)
    assert isinstance(error, TemporaryFetchFailed) is temporary
    assert getattr(error, "temporary", False) is temporary
    assert words in str(error)
    assert f"{server.url}/main.xml?…" in str(error)


def test_a_refusal_says_which_connection_to_mend(
    server: Server, target: ObjectStoragePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers(status(401))
    assert "(connection)" in str(fault(f"{server.url}/main.xml", target))
    connection = connect(monkeypatch, login="reader", password="secret-word")
    assert "«deal_export»" in str(fault(f"{server.url}/main.xml", target, connection=connection))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("ftp://shop.example/e.xml", "недопустимый адрес"),
        ("file:///etc/hosts", "недопустимый адрес"),
        ("", "недопустимый адрес"),
        ("http://[broken", "неизвестно куда"),
    ],
)
def test_a_redirect_to_another_scheme_or_nowhere_is_refused(
    server: Server, target: ObjectStoragePath, location: str, words: str
) -> None:
    server.answers(moved(location))
    assert words in str(fault(f"{server.url}/main.xml", target))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "пуст"),
        (gzip.compress(b""), "пуст"),
        (gzip.compress(XML)[:-9], "обрывается посреди архива"),
        (gzip.compress(XML)[:-8] + b"checksum", "повреждён"),
        (b"\x1f\x8b" + b"garbage" * 9, "повреждён"),
    ],
    # Not by their bytes: an archive tells when it was made, and all workers must name a test alike.
    ids=["nothing", "nothing packed", "cut off", "another checksum", "garbage"],
)
def test_an_empty_or_broken_body_is_a_bad_file(
    server: Server, target: ObjectStoragePath, body: bytes, words: str
) -> None:
    server.answers(ok(body))
    error = fault(f"{server.url}/main.xml", target)
    assert isinstance(error, BadFile)
    assert words in str(error)


def test_a_zip_archive_is_refused_in_plain_words(server: Server, target: ObjectStoragePath) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.xml", XML)
    server.answers(ok(packed.getvalue()))
    assert "архив ZIP" in str(fault(f"{server.url}/main.xml.zip", target))


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"x" * 10, length=2**40),
        ok(b"x" * 3000),
        status(200) + b"x" * 3000,
        ok(gzip.compress(b"x" * 50_000_000)),
    ],
    ids=["announced", "sent", "sent without length", "gzip bomb"],
)
def test_a_file_over_the_limit_is_cut_off_at_once(
    server: Server, target: ObjectStoragePath, answer: bytes
) -> None:
    server.answers(answer)
    error = fault(f"{server.url}/main.xml", target, max_bytes=2048)
    assert isinstance(error, BadFile)
    assert "Файл больше 0.00195312 МиБ" in str(error)


# --- what the network does


def reset(peer: socket.socket) -> None:
    """Hang up as a crashed server does: with RST instead of FIN."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def reset_amid_the_body(peer: socket.socket) -> None:
    peer.sendall(ok(length=999))
    time.sleep(0.1)
    reset(peer)


def silence(peer: socket.socket) -> None:
    time.sleep(QUICK.read + 1)


def silence_amid_the_body(peer: socket.socket) -> None:
    peer.sendall(ok(length=999))
    silence(peer)


def trickling_body(peer: socket.socket) -> None:
    peer.sendall(status(200))
    drip(peer)


def trickling_head(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(peer)


def drip(peer: socket.socket) -> None:
    """Send a byte now and then: never silent long enough for the read time-out."""
    for _ in range(100):
        peer.sendall(b"x")
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("answer", "temporary", "words"),
    [
        (ok(length=999), True, "передан не до конца"),
        (status(200, "Transfer-Encoding: chunked") + b"9\r\n<a>", True, "передан не до конца"),
        (reset, True, "оборвалось"),
        (reset_amid_the_body, True, "оборвалось"),
        (b"", True, "разорвал соединение"),
        (silence, True, "замолчал"),
        (silence_amid_the_body, True, "замолчал"),
        (trickling_body, True, "не получен за отведённое время"),
        (trickling_head, True, "не получен за отведённое время"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", False, "не по правилам HTTP"),
    ],
)
def test_every_fault_of_the_connection_is_told_apart(
    server: Server, target: ObjectStoragePath, answer: Answer | bytes, temporary: bool, words: str
) -> None:
    server.answers(answer)
    error = fault(f"{server.url}/main.xml", target)
    assert words in str(error)
    assert isinstance(error, TemporaryFetchFailed) is temporary
    whom = " Если это повторяется, сообщите владельцу выгрузки." if temporary else ""
    assert str(error).endswith(f": {server.url}/main.xml.{whom}" if temporary else f": {server.url}/main.xml")


def test_a_refused_connection_may_be_tried_again(target: ObjectStoragePath) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = fault(f"http://127.0.0.1:{port}/main.xml", target)
    assert isinstance(error, TemporaryFetchFailed)
    assert "не принимает соединение (по этому адресу и порту никто не отвечает)" in str(error)


def test_a_server_that_never_accepts_is_left_after_the_connect_time_out(target: ObjectStoragePath) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        crowd = [socket.socket() for _ in range(3)]
        for one in crowd:  # fill the queue of connections that nobody accepts
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        error = fault(f"http://127.0.0.1:{full.getsockname()[1]}/main.xml", target)
        for one in crowd:
            one.close()
    assert isinstance(error, TemporaryFetchFailed)
    assert "соединения нет за отведённое время" in str(error)


def test_a_name_that_nobody_has_is_told_from_a_dead_server(target: ObjectStoragePath) -> None:
    error = fault("http://nowhere.invalid/main.xml", target)
    assert isinstance(error, TemporaryFetchFailed)
    assert "Имя сервера не находится. Проверьте адрес в ссылке: http" in str(error)


def test_https_that_is_not_https_is_refused(target: ObjectStoragePath) -> None:
    def answer_in_clear() -> None:
        peer, _ = plain.accept()
        with peer:
            peer.sendall(ok())
            peer.recv(2**16)

    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=answer_in_clear, daemon=True).start()
        error = fault(f"https://127.0.0.1:{plain.getsockname()[1]}/main.xml", target)
    assert "Защищённое соединение" in str(error)


def test_a_certificate_that_nobody_vouches_for_is_refused(target: ObjectStoragePath, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=lambda: handshake(context, plain), daemon=True).start()
        error = fault(f"https://127.0.0.1:{plain.getsockname()[1]}/main.xml", target)
    assert not isinstance(error, TemporaryFetchFailed)
    assert "Сертификату сервера нельзя доверять" in str(error)
    assert "(он подписан сам собой)" in str(error)


def handshake(context: ssl.SSLContext, plain: socket.socket) -> None:
    peer, _ = plain.accept()
    with peer, suppress(OSError):
        context.wrap_socket(peer, server_side=True)


def own_certificate(folder: Path) -> Path:
    """Make a key and a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = Encoding.PEM
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(pem)
    )
    return file


# --- links


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("gopher://shop.example/e.xml", "не поддерживается"),
        ("http://", "написана с ошибкой"),
        ("http://shop.example:port/e.xml", "написана с ошибкой"),
        ("http://me:secret-word@shop.example/e.xml", "логин и пароль"),
        ("file://server/e.xml", "тремя чертами"),
        ("file:e.xml", "тремя чертами"),
        ("file:///no/such/export.xml", "Файла по ссылке нет"),
        ("file:///etc/hosts/export.xml", "Файла по ссылке нет"),
        ("file:///etc", "папка"),
        ("file:///dev/zero", "не обычный файл"),
    ],
)
def test_a_link_that_cannot_work_fails_for_good(target: ObjectStoragePath, link: str, words: str) -> None:
    error = fault(link, target)
    assert isinstance(error, FetchFailed)
    assert not isinstance(error, TemporaryFetchFailed)
    assert words in str(error)
    assert "secret-word" not in str(error)


def test_a_file_without_the_right_to_read_it_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        file, landed = Path(folder, "export.xml"), Path(folder, "landed")
        file.write_bytes(XML)
        file.chmod(0)
        landed.mkdir()
        landed.chmod(0o777)
        Path(folder).chmod(0o755)
        with ordinary_user():
            error = fault(file.as_uri(), ObjectStoragePath(f"file://{landed}/main.xml"))
    assert "Нет права прочитать файл" in str(error)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody who may not read everything, even where tests run as root."""
    if os.getuid() == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(os.getuid())


def test_memory_stays_flat_while_a_large_file_is_landed(server: Server, target: ObjectStoragePath) -> None:
    size = 64 * 2**20

    def large(peer: socket.socket) -> None:
        peer.sendall(status(200, f"Content-Length: {size}"))
        for _ in range(64):
            peer.sendall(bytes(2**20))

    server.answers(large)
    tracemalloc.start()
    landed = land(f"{server.url}/main.xml", target, max_bytes=size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert landed.bytes == size
    assert peak < 8 * 2**20
