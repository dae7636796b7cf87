"""Batches of the simulated Bitrix24: PHP's maps, errors with status 200, halt, references (bitrix24 1.7)."""

import pytest

from sandbox.control import VendorControl
from tests.sandbox.bitrix24_caller import Caller, chain, spelled
from tests.sandbox.test_bitrix24_lists import WON, won

PROFILE = "profile"
WRONG = "crm.item.get?entityTypeId=2&id=404"


def test_maps_without_keys_are_lists_and_so_are_maps_of_numbers(
    portal: VendorControl, webhook: Caller
) -> None:
    told = webhook.batch({"one": PROFILE})
    assert told["result"]["one"]["ADMIN"] is True
    assert (told["result_error"], told["result_total"], told["result_next"]) == ([], [], [])
    told = webhook.batch({"0": PROFILE, "1": PROFILE})
    assert isinstance(told["result"], list)
    assert isinstance(told["result_time"], list)
    assert webhook.batch({"0": WRONG, "1": PROFILE})["result"].keys() == {"1"}
    assert webhook.batch({"a": WRONG})["result"] == []
    portal.order(ways={"totals_empty": "map"})
    assert webhook.batch({"one": PROFILE})["result_error"] == {}


def test_an_error_is_told_beside_the_others_unless_the_batch_halts(
    portal: VendorControl, webhook: Caller
) -> None:
    commands = {"a": PROFILE, "b": WRONG, "c": PROFILE}
    told = webhook.batch(commands)
    assert told["result"].keys() == told["result_time"].keys() == {"a", "c"}
    assert told["result_error"]["b"]["error"] == "NOT_FOUND"
    told = webhook.batch(commands, halt=1)
    assert told["result"].keys() == {"a"}
    assert told["result_error"].keys() == {"b"}


def test_fifty_commands_are_as_many_as_there_may_be_and_none_of_them_a_batch(webhook: Caller) -> None:
    assert len(webhook.batch({f"k{n}": PROFILE for n in range(50)})["result"]) == 50
    told = webhook.ask("batch", cmd={f"k{n}": PROFILE for n in range(51)})
    assert told.error == (400, "ERROR_BATCH_LENGTH_EXCEEDED")
    nested = webhook.batch({"a": "batch?cmd[x]=profile", "b": "no.such"})["result_error"]
    assert {key: each["error"] for key, each in nested.items()} == {
        "a": "ERROR_BATCH_METHOD_NOT_ALLOWED",
        "b": "ERROR_METHOD_NOT_FOUND",
    }


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 120])
def test_a_chain_of_pages_reads_everything_and_ends_after_the_first_short_page(
    portal: VendorControl, webhook: Caller, count: int
) -> None:
    portal.order(deals=won(count))
    told = webhook.batch(chain(5, **WON), halt=1)
    rows = [row["id"] for page in told["result"].values() for row in page["items"]]
    assert rows == list(range(1, count + 1))
    full = count // 50
    assert list(told["result"]) == [f"p{page:02d}" for page in range(1, full + 2)]
    assert told["result_error"] == {
        f"p{full + 2:02d}": {
            "error": "INVALID_ARG_VALUE",
            "error_description": "Invalid filter: field '>ID' has invalid value",
        }
    }


def test_a_chain_of_full_pages_has_no_error(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(150))
    told = webhook.batch(chain(3, **WON), halt=1)
    assert told["result_error"] == []
    assert [len(page["items"]) for page in told["result"].values()] == [50, 50, 50]


def test_a_reference_inside_a_text_is_filled_in_as_well(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(2))
    told = webhook.batch(
        {
            "list": spelled("crm.item.list", {"entityTypeId": 2, "start": 0}),
            "set": spelled(
                "crm.item.update",
                {
                    **{"entityTypeId": 2, "id": "$result[list][items][1][id]"},
                    "fields": {"title": "Всего $total[list], $result[list][items]"},
                },
            ),
        }
    )
    assert told["result"]["set"]["item"]["title"] == "Всего 2, Array"
    assert told["result_total"] == {"list": 2}


def test_values_are_decoded_once(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(1))
    title = "100% «А & Б» + #1 = %20"
    webhook.batch({"a": spelled("crm.item.update", {"entityTypeId": 2, "id": 1, "fields": {"title": title}})})
    assert webhook.items(select=["title"])[0]["title"] == title


def test_a_batch_may_be_a_form(webhook: Caller) -> None:
    told = webhook.send(f"{webhook.path}/batch", b"halt=0&cmd%5Ba%5D=profile&cmd%5Bb%5D=server.time")
    assert told.body["result"]["result"].keys() == {"a", "b"}


def test_one_command_of_a_batch_fails_as_planned(portal: VendorControl, webhook: Caller) -> None:
    portal.order(contacts=[{"id": 15}, {"id": 16}], fields=[{"name": "SUM_0_2026"}])
    told = {"entityTypeId": 3, "useOriginalUfNames": "Y", "fields": {"UF_CRM_SUM_0_2026": "5"}}
    commands = {f"k{n}": spelled("crm.item.update", {**told, "id": n}) for n in (15, 16)}
    for about in ("contact:16", "k16"):
        portal.fault("item", about=about, text="CRM_FIELD_ERROR_VALUE_NOT_VALID")
        assert webhook.batch(commands)["result_error"]["k16"]["error"] == "CRM_FIELD_ERROR_VALUE_NOT_VALID"
    portal.fault("item", about="crm.item.update", text="OPERATION_TIME_LIMIT", after=1)
    answer = webhook.batch(commands)
    assert answer["result"].keys() == {"k15"}
    assert answer["result_error"]["k16"] == {
        "error": "OPERATION_TIME_LIMIT",
        "error_description": "Method is blocked due to operation time limit.",
    }
    assert webhook.batch(commands)["result_error"] == []


def test_people_act_and_rights_go_before_a_page(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(150))
    portal.order(at_page=2, delete=[60])
    portal.order(at_page=3, rights={"funnels": []})
    told = webhook.batch(chain(5, **WON), halt=1)
    assert [len(page["items"]) for page in told["result"].values()] == [50, 50, 0]
    assert 60 not in [row["id"] for row in told["result"]["p02"]["items"]]
    portal.order(rights={"funnels": "all"})
    portal.order(at_page=1, of="crm.contact.list", delete=[1])
    assert webhook.items(filter={"id": 1})
    webhook.result("crm.contact.list")
    assert not webhook.items(filter={"id": 1})
