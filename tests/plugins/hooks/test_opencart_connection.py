"""Connections to a shop's database: their types, their extras, TLS, and who is let in."""

import json
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from include.errors import ConfigError
from plugins.hooks.opencart import OpenCartHook, ShopDenied, ShopLost
from tests.plugins.steps.opencart_rows import read, small_shop
from tests.shop_database import catalogue_settings


def connect(monkeypatch, url, conn_type, **extra):
    """Let Airflow have the connection under a type and with extras of the test's own."""
    at = urlsplit(url)
    place = {"host": at.hostname, "port": at.port, "schema": at.path.lstrip("/")}
    login = {"login": at.username, "password": at.password or ""}
    known = {"conn_type": conn_type, **place, **login, "extra": json.dumps(extra)}
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", json.dumps(known))


@pytest.mark.parametrize(
    ("conn_type", "extra"),
    [
        ("opencart", {}),
        ("opencart", {"driver": "mysql", "read_timeout": None}),
        ("mariadb", {}),
        ("mysql", {}),
    ],
)
def test_a_shop_on_mysql_has_a_connection_of_our_type_or_an_ordinary_one(
    mariadb, monkeypatch, conn_type, extra
):
    mariadb.make("3.0", small_shop("3.0"))
    connect(monkeypatch, mariadb.url, conn_type, **extra)
    assert len(read().items) == 8


@pytest.mark.parametrize(
    ("conn_type", "extra"), [("opencart", {"driver": "postgresql"}), ("postgres", {"sslmode": "prefer"})]
)
def test_and_so_has_one_on_postgres(postgres_shop, monkeypatch, conn_type, extra):
    postgres_shop.make("3.0", small_shop("3.0"))
    connect(monkeypatch, postgres_shop.url, conn_type, **extra)
    assert len(read().items) == 8


@pytest.mark.parametrize(
    ("conn_type", "extra", "words"),
    [
        ("http", {}, "має бути типу opencart .*, не http"),
        ("opencart", {"driver": "oracle"}, "driver буває mysql або postgresql, не «oracle»"),
        ("opencart", {"sslmode": "verify-full"}, "полів sslmode в extra не буває"),
        ("mysql", {"driver": "postgresql", "ssl_mode": "x"}, "полів driver, ssl_mode в extra не буває"),
        ("postgres", {"ssl": {"ca": "/ca.pem"}}, "полів ssl в extra не буває"),
        (
            "postgres",
            {"cursor": "dictcursor"},
            "полів cursor в extra не буває, є: charset, read_timeout, sslcert",
        ),
        ("mysql", {"read_timeout": "soon"}, "read_timeout має бути числом секунд, не «soon»"),
        ("mysql", {"read_timeout": -1}, "read_timeout має бути числом секунд, не «-1»"),
        ("mysql", {"ssl": "yes"}, "ssl має бути словником"),
    ],
)
def test_what_would_be_ignored_is_refused_aloud(monkeypatch, conn_type, extra, words):
    connect(monkeypatch, "mysql://root@127.0.0.1:1/shop", conn_type, **extra)
    with pytest.raises(ConfigError, match=words):
        read()
    works, said = OpenCartHook().test_connection()
    assert (works, "Connection «opencart»" in said) == (False, True)


@pytest.mark.parametrize(
    "extra",
    [{"sslmode": "require"}, {"sslmode": "verify-full", "sslrootcert": "/missing.pem"}, {"sslmode": "x"}],
)
def test_tls_that_a_postgres_shop_was_to_have_is_asked_for(postgres_shop, monkeypatch, extra):
    """The server of the tests has none: whoever asks for it must not be let in without."""
    postgres_shop.make("3.0", small_shop("3.0"))
    connect(monkeypatch, postgres_shop.url, "opencart", driver="postgresql", **extra)
    with pytest.raises(ShopDenied, match="захищеного з'єднання"):
        read()


@pytest.mark.parametrize("ssl", [{"ca": "/missing.pem"}, '{"ca": "/missing.pem"}', {"check_hostname": False}])
def test_tls_that_a_mysql_shop_was_to_have_is_asked_for(mariadb, monkeypatch, ssl):
    mariadb.make("3.0", small_shop("3.0"))
    connect(monkeypatch, mariadb.url, "opencart", ssl=ssl)
    with pytest.raises(ShopDenied, match="захищеного з'єднання"):
        read()


@pytest.mark.parametrize("kind", ["mariadb", "postgres_shop"])
def test_an_answer_that_does_not_come_is_not_waited_for(kind, request, monkeypatch):
    shop = request.getfixturevalue(kind)
    shop.make("4.0", small_shop("4.0"))
    driver, wait = ("mysql", "sleep(20)") if kind == "mariadb" else ("postgresql", "pg_sleep(20)")
    connect(monkeypatch, shop.url, "opencart", driver=driver, read_timeout=1)
    with OpenCartHook().session(catalogue_settings()) as session, pytest.raises(ShopLost):
        session.rows(text(f"select {wait}"))
