"""The reference vectors, through the real DAG (bitrix24 7.2, runs 1 to 5)."""

from decimal import Decimal
from typing import Any

from tests.bitrix24_portal import Portal

WRITES = "crm.item.update"
TOTALS = """
    select contact_id, category_id, year, amount_minor
    from mart.contact_year_total
    where amount_minor <> 0
"""


def totals(portal: Portal) -> dict[tuple[int, int, int], Decimal]:
    """Give what the mart has, without zeros."""
    rows = portal.rows(TOTALS)
    return {
        (row["contact_id"], row["category_id"], row["year"]): Decimal(row["amount_minor"]) / 100
        for row in rows
    }


def told(portal: Portal) -> dict[int, dict[str, Decimal]]:
    """Give what the portal's contacts hold."""
    return {
        contact: {name: Decimal(str(value)) for name, value in fields.items() if value is not None}
        for contact, fields in portal.held("UF_CRM_SUM").items()
    }


def commands(portal: Portal) -> list[tuple[str, dict[str, Any]]]:
    """Give the updates of contacts since the portal was last told to forget."""
    return [(record, fields) for method, record, fields in portal.written() if method == WRITES]


def run(portal: Portal) -> int:
    """Make a run; give the number of commands it wrote with."""
    portal.forget()
    made = portal.run()
    assert made.state == "success", made.errors
    assert portal.run_of(made)["state"] == "success", portal.run_of(made)
    assert portal.rows("select is_conserved, unwritten from mart.v_contact_total_reconciliation") == [
        {"is_conserved": True, "unwritten": 0}
    ]
    return len(commands(portal))


def test_five_runs_come_to_the_totals_and_commands_of_the_vectors(club: Portal) -> None:
    assert run(club) == 3
    assert totals(club) == {
        (7, 0, 2025): Decimal("33333.34"),
        (7, 3, 2026): Decimal("0.01"),
        (9, 0, 2025): Decimal("33333.34"),
        (9, 3, 2026): Decimal("50000.00"),
        (12, 0, 2025): Decimal("33333.33"),
    }
    assert told(club)[12] == {"UF_CRM_SUM_0_2025": Decimal("33333.33")}
    [nobodys] = club.rows("select unattributed_minor from mart.v_contact_total_reconciliation")
    assert nobodys == {"unattributed_minor": 99999}

    club.crm.order(reopen=[102], change={"deal": {"101": {"contactIds": [7, 9], "contactId": 7}}})
    club.crm.order(change={"deal": {"102": {"stageSemanticId": "P"}}})
    assert run(club) == 3
    assert told(club) == {
        7: {"UF_CRM_SUM_0_2025": Decimal("50000.01"), "UF_CRM_SUM_3_2026": Decimal("0.01")},
        9: {"UF_CRM_SUM_0_2025": Decimal("50000.00"), "UF_CRM_SUM_3_2026": Decimal(0)},
        12: {"UF_CRM_SUM_0_2025": Decimal(0)},
    }

    assert run(club) == 0

    club.crm.order(delete=[104])
    assert run(club) == 1
    assert told(club)[7] == {"UF_CRM_SUM_0_2025": Decimal("50000.01"), "UF_CRM_SUM_3_2026": Decimal(0)}

    club.crm.order(change={"deal": {"101": {"categoryId": 3, "closedate": "2026-07-01"}}})
    run(club)
    assert told(club) == {
        7: {"UF_CRM_SUM_0_2025": Decimal(0), "UF_CRM_SUM_3_2026": Decimal("50000.01")},
        9: {"UF_CRM_SUM_0_2025": Decimal(0), "UF_CRM_SUM_3_2026": Decimal("50000.00")},
        12: {"UF_CRM_SUM_0_2025": Decimal(0)},
    }
