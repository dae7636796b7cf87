"""What of a product was copied, as one short text: equal, and there is nothing to look at (bitrix24 7.1)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from include.bitrix24_deal_products.pick import Goods


def fingerprint(goods: Goods, values: Mapping[str, Any]) -> str:
    """Put the product, its version and all it gives into one text that begins with the product's number."""
    product, offer = goods
    versions = [product.changed_at, offer.changed_at if offer else None, offer.product_id if offer else None]
    told = json.dumps([versions, dict(values)], ensure_ascii=False, sort_keys=True, default=str)
    return f"{product.product_id}:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def product_of(fingerprint: str | None) -> int | None:
    """Say which product was copied last; None: nothing was."""
    return int(fingerprint.partition(":")[0]) if fingerprint else None
