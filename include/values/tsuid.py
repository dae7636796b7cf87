"""The visitor's ``__tsuid`` cookie: opaque, case-sensitive text (leadexpert 3.2)."""

from include.values.text import is_placeholder

MAX_LENGTH = 255


def tsuid(raw: str | None) -> str | None:
    """Trim a cookie value; None when it is blank, a filler such as ``null``, or over 255 characters."""
    text = raw.strip() if raw else ""
    if not text or len(text) > MAX_LENGTH or is_placeholder(text):
        return None
    return text
