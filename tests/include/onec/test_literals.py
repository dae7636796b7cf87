"""Queries as the web server in front of a base must see them."""

from datetime import UTC, datetime

import pytest

from include.onec.literals import any_of, cast, dt, guid, name, text, within
from include.onec.query import MAX_KEYS, MAX_LENGTH, Query, encoded_path, encoded_query, lots

KEY = "2C55A318-c2ed-11ed-80d6-2c44fd8322a7"
LONG = "Document_ВозвратТоваровОтПокупателя"


def test_literals_are_spelled_as_1c_reads_them() -> None:
    assert guid(KEY) == "guid'2c55a318-c2ed-11ed-80d6-2c44fd8322a7'"
    assert dt(datetime(2023, 3, 15, 17, 21, 44)) == "datetime'2023-03-15T17:21:44'"  # noqa: DTZ001
    assert text("О'Генри") == "'О''Генри'"
    assert cast(KEY, "Document_ЗаказНаряд") == f"cast({guid(KEY)},'Document_ЗаказНаряд')"
    assert any_of(["a", "b"]) == "a or b"


@pytest.mark.parametrize("value", ["", "1", f"{KEY}'", f"{KEY} or true", "не ключ"])
def test_only_a_guid_becomes_a_guid(value: str) -> None:
    with pytest.raises(ValueError, match="not a GUID"):
        guid(value)


@pytest.mark.parametrize("value", ["", "Ref_Key eq 1", "a/b", "1a", "a'"])
def test_only_a_name_becomes_a_name(value: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        name(value)


def test_a_moment_with_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zones"):
        dt(datetime(2023, 3, 15, tzinfo=UTC))


def test_a_window_is_half_open_and_may_be_open() -> None:
    since, until = datetime(2023, 3, 15), datetime(2023, 3, 16)  # noqa: DTZ001
    both = "Date ge datetime'2023-03-15T00:00:00' and Date lt datetime'2023-03-16T00:00:00'"
    assert within("Date", since, until) == both
    assert within("Date", since, None) == "Date ge datetime'2023-03-15T00:00:00'"


def test_a_space_is_never_a_plus_and_a_name_is_utf_8() -> None:
    query = Query("Сумма gt 1", ("Ref_Key", "Сумма"), "Date asc,Ref_Key asc", 200, 0).options()
    assert encoded_query(query) == (
        "$filter=%D0%A1%D1%83%D0%BC%D0%BC%D0%B0%20gt%201&$select=Ref_Key,%D0%A1%D1%83%D0%BC%D0%BC%D0%B0"
        "&$orderby=Date%20asc,Ref_Key%20asc&$top=200&$skip=0"
    )
    assert encoded_query({"$filter": "a eq 'b+c&d'"}) == "$filter=a%20eq%20'b%2Bc%26d'"


def test_the_signs_of_a_path_stay() -> None:
    assert encoded_path(f"Catalog_Я({guid(KEY)})/Description") == f"Catalog_%D0%AF({guid(KEY)})/Description"


def test_keys_are_spread_over_lots_of_twenty() -> None:
    terms = [f"Ref_Key eq {guid(KEY)}"] * (2 * MAX_KEYS + 1)
    found = list(lots(terms, Query(select=("Ref_Key", "Description"))))
    assert [query.filter.count(" or ") + 1 for query in found] == [MAX_KEYS, MAX_KEYS, 1]


def test_long_terms_make_smaller_lots_but_none_is_too_long() -> None:
    terms = [f"Recorder eq {cast(KEY, LONG)}"] * 40
    found = list(lots(terms, Query(select=("Recorder", "Сумма", "Себестоимость"))))
    assert max(query.length() for query in found) <= MAX_LENGTH
    assert sum(query.filter.count(" eq ") for query in found) == 40
    assert len(found) < 40


def test_no_keys_make_no_query() -> None:
    assert list(lots([], Query())) == []
