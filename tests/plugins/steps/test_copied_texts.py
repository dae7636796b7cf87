"""Rows spelled for a COPY come back as they were."""

from datetime import date
from decimal import Decimal

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.steps.copied_texts import spelled
from plugins.warehouse import Warehouse

TABLE = """
create temporary table if not exists copied (
    a text, b bigint, c numeric, d date, e boolean, f text[], g bigint[]
) on commit preserve rows
"""
TEXTS = st.text(st.characters(exclude_characters="\0\x01", exclude_categories=("Cs",)), max_size=8)
TEXTS |= st.sampled_from(['\\"', "{a,b}", "null", "NULL", "\t\n\r\\N", ""])
ROWS = st.tuples(
    st.none() | TEXTS,
    st.none() | st.integers(-(2**62), 2**62),
    st.none() | st.decimals(-(10**9), 10**9, places=2),
    st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.none() | st.booleans(),
    st.none() | st.lists(TEXTS, max_size=3),
    st.none() | st.lists(st.integers(0, 2**62), max_size=3),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=5))
def test_rows_come_back_as_they_were(
    connection: psycopg.Connection,
    rows: list[tuple[str | None, int | None, Decimal | None, date | None, bool | None, list[str], list[int]]],
) -> None:
    warehouse = Warehouse(connection)
    connection.execute(TABLE)
    connection.execute("truncate copied")
    warehouse.copy_texts("pg_temp.copied", tuple("abcdefg"), spelled(rows))
    assert connection.execute("select * from copied").fetchall() == rows
