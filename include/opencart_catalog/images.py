"""Addresses of a product's pictures and of its page (opencart 9)."""

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from include.opencart_catalog.texts import file_name

_ABSOLUTE = re.compile(r"(https?://)([^/?#:]*)(.*)", re.IGNORECASE | re.DOTALL)
_OTHER_HOST = re.compile(r"//[^/\s]+\.[^/\s]+/")  # «//cdn.example/a.jpg», by the page's own protocol
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_OF_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"


def image_url(shop_url: str, stored: str | None) -> str | None:
    """Give the address of an original; what an import stored as an address passes through, spelled as one."""
    path = file_name(stored)
    if not path:
        return None
    if _OTHER_HOST.match(path):
        path = f"{urlsplit(shop_url).scheme}:{path}"
    if absolute := _ABSOLUTE.fullmatch(path):
        return _spelled(*absolute.groups())
    segments = (quote(segment, safe="") for segment in path.lstrip("/").split("/"))
    return f"{shop_url}/image/{'/'.join(segments)}"


def image_urls(shop_url: str, stored: Iterable[str | None]) -> list[str]:
    """Give the addresses of all pictures in order, each once."""
    found = (image_url(shop_url, path) for path in stored)
    return list(dict.fromkeys(url for url in found if url))


def product_url(shop_url: str, product_id: int) -> str:
    """Give the address of a product's page that every line understands."""
    return f"{shop_url}/index.php?route=product/product&product_id={product_id}"


def _spelled(protocol: str, host: str, path: str) -> str:
    """Encode what an address may not hold, blanks and Cyrillic; what is encoded already stays as it is."""
    return f"{protocol}{_host(host)}{quote(_LONE_PERCENT.sub('%25', path), safe=_OF_ADDRESSES)}"


def _host(name: str) -> str:
    """Spell a name of a host in the letters that networks know."""
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return quote(name)
