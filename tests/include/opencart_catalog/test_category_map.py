from include.opencart_catalog.category_map import CategoryMap, CrmCategory, Place, ShopCategory

SHOP = [
    ShopCategory(1, None, "Фарби", ["Фарби"]),
    ShopCategory(2, 1, "Емалі", ["Фарби", "Емалі"]),
    ShopCategory(3, 2, "Білі", ["Фарби", "Емалі", "Білі"]),
    ShopCategory(4, 1, " емалі", ["Фарби", " емалі"]),
    ShopCategory(5, 4, "білі", ["Фарби", " емалі", "білі"]),
]


def test_names_are_compared_level_by_level() -> None:
    crm = [CrmCategory(10, None, "ФАРБИ"), CrmCategory(11, 10, "Емалі"), CrmCategory(12, None, "Білі")]
    found = CategoryMap(SHOP, crm, {}, flat=False)
    assert found.place(2) == Place(11, 2)
    assert found.place(3) == Place(None, 3, 11)
    assert found.place(99) is None


def test_a_link_is_believed_before_any_name_unless_its_category_is_gone() -> None:
    crm = [CrmCategory(10, None, "Фарби"), CrmCategory(20, None, "Інша назва")]
    found = CategoryMap(SHOP, crm, {1: 20, 2: 99}, flat=False)
    assert found.place(1) == Place(20, 1)
    assert found.place(2) == Place(None, 2, 20)


def test_of_equal_ones_the_oldest_is_taken_and_the_others_are_told_of() -> None:
    crm = [CrmCategory(11, None, "Фарби"), CrmCategory(10, None, "фарби")]
    assert CategoryMap(SHOP, crm, {}, flat=False).place(1) == Place(10, 1, None, (11,))


def test_what_is_missing_comes_parents_first_and_each_path_once() -> None:
    found = CategoryMap(SHOP, [], {}, flat=False)
    assert [category.category_id for category in found.missing([5, 3])] == [1, 2, 3]
    assert (found.place(5), found.place(4)) == (Place(None, 3), Place(None, 2))


def test_where_parents_are_not_told_only_roots_are_found_and_created() -> None:
    crm = [CrmCategory(10, None, "Фарби"), CrmCategory(11, None, "Емалі")]
    found = CategoryMap(SHOP, crm, {}, flat=True)
    assert found.place(1) == Place(10, 1)
    assert found.place(2) == Place(None, 2, 10)
    assert (found.is_creatable(1), found.is_creatable(2)) == (True, False)
