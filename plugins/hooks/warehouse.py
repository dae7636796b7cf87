"""The warehouse behind the Airflow connection ``warehouse``."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.providers.postgres.hooks.postgres import PostgresHook

from plugins.warehouse import Warehouse


class WarehouseHook(PostgresHook):
    """
    Open sessions with the warehouse.

    The stock hook neither streams COPY safely nor runs files with values bound by name.
    """

    conn_name_attr = "warehouse_conn_id"
    default_conn_name = "warehouse"
    conn_type = "postgres"
    hook_name = "Dealflow warehouse"

    @contextmanager
    def session(self) -> Iterator[Warehouse]:
        """Give a session that is closed at the end of the block."""
        with self.get_conn() as connection:
            yield Warehouse(connection)
