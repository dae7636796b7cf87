"""
Dates as each service of Calltouch writes them (calltouch 2.1, 4, 9).

Three orders of day and month are in use, so that each is spelt here and nowhere else.
"""

from datetime import date, datetime, tzinfo

_LEAD_SERVICE = "%d-%m-%Y %H:%M:%S"


def lead_service(moment: datetime, zone: tzinfo) -> str:
    """Spell a moment for the bodies of lead-service: ``15-03-2023 17:21:44``, wall clock of ``zone``."""
    return moment.astimezone(zone).strftime(_LEAD_SERVICE)


def from_lead_service(text: str, zone: tzinfo) -> datetime:
    """Read back what ``lead_service`` spelt. Raises ValueError for anything else."""
    return datetime.strptime(text, _LEAD_SERVICE).replace(tzinfo=zone)


def calls_day(day: date) -> str:
    """Spell a day for the journals of calls and of deals: ``15/03/2023``."""
    return day.strftime("%d/%m/%Y")


def requests_day(day: date) -> str:
    """Spell a day for the journal of requests, which puts the month first: ``03/15/2023``."""
    return day.strftime("%m/%d/%Y")
