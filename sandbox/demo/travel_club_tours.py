"""
The travel club's tours, and the deals in which people ask for them: products of the portal's catalogue.

Ten deals name one tour (one of them by its second departure, one beside an insurance), one names two by
mistake, and one names none yet.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sandbox.demo.travel_club import THIS_YEAR

TOURS, DEPARTURES, SERVICES = 25, 26, 40  # catalogues: tours, their other departures, and what is no tour
ENDS, BEGINS, ARTICLE, GUIDES = 301, 302, 303, 304  # properties of tours
DEPARTURE_ENDS, DEPARTURE_BEGINS = 401, 402
DEPARTURE, INSURANCE = 7011, 9001
NEXT_YEAR = THIS_YEAR + 1
OPENED = f"{NEXT_YEAR}-01-15"  # the close date of a deal, before it has the tour's
_SIMPLE, _VARIATION = 1, 4  # types of a deal's rows

Row = dict[str, Any]


class Tour(NamedTuple):
    """A tour, or (``parent``) another departure of one; what it does not say, its parent says."""

    number: int
    name: str
    begins: str
    ends: str
    article: str = ""
    guides: Sequence[str] = ()
    parent: int = 0


class Request(NamedTuple):
    """A deal in work, with the products that were put into it."""

    number: int
    direction: int
    contact: int
    products: Sequence[int]


CATALOGUE = (
    Tour(
        *(7001, "Камчатка: вулканы и океан", f"{NEXT_YEAR}-08-10", f"{NEXT_YEAR}-08-21", "KMC-08"),
        guides=("Михаил Р.", "Анна С."),
    ),
    Tour(
        *(7002, "Алтай: к подножию Белухи", f"{NEXT_YEAR}-07-02", f"{NEXT_YEAR}-07-13", "ALT-07"),
        guides=("Глеб Т.",),
    ),
    Tour(7003, "Байкал: зимний лёд", f"{NEXT_YEAR}-02-27", f"{NEXT_YEAR}-03-06", "BKL-02"),
    Tour(7004, "Кольский: северное сияние", f"{NEXT_YEAR}-01-20", f"{NEXT_YEAR}-01-25", "KLS-01"),
    Tour(
        *(7005, "Смена «Маяк», Карелия", f"{NEXT_YEAR}-06-05", f"{NEXT_YEAR}-06-18", "MAY-06"),
        guides=("Вера Л.",),
    ),
    Tour(DEPARTURE, "Камчатка, второй заезд", f"{NEXT_YEAR}-08-24", f"{NEXT_YEAR}-09-04", parent=7001),
)
REQUESTS = (
    Request(2001, 3, 501, (7001,)),
    Request(2002, 3, 507, (7001,)),
    Request(2003, 3, 539, (7002,)),
    Request(2004, 3, 514, (7002,)),
    Request(2005, 3, 540, (7003,)),
    Request(2006, 3, 518, (7004,)),
    Request(2007, 5, 503, (7005,)),
    Request(2008, 5, 530, (7005,)),
    Request(2009, 3, 525, (DEPARTURE,)),
    Request(2010, 3, 533, (7001, INSURANCE)),
    Request(2011, 3, 510, (7002, 7003)),  # two tours
    Request(2012, 3, 536, ()),
)
MOVED = 7001  # the tour that begins a week later from some day on
MOVED_DAYS = (f"{NEXT_YEAR}-08-17", f"{NEXT_YEAR}-08-28")


def tour_of(request: Request) -> Tour | None:
    """Return the one tour that a deal names; None where there is none, or more than one."""
    named = [tour for tour in CATALOGUE if tour.number in request.products]
    return named[0] if len(named) == 1 else None


def becomes(request: Request, moved: bool = False) -> Row:
    """Return what a deal should hold of its tour; of one without the one tour, what people have typed."""
    tour = tour_of(request)
    if tour is None:
        return {"title": title(request), "closedate": OPENED, "UF_CRM_ARTICLE": None, "UF_CRM_GUIDES": None}
    said = next((each for each in CATALOGUE if each.number == tour.parent), tour)
    begins, ends = MOVED_DAYS if moved and tour.number == MOVED else (tour.begins, tour.ends)
    return {
        **{"title": tour.name, "begindate": begins, "closedate": ends},
        **{"UF_CRM_ARTICLE": said.article, "UF_CRM_GUIDES": "; ".join(said.guides) or None},
    }


def title(request: Request) -> str:
    """Return how a deal is called before it has a tour."""
    return f"Заявка с сайта {request.number}"


def catalogs() -> list[Row]:
    """Return the portal's catalogues."""
    whole = {"productIblockId": None, "skuPropertyId": None}
    return [
        {"id": TOURS, "iblockId": TOURS, "name": "Туры", **whole},
        {
            "id": DEPARTURES,
            "iblockId": DEPARTURES,
            "name": "Заезды",
            "productIblockId": TOURS,
            "skuPropertyId": 98,
        },
        {"id": SERVICES, "iblockId": SERVICES, "name": "Услуги", **whole},
    ]


