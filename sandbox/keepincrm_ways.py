"""
What KeepinCRM may do one way or another: nobody has seen its specification (keepincrm 4, 7 and 8).
"""

from collections.abc import Mapping
from typing import Any

WAYS: Mapping[str, Any] = {
    "per_minute": 100,  # requests of the account; 0: any number
    "minute": 60.0,  # seconds of that minute; a test may have it pass faster
    "retry_after": True,  # does a 429 say when to come again?
    "plan": "paid",  # or "free": 402 to everything
    "price": "number",  # or "comma": the text «1250,00»
    # or "rewritten": each write gives a new address in the vendor's own storage; or as named prices
    "asset_url": "kept",
    "custom_fields": "taken",  # or "ignored": 200, and nothing is changed
    "custom_fields_in_post": "refused",  # 500; or "taken"
    "custom_field_names": "both",  # by which they are written: or "title", "key"
    # or "replaced": a write drops the prices it does not name; or "ignored"; or "refused" with a 422;
    # or "broken": the whole write ends in a 500
    "named_prices": "merged",
    "categories": "writable",  # or "read_only": 404
    "category_parents": True,  # does a category tell its parent?
    "answers": "whole",  # to a write; or "brief": the id and when it was written
    "shows_empty": True,  # are custom fields and named prices shown that hold nothing?
    "list_shows": "all",  # or "plain": no custom fields and named prices in lists
    "articles": "whole",  # or "cut": to CUT_TO characters when a material is created
    "sku_path": "any",  # or "rails": an article with a slash or a dot is not found by its path
}
CUT_TO = 11
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "plan": ("paid", "free"),
    "price": ("number", "comma"),
    "asset_url": ("kept", "rewritten", "refused", "broken"),
    "custom_fields": ("taken", "ignored"),
    "custom_fields_in_post": ("refused", "taken"),
    "custom_field_names": ("both", "title", "key"),
    "named_prices": ("merged", "replaced", "ignored", "refused", "broken"),
    "categories": ("writable", "read_only"),
    "answers": ("whole", "brief"),
    "list_shows": ("all", "plain"),
    "articles": ("whole", "cut"),
    "sku_path": ("any", "rails"),
}


def check(ways: Mapping[str, Any]) -> None:
    """Raise ValueError for a way that is not known."""
    if unknown := ways.keys() - WAYS.keys():
        raise ValueError(f"unknown ways: {', '.join(sorted(unknown))}")
    for name, value in ways.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}, not {value!r}")
