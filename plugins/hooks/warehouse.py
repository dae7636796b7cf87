"""The warehouse behind the Airflow connection ``warehouse``."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.providers.postgres.hooks.postgres import PostgresHook

from plugins.warehouse import Warehouse

# A session whose host is gone without a word lets go of its run within half a minute, not after two hours.
NOTICE_A_DEAD_HOST = {
    "tcp_keepalives_idle": "15s",
    "tcp_keepalives_interval": "5s",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30s",
}


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
            for name, value in NOTICE_A_DEAD_HOST.items():
                connection.execute("select set_config(%s, %s, false)", (name, value))
            connection.commit()
            yield Warehouse(connection)