def properties() -> list[Row]:
    """Return the properties of tours and departures."""
    days = {"userType": "Date"}
    return [
        {"id": ENDS, "iblockId": TOURS, "name": "Окончание", "code": "DATE_END", **days},
        {"id": BEGINS, "iblockId": TOURS, "name": "Начало", "code": "DATE_START", **days},
        {"id": ARTICLE, "iblockId": TOURS, "name": "Артикул", "code": "ARTICLE"},
        {"id": GUIDES, "iblockId": TOURS, "name": "Гиды", "code": "GUIDES", "multiple": "Y"},
        {"id": DEPARTURE_ENDS, "iblockId": DEPARTURES, "name": "Окончание", "code": "DATE_END", **days},
        {"id": DEPARTURE_BEGINS, "iblockId": DEPARTURES, "name": "Начало", "code": "DATE_START", **days},
    ]


def deal_fields() -> list[Row]:
    """Return the own fields of deals that the tours' data goes to."""
    return [{"name": name, "type": "string", "entity": "deal"} for name in ("ARTICLE", "GUIDES")]


def products() -> Iterator[Row]:
    """Yield the tours and the insurance as the portal keeps them."""
    for tour in CATALOGUE:
        yield {"id": tour.number, "name": tour.name, **(_departure(tour) if tour.parent else _tour(tour))}
    yield {"id": INSURANCE, "iblockId": SERVICES, "name": "Страховка"}


def moved_days() -> Row:
    """Return the properties of the tour that was moved."""
    begins, ends = MOVED_DAYS
    return {f"property{BEGINS}": _value(begins), f"property{ENDS}": _value(ends)}


def request_rows() -> Iterator[Row]:
    """Yield the deals in work as the portal keeps them."""
    for request in REQUESTS:
        yield {
            **{"id": request.number, "title": title(request), "categoryId": request.direction},
            **{"contactIds": [request.contact], "closedate": OPENED, "opportunity": 0, "currencyId": "RUB"},
        }


def product_rows() -> dict[str, list[Row]]:
    """Return the products of the deals."""
    return {
        str(request.number): [
            {"productId": product, "type": _VARIATION if product == DEPARTURE else _SIMPLE}
            for product in request.products
        ]
        for request in REQUESTS
    }


def _tour(tour: Tour) -> Row:
    guides = [_value(name) for name in tour.guides]
    return {
        **{"iblockId": TOURS, "xmlId": f"tour-{tour.number}", f"property{ARTICLE}": _value(tour.article)},
        **{f"property{BEGINS}": _value(tour.begins), f"property{ENDS}": _value(tour.ends)},
        f"property{GUIDES}": guides or None,
    }


def _departure(tour: Tour) -> Row:
    return {
        **{"iblockId": DEPARTURES, "parentId": {"value": str(tour.parent), "valueId": "55"}},
        **{
            f"property{DEPARTURE_BEGINS}": _value(tour.begins),
            f"property{DEPARTURE_ENDS}": _value(tour.ends),
        },
    }


def _value(text: str) -> Row:
    """Spell a property's value; days as people write them in the catalogue."""
    if len(text) == len(OPENED) and text[4] == text[7] == "-":
        text = f"{text[8:]}.{text[5:7]}.{text[:4]}"
    return {"value": text, "valueId": "1"}
