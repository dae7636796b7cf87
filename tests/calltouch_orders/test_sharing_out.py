"""Sums that several orders share: nothing is lost, nothing is made up, and no order of rows matters."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KOPECK = Decimal("0.01")
MONEY = st.integers(-(10**12), 10**12).map(lambda kopecks: kopecks * KOPECK)
WEIGHTS = st.lists(st.integers(0, 10**12).map(lambda kopecks: kopecks * KOPECK), min_size=1, max_size=7)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SHIPPED = UUID(int=99)
ORDERS = [UUID(int=number) for number in range(1, 5)]
PARTS = st.lists(
    st.tuples(st.sampled_from([*ORDERS, None]), st.integers(0, 10**6).map(lambda n: n * KOPECK)), max_size=6
)
DOCUMENT = st.tuples(
    st.sampled_from([*ORDERS, None]),  # of the header
    st.integers(0, 10**7).map(lambda kopecks: kopecks * KOPECK),
    st.none() | st.integers(-(10**6), 10**6).map(lambda kopecks: kopecks * KOPECK),
    st.sampled_from([Decimal(1), Decimal("92.503711")]),
    PARTS,
)
SHIPMENT = """
    insert into mart.erp_shipment (order_ref, total, profit, rate, shipment_ref, number, shipped_at, posted,
        deleted)
    values (%s, %s, %s, %s, %s, '1', now(), true, false)
"""
RETURN = """
    insert into mart.erp_return (order_ref, total, profit, rate, return_ref, shipment_ref, number,
        returned_at, posted, deleted)
    values (%s, %s, %s, %s, %s, %s, '1', now(), true, false)
"""
PART = "insert into mart.erp_sale_part (document_ref, part_no, order_ref, amount) values (%s, %s, %s, %s)"
SHARES = "select * from stage.calltouch_orders_shares(null, %s) order by document_ref, order_ref"
WHOLES = """
    select shipment_ref, false, total, profit, round(total * rate, 2) from mart.erp_shipment
    union all select return_ref, true, total, profit, round(total * rate, 2) from mart.erp_return
"""


def shared(connection: psycopg.Connection, whole: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Share a shipment's sum out among as many orders as there are weights."""
    with connection.transaction(force_rollback=True):
        connection.execute(SHIPMENT, [None, whole, None, 1, SHIPPED])
        put_parts(connection, SHIPPED, [(UUID(int=place), it) for place, it in enumerate(weights, 1)])
        return [row.total for row in rows(connection, None)]


@QUICK
@given(whole=MONEY, weights=WEIGHTS)
def test_shares_add_up_to_the_whole_and_none_is_a_kopeck_off(
    connection: psycopg.Connection, whole: Decimal, weights: list[Decimal]
) -> None:
    found = shared(connection, whole, weights)
    assert sum(found) == whole
    assert all(share == share.quantize(KOPECK) for share in found)
    counted = weights if sum(weights) else [Decimal(1)] * len(weights)
    exact = [Fraction(whole) * Fraction(weight) / Fraction(sum(counted)) for weight in counted]
    assert all(abs(Fraction(share) - it) < Fraction(KOPECK) for share, it in zip(found, exact, strict=True))


@QUICK
@given(whole=MONEY, weights=WEIGHTS, turned=st.integers(0, 6))
def test_the_order_of_weights_does_not_matter_but_for_who_of_equals_gets_the_odd_kopeck(
    connection: psycopg.Connection, whole: Decimal, weights: list[Decimal], turned: int
) -> None:
    place = turned % len(weights)
    other = weights[place:] + weights[:place]
    pairs = [sorted(zip(it, shared(connection, whole, it), strict=True)) for it in (weights, other)]
    assert pairs[0] == pairs[1]


@pytest.mark.parametrize(
    ("whole", "weights", "shares"),
    [
        ("100.00", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("-100.00", ["1", "1", "1"], ["-33.33", "-33.33", "-33.34"]),
        ("0.01", ["5", "7"], ["0.00", "0.01"]),
        ("118.00", ["50", "50", "0"], ["59.00", "59.00", "0.00"]),
        ("80.00", ["100", "-20"], ["100.00", "-20.00"]),
        ("30.00", ["-10", "-20"], ["10.00", "20.00"]),
        ("-7.01", ["0", "0"], ["-3.50", "-3.51"]),
        ("9999999999999999.99", ["9999999999999999.99", "0.01"], ["9999999999999999.98", "0.01"]),
    ],
)
def test_odd_kopecks_go_to_the_largest_remainders(
    connection: psycopg.Connection, whole: str, weights: list[str], shares: list[str]
) -> None:
    found = shared(connection, Decimal(whole), list(map(Decimal, weights)))
    assert sorted(map(str, found)) == sorted(shares)
    assert sum(found) == Decimal(whole)


@settings(QUICK, max_examples=60)
@given(sold=st.lists(DOCUMENT, min_size=1, max_size=3), taken=st.lists(DOCUMENT, max_size=3), data=st.data())
def test_every_kopeck_of_every_document_is_somebodys_or_told_to_be_nobodys(
    connection: psycopg.Connection, sold: list[Any], taken: list[Any], data: st.DataObject
) -> None:
    with connection.transaction(force_rollback=True):
        refs = [UUID(int=100 + place) for place in range(len(sold))]
        for ref, (*values, parts) in zip(refs, sold, strict=True):
            connection.execute(SHIPMENT, [*values, ref])
            put_parts(connection, ref, parts)
        for place, (*values, parts) in enumerate(taken):
            ref, of = UUID(int=200 + place), data.draw(st.sampled_from([*refs, None]))
            connection.execute(RETURN, [*values, ref, of])
            put_parts(connection, ref, parts)
        everybody = rows(connection, None)
        sums: dict[UUID, list[Decimal]] = {}
        for row in everybody:
            own = sums.setdefault(row.document_ref, [Decimal(0)] * 3)
            for at, value in enumerate((row.total, row.profit, row.revenue)):
                own[at] += value or 0
        for ref, is_return, total, profit, revenue in connection.execute(WHOLES).fetchall():
            assert sums[ref] == [total, profit or 0, revenue]
            mine = [row for row in everybody if row.document_ref == ref]
            assert len({row.order_ref for row in mine}) == len(mine)
            assert {row.is_return for row in mine} == {is_return}
            assert {row.profit is None for row in mine} == {profit is None}
        for order in ORDERS:  # and asking for one order gives what asking for all does
            assert rows(connection, [order]) == [row for row in everybody if row.order_ref == order]


def put_parts(connection: psycopg.Connection, document: UUID, parts: list[Any]) -> None:
    for number, part in enumerate(parts, 1):
        connection.execute(PART, [document, number, *part])


def rows(connection: psycopg.Connection, orders: list[UUID] | None) -> list[Any]:
    with connection.cursor(row_factory=psycopg.rows.namedtuple_row) as cursor:
        return cursor.execute(SHARES, [orders]).fetchall()
