"""E-mail addresses as keys of a client."""

import re

MAX_LENGTH = 320
_ADDRESS = re.compile(r"[^@]*[^@\s][^@]*@[^@]*[^@\s][^@]*")


def email(raw: str | None) -> str | None:
    """
    Trim and lower an address; None when it cannot be one (leadexpert 7).

    Exactly one ``@`` with text on both sides. No stricter than that: it is a key, nobody writes to it.
    """
    text = raw.strip().lower() if raw else ""
    found = _ADDRESS.fullmatch(text)
    return text if found and len(text) <= MAX_LENGTH else None
