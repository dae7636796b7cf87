"""What a web server tells of pictures, asked over a socket."""

import time
from collections.abc import Iterator

import pytest
import requests

from plugins.hooks.shop_pictures import (
    A_SECOND,
    AT_ONCE,
    MOST_FAULTS,
    MOST_PLACES,
    ROUND,
    _place,
    validators,
)
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


def test_a_redirect_within_the_server_is_followed(server: Web) -> None:
    server.moved = {"/old.jpg": "/newer.jpg", "/newer.jpg": f"{server.url}/a.jpg", "/gone.jpg": "/none.jpg"}
    told = dict(validators(f"{server.url}/{name}" for name in ("old.jpg", "gone.jpg", "a.jpg")))
    assert told == {f"{server.url}/old.jpg": '"1" - 10', f"{server.url}/a.jpg": '"1" - 10'}


def test_a_page_shown_instead_of_a_picture_tells_nothing_of_it(server: Web) -> None:
    server.moved = {"/old.jpg": "/page.jpg"}
    assert list(validators([f"{server.url}/old.jpg", f"{server.url}/page.jpg"])) == []


@pytest.mark.parametrize(
    "leads", ["{url}/loop.jpg", "http://localhost:{port}/a.jpg", "http://127.0.0.1:1/a.jpg"]
)
def test_a_redirect_to_itself_or_away_is_not(
    server: Web, caplog: pytest.LogCaptureFixture, leads: str
) -> None:
    server.moved = {"/loop.jpg": leads.format(url=server.url, port=server.server_port)}
    assert list(validators([f"{server.url}/loop.jpg"])) == []
    assert "останнє: HTTP 301" in caplog.text
    assert len(server.paths) == (MOST_PLACES if "url" in leads else 1)


@pytest.mark.parametrize(
    ("leads", "place"),
    [
        ("https://shop.example.org/a.jpg", True),
        ("https://shop.example.org:8443/a.jpg", True),
        ("http://shop.example.org:8080/a.jpg", False),
        ("https://www.shop.example.org/a.jpg", False),
        ("ftp://shop.example.org/a.jpg", False),
    ],
)
def test_the_https_form_of_an_address_is_the_same_server(leads: str, place: bool) -> None:
    further = requests.Request("HEAD", leads).prepare()
    assert _place("http://shop.example.org/a.jpg", further) == (leads if place else None)
    assert (
        _place(
            "https://shop.example.org/a.jpg", requests.Request("HEAD", "http://shop.example.org/").prepare()
        )
        is None
    )


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
