"""A portal of any size, for benchmarks: won deals of six years in three funnels, some of them shared."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sandbox.bitrix24_portal import Portal
from sandbox.shelf import Record

FUNNELS = ({"id": 0, "name": "Общая", "sort": 300}, {"id": 3, "name": "Экспедиции", "sort": 200},
           {"id": 5, "name": "Круизы", "sort": 400})  # fmt: skip
FIRST_DAY, DAYS = date(2021, 1, 1), 6 * 365
FIRST_DEAL, FIRST_CONTACT = 40_001, 101
_SHARERS = (0, *[1] * 74, *[2] * 19, *[3] * 5, 7)  # contacts of a hundred deals
_FOREIGN = 0.03


class Size(NamedTuple):
    """How much of everything; the same seed gives the same portal."""

    deals: int
    contacts: int
    seed: int = 1
    open: int = 0  # deals in work, besides


def generate(portal: Portal, size: Size) -> None:
    """Fill a portal; what is in it already stays."""
    portal.keep("funnels", list(FUNNELS))
    portal.shelves["contact"].put(_contacts(size))
    portal.shelves["deal"].put(_deals(size))


def _contacts(size: Size) -> Iterator[Record]:
    for place in range(size.contacts):
        number = FIRST_CONTACT + 2 * place
        phone = {"ID": str(number), "VALUE_TYPE": "WORK", "TYPE_ID": "PHONE"}
        born = "2021-01-01T10:00:00+03:00"
        yield {
            **{"id": number, "name": f"Клиент {number}", "lastName": f"Путешествий {number % 900}"},
            **{"createdTime": born, "updatedTime": born},
            "PHONE": [{**phone, "VALUE": f"+7921{number:07d}"}],
        }


def _deals(size: Size) -> Iterator[Record]:
    chance = random.Random(size.seed)
    for place in range(size.deals + size.open):
        yield _deal(chance, FIRST_DEAL + 3 * place, size, place < size.deals)


def _deal(chance: random.Random, number: int, size: Size, is_won: bool) -> Record:
    funnel = chance.choice(FUNNELS)["id"]
    day = (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat()
    contacts = [FIRST_CONTACT + 2 * chance.randrange(size.contacts) for _ in range(chance.choice(_SHARERS))]
    contacts = list(dict.fromkeys(contacts))
    prefix, moment = f"C{funnel}:" if funnel else "", f"{day}T17:41:09+03:00"
    currency = {"currencyId": "EUR"} if chance.random() < _FOREIGN else {}
    return {
        **{"id": number, "title": f"Путешествие {number}", "categoryId": funnel, "closedate": day},
        **{"stageId": f"{prefix}{'WON' if is_won else 'NEW'}", "stageSemanticId": "S" if is_won else "P"},
        **{"movedTime": moment, "updatedTime": moment, "createdTime": moment, "closed": "NY"[is_won]},
        **{"opportunity": chance.randrange(100_00, 900_000_00) / 100, "contactIds": contacts, **currency},
        "contactId": contacts[0] if contacts else 0,
    }
