"""Tokens that rotate: one row, encrypted, swapped once however many workers find the old one expired."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from cryptography.fernet import Fernet

from include.errors import AccessDenied
from plugins.hooks.bitrix24_tokens import Tokens
from plugins.steps.oauth_tokens import TokenStore
from plugins.warehouse import Warehouse

SEED = Tokens("acc3ss-1", "r3fresh-1")
SECOND = Tokens("acc3ss-2", "r3fresh-2", datetime(2026, 11, 22, 18, tzinfo=UTC))
Open = Callable[[], TokenStore]


@pytest.fixture
def open_store(warehouse_url: str) -> Iterator[Open]:
    """Return what opens a worker's view of the tokens."""
    opened: list[psycopg.Connection] = []

    def store() -> TokenStore:
        opened.append(psycopg.connect(warehouse_url))
        return TokenStore(Warehouse(opened[-1]), "bitrix24", "bitrix24")

    yield store
    for connection in opened:
        connection.close()


def rows(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute("select * from ops.oauth_token").fetchall()


def test_at_first_those_of_the_connection_hold_and_then_those_that_came_last(open_store: Open) -> None:
    store = open_store()
    assert store.current(SEED) == SEED
    assert store.renew("acc3ss-1", lambda refresh: SECOND if refresh == "r3fresh-1" else SEED) == SECOND
    later = open_store()
    assert later.current(SEED) == SECOND


def test_no_token_stands_in_the_table(open_store: Open, warehouse_url: str) -> None:
    store = open_store()
    store.current(SEED)
    store.renew("acc3ss-1", lambda refresh: SECOND)
    assert "acc3ss" not in repr(rows(warehouse_url))
    assert "r3fresh" not in repr(rows(warehouse_url))


def test_other_tokens_in_the_connection_start_anew(open_store: Open) -> None:
    store = open_store()
    store.current(SEED)
    store.renew("acc3ss-1", lambda refresh: SECOND)
    other = Tokens("acc3ss-9", "r3fresh-9")
    assert open_store().current(other) == other


def test_a_vendor_that_refuses_leaves_the_tokens_as_they_were(open_store: Open) -> None:
    def refuse(refresh: str) -> Tokens:
        raise AccessDenied("invalid_grant")

    store = open_store()
    store.current(SEED)
    with pytest.raises(AccessDenied):
        store.renew("acc3ss-1", refuse)
    assert open_store().current(SEED) == SEED


def test_what_the_vendor_gave_is_saved_even_if_the_session_is_lost_meanwhile(
    open_store: Open, warehouse_url: str
) -> None:
    def ask(refresh: str) -> Tokens:
        with psycopg.connect(warehouse_url, autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [pid])
        return SECOND

    store = open_store()
    pid = store._warehouse.connection.info.backend_pid
    store.current(SEED)
    assert store.renew("acc3ss-1", ask) == SECOND
    assert open_store().current(SEED) == SECOND


def test_tokens_that_a_person_has_deleted_begin_with_those_of_the_connection(
    open_store: Open, warehouse_url: str
) -> None:
    store = open_store()
    store.current(SEED)
    with psycopg.connect(warehouse_url) as connection:
        connection.execute("delete from ops.oauth_token")
    assert store.renew("acc3ss-1", lambda refresh: SECOND if refresh == "r3fresh-1" else SEED) == SECOND
    assert open_store().current(SEED) == SECOND


def test_tokens_of_another_key_say_what_to_do(open_store: Open, warehouse_url: str) -> None:
    open_store().current(SEED)
    with psycopg.connect(warehouse_url) as connection:
        hidden = Fernet(Fernet.generate_key()).encrypt(b'["acc3ss-1", "r3fresh-1"]').decode()
        connection.execute("update ops.oauth_token set tokens = %s", [hidden])
    with pytest.raises(AccessDenied, match="ключ Fernet сменился"):
        open_store().current(SEED)
    assert open_store().current(SECOND) == SECOND


def test_tokens_do_not_tell_themselves() -> None:
    assert "acc3ss" not in f"{SEED} {SEED!r}"


def test_two_workers_ask_once(open_store: Open) -> None:
    asked: list[str] = []
    together = threading.Barrier(2)

    def ask(refresh: str) -> Tokens:
        asked.append(refresh)
        time.sleep(0.3)  # the other one is waiting for the row by now
        return SECOND

    def work(store: TokenStore) -> Tokens:
        store.current(SEED)
        together.wait()
        return store.renew("acc3ss-1", ask)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(work, [open_store(), open_store()]))
    assert found == [SECOND, SECOND]
    assert asked == ["r3fresh-1"]
