"""What a transaction has put in is known to the planner before it builds: else it goes row by row."""

import psycopg

from plugins.steps.amocrm_statuses_build import MANY, RAW
from tests.amocrm_statuses.oracle import Container, Lead, Move
from tests.amocrm_statuses.raw_rows import DAY, open_warehouse, put, rebuild, rules_of

COUNTED = """
    select count(distinct tablename)
    from pg_stats
    where schemaname || '.' || tablename = any(%s)
"""
WITHOUT_VALUES = 2  # tables of leads and of events
NEW, WON = (1, 101), (1, 142)


def test_a_first_reading_is_looked_over_before_it_is_built(connection: psycopg.Connection) -> None:
    warehouse = open_warehouse(connection)
    new, won = Container("f1", "new", 1, None), Container("f1", "won", 2, "success")
    rules = rules_of([(new, [NEW]), (won, [WON])])
    stays = Lead(NEW, 100, DAY, DAY + 900, None, [])
    moves = Lead(WON, 100, DAY, DAY + 900, None, [Move("1", DAY + 60, NEW, WON)])

    def known() -> int:
        [(tables,)] = connection.execute(COUNTED, [list(RAW)]).fetchall()
        return int(tables)

    with warehouse.transaction():  # which nobody else looks into
        put(warehouse, ((number, stays) for number in range(1, MANY)))
        rebuild(warehouse, rules)
        assert known() == 0
        put(warehouse, [(MANY, moves)])
        rebuild(warehouse, rules, 3)
        assert known() == WITHOUT_VALUES
