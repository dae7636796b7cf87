"""All that a run of the funnel is answerable for, in a form that two of them can be compared by."""

from collections import Counter
from datetime import datetime
from typing import Any, LiteralString

import psycopg

from tests.amocrm_account import AccountAtHand
from tests.faults.books import Books
from tests.faults.books import mart as mart_of

# Left out: the clock, the numbers of runs, and which of several runs has seen something first.
TABLES: dict[str, LiteralString] = {
    "account": "select * from mart.amocrm_account order by 1",
    "pipeline": "select * from mart.amocrm_pipeline order by 1, 2",
    "status": "select * from mart.amocrm_status order by 1, 2, 3",
    "user": "select * from mart.amocrm_user order by 1, 2",
    "loss_reason": "select * from mart.amocrm_loss_reason order by 1, 2",
    "custom_field": "select * from mart.amocrm_custom_field order by 1, 2, 3",
    "custom_field_enum": "select * from mart.amocrm_custom_field_enum order by 1, 2, 3, 4",
    "lead": "select * from mart.amocrm_lead order by 1, 2",
    "value": "select * from mart.amocrm_lead_custom_field_value order by 1, 2, 3, 4",
    "tag": "select * from mart.amocrm_lead_tag order by 1, 2, 3",
    "lead_contact": "select * from mart.amocrm_lead_contact order by 1, 2, 3",
    "contact": "select * from mart.amocrm_contact order by 1, 2",
    "event": "select * from mart.amocrm_lead_event order by 1, 2",
    "transition": "select * from mart.amocrm_lead_transition order by 1, 2, 3",
    "interval": "select * from mart.amocrm_lead_container_interval order by 1, 2, 3",
    "pass": "select * from mart.amocrm_lead_container_pass order by 1, 2, 3, 4",
    "state": "select * from mart.amocrm_lead_funnel_state order by 1, 2, 3",
    "utm": "select * from mart.amocrm_lead_utm order by 1, 2",
    "lead_path": "select * from mart.amocrm_lead_path order by 1, 2",
    "path": "select * from mart.amocrm_path order by 1, 2, 3",
    "issue": """select kind, pipeline_id, status_id, funnel_id, leads, lead_ids
        from mart.amocrm_mapping_issue order by 1, 2, 3, 4""",
    "link": """select system, external_id, client.name from mart.client_link
        inner join mart.client using (client_id) order by 1, 2""",
    "open action": """
        select kind, key, state from ops.action where state in ('planned', 'sending', 'uncertain')""",
}
PUSHES: LiteralString = """
    select lead_id, funnel_id, state from mart.amocrm_sdh_push where state <> 'new' order by 1, 2
"""
KNOWN: LiteralString = "select lead_id, pipeline_id, status_id, price, is_deleted from mart.amocrm_lead"
RECONCILED: LiteralString = "select is_conserved from mart.v_amocrm_statuses_reconciliation"
# They hold moments that are told as «later» elsewhere; where the account is differs from case to case.
_LEFT_OUT = ("fingerprint", "closed_seconds", "seconds", "raw", "event_id", "first_seen_at", "host")


def books(account: AccountAtHand) -> Books:
    """Read the warehouse; what happened in the disturbed run itself is «later»."""
    (first,) = account.rows("select min(started_at) as began from ops.run")
    with psycopg.connect(account.warehouse_url) as connection:
        found = {name: rows for name, rows in mart_of(connection).items() if name.startswith("client")}
    found |= {name: account.rows(query) for name, query in TABLES.items()}
    return {name: [_comparable(row, first["began"]) for row in rows] for name, rows in found.items()}


def _comparable(row: dict[str, Any], began: datetime) -> dict[str, Any]:
    return {
        name: "later" if isinstance(value, datetime) and value > began else value
        for name, value in row.items()
        if name not in _LEFT_OUT and not name.endswith("run_id")
    }


def pushed(account: AccountAtHand) -> list[dict[str, Any]]:
    """Give what became of the leads that were to be pushed."""
    return account.rows(PUSHES)


def promises_broken(account: AccountAtHand) -> list[str]:
    """Say in a line each what must hold in any case."""
    posted = Counter(lead["outer_id"] for lead in account.hub.read("leads"))
    lines = [f"{outer_id} pushed {times} times" for outer_id, times in posted.items() if times > 1]
    lines += [f"not conserved: {row}" for row in account.rows(RECONCILED) if not row["is_conserved"]]
    known = {row["lead_id"]: row for row in account.rows(KNOWN)}
    for lead in account.crm.read("leads"):
        ours = known.get(lead["id"])
        told = (lead["pipeline_id"], lead["status_id"], lead["price"])
        if ours is None or ours["is_deleted"] != lead["is_deleted"]:
            lines.append(f"lead {lead['id']}: deleted {lead['is_deleted']}, ours {ours}")
        elif not lead["is_deleted"] and told != (ours["pipeline_id"], ours["status_id"], ours["price"]):
            lines.append(f"lead {lead['id']} is {told}, ours {ours}")
    tokens = account.crm.read("tokens")
    return [*lines, *([] if tokens["refresh"] else ["no refresh token is alive"])]
