import json

import pytest

from tests.include.deal_import.reading import export, feed_of, row_of

GOOD = "<id>P1</id><actual_amount>10</actual_amount>"


def client(inside: str) -> str:
    return f"{GOOD}<client>{inside}</client>"


def test_a_full_record_becomes_a_row_as_copy_reads_it():
    record = """
        <id> PAY-1 </id><conversion_id>cv-7</conversion_id><deal_id>ORD-8</deal_id>
        <status> Оплачена  полностью </status>
        <deal_date>2026-02-27T18:05:00+03:00</deal_date><payment_date>2026-03-01</payment_date>
        <actual_amount>15 400,5</actual_amount><potential_amount>20000</potential_amount>
        <currency>usd</currency>
        <comment> до
 двери </comment>
        <client><tsuid>a91f</tsuid><phone>8 (921) 000-11-22</phone><email>Olga.Demo@example.org</email>
        <name>Ольга  Демина</name><company>ООО «Пример»</company><field name="city">Псков</field></client>"""
    assert row_of(record)._asdict() == {
        "position": "1",
        "record_id": "PAY-1",
        "conversion_id": "cv-7",
        "external_id": "ORD-8",
        "actual_amount": "15400.50",
        "potential_amount": "20000.00",
        "currency": "USD",
        "raw_status": "Оплачена полностью",
        "status_key": "оплачена полностью",
        "payment_date": "2026-03-01T23:59:59+03:00",
        "deal_date": "2026-02-27T18:05:00+03:00",
        "comment": "до\n двери",
        "tsuid": "a91f",
        "phones": '{"79210001122"}',
        "phones_raw": '{"8 (921) 000-11-22"}',
        "emails": '{"olga.demo@example.org"}',
        "emails_raw": '{"Olga.Demo@example.org"}',
        "name": "Ольга Демина",
        "company": "ООО «Пример»",
        "fields": '{"city": "Псков"}',
        "faults": None,
        "fault_details": None,
    }


def test_a_date_alone_is_the_end_of_a_payment_day_and_the_start_of_a_deal_day():
    row = row_of(f"{GOOD}<payment_date>01.03.2026</payment_date><deal_date>01.03.2026</deal_date>")
    assert (row.payment_date, row.deal_date) == ("2026-03-01T23:59:59+03:00", "2026-03-01T00:00:00+03:00")


def test_ids_are_text_and_keep_their_zeros_and_case():
    row = row_of("<id>007</id><deal_id>aB</deal_id><actual_amount>1</actual_amount>")
    assert (row.record_id, row.external_id) == ("007", "aB")


def test_missing_date_and_identity_are_no_faults_of_reading():
    assert row_of(GOOD).faults is None


@pytest.mark.parametrize(
    ("record", "faults", "details"),
    [
        ("<actual_amount>1</actual_amount>", "{MISSING_ID}", None),
        ("<id> </id><actual_amount>1</actual_amount>", "{MISSING_ID}", None),
        (f"<id>{'x' * 129}</id><actual_amount>1</actual_amount>", "{MISSING_ID}", {"id": "x" * 100}),
        ("<id>1</id><actual_amount>12x</actual_amount>", "{BAD_AMOUNT}", {"actual_amount": "12x"}),
        (f"{GOOD}<potential_amount>-1</potential_amount>", "{BAD_AMOUNT}", {"potential_amount": "-1"}),
        (f"{GOOD}<currency>руб</currency>", "{BAD_AMOUNT}", {"currency": "РУБ"}),
        (f"{GOOD}<payment_date>вчера</payment_date>", "{BAD_DATE}", {"payment_date": "вчера"}),
        (f"{GOOD}<deal_date>30.02.2026</deal_date>", "{BAD_DATE}", {"deal_date": "30.02.2026"}),
        (f"{GOOD}<deal_id>{'y' * 129}</deal_id>", "{DB_ERROR}", {"deal_id": "y" * 100}),
        (f"{GOOD}<conversion_id>{'y' * 129}</conversion_id>", "{DB_ERROR}", {"conversion_id": "y" * 100}),
        (
            "<actual_amount>a</actual_amount><potential_amount>b</potential_amount><deal_date>c</deal_date>",
            "{MISSING_ID,BAD_AMOUNT,BAD_DATE}",
            {"actual_amount": "a", "potential_amount": "b", "deal_date": "c"},
        ),
    ],
)
def test_each_fault_is_named_once_with_the_texts_that_could_not_be_read(record, faults, details):
    row = row_of(record)
    assert row.faults == faults
    assert (json.loads(row.fault_details) if row.fault_details else None) == details


