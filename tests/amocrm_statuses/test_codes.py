"""Codes of the log that happen seldom: each is met by what it is about."""

from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException

from include.errors import DealflowError
from plugins.faults import carrying_on
from plugins.steps import ledger
from plugins.steps.amocrm_sdh_statuses import NoMarkers
from plugins.steps.amocrm_statuses import OrderIgnored, TooManyPages, WindowOutside
from plugins.steps.amocrm_statuses_publish import ManyLeft
from plugins.warehouse import Warehouse
from tests.amocrm_statuses.small_account import SUM, TEXT, Reader, SmallAccount, Status
from tests.amocrm_statuses.test_incremental import CONTAINERS, FUNNEL

BACK = {"id": "back", "title": "Возврат", "marker": "return", "statuses": [[2, 142]]}
WON = CONTAINERS[2] | {"statuses": [[1, 142]]}
RULE = {"action": "exclude", "field": {"custom_field_id": TEXT}, "operator": "equals", "values": ["b"]}
SETTINGS = {
    "funnels": [FUNNEL | {"containers": [*CONTAINERS[:2], WON, CONTAINERS[3], BACK]}],
    "filter": {"rules": [RULE]},
}
NEW, OUTSIDE, SOLD, RETURN = (1, 1), (1, 3), (1, 142), (2, 142)


@pytest.fixture
def reader(connection: psycopg.Connection) -> Reader:
    return Reader(Warehouse(connection), SmallAccount())


def codes_of(reader: Reader, key: str | None) -> set[str]:
    """Give the codes that the last run has logged of a lead, or of itself."""
    query = (
        "select coalesce(array_agg(distinct code), '{}') from ops.run_log, unnest(codes) as code"
        " where run_id = (select max(run_id) from ops.run) and record_key is not distinct from %s"
    )
    [codes] = reader.warehouse.connection.execute(query, [key]).fetchone() or [[]]
    return set(codes)


@pytest.mark.parametrize(
    ("was", "moves", "code"),
    [
        (SOLD, [NEW], "AMO_REOPENED"),
        (SOLD, [RETURN], "AMO_RETURNED"),
        (SOLD, [OUTSIDE], "AMO_OUTSIDE_AFTER_SUCCESS"),
        (NEW, [RETURN], "AMO_RETURN_WITHOUT_SUCCESS"),
    ],
)
def test_what_becomes_of_a_sale_is_told(reader: Reader, was: Status, moves: list[Status], code: str) -> None:
    reader.world.add(1, NEW)
    if was != NEW:
        reader.world.move(1, was)
    reader.run(SETTINGS)
    assert code not in codes_of(reader, "lead:1")
    for status in moves:
        reader.world.move(1, status)
    reader.run(SETTINGS)
    assert code in codes_of(reader, "lead:1")


def test_a_lead_that_the_filter_holds_back_and_a_number_of_several_values_are_told(reader: Reader) -> None:
    reader.world.add(1, NEW)
    reader.world.add(2, NEW)
    reader.run(SETTINGS)
    assert {"AMO_COVERAGE", "AMO_FULL_BUILD"} <= codes_of(reader, None)
    reader.world.fill(1, TEXT, "b")
    reader.world.fill(2, SUM, "1", "2")
    reader.run(SETTINGS)
    assert "AMO_FILTERED" in codes_of(reader, "lead:1")
    assert "AMO_SEVERAL_VALUES" in codes_of(reader, "lead:2")


def test_since_when_the_history_is_known_is_told_once(reader: Reader) -> None:
    reader.world.add(1, NEW)
    reader.world.move(1, SOLD)
    reader.run(SETTINGS)
    assert "AMO_HISTORY_FROM" in codes_of(reader, None)
    reader.run(SETTINGS)
    assert "AMO_HISTORY_FROM" not in codes_of(reader, None)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ManyLeft, "AMO_MANY_LEFT"),
        (OrderIgnored, "AMO_ORDER_IGNORED"),
        (TooManyPages, "AMO_TOO_MANY_PAGES"),
        (WindowOutside, "AMO_WINDOW_OUTSIDE"),
        (NoMarkers, "SDH_NO_MARKERS"),
    ],
)
def test_what_stops_a_run_is_told_by_its_code(
    connection: psycopg.Connection[Any], fault: type[DealflowError], code: str
) -> None:
    warehouse = Warehouse(connection)
    run_id = ledger.open_run(warehouse, ledger.Occasion("amocrm_statuses", "amocrm", "m1", "manual"))
    assert run_id
    with pytest.raises(AirflowFailException, match="Так нельзя"), carrying_on(warehouse, run_id):
        raise fault("Так нельзя.")
    assert ledger.run(warehouse, run_id).state == "failed"
    logged = connection.execute("select codes from ops.run_log where run_id = %s", [run_id]).fetchall()
    assert any(code in codes for (codes,) in logged)
