"""What an account may not take never costs the rest of a write, and prices of others stay (keepincrm 4.1)."""

from collections.abc import Callable
from typing import Any

import pytest

from include.keepincrm.capabilities import Capabilities
from plugins.steps import keepincrm_capabilities
from plugins.steps.actions import Applied
from sandbox.control import KeepinCRMControl
from tests.plugins.steps.opencart_desk import Desk

PICTURE = "https://shop.example.org/image/1.jpg"
OURS = {"Акційна ціна": "70.00"}
REFUSALS = [
    ("named_prices", "refused"),
    ("named_prices", "broken"),
    ("asset_url", "refused"),
    ("asset_url", "broken"),
]
VALUES: dict[str, Any] = {"named_prices": OURS, "asset_url": PICTURE}
TRIED = {"named_prices": "named_prices", "asset_url": "pictures"}
HELD = {"named_prices": "named_custom_prices", "asset_url": "asset_url"}


def known(desk: Desk) -> Capabilities:
    return keepincrm_capabilities.known(desk.warehouse, desk.job)


def calls(crm: KeepinCRMControl) -> list[str]:
    return [call["method"] for call in crm.calls()]


def with_prices(crm: KeepinCRMControl, **prices: Any) -> None:
    crm.add_materials({"id": 300, "sku": "A", "title": "A", "named_custom_prices": prices})


@pytest.mark.parametrize("way", ["merged", "replaced"])
@pytest.mark.parametrize("shows", ["all", "plain"])
def test_prices_of_others_outlive_ours(desk: Desk, crm: KeepinCRMControl, way: str, shows: str) -> None:
    crm.set_ways(named_prices=way, list_shows=shows)
    with_prices(crm, Опт=4.05, Інтернет="12 USD", Стара=1)
    prices = {**OURS, "Стара": None}
    desk.plan("update_material", "material:300", {"named_prices": prices}, {"named_prices": {}})
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    held = {"Опт": 4.05, "Інтернет": "12 USD", "Акційна ціна": 70}
    assert crm.materials()[0]["named_custom_prices"] == held
    fields = desk.rows("select field from mart.catalog_sent_value order by field")
    assert fields == [("named_prices:Акційна ціна",), ("named_prices:Стара",)]


