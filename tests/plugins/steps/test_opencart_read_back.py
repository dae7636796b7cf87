"""What was written is read back: what is not held is named, what the account can do is learnt."""

from collections.abc import Callable
from typing import Any

import pytest

from include.keepincrm.capabilities import Capabilities
from plugins.steps import keepincrm_capabilities
from plugins.steps.opencart_read_back import SAMPLE
from sandbox.control import KeepinCRMControl
from tests.plugins.steps.opencart_desk import Desk

PICTURE = "https://shop.example.org/image/1.jpg"


def known(desk: Desk) -> Capabilities:
    return keepincrm_capabilities.known(desk.warehouse, desk.job)


def calls(crm: KeepinCRMControl) -> list[str]:
    return [call["method"] for call in crm.calls()]


def materials(crm: KeepinCRMControl, count: int) -> None:
    crm.add_materials(*({"id": 1000 + n, "sku": f"X-{n}", "title": "x"} for n in range(count)))


def test_what_is_held_as_sent_is_accepted_and_read_once(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.add_fields("Опис")
    materials(crm, 100)
    prices = {"Акційна ціна": "9.90", "Стара": None}
    desk.create("1", "A", price="10.00", asset_url=PICTURE, named_prices=prices)
    desk.plan("update_material", "material:1000", {"title": "Нова", "price": "5.00"})
    desk.plan("set_custom_fields", "item:1", {"Опис": "<p>добра</p>"})
    desk.apply()
    crm.renumber()
    assert desk.read_back() == {"settled": 0, "read_back": 3, "not_accepted": 0}
    assert calls(crm) == ["materials", "material", "material"]
    assert all(answer["read_back"] for answer in desk.responses().values())
    learnt = known(desk)
    assert (learnt.named_prices_writable, learnt.asset_url_stable, learnt.custom_fields_writable) == (
        True,
    ) * 3
    crm.renumber()
    assert desk.read_back() == {"settled": 0, "read_back": 0, "not_accepted": 0}
    assert calls(crm) == []


def test_a_run_that_wrote_nothing_reads_nothing(desk: Desk, crm: KeepinCRMControl) -> None:
    assert desk.read_back() == {"settled": 0, "read_back": 0, "not_accepted": 0}
    assert calls(crm) == []


def test_what_is_held_otherwise_is_named(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.add_fields("Опис")
    desk.create("1", "A", price="10.00")
    desk.create("2", "B")
    desk.plan("set_custom_fields", "item:1", {"Опис": "добра", "Немає": "x"})
    desk.apply()
    ids = {key: answer["material_id"] for key, answer in desk.responses().items()}
    crm.change(ids["create_material 1"], price="11.00", title="Інша")
    crm.remove(ids["create_material 2"])
    assert desk.read_back() == {"settled": 0, "read_back": 3, "not_accepted": 2}
    found: Any = desk.responses()
    assert found["create_material 1"]["not_accepted"] == ["price", "title"]
    assert found["create_material 2"]["gone"] is True
    assert found["set_custom_fields item:1"]["not_accepted"] == ["Немає"]
    assert set(desk.states().values()) == {"done"}


def test_many_creates_are_read_back_by_pages_of_the_list(desk: Desk, crm: KeepinCRMControl) -> None:
    for number in range(60):
        desk.create(str(number), f"A-{number}")
    desk.apply()
    crm.renumber()
    assert desk.read_back()["read_back"] == 60
    assert calls(crm) == ["materials"] * 4  # one to see how many there are


def test_of_updates_a_sample_is_read_back(desk: Desk, crm: KeepinCRMControl) -> None:
    materials(crm, 3 * SAMPLE)
    for number in range(3 * SAMPLE):
        desk.plan("update_material", f"material:{1000 + number}", {"price": "1.00"})
    desk.apply()
    assert desk.read_back()["read_back"] == SAMPLE


def send_with_fields(desk: Desk, crm: KeepinCRMControl, count: int) -> None:
    crm.add_fields("Опис")
    for number in range(count):
        desk.create(str(number), f"A-{number}", named_prices={"Акція": "1.00"})
        desk.plan("set_custom_fields", f"item:{number}", {"Опис": f"добра {number}"})
    desk.apply()
    crm.renumber()


def test_what_neither_lists_nor_answers_to_writes_show_is_read_one_by_one(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.set_ways(list_shows="plain", answers="brief")
    send_with_fields(desk, crm, SAMPLE + 25)
    refused = desk.responses()["create_material 60"]["material_id"]
    crm.change(refused, custom_fields={})
    assert desk.read_back() == {"settled": 0, "read_back": 2 * (SAMPLE + 25), "not_accepted": 1}
    assert calls(crm) == ["materials"] * 4 + ["material"] * (SAMPLE + 25)
    assert desk.responses()["set_custom_fields item:60"]["not_accepted"] == ["Опис"]
    assert known(desk).custom_fields_writable is True


def test_of_what_the_answers_to_writes_have_shown_a_sample_is_read(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.set_ways(list_shows="plain")
    send_with_fields(desk, crm, SAMPLE + 25)
    sample = 1 + (SAMPLE + 24) // 2  # the first was written apart, to try it
    assert desk.read_back() == {"settled": 0, "read_back": 2 * (SAMPLE + 25), "not_accepted": 0}
    assert calls(crm) == ["materials"] * 4 + ["material"] * sample


def test_creates_over_which_a_reading_has_jumped_are_read_alone(desk: Desk, crm: KeepinCRMControl) -> None:
    materials(crm, 60)
    for number in range(60):
        desk.create(str(number), f"A-{number}")
    desk.apply()
    crm.renumber()
    first = desk.responses()["create_material 59"]["material_id"]
    crm.at_page(2, remove=[first, first - 1])  # two slide from the second page onto the one that was read
    assert desk.read_back()["read_back"] == 60
    assert calls(crm).count("material") == 2
    assert "left_out" not in desk.read_back()


def test_more_than_can_be_read_alone_is_read_in_part_and_told(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.set_ways(list_shows="plain", answers="brief")
    materials(crm, 30)
    crm.add_fields("Опис")
    for number in range(30):
        desk.plan("set_custom_fields", f"material:{1000 + number}", {"Опис": "добра"})
    desk.apply()
    assert desk.read_back(most=10) == {"settled": 0, "read_back": 10, "not_accepted": 0, "left_out": 20}


def test_named_prices_that_are_not_taken_are_switched_off_and_told(desk: Desk, crm: KeepinCRMControl) -> None:
    crm.set_ways(named_prices="ignored")
    desk.create("1", "A", named_prices={"Акція": "1.00"})
    desk.create("2", "B", named_prices={"Акція": "2.00"})
    desk.apply()
    assert known(desk).named_prices_writable is False
    assert [answer["not_accepted"] for answer in desk.responses().values()] == [["named_prices"]] * 2
    assert desk.read_back()["not_accepted"] == 0  # of what is known not to be there nothing is learnt again
    assert desk.rows("select field from mart.catalog_sent_value where field like 'named%'") == []
    events = desk.rows("select details ->> 'what' from ops.run_log where codes = '{CAPABILITY_OFF}'")
    assert events == [("named_prices",)]


def test_one_miss_among_hits_is_somebodys_edit_and_switches_nothing_off(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    for number in range(3):
        desk.create(str(number), f"A-{number}", named_prices={"Акція": "1.00"})
    desk.apply()
    crm.change(desk.responses()["create_material 1"]["material_id"], named_custom_prices={})
    assert desk.read_back()["not_accepted"] == 1
    assert known(desk).named_prices_writable is True


@pytest.mark.parametrize(("way", "stable"), [("kept", True), ("rewritten", False)])
def test_whether_a_picture_keeps_its_address_is_learnt_and_is_no_fault(
    desk: Desk, crm: KeepinCRMControl, way: str, stable: bool
) -> None:
    crm.set_ways(asset_url=way)
    desk.create("1", "A", asset_url=PICTURE)
    desk.apply()
    assert desk.read_back()["not_accepted"] == 0
    assert known(desk).asset_url_stable is stable
    assert desk.rows("select value from mart.catalog_sent_value where field = 'asset_url'") == [(PICTURE,)]


def test_a_create_still_in_doubt_is_looked_for_among_all_materials_and_left_in_doubt_if_it_is_not_there(
    open_desk: Callable[..., Desk], crm: KeepinCRMControl
) -> None:
    crm.set_ways(sku_path="rails")
    desk = open_desk()
    desk.create("1", "A/1")
    desk.create("2", "B/1")
    crm.fault("timeout", method="create", applied=True, about="A/1")
    crm.fault("timeout", method="create", about="B/1")
    desk.apply()
    assert desk.states() == {"1": "uncertain", "2": "uncertain"}
    assert desk.read_back()["settled"] == 1
    assert desk.states() == {"1": "done", "2": "uncertain"}
    desk.next_run("second")
    desk.create("2", "B/1")
    desk.apply()
    assert desk.articles() == ["A/1", "B/1"]
