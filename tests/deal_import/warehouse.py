"""
The warehouse as the oracle would see it: the same dictionaries, read from Postgres, with the oracle's ids.

Ids are translated by the order of creation: the warehouse's third new deal is the oracle's third new deal.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.deal_import.world import Thing, World

EMPTY: tuple[LiteralString, ...] = (
    "delete from mart.client_feed",
    "delete from mart.payment",
    "delete from mart.deal",
    "delete from mart.client",
    "delete from mart.deal_status",
    "delete from ops.landed_file",
    "delete from ops.run_log",
    "delete from ops.run",
)
EVERYTHING: dict[str, LiteralString] = {
    "clients": """
        select client_id, name, company, params, origin, last_deal_at
        from mart.client left join mart.client_stats using (client_id)
    """,
    "keys": "select client_id, kind, value, value_raw from mart.client_key",
    "deals": """
        select
            deal_id, client_id, conversion_id, external_id, name as status, created_at,
            actual_amount as amount,
            actual_amount_locked as locked, potential_amount as potential, currency, note, origin
        from mart.deal inner join mart.deal_status using (status_id)
    """,
    "payments": """
        select
            source, record_id, deal_id, client_id, amount, currency, raw_status, status_key, status_pending,
            paid_at, deal_date, bound_by, file_position, first_run_id as first_run, last_run_id as last_run
        from mart.payment
    """,
    "feed": """
        select client_id, kind, deal_id, details ->> 'record_id' as record_id, source, run_id as run
        from mart.client_feed
    """,
}
VERSIONS: tuple[LiteralString, ...] = (
    "select xmin::text, ctid::text from mart.client order by ctid",
    "select xmin::text, ctid::text from mart.client_key order by ctid",
    "select xmin::text, ctid::text from mart.client_stats order by ctid",
    "select xmin::text, ctid::text from mart.deal_status order by ctid",
    "select xmin::text, ctid::text from mart.deal order by ctid",
    "select xmin::text, ctid::text from mart.payment order by ctid",
    "select xmin::text, ctid::text from mart.client_feed order by ctid",
)
LOG: LiteralString = """
    select seq, severity, outcome, codes, record_key, position, client_id, deal_id, details
    from ops.run_log where run_id = %s order by seq
