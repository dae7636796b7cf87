"""
What earlier settings have put into the CRM and those of today do not name any more (keepincrm Q19).

A sale that is written to another place now would stay at the old one for good. Descriptions and pictures
stay: they do no harm, and who stops sending them has not asked for their removal.
"""

import re
from collections.abc import Iterator, Mapping

from include.settings.opencart_catalog import Crm

Sent = Mapping[str, str | None]
_PRICE, _FIELD = "named_prices:", "custom_fields:"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # as the days of a special are sent


def price_names(crm: Crm) -> list[str]:
    """Name the named prices that the settings write."""
    names = {"named_price": [crm.special_price_name], "price": [crm.regular_price_name], "off": []}
    return names[crm.special_target]


def custom_titles(crm: Crm) -> list[str]:
    """Name the custom fields that the settings write."""
    dates = (crm.special_from_field, crm.special_to_field) if crm.special_target == "named_price" else ()
    return [title for title in (*dates, crm.description_target, crm.images_target) if title]


def stale_prices(sent: Sent, crm: Crm) -> dict[str, str]:
    """Give the named prices that were sent under other names than today's."""
    return {name: value for name, value in _left(sent, _PRICE) if name not in price_names(crm)}


def stale_days(sent: Sent, crm: Crm) -> dict[str, str]:
    """Give the days of specials that were sent to other custom fields than today's."""
    found = {title: value for title, value in _left(sent, _FIELD) if title not in custom_titles(crm)}
    return {title: value for title, value in found.items() if _DAY.fullmatch(value)}


def _left(sent: Sent, kind: str) -> Iterator[tuple[str, str]]:
    for place, value in sent.items():
        if value and place.startswith(kind):
            yield place.removeprefix(kind), value
