"""Where a portal is, as its connection tells it."""

import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"(https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?)/*")


def address_of(host: str | None, schema: str | None = None, port: int | None = None) -> str | None:
    """Put together the portal's address, without a slash at its end; None: that is no address of a host."""
    told = (host or "").strip()
    fits = _ADDRESS.fullmatch(told if "://" in told else f"{schema or 'https'}://{told}")
    return (f"{fits[1]}:{port}" if port else fits[1]) if fits else None


def host_of(address: str) -> str:
    """Give the portal's host, in lower case: by it and by our own address the vendor counts calls."""
    return urlsplit(address).netloc.lower()
