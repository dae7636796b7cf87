"""Bring the warehouse database to the newest schema, and say which one it has."""

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from sql.alembic.numbered import SCHEMA_DIR

HERE = Path(__file__).resolve().parent


def migrate(url: str, schema: Path = SCHEMA_DIR) -> None:
    """
    Apply the files of ``sql/schema`` that the database lacks, each in a transaction of its own.

    Safe to run at the same time from several places: they take turns, and the later ones find nothing to do.
    Raises ``SchemaError`` when an applied file was edited.
    """
    command.upgrade(_config(url, schema), "head")


def current(url: str, schema: Path = SCHEMA_DIR) -> str:
    """Return what ``alembic current`` prints: the newest applied number, ``(head)`` if none is missing."""
    said = io.StringIO()
    command.current(_config(url, schema, said))
    return said.getvalue().strip()


def _config(url: str, schema: Path, output: io.StringIO | None = None) -> Config:
    address = make_url(url).set(drivername="postgresql+psycopg")
    settings = Config(stdout=output) if output else Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes |= {"url": address, "schema": schema}
    return settings
