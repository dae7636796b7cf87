"""
The resolutions of leadexpert 9 that its vectors do not show, told to the oracle alone and to both books.

The company is the one of the vectors.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.deal_import.company import (
    D1,
    D2,
    D3,
    D4,
    K1,
    K2,
    MAPPED,
    OTHER,
    PHONE,
    UNKNOWN,
    day,
    pay,
    stranger,
    told,
)
from tests.deal_import.compare import Books
from tests.deal_import.edits import Edits
from tests.deal_import.world import Export

NEXT_CLIENT, NEXT_DEAL = 3, 6


def edits(books: Books) -> Edits:
    return Edits(books.world, books.warehouse)


def test_a2_a_client_without_cookie_is_created_with_a_warning_unless_the_source_insists(books: Books) -> None:
    export = Export([pay("r1", "2026-02-25", "1", phone=[UNKNOWN])])
    insisting = replace(MAPPED, require_tsuid_for_new_client=True)
    assert told(books.run(insisting, export), "r1")["codes"] == {"TSUID_REQUIRED"}
    assert {"CLIENT_CREATED", "CLIENT_WITHOUT_TSUID"} <= told(books.run(MAPPED, export), "r1")["codes"]


def test_a2_one_refused_for_want_of_a_cookie_is_found_once_a_later_record_creates_the_client(
    books: Books,
) -> None:
    insisting = replace(MAPPED, require_tsuid_for_new_client=True)
    run = books.run(
        insisting,
        Export(
            [
                pay("r1", "2026-02-21", "1", phone=[UNKNOWN]),
                pay("r2", "2026-02-22", "1", phone=[UNKNOWN], tsuid="t9"),
                pay("r3", "2026-02-23", "1", phone=[UNKNOWN]),
            ]
        ),
    )
    assert [row["outcome"] for row in run.rows] == ["refused", "created", "bound"]


def test_a3_in_the_next_run_a_deal_is_judged_by_the_status_it_then_has(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", status="Оплачена")]))
    books.run(MAPPED, Export([pay("r2", "2026-02-25", "1")]))
    assert (books.payment("r1")["deal_id"], books.payment("r2")["deal_id"]) == (D2, D1)


def test_a3_the_last_status_by_payment_date_wins_whatever_the_order_in_the_file(books: Books) -> None:
    records = [
        pay("r1", "2026-02-27", "1", status="Отменена"),
        pay("r2", "2026-02-26", "1", status="Оплачена"),
    ]
    run = books.run(MAPPED, Export(records))
    assert books.deal(D2)["status"] == "Отменена"
    assert told(run, "r1")["details"]["deal_status"] == {"old": "Оплачена", "new": "Отменена"}


def test_a4_a_repeated_request_is_passed_over_even_when_its_conversion_is_named(books: Books) -> None:
    edits(books).move_status(D4 - 1, "Повторное обращение")
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", conversion_id="cv4")]))
    assert "REPEAT_DEAL_SKIPPED" in told(run, "r1")["codes"]
    assert books.payment("r1")["deal_id"] == D2


def test_a5_repeated_request_is_no_status_for_a_deal_with_payments(books: Books) -> None:
    export = Export(
        [
            pay("r1", "2026-02-25", "1", status="повторно"),
            stranger("r2", "2026-02-25", "1", status="Повторно"),
        ]
    )
    run = books.run(MAPPED, export)
    for record_id, deal_id in (("r1", D2), ("r2", NEXT_DEAL)):
        assert "STATUS_REPEAT_REFUSED" in told(run, record_id)["codes"]
        assert books.deal(deal_id)["status"] == "Новая"
        assert not books.payment(record_id)["status_pending"]


def test_a6_a_known_record_is_neither_matched_nor_dated_anew(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    before = books.payment("r1")
    changed = pay(
        "r1", "2026-01-01", "2", deal_id="X1", deal_date="2026-03-01", phone=[OTHER], comment="другой"
    )
    books.run(MAPPED, Export([changed]))
    assert books.payment("r1") == before | {"amount": Decimal(2), "last_run": 2}
    assert books.client(K1)["last_deal_at"] == day(20)


def test_a6_a_known_record_may_come_without_date_and_without_client(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    run = books.run(MAPPED, Export([{"id": "r1", "actual_amount": "3"}]))
    assert run.counters["overwritten"] == 1


def test_a7_an_unchanged_file_does_not_undo_what_a_manager_decided_later(books: Books) -> None:
    export = Export([pay("r1", "2026-02-25", "1", status="Оплачена")])
    books.run(MAPPED, export)
    edits(books).move_status(D2 - 1, "В работе")
    run = books.run(MAPPED, export)
    assert run.counters["unchanged"] == 1
    assert books.deal(D2)["status"] == "В работе"


def test_a9_ids_are_texts_and_never_our_own_numbers(books: Books) -> None:
    run = books.run(
        MAPPED,
        Export([pay("r1", "2026-02-25", "1", deal_id=str(D4)), pay("r2", "2026-02-25", "1", deal_id="x4")]),
    )
    assert run.bound_by == {"nearest_new": 2}
    books.run(MAPPED, Export([pay("7", "2026-02-25", "1"), pay("007", "2026-02-25", "2")]))
    assert books.payment("7")["amount"] != books.payment("007")["amount"]


@pytest.mark.parametrize("named", [{"conversion_id": "cv5"}, {"deal_id": "X5"}])
def test_a10_an_id_of_another_client_is_no_match_but_a_warning(books: Books, named: dict[str, str]) -> None:
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", **named)]))
    assert "ID_OWNED_BY_OTHER_CLIENT" in told(run, "r1")["codes"]
    assert books.payment("r1")["deal_id"] == D2


def test_a10_of_several_deals_with_one_id_the_oldest_is_taken(books: Books) -> None:
    edits(books).add_deal({"client": 0, "status": "Новая", "created_at": day(2), "external_id": "X4"})
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1", deal_id="X4")]))
    assert books.payment("r1")["deal_id"] == D4


def test_a11_a_closed_deal_in_between_does_not_hide_the_new_one(books: Books) -> None:
    edits(books).add_deal({"client": 0, "status": "Оплачена", "created_at": day(24)})
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    assert books.payment("r1")["deal_id"] == D2


def test_a12_a_payment_dated_by_day_looks_back_from_the_end_of_that_day(books: Books) -> None:
    edits(books).add_deal(
        {"client": 0, "status": "Новая", "created_at": day(25).replace(hour=20, minute=59, second=59)}
    )
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1"), pay("r2", "2026-02-25T23:59:58", "1")]))
    assert (books.payment("r1")["deal_id"], books.payment("r2")["deal_id"]) == (NEXT_DEAL, D2)


def test_a12_a_look_back_limit_hides_older_deals_and_reaches_to_the_second(books: Books) -> None:
    limited = replace(MAPPED, max_lookback_days=10)
    books.run(
        limited, Export([pay("r1", "2026-02-20T00:00:00Z", "1"), pay("r2", "2026-02-20T00:00:01Z", "1")])
    )
    assert (books.payment("r1")["deal_id"], books.payment("r2")["deal_id"]) == (D2, NEXT_DEAL)


def test_a13_a_hand_typed_amount_is_replaced_by_the_sum_and_kept_in_the_log(books: Books) -> None:
    edits(books).type_amount(D2 - 1, "500.00")
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "100"), pay("r2", "2026-02-25", "20")]))
    assert books.deal(D2)["amount"] == 120
    assert told(run, "r1")["details"]["manual_amount"] == 500
    assert "manual_amount" not in told(run, "r2")["details"]


def test_a15_the_date_of_the_deal_counts_for_the_client_and_never_that_of_the_payment(books: Books) -> None:
    edits(books).add_deal({"client": 0, "status": "Новая", "created_at": day(22)})
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    assert books.client(K1)["last_deal_at"] == day(22)


def test_a16_of_several_clients_with_one_key_the_oldest_is_taken_and_nobody_is_merged(books: Books) -> None:
    edits(books).add_phone(K2 - 1, PHONE)
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    assert "CLIENT_AMBIGUOUS" in told(run, "r1")["codes"]
    assert books.payment("r1")["client_id"] == K1


def test_a17_a_client_that_is_found_learns_no_new_keys_so_chains_do_not_grow(books: Books) -> None:
    run = books.run(
        MAPPED,
        Export(
            [
                pay("r1", "2026-02-21", "1", phone=["79210000001", "79210000002"]),
                pay("r2", "2026-02-22", "1", phone=["79210000002", "79210000003"]),
                pay("r3", "2026-02-23", "1", phone=["79210000003", "79210000004"]),
                pay("r4", "2026-02-24", "1", phone=["79210000004"]),
            ]
        ),
    )
    assert [row["client_id"] for row in run.rows] == [3, 3, 4, 4]
    assert list(books.client(NEXT_CLIENT)["phone"]) == ["79210000001", "79210000002"]


def test_a19_a_refused_record_is_tried_again_and_gets_in_once_it_is_mended(books: Books) -> None:
    assert books.run(MAPPED, Export([pay("r1", "вчера", "1")])).counters["refused"] == 1
    assert books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")])).counters["bound"] == 1


def test_a20_the_feed_tells_of_what_was_created_and_of_nothing_else(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1"), pay("r2", "2026-01-01", "1")]))
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "2", status="Оплачена")]))
    assert [(event["kind"], event["deal_id"]) for event in books.world.feed] == [("deal_created", NEXT_DEAL)]


def test_a23_two_sources_number_their_records_for_themselves_but_add_up_on_one_deal(books: Books) -> None:
    export = Export([pay("r1", "2026-02-25", "100")])
    books.run(MAPPED, export)
    books.run(replace(MAPPED, name="second"), export)
    assert len(books.world.payments) == 2
    assert books.deal(D2)["amount"] == 200


def test_a25_a_deal_has_one_currency_and_takes_that_of_its_first_payment(books: Books) -> None:
    run = books.run(
        MAPPED,
        Export(
            [
                pay("r1", "2026-02-25", "1", currency="usd"),
                pay("r2", "2026-02-26", "2"),
                pay("r3", "2026-02-27", "4"),
            ]
        ),
    )
    assert books.deal(D2)["currency"] == "USD"
    assert books.deal(D2)["amount"] == 1
    for record_id in ("r2", "r3"):
        assert told(run, record_id)["codes"] == {"CLIENT_FOUND", "CURRENCY_MISMATCH"}
        assert ("main", record_id) not in books.world.payments


def test_a25_the_currency_is_that_of_the_record_else_of_the_file_else_of_the_source(books: Books) -> None:
    export = Export(
        [stranger("r1", "2026-02-25", "1"), pay("r2", "2026-02-25", "1", currency="RUB")], currency="USD"
    )
    books.run(MAPPED, export)
    books.run(replace(MAPPED, currency="EUR"), Export([pay("r3", "2026-01-01", "1")]))
    assert [books.payment(record_id)["currency"] for record_id in ("r1", "r2", "r3")] == ["USD", "RUB", "EUR"]


def test_a26_what_is_gone_from_the_file_stays_imported(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    run = books.run(MAPPED, Export([]))
    assert (run.state, run.records) == ("success", 0)
    assert books.deal(D2)["amount"] == 1


def test_a28_the_order_of_the_file_does_not_matter_where_payment_dates_differ(books: Books) -> None:
    later = stranger("r1", "2026-02-26", "1", deal_date="2026-02-20")
    earlier = stranger("r2", "2026-02-25", "1", deal_date="2026-02-19")
    run = books.run(MAPPED, Export([later, earlier]))
    assert told(run, "r2")["outcome"] == "created"
    assert told(run, "r1")["outcome"] == "bound"


def test_a_mapping_added_later_heals_statuses_of_records_in_the_file_and_out_of_it(books: Books) -> None:
    books.run(
        MAPPED,
        Export(
            [pay("r1", "2026-02-25", "1", status="Странный"), pay("r2", "2026-02-03", "1", status="Странный")]
        ),
    )
    healed = replace(MAPPED, status_map={"странный ": "В работе"})
    run = books.run(healed, Export([pay("r1", "2026-02-25", "1", status="Странный")]))
    assert told(run, "r1")["outcome"] == "status_set"
    assert (told(run, "r2")["outcome"], told(run, "r2")["position"]) == (None, None)
    assert (books.deal(D1)["status"], books.deal(D2)["status"]) == ("В работе", "В работе")


def test_an_unknown_status_is_told_once_a_run_and_text(books: Books) -> None:
    records = [pay(f"r{number}", f"2026-02-2{number}", "1", status="Странный") for number in (3, 1, 2)]
    for _ in range(2):
        run = books.run(MAPPED, Export(records))
        assert [row["record_key"] for row in run.rows if "UNKNOWN_STATUS" in row["codes"]] == ["r1"]


def test_a_status_written_by_its_own_name_needs_no_mapping_but_the_mapping_wins(books: Books) -> None:
    books.run(replace(MAPPED, status_map={}), Export([pay("r1", "2026-02-25", "1", status="оплачена")]))
    assert books.deal(D2)["status"] == "Оплачена"
    books.run(
        replace(MAPPED, status_map={"ОПЛАЧЕНА": "В работе"}),
        Export([pay("r2", "2026-02-05", "1", status="Оплачена")]),
    )
    assert books.deal(D1)["status"] == "В работе"


def test_the_payment_of_a_deal_that_somebody_deleted_is_refused_and_stays_as_it_was(books: Books) -> None:
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    before = books.payment("r1")
    edits(books).delete_deal(D2 - 1)
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "9"), pay("r2", "2026-02-25", "1")]))
    assert told(run, "r1")["codes"] == {"BOUND_DEAL_MISSING"}
    assert books.payment("r1") == before
    assert books.payment("r2")["deal_id"] == D1


def test_an_identical_repeat_is_merely_skipped_however_it_is_spelled(books: Books) -> None:
    repeat = {
        "id": " r1",
        "payment_date": "25.02.2026",
        "actual_amount": "100,00",
        "phone": ["8 (921) 000-11-22"],
    }
    run = books.run(MAPPED, Export([pay("r1", "2026-02-25", "100"), repeat]))
    assert (run.counters["duplicate"], run.state) == (1, "success")


def test_deals_of_equal_date_are_told_apart_by_the_youngest(books: Books) -> None:
    edits(books).add_deal({"client": 0, "status": "Новая", "created_at": day(10)})
    books.run(MAPPED, Export([pay("r1", "2026-02-25", "1")]))
    assert books.payment("r1")["deal_id"] == NEXT_DEAL
    assert D3 not in [payment["deal_id"] for payment in books.world.payments.values()]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<deal_export version='1.0'><record>",
        b"<html><title>Login</title></html>",
        b"<deal_export version='2.0'/>",
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_changes_nothing(with_warehouse: Books, content: bytes) -> None:
    warehouse = with_warehouse.warehouse
    assert warehouse
    run_id = with_warehouse.import_file(MAPPED, content)
    assert warehouse.outcome(run_id)[0] == "failed"
    log = warehouse.rows("select codes from ops.run_log where run_id = %s order by seq", run_id)
    assert [row["codes"] for row in log] == [["RUN_STARTED"], ["BAD_FILE"]]
    with_warehouse.assert_same_tables()


def test_elements_that_nothing_reads_are_told_once_a_name(with_warehouse: Books) -> None:
    warehouse = with_warehouse.warehouse
    assert warehouse
    record = b"<record><id>r1</id><discount>5</discount><discount>6</discount></record>"
    run_id = with_warehouse.import_file(
        MAPPED, b"<deal_export version='1.0'>" + record * 2 + b"</deal_export>"
    )
    (notice,) = [row for row in warehouse.log(run_id) if row["codes"] == ["UNKNOWN_ELEMENT"]]
    assert notice["details"] == {"element": "discount", "count": 4, "first_position": 1}


def test_the_feed_says_where_from_without_credentials(with_warehouse: Books) -> None:
    with_warehouse.run(MAPPED, Export([stranger("r1", "2026-02-25", "1")]))
    assert with_warehouse.warehouse
    events = with_warehouse.warehouse.rows("select details from mart.client_feed order by feed_id")
    assert [event["details"]["link"] for event in events] == ["https://shop.example/export.xml"] * 2
