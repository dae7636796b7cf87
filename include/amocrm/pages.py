"""A page of a list, and where it ends (amocrm 4)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from include.amocrm.spelling import Unreadable

WHAT = "{}: список «{}» пришёл не так, как описан"


class Page(NamedTuple):
    """Rows of one page. ``has_next``: the vendor says that there are more; a short page proves nothing."""

    rows: Sequence[Mapping[str, Any]]
    has_next: bool = False


EMPTY = Page(())


def page_of(body: Any, collection: str) -> Page:
    """
    Read a page: no body (204) and an empty list end it, and so does a page that names no next one.

    Of the next page's address only its presence counts: it may lead to a foreign host. Raises Unreadable.
    """
    if body is None:
        return EMPTY
    embedded = body.get("_embedded") if isinstance(body, Mapping) else None
    rows = embedded.get(collection) if isinstance(embedded, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Unreadable(WHAT.format("amoCRM", collection))
    links = body.get("_links")
    following = links.get("next") if isinstance(links, Mapping) else None
    return Page(rows, bool(rows) and bool(following))
