"""What amoCRM may do one way or another: accounts differ, and some of it nobody has seen."""

from collections.abc import Mapping
from typing import Any

WAYS: Mapping[str, Any] = {
    "per_second": 7,  # requests of an integration to an account; 0: as many as it likes
    "real_delay": 0.0,  # seconds that every answer is kept waiting for, really
    "max_limit": 250,  # rows of a page, 100 at most of events; who asks for more is given 50
    "retry_after": "absent",  # of a refusal for haste; or "told"
    "filter_bounds": "inclusive",  # are rows exactly at «from» and «to» given? or "exclusive", "half-open"
    "unknown_filter": "ignored",  # a condition nobody knows: as if it had not been said; or "empty": 204
    "loss_reason": "array",  # how a lead's reason is spelled; or "object", "null", "absent"
    "event_filters": "heeded",  # by the list of events; or "ignored": all events are given
    "events_order": "newest",  # first; or "oldest"
    "next_on_full_last_page": "no",  # does the last page, where it is full, promise another? or "yes"
    "shard_next": "",  # the host that links to further pages name, if not the account's own
    "only_deleted_order": "yes",  # does the list of the bin heed an order? or "no": by number
    "deleted_events_vanish": "no",  # are events of deleted leads gone from the list? or "yes"
    "unsorted_in_leads": "yes",  # are leads that nobody has sorted in the list? or "no"
    "merge_event": "winner",  # which lead the event of a merge names; or "loser"
    "price": "int",  # prices are whole numbers; or "minor": Kommo's, with minor units
    "clock_skew": 0.0,  # seconds by which the vendor's clock is ahead
    "date_header": "told",  # do answers say when they were given? or "absent"
}
_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "retry_after": ("told", "absent"),
    "filter_bounds": ("inclusive", "exclusive", "half-open"),
    "unknown_filter": ("ignored", "empty"),
    "loss_reason": ("array", "object", "null", "absent"),
    "event_filters": ("heeded", "ignored"),
    "events_order": ("newest", "oldest"),
    "next_on_full_last_page": ("no", "yes"),
    "only_deleted_order": ("yes", "no"),
    "deleted_events_vanish": ("no", "yes"),
    "unsorted_in_leads": ("yes", "no"),
    "merge_event": ("winner", "loser"),
    "price": ("int", "minor"),
    "date_header": ("told", "absent"),
}


def check(ways: Mapping[str, Any]) -> None:
    """Raise ValueError for a way that is not known."""
    if unknown := ways.keys() - WAYS.keys():
        raise ValueError(f"unknown ways: {', '.join(sorted(unknown))}")
    for name, value in ways.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(map(repr, _CHOICES[name]))}, not {value!r}")
