"""What deserves a look in the shop's data, though the item is exported all the same."""

from typing import Any, NamedTuple

NO_ARTICLE = "CATALOG_NO_ARTICLE"
NO_PRICE = "CATALOG_NO_PRICE"
UNKNOWN_PREFIX = "CATALOG_UNKNOWN_PREFIX"
SPECIAL_ZERO = "CATALOG_SPECIAL_ZERO"
SPECIAL_ABOVE_PRICE = "CATALOG_SPECIAL_ABOVE_PRICE"
BAD_DATE = "CATALOG_BAD_DATE"
REPEATED_VALUE = "CATALOG_REPEATED_VALUE"
OPTION_ORPHAN = "CATALOG_OPTION_ORPHAN"
OPTIONS_IGNORED = "CATALOG_OPTIONS_IGNORED"
TOO_MANY_VARIANTS = "CATALOG_TOO_MANY_VARIANTS"
BAD_VARIANT = "CATALOG_BAD_VARIANT"
TIERS_IGNORED = "CATALOG_TIERS_IGNORED"
CATEGORY_ORPHAN = "CATALOG_CATEGORY_ORPHAN"
CATEGORY_PATH_STALE = "CATALOG_CATEGORY_PATH_STALE"
SHOP_CAN_WRITE = "CATALOG_SHOP_CAN_WRITE"
SHOP_LOST_SPECIALS = "CATALOG_SHOP_LOST_SPECIALS"
SHOP_MOVED = "CATALOG_SHOP_MOVED"
_TOLD = 300  # characters


class Issue(NamedTuple):
    """One such thing; ``identity`` and ``product_id`` when it is about an item or a product."""

    code: str
    identity: str | None
    product_id: int | None
    details: dict[str, Any]


def issue(code: str, product_id: int | None = None, identity: str | None = None, **details: Any) -> Issue:
    """
    Put one together; without an identity it is about the product, or about the shop.

    Texts straight from the shop are cut to what Postgres stores and a person reads.
    """
    told = {
        name: value.replace("\0", "")[:_TOLD] if isinstance(value, str) else value
        for name, value in details.items()
    }
    return Issue(code, identity, product_id, told)
