"""
The test vectors of leadexpert 12, one by one: told to the oracle alone, and to the oracle and the warehouse.

Each begins with client K1 and its deals D1 to D4; what is new gets the next number.
"""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException

from include.settings.deal_import import DealImportSettings
from plugins.faults import carrying_on
from plugins.steps import ledger
from plugins.steps.deal_import import source_of
from plugins.warehouse import Warehouse
from tests.deal_import.alphabet import NOW
from tests.deal_import.company import D1, D2, D3, D4, K1, MAPPED, OTHER, day, pay, stranger, told
from tests.deal_import.compare import Books
from tests.deal_import.run import STATUSES
from tests.deal_import.unknown import NOTE
from tests.deal_import.world import Export

NEXT_CLIENT, NEXT_DEAL = 3, 6


def test_1_a_payment_goes_to_the_nearest_new_deal_and_locks_its_amount(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "100")]))
    assert told(run, "r1")["codes"] == {"CLIENT_FOUND", "PAYMENT_BOUND"}
    assert books.deal(D2)["amount"] == 100
    assert books.deal(D2)["locked"]
    assert not books.deal(D3)["locked"]
    assert books.payment("r1")["bound_by"] == "nearest_new"


def test_2_a_deal_opened_after_the_payment_is_not_its_deal(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-05", "50")]))
    assert books.payment("r1")["deal_id"] == D1


def test_3_a_payment_with_no_earlier_deal_opens_one_and_the_last_deal_date_stays(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-01-01T10:00Z", "70")]))
    opened = books.deal(NEXT_DEAL)
    assert (opened["created_at"], opened["note"]) == (datetime(2026, 1, 1, 10, tzinfo=UTC), NOTE)
    assert books.client(K1)["last_deal_at"] == day(20)


def test_4_the_conversion_wins_over_the_deal_id_and_the_conflict_is_told(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", conversion_id="cv4", deal_id="X1")]))
    assert books.payment("r1")["deal_id"] == D4
    assert "ID_CONFLICT" in told(run, "r1")["codes"]


def test_5_an_unknown_conversion_leaves_the_choice_to_the_deal_id(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", conversion_id="cv0", deal_id="X4")]))
    assert (books.payment("r1")["deal_id"], books.payment("r1")["bound_by"]) == (D4, "deal_id")
    assert "ID_CONFLICT" not in told(run, "r1")["codes"]


def test_6_a_deal_of_a_repeated_request_is_passed_over_even_when_named(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", deal_id="X3")]))
    assert "REPEAT_DEAL_SKIPPED" in told(run, "r1")["codes"]
    assert (books.payment("r1")["deal_id"], books.payment("r1")["bound_by"]) == (D2, "nearest_new")


def test_7_both_payments_are_bound_before_the_status_of_the_first_is_set(books: Books) -> None:
    books.run(
        MAPPED,
        Export(
            [
                pay("r1", "2026-02-25", "100", status="Оплачена"),
                pay("r2", "2026-02-26", "20", status="Оплачена"),
            ]
        ),
    )
    assert books.deal(D2)["amount"] == 120
    assert books.deal(D2)["status"] == "Оплачена"


def test_8_the_same_file_again_writes_nothing_but_the_log(books: Books) -> None:
    export = Export([pay("r1", "2026-02-25", "100", status="Оплачена"), stranger("r2", "2026-02-26", "20")])
    books.run(MAPPED, export)
    before = books.versions_of_rows()
    run = books.run(MAPPED, export)
    assert run.counters == dict.fromkeys(run.counters, 0) | {"unchanged": 2}
    assert run.log == []
    assert books.versions_of_rows() == before


def test_9_a_changed_amount_is_overwritten_and_touches_no_other_deal(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "100")]))
    others = [books.deal(deal_id) for deal_id in (D1, D3, D4)]
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "150")]))
    assert told(run, "r1")["codes"] == {"RECORD_OVERWRITTEN"}
    assert told(run, "r1")["details"] == {"actual_amount": {"old": Decimal(100), "new": Decimal(150)}}
    assert books.deal(D2)["amount"] == 150
    assert [books.deal(deal_id) for deal_id in (D1, D3, D4)] == others


