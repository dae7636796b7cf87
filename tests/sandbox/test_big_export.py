"""The large export: its records meet the mart as promised, a later one differs by as much as was asked."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from sandbox.big_export import seed_base, write_export
from tests.deal_import.run import import_file

Connection = psycopg.Connection[tuple[Any, ...]]
SIZE = {"records": 2000, "clients": 2000}


def result(connection: Connection, content: bytes) -> tuple[str, dict[str, int], dict[str, Any]]:
    """Import; return the run's state, its counters, and what it says when it finishes."""
    run_id = import_file(connection, content)
    row = connection.execute(
        """
        select run.state, run.counters, log.details
        from ops.run as run inner join ops.run_log as log using (run_id)
        where run_id = %s and 'RUN_FINISHED' = any(log.codes)
        """,
        [run_id],
    ).fetchone()
    assert row
    return row


def test_records_meet_the_mart_in_the_promised_shares(connection: Connection, tmp_path: Path) -> None:
    seed_base(connection, clients=2000, deals=4000, heavy=100)
    file = tmp_path / "export.xml"
    write_export(file, **SIZE, heavy=100)
    state, counters, finished = result(connection, file.read_bytes())
    assert state == "success"
    assert counters["bound"] + counters["created"] == 2100
    assert finished["clients_created"] == pytest.approx(200, abs=40)
    by = finished["bound_by"]
    assert by["conversion_id"] == pytest.approx(200, abs=40)
    assert by["deal_id"] == pytest.approx(600 + 50, abs=60)
    assert by["nearest_new"] == pytest.approx(600 + 50, abs=60)
    assert finished["codes"]["CLIENT_AMBIGUOUS"] == pytest.approx(40, abs=20)
    rules = {
        rule for (rule,) in connection.execute("select distinct details->'client'->>'rule' from ops.run_log")
    }
    assert rules >= {"tsuid", "phone", "email"}

    assert result(connection, file.read_bytes())[1]["unchanged"] == 2100
    write_export(file, **SIZE, heavy=100, changed=0.1)
    later = result(connection, file.read_bytes())[1]
    assert later["overwritten"] == pytest.approx(200, abs=45)
    assert later["overwritten"] + later["unchanged"] == 2100


def test_the_same_seed_writes_the_same_file_and_another_one_another(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b", "c")]
    sizes = [write_export(file, **SIZE, seed=seed) for file, seed in zip(files, (1, 1, 2), strict=True)]
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    assert 480 < sizes[0] / 2000 < 600


def test_only_an_empty_mart_is_filled(connection: Connection) -> None:
    seed_base(connection, clients=10, deals=10)
    with pytest.raises(ValueError, match="has clients already"):
        seed_base(connection, clients=10, deals=10)
    with pytest.raises(ValueError, match="one deal a client"):
        seed_base(connection, clients=10, deals=9)
    counts = connection.execute(
        "select (select count(*) from mart.client), count(*) from mart.deal"
    ).fetchone()
    assert counts == (10, 10)
