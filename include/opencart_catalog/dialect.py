"""Which line of OpenCart a shop is, told by its tables and columns alone (opencart 5, 11)."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from include.errors import ConfigError, FetchFailed

LOOKED_AT = (
    *("product", "product_code", "product_special", "product_discount", "product_option_value"),
    *("product_to_category", "seo_url", "url_alias", "currency", "setting"),
)
_CODES = ("sku", "model", "article", "code", "option_sku")  # of third-party modules
_NONE = "off"


class UnsupportedShop(FetchFailed):
    """Say that the tables are none of the lines this reader knows."""


class Dialect(NamedTuple):
    """How a shop keeps what differs between the lines."""

    line: str
    sku_in_codes: bool
    specials_in_discounts: bool
    has_variants: bool
    has_main_category: bool
    option_code: str | None
    orphan_specials: bool = False


def read_dialect(
    tables: Mapping[str, Collection[str]], code_column: str | None = None, near: Iterable[str] = ()
) -> Dialect:
    """
    Tell the dialect by the columns of tables, named without their prefix; ``near``: prefixes that exist.

    ``code_column`` None: whichever is known; off: none. Raises ConfigError when the shop is not there, or
    lacks the column the settings name; UnsupportedShop for a line that is not known, as 5.0 is.
    """
    if not {"product", "product_option_value"} <= set(tables):
        others = ", ".join(f"«{prefix}»" for prefix in near)
        hint = f", є з префіксом {others}" if others else ""
        raise ConfigError(f"shop.prefix: таблиць OpenCart з таким префіксом у базі немає{hint}")
    product, discount = tables["product"], tables.get("product_discount", ())
    values = tables["product_option_value"]
    _refuse_unknown(tables)
    if code_column not in (None, _NONE, *values):
        raise ConfigError(f"items.option_code_column: у product_option_value немає стовпця «{code_column}»")
    return Dialect(
        line=_line(tables),
        sku_in_codes="sku" not in product,
        specials_in_discounts="special" in discount,
        has_variants="master_id" in product,
        has_main_category="main_category" in tables.get("product_to_category", ()),
        option_code=_option_code(values, code_column),
        orphan_specials="special" in discount and "product_special" in tables,
    )


def _option_code(columns: Collection[str], wanted: str | None) -> str | None:
    if wanted == _NONE:
        return None
    return wanted or next((name for name in _CODES if name in columns), None)


def _refuse_unknown(tables: Mapping[str, Collection[str]]) -> None:
    if "price_prefix" not in tables["product_option_value"]:
        raise UnsupportedShop("Це OpenCart 5: його ще не підтримано, потрібні 2.3, 3.0, 4.0 або 4.1")
    codes = tables.get("product_code", ())
    if "sku" not in tables["product"] and not {"value", "code"} <= set(codes):
        raise UnsupportedShop("Незнайома версія OpenCart: немає ні product.sku, ні product_code.code")
    if "special" not in tables.get("product_discount", ()) and "product_special" not in tables:
        raise UnsupportedShop(
            "Незнайома версія OpenCart: немає ні product_special, ні product_discount.special"
        )


def _line(tables: Mapping[str, Collection[str]]) -> str:
    """Name the line for people; nothing is decided by it."""
    if "special" in tables.get("product_discount", ()):
        return "4.1"
    if "master_id" in tables["product"]:
        return "4.0"
    line = "2.3" if "url_alias" in tables and "seo_url" not in tables else "3.0"
    return f"ocStore {line}" if "noindex" in tables["product"] else line
