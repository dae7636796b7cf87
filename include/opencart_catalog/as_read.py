"""What a product of the shop is, from its rows as they were read: shown, called, coded (opencart 6, 7)."""

from collections.abc import Iterable
from datetime import date

from include.opencart_catalog.article import article_key
from include.opencart_catalog.texts import line


def is_shown(
    *, status: int | None, described: bool, available: str | None, today: date, null_is_never: bool
) -> bool:
    """
    Tell whether the shop shows a product: it is on, has a text in the language, and its first day has come.

    Texts of dates compare as the dates of the shop do. ``null_is_never``: of 4.1, where a missing day never
    comes; elsewhere it is no limit.
    """
    has_come = not null_is_never if available is None else available[:10] <= today.isoformat()
    return status == 1 and described and has_come


def name_of(product_id: int, name: str | None, elsewhere: str | None, model: str | None) -> str:
    """Name a product: in the language, else in another one, else by its model, else by its number."""
    return line(name) or elsewhere or line(model) or f"№ {product_id}"


def first_codes(rows: Iterable[tuple[int, str | None]]) -> dict[int, str]:
    """Give the article of each product of 4.1: of several rows the first that is not blank."""
    codes: dict[int, str] = {}
    for product_id, value in rows:
        if value and article_key(value):
            codes.setdefault(product_id, value)
    return codes
