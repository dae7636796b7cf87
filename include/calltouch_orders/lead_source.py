"""
Where a deal's lead came from, as Calltouch's records say (calltouch 4).

A deal's own record is asked first; where it names no source, the newest call or request that lists the order.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from include.values.masking import mask_data

# Written where there is nothing (calltouch 4.4); compared after casefold.
_NOTHING = frozenset({"<не указано>", "<не заполнено>", "(not set)", "(none)", "null", "undefined"})

# Where each kind of record keeps source, channel, campaign and query; the first that says something is taken.
_DEAL = (
    ("visit.source", "visit.utmSource", "source", "utmSource"),
    ("visit.medium", "visit.utmMedium", "medium", "utmMedium"),
    ("visit.campaign", "visit.utmCampaign", "campaign", "utmCampaign"),
    ("visit.keyword", "visit.keywords", "visit.utmTerm", "keyword", "utmTerm"),
)
_CALL = (
    ("source", "utmSource"),
    ("medium", "utmMedium"),
    ("utmCampaign",),
    ("keyword", "utmTerm"),
)
_REQUEST = (
    ("session.source", "session.utmSource"),
    ("session.medium", "session.utmMedium"),
    ("session.utmCampaign",),
    ("session.keywords", "session.keyword", "session.utmTerm"),
)

# What of a record is kept besides: what it is and when it was made.
_MARKS = (
    *("orderId", "orderNumber", "orderDate", "createdDate", "updatedDate", "orderSource.type"),
    *("callId", "orderSource.callId", "requestId", "orderSource.requestId", "date", "dateStr"),
    *("visit.sessionId", "session.sessionId"),
)


class LeadSource(NamedTuple):
    """Source, channel, campaign and query, in the order of the cabinet's columns (calltouch 4.5)."""

    source: str | None
    medium: str | None
    campaign: str | None
    keyword: str | None


def source_of_deal(record: Mapping[str, Any]) -> LeadSource | None:
    """Read the source from a record of the deals journal; None when it names none."""
    return _source(record, _DEAL)


def source_of_lead(record: Mapping[str, Any]) -> LeadSource | None:
    """Read the source from a call, or from the session of a request; None when it names none."""
    return _source(record, _CALL if "callId" in record else _REQUEST)


def kept(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give of a record what is kept with the source that was read from it: nothing that is about a person."""
    found: dict[str, Any] = {}
    sources = [path for places in (*_DEAL, *_CALL, *_REQUEST) for path in places]
    for path in dict.fromkeys((*_MARKS, *sources)):
        value = _at(record, path)
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            *groups, name = path.split(".")
            place = found
            for group in groups:
                place = place.setdefault(group, {})
            place[name] = str(value) if path in sources else value
    kept_data: dict[str, Any] = mask_data(found)
    return kept_data


def lead_moment(lead: Mapping[str, Any]) -> datetime:
    """Read when a call or a request was made, by the project's wall clock; long ago if it does not say."""
    try:
        return datetime.strptime(str(lead.get("dateStr") or lead.get("date")), "%d/%m/%Y %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return datetime.min  # noqa: DTZ901


def order_numbers(lead: Mapping[str, Any]) -> Iterable[str]:
    """Give the external ids of the deals that a call or a request lists."""
    for order in lead.get("orders") or ():
        if number := order.get("orderNumber"):
            yield str(number).lower()


def _source(record: Mapping[str, Any], places: Iterable[tuple[str, ...]]) -> LeadSource | None:
    found = LeadSource(*(_first(record, paths) for paths in places))
    return found if any(found) else None


def _first(record: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    return next((text for path in paths if (text := _text(record, path))), None)


def _text(record: Mapping[str, Any], path: str) -> str | None:
    value = _at(record, path)
    text = str(value).strip() if value is not None else ""
    return None if text.casefold() in _NOTHING else text or None


def _at(record: Mapping[str, Any], path: str) -> Any:
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
