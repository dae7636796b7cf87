"""What a material shall hold becomes requests (keepincrm 4.1, 4.2, 9)."""

from decimal import Decimal

import pytest

from include.keepincrm.payload import Bodies, bodies


def test_custom_fields_go_apart_from_everything_else() -> None:
    changes = {
        "title": "Олива",
        "price": "1250.50",
        "named_prices": {"Акційна ціна": Decimal("999.00"), "Опт": None},
        "custom_fields": {"Акція з": "2026-11-01", "Акція по": None},
    }
    assert bodies(changes, {"Акція по": "akciia_po_7"}) == Bodies(
        {"title": "Олива", "price": 1250.5, "named_custom_prices": {"Акційна ціна": 999, "Опт": None}},
        {
            "custom_fields": [
                {"name": "Акція з", "value": "2026-11-01"},
                {"name": "akciia_po_7", "value": ""},
            ]
        },
    )


def test_there_is_no_request_where_there_is_nothing_to_say() -> None:
    assert bodies({}) == Bodies(None, None)
    assert bodies({"custom_fields": {}}) == Bodies(None, None)
    assert bodies({"custom_fields": {"Опис": "x"}}).fields is None


@pytest.mark.parametrize("amount", ["0.01", "1250.50", "9999999999999.99", "12"])
def test_an_amount_keeps_every_hundredth(amount: str) -> None:
    fields = bodies({"price": amount}).fields
    assert fields is not None
    assert Decimal(repr(fields["price"])) == Decimal(amount)


@pytest.mark.parametrize("field", ["cost", "available", "stock_rests_attributes", "named_custom_prices"])
def test_what_is_not_ours_is_never_written(field: str) -> None:
    with pytest.raises(ValueError, match=f"not ours to write: {field}"):
        bodies({"title": "x", field: 1})


def test_named_prices_of_others_go_back_as_they_are() -> None:
    prices = {"Опт": "12.00 USD", "Роздріб": "10.50", "Інша": "за запитом"}
    assert bodies({"named_prices": prices}).fields == {
        "named_custom_prices": {"Опт": "12.00 USD", "Роздріб": 10.5, "Інша": "за запитом"}
    }


def test_a_picture_is_taken_away_by_an_empty_address() -> None:
    assert bodies({"asset_url": None}).fields == {"asset_url": ""}
