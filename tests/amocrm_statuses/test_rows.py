"""The 23 scenario rows under both policies, and what they add up to (smart-data-hub 6)."""

from typing import NamedTuple

import psycopg
import pytest

from plugins.warehouse import Warehouse
from tests.amocrm_statuses.oracle import Container, Lead, Move, Rules, Status, tell
from tests.amocrm_statuses.raw_rows import DAY, open_warehouse, put, rebuild, rows, rules_of

FUNNEL = "licenses"
PLACES = {
    "new": (1, None, [(1, 101), (2, 201)]),
    "quote": (2, None, [(1, 102)]),
    "contract": (3, None, [(1, 103)]),
    "hold": (4, "pause", [(1, 104)]),
    "won": (5, "success", [(1, 142), (2, 142)]),
    "lost": (6, "refusal", [(1, 143), (2, 143)]),
    "back": (7, "return", [(1, 105)]),
}
# number | path | price | passed, implied with a star | stands in, outside with a dash | sold | returned
TABLE = """
 1 | 101 102 103 142   | 1000 | new quote contract won            | won      | 1000 | 0
 2 | 101 142           | 500  | new quote* contract* won          | won      | 500  | 0
 3 | 101 143           | 300  | new lost                          | lost     | 0    | 0
 4 | 101 103 143       | 300  | new contract lost                 | lost     | 0    | 0
 5 | 101 103           | 200  | new quote* contract               | contract | 0    | 0
 6 | 101 142 102       | 900  | new quote won                     | quote    | 0    | 0
 7 | 101 143 101 142   | 700  | new quote* contract* won lost     | won      | 700  | 0
 8 | 101 102 142 105   | 1000 | new quote contract* won back      | back     | 0    | 1000
 9 | 101 103 104       | 150  | new quote* contract hold          | hold     | 0    | 0
10 | 101 999           | 100  | new                               | new-     | 0    | 0
11 | 142               | 800  | new* quote* contract* won         | won      | 800  | 0
12 | 101 103 101       | 50   | new quote* contract               | new      | 0    | 0
13 | 101 B201 B142     | 400  | new quote* contract* won          | won      | 400  | 0
14 | 143               | 60   | lost                              | lost     | 0    | 0
15 | 101 102 142 143   | 70   | new quote won lost                | lost     | 0    | 0
16 | 101 142 104       | 1100 | new hold won                      | hold     | 0    | 0
17 | 101 103 143 104   | 120  | new quote* contract hold lost     | hold     | 0    | 0
18 | 101 142 999       | 130  | new quote* contract* won          | won-     | 0    | 0
20 | 101 105           | 160  | new back                          | back     | 0    | 0
21 | 101 142 143 142   | 170  | new quote* contract* won lost     | won      | 170  | 0
22 | 101 103 999 142   | 180  | new quote* contract won           | won      | 180  | 0
23 | 101 142 999 143   | 190  | new won lost                      | lost     | 0    | 0
"""
DELETED = 19
COMES_BACK = (7, 12, 21)  # to a status it had: within one second such a path can be read in several ways
ONLY_VISITED = (5, 9, 12, 17)  # rows that lose what is implied when only visits count
POLICIES = ("previous", "visited_only")


class Row(NamedTuple):
    """A scenario."""

    number: int
    path: list[Status]
    price: int
    passed: dict[str, str]
    standing: tuple[str, bool]
    sold: int
    returned: int


def scenario(line: str) -> Row:
    """Read a line of the table."""
    number, path, price, passed, stands, sold, returned = (part.strip() for part in line.split("|"))
    kinds = {name.rstrip("*"): "implied" if name.endswith("*") else "visited" for name in passed.split()}
    statuses = [(2, int(each[1:])) if each.startswith("B") else (1, int(each)) for each in path.split()]
    place = (stands.rstrip("-"), stands.endswith("-"))
    return Row(int(number), statuses, int(price), kinds, place, int(sold), int(returned))


ROWS = [scenario(line) for line in TABLE.strip().splitlines()]


def mapping(backfill: str = "previous") -> Rules:
    """Give the mapping of the scenarios."""
    placed = [
        (Container(FUNNEL, name, position, marker), statuses)
        for name, (position, marker, statuses) in PLACES.items()
    ]
    return rules_of(placed, backfill)


