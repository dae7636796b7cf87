"""E-mail addresses as keys of a client."""

import re

from include.values.text import is_placeholder

MAX_LENGTH = 320
_ADDRESS = re.compile(r"[^@\s]+@([^@\s]+)")


def email(raw: str | None) -> str | None:
    """
    Trim and lower an address; None when it cannot be one (leadexpert 7).

    Exactly one ``@`` with text on both sides and no white space inside. No stricter than that: it is a key,
    nobody writes to it. A filler in place of the domain (``нет@нет``) is no address.
    """
    text = raw.strip().lower() if raw else ""
    found = _ADDRESS.fullmatch(text)
    if not found or len(text) > MAX_LENGTH or is_placeholder(found[1]):
        return None
    return text
