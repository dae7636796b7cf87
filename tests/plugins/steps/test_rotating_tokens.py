"""Tokens whose refresh serves once: one request however many need them, and an end to every doubt."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from include.errors import ReauthRequired, TemporaryVendorError, Unsure
from plugins.hooks.oauth_tokens import Tokens
from plugins.steps.rotating_tokens import RotatingTokens
from plugins.warehouse import Warehouse

SEED = "code-1"
FIRST = Tokens("acc3ss-1", "r3fresh-1", datetime(2026, 11, 22, 18, tzinfo=UTC))
SECOND = Tokens("acc3ss-2", "r3fresh-2", datetime(2026, 11, 23, 18, tzinfo=UTC))
THIRD = Tokens("acc3ss-3", "r3fresh-3", datetime(2026, 11, 24, 18, tzinfo=UTC))
Open = Callable[[], RotatingTokens]


@pytest.fixture
def open_tokens(warehouse_url: str) -> Iterator[Open]:
    """Return what opens a worker's view of the tokens."""
    opened: list[psycopg.Connection] = []

    def tokens() -> RotatingTokens:
        opened.append(psycopg.connect(warehouse_url))
        return RotatingTokens(Warehouse(opened[-1]), "amocrm", "amocrm")

    yield tokens
    for connection in opened:
        connection.close()


@pytest.fixture
def tokens(open_tokens: Open) -> RotatingTokens:
    """Return tokens that were given for a code and recognised."""
    kept = open_tokens()
    kept.offered(SEED, lambda: FIRST)
    kept.adopt()
    return kept


def state(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("select state from ops.oauth_token").fetchone()


def turn() -> None:
    """Wait for nobody."""


def refuse(refresh: str, host: str | None) -> Tokens:
    raise ReauthRequired("401", http_status=401)


def lose(refresh: str, host: str | None) -> Tokens:
    raise Unsure("no answer")


def test_a_code_is_shown_once_and_what_it_brought_is_found_after_a_crash(open_tokens: Open) -> None:
    asked: list[int] = []
    for _ in range(2):
        open_tokens().offered(SEED, lambda: asked.append(1) or FIRST)  # type: ignore[func-returns-value]
    assert asked == [1]
    assert open_tokens().current(SEED) is None
    open_tokens().adopt()
    assert open_tokens().current(SEED) == FIRST


def test_tokens_of_a_foreign_account_go_and_those_there_were_stay(tokens: RotatingTokens) -> None:
    tokens.offered("code-2", lambda: SECOND)
    tokens.discard("code-2", "another account")
    assert tokens.current(SEED) == FIRST
    assert tokens.current("code-2") is None
    assert tokens.why_discarded("code-2") == "another account"
    assert tokens.why_discarded("code-3") is None
    assert tokens.renew("acc3ss-1", lambda refresh, host: SECOND, turn) == SECOND
    assert tokens.offered("code-3", lambda: THIRD) == THIRD
    assert tokens.why_discarded("code-2") is None


def test_the_vendor_says_what_kind_of_refusal_it_is(open_tokens: Open, warehouse_url: str) -> None:
    class Ours(ReauthRequired):
        code = "OURS"

    open_tokens()
    with psycopg.connect(warehouse_url) as connection, pytest.raises(Ours):
        RotatingTokens(Warehouse(connection), "amocrm", "amocrm", Ours).renew("acc3ss-1", refuse, turn)


def test_two_workers_ask_once(tokens: RotatingTokens, open_tokens: Open) -> None:
    asked: list[str] = []
    together = threading.Barrier(2)

    def ask(refresh: str, host: str | None) -> Tokens:
        asked.append(refresh)
        time.sleep(0.3)  # the other one is waiting for the row by now
        return SECOND

    def work(worker: RotatingTokens) -> Tokens:
        together.wait()
        return worker.renew("acc3ss-1", ask, turn)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, [open_tokens(), open_tokens()])) == [SECOND, SECOND]
    assert asked == ["r3fresh-1"]


def test_tokens_the_vendor_refuses_are_shown_to_nobody_again(
    tokens: RotatingTokens, open_tokens: Open, warehouse_url: str
) -> None:
    with pytest.raises(ReauthRequired):
        tokens.renew("acc3ss-1", refuse, turn)
    assert state(warehouse_url) == ("revoked",)
    with pytest.raises(ReauthRequired, match="всё те же код или токены"):
        open_tokens().current(SEED)
    with pytest.raises(ReauthRequired):
        open_tokens().renew("acc3ss-1", lambda refresh, host: SECOND, turn)
    assert open_tokens().current("code-2") is None


