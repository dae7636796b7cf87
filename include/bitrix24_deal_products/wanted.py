"""What a product asks of the deal it is attached to (bitrix24 7.1 step 7, 8 P4 to P8)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from include.bitrix24_deal_products.fit import Kind, cut, fit
from include.bitrix24_deal_products.item import Item
from include.bitrix24_deal_products.pick import Goods, Offers
from include.bitrix24_deal_products.properties import plain, texts
from include.bitrix24_deal_products.trip_dates import Trip, day, span
from include.settings.bitrix24_deal_products import Article, DealProductsSettings

TITLE, CLOSEDATE = "title", "closedate"
OWN_KINDS = {CLOSEDATE: Kind("date"), "begindate": Kind("date")}
BAD_DATE, BAD_PROPERTY, VALUE_CUT = "B24_BAD_TRIP_DATE", "B24_BAD_PROPERTY", "B24_VALUE_CUT"

Value = str | list[str] | None


class Rules(NamedTuple):
    """The settings, and what each field of the portal's deals holds."""

    settings: DealProductsSettings
    kinds: Mapping[str, Kind]

    def kind(self, field: str) -> Kind:
        """Say what a field holds; of the portal's own ones everybody knows it."""
        return self.kinds.get(field) or OWN_KINDS.get(field, Kind())


class Wanted(NamedTuple):
    """
    What the fields of a deal shall be. Nothing (None, []) means that the product says nothing of them.

    ``codes`` and ``details``: what could not be copied.
    """

    values: Mapping[str, Value]
    codes: tuple[str, ...] = ()
    details: Mapping[str, Any] = {}
    name: str | None = None


def wanted(goods: Goods, rules: Rules) -> Wanted:
    """Say what a product asks of a deal."""
    asked = _Asked(goods, rules)
    settings = rules.settings
    name = asked.name()
    if settings.title.copy_name:
        asked.text(TITLE, [name] if name else [])
    asked.days()
    if settings.article:
        asked.text(settings.article.field, _only(asked.article(settings.article)))
    for copied in settings.fields:
        asked.text(copied.field, asked.texts(copied.property), joined=copied.joined)
    codes = [BAD_DATE, BAD_PROPERTY, VALUE_CUT]
    return Wanted(asked.values, tuple(code for code in codes if code in asked.found), asked.told(), name)


class _Asked:
    """What comes together for one product and its variation."""

    def __init__(self, goods: Goods, rules: Rules) -> None:
        self.rules = rules
        self.sources = _sources(goods, rules.settings.catalog.offers)
        self.values: dict[str, Value] = {}
        self.found: dict[str, dict[str, Any]] = {}  # particulars of each code

    def name(self) -> str | None:
        return next((name for item in self.sources if (name := plain(item.name))), None)

    def texts(self, code: str) -> list[str]:
        """Give the values of a property: of the variation if it has any, else of the product."""
        found = (texts(item.properties.get(code)) for item in self.sources)
        return next((values for values in found if values), [])

    def text(self, field: str, values: list[str], *, joined: bool = True) -> None:
        try:
            fitted = fit(values, self.rules.kind(field), joined=joined)
        except ValueError:
            self._note(BAD_PROPERTY, field, _shown(values))
            return
        self.values[field] = fitted.value
        if fitted.is_cut:
            self._note(VALUE_CUT, field, len("; ".join(values)))

    def article(self, article: Article) -> str | None:
        ways = (article.source, article.fallback)
        return next((text for way in ways if (text := self._article(way, article.property))), None)

    def days(self) -> None:
        """Ask for the days of the trip, each where the settings want it."""
        dates = self.rules.settings.dates
        trip = self._range(dates.range.property) if dates.range else self._two()
        first = dates.range or dates.start
        if first and first.field:
            self.day(first.field, trip.start)
        if dates.end and dates.end.field:
            self.day(dates.end.field, trip.end)
        if dates.closedate != "off":
            self.day(CLOSEDATE, trip.end if dates.closedate == "end" else trip.start)

    def day(self, field: str, value: date | None) -> None:
        if value:
            self.values[field] = value.isoformat()

    def told(self) -> dict[str, Any]:
        names = {BAD_DATE: "dates", BAD_PROPERTY: "properties", VALUE_CUT: "cut"}
        return {names[code]: particulars for code, particulars in self.found.items()}

    def _article(self, way: str, code: str | None) -> str | None:
        """Read the article one way; the portal's own number of a product is none (bitrix24 8 P7)."""
        if way == "property":
            return "; ".join(self.texts(code)) if code else None
        if way == "none":
            return None
        for item in self.sources:
            text = plain(item.xml_id if way == "xml_id" else item.code)
            if text and text != str(item.product_id):
                return text
        return None

    def _range(self, code: str) -> Trip:
        values = self.texts(code)
        try:
            return span(" - ".join(values)) if values else Trip()
        except ValueError:
            self._note(BAD_DATE, code, _shown(values))
            return Trip()

    def _two(self) -> Trip:
        dates = self.rules.settings.dates
        trip = Trip(*(self._day(each.property) if each else None for each in (dates.start, dates.end)))
        self._note_missing(trip)
        if trip.start and trip.end and trip.start > trip.end:
            for each, value in ((dates.start, trip.start), (dates.end, trip.end)):
                self._note(BAD_DATE, each.property if each else "", value.isoformat())
            return Trip()
        return trip

    def _note_missing(self, trip: Trip) -> None:
        """Say so when a day of the trip is told, but not the one that the close date is taken from."""
        dates = self.rules.settings.dates
        closing, day = (dates.end, trip.end) if dates.closedate == "end" else (dates.start, trip.start)
        is_half = dates.closedate != "off" and day is None and (trip.start or trip.end)
        if closing and is_half and not self.texts(closing.property):
            self._note(BAD_DATE, closing.property, "")

    def _day(self, code: str) -> date | None:
        values = self.texts(code)
        try:
            return day(" - ".join(values)) if values else None
        except ValueError:
            self._note(BAD_DATE, code, _shown(values))
            return None

    def _note(self, code: str, what: str, value: Any) -> None:
        self.found.setdefault(code, {})[what] = value


def _sources(goods: Goods, offers: Offers) -> list[Item]:
    """Name who tells the values, the first one that tells anything being believed."""
    product, offer = goods
    if offer is None or offers == "parent_only":
        return [product]
    return [offer] if offers == "offer_only" else [offer, product]


def _only(text: str | None) -> list[str]:
    return [text] if text else []


def _shown(values: Iterable[str]) -> str:
    """Give values as a person is shown them, not too long."""
    return str(cut("; ".join(values)).value)
