"""Contacts that are published: their clients, also when somebody else has written to the mart meanwhile."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from plugins.steps import ledger
from plugins.steps.amocrm_contacts import match_anew
from plugins.steps.amocrm_statuses import Statuses
from plugins.steps.amocrm_statuses_publish import publish
from plugins.warehouse import Warehouse
from tests.amocrm_statuses.small_account import Reader, SmallAccount
from tests.amocrm_statuses.test_incremental import ONE

PHONE, OTHER = "79210001001", "79210001002"
CONTACT = (
    "run_id", "read_no", "contact_id", "name", "phones", "emails", "updated_at", "fingerprint", "keys",
)  # fmt: skip


@pytest.fixture
def reader(connection: psycopg.Connection) -> Reader:
    """Give an account with one lead."""
    world = SmallAccount()
    world.add(1, (1, 1))
    return Reader(Warehouse(connection), world)


def read(reader: Reader, *contacts: tuple[int, str, str], **scope: Any) -> Statuses:
    """Stage contacts as a run reads them, and find their clients."""
    job = reader.open(ONE, **scope)
    reader.stage(job)
    staged: list[tuple[Any, ...]] = [
        (
            job.run_id,
            1,
            number,
            name,
            [phone],
            [],
            job.now,
            f"{name} {phone}",
            Jsonb([["phone", phone, phone]]),
        )
        for number, name, phone in contacts
    ]
    reader.warehouse.copy_rows("stage.amocrm_statuses_contact", CONTACT, staged)
    with reader.warehouse.transaction():
        match_anew(reader.warehouse, job)
    return job


def links(reader: Reader) -> list[tuple[Any, ...]]:
    """Give whose clients contacts are."""
    query = """
        select external_id, client.name, client.origin from mart.client_link
        inner join mart.client using (client_id) where system = 'amocrm' order by external_id
    """
    return reader.warehouse.connection.execute(query).fetchall()


def test_contacts_of_one_phone_are_one_client(reader: Reader) -> None:
    job = read(reader, (7, "Анна", PHONE), (8, "Анна П.", PHONE), (9, "Борис", OTHER))
    publish(reader.warehouse, job)
    assert links(reader) == [
        ("7", "Анна", "amocrm_statuses"),
        ("8", "Анна", "amocrm_statuses"),
        ("9", "Борис", "amocrm_statuses"),
    ]
    assert reader.warehouse.connection.execute("select count(*) from mart.client").fetchone() == (2,)


def test_a_contact_read_again_stays_who_it_is(reader: Reader) -> None:
    publish(reader.warehouse, job := read(reader, (7, "Анна", PHONE)))
    ledger.close_run(reader.warehouse, job.run_id, "success")
    before = links(reader)
    publish(reader.warehouse, read(reader, (7, "Анна", OTHER)))
    assert links(reader) == before
    query = "select phones from mart.amocrm_contact"
    assert reader.warehouse.connection.execute(query).fetchall() == [([OTHER],)]


def test_a_client_that_came_in_meanwhile_is_found_anew(reader: Reader) -> None:
    job = read(reader, (7, "Анна", PHONE))
    connection = reader.warehouse.connection
    connection.execute(
        "insert into mart.client (client_id, name, origin) values (500, 'Раньше', 'deal_import')"
    )
    connection.execute(
        "insert into mart.client_key (kind, value, client_id) values ('phone', %s, 500)", (PHONE,)
    )
    publish(reader.warehouse, job)
    assert links(reader) == [("7", "Раньше", "deal_import")]


def test_a_dry_run_makes_no_client(reader: Reader) -> None:
    publish(reader.warehouse, read(reader, (7, "Анна", PHONE), dry_run=True))
    assert links(reader) == []
    assert reader.warehouse.connection.execute("select count(*) from mart.amocrm_contact").fetchone() == (0,)
