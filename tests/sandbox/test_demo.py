"""The demo's story: what its steps expect follows from its payments, and is what the import really does."""

from typing import Any

import psycopg
import pytest

from include.paths import ROOT
from include.settings.deal_import import DealImportSettings
from include.settings.loader import load
from sandbox.demo import company
from sandbox.demo.deal_import import STEPS, counters
from sandbox.demo.exports import SOURCES, export
from sandbox.demo.queries import DEAL_IMPORT
from sandbox.demo.story import STORY
from sandbox.demo.story import counters as told
from tests.deal_import.run import import_file

FIRST, AGAIN, DRY, LATER = STEPS
Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> DealImportSettings:
    monkeypatch.setenv("DEALFLOW_SANDBOX_URL", "http://127.0.0.1:8090")
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(ROOT / "sandbox" / "demo" / "settings"))
    return load(DealImportSettings, "deal_import")


def run(
    connection: Connection, settings: DealImportSettings, source: str, version: int, *, dry_run: bool = False
) -> int:
    """Import a version of a source with the demo's settings."""
    plain = settings.model_dump()
    known = next(one for one in plain["sources"] if one["name"] == source)
    del known["connection"]  # the file is at hand
    return import_file(
        connection,
        export(source, version),
        statuses=plain["statuses"],
        layouts=plain["layouts"],
        **known,
        dry_run=dry_run,
    )


def result(connection: Connection, run_id: int) -> tuple[str, dict[str, int]]:
    row = connection.execute("select state, counters from ops.run where run_id = %s", [run_id]).fetchone()
    assert row
    return row[0], row[1]


def test_the_steps_expect_what_the_payments_say() -> None:
    for source, (first, later) in STORY.items():
        assert counters(**told(first())) == FIRST.expected[source]
        assert counters(**told(later())) == LATER.expected[source]
        assert sum(AGAIN.expected[source].values()) == len(first())
    assert DRY.expected["main"] == LATER.expected["main"]


def test_an_export_is_the_same_whenever_it_is_made() -> None:
    for source in SOURCES:
        assert export(source, 1) == export(source, 1)
        assert export(source, 1) != export(source, 2)
    with pytest.raises(ValueError, match="no version 3"):
        export("main", 3)


def test_the_import_does_what_the_demo_promises(connection: Connection, settings: DealImportSettings) -> None:
    company.seed(connection)
    for step, version in zip(STEPS, (1, 1, 2, 2), strict=True):
        dry_run = bool(step.conf.get("dry_run"))
        for source, expected in step.expected.items():
            run_id = run(connection, settings, source, version, dry_run=dry_run)
            assert result(connection, run_id) == (step.states[source], expected), (step.title, source)


def test_the_order_of_the_sources_does_not_matter(
    connection: Connection, settings: DealImportSettings
) -> None:
    company.seed(connection)
    for step, version in ((FIRST, 1), (LATER, 2)):
        for source in reversed(SOURCES):
            run_id = run(connection, settings, source, version)
            assert result(connection, run_id) == (step.states[source], step.expected[source])


def test_the_company_is_seeded_once(connection: Connection) -> None:
    company.seed(connection)
    company.seed(connection)
    counts = connection.execute(
        "select (select count(*) from mart.client), (select count(*) from mart.deal)"
    ).fetchone()
    assert counts == (len(company.CLIENTS), len(company.DEALS))


def test_the_closing_queries_answer_something(connection: Connection, settings: DealImportSettings) -> None:
    company.seed(connection)
    run(connection, settings, "main", 1)
    for title, query in DEAL_IMPORT:
        assert connection.execute(query.encode()).fetchall(), title


def test_the_first_export_shows_every_kind_of_meeting(
    connection: Connection, settings: DealImportSettings
) -> None:
    company.seed(connection)
    run(connection, settings, "main", 1)
    run(connection, settings, "main", 2)
    shown = {code for (code,) in connection.execute("select distinct unnest(codes) from ops.run_log")}
    assert shown >= {
        *("CLIENT_FOUND", "CLIENT_CREATED", "CLIENT_AMBIGUOUS", "CLIENT_CONFLICT", "CLIENT_WITHOUT_TSUID"),
        *("DEAL_CREATED", "PAYMENT_BOUND", "RECORD_OVERWRITTEN", "DEAL_STATUS_SET", "LAST_DEAL_DATE_MOVED"),
        *("REPEAT_DEAL_SKIPPED", "UNKNOWN_STATUS", "IGNORED_NO_ACTUAL_AMOUNT", "SKIPPED_DUPLICATE_IN_FILE"),
        "BAD_AMOUNT",
    }


def test_the_settings_of_the_demo_name_the_sandbox(settings: DealImportSettings) -> None:
    links = [source.link for source in settings.sources]
    assert links == [f"http://127.0.0.1:8090/deal_export/{name}.xml" for name in SOURCES]