def test_a_price_that_a_person_changes_while_the_plan_waits_is_kept(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.set_ways(named_prices="replaced")
    with_prices(crm, Опт=4)
    desk.plan("update_material", "material:300", {"price": "9.00", "named_prices": OURS})
    crm.change(300, named_custom_prices={"Опт": 5, "VIP": 3})
    desk.apply()
    assert crm.materials()[0]["named_custom_prices"] == {"Опт": 5, "VIP": 3, "Акційна ціна": 70}


@pytest.mark.parametrize("price", [{"amount": 4.05, "currency": "USD"}, [4.05, 5], None, "за запитом", 0])
def test_a_price_in_a_shape_nobody_knows_goes_back_as_it_came(
    desk: Desk, crm: KeepinCRMControl, price: Any
) -> None:
    with_prices(crm, Опт=price)
    desk.plan("update_material", "material:300", {"named_prices": OURS})
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    (write,) = crm.writes()
    assert write["body"]["named_custom_prices"] == {"Опт": price, "Акційна ціна": 70}


def test_a_write_without_named_prices_is_one_call(desk: Desk, crm: KeepinCRMControl) -> None:
    with_prices(crm, Опт=4)
    desk.plan("update_material", "material:300", {"price": "9.00"})
    desk.apply()
    assert calls(crm) == ["update"]


def test_a_material_deleted_before_its_prices_are_read_is_gone(desk: Desk, crm: KeepinCRMControl) -> None:
    desk.plan("update_material", "material:300", {"named_prices": OURS})
    assert desk.apply() == Applied(0, 0, 0, 0, 1)
    assert desk.responses() == {"update_material material:300": {"gone": True}}


@pytest.mark.parametrize(("what", "way"), REFUSALS)
def test_what_a_create_is_not_known_to_take_goes_apart_and_costs_it_nothing(
    desk: Desk, crm: KeepinCRMControl, what: str, way: str
) -> None:
    crm.set_ways(**{what: way})
    for number in range(4):
        desk.create(str(number), f"A-{number}", price="10.00", **VALUES)
    assert desk.apply() == Applied(4, 0, 0, 0, 0)
    other = next(name for name in VALUES if name != what)
    for material in crm.materials():
        assert material["price"] == "10.00"
        assert not material[HELD[what]]
        assert material[HELD[other]]
    assert known(desk).works(TRIED[what]) is False  # type: ignore[arg-type]
    assert known(desk).works(TRIED[other]) is True  # type: ignore[arg-type]
    answers = list(desk.responses().values())
    assert [answer.get("not_accepted") for answer in answers] == [[what], [what], None, None]
    assert [answer["unsent"] for answer in answers] == [[what]] * 4
    assert desk.rows("select codes from ops.run_log where codes = '{CAPABILITY_OFF}'") == [
        (["CAPABILITY_OFF"],)
    ]
    kept = {field.partition(":")[0] for (field,) in desk.rows("select field from mart.catalog_sent_value")}
    assert (what in kept, other in kept) == (False, True)


@pytest.mark.parametrize(("what", "way"), REFUSALS)
def test_a_change_loses_only_what_the_account_does_not_take(
    desk: Desk, crm: KeepinCRMControl, what: str, way: str
) -> None:
    crm.set_ways(**{what: way})
    for number in range(300, 304):
        crm.add_materials(
            {"id": number, "sku": f"A-{number}", "title": "A", "named_custom_prices": {"Опт": 4}}
        )
        desk.plan("update_material", f"material:{number}", {"price": "9.00", **VALUES})
    assert desk.apply() == Applied(4, 0, 0, 0, 0)
    other = next(name for name in VALUES if name != what)
    for material in crm.materials():
        assert material["price"] == "9.00"
        assert material["named_custom_prices"]["Опт"] == 4
        assert material[HELD[other]]
    assert known(desk).works(TRIED[what]) is False  # type: ignore[arg-type]
    crm.renumber()
    assert desk.read_back()["not_accepted"] == 0


def test_a_change_of_nothing_else_is_skipped_with_the_vendors_words_and_fails_nothing(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    crm.set_ways(named_prices="refused")
    for number in range(300, 303):
        crm.add_materials({"id": number, "sku": f"A-{number}", "title": "A"})
        desk.plan("update_material", f"material:{number}", {"named_prices": OURS})
    assert desk.apply() == Applied(0, 0, 0, 0, 3)
    assert calls(crm).count("update") == 2
    assert set(map(str, desk.responses().values())) == {str({"capability": "named_prices"})}
    errors = [error for (error,) in desk.rows("select error from ops.action order by seq")]
    assert "недоступно" in errors[0]
    assert "вимкнено" in errors[2]


def test_what_is_known_to_be_taken_is_off_after_two_refusals_in_a_row_and_a_good_write_between_resets(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    with_prices(crm)
    for number, is_refused in enumerate([False, True, False, True, True, False]):
        crm.set_ways(named_prices="refused" if is_refused else "merged")
        values = {"title": f"Нова {number}", "named_prices": {"Акційна ціна": f"{70 + number}.00"}}
        desk.plan("update_material", "material:300", values)
        assert desk.apply() == Applied(number + 1, 0, 0, 0, 0)
        assert known(desk).works("named_prices") is (number < 4)
    (material,) = crm.materials()
    assert (material["title"], material["named_custom_prices"]) == ("Нова 5", {"Акційна ціна": 72})
    assert desk.rows("select codes from ops.run_log where codes = '{CAPABILITY_OFF}'") == [
        (["CAPABILITY_OFF"],)
    ]


@pytest.mark.parametrize(("what", "way"), REFUSALS)
def test_an_account_that_stops_taking_costs_two_writes_and_no_more(
    desk: Desk, crm: KeepinCRMControl, what: str, way: str
) -> None:
    desk.create("1", "A", **VALUES)
    desk.apply()
    assert known(desk).works(TRIED[what]) is True  # type: ignore[arg-type]
    crm.set_ways(**{what: way})
    for number in range(300, 305):
        crm.add_materials({"id": number, "sku": f"A-{number}", "title": "A"})
        desk.plan("update_material", f"material:{number}", {what: VALUES[what]})
    desk.create("2", "B", **{what: VALUES[what]})
    assert desk.apply() == Applied(2, 1, 0, 0, 4)
    assert known(desk).works(TRIED[what]) is False  # type: ignore[arg-type]
    assert desk.responses()["create_material 2"]["unsent"] == [what]


def test_what_was_refused_lately_is_no_part_of_a_create_until_it_is_taken_again(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A", asset_url=PICTURE)
    desk.create("2", "B", asset_url=PICTURE)
    desk.create("3", "C", asset_url=PICTURE)
    desk.create("4", "D", asset_url=PICTURE)
    crm.fault("422", method="create", after=1, text="не картинка")
    assert desk.apply() == Applied(4, 0, 0, 0, 0)
    creates = [HELD["asset_url"] in write["body"] for write in crm.writes() if write["method"] == "create"]
    assert creates == [False, False, False, True]
    assert desk.responses()["create_material 2"]["not_accepted"] == ["asset_url"]
    assert known(desk).works("pictures") is True


@pytest.mark.parametrize("what", VALUES)
def test_a_create_that_was_lost_with_what_broke_it_is_made_bare_the_next_night(
    desk: Desk, crm: KeepinCRMControl, what: str
) -> None:
    desk.create("1", "A", **VALUES)
    desk.apply()
    crm.set_ways(**{what: "broken"})
    desk.create("2", "B", **VALUES)
    desk.apply()
    assert desk.states()["2"] == "uncertain"
    desk.next_run("second")
    desk.create("2", "B", **VALUES)
    desk.next_run("third")  # in the second nothing was sent
    desk.create("2", "B", **VALUES)
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    assert desk.responses()["create_material 2"]["unsent"] == [what]
    assert desk.articles() == ["A", "B"]


def test_a_create_that_this_run_has_lost_is_made_bare_by_the_next_attempt(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A", **VALUES)
    desk.apply()
    crm.set_ways(asset_url="broken")
    desk.create("2", "B", **VALUES)
    assert desk.apply() == Applied(1, 0, 1, 0, 0)
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert desk.responses()["create_material 2"]["unsent"] == ["asset_url"]
    assert desk.articles() == ["A", "B"]


def test_a_refused_create_with_prices_known_to_be_taken_is_made_without_them(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A", named_prices=OURS)
    desk.create("2", "B", named_prices=OURS)
    crm.fault("422", method="create", after=1, text="завелика ціна")
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert desk.articles() == ["A", "B"]
    assert desk.responses()["create_material 2"]["not_accepted"] == ["named_prices"]
    assert crm.counts()["created"] == 2


def test_a_create_refused_for_itself_is_its_own_failure(desk: Desk, crm: KeepinCRMControl) -> None:
    desk.create("1", "A", **VALUES)
    desk.create("2", "B", **VALUES)
    desk.create("3", "C")
    crm.fault("422", method="create", after=1, times=2, text="немає одиниці")
    assert desk.apply() == Applied(2, 1, 0, 0, 0)
    (error,) = desk.rows("select error from ops.action where state = 'failed'")
    assert "немає одиниці" in error[0]
    assert known(desk).works("named_prices") is True


@pytest.mark.parametrize("fault", ["timeout", "503", "401", "429"])
def test_once_a_material_is_created_nothing_makes_it_created_again(
    desk: Desk, crm: KeepinCRMControl, fault: str
) -> None:
    desk.create("1", "A", **VALUES)
    crm.fault(fault, method="update", times=9)
    assert desk.apply() == Applied(1, 0, 0, 0, 0)
    assert desk.responses()["create_material 1"]["unsent"] == ["asset_url", "named_prices"]
    assert desk.rows("select field from mart.catalog_sent_value") == [("title",)]
    assert desk.articles() == ["A"]


@pytest.mark.parametrize("way", ["all", "plain"])
def test_a_lost_create_that_is_found_bare_is_known_to_be_bare(
    desk: Desk, crm: KeepinCRMControl, way: str
) -> None:
    crm.set_ways(list_shows=way, sku_path="rails")
    desk.create("1", "A", price="10.00", **VALUES)
    desk.create("2", "B/1", price="10.00", **VALUES)
    desk.rows("update ops.action set state = 'sending', attempts = 1, sent_at = now() returning 1")
    crm.add_materials({"id": 7, "sku": "A", "title": "Товар A"}, {"id": 8, "sku": "B/1", "title": "Товар B"})
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    for answer in desk.responses().values():
        assert answer["unsent"] == ["asset_url", "named_prices"]
    fields = {field for (field,) in desk.rows("select field from mart.catalog_sent_value")}
    assert fields == {"title", "price"}


def test_a_lost_create_that_is_found_whole_has_nothing_left_to_tell(
    desk: Desk, crm: KeepinCRMControl
) -> None:
    desk.create("1", "A", **VALUES)
    desk.create("2", "B", **VALUES)
    crm.fault("timeout", method="create", after=1, applied=True)
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert "unsent" not in desk.responses()["create_material 2"]


@pytest.mark.parametrize("answers", ["whole", "brief"])
def test_named_prices_that_are_quietly_dropped_are_noticed_at_once(
    desk: Desk, crm: KeepinCRMControl, answers: str
) -> None:
    crm.set_ways(named_prices="ignored", answers=answers)
    for number in range(300, 304):
        crm.add_materials({"id": number, "sku": f"A-{number}", "title": "A"})
        desk.plan("update_material", f"material:{number}", {"price": "9.00", "named_prices": OURS})
    assert desk.apply() == Applied(4, 0, 0, 0, 0)
    assert known(desk).works("named_prices") is False
    assert sum("named_custom_prices" in write["body"] for write in crm.writes()) == 2


def test_what_is_off_is_left_out_of_a_plan_made_before(
    open_desk: Callable[..., Desk], crm: KeepinCRMControl
) -> None:
    desk = open_desk()
    able = known(desk)
    for what in ("named_prices", "pictures"):
        able = able.learnt(what, False, desk.job.today, for_good=True)  # type: ignore[arg-type]
    keepincrm_capabilities.keep(desk.warehouse, desk.job, able)
    desk.create("1", "A", **VALUES)
    with_prices(crm, Опт=4)
    desk.plan("update_material", "material:300", {"title": "Нова", **VALUES})
    assert desk.apply() == Applied(2, 0, 0, 0, 0)
    assert [set(write["body"]) for write in crm.writes()] == [{"title", "sku"}, {"title"}]
