"""Sessions with a shop's database: they only read, and what goes wrong is told in plain words."""

import pytest
from sqlalchemy import text

from include.errors import FetchFailed
from plugins.hooks.opencart import OpenCartHook, ShopLost
from tests.plugins.steps.opencart_rows import read, small_shop
from tests.shop_database import catalogue_settings


def test_nothing_can_be_written_through_a_session(shop):
    shop.make("3.0", small_shop("3.0"))
    with OpenCartHook().session(catalogue_settings()) as session, pytest.raises(FetchFailed):
        session.rows(text("delete from oc_product"))


def test_a_server_that_is_not_there_is_a_fault_that_may_pass(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", "mysql://root@127.0.0.1:1/shop")
    with pytest.raises(ShopLost):
        read()


def test_the_button_that_tests_a_connection_says_in_words_what_is_wrong(shop, monkeypatch):
    assert OpenCartHook().test_connection() == (True, "OpenCart: з'єднання працює")
    for address, words in (
        ("mysql://root@127.0.0.1:1/shop", "База магазину не відповіла"),
        ("http://shop.example", "має бути типу opencart"),
    ):
        monkeypatch.setenv("AIRFLOW_CONN_OPENCART", address)
        works, said = OpenCartHook("opencart").test_connection()
        assert (works, words in said) == (False, True)