def test_an_id_of_128_characters_is_taken():
    assert row_of(f"<id>{'x' * 128}</id><actual_amount>1</actual_amount>").record_id == "x" * 128


@pytest.mark.parametrize("amount", ["", "<actual_amount/>", "<actual_amount> </actual_amount>"])
def test_without_an_actual_amount_nothing_else_is_a_fault(amount):
    row = row_of(f"{amount}<payment_date>вчера</payment_date><potential_amount>x</potential_amount>")
    assert (row.actual_amount, row.faults, row.fault_details) == (None, None, None)


def test_zero_and_negative_actual_amounts_are_given():
    assert row_of("<id>1</id><actual_amount>0</actual_amount>").actual_amount == "0.00"
    assert row_of("<id>1</id><actual_amount>-30</actual_amount>").faults is None


def test_a_potential_amount_that_rounds_to_zero_is_not_negative():
    assert row_of(f"{GOOD}<potential_amount>-0.001</potential_amount>").potential_amount == "0.00"


def test_currency_is_the_records_else_the_files_else_the_sources():
    record = f"<record>{GOOD}<currency> eur </currency></record><record>{GOOD}</record>"
    assert [row.currency for row in feed_of(export(record, 'version="1.0" currency="usd"'))] == ["EUR", "USD"]
    assert [row.currency for row in feed_of(export(record))] == ["EUR", "RUB"]


def test_contacts_are_normalised_in_file_order_each_once_with_what_was_written():
    row = row_of(client("<phone>+7 921 000-11-33</phone><phone>нет</phone><phone>8(921)0001122</phone>"
                        "<phone>79210001133</phone><email>-</email>"))  # fmt: skip
    assert row.phones == '{"79210001133","79210001122"}'
    assert row.phones_raw == '{"+7 921 000-11-33","8(921)0001122"}'
    assert (row.emails, row.emails_raw) == (None, None)


def test_quotes_and_backslashes_survive_in_an_array():
    assert row_of(client('<email>"a\\b"@example.org</email>')).emails == r'{"\"a\\b\"@example.org"}'


def test_the_first_usable_cookie_wins():
    assert row_of(client("<tsuid>null</tsuid><tsuid> Ab </tsuid><tsuid>cd</tsuid>")).tsuid == "Ab"


def test_of_a_repeated_field_the_last_wins_and_blank_ones_are_not_given():
    row = row_of(client('<field name="a">1</field><field name="a">"2"\n</field><field name="b"> </field>'))
    assert json.loads(row.fields) == {"a": '"2"'}
    assert row_of(client('<field name="b"/>')).fields is None


def test_of_a_repeated_single_element_the_first_that_is_not_blank_wins():
    row = row_of("<id> </id><id>1</id><id>2</id><actual_amount>5</actual_amount>")
    assert row.record_id == "1"


def test_text_is_read_whole_across_comments_cdata_and_markup():
    row = row_of(f"<id>1</id>{GOOD}<comment>a<!-- x -->b<![CDATA[<c>]]>&amp;<b>d</b>e</comment>")
    assert row.comment == "ab<c>&de"


def test_fault_details_never_hold_a_phone_or_an_email():
    row = row_of("<actual_amount>x</actual_amount><client><phone>123</phone><email>nobody</email></client>")
    assert "123" not in row.fault_details
    assert "nobody" not in row.fault_details