def test_after_a_lost_answer_the_old_token_is_tried_once_more(tokens: RotatingTokens) -> None:
    answers = [lose, lambda refresh, host: SECOND]
    assert tokens.renew("acc3ss-1", lambda *asked: answers.pop(0)(*asked), turn) == SECOND
    assert tokens.current(SEED) == SECOND


def test_a_lost_answer_that_was_applied_ends_with_a_person(
    tokens: RotatingTokens, warehouse_url: str
) -> None:
    answers = [lose, refuse]
    with pytest.raises(ReauthRequired):
        tokens.renew("acc3ss-1", lambda *asked: answers.pop(0)(*asked), turn)
    assert state(warehouse_url) == ("revoked",)


def test_two_lost_answers_leave_the_doubt_to_the_next_attempt(
    tokens: RotatingTokens, warehouse_url: str
) -> None:
    with pytest.raises(Unsure):
        tokens.renew("acc3ss-1", lose, turn)
    assert state(warehouse_url) == ("uncertain",)
    assert tokens.renew("acc3ss-1", lambda refresh, host: SECOND, turn) == SECOND
    assert state(warehouse_url) == ("good",)


def test_a_vendor_that_is_busy_changes_nothing(tokens: RotatingTokens, warehouse_url: str) -> None:
    def later(refresh: str, host: str | None) -> Tokens:
        raise TemporaryVendorError("429", http_status=429)

    with pytest.raises(TemporaryVendorError):
        tokens.renew("acc3ss-1", later, turn)
    assert state(warehouse_url) == ("good",)
    assert tokens.current(SEED) == FIRST


def lost(url: str, tokens: RotatingTokens, given: Tokens) -> Tokens:
    """Give tokens, and end the session that is to keep them."""
    pid = tokens._warehouse.connection.info.backend_pid
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", [pid])
    return given


def test_a_new_pair_is_saved_even_if_the_session_is_lost_meanwhile(
    tokens: RotatingTokens, open_tokens: Open, warehouse_url: str
) -> None:
    assert tokens.renew("acc3ss-1", lambda *_: lost(warehouse_url, tokens, SECOND), turn) == SECOND
    assert open_tokens().current(SEED) == SECOND


def test_what_a_code_is_worth_is_saved_even_if_the_session_is_lost_meanwhile(
    open_tokens: Open, warehouse_url: str
) -> None:
    tokens = open_tokens()
    assert tokens.offered(SEED, lambda: lost(warehouse_url, tokens, FIRST)) == FIRST
    later = open_tokens()
    later.adopt()
    assert later.current(SEED) == FIRST


def test_another_application_or_secret_may_try_refused_tokens_once(
    tokens: RotatingTokens, open_tokens: Open
) -> None:
    tokens.current(SEED, "client, wrong secret")
    with pytest.raises(ReauthRequired):
        tokens.renew("acc3ss-1", refuse, turn)
    with pytest.raises(ReauthRequired):
        open_tokens().current(SEED, "client, wrong secret")
    mended = open_tokens()
    assert mended.current(SEED, "client, secret") == FIRST
    with pytest.raises(ReauthRequired):
        mended.renew("acc3ss-1", refuse, turn)
    with pytest.raises(ReauthRequired):
        open_tokens().current(SEED, "client, secret")
    again = open_tokens()
    assert again.current(SEED, "client, right secret") == FIRST
    assert again.renew("acc3ss-1", lambda refresh, host: SECOND, turn) == SECOND


def test_the_turn_is_waited_for_outside_of_transactions(tokens: RotatingTokens) -> None:
    seen = []
    tokens.renew(
        "acc3ss-1",
        lambda refresh, host: SECOND,
        lambda: seen.append(tokens._warehouse.connection.info.transaction_status),
    )
    assert seen == [psycopg.pq.TransactionStatus.IDLE]


def test_the_host_that_was_found_and_the_age_are_kept(tokens: RotatingTokens) -> None:
    tokens.moved("new.amocrm.ru")
    assert tokens.host == "new.amocrm.ru"
    age = tokens.age()
    assert age is not None
    assert age < timedelta(minutes=1)
    tokens.drop()
    assert tokens.age() is None


def test_no_token_stands_in_the_table(tokens: RotatingTokens, warehouse_url: str) -> None:
    with psycopg.connect(warehouse_url) as connection:
        shown = repr(connection.execute("select * from ops.oauth_token").fetchall())
    assert "acc3ss" not in shown
    assert "r3fresh" not in shown
