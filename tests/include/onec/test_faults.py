"""Errors of 1C in all three shapes."""

import json

import pytest

from include.onec.faults import MEANINGS, Fault, fault_in, read_fault

JSON = json.dumps({"odata.error": {"code": "9", "message": {"lang": "ru", "value": " Не  найден "}}}).encode()
XML = (
    '<m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code>-1</m:code>'
    "<m:message>Дата запрета</m:message></m:error>"
).encode()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (JSON, Fault("9", "Не найден")),
        (b"\xef\xbb\xbf" + JSON, Fault("9", "Не найден")),
        (XML, Fault("-1", "Дата запрета")),
        (b'{"odata.error": {"code": 14, "message": "plain"}}', Fault("14", "plain")),
    ],
)
def test_an_error_is_read_in_every_shape(body: bytes, fault: Fault) -> None:
    assert read_fault(body) == fault


@pytest.mark.parametrize(
    "body", [b"", b"<html>404</html>", b"{}", b"[]", b'{"odata.error": 5}', b"<feed/>", b"\xff"]
)
def test_what_is_no_error_of_1c_says_nothing(body: bytes) -> None:
    assert read_fault(body) == Fault("", "")


def test_a_fault_survives_its_json() -> None:
    fault = Fault("20", "Нарушение прав доступа!")
    assert fault_in(fault.as_json()) == fault


def test_the_sentence_has_the_meaning_and_the_words() -> None:
    assert Fault("9", "Нет её").sentence() == "код 9, объекта с таким ключом нет: Нет её"
    assert Fault("77", "").sentence() == "код 77"
    assert Fault("", "").sentence() == "без объяснения"


def test_a_long_message_is_cut() -> None:
    body = json.dumps({"odata.error": {"code": "-1", "message": {"value": "а" * 9000}}}).encode()
    assert len(read_fault(body).message) == 501


def test_every_code_of_the_table_has_a_meaning() -> None:
    assert set(MEANINGS) == {str(code) for code in range(-1, 22)}
