"""Lists of amoCRM as they are asked for (amocrm 4, 5); brackets are percent-encoded with the address."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from plugins.hooks.vendor_call import Call

API = "/api/v4"
PAGE, EVENTS_PAGE = 250, 100  # rows at most; a larger number may quietly fall to 50
LEAD_WITH = "contacts,loss_reason,source,source_id"
ASC, DESC = "asc", "desc"


class Listing(NamedTuple):
    """
    A list: where it is, what is asked of it, how many rows a page at most; 0: it has no pages.

    ``counts_as``: its name in the budget. ``is_whole``: nothing narrows it, so that it is empty in an account
    without such records alone.
    """

    path: str
    collection: str
    query: Mapping[str, Any]
    limit: int = PAGE
    counts_as: str = ""
    is_whole: bool = False


def leads(
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    order: tuple[str, str] | None = ("id", ASC),
    only_deleted: bool = False,
) -> Listing:
    """
    List leads. ``from_at``, ``to_at``: by their last change, where the account has paid for filters.

    ``only_deleted``: those in the bin, of which only id and last change are told.
    """
    query = {"with": "only_deleted" if only_deleted else LEAD_WITH}
    window = _window("updated_at", from_at, to_at)
    name = "deleted" if only_deleted else "leads"
    return Listing(
        "leads", "leads", query | window | _order(order), PAGE, name, not window and not only_deleted
    )


def contacts(order: tuple[str, str] | None = ("id", ASC)) -> Listing:
    """List contacts."""
    return Listing("contacts", "contacts", _order(order), PAGE, "contacts", is_whole=True)


def events(from_at: datetime, to_at: datetime, types: Sequence[str], lead_ids: Sequence[int] = ()) -> Listing:
    """List events of leads, or of a few; no order of them is documented, and none is asked for."""
    asked: dict[str, list[Any]] = {"filter[entity][]": ["lead"], "filter[type][]": list(types)}
    asked |= {"filter[entity_id][]": list(lead_ids)} if lead_ids else {}
    return Listing("events", "events", _window("created_at", from_at, to_at) | asked, EVENTS_PAGE, "events")


def call_of(listing: Listing, page: int) -> Call:
    """Spell the request for a page."""
    paging = {"page": page, "limit": listing.limit} if listing.limit else {}
    query = {**listing.query, **paging}
    return Call("GET", f"{API}/{listing.path}", query, counts_as=listing.counts_as)


def _window(field: str, from_at: datetime | None, to_at: datetime | None) -> dict[str, Any]:
    """Ask for a window; never for one moment as such, which amoCRM answers with nothing."""
    ends = (("from", from_at), ("to", to_at))
    return {f"filter[{field}][{end}]": int(at.timestamp()) for end, at in ends if at is not None}


def _order(order: tuple[str, str] | None) -> dict[str, Any]:
    return {f"order[{order[0]}]": order[1]} if order else {}
