"""
Records of one file that make clients and deals for each other: where sets of rows go wrong most easily.

The company is the one of the vectors.
"""

from dataclasses import replace

import pytest

from tests.deal_import.company import D2, MAPPED, OTHER, PHONE, UNKNOWN, day, pay, stranger, told
from tests.deal_import.compare import Books
from tests.deal_import.edits import Edits
from tests.deal_import.reading import RawRecord
from tests.deal_import.world import Export

NEXT_CLIENT, NEXT_DEAL = 3, 6
LINKS = [f"7921000000{number}" for number in range(6)]


def link(number: int, paid: str) -> RawRecord:
    """Write a record with two phones, the second of which the next link has too."""
    return pay(f"r{number}", paid, "1", phone=LINKS[number : number + 2])


@pytest.mark.parametrize(
    ("days", "clients"),
    [
        ((21, 22, 23, 24, 25), [3, 3, 4, 4, 5]),
        ((25, 24, 23, 22, 21), [5, 4, 4, 3, 3]),
        ((23, 21, 24, 22, 25), [3, 3, 3, 4, 4]),
        ((21, 21, 21, 21, 21), [3, 3, 4, 4, 5]),
    ],
)
def test_a_chain_of_keys_falls_into_clients_by_the_order_of_payment(
    books: Books, days: tuple[int, ...], clients: list[int]
) -> None:
    books.run(MAPPED, Export([link(number, f"2026-02-{paid}") for number, paid in enumerate(days)]))
    assert [books.payment(f"r{number}")["client_id"] for number in range(5)] == clients


def test_the_middle_of_a_chain_that_is_refused_joins_nobody(books: Books) -> None:
    insisting = replace(MAPPED, require_tsuid_for_new_client=True)
    records = [
        stranger("r1", "2026-02-21", "1", phone=LINKS[:1], tsuid="c1"),
        pay("r2", "2026-02-22", "1", phone=LINKS[1:3]),
        stranger("r3", "2026-02-23", "1", phone=LINKS[2:3], tsuid="c3"),
        pay("r4", "2026-02-24", "1", phone=LINKS[1:2]),
    ]
    run = books.run(insisting, Export(records))
    assert [told(run, f"r{number}")["outcome"] for number in range(1, 5)] == [
        "created",
        "refused",
        "created",
        "refused",
    ]


def test_a_key_between_a_client_of_the_file_and_one_of_before_goes_to_the_better_key(books: Books) -> None:
    records = [
        stranger("r1", "2026-02-21", "1", email=["new@example.org"]),
        pay("r2", "2026-02-22", "1", phone=[PHONE], tsuid="t9"),
        pay("r3", "2026-02-23", "1", phone=[PHONE], email=["new@example.org"]),
    ]
    run = books.run(MAPPED, Export(records))
    assert [row["client_id"] for row in run.rows] == [NEXT_CLIENT, NEXT_CLIENT, 1]
    assert "CLIENT_CONFLICT" in told(run, "r2")["codes"]
    assert "CLIENT_CONFLICT" in told(run, "r3")["codes"]


def test_two_new_clients_with_one_conversion_each_have_a_deal_of_it(books: Books) -> None:
    records = [
        stranger("r1", "2026-02-21", "1", conversion_id="cv9"),
        pay("r2", "2026-02-22", "1", phone=[OTHER], conversion_id="cv9"),
        pay("r3", "2026-02-23", "1", phone=[OTHER], conversion_id="cv9"),
    ]
    run = books.run(MAPPED, Export(records))
    assert "ID_OWNED_BY_OTHER_CLIENT" in told(run, "r2")["codes"]
    assert "ID_OWNED_BY_OTHER_CLIENT" not in told(run, "r3")["codes"]
    assert books.payment("r2")["deal_id"] == books.payment("r3")["deal_id"]


def test_an_id_of_an_own_repeated_request_is_not_said_to_be_somebody_elses(books: Books) -> None:
    records = [stranger("r1", "2026-02-21", "1", deal_id="X3"), pay("r2", "2026-02-25", "1", deal_id="X3")]
    codes = told(books.run(MAPPED, Export(records)), "r2")["codes"]
    assert "REPEAT_DEAL_SKIPPED" in codes
    assert "ID_OWNED_BY_OTHER_CLIENT" not in codes


