"""
Numbered SQL files as Alembic revisions: ``0007_orders.sql`` is revision ``0007`` and follows ``0006``.

So adding a file to ``sql/schema`` is all there is to a change of the schema. A file is never edited once it
was applied: its hash is kept in ``public.schema_file``, and a difference stops the migration at once.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from alembic import op
from alembic.script import Script
from sqlalchemy import Connection, text

SCHEMA_DIR = Path(__file__).resolve().parent.parent / "schema"

CREATE_SCHEMA_FILE = """
create table if not exists public.schema_file (
    revision text primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""


class SchemaError(RuntimeError):
    """The files of ``sql/schema`` and the database do not go together; the message says what to do."""


class SchemaFile(NamedTuple):
    """One file of ``sql/schema``."""

    revision: str
    path: Path

    def read(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def sha256(self) -> str:
        return hashlib.sha256(self.read().encode()).hexdigest()

    def apply(self) -> None:
        """Run the whole file in the migration's transaction and remember its hash."""
        connection = op.get_bind()
        # Straight to the driver: a file holds many statements, and its colons and percent signs are its own.
        connection.connection.cursor().execute(self.read())
        connection.execute(
            text(
                "insert into public.schema_file (revision, name, sha256) values (:revision, :name, :sha256)"
            ),
            {"revision": self.revision, "name": self.path.name, "sha256": self.sha256()},
        )


def schema_files(folder: Path = SCHEMA_DIR) -> list[SchemaFile]:
    """Return the numbered files in order; raise ``SchemaError`` for a missing or repeated number."""
    files = [_schema_file(path) for path in sorted(folder.glob("*.sql"))]
    for earlier, later in pairwise(files):
        if earlier.revision == later.revision:
            raise SchemaError(
                f"{earlier.path.name} and {later.path.name} have the same number: renumber the newer one"
            )
    return files


def _schema_file(path: Path) -> SchemaFile:
    number = re.match(r"(\d{4})_", path.name)
    if number is None:
        raise SchemaError(f"{path.name}: a schema file is named NNNN_subject.sql")
    return SchemaFile(number[1], path)


def revisions(files: list[SchemaFile]) -> Iterator[Script]:
    """Turn the files into the chain of revisions that Alembic walks."""
    previous = None
    for file in files:
        module = ModuleType(f"schema_{file.revision}", doc=file.path.stem)
        module.revision, module.down_revision, module.upgrade = file.revision, previous, file.apply  # type: ignore[attr-defined]
        yield Script(module, file.revision, file.path)
        previous = file.revision


def assert_unedited(connection: Connection, files: list[SchemaFile], current: str | None) -> None:
    """Compare the applied files with what is remembered of them; raise ``SchemaError`` for a difference."""
    connection.execute(text(CREATE_SCHEMA_FILE))
    applied = {
        row.revision: row
        for row in connection.execute(text("select revision, name, sha256 from public.schema_file"))
    }
    known = {file.revision for file in files}
    if unknown := sorted(applied.keys() - known):
        raise SchemaError(f"the database is newer than this code: it has {applied[unknown[-1]].name}")
    for file in files:
        if current is None or file.revision > current:
            return
        if file.revision not in applied:
            raise SchemaError(
                f"{file.path.name} was added below {current}, which is applied: give it a higher number"
            )
        if applied[file.revision].sha256 != file.sha256():
            raise SchemaError(
                f"{file.path.name} was edited after it was applied: restore it and write a new file instead"
            )
