"""What the details of a row of the totals' log say, code by code."""

from collections.abc import Mapping
from datetime import tzinfo

from include.bitrix24_contact_totals.wording import OUTCOMES
from include.wording.messages import Details, Teller
from include.wording.runs import Words


def _message(details: Details, zone: tzinfo) -> str:
    return str(details.get("message") or details.get("error") or "")


TOLD_BY_MESSAGE = (
    "B24_PORTAL_MOVED",
    "B24_POSTPONED",
    "B24_YEAR_OUTSIDE",
    "B24_FIELD_ABANDONED",
    "B24_FIELDS_LIMIT",
    "B24_CLOSEDATE_AUTO",
    "B24_YEARS_DONE",
    "B24_PRESENT_ONLY",
    "B24_REFUSED",
    "B24_NOT_ACCEPTED",
    "B24_FIELD_NOT_CREATED",
    "B24_TOO_MANY_FAILED",
    "B24_SCAN_INCOMPLETE",
    "B24_DEALS_DROPPED",
    "B24_OTHER_PORTAL",
    "B24_CURRENCY_CHANGED",
    "B24_CONTACTS_MISSING",
    "B24_NOT_ADMIN",
    "B24_FUNNEL_UNKNOWN",
    "B24_FIELD_UNFIT",
)
TELLERS: Mapping[str, Teller] = dict.fromkeys(TOLD_BY_MESSAGE, _message)
WORDS = Words(OUTCOMES, TELLERS, "«Клиенты по годам»")
