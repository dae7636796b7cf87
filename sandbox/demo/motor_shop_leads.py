"""The calls and requests that Calltouch holds for the motor-parts shop, as its simulator takes them."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sandbox.demo.motor_shop_goods import email, phone, second_phone

SITES = {"main": "41001", "service": "41002"}
_TAGS = {"main": "Садовая", "service": "Заводская"}
NOT_GIVEN = "<не указано>"
SOURCES = {
    "google": ("Google карты", "offline", "Google", NOT_GIVEN),
    "on_foot": ("yandex_na_hodu", "src", "75344406", "автозапчасти для иномарок"),
    "yandex": ("yandex", "organic", NOT_GIVEN, NOT_GIVEN),
    "vk": ("vk", "cpc", "весна", "шины недорого"),
}


class Lead(NamedTuple):
    """A call or a request, some hours before nine in the morning of a day."""

    account: str
    contractor: int
    source: str
    day: int = 1
    hours_before: int = 3
    by: str = "phone"  # phone, second_phone (a call), email (a request), both (a request)
    tag: str = ""  # empty: the account's own


LEADS = (
    Lead("main", 1, "google"),
    Lead("main", 2, "on_foot", by="both"),
    Lead("main", 3, "vk", hours_before=30),
    Lead("main", 4, "yandex"),
    Lead("main", 5, "yandex", by="email"),
    Lead("main", 7, "google", by="second_phone"),
    Lead("main", 8, "vk"),
    Lead("main", 11, "google"),
    Lead("main", 12, "yandex"),
    Lead("main", 14, "vk"),
    Lead("main", 15, "yandex", hours_before=400),
    Lead("main", 15, "google", hours_before=20),
    Lead("main", 16, "vk", tag="Заводская"),
    Lead("main", 20, "yandex", hours_before=900),
    Lead("service", 31, "google"),
    Lead("service", 32, "yandex"),
    Lead("service", 33, "vk"),
    Lead("service", 36, "on_foot", by="both"),
    Lead("service", 39, "vk"),
    Lead("service", 40, "google"),
    Lead("main", 24, "vk", day=2),
    Lead("main", 25, "google", day=2, by="both"),
    Lead("service", 42, "yandex", day=2),
    Lead("main", 46, "yandex", day=3),
)


def leads(number: int, first_day: date) -> dict[str, list[dict[str, Any]]]:
    """Return the leads that come before a day's orders, by project (site id)."""
    found: dict[str, list[dict[str, Any]]] = {site: [] for site in SITES.values()}
    for place, lead in enumerate(LEADS, 1):
        if lead.day == number:
            found[SITES[lead.account]].append(_lead(place, lead, first_day))
    return found


def _lead(place: int, lead: Lead, first_day: date) -> dict[str, Any]:
    morning = datetime.combine(first_day, time(9)) + timedelta(days=lead.day - 1)
    at = morning - timedelta(hours=lead.hours_before)
    source, medium, campaign, keyword = SOURCES[lead.source]
    number = second_phone(lead.contractor) if lead.by == "second_phone" else phone(lead.contractor)
    return {
        "kind": "request" if lead.by in ("email", "both") else "call",
        "id": 880_000 + place,
        "date": at.isoformat(),
        "phones": [] if lead.by == "email" else [number],
        "emails": [email(lead.contractor)] if lead.by in ("email", "both") else [],
        "tags": [lead.tag or _TAGS[lead.account]],
        **{"source": source, "medium": medium, "campaign": campaign, "keyword": keyword},
    }
