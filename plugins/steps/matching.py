"""
Find the client and the deal that each staged row is about; rules are rows, and every match names its rule.

Rows of one run may create clients and deals for each other, so the answer must be that of taking them one by
one in order. Who creates is settled first: in bulk wherever nothing entangles rows, by a walk for the few
that remain. Once the creators are known, each match is a join (docs/decisions/0004-matching.md).
"""

from collections.abc import Sequence
from typing import NamedTuple

from include.paths import SQL_DIR
from plugins.warehouse import Warehouse, tagged

SQL = SQL_DIR / "matching"


class ClientRule(NamedTuple):
    """Look a client up by one kind of key; the smaller rank is tried first."""

    rank: int
    rule: str
    kind: str


class DealRule(NamedTuple):
    """
    Look a deal of the client up by ``key``: conversion_id, external_id, or nearest in the past.

    ``status_kinds``: only deals of these kinds; None: any. ``barred_kinds``: such deals count as not found
    and are reported. ``look_back``: a Postgres interval such as ``30 days``; None: no limit.
    """

    rank: int
    rule: str
    key: str
    status_kinds: Sequence[str] | None = None
    barred_kinds: Sequence[str] = ()
    look_back: str | None = None


def stage_client_rules(warehouse: Warehouse, run_id: int, rules: Sequence[ClientRule]) -> None:
    """Write the rules down, before the keys that refer to them are staged."""
    warehouse.copy_rows("stage.client_rule", ("run_id", *ClientRule._fields), tagged(run_id, rules))


def stage_deal_rules(warehouse: Warehouse, run_id: int, rules: Sequence[DealRule]) -> None:
    """Write the rules down, before deals are matched."""
    rows = (
        (*rule[:3], _array(rule.status_kinds), _array(rule.barred_kinds), rule.look_back) for rule in rules
    )
    warehouse.copy_rows("stage.deal_rule", ("run_id", *DealRule._fields), tagged(run_id, rows))


def match_clients(warehouse: Warehouse, run_id: int, create_with: Sequence[str]) -> dict[str, int]:
    """
    Answer ``stage.identity_key`` in ``stage.client_match``; give the number of rows by rule.

    ``create_with``: a row that finds nobody creates a client if it has a key of one of these kinds.
    """
    params = {"run_id": run_id, "create_with": list(create_with)}
    warehouse.analyze("stage.identity_key")
    warehouse.run_files(SQL, ("forget_client_matches", "stage_client_candidates"), params)
    warehouse.analyze("stage.client_candidate")
    with warehouse.staged_only():
        warehouse.run_files(SQL, ("claim_new_clients", "contest_client_keys"), params)
    warehouse.select(SQL / "settle_new_clients.sql", params)
    warehouse.select(SQL / "catch_up_numbers.sql", params)
    warehouse.run_file(SQL / "number_new_clients.sql", params)
    warehouse.analyze("stage.new_client")
    with warehouse.staged_only():
        warehouse.run_file(SQL / "match_clients.sql", params)
    warehouse.analyze("stage.client_match")
    return {found.rule: found.rows for found in warehouse.select(SQL / "count_client_rules.sql", params)}


def match_deals(warehouse: Warehouse, run_id: int) -> dict[str, int]:
    """
    Answer ``stage.deal_candidate`` in ``stage.deal_match``; give the number of rows by rule.

    A row that finds no deal opens one (rule ``created``).
    """
    params = {"run_id": run_id}
    warehouse.analyze("stage.deal_candidate")
    warehouse.run_files(SQL, ("forget_deal_matches", "stage_conversion_hits", "stage_external_hits"), params)
    warehouse.analyze("stage.deal_hit")
    warehouse.run_file(SQL / "stage_nearest_hits.sql", params)
    warehouse.analyze("stage.deal_hit")
    with warehouse.staged_only():
        warehouse.run_files(SQL, ("claim_new_deals", "contest_new_deals"), params)
    warehouse.select(SQL / "settle_new_deals.sql", params)
    warehouse.select(SQL / "catch_up_numbers.sql", params)
    warehouse.run_file(SQL / "number_new_deals.sql", params)
    warehouse.analyze("stage.new_deal")
    with warehouse.staged_only():
        warehouse.run_files(SQL, ("stage_new_conversion_hits", "stage_new_external_hits"), params)
    warehouse.run_file(SQL / "stage_new_nearest_hits.sql", params)
    warehouse.analyze("stage.deal_hit")
    with warehouse.staged_only():
        warehouse.run_file(SQL / "match_deals.sql", params)
    warehouse.analyze("stage.deal_match")
    return {found.rule: found.rows for found in warehouse.select(SQL / "count_deal_rules.sql", params)}


def _array(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)
