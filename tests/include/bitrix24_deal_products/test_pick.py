import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bitrix24_deal_products.item import Item, ProductRow
from include.bitrix24_deal_products.pick import Choice, Goods, Missing, Several, pick

TOURS, OFFERS, FEES = 25, 26, 40
KAMCHATKA = Item(7001, TOURS, name="Камчатка", section_id=3)
ALTAI = Item(7002, TOURS, name="Алтай", section_id=4)
AUGUST = Item(7003, OFFERS, parent_id=7001, name="Камчатка, август")
MAY = Item(7004, OFFERS, parent_id=7001, name="Камчатка, май")
FEE = Item(9001, FEES, name="Сбор")
SOLD_OUT = Item(7005, TOURS, name="Прошлый год", is_active=False)
FULL = Item(7006, OFFERS, parent_id=7002, is_active=False)
ITEMS = {item.product_id: item for item in (KAMCHATKA, ALTAI, AUGUST, MAY, FEE, SOLD_OUT, FULL)}
USUAL = Choice([TOURS])


def rows(*products: int) -> list[ProductRow]:
    return [ProductRow(place, product, 1, 10 * place) for place, product in enumerate(products, 1)]


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        ((), None),
        ((0,), None),
        ((7001,), Goods(KAMCHATKA)),
        ((0, 7001, 0), Goods(KAMCHATKA)),
        ((7001, 7001), Goods(KAMCHATKA)),
        ((7001, 7002), Several([7001, 7002])),
        ((7003,), Goods(KAMCHATKA, AUGUST)),
        ((7003, 7001), Goods(KAMCHATKA, AUGUST)),
        ((7003, 7004), Goods(KAMCHATKA)),
        ((7003, 7002), Several([7001, 7002])),
        ((9001,), None),
        ((9001, 7001), Goods(KAMCHATKA)),
        ((8888,), Missing([8888])),
        ((8888, 8887, 9001), Missing([8887, 8888])),
        ((8888, 7001), Goods(KAMCHATKA)),
        ((7005,), Missing([7005])),
        ((7005, 7001), Several([7001, 7005])),
        ((7006,), Missing([7006])),
    ],
)
def test_a_deal_is_about_the_one_product_it_has(products, expected):
    assert pick(rows(*products), ITEMS, USUAL) == expected


def test_of_several_the_first_by_sort_is_taken_if_the_settings_say_so():
    first = Choice([TOURS], conflict="first_by_sort")
    assert pick(rows(7002, 7003), ITEMS, first) == Goods(ALTAI)
    assert pick([ProductRow(1, 7002, 1, 20), ProductRow(2, 7003, 4, 10)], ITEMS, first) == Goods(
        KAMCHATKA, AUGUST
    )
    assert pick([ProductRow(2, 7002, 1, 10), ProductRow(1, 7001, 1, 10)], ITEMS, first) == Goods(KAMCHATKA)
    assert pick(rows(7005, 7001), ITEMS, first) == Missing([7005])


def test_products_of_other_sections_do_not_count():
    choice = Choice([TOURS], sections=[3])
    assert pick(rows(7002), ITEMS, choice) is None
    assert pick(rows(7002, 7003), ITEMS, choice) == Goods(KAMCHATKA, AUGUST)


def test_where_only_variations_tell_anything_two_of_them_are_a_conflict():
    assert pick(rows(7003, 7004), ITEMS, Choice([TOURS], offers="offer_only")) == Several([7003, 7004])


def test_where_only_products_tell_anything_a_variation_does_not_matter():
    choice = Choice([TOURS], offers="parent_only")
    assert pick(rows(7003, 7004), ITEMS, choice) == Goods(KAMCHATKA)
    assert pick(rows(7006), ITEMS, choice) == Goods(ALTAI)


def test_a_variation_whose_product_is_gone_is_missing():
    assert pick(rows(7003), {7003: AUGUST}, USUAL) == Missing([7003])


@given(st.permutations(rows(7001, 7003, 0, 9001, 8888)))
def test_the_order_in_which_rows_come_does_not_matter(shuffled):
    assert pick(shuffled, ITEMS, USUAL) == Goods(KAMCHATKA, AUGUST)


@given(st.lists(st.sampled_from([0, *ITEMS, 8888]), max_size=6), st.sampled_from(["skip", "first_by_sort"]))
def test_what_is_picked_is_in_the_catalogue_and_on_sale(products, conflict):
    picked = pick(rows(*products), ITEMS, Choice([TOURS], conflict=conflict))
    if isinstance(picked, Goods):
        assert picked.product.iblock_id == TOURS
        assert picked.product.is_active
        assert picked.offer is None or picked.offer.parent_id == picked.product.product_id