def test_10_a_status_that_is_new_with_an_equal_amount_is_overwritten_alone(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "100")]))
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "100,00", status="Отменена")]))
    assert told(run, "r1")["codes"] == {"RECORD_OVERWRITTEN", "DEAL_STATUS_SET"}
    assert told(run, "r1")["details"]["status"] == {"old": None, "new": "Отменена"}
    assert "actual_amount" not in told(run, "r1")["details"]
    assert books.deal(D2)["status"] == "Отменена"


def test_11_a_known_record_without_amount_is_ignored_whatever_its_status(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "100")]))
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", " ", status="Отменена")]))
    assert run.counters["ignored"] == 1
    assert (books.deal(D2)["amount"], books.deal(D2)["status"]) == (100, "Новая")


def test_12_an_ignored_record_is_new_once_its_amount_arrives(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "", potential_amount="900")]))
    assert run.counters["ignored"] == 1
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "10", potential_amount="900")]))
    assert run.counters["bound"] == 1
    assert books.deal(D2)["potential"] is None


def test_13_an_unknown_person_becomes_a_client_with_a_deal_and_two_events(books: Books) -> None:
    books.run(
        MAPPED, Export([stranger("r1", "2026-03-01", "200", deal_date="2026-02-27", potential_amount="500")])
    )
    client, deal = books.client(NEXT_CLIENT), books.deal(NEXT_DEAL)
    assert client["params"]["__tsuid"] == "t9"
    assert (deal["created_at"], deal["potential"]) == (datetime(2026, 2, 26, 21, tzinfo=UTC), 500)
    assert client["last_deal_at"] == deal["created_at"]
    assert [event["kind"] for event in books.world.feed] == ["client_created", "deal_created"]


def test_14_a_potential_amount_is_never_updated(books: Books) -> None:
    books.run(MAPPED, Export([stranger("r1", "2026-03-01", "200", potential_amount="500")]))
    run = books.run(MAPPED, Export([stranger("r1", "2026-03-01", "200", potential_amount="700")]))
    assert run.counters["unchanged"] == 1
    assert books.deal(NEXT_DEAL)["potential"] == 500


def test_15_the_cookie_wins_over_a_phone_of_another_client(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", tsuid="t1", phone=[OTHER])]))
    assert books.payment("r1")["client_id"] == K1
    assert "CLIENT_CONFLICT" in told(run, "r1")["codes"]


def test_16_a_record_of_nobody_is_refused_and_not_remembered(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", deal_id="X1", phone=["-"], email=["нет"])]))
    assert told(run, "r1")["codes"] == {"NO_CLIENT_IDENTITY"}
    assert books.world.payments == {}


def test_17_a_deal_of_the_future_is_opened_but_is_no_last_deal(books: Books) -> None:
    run = books.run(MAPPED, Export([stranger("r1", "2026-03-01", "1", deal_date="2026-03-20")]))
    assert {"CLIENT_CREATED", "DEAL_CREATED", "FUTURE_DEAL_DATE"} <= told(run, "r1")["codes"]
    assert books.deal(NEXT_DEAL)["created_at"] > NOW
    assert books.client(NEXT_CLIENT)["last_deal_at"] is None


def test_18_a_refund_lowers_the_sum_of_its_deal(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "100", deal_id="X1")]))
    books.run(MAPPED, Export([pay("r2", "2026-02-26", "-30", deal_id="X1")]))
    assert books.deal(D1)["amount"] == 70
    assert len(books.world.payments) == 2


