"""Hosts that tokens may be sent to (amocrm 1, 2.2)."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

ZONES = ("amocrm.ru", "amocrm.com", "kommo.com")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ADDRESS = re.compile(r"(https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?)/*")
_NOBODYS = {"www", "api"}  # never the host of an account


def is_account_host(host: str, own: str, trusted: Collection[str] = ()) -> bool:
    """
    Tell whether a host that came from outside may be an account's: one of the vendor's zones, or ``own``.

    ``trusted``: hosts that the connection names besides.
    """
    asked = host.strip().lower()
    if asked in {own.lower(), *(each.lower() for each in trusted)}:
        return True
    label, _, zone = asked.partition(".")
    return zone in ZONES and label not in _NOBODYS and bool(_LABEL.fullmatch(label))


def address_of(host: str | None, schema: str | None = None, port: int | None = None) -> str | None:
    """Put together an account's address, without a slash at its end; None: that is no address of a host."""
    told = (host or "").strip()
    is_scheme = schema in ("http", "https")
    fits = _ADDRESS.fullmatch(told if "://" in told else f"{schema if is_scheme else 'https'}://{told}")
    return (f"{fits[1]}:{port}" if port else fits[1]).lower() if fits else None


def netloc_of(address: str) -> str:
    """Give host and port of an address."""
    return urlsplit(address).netloc.lower()
