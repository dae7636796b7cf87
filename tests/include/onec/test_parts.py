"""Rows of a shipment that name orders become its parts: by order, whatever the order of the rows."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.onec.rows import Batch
from tests.include.onec.small_base import (
    EMPTY,
    INVOICE,
    ORDER,
    RETURN,
    SHIPMENT,
    UNDEFINED,
    WORK,
    asks,
    line,
    page,
    read,
    ref,
    sale,
)

PLAIN = {"section": "Товары", "order": "ЗаказПокупателя", "sum": "Сумма"}
COMPOSITE = {"section": "Товары", "order": "Заказ", "sum": "Сумма"}
SERVICES = {"section": "Услуги", "sum": "Сумма"}
KEPT = st.tuples(st.integers(1, 4), st.decimals(0, 10**9, places=2))


def sold(order: int | str, amount: object, **more: Any) -> dict[str, Any]:
    """Give a row of document 61 for an order."""
    key = order if isinstance(order, str) else ref(order)
    return line(61, 1, 10, ЗаказПокупателя_Key=key, Сумма=amount, **more)


def typed(order: int, entity: str, amount: object) -> dict[str, Any]:
    """Give a row of document 61 whose order is of a composite type."""
    kind = f"StandardODATA.{entity}" if entity else UNDEFINED
    return line(61, 1, 10, Заказ=ref(order) if entity else "", Заказ_Type=kind, Сумма=amount)


def shipment(*rows: dict[str, Any], lines: Any = (PLAIN,), services: Any = (), base: int = 1) -> Batch:
    pages = [page("sale_lines", f"{SHIPMENT}_Товары", *rows)]
    if services:
        pages.append(page("sale_lines", f"{SHIPMENT}_Услуги", *services))
    document = sale(61, ref(base), ORDER) if base else sale(61)
    return read(*pages, page("shipments", SHIPMENT, document), shipments={"lines": list(lines)})


def parts(batch: Batch) -> dict[str | None, Decimal]:
    assert [row.document_ref for row in batch.parts] == [ref(61)] * len(batch.parts)
    return {row.order_ref: row.amount for row in batch.parts}


def test_rows_are_added_up_by_the_order_they_name() -> None:
    found = shipment(sold(2, 10), sold(1, "20.05"), sold(2, 5.5), sold(EMPTY, 7))
    assert parts(found) == {None: Decimal(7), ref(1): Decimal("20.05"), ref(2): Decimal("15.50")}
    assert [row.part_no for row in found.parts] == [1, 2, 3]


@pytest.mark.parametrize(
    "rows", [[], [sold(1, 10), sold(1, 5)], [sold(EMPTY, 10)], [sold(1, 5), sold("", 5)]]
)
def test_a_document_of_the_order_of_its_header_alone_has_no_parts(rows: list[dict[str, Any]]) -> None:
    assert shipment(*rows).parts == []


def test_a_document_without_a_base_has_those_that_its_rows_name() -> None:
    found = shipment(sold(1, 10), base=0)
    assert (found.shipments[0].order_ref, parts(found)) == (None, {ref(1): Decimal(10)})


def test_composite_attributes_count_when_they_hold_an_order_of_either_kind() -> None:
    rows = typed(2, ORDER, 1), typed(3, WORK, 2), typed(4, INVOICE, 4), typed(5, "", 8)
    found = shipment(*rows, lines=[COMPOSITE])
    assert parts(found) == {None: Decimal(12), ref(2): Decimal(1), ref(3): Decimal(2)}


def test_a_section_without_an_order_of_its_own_counts_for_the_header() -> None:
    found = shipment(sold(2, 10), lines=[PLAIN, SERVICES], services=[line(61, 1, 11, Сумма=5)])
    assert parts(found) == {None: Decimal(5), ref(2): Decimal(10)}


def test_a_return_keeps_what_its_rows_name_be_it_the_order_of_its_header() -> None:
    rows = page("sale_lines", f"{RETURN}_Товары", sold(1, 10), sold(1, 5))
    document = page("returns", RETURN, sale(61, ref(1), ORDER))
    assert parts(read(rows, document, returns={"lines": [PLAIN]})) == {ref(1): Decimal(15)}
    silent = page("sale_lines", f"{RETURN}_Товары", sold(EMPTY, 10))
    assert read(silent, document, returns={"lines": [PLAIN]}).parts == []


@pytest.mark.parametrize("amount", ["сто", "1e30", 10**17])
def test_a_sum_that_cannot_be_read_refuses_the_document(amount: object) -> None:
    found = shipment(sold(2, amount))
    assert (found.shipments, found.parts, len(found.refusals)) == ([], [], 1)


@given(rows=st.lists(KEPT, min_size=1, max_size=9), data=st.data())
def test_no_kopeck_is_lost_and_the_order_of_rows_does_not_matter(
    rows: list[tuple[int, Decimal]], data: st.DataObject
) -> None:
    found = [shipment(*(sold(*row) for row in it)).parts for it in (rows, data.draw(st.permutations(rows)))]
    assert found[0] == found[1]
    if any(order != 1 for order, _ in rows):
        assert sum(part.amount for part in found[0]) == sum(amount for _, amount in rows)
    else:
        assert found[0] == []


def test_names_are_checked_with_all_others_at_once() -> None:
    wrong = asks(
        header={"total": "СумаДокумента"},
        shipments={"lines": [{"section": "Товары", "order": "ЗаказПокупателя", "sum": "Сума"}]},
        returns={"lines": [{"section": "Товар", "order": "Заказ", "sum": "Сумма"}]},
    ).problems()
    assert any("Товары.Сума: такого свойства нет" in problem for problem in wrong)
    assert any(f"{RETURN}_Товар: такого объекта нет" in problem for problem in wrong)
    assert any("СумаДокумента" in problem for problem in wrong)
    foreign = asks(shipments={"lines": [{"section": "Товары", "order": "Номенклатура_Key", "sum": "Сумма"}]})
    assert foreign.problems() == [
        f"{SHIPMENT}_Товары.Номенклатура_Key: ведёт в Catalog_Номенклатура, а нужен заказ из orders"
    ]
    for good in (PLAIN, COMPOSITE, PLAIN | {"order": "ЗаказПокупателя_Key"}):
        assert asks(shipments={"lines": [good]}, returns={"lines": [good]}).problems() == []


def test_conditions_on_rows_are_spelt_by_the_type_of_the_attribute() -> None:
    orders = {ORDER: [ref(1)], WORK: [ref(2)]}
    asked = asks(shipments={"lines": [PLAIN, COMPOSITE, SERVICES]})
    assert asked.with_rows_of(asked.profile.shipments, orders) == [
        f"Товары/any(d: d/ЗаказПокупателя_Key eq guid'{ref(1)}')",
        f"Товары/any(d: d/Заказ eq cast(guid'{ref(1)}','{ORDER}'))",
        f"Товары/any(d: d/Заказ eq cast(guid'{ref(2)}','{WORK}'))",
    ]
