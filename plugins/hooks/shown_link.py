"""Links as people and logs may see them."""

from urllib.parse import urlsplit


def shown_link(link: str) -> str:
    """Return a link without login, password, query and fragment."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return "(нечитаемая ссылка)"
    host = parts.netloc.rpartition("@")[2]
    query = "…" if parts.query else ""
    return parts._replace(netloc=host, query=query, fragment="").geturl()
