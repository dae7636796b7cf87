"""All that a run of the totals is answerable for, in a form that two of them can be compared by."""

from collections import Counter
from typing import Any, LiteralString

import psycopg

from tests.bitrix24_portal import Portal
from tests.faults.books import Books
from tests.faults.books import mart as mart_of

# Left out: the clock, the numbers of runs, and which of several runs has seen or written something.
TABLES: dict[str, LiteralString] = {
    "contact_year_total": """
        select contact_id, category_id, year, amount_minor, currency, decimals, deals
        from mart.contact_year_total order by 1, 2, 3""",
    # Values in their order; each holds until the next begins, and the last one holds.
    "history": """
        select contact_id, category_id, year, amount_minor, deals,
            valid_to is not distinct from lead(valid_from) over total as is_joined
        from mart.contact_year_total_history
        window total as (partition by contact_id, category_id, year order by valid_from)
        order by contact_id, category_id, year, valid_from""",
    "written_total": """
        select contact_id, field_name, amount_minor from mart.bitrix24_written_total order by 1, 2""",
    "field": """
        select field_name, kind, category_id, year, precision, is_gone from mart.bitrix24_field order by 1""",
    "deal": """
        select deal_id, title, category_id, stage_id, closed_on, opportunity, currency, contact_ids, year,
            year_by, rate, amount_minor, target_currency, is_won
        from mart.bitrix24_deal order by 1""",
    "deal_part": "select deal_id, contact_id, amount_minor from mart.bitrix24_deal_part order by 1, 2",
    "deal_rate": """
        select deal_id, currency, target_currency, rate from mart.bitrix24_deal_rate order by 1""",
    "contact": """
        select contact_id, name, gone_at is not null as is_gone from mart.bitrix24_contact order by 1""",
    "link": """
        select system, external_id, client.name from mart.client_link
        inner join mart.client using (client_id) order by 1, 2""",
    "open action": """
        select kind, key, state from ops.action where state in ('planned', 'sending', 'uncertain')""",
}
RECONCILED: LiteralString = """
    select is_conserved, unwritten from mart.v_contact_total_reconciliation
"""
TOTALS: LiteralString = """
    select total.contact_id, field.field_name, total.amount_minor, total.decimals
    from mart.contact_year_total as total
    inner join mart.bitrix24_field as field
        on field.category_id = total.category_id and field.year = total.year and field.kind = 'total'
    order by 1, 2
"""
_OF_A_MOMENT = ("createdTime", "updatedTime")


def books(portal: Portal) -> Books:
    """Read the warehouse and the portal."""
    with psycopg.connect(portal.warehouse_url) as connection:
        found = {name: rows for name, rows in mart_of(connection).items() if name.startswith("client")}
    found = {name: [_unnumbered(row) for row in rows] for name, rows in found.items()}
    found |= {name: portal.rows(query) for name, query in TABLES.items()}
    found["portal's contacts"] = [
        {name: value for name, value in contact.items() if name not in _OF_A_MOMENT}
        for contact in portal.crm.read("contacts")
    ]
    found["portal's fields"] = sorted(
        ({"name": field["FIELD_NAME"], "type": field["USER_TYPE_ID"]} for field in portal.crm.read("fields")),
        key=lambda field: str(field["name"]),
    )
    return found


def without_meanwhile(books: Books, contact_id: int) -> Books:
    """
    Leave out what a contact had between its first value and its last.

    Deals read before it was deleted still name it, those after do not: that day's total is of a part of them.
    """
    rows, kept = books["history"], []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        is_first = not kept or _total(kept[-1]) != _total(row)
        is_last = following is None or _total(following) != _total(row)
        if row["contact_id"] != contact_id or is_first or is_last:
            kept.append(row)
    return {**books, "history": kept}


def _total(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["contact_id"], row["category_id"], row["year"]


def _unnumbered(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.endswith("run_id")}


def promises_broken(portal: Portal, may_repeat: bool) -> list[str]:
    """
    Say in a line each what must hold in any case.

    ``may_repeat``: an answer was lost or a process killed, so that a value may have been set twice.
    """
    names = [field["FIELD_NAME"] for field in portal.crm.read("fields")]
    lines = [f"field {name}: {times} times" for name, times in Counter(names).items() if times > 1]
    lines += [f"not conserved: {row}" for row in portal.rows(RECONCILED) if not row["is_conserved"]]
    held = portal.held()
    lines += [
        f"contact {row['contact_id']}: {row['field_name']} is {told!r} instead of {amount}"
        for row in portal.rows(TOTALS)
        if row["contact_id"] in held
        and (told := held[row["contact_id"]].get(row["field_name"]) or 0)
        != (amount := row["amount_minor"] / 10 ** row["decimals"])
    ]
    return [*lines, *([] if may_repeat else _repeated(portal))]


def _repeated(portal: Portal) -> list[str]:
    """Say which values were set a second time without another between them."""
    last: dict[tuple[str, str], Any] = {}
    lines = []
    for method, record, fields in portal.written():
        for name, value in fields.items():
            if "userfield" not in method and last.get((record, name)) == str(value):
                lines.append(f"{record}: {name} was set to {value} twice")
            last[record, name] = str(value)
    return lines


def created_by(portal: Portal) -> int:
    """Count the fields that were created, which is the same whatever happens on the way."""
    counts: dict[str, int] = portal.crm.read("counts")
    return counts.get("fields_created", 0)
