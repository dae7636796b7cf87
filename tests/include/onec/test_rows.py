"""Rows fit the tables they are copied into."""

import psycopg
import pytest

from include.onec.rows import (
    ErpOrderLineRow,
    ErpOrderRow,
    ErpReturnRow,
    ErpSalePartRow,
    ErpShipmentRow,
    RefusalRow,
)

# Filled by later steps, not by the base.
OURS = {"run_id", "row_no", "client_id", "deal_id", "first_run_id", "last_run_id"}
COLUMNS = """
select attname from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped
order by attnum
"""


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("order", ErpOrderRow),
        ("line", ErpOrderLineRow),
        ("shipment", ErpShipmentRow),
        ("return", ErpReturnRow),
        ("part", ErpSalePartRow),
        ("refusal", RefusalRow),
    ],
)
def test_fields_are_the_columns_in_their_order(
    connection: psycopg.Connection, table: str, row: type[ErpOrderRow]
) -> None:
    found = connection.execute(COLUMNS, [f"stage.calltouch_orders_{table}"]).fetchall()
    assert [name for (name,) in found if name not in OURS] == list(row._fields)