def test_deals_opened_in_the_file_are_nearest_by_their_own_date_not_by_their_turn(books: Books) -> None:
    records = [
        stranger("r1", "2026-02-05", "1", deal_date="2026-02-20"),
        stranger("r2", "2026-02-06", "1", deal_date="2026-02-04"),
        stranger("r3", "2026-02-21", "1"),
        stranger("r4", "2026-02-07", "1"),
    ]
    books.run(MAPPED, Export(records))
    deals = [books.payment(f"r{number}")["deal_id"] for number in range(1, 5)]
    assert deals == [NEXT_DEAL, NEXT_DEAL + 1, NEXT_DEAL, NEXT_DEAL + 1]


def test_a_look_back_limit_holds_among_deals_opened_in_the_file(books: Books) -> None:
    limited = replace(MAPPED, max_lookback_days=5)
    paid = ("2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z", "2026-02-06T00:00:01Z", "2026-02-07T00:00:00Z")
    books.run(limited, Export([stranger(f"r{number}", date, "1") for number, date in enumerate(paid)]))
    assert [books.payment(f"r{number}")["deal_id"] - NEXT_DEAL for number in range(4)] == [0, 0, 1, 1]


def test_a_deal_opened_as_paid_is_found_by_its_id_but_is_no_new_deal(books: Books) -> None:
    records = [
        stranger("r1", "2026-02-21", "1", status="Оплачена", deal_id="X9"),
        stranger("r2", "2026-02-22", "1"),
        stranger("r3", "2026-02-23", "1", deal_id="X9"),
    ]
    books.run(MAPPED, Export(records))
    assert [books.payment(f"r{number}")["deal_id"] - NEXT_DEAL for number in (1, 2, 3)] == [0, 1, 0]


@pytest.mark.parametrize("status", ["повторно", "Странный"])
def test_a_deal_opened_with_a_status_it_cannot_have_is_new_to_the_next_record(
    books: Books, status: str
) -> None:
    books.run(
        MAPPED, Export([stranger("r1", "2026-02-21", "1", status=status), stranger("r2", "2026-02-22", "1")])
    )
    assert books.payment("r2")["deal_id"] == NEXT_DEAL


def test_a_record_refused_for_its_currency_moves_no_date_and_sets_no_status(books: Books) -> None:
    Edits(books.world, books.warehouse).add_deal(
        {"client": 0, "status": "Новая", "created_at": day(22), "currency": "USD"}
    )
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", status="Оплачена", deal_date="2026-02-26")]))
    assert told(run, "r1")["codes"] == {"CLIENT_FOUND", "CURRENCY_MISMATCH"}
    assert books.client(1)["last_deal_at"] == day(20)
    assert books.deal(NEXT_DEAL)["status"] == "Новая"


def test_the_last_deal_date_moves_step_by_step_in_the_order_of_payment(books: Books) -> None:
    dates = ("2026-02-22", "2026-02-21", "2026-02-28", "2026-03-20", "2026-02-27")
    records = [
        pay(f"r{number}", f"2026-02-2{number}", "1", deal_date=date) for number, date in enumerate(dates)
    ]
    run = books.run(MAPPED, Export(records))
    moved = [row["record_key"] for row in run.rows if "LAST_DEAL_DATE_MOVED" in row["codes"]]
    assert moved == ["r0", "r2"]
    assert "FUTURE_DEAL_DATE" in told(run, "r3")["codes"]


def test_the_number_of_a_deleted_deal_is_never_given_to_another(books: Books) -> None:
    books.run(MAPPED, Export([stranger("r1", "2026-02-21", "1")]))
    Edits(books.world, books.warehouse).delete_deal(NEXT_DEAL - 1)
    run = books.run(
        MAPPED,
        Export([stranger("r1", "2026-02-21", "1"), stranger("r2", "2026-02-22", "5", phone=[UNKNOWN])]),
    )
    assert told(run, "r1")["codes"] == {"BOUND_DEAL_MISSING"}
    assert books.payment("r2")["deal_id"] == NEXT_DEAL + 1
    assert books.deal(NEXT_DEAL + 1)["amount"] == 5
    assert books.deal(D2)["amount"] is None
