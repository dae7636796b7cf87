import pytest

from include.bitrix24_deal_products.wanted import wanted
from tests.include.bitrix24_deal_products.deals import goods, rules, tour, variation

RANGE = {"dates": {"range": {"property": "DATES", "field": "begindate"}}}
GUIDES = [{"value": "Михаил"}, {"value": "Анна"}]


def values(asked, **settings):
    return wanted(asked, rules(**settings)).values


def test_a_product_gives_name_days_and_article():
    assert wanted(goods(), rules()) == (
        {"title": "Камчатка", "begindate": "2026-08-10", "closedate": "2026-08-21", "UF_CRM_ARTICLE": "К-1"},
        (),
        {},
        "Камчатка",
    )


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"closedate": "start"}, {"closedate": "2026-08-10", "begindate": "2026-08-10"}),
        ({"closedate": False}, {"begindate": "2026-08-10"}),
        ({"start": None}, {"closedate": "2026-08-21"}),
        ({"end": {"property": "DATE_END", "field": "UF_CRM_END"}, "start": {"property": "DATE_START"}},
         {"closedate": "2026-08-21", "UF_CRM_END": "2026-08-21"}),
        ({"end": None}, {"begindate": "2026-08-10"}),
    ],
)  # fmt: skip
def test_days_go_where_the_settings_want_them(dates, expected):
    found = values(goods(), dates=dates, title={"copy": False}, article=None)
    assert found == expected


def test_both_days_may_be_told_by_one_property():
    asked = goods(tour(DATES="10–21.08.2026"))
    assert values(asked, **RANGE)["closedate"] == "2026-08-21"
    assert values(asked, **RANGE)["begindate"] == "2026-08-10"


@pytest.mark.parametrize(
    ("product", "settings", "told"),
    [
        (tour(DATE_END="летом"), {}, {"DATE_END": "летом"}),
        (tour(DATES="летом"), RANGE, {"DATES": "летом"}),
        (tour(DATE_END="2026-08-01"), {}, {"DATE_START": "2026-08-10", "DATE_END": "2026-08-01"}),
    ],
)
def test_a_day_that_does_not_read_is_told_and_the_rest_is_copied(product, settings, told):
    found = wanted(goods(product), rules(**settings))
    assert found.codes == ("B24_BAD_TRIP_DATE",)
    assert found.details == {"dates": told}
    assert "closedate" not in found.values
    assert found.values["title"] == "Камчатка"


def test_an_empty_property_asks_for_nothing_and_is_no_fault():
    found = wanted(goods(tour(DATE_END=None, DATE_START=None)), rules())
    assert found.codes == ()
    assert not {"closedate", "begindate"} & found.values.keys()


@pytest.mark.parametrize(
    ("product", "dates", "told"),
    [
        (tour(DATE_END=None), {}, {"DATE_END": ""}),
        (tour(DATE_START=None), {"closedate": "start"}, {"DATE_START": ""}),
        (tour(DATE_START=None), {}, None),
        (tour(DATE_END=None), {"closedate": "off"}, None),
        (tour(DATE_END="летом"), {}, {"DATE_END": "летом"}),
    ],
)
def test_a_trip_without_the_day_that_the_close_date_is_taken_from_is_told(product, dates, told):
    found = wanted(goods(product), rules(dates=dates))
    assert found.details.get("dates") == told
    assert "closedate" in found.values if told is None and dates != {"closedate": "off"} else True


@pytest.mark.parametrize(
    ("product", "article", "expected"),
    [
        (tour(), {}, "К-1"),
        (tour(ARTICLE=None, xml_id="T-7"), {}, "T-7"),
        (tour(ARTICLE=None, xml_id="T-7"), {"fallback": "none"}, None),
        (tour(ARTICLE=None, code="kamchatka"), {"fallback": "code"}, "kamchatka"),
        (tour(xml_id="T-7"), {"source": "xml_id"}, "T-7"),
        (tour(code="kamchatka"), {"source": "code"}, "kamchatka"),
        (tour(ARTICLE=None, xml_id="7001"), {}, None),
    ],
)
def test_the_article_is_a_property_or_a_code_but_never_the_products_number(product, article, expected):
    assert values(goods(product), article=article)["UF_CRM_ARTICLE"] == expected


def test_without_an_article_in_the_settings_none_is_copied():
    assert "UF_CRM_ARTICLE" not in values(goods(), article=None)


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ("parent_fills", {"title": "Камчатка, август", "closedate": "2026-08-31", "UF_CRM_ARTICLE": "К-1"}),
        ("offer_only", {"title": "Камчатка, август", "closedate": "2026-08-31", "UF_CRM_ARTICLE": None}),
        ("parent_only", {"title": "Камчатка", "closedate": "2026-08-21", "UF_CRM_ARTICLE": "К-1"}),
    ],
)
def test_a_variation_has_its_own_values_or_those_of_its_product(offers, expected):
    asked = goods(offer=variation(DATE_END="31.08.2026"))
    found = values(asked, catalog={"offers": offers})
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"field": "UF_CRM_GUIDES"}, "Михаил; Анна"),
        ({"field": "UF_CRM_MANY", "joined": False}, ["Михаил", "Анна"]),
        ({"field": "UF_CRM_MANY"}, ["Михаил", "Анна"]),
    ],
)
def test_several_values_are_one_text_or_several(fields, expected):
    product = tour()
    product = product._replace(properties={**product.properties, "GUIDES": GUIDES})
    found = values(goods(product), fields=[{"property": "GUIDES", **fields}])
    assert found[fields["field"]] == expected


def test_what_does_not_fit_a_field_is_told_and_not_copied():
    product = tour(PRICE="по запросу")
    found = wanted(goods(product), rules(fields=[{"property": "PRICE", "field": "UF_CRM_PRICE"}]))
    assert found.codes == ("B24_BAD_PROPERTY",)
    assert found.details == {"properties": {"UF_CRM_PRICE": "по запросу"}}
    assert "UF_CRM_PRICE" not in found.values


def test_a_name_loses_its_markup_and_what_is_too_long():
    found = wanted(goods(tour(name="<b>Тур</b> &amp; море " + "я" * 300)), rules())
    assert found.values["title"].startswith("Тур & море яяя")
    assert len(found.values["title"]) == 255
    assert found.codes == ("B24_VALUE_CUT",)


def test_a_product_without_a_name_leaves_the_deals_alone():
    assert values(goods(tour(name=None)))["title"] is None
