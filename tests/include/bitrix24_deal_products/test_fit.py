import pytest

from include.bitrix24_deal_products.fit import Fitted, Kind, fit, fits

MANY = Kind("string", is_multiple=True)


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([], Kind(), None),
        ([], MANY, []),
        (["Анна"], Kind(), "Анна"),
        (["Михаил", "Анна"], Kind(), "Михаил; Анна"),
        (["Михаил", "Анна", "Михаил"], MANY, ["Михаил", "Анна"]),
        (["1 250,50"], Kind("double"), "1250.50"),
        (["150000|RUB"], Kind("double"), "150000"),
        (["150000|RUB"], Kind("money"), "150000|RUB"),
        (["150000|RUB"], Kind("string"), "150000|RUB"),
        (["12"], Kind("integer"), "12"),
        (["12.00"], Kind("integer"), "12"),
        (["Да"], Kind("boolean"), "Y"),
        (["0"], Kind("boolean"), "N"),
        (["10.08.2026 00:00:00"], Kind("date"), "2026-08-10"),
        (["2026-08-10T00:00:00+03:00"], Kind("datetime"), "2026-08-10"),
        (["17"], Kind("employee"), "17"),
        (["C_15"], Kind("crm"), "C_15"),
        (["10.08.2026", "12.08.2026"], Kind("date", is_multiple=True), ["2026-08-10", "2026-08-12"]),
    ],
)
def test_values_take_the_form_of_the_field(values, kind, expected):
    assert fit(values, kind) == Fitted(expected)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["дорого"], "double"),
        (["1", "2"], "double"),
        (["1.5"], "integer"),
        (["150000"], "money"),
        (["пожалуй"], "boolean"),
        (["летом"], "date"),
        (["Иванов"], "employee"),
    ],
)
def test_what_the_field_cannot_hold_is_refused(values, kind):
    with pytest.raises(ValueError, match=r"\w"):
        fit(values, Kind(kind))


def test_several_values_go_into_one_text_only_if_they_may_be_joined():
    assert fit(["один"], Kind(), joined=False) == Fitted("один")
    with pytest.raises(ValueError, match="several"):
        fit(["один", "два"], Kind(), joined=False)


def test_a_long_text_is_cut_and_that_is_told():
    fitted = fit(["я" * 256], Kind())
    assert fitted.is_cut
    assert len(fitted.value) == 255
    assert fitted.value.endswith("я…")
    assert fit(["я" * 255], Kind()) == Fitted("я" * 255)
    assert fit(["я" * 300, "б"], MANY).is_cut


@pytest.mark.parametrize("kind", ["enumeration", "file", "iblock_element", "iblock_section", "crm_status"])
def test_fields_that_hold_numbers_of_other_things_do_not_suit(kind):
    assert not fits(Kind(kind))
    assert fits(Kind("string"))