"""


class Warehouse:
    """What the tests ask of one warehouse and do to it by hand."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.ids: dict[str, dict[int, int]] = {"client": {}, "deal": {}, "run": {}}

    def rows(self, query: LiteralString, *values: object) -> list[Thing]:
        """Run a query and return its rows; a statement that returns none is committed too."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, values)
            rows = cursor.fetchall() if cursor.description else []
        self.connection.commit()
        return rows

    def empty(self) -> None:
        """Forget everything but the schema."""
        for known in self.ids.values():
            known.clear()
        for statement in EMPTY:
            self.connection.execute(statement)
        self.connection.commit()

    def begin(self, world: World) -> None:
        """Write down the company as it is before the first run."""
        for name, kind in world.statuses.items():
            self.rows("insert into mart.deal_status (name, kind) values (%s, %s)", name, kind)
        for client_id, client in world.clients.items():
            self.add_client(client_id, client)
        for deal_id, deal in world.deals.items():
            self.add_deal(deal_id, deal)

    def add_client(self, client_id: int, client: Thing) -> None:
        query: LiteralString = "insert into mart.client (params) values (%s) returning client_id"
        ours = self.rows(query, Jsonb(client["params"]))[0]["client_id"]
        self.ids["client"][ours] = client_id
        if client["last_deal_at"] is not None:
            self.rows("insert into mart.client_stats values (%s, %s)", ours, client["last_deal_at"])
        for kind in ("tsuid", "phone", "email"):
            for value, written in client[kind].items():
                self.add_key(client_id, kind, value, written)

    def add_key(self, client_id: int, kind: str, value: str, written: str) -> None:
        ours = self.ours("client", client_id)
        self.rows(
            "insert into mart.client_key values (%s, %s, %s, %s) on conflict do nothing",
            kind,
            value,
            ours,
            written,
        )

    def add_deal(self, deal_id: int, deal: Thing) -> None:
        row = self.rows(
            """
            insert into mart.deal
                (client_id, conversion_id, external_id, status_id, created_at, actual_amount, currency, note)
            select %s, %s, %s, status_id, %s, %s, %s, %s
            from mart.deal_status where name = %s returning deal_id
            """,
            self.ours("client", deal["client_id"]),
            *(
                deal[name]
                for name in (
                    "conversion_id",
                    "external_id",
                    "created_at",
                    "amount",
                    "currency",
                    "note",
                    "status",
                )
            ),
        )[0]
        self.ids["deal"][row["deal_id"]] = deal_id

    def ours(self, kind: str, oracle_id: int) -> int:
        """Return the warehouse's id of what the oracle calls so."""
        return next(ours for ours, theirs in self.ids[kind].items() if theirs == oracle_id)

    def learn_ids(self, world: World, run_id: int) -> None:
        """Pair what was created since the last look, in the order of creation."""
        self.ids["run"][run_id] = world.runs
        found = self.rows("select client_id from mart.client order by client_id")
        self._pair("client", [row["client_id"] for row in found], world.clients)
        found = self.rows("select deal_id from mart.deal order by deal_id")
        self._pair("deal", [row["deal_id"] for row in found], world.deals)

    def _pair(self, kind: str, ours: list[int], theirs: Iterable[int]) -> None:
        known = self.ids[kind]
        new_ours = [number for number in ours if number not in known]
        new_theirs = sorted(set(theirs) - set(known.values()))
        known.update(zip(new_ours, new_theirs, strict=False))

    def book(self) -> dict[str, Any]:
        """Read every mart table in the oracle's words."""
        book = {
            name: [self.translated(row) for row in self.rows(query)] for name, query in EVERYTHING.items()
        }
        clients = {
            row.pop("client_id"): row | {"tsuid": {}, "phone": {}, "email": {}} for row in book["clients"]
        }
        for key in book["keys"]:
            clients[key["client_id"]][key["kind"]][key["value"]] = key["value_raw"]
        return {
            "clients": clients,
            "deals": {row.pop("deal_id"): row for row in book["deals"]},
            "payments": {(row.pop("source"), row.pop("record_id")): row for row in book["payments"]},
            "feed": book["feed"],
        }

    def log(self, run_id: int) -> list[Thing]:
        """Read the log of one run: rows of records and rows of the run alike."""
        rows = [self.translated(row) for row in self.rows(LOG, run_id)]
        for row in rows:
            found = row["details"].get("client", {})
            if "others" in found:
                found["others"] = sorted(
                    self.ids["client"].get(client_id, 0) for client_id in found["others"]
                )
            moved = row["details"].get("last_deal_at", {})
            for name, moment in moved.items():
                moved[name] = moment and datetime.fromisoformat(moment).astimezone(UTC)
        return rows

    def versions_of_rows(self) -> dict[str, list[Thing]]:
        """Read which transaction wrote each row of the mart, and where the row lies."""
        return {query: self.rows(query) for query in VERSIONS}

    def outcome(self, run_id: int) -> tuple[str, Thing]:
        """Read how a run ended: its state and its counters."""
        run = self.rows("select state, counters from ops.run where run_id = %s", run_id)[0]
        return run["state"], run["counters"]

    def translated(self, row: Thing) -> Thing:
        """Put a row into the oracle's ids and into UTC; an id that it does not know stays, marked."""
        said = dict(row)
        for column, kind in (
            ("client_id", "client"),
            ("deal_id", "deal"),
            ("run", "run"),
            ("first_run", "run"),
            ("last_run", "run"),
        ):
            if said.get(column) is not None:
                said[column] = self.ids[kind].get(said[column], f"unknown {said[column]}")
        for column, value in said.items():
            if isinstance(value, datetime):
                said[column] = value.astimezone(UTC)
        return said
