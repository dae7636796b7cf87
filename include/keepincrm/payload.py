"""What a material shall hold, as the bodies of requests: one for the fields, one apart for custom fields."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from include.keepincrm.custom_fields import written

# Ours -> the vendor's; whatever else a plan names is not ours to write (keepincrm 9).
FIELDS = {
    "title": "title",
    "sku": "sku",
    "price": "price",
    "currency": "currency",
    "unit": "unit",
    "category_id": "category_id",
    "link_url": "link_url",
    "asset_url": "asset_url",
    "irrelevant": "irrelevant",
    "named_prices": "named_custom_prices",
}
CUSTOM_FIELDS = "custom_fields"


class Bodies(NamedTuple):
    """The requests of one write, in this order; None: there is nothing to say."""

    fields: dict[str, Any] | None
    custom_fields: dict[str, Any] | None


def bodies(changes: Mapping[str, Any], names: Mapping[str, str] = {}) -> Bodies:
    """
    Spell what is to change; ``names`` gives the keys of custom fields that are written by key.

    Sums come as text or Decimal and leave as numbers. Of named prices None takes one away. Nobody knows
    whether a write drops those that it does not name: who sends it lays them over those the material holds.
    Raises ValueError for a field that is not ours.
    """
    if foreign := changes.keys() - FIELDS.keys() - {CUSTOM_FIELDS}:
        raise ValueError(f"not ours to write: {', '.join(sorted(foreign))}")
    fields = {FIELDS[name]: _spelt(name, value) for name, value in changes.items() if name in FIELDS}
    custom = changes.get(CUSTOM_FIELDS)
    return Bodies(fields or None, {CUSTOM_FIELDS: written(custom, names)} if custom else None)


def _spelt(name: str, value: Any) -> Any:
    match name:
        case "price":
            return _number(value)
        case "named_prices":
            return {price: _named_price(amount) for price, amount in value.items()}
        case "asset_url" | "link_url":
            return value or ""
    return value


def _named_price(amount: Any) -> float | int | str | None:
    """Leave what is not a plain amount as it is written: «12.00 USD» belongs to somebody else."""
    try:
        return _number(amount)
    except InvalidOperation:
        return str(amount)


def _number(amount: Any) -> float | int | None:
    """Give an amount as a JSON number: two places are exact in a double up to 10**13."""
    if amount is None:
        return None
    exact = Decimal(str(amount))
    return int(exact) if exact == exact.to_integral_value() else float(exact)
