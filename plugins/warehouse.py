"""
A session with the warehouse: COPY rows in, run a file of ``sql/``, read what it gives.

It knows psycopg and nothing of Airflow, so that steps, tests and the benchmark use the same code as tasks do.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb, set_json_dumps

from include.errors import DealflowError

Params = Mapping[str, Any]


# A run reads and writes whole files at once, which the defaults of a server are not meant for.
SESSION = {
    "work_mem": "256MB",  # sorts and hashes of a large file stay in memory
    "jit": "off",  # compiling costs more than it saves here
    "default_statistics_target": "20",  # of staged rows the planner needs the size, not the finesse
    "client_connection_check_interval": "2s",  # a client that was killed does not leave its statement running
}

_NULL = "\x01"  # stands for null in a COPY of texts
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_BLOCK = 200  # lines sent at a time


class BrokenPromise(DealflowError):
    """An ``assert_*.sql`` found something that must hold and does not: nothing is applied."""


@cache
def statement(path: Path) -> LiteralString:
    """Read a file of ``sql/``: part of the code, hence as literal as a string in it."""
    text: Any = path.read_text(encoding="utf-8")
    return cast(LiteralString, text)


class Warehouse:
    """
    A connection to the warehouse, in autocommit except inside ``transaction()``.

    The files it runs hold one statement each, with values bound by name.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        connection.autocommit = True
        set_json_dumps(_spell_json, connection)
        for name, value in SESSION.items():
            connection.execute("select set_config(%s, %s, false)", (name, value))

    def transaction(self) -> AbstractContextManager[Any]:
        """Give a block that is committed as a whole at its end, or not at all."""
        return self.connection.transaction()

    def run_file(self, path: Path, params: Params) -> int:
        """Run one statement; give the number of rows it wrote."""
        return self.connection.execute(statement(path), _bound(params), prepare=False).rowcount

    def run_files(self, folder: Path, names: Iterable[str], params: Params) -> None:
        """Run several files of a folder, named without their ending, one after the other."""
        for name in names:
            self.run_file(folder / f"{name}.sql", params)

    def select(self, path: Path, params: Params) -> list[Any]:
        """Read all rows of a query, as named tuples."""
        with self.connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(statement(path), _bound(params), prepare=False).fetchall()

    def stream(self, path: Path, params: Params, size: int = 5000) -> Iterator[list[Any]]:
        """
        Read the rows of a long query some thousands at a time, in a transaction of the caller's.

        The planner is told that all of them are wanted, not the first few.
        """
        self.connection.execute("set local cursor_tuple_fraction = 1")
        with self.connection.cursor(name="stream", row_factory=namedtuple_row) as cursor:
            cursor.execute(statement(path), _bound(params))
            while rows := cursor.fetchmany(size):
                yield rows

    def select_one(self, path: Path, params: Params) -> Any:
        """Read the first row of a query, or None."""
        rows = self.select(path, params)
        return rows[0] if rows else None

    def assert_file(self, path: Path, params: Params) -> None:
        """Run a query of one row of booleans; raise BrokenPromise naming the columns that are not true."""
        row = self.select_one(path, params)
        broken = ["row_exists"] if row is None else [k for k, holds in row._asdict().items() if not holds]
        if broken:
            raise BrokenPromise(f"{path.stem}: {', '.join(broken)}")

    @contextmanager
    def staged_only(self) -> Iterator[None]:
        """
        Run statements that join nothing but what was just staged: by hashing, not by loops.

        The planner knows nothing of intermediate results and may take a million rows for a handful.
        """
        with self.transaction():
            self.connection.execute("set local enable_nestloop = off")
            yield
            self.connection.execute("set local enable_nestloop = on")

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Stream rows into ``schema.table`` by COPY; give their number."""
        with self.connection.cursor() as cursor:
            with cursor.copy(_copy(table, columns)) as copy:
                for row in rows:
                    copy.write_row(row)
            return cursor.rowcount

    def copy_texts(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> int:
        """
        Do the same for rows of text as Postgres reads it, none of which may hold U+0001; a third of the time.

        Nothing is adapted, and lines go out many at a time.
        """
        command = sql.SQL("{} with (null {})").format(_copy(table, columns), sql.Literal(_NULL))
        lines = map(_line, rows)
        with self.connection.cursor() as cursor:
            with cursor.copy(command) as copy:
                while block := "".join(islice(lines, _BLOCK)):
                    copy.write(block)
            return cursor.rowcount

    def analyze(self, *tables: str) -> None:
        """
        Let the planner know what has just been staged.

        A table that another run is analysing is left to it: waiting, two runs would take turns for whole
        transactions, and could wait for each other.
        """
        for table in tables:
            name = sql.Identifier(*table.split("."))
            self.connection.execute(sql.SQL("analyze (skip_locked) {}").format(name))


def tagged(run_id: int, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Put the run's number before each row."""
    tag = str(run_id)
    for row in rows:
        yield (tag, *row)


def _copy(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def _line(row: Sequence[str | None]) -> str:
    """Spell a row as COPY reads it. Few need escaping, which is seen faster in a line than in each text."""
    line = "\t".join([_NULL if text is None else text for text in row])
    if line.count("\t") >= len(row) or "\\" in line or "\n" in line or "\r" in line:
        line = "\t".join([_NULL if text is None else text.translate(_ESCAPES) for text in row])
    return f"{line}\n"


def _spell_json(value: Any) -> str:
    """Spell JSON; an exact number becomes text, since no digit of it may change."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _bound(params: Params) -> dict[str, Any]:
    return {name: Jsonb(value) if isinstance(value, dict) else value for name, value in params.items()}
