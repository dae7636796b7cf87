"""Addresses of a product's pictures and of its page (opencart 9)."""

from collections.abc import Iterable
from urllib.parse import quote

from include.opencart_catalog.texts import file_name


def image_url(shop_url: str, stored: str | None) -> str | None:
    """Give the address of an original; what an import stored as an address passes through."""
    path = file_name(stored)
    if not path:
        return None
    if path.lower().startswith(("http://", "https://")):
        return path
    segments = (quote(segment, safe="") for segment in path.lstrip("/").split("/"))
    return f"{shop_url}/image/{'/'.join(segments)}"


def image_urls(shop_url: str, stored: Iterable[str | None]) -> list[str]:
    """Give the addresses of all pictures in order, each once."""
    found = (image_url(shop_url, path) for path in stored)
    return list(dict.fromkeys(url for url in found if url))


def product_url(shop_url: str, product_id: int) -> str:
    """Give the address of a product's page that every line understands."""
    return f"{shop_url}/index.php?route=product/product&product_id={product_id}"
