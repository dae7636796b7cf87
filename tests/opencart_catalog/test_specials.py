"""Specials over nights: one yet to begin, one whose place the settings move, one nobody can tell."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from tests.opencart_catalog.nights import Shop, item, settings_of

Open = Callable[..., Shop]
SALE = Decimal("80.00")


def test_a_special_to_come_gets_its_days_first_and_its_price_when_the_crm_holds_them(desk: Shop) -> None:
    own = desk.crm.add("A", title="Товар 1")
    begins = desk.today + timedelta(days=5)
    desk.put(item("1", "A", special=SALE, special_from=begins, special_to=begins))
    key, day = f"material:{own}", begins.isoformat()
    assert desk.night().writes == {("set_custom_fields", key): {"Акція з": day, "Акція по": day}}
    assert desk.night().writes == {("update_material", key): {"named_prices": {"Акційна ціна": "80.00"}}}
    assert desk.night().writes == {}
    desk.crm.change(own, custom_fields={"Акція по": day})
    assert desk.night().writes == {
        ("update_material", key): {"named_prices": {"Акційна ціна": None}},
        ("set_custom_fields", key): {"Акція з": day},
    }


def test_a_new_item_gets_the_price_of_a_special_to_come_the_night_after_its_days(desk: Shop) -> None:
    begins = desk.today + timedelta(days=5)
    desk.put(item("1", "A", special=SALE, special_from=begins))
    first = desk.night().writes
    assert "named_prices" not in first["create_material", "1"]
    assert first["set_custom_fields", "item:1"] == {"Акція з": begins.isoformat()}
    (own,) = desk.crm.materials
    price = {"named_prices": {"Акційна ціна": "80.00"}}
    assert desk.night().writes == {("update_material", f"material:{own}"): price}
    assert desk.night().writes == {}


def test_without_fields_for_its_days_a_special_is_sent_on_the_day_it_begins(open_desk: Open) -> None:
    desk = open_desk(crm={"special_from_field": None, "special_to_field": None})
    own = desk.crm.add("A", title="Товар 1")
    desk.put(item("1", "A", special=SALE, special_from=desk.today + timedelta(days=3)))
    desk.put(item("2", "B", special=SALE, special_from=desk.today + timedelta(days=3)))
    first = desk.night()
    assert {kind for kind, _ in first.writes} == {"create_material"}
    assert "named_prices" not in first.writes["create_material", "2"]
    assert desk.night().writes == {}
    begun = desk.night().writes
    assert begun["update_material", f"material:{own}"] == {"named_prices": {"Акційна ціна": "80.00"}}
    assert len(begun) == 2
    assert desk.night().writes == {}


def test_a_special_moves_with_the_settings_and_leaves_nothing_behind(desk: Shop) -> None:
    own = desk.crm.add("A", title="Товар 1", named_custom_prices={"Опт": "90"})
    desk.put(item("1", "A", special=SALE, special_from=desk.today))
    desk.night()
    desk.settings = settings_of(crm={"special_target": "price"})
    desk.night()
    held = desk.crm.materials[own]
    names = {name for name, price in held["named_custom_prices"].items() if price}
    assert (Decimal(str(held["price"])), names) == (SALE, {"Опт", "Звичайна ціна"})
    assert not held["custom_fields"]["Акція з"]
    assert desk.night().writes == {}
    desk.settings = settings_of(crm={"special_target": "off"})
    desk.night()
    held = desk.crm.materials[own]
    names = {name for name, price in held["named_custom_prices"].items() if price}
    assert (Decimal(str(held["price"])), names) == (Decimal(100), {"Опт"})
    assert desk.night().writes == {}


def test_prices_that_nobody_can_tell_any_more_stay_as_they_were_sent(desk: Shop) -> None:
    desk.put(item("1#5:7", "A", special=SALE))
    desk.night()
    desk.change("1#5:7", price=None, special=None, doubtful=True)
    assert desk.night().writes == {}
    desk.change("1#5:7", price=Decimal("100.00"), doubtful=False)
    assert [action.after for action in desk.night().actions] == [{"named_prices": {"Акційна ціна": None}}]
