"""Who may write to a shop's database is told, whichever way the right was given."""

from types import SimpleNamespace

import pytest
from sqlalchemy.dialects import mysql

from plugins.hooks.opencart import ShopDenied
from plugins.hooks.opencart_rights import rights_to_write
from tests.plugins.steps.opencart_rows import read, small_shop


@pytest.fixture
def reader(mariadb, monkeypatch):
    """Give a user of a MariaDB shop without any right but to read, and the name of the shop's database."""
    mariadb.make("3.0", small_shop("3.0"))
    name = mariadb.url.rpartition("/")[2].partition("?")[0]
    mariadb.run("create or replace user reader identified by 'secret'", f"grant select on {name}.* to reader")
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", mariadb.url.replace("root@", "reader:secret@"))
    return name


def told():
    return [issue.details["rights"] for issue in read().found("SHOP_CAN_WRITE")]


def test_a_user_that_only_reads_is_expected_and_a_writing_one_reported(mariadb, reader, monkeypatch):
    assert told() == []
    mariadb.run(f"grant select, update on {reader}.* to reader")
    assert told() == [[f"SELECT, UPDATE ON `{reader}`.*"]]
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", mariadb.url.replace("root@", "reader:guess@"))
    with pytest.raises(ShopDenied) as caught:
        read()
    assert "reader" not in str(caught.value)
    assert "guess" not in str(caught.value)


def test_rights_to_single_columns_are_rights_to_read(mariadb, reader):
    mariadb.run(f"grant select (product_id, price), references (product_id) on {reader}.oc_product to reader")
    [[right]] = told()
    assert "REFERENCES" in right
    mariadb.run(f"revoke references (product_id) on {reader}.oc_product from reader")
    assert told() == []


def test_a_role_that_is_on_is_judged_by_its_rights(mariadb, reader):
    mariadb.run(
        "create or replace role shop_role",
        f"grant select on {reader}.* to shop_role",
        "grant shop_role to reader",
        "set default role shop_role for reader",
    )
    assert told() == []
    mariadb.run(f"grant delete on {reader}.* to shop_role")
    assert told() == [[f"SELECT, DELETE ON `{reader}`.*"]]


def test_a_role_that_the_user_may_put_on_is_named_since_its_rights_cannot_be_seen(mariadb, reader):
    mariadb.run(
        "create or replace role shop_admin",
        f"grant all on {reader}.* to shop_admin",
        "grant shop_admin to reader",
    )
    assert told() == [["роль shop_admin"]]


@pytest.fixture
def postgres_reader(postgres_shop, monkeypatch):
    postgres_shop.make("3.0", small_shop("3.0"))
    postgres_shop.run(
        "do $$ begin create role catalogue_reader login password 'secret'; exception when others then end $$",
        "do $$ begin create role catalogue_admin noinherit; exception when others then end $$",
        "revoke catalogue_admin from catalogue_reader",
        "grant usage on schema public to catalogue_reader",
        "grant select on all tables in schema public to catalogue_reader",
    )
    place = postgres_shop.url.rpartition("@")[2]
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", f"postgres://catalogue_reader:secret@{place}")
    yield postgres_shop
    postgres_shop.run("drop owned by catalogue_reader, catalogue_admin")


@pytest.mark.parametrize(
    ("grant", "rights"),
    [
        ("grant update on oc_product_option_value to catalogue_reader", ["UPDATE"]),
        ("grant insert (model), select on oc_product to catalogue_reader", ["INSERT"]),
        ("grant truncate, delete on oc_category to catalogue_reader", ["DELETE", "TRUNCATE"]),
    ],
)
def test_postgres_is_asked_about_all_tables_of_the_shop(postgres_reader, grant, rights):
    assert told() == []
    postgres_reader.run(grant)
    assert told() == [rights]


def test_a_role_that_a_postgres_user_may_put_on_counts_as_well(postgres_reader):
    postgres_reader.run(
        "grant update on oc_product to catalogue_admin",
        "grant catalogue_admin to catalogue_reader",
        "alter role catalogue_reader noinherit",
    )
    assert told() == [["UPDATE"]]
    postgres_reader.run("alter role catalogue_reader inherit", "revoke catalogue_admin from catalogue_reader")


def test_tables_of_other_software_are_nothing_to_us(postgres_reader):
    postgres_reader.run("create table wp_posts (id int)", "grant update on wp_posts to catalogue_reader")
    assert told() == []


class MySQL8:
    """A connection to a MySQL 8, as far as grants go: rights of roles are told when these are named."""

    dialect = SimpleNamespace(name="mysql")

    def __init__(self, *grants, of_roles):
        self.asked, self._grants, self._of_roles = [], grants, of_roles

    def scalars(self, statement):
        self.asked.append(str(statement.compile(dialect=mysql.dialect())))
        return [*self._grants, *(self._of_roles if "USING" in self.asked[-1] else [])]


def test_roles_of_mysql_8_are_looked_into():
    own = ("GRANT USAGE ON *.* TO `reader`@`%`", "GRANT `shop_admin`@`%`,`shop_reader`@`%` TO `reader`@`%`")
    server = MySQL8(*own, of_roles=["GRANT SELECT, DELETE ON `shop`.* TO `reader`@`%`"])
    assert rights_to_write(server, "oc_") == ["SELECT, DELETE ON `shop`.*"]
    assert server.asked[1].replace("%%", "%") == (
        "SHOW GRANTS FOR CURRENT_USER() USING `shop_admin`@`%`, `shop_reader`@`%`"
    )
    server = MySQL8(*own, of_roles=["GRANT SELECT ON `shop`.* TO `reader`@`%`"])
    assert rights_to_write(server, "oc_") == []