def test_19_a_status_that_is_not_mapped_leaves_the_deal_as_it_is(books: Books) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "100", status="Странный")]))
    assert "UNKNOWN_STATUS" in told(run, "r1")["codes"]
    assert (books.deal(D2)["amount"], books.deal(D2)["status"]) == (100, "Новая")


def test_20_of_two_different_records_with_one_id_the_first_holds_now_and_later(books: Books) -> None:
    export = Export([pay("r1", "2026-02-25", "10"), pay("r1", "2026-02-25", "20")])
    for _ in range(2):
        run = books.run(MAPPED, export)
        assert [row["codes"] for row in run.rows if row["outcome"] == "refused"] == [
            {"CONFLICTING_DUPLICATE_IN_FILE"}
        ]
        assert books.deal(D2)["amount"] == 10


def test_21_nobody_edits_an_amount_that_was_imported_not_even_zero(with_warehouse: Books) -> None:
    with_warehouse.run(MAPPED, Export([pay("r1", "2026-02-25", "0")]))
    warehouse = with_warehouse.warehouse
    assert warehouse
    for statement in (
        "update mart.deal set actual_amount = 500 where deal_id = %s",
        "update mart.deal set actual_amount = null where deal_id = %s",
        "update mart.deal set actual_amount_locked = false where deal_id = %s",
    ):
        with pytest.raises(psycopg.errors.CheckViolation, match="вручную её не изменить"):
            warehouse.rows(statement, warehouse.ours("deal", D2))
    warehouse.rows("update mart.deal set note = 'позвонить' where deal_id = %s", warehouse.ours("deal", D2))
    warehouse.rows("update mart.deal set actual_amount = 500 where deal_id = %s", warehouse.ours("deal", D1))


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "utf-8-sig", "utf-16"])
def test_22_the_file_is_read_in_its_own_encoding_and_amounts_in_the_russian_spelling(
    with_warehouse: Books, encoding: str
) -> None:
    with_warehouse.run(
        MAPPED, Export([stranger("r1", "25.02.2026", "1 234,50", name="Ольга Дёмина")]), encoding=encoding
    )
    assert with_warehouse.payment("r1")["amount"] == Decimal("1234.50")
    assert with_warehouse.client(NEXT_CLIENT)["name"] == "Ольга Дёмина"


def test_23_a_broken_record_does_not_stop_the_good_ones(books: Books) -> None:
    run = books.run(
        MAPPED,
        Export(
            [
                pay("r1", "2026-02-25", "1"),
                pay("r2", "2026-02-25", "1O0"),
                pay("r3", "2026-02-31", "1"),
                pay("r4", "2026-02-25", "1"),
            ]
        ),
    )
    assert run.state == "partial"
    assert (run.counters["bound"], run.counters["refused"]) == (2, 2)
    assert told(run, "r2")["codes"] == {"BAD_AMOUNT"}
    assert told(run, "r3")["codes"] == {"BAD_DATE"}


def test_24_a_source_without_a_link_fails_its_run_before_anything_is_fetched(with_warehouse: Books) -> None:
    settings = DealImportSettings.model_validate(
        {"statuses": STATUSES, "sources": [{"name": "main", "link": None}]}, context={}
    )
    assert with_warehouse.warehouse
    session = Warehouse(with_warehouse.warehouse.connection)
    run_id = ledger.open_run(session, ledger.Occasion("deal_import", "main", "by hand", "manual"))
    assert run_id
    with pytest.raises(AirflowFailException, match="нет ссылки"), carrying_on(session, run_id):
        source_of(settings, "main")
    assert with_warehouse.warehouse.outcome(run_id)[0] == "failed"
    log = with_warehouse.warehouse.rows(
        "select codes from ops.run_log where run_id = %s order by seq", run_id
    )
    assert [row["codes"] for row in log] == [["RUN_STARTED"], ["CONFIG_ERROR"]]
    assert with_warehouse.warehouse.rows("select 1 from ops.landed_file") == []
    with_warehouse.assert_same_tables()
