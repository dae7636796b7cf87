"""All that an import is answerable for, in a form that two warehouses can be compared by."""

from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]
Books = dict[str, list[Row]]

# Whatever depends on the clock or on the numbers burnt by a killed attempt is left out or numbered anew.
TABLES: dict[str, LiteralString] = {
    "client": "select client_id, name, company, params, origin from mart.client order by client_id",
    "client_key": """select kind, value, client_id, value_raw from mart.client_key
        order by kind, value, client_id""",
    "client_stats": "select client_id, last_deal_at from mart.client_stats order by client_id",
    "deal_status": "select name, kind from mart.deal_status order by name",
    "deal": """select deal_id, client_id, conversion_id, external_id, name as status, created_at,
        actual_amount, actual_amount_locked, potential_amount, currency, note, origin
        from mart.deal inner join mart.deal_status using (status_id) order by deal_id""",
    "payment": "select * from mart.payment order by source, record_id",
    "client_feed": """select client_id, kind, deal_id, source, run_id, details from mart.client_feed
        order by feed_id""",
}
LOG: LiteralString = """
    select seq, severity, outcome, codes, record_key, position, client_id, deal_id, details
    from ops.run_log where run_id = %s order by seq"""
RUN: LiteralString = "select state, counters, error, staged from ops.run where run_id = %s"
_OF_CLIENTS, _OF_DEALS = ("client_id",), ("deal_id",)
_OF_RUNS = ("run_id", "first_run_id", "last_run_id")


class Reader:
    """Read the warehouse of one scenario; ``run_id`` is the run that counts there."""

    def __init__(self, connection: psycopg.Connection[Any], run_id: int) -> None:
        self._connection, self._run_id = connection, run_id
        self._clients = self._places("select client_id from mart.client order by client_id")
        self._deals = self._places("select deal_id from mart.deal order by deal_id")

    def books(self) -> Books:
        """Read every table of the mart, and the run's log and end."""
        books = {table: self._rows(query) for table, query in TABLES.items()}
        return books | {"log": self._rows(LOG, self._run_id), "run": self._rows(RUN, self._run_id)}

    def _rows(self, query: LiteralString, *values: object) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return [self._renumbered(row) for row in cursor.execute(query, values).fetchall()]

    def _places(self, query: LiteralString) -> dict[int, int]:
        return {row[0]: place for place, row in enumerate(self._connection.execute(query).fetchall())}

    def _renumbered(self, row: Row) -> Row:
        """Put places for ids; an id that is not in the mart becomes «gone»."""
        for names, places in ((_OF_CLIENTS, self._clients), (_OF_DEALS, self._deals)):
            row |= {name: places.get(row[name], "gone") for name in names if row.get(name) is not None}
        row |= {
            name: "this run" if row[name] == self._run_id else "another" for name in _OF_RUNS if name in row
        }
        others = row.get("details", {}).get("client", {})
        if "others" in others:
            others["others"] = [self._clients.get(client_id, "gone") for client_id in others["others"]]
        return row


def mart(connection: psycopg.Connection[Any]) -> Books:
    """Read the mart alone."""
    books = Reader(connection, 0).books()
    return {table: books[table] for table in TABLES}


def differences(ours: Books, theirs: Books) -> list[str]:
    """Say in a line each which rows of which table are in one and not in the other."""
    return [
        f"{table}: {side} {row}"
        for table in theirs
        for side, these, those in (("also", ours, theirs), ("lacks", theirs, ours))
        for row in these[table]
        if row not in those[table]
    ] + [f"{table}: another order" for table in theirs if len(ours[table]) != len(theirs[table])]
