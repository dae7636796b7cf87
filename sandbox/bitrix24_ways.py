"""
What a Bitrix24 portal may do one way or another: plans differ, and some of it nobody has seen (bitrix24 10).
"""

from collections.abc import Mapping
from typing import Any

WAYS: Mapping[str, Any] = {
    "tier": "standard",  # a bucket of 50 that leaks 2 a second; or "enterprise": 250 and 5, "none": no bucket
    "method_seconds": 480.0,  # what a method may take in ten minutes; 0: as long as it likes (self-hosted)
    "seconds": {},  # what a call of a method takes, by method; it is counted, and not waited
    "request_seconds": 60.0,  # the longest that a request may take, all of its commands together
    "real_delay": 0.0,  # seconds that every answer is kept waiting for, really
    "start_minus_one_total": "absent",  # of a list that does not count; or 0
    "totals_empty": "list",  # how a map without keys is spelled: [], or "map": {}
    "operating": "told",  # or "absent", as on self-hosted portals
    "contact_ids_order": "kept",  # as they were linked; or "ascending", "descending"
    "uf_empty": None,  # an own field without a value; or "", "0", False
    "uf_number": "int",  # a whole number in an own field is 1250; or "text": "1250"
    "unknown_array_filter": "error",  # an array where none may be; or "ignored": as if it had not been said
    "negated_unset": "kept",  # records without a value, by a condition with «!»; or "dropped", as in SQL
    "auto_close_date": True,  # winning or losing a deal overwrites its close date with today
    "close_date_offset": "+03:00",  # the portal's zone, by which dates are shifted
    "max_fields": 1016,  # own fields of contacts, and as many of deals
    "field_creation": "ok",  # or "500_applied": the field is there, its creator never hears of it; or "500"
    "product_row_array": "yes",  # may the rows of several deals be asked for at once? or "no"
    "clock_skew": 0.0,  # seconds by which the portal's clock is ahead
}
_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "tier": ("standard", "enterprise", "none"),
    "start_minus_one_total": ("absent", 0),
    "totals_empty": ("list", "map"),
    "operating": ("told", "absent"),
    "contact_ids_order": ("kept", "ascending", "descending"),
    "uf_empty": (None, "", "0", False),
    "uf_number": ("int", "text"),
    "unknown_array_filter": ("error", "ignored"),
    "negated_unset": ("kept", "dropped"),
    "field_creation": ("ok", "500_applied", "500"),
    "product_row_array": ("yes", "no"),
}
SECONDS: Mapping[str, float] = {  # what calls take unless a way says otherwise (bitrix24 6)
    "crm.item.list": 0.07,
    "crm.item.update": 0.3,
    "crm.contact.update": 0.3,
    "crm.deal.update": 0.3,
    "crm.contact.userfield.add": 1.0,
    "crm.deal.userfield.add": 1.0,
}
OTHERS = 0.05  # seconds of any other call


def check(ways: Mapping[str, Any]) -> None:
    """Raise ValueError for a way that is not known."""
    if unknown := ways.keys() - WAYS.keys():
        raise ValueError(f"unknown ways: {', '.join(sorted(unknown))}")
    for name, value in ways.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(map(repr, _CHOICES[name]))}, not {value!r}")


def seconds_of(method: str, ways: Mapping[str, Any]) -> float:
    """Return how long a call of a method takes."""
    return float(ways["seconds"].get(method, SECONDS.get(method, OTHERS)))
