"""Names and labels of the fields that totals are written to."""

from include.bitrix24.names import FieldName, creation, is_ours, names, stamp
from include.settings.bitrix24_contact_totals import Fields


def test_a_field_a_direction_and_year_and_what_else_the_settings_ask_for() -> None:
    fields = Fields(year_totals=True, grand_total=True, changed_at=True)
    assert [name.field_name for name in names(fields, [0, 3], [2025, 2026])] == [
        "UF_CRM_SUM_0_2025",
        "UF_CRM_SUM_0_2026",
        "UF_CRM_SUM_3_2025",
        "UF_CRM_SUM_3_2026",
        "UF_CRM_SUM_ALL_2025",
        "UF_CRM_SUM_ALL_2026",
        "UF_CRM_SUM_ALL",
        "UF_CRM_SUM_AT",
    ]
    assert stamp("SUM") == "UF_CRM_SUM_AT"


def test_a_name_of_a_four_digit_funnel_is_one_that_portals_of_old_take() -> None:
    [name] = names(Fields(), [9999], [2026])
    assert len(name.field_name.removeprefix("UF_CRM_")) == 13


def test_our_fields_are_told_by_the_whole_prefix() -> None:
    assert is_ours("SUM", "UF_CRM_SUM_3_2019")
    assert not is_ours("SUM", "UF_CRM_SUMMARY")


def test_a_field_is_created_with_all_that_people_see_of_it() -> None:
    name = FieldName("UF_CRM_SUM_3_2026", "total", 3, 2026)
    assert creation(Fields(), name, "Экспедиции", "RUB", 2) == {
        "field_name": "UF_CRM_SUM_3_2026",
        "kind": "total",
        "category_id": 3,
        "year": 2026,
        "label": "Сумма сделок 2026: Экспедиции, RUB",
        "column": "Экспедиции 2026",
        "precision": 2,
        "xml_id": "b24_totals:3:2026",
        "sort": 5326,
        "show_filter": True,
    }


def test_a_direction_whose_name_has_braces_is_only_text() -> None:
    name = FieldName("UF_CRM_SUM_3_2026", "total", 3, 2026)
    assert creation(Fields(), name, "{year} {", "RUB", 0)["column"] == "{year} { 2026"
