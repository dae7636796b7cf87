"""What one material is sent: sums and their currency, specials and their days, what earlier settings left."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from include.keepincrm.capabilities import Capabilities, Trial
from include.opencart_catalog.category_map import CategoryMap
from include.opencart_catalog.decide import Decider
from include.opencart_catalog.difference import Changes, Material, changes
from include.opencart_catalog.wanted import Item, Rules, wanted
from include.settings.opencart_catalog import Crm

TODAY = date(2026, 11, 2)
TOMORROW, YESTERDAY = date(2026, 11, 3), date(2026, 11, 1)
SALE, FROM, TO = "named_prices:Акційна ціна", "custom_fields:Акція з", "custom_fields:Акція по"
OFF = Trial(False, 2, "2026-11-01")


def item(**values: Any) -> Item:
    own: dict[str, Any] = dict.fromkeys(Item._fields)
    own |= {"identity": "1", "product_id": 1, "article": "A", "key": "a", "title": "Фарба", "images": []}
    own |= {"price": Decimal("100.00"), "currency": "UAH", "is_redrawn": False, "is_doubtful": False}
    return Item(**own | values)


def sale(
    amount: str = "80.00", begins: date | None = YESTERDAY, ends: date | None = None, **more: Any
) -> Item:
    return item(special=Decimal(amount), special_from=begins, special_to=ends, **more)


def material(sent: Mapping[str, str | None] | None = None, **values: Any) -> Material:
    own: dict[str, Any] = dict.fromkeys(Material._fields)
    own |= {"material_id": 7, "sku": "A", "title": "Фарба", "price": Decimal("100.00"), "currency": "UAH"}
    return Material(
        **own | {"named_prices": {}, "custom_fields": {}, "rule": "key", "sent": sent or {}} | values
    )


def differ(one: Item, has: Material, able: Capabilities | None = None, **crm: Any) -> Changes:
    rules = Rules.of(Crm(**crm), able or Capabilities(), TODAY)
    return changes(one, wanted(one, rules), has, rules)


def created(one: Item, able: Capabilities | None = None, **crm: Any) -> dict[str, Any]:
    rules = Rules.of(Crm(**crm), able or Capabilities(), TODAY)
    decider = Decider(rules, CategoryMap([], [], {}, flat=False), creates_categories=True)
    return {write.kind: write.after for write in decider.decide(one, []).writes}


def test_a_price_and_its_currency_go_together() -> None:
    cheaper = differ(item(price=Decimal("90.00")), material())
    assert cheaper.after == {"price": "90.00", "currency": "UAH"}
    assert cheaper.before == {"price": "100.00", "currency": "UAH"}
    assert cheaper.names == ("price",)
    foreign = differ(item(), material(currency="USD"))
    assert foreign.after == {"price": "100.00", "currency": "UAH"}
    assert foreign.names == ("price", "currency")
    assert not differ(item(), material())


@pytest.mark.parametrize("respected", ["price", "currency"])
@pytest.mark.parametrize(
    "set_by_hand",
    [{"price": Decimal("100.00"), "currency": "USD"}, {"price": Decimal("90.00")}, {"price": None}],
)
def test_a_price_set_by_hand_stays_with_its_currency(respected: str, set_by_hand: dict[str, Any]) -> None:
    has = material({"price": "100.00", "currency": "UAH"}, **set_by_hand)
    for shop in (item(price=Decimal("4200.00")), item(currency="EUR")):
        assert not differ(shop, has, respect_manual=[respected])
        assert differ(shop, has, respect_manual=["title"]).after.keys() == {"price", "currency"}


def test_what_nobody_has_changed_follows_the_shop_though_edits_are_respected() -> None:
    has = material({"price": "100.00", "currency": "UAH"})
    found = differ(item(price=Decimal("110.00"), currency="EUR"), has, respect_manual=["price"])
    assert found.after == {"price": "110.00", "currency": "EUR"}


def test_a_sum_and_a_currency_that_agree_are_remembered_where_edits_are_respected() -> None:
    assert differ(item(), material(), respect_manual=["price"]).agreed == (
        (7, "price", "100.00"),
        (7, "currency", "UAH"),
    )
    known = material({"price": "100.00", "currency": "UAH"})
    assert differ(item(), known, respect_manual=["currency"]).agreed == ()


def test_where_the_currency_is_not_told_it_is_what_was_sent() -> None:
    assert not differ(item(), material(currency=None))
    has = material({"price": "100.00", "currency": "UAH"}, currency=None)
    assert not differ(item(), has)
    assert differ(item(currency="EUR"), has).after == {"price": "100.00", "currency": "EUR"}


def test_a_special_is_not_sent_beside_a_price_in_another_currency() -> None:
    has = material({"price": "100.00", "currency": "UAH"}, currency="USD")
    assert not differ(sale(begins=None), has, respect_manual=["price"])
    assert not differ(sale(begins=None, price=None), has)
    ended = has._replace(named_prices={"Акційна ціна": "80.00"})
    assert differ(item(), ended, respect_manual=["price"]).after == {"named_prices": {"Акційна ціна": None}}
    assert differ(sale(begins=None), has).after["named_prices"] == {"Акційна ціна": "80.00"}


def test_a_special_of_ours_is_taken_away_when_people_set_another_currency() -> None:
    has = material(
        {"price": "4100.00", "currency": "UAH", SALE: "70.00"},
        currency="USD",
        named_prices={"Опт": "90.00", "Акційна ціна": "70.00"},
    )
    taken = {"named_prices": {"Акційна ціна": None}}
    for ours in (sale("70.00", begins=None), sale("60.00", begins=None)):
        assert differ(ours, has, respect_manual=["price"]).after == taken
    theirs = has._replace(named_prices={"Акційна ціна": "2.00"})
    assert not differ(sale("70.00", begins=None), theirs, respect_manual=["price"])
    done = has._replace(named_prices={}, sent={**has.sent, SALE: None})
    assert not differ(sale("70.00", begins=None), done, respect_manual=["price"])
    hidden = has._replace(named_prices={})
    able = Capabilities(lists_named_prices=False)
    assert differ(sale("70.00", begins=None), hidden, able, respect_manual=["price"]).after == taken


def test_only_our_own_named_prices_are_planned() -> None:
    found = differ(sale(begins=None), material(named_prices={"Опт": "90.00", "Акційна ціна": "85.00"}))
    assert found.after == {"named_prices": {"Акційна ціна": "80.00"}}
    assert found.before == {"named_prices": {"Акційна ціна": "85.00"}}


def test_what_a_material_shows_is_believed_though_lists_are_said_to_hide_it() -> None:
    able = Capabilities(lists_named_prices=False, lists_custom_fields=False)
    sent = {SALE: "80.00", FROM: "2026-11-01"}
    shown = material(sent, named_prices={"Опт": "90.00"}, custom_fields={"Сорт": "1"})
    found = differ(sale(), shown, able)
    assert found.after == {"named_prices": {"Акційна ціна": "80.00"}}
    assert found.custom_after == {"Акція з": "2026-11-01"}
    assert not differ(sale(), material(sent), able)


def test_a_special_that_was_taken_away_and_is_told_as_zero_is_left_alone() -> None:
    assert not differ(item(), material({SALE: None}, named_prices={"Акційна ціна": "0.00"}))


def test_a_special_to_come_is_sent_once_the_crm_holds_its_first_day() -> None:
    coming = sale(begins=TOMORROW, ends=date(2026, 11, 9))
    first = differ(coming, material())
    assert first.after == {}
    assert first.custom_after == {"Акція з": "2026-11-03", "Акція по": "2026-11-09"}
    dated = material(custom_fields=first.custom_after)
    assert differ(coming, dated).after == {"named_prices": {"Акційна ціна": "80.00"}}
    assert not differ(coming, dated._replace(named_prices={"Акційна ціна": "80.00"}))


def test_a_special_to_come_takes_the_place_of_one_that_runs_without_being_taken_for_it() -> None:
    has = material(named_prices={"Акційна ціна": "70.00"}, custom_fields={"Акція з": "2026-10-01"})
    found = differ(sale(begins=TOMORROW), has)
    assert found.after == {"named_prices": {"Акційна ціна": None}}
    assert found.custom_after == {"Акція з": "2026-11-03"}


@pytest.mark.parametrize(
    ("able", "crm"),
    [
        (Capabilities(trials={"custom_fields": OFF}), {}),
        (Capabilities(custom_field_titles=("Акція по",)), {}),
        (Capabilities(custom_field_titles=("Акція з",)), {}),
        (Capabilities(), {"special_from_field": None}),
        (Capabilities(), {"special_to_field": None}),
    ],
)
def test_without_its_days_a_special_to_come_is_none(able: Capabilities, crm: dict[str, Any]) -> None:
    has = material(named_prices={"Акційна ціна": "80.00"})
    found = differ(sale(begins=TOMORROW), has, able, **crm)
    assert found.after == {"named_prices": {"Акційна ціна": None}}
    assert found.custom_after == {}
    assert "named_prices" not in created(sale(begins=TOMORROW), able, **crm)["create_material"]
    running = differ(sale(begins=TODAY, ends=TOMORROW), material(), able, **crm)
    assert running.after == {"named_prices": {"Акційна ціна": "80.00"}}


def test_a_special_to_come_is_no_part_of_a_create_but_its_days_follow_it() -> None:
    writes = created(sale(begins=TOMORROW))
    assert "named_prices" not in writes["create_material"]
    assert writes["set_custom_fields"] == {"Акція з": "2026-11-03"}
    assert created(sale(begins=TODAY))["create_material"]["named_prices"] == {"Акційна ціна": "80.00"}


def test_what_an_item_costs_is_left_alone_while_it_cannot_be_told() -> None:
    doubtful = item(price=None, is_doubtful=True)
    has = material(
        price=Decimal("55.00"),
        named_prices={"Акційна ціна": "50.00"},
        custom_fields={"Акція з": "2026-10-01"},
    )
    assert not differ(doubtful, has)
    assert not differ(doubtful, has, special_target="price")
    assert differ(item(price=None), has).after == {"named_prices": {"Акційна ціна": None}}


def test_a_create_without_a_price_tells_the_currency_of_its_special_alone() -> None:
    assert created(sale(price=None, begins=None))["create_material"]["currency"] == "UAH"
    assert "currency" not in created(item(price=None))["create_material"]


def test_a_price_is_not_switched_to_a_special_that_nobody_could_switch_back() -> None:
    crm = {"special_target": "price"}
    has = material(named_prices={"Звичайна ціна": "100.00"}, price=Decimal("80.00"))
    assert not differ(sale(price=None, begins=None), has, **crm)
    assert not differ(item(price=None), has, **crm)
    assert differ(item(), has, **crm).after == {
        "price": "100.00",
        "currency": "UAH",
        "named_prices": {"Звичайна ціна": None},
    }


SENT = {SALE: "80.00", FROM: "2026-11-01", TO: "2026-11-09", "custom_fields:Опис": "<p>Так</p>"}
HELD: dict[str, Any] = {
    "named_prices": {"Опт": "90.00", "Акційна ціна": "80.00"},
    "custom_fields": {"Акція з": "01.11.2026", "Акція по": "2026-11-09", "Опис": "<p>Так</p>"},
}


@pytest.mark.parametrize(
    ("crm", "price"),
    [
        ({"special_target": "off"}, {}),
        ({"special_target": "price"}, {"price": "80.00", "currency": "UAH"}),
    ],
)
def test_a_special_at_an_earlier_place_is_taken_away(crm: dict[str, Any], price: dict[str, str]) -> None:
    found = differ(sale(), material(SENT, **HELD), **crm)
    regular = {"Звичайна ціна": "100.00"} if price else {}
    assert found.after == {**price, "named_prices": {"Акційна ціна": None, **regular}}
    assert found.custom_after == {"Акція з": None, "Акція по": None}
    assert "special" in found.names


def test_a_special_under_new_names_leaves_the_old_ones() -> None:
    renamed = {"special_price_name": "Sale", "special_from_field": "Від", "special_to_field": None}
    found = differ(sale(), material(SENT, **HELD), **renamed)
    assert found.after == {"named_prices": {"Акційна ціна": None, "Sale": "80.00"}}
    assert found.custom_after == {"Акція з": None, "Акція по": None, "Від": "2026-11-01"}


def test_what_people_have_put_at_an_earlier_place_is_theirs() -> None:
    theirs = {"named_prices": {"Акційна ціна": "75.00"}, "custom_fields": {"Акція з": "2026-12-01"}}
    assert not differ(sale(), material(SENT, **theirs), special_target="off")
    gone = material(SENT | {SALE: None, FROM: None, TO: None}, **HELD)
    assert not differ(sale(), gone, special_target="off")


def test_what_lists_hide_is_taken_away_by_what_was_sent() -> None:
    able = Capabilities(lists_named_prices=False, lists_custom_fields=False)
    found = differ(sale(), material(SENT), able, special_target="off")
    assert found.after == {"named_prices": {"Акційна ціна": None}}
    assert found.custom_after == {"Акція з": None, "Акція по": None}
    nothing = Capabilities(trials={"named_prices": OFF, "custom_fields": OFF})
    assert not differ(sale(), material(SENT, **HELD), nothing, special_target="off")


def test_the_regular_price_stays_told_until_the_shop_tells_it_again() -> None:
    has = material({"named_prices:Звичайна ціна": "100.00"}, named_prices={"Звичайна ціна": "100.00"})
    assert not differ(item(price=None), has, special_target="off")
    assert differ(item(), has, special_target="off").after == {"named_prices": {"Звичайна ціна": None}}


def test_while_pictures_are_refused_none_is_planned() -> None:
    able = Capabilities(trials={"pictures": OFF})
    drawn = item(images=["https://shop.example.org/image/b.jpg"])
    assert not differ(drawn, material({"asset_url": "https://shop.example.org/image/a.jpg"}), able)
    assert "asset_url" not in created(drawn, able)["create_material"]
    assert created(drawn)["create_material"]["asset_url"] == drawn.images[0]
