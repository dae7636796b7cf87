"""A task's session with the warehouse."""

import pytest

from plugins.hooks.warehouse import WarehouseHook
from tests.plugins.ui.conftest import connection_to


def test_the_server_soon_notices_that_the_host_of_a_session_is_gone(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", connection_to(warehouse_url))
    with WarehouseHook().session() as warehouse:
        seen = {
            name: warehouse.connection.execute(f"show {name}").fetchone()
            for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count")
        }
    assert seen == {
        "tcp_keepalives_idle": ("15",),
        "tcp_keepalives_interval": ("5",),
        "tcp_keepalives_count": ("3",),
    }
