"""What a web server tells of pictures, asked over a socket."""

import time
from collections.abc import Iterator

import pytest

from plugins.hooks.shop_pictures import A_SECOND, AT_ONCE, MOST_FAULTS, ROUND, validators
from tests.plugins.hooks.web import Web, web_server


@pytest.fixture
def server() -> Iterator[Web]:
    with web_server() as server:
        yield server


@pytest.fixture
def web(server: Web) -> str:
    return server.url


def many(server: Web, number: int) -> list[str]:
    return [f"{server.url}/many/{place}.jpg" for place in range(number)]


def test_files_are_told_apart_by_what_the_server_says_and_the_rest_is_left_out(web: str) -> None:
    names = ("a.jpg", "b.jpg", "silent.jpg", "missing.jpg")
    told = dict(validators([*(f"{web}/{name}" for name in names), "http://127.0.0.1:1/c.jpg", "no address"]))
    assert told == {
        f"{web}/a.jpg": '"1" - 10',
        f"{web}/b.jpg": "- Sun, 01 Nov 2026 00:00:00 GMT -",
    }


@pytest.mark.parametrize("status", [403, 429, 503, 405, 302])
def test_a_server_that_will_not_be_asked_is_left_alone_after_one_round(
    server: Web, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    server.statuses = lambda number: status if number > 10 else None
    told = list(validators(many(server, 500)))
    assert len(told) == 10
    assert len(server.paths) == 2 * ROUND
    assert f"останнє: HTTP {status}" in caplog.text


def test_a_server_that_is_not_there_is_given_up_soon() -> None:
    begun = time.monotonic()
    assert list(validators([f"http://127.0.0.1:1/{place}.jpg" for place in range(100_000)])) == []
    assert time.monotonic() - begun < 10


def test_one_that_answers_some_questions_only_is_given_up_in_the_end(server: Web) -> None:
    server.statuses = lambda number: 500 if number % 2 else None
    list(validators(many(server, 1000)))
    assert 2 * MOST_FAULTS <= len(server.paths) <= 2 * MOST_FAULTS + 2 * ROUND


def test_pictures_that_are_missing_are_no_trouble_of_the_server(server: Web) -> None:
    missing = [f"{server.url}/missing/{place}.jpg" for place in range(2 * ROUND)]
    assert dict(validators([*missing, f"{server.url}/a.jpg"])) == {f"{server.url}/a.jpg": '"1" - 10'}


def test_nobody_waits_for_a_slow_server_longer_than_the_patience_lasts(
    server: Web, caplog: pytest.LogCaptureFixture
) -> None:
    list(validators(many(server, 500), patience=0))
    assert len(server.paths) == ROUND
    assert "повільно" in caplog.text


def test_a_few_are_asked_at_once_at_a_modest_pace_over_connections_that_are_kept(server: Web) -> None:
    told = list(validators(many(server, 3 * ROUND)))
    assert [address for address, _ in told] == many(server, 3 * ROUND)
    took = server.times[-1] - server.times[0]
    assert took >= (3 * ROUND - 2 * AT_ONCE) / A_SECOND
    assert len(server.connections) <= AT_ONCE
