"""What goes into the warehouse as text comes out of it as it was."""

import psycopg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plugins.warehouse import Warehouse

# What a text column of Postgres can hold, but for U+0001, which stands for null on the way.
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x01"), max_size=6)
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=5)


@given(ROWS)
@example([("\\", "\\N"), ("\\.", ""), ("a\tb", "c\nd\r"), (None, "\\t"), ("Ї😀", "\u2028\x85\x7f")])
@example([("x" * 9, None)] * 450)  # more lines than go out at once
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_texts_are_copied_as_they_are(
    connection: psycopg.Connection, rows: list[tuple[str | None, str | None]]
) -> None:
    warehouse = Warehouse(connection)
    connection.execute("drop table if exists copied")
    connection.execute("create temporary table copied (number serial, one text, other text)")
    assert warehouse.copy_texts("pg_temp.copied", ("one", "other"), iter(rows)) == len(rows)
    assert connection.execute("select one, other from copied order by number").fetchall() == rows
