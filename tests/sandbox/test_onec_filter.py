"""The simulated 1C base's conditions: what they find, what they refuse, and that an index changes nothing."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.onec_base import Base
from sandbox.onec_filter import UnknownFunction, UnknownProperty
from sandbox.onec_grammar import BadQuery, read_condition
from sandbox.onec_query import Query
from sandbox.place import Store

NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)  # the zone is not shown: 1C knows none
ORDERS = "Document_ЗаказПокупателя"
CONTRACTOR = "0b7c1f52-7d0e-11ed-80d5-2c44fd8322a7"
NOBODY = "0b7c1f52-7d0e-11ed-80d5-2c44fd8322a8"
KEYS = [f"2c55a31{n}-c2ed-11ed-80d6-2c44fd8322a7" for n in range(6)]
BASE_KEY = "9c55a310-c2ed-11ed-80d6-2c44fd8322a7"


def rows() -> Iterator[dict[str, Any]]:
    for n, key in enumerate(KEYS):
        yield {
            "Ref_Key": key,
            "Number": f"ЕР-{n:03d}  ",
            "Date": f"{NOON + timedelta(days=n + 1):%Y-%m-%dT%H:%M:%S}",
            "Posted": n % 2 == 0,
            "СуммаДокумента": n * 100.5,
            "Контрагент_Key": CONTRACTOR if n < 3 else NOBODY,
            "КратностьВзаиморасчетов": n,
            "Товары": [{"Цена": n * 10 + line, "Сумма": 1} for line in range(n)],
        }


@pytest.fixture(scope="module")
def base() -> Base:
    made = Base(Store())
    made.write("Catalog_Контрагенты", [{"Ref_Key": CONTRACTOR, "Description": "ООО «Ромашка»", "ИНН": "77"}])
    made.write(ORDERS, rows())
    kind = {"ДокументОснование": BASE_KEY, "ДокументОснование_Type": "StandardODATA.Document_ЗаказНаряд"}
    made.write(ORDERS, [{"Ref_Key": KEYS[5], **kind}])
    return made


def found(base: Base, condition: str, orderby: str = "Ref_Key") -> list[int]:
    return [KEYS.index(row["Ref_Key"]) for row in Query(base.schema[ORDERS], condition, orderby).run(base)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Posted eq true", [0, 2, 4]),
        ("not Posted eq true", [1, 3, 5]),
        ("Posted", [0, 2, 4]),
        ("Posted eq true and Posted eq false or Number eq 'ЕР-003'", [3]),
        ("Posted eq true and (Posted eq false or Number eq 'ЕР-002')", [2]),
        ("Number eq 'ЕР-001'", [1]),  # padding does not count
        ("Number eq 'ЕР-001 '", [1]),
        ("СуммаДокумента gt 301.4", [3, 4, 5]),
        ("СуммаДокумента eq 301.5", [3]),
        ("СуммаДокумента sub 100.5 mul 2 ge 201", [4, 5]),
        ("СуммаДокумента lt -1", []),
        ("КратностьВзаиморасчетов ge 4", [4, 5]),  # an Int64 is a number for conditions, a text on the wire
        ("Date ge datetime'2026-02-01T12:00:00' and Date lt datetime'2026-02-03T12:00:00'", [1, 2]),
        ("Date gt datetime'2026-02-04T12:00:00'", [5]),
        ("Date le datetime'2026-01-31T12:00:00'", [0]),
        ("year(Date) eq 2026 and month(Date) eq 1", [0]),
        ("quarter(Date) eq 1 and day(Date) eq 5", [5]),
        (f"Ref_Key eq guid'{KEYS[4].upper()}' or Ref_Key eq guid'{KEYS[1]}'", [1, 4]),
        (f"Ref_Key eq guid'{KEYS[4]}' or Posted eq false", [1, 3, 4, 5]),
        (f"Контрагент_Key eq guid'{CONTRACTOR}'", [0, 1, 2]),
        ("Контрагент/ИНН eq '77'", [0, 1, 2]),
        ("Контрагент/ИНН ne '78'", [0, 1, 2]),  # of no contractor nothing is known
        ("substringof('-00', Number) eq true and endswith(Number,'5')", [5]),
        ("startswith(Number,'ЕР') and like(Number,'%003%')", [3]),
        ("concat(Number,'!') eq 'ЕР-001       !'", []),
        ("substring(Number,4,3) eq '002'", [2]),
        ("Товары/any()", [1, 2, 3, 4, 5]),
        ("Товары/any(d: d/Цена gt 41)", [4, 5]),
        ("Товары/all(d: d/Цена lt 21)", [0, 1]),
        (f"ДокументОснование eq cast(guid'{BASE_KEY}','Document_ЗаказНаряд')", [5]),
        (f"ДокументОснование eq cast(guid'{BASE_KEY}','{ORDERS}')", []),
        (f"ДокументОснование eq guid'{BASE_KEY}'", []),  # without a cast: never
        (f"ДокументОснование ne guid'{BASE_KEY}'", []),
        ("isof(ДокументОснование,'Document_ЗаказНаряд')", [5]),
        ("ДокументОснование_Type eq 'StandardODATA.Document_ЗаказНаряд'", [5]),
    ],
)
def test_a_condition_finds(base: Base, condition: str, expected: list[int]) -> None:
    assert found(base, condition) == expected


@pytest.mark.parametrize(
    "condition",
    [
        *(
            "",
            "Posted eq",
            "eq true",
            "(Posted eq true",
            "Posted eq true)",
            "Posted == true",
            "Posted eq 'да'",
        ),
        *("Number eq 5", "Ref_Key eq 'a'", "Date gt '2026-01-01'", "Date gt datetime'2026-01-01'", "Number"),
        *(
            "Number eq 'a",
            "Ref_Key eq guid'1'",
            "Posted add 1 eq 2",
            "Number in ('a','b')",
            "Товары/some(d: d/Цена eq 1)",
        ),
        "isof(ДокументОснование,'Document_Нет')",
    ],
)
def test_what_1c_would_not_read_is_refused(base: Base, condition: str) -> None:
    with pytest.raises(BadQuery):
        found(base, condition) if condition else read_condition(condition)


@pytest.mark.parametrize(
    "condition", ["Нет eq 1", "Нет/ИНН eq 'a'", "Контрагент/Нет eq 'a'", "Товары/any(d: Цена eq 1)"]
)
def test_a_property_that_is_not_there_is_named(base: Base, condition: str) -> None:
    with pytest.raises(UnknownProperty):
        found(base, condition)


@pytest.mark.parametrize(
    "condition",
    ["length(Number) eq 3", "tolower(Number) eq 'a'", "contains(Number,'a')", "year(Number) eq 1"],
)
def test_functions_that_1c_has_not_are_refused(base: Base, condition: str) -> None:
    with pytest.raises(UnknownFunction):
        found(base, condition)


def test_a_quote_in_a_text_is_doubled(base: Base) -> None:
    assert read_condition("Number eq 'О''Нил'") == ("eq", ("property", "Number"), ("value", "text", "О'Нил"))


def test_order_goes_by_several_properties_and_through_references(base: Base) -> None:
    assert found(base, "", "Posted desc,Date desc") == [4, 2, 0, 5, 3, 1]
    assert found(base, "", "Контрагент/ИНН desc, Ref_Key asc") == [0, 1, 2, 3, 4, 5]
    assert found(base, f"Ref_Key eq guid'{KEYS[2]}' or Ref_Key eq guid'{KEYS[1]}'", "") == [2, 1]
    with pytest.raises(UnknownProperty):
        found(base, "", "Нет")


def test_a_document_that_moves_in_time_moves_in_the_index(base: Base) -> None:
    moved = Base(Store())
    moved.write(ORDERS, rows())
    moved.write(ORDERS, [{"Ref_Key": KEYS[0], "Date": "2026-12-01T00:00:00"}])
    assert found(moved, "", "Date") == [1, 2, 3, 4, 5, 0]
    moved.drop(ORDERS, KEYS[3])
    assert found(moved, "Date ge datetime'2026-02-02T00:00:00'", "Date desc") == [0, 5, 4, 2]


WORDS = (
    *(
        "(",
        ")",
        ",",
        "-",
        ":",
        "'",
        "'а'",
        "5",
        "5.5",
        "and",
        "or",
        "not",
        "eq",
        "gt",
        "add",
        "div",
        "true",
        "any(",
    ),
    *(
        "Number",
        "Date",
        "СуммаДокумента",
        "Posted",
        "Товары/any(d:",
        "d/Цена",
        "Контрагент/ИНН",
        "ДокументОснование",
    ),
    *(
        "cast(",
        "isof(",
        "round(",
        "year(",
        "substring(",
        f"guid'{KEYS[0]}'",
        "datetime'2026-02-30T00:00:00'",
        "%",
    ),
)


@settings(deadline=None, max_examples=300)
@given(words=st.lists(st.sampled_from(WORDS), max_size=12))
def test_whatever_is_asked_is_answered_or_refused(base: Base, words: list[str]) -> None:
    with suppress(BadQuery, UnknownProperty, UnknownFunction, ArithmeticError):
        found(base, " ".join(words))


moments = st.sampled_from([NOON + timedelta(days=n, seconds=s) for n in range(9) for s in (0, 1)])
atoms = st.one_of(
    st.builds(
        "Date {} datetime'{:%Y-%m-%dT%H:%M:%S}'".format,
        st.sampled_from(["gt", "ge", "lt", "le", "eq"]),
        moments,
    ),
    st.builds("Ref_Key eq guid'{}'".format, st.sampled_from(KEYS)),
    st.sampled_from(["Posted eq true", "СуммаДокумента gt 200"]),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    condition=conditions,
    orderby=st.sampled_from(["", "Date", "Date asc,Ref_Key asc", "Date desc", "Ref_Key"]),
)
def test_the_index_finds_what_a_full_search_does(base: Base, condition: str, orderby: str) -> None:
    whole = f"({condition}) and Number ne '' or Number eq 'нет'"  # nothing the index could use
    assert sorted(found(base, condition, orderby)) == sorted(found(base, whole, orderby))
    if orderby:
        assert found(base, condition, orderby) == found(base, whole, orderby)
