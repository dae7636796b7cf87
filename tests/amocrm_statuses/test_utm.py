"""Where leads came from, and which fields analysts see, through whole runs (smart-data-hub 4 and 10.5)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.amocrm_material import FIELDS
from tests.amocrm_account import NEW, SALES, SETTINGS, AccountAtHand, account_in, write_settings
from tests.amocrm_statuses.dag_run import DagRun

LANDING, COST, KIND = 1500101, 1500102, 1500103
UTM_SOURCE, UTM_MEDIUM, GCLIENTID, YM_UID = 1500201, 1500202, 1500210, 1500211
OWN_SOURCE, OWN_COOKIE, VISITOR, OWN_MEDIUM = 1500301, 1500302, 1500303, 1500304
OWN = [
    {"id": OWN_SOURCE, "name": "utm_source", "type": "text", "code": "UTM_SOURCE"},
    {"id": OWN_COOKIE, "name": "_ga", "type": "text"},
    {"id": VISITOR, "name": "Посетитель", "type": "text"},
    {"id": OWN_MEDIUM, "name": "utm_medium", "type": "text", "code": "utm_medium"},
]
SLOTS = {"utm_source": OWN_SOURCE, "google_cid": OWN_COOKIE, "smart_visitor_id": VISITOR}
AT = "2026-01-10T10:00:00Z"
LEADS: list[dict[str, Any]] = [
    {"id": 1, "fields": {UTM_SOURCE: "yandex", OWN_SOURCE: "google", YM_UID: "17", OWN_MEDIUM: "cpc"}},
    {"id": 2, "fields": {UTM_SOURCE: {"values": [{"value": " "}]}, OWN_SOURCE: "bing"}},
    {"id": 3, "fields": {OWN_COOKIE: "GA1.2.1111.2222", VISITOR: " abc ", LANDING: "site", COST: "5"}},
    {"id": 4, "fields": {GCLIENTID: "33.44", OWN_COOKIE: "GA1.2.1.2"}},
    {"id": 5},
]
TRACES = ("utm_source", "utm_medium", "metrika_cid", "google_cid", "smart_visitor_id", "provenance")
SEEN = "select lead_id, field_id from mart.v_amocrm_lead_field order by 1, 2"


@pytest.fixture
def account(tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    settings = {**SETTINGS, "custom_fields": {"slots": SLOTS}}
    with account_in(tmp_path, warehouse_url, DagRun, settings) as account:
        account.crm.order(fields=[*FIELDS, *OWN])
        account.crm.order(leads=[{**each, "path": [[SALES, NEW, AT]]} for each in LEADS])
        yield account


def traces(account: AccountAtHand) -> dict[int, dict[str, Any]]:
    rows = account.rows("select * from mart.amocrm_lead_utm order by lead_id")
    return {row["lead_id"]: {name: row[name] for name in TRACES if row[name] is not None} for row in rows}


def test_the_systems_traces_come_first_then_chosen_fields_each_with_where_it_is_from(
    account: AccountAtHand,
) -> None:
    assert account.run("manual").state == "success"
    assert traces(account) == {
        1: {
            "utm_source": "yandex",
            "metrika_cid": "17",
            "provenance": {"utm_source": "system", "metrika_cid": "system"},
        },
        2: {"utm_source": "bing", "provenance": {"utm_source": "slot"}},
        3: {
            "google_cid": "1111.2222",
            "smart_visitor_id": "abc",
            "provenance": {"google_cid": "slot", "smart_visitor_id": "slot"},
        },
        4: {"google_cid": "33.44", "provenance": {"google_cid": "system"}},
    }
    account.crm.order(set={1: {"fields": {UTM_SOURCE: ""}}, 2: {"fields": {OWN_SOURCE: None}}})
    account.an_hour_passes()
    account.run("manual")
    found = traces(account)
    assert found[1]["utm_source"] == "google"
    assert 2 not in found
    assert [row["utm_source"] for row in account.rows(
        "select utm_source from mart.v_amocrm_lead_mart where lead_id in (1, 5) order by lead_id"
    )] == ["google", None]  # fmt: skip


def test_which_fields_analysts_see_is_the_settings_matter_and_touches_no_trace(
    account: AccountAtHand, tmp_path: Path
) -> None:
    def seen(selected: list[int]) -> list[tuple[int, int]]:
        fields = {"slots": SLOTS, "selected": selected}
        write_settings(tmp_path, {**SETTINGS, "custom_fields": fields})
        run = account.run("manual")
        assert run.state == "success"
        return [tuple(row.values()) for row in account.rows(SEEN)]

    every = [(lead["id"], field) for lead in LEADS for field in sorted(lead.get("fields", ()))]
    assert seen([]) == every
    before = traces(account)
    assert seen([COST]) == [(3, COST)]
    assert traces(account) == before
    later = {"id": 1500399, "name": "Новое", "type": "text"}
    account.crm.order(fields=[*FIELDS, *OWN, later])
    account.crm.order(set={5: {"fields": {1500399: "да"}}})
    account.an_hour_passes()
    assert seen([COST]) == [(3, COST)]
    assert (5, 1500399) in seen([])


def test_a_field_that_is_not_there_is_told_before_any_list_is_read(
    account: AccountAtHand, tmp_path: Path
) -> None:
    fields = {"selected": [COST, 5], "slots": {"metrika_cid": 6}}
    write_settings(tmp_path, {**SETTINGS, "custom_fields": fields})
    run = account.run("manual")
    told = str(run.errors["check_account"])
    assert "custom_fields.selected.1: поля сделки 5" in told
    assert "custom_fields.slots.metrika_cid: поля сделки 6" in told
    assert not {"leads", "deleted", "events", "contacts"} & set(account.asked())


def test_a_field_deleted_in_the_account_is_a_warning_and_its_values_stay(
    account: AccountAtHand, tmp_path: Path
) -> None:
    account.run("manual")
    account.crm.order(fields=[each for each in (*FIELDS, *OWN) if each["id"] != OWN_SOURCE])
    run = account.run("manual")
    assert run.state == "success"
    assert "AMO_MAPPING_WARNING" in account.codes(run)