def lead_of(number: int, path: list[Status], price: int, *, in_one_second: bool = False) -> Lead:
    """Let a lead go a way: a step a minute, or all in one second with its events numbered backwards."""
    moves = [
        Move(
            f"{number:03d}-{9 - step if in_one_second else step}",
            DAY + 60 * (1 if in_one_second else step),
            path[step - 1],
            path[step],
        )
        for step in range(1, len(path))
    ]
    return Lead(path[-1], price, DAY, DAY + 600, moves=moves)


def put_scenarios(warehouse: Warehouse, *, in_one_second: bool = False) -> dict[int, Lead]:
    """Put all of them in, and the deleted one."""
    leads = {
        row.number: lead_of(
            row.number, row.path, row.price, in_one_second=in_one_second and row.number not in COMES_BACK
        )
        for row in ROWS
    }
    leads[DELETED] = lead_of(DELETED, [(1, 101), (1, 103)], 140)
    put(warehouse, leads.items(), deleted=[DELETED])
    return leads


def passed(row: Row, backfill: str) -> dict[str, str]:
    """Give what a row has passed under a policy."""
    drops = backfill == "visited_only" and row.number in ONLY_VISITED
    return {name: kind for name, kind in row.passed.items() if not (drops and kind == "implied")}


@pytest.mark.parametrize("in_one_second", [False, True], ids=["by_the_minute", "in_one_second"])
@pytest.mark.parametrize("backfill", POLICIES)
def test_every_scenario_passes_stands_and_sells_as_it_must(
    connection: psycopg.Connection, backfill: str, in_one_second: bool
) -> None:
    warehouse = open_warehouse(connection)
    put_scenarios(warehouse, in_one_second=in_one_second)
    rebuild(warehouse, mapping(backfill))
    kinds: dict[int, dict[str, str]] = {}
    for number, name, kind in rows(
        warehouse, "select lead_id, container_id, kind from mart.amocrm_lead_container_pass"
    ):
        kinds.setdefault(number, {})[name] = kind
    assert kinds == {row.number: passed(row, backfill) for row in ROWS}
    standing = rows(
        warehouse,
        "select lead_id, container_id, is_outside, sales_volume, returned_amount"
        " from mart.amocrm_lead_funnel_state order by lead_id",
    )
    assert standing == [(row.number, *row.standing, row.sold, row.returned) for row in ROWS]


@pytest.mark.parametrize("backfill", POLICIES)
def test_the_oracle_agrees_with_every_scenario(backfill: str) -> None:
    for row in ROWS:
        told = tell(lead_of(row.number, row.path, row.price), mapping(backfill))
        assert {name: each.kind for (_, name), each in told.passed.items()} == passed(row, backfill), row
        standing = told.standing[FUNNEL]
        assert (standing.container, standing.is_outside) == row.standing, row
        assert (standing.sales, standing.returned) == (row.sold, row.returned), row


def test_the_scenarios_add_up(connection: psycopg.Connection) -> None:
    warehouse = open_warehouse(connection)
    put_scenarios(warehouse)
    rebuild(warehouse, mapping())
    counted = rows(
        warehouse,
        "select container_id, count(*), count(*) filter (where kind = 'visited')"
        " from mart.amocrm_lead_container_pass group by container_id, position order by position",
    )
    assert counted == [
        ("new", 21, 20),
        ("quote", 15, 4),
        ("contract", 14, 7),
        ("hold", 3, 3),
        ("won", 13, 13),
        ("lost", 8, 8),
        ("back", 2, 2),
    ]
    [sums] = rows(
        warehouse,
        "select sum(sales_volume), sum(success_amount), sum(returned_amount)"
        " from mart.amocrm_lead_funnel_state",
    )
    assert sums == (3750, 7140, 1000)


def test_building_twice_writes_nothing(connection: psycopg.Connection) -> None:
    warehouse = open_warehouse(connection)
    put_scenarios(warehouse, in_one_second=True)
    assert rebuild(warehouse, mapping()) > 0
    assert rebuild(warehouse, mapping(), run_id=3) == 0


def test_a_policy_that_is_changed_back_leaves_everything_as_it_was(connection: psycopg.Connection) -> None:
    warehouse = open_warehouse(connection)
    put_scenarios(warehouse)
    query = "select * from mart.amocrm_lead_container_pass order by lead_id, position"
    rebuild(warehouse, mapping())
    before = rows(warehouse, query)
    assert rebuild(warehouse, mapping("visited_only"), run_id=3) == 4
    rebuild(warehouse, mapping(), run_id=4)
    assert rows(warehouse, query) == before
