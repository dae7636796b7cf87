"""
The travel club of the demo: forty contacts, what they bought in four years, and what it comes to for each.

Three directions, which are the portal's funnels; the youngest has sold for two years only. Families share a
deal, one deal is in euros, one has nobody's name on it, one was lost. Two people have only asked so far. The
last year is the present one, so that the page's figures are of today.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sandbox.demo.people import person, spelled

DIRECTIONS = {0: "Авторские туры", 3: "Экспедиции", 5: "Детские смены"}
YOUNGEST = 5
THIS_YEAR = datetime.now(ZoneInfo("Europe/Moscow")).year
YEARS = range(THIS_YEAR - 3, THIS_YEAR + 1)
CONTACTS = range(501, 541)
BUYERS = range(501, 539)
FAMILIES = {503: (504, 505), 510: (511,), 520: (521, 522), 530: (531,)}  # who travels with whom
RATES = {"RUB": Decimal(1), "EUR": Decimal("95.1")}  # the portal's own

REOPENED = 1006  # a deal of one contact
LEFT_DEAL, LEFT = 1014, 505  # of a family of three one does not come along

Row = dict[str, Any]
Totals = Mapping[tuple[int, int, int], int]  # contact, direction, year: kopecks


class Deal(NamedTuple):
    """A deal that was won, or (``stage`` F) lost."""

    number: int
    direction: int
    year: int
    amount: str
    contacts: tuple[int, ...]
    currency: str = "RUB"
    stage: str = "S"


def deals() -> list[Deal]:
    """Return the deals that are closed when the story begins."""
    return [
        *map(_usual, range(1, 61)),
        Deal(1061, 3, THIS_YEAR, "1450.50", (512,), currency="EUR"),
        Deal(1062, 0, THIS_YEAR, "999.99", ()),
        Deal(1063, 3, THIS_YEAR, "310000.00", (540,), stage="F"),
    ]


def later_deals() -> list[Deal]:
    """Return those that are won once a deal was reopened, and one of a family has left theirs."""
    return [
        deal._replace(contacts=tuple(each for each in deal.contacts if each != LEFT))
        if deal.number == LEFT_DEAL
        else deal
        for deal in deals()
        if deal.number != REOPENED
    ]


def totals(closed: Iterable[Deal]) -> Totals:
    """
    Work out in plain loops what each contact bought, by direction and year, in kopecks.

    A deal is shared equally; kopecks that are left over go to the contacts with the lowest numbers.
    """
    found: Counter[tuple[int, int, int]] = Counter()
    for deal in closed:
        if deal.stage == "S" and deal.contacts:
            each, over = divmod(kopecks(deal), len(deal.contacts))
            for place, contact in enumerate(sorted(deal.contacts)):
                found[contact, deal.direction, deal.year] += each + (place < over)
    return found


def kopecks(deal: Deal) -> int:
    """Return the sum of a deal in kopecks, halves away from zero."""
    return int((Decimal(deal.amount) * RATES[deal.currency] * 100).quantize(Decimal(1), ROUND_HALF_UP))


def field(direction: int, year: int) -> str:
    """Name the portal's field for a total."""
    return f"UF_CRM_SUM_{direction}_{year}"


def funnels() -> list[Row]:
    """Return the directions as the portal's funnels."""
    return [
        {"id": number, "name": name, "sort": 100 * place}
        for place, (number, name) in enumerate(DIRECTIONS.items(), 1)
    ]


def contact_rows() -> Iterator[Row]:
    """Yield the contacts as the portal keeps them, telephones spelled as people do."""
    for number in CONTACTS:
        who = person(number)
        name, last_name = who.name.split(" ")
        yield {
            **{"id": number, "name": name, "lastName": last_name},
            **{"phones": [spelled(who.phone, number)], "emails": [who.email]},
        }


def deal_rows() -> Iterator[Row]:
    """Yield the closed deals as the portal keeps them; the close date is the day of the trip."""
    for deal in deals():
        won = f"{deal.year - 1}-12-20T12:00:00+03:00"  # trips are paid in the winter before
        yield {
            **{"id": deal.number, "title": f"Поездка {deal.number}", "categoryId": deal.direction},
            **{"stageSemanticId": deal.stage, "closedate": f"{deal.year}-{_month(deal.number):02d}-15"},
            **{"opportunity": float(deal.amount), "currencyId": deal.currency},
            **{"contactIds": list(deal.contacts)},
            **{"createdTime": won, "movedTime": won, "updatedTime": won, "begindate": won[:10]},
        }


def _usual(place: int) -> Deal:
    """Make up a deal in roubles, the same each time; every buyer gets at least one."""
    direction = tuple(DIRECTIONS)[place % 3]
    year = YEARS[2 + place % 2] if direction == YOUNGEST else YEARS[place % 4]
    buyer = BUYERS[place * 11 % len(BUYERS)]
    amount = f"{40_000 + place * 7919 % 260_000}.{place * 37 % 100:02d}"
    return Deal(1000 + place, direction, year, amount, (buyer, *FAMILIES.get(buyer, ())))


def _month(number: int) -> int:
    return number % 12 + 1
