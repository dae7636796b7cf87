"""The documents of the motor-parts shop's story as rows of its 1C base."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sandbox.demo.motor_shop_goods import (
    GOODS,
    RUB,
    SADOVAYA,
    ZAVODSKAYA,
    ad_source_key,
    contractor,
    contractor_key,
    guid,
    item_key,
    manager_key,
)
from sandbox.demo.motor_shop_story import (
    BEFORE_GO_LIVE,
    DELETED,
    DERIVED,
    EVENTS,
    NOT_POSTED,
    ORDERS,
    TYPED,
    Event,
    NewOrder,
)

Row = dict[str, Any]
Change = dict[str, list[Row]]
CUSTOMER_ORDER, WORK_ORDER = "Document_ЗаказПокупателя", "Document_ЗаказНаряд"
SHIPMENT, RETURN = "Document_РеализацияТоваровУслуг", "Document_ВозвратТоваровОтПокупателя"
INVOICE = "Document_СчетНаОплатуПокупателю"
_WORKS = (11, 12, 13)
_SHIPS = ("ship", "invoice", "draft")
_FAMILIES = {SHIPMENT: 21, RETURN: 22, INVOICE: 23}


def order_key(number: int) -> str:
    """Return the GUID of an order of the story."""
    return guid(11, number)


class Book:
    """Documents of one day, in the order in which they are written."""

    def __init__(self, number: int, first_day: date) -> None:
        self._number = number
        self._first = first_day

    def changes(self) -> Iterator[Change]:
        """Return rows to put into the base, a document or a change at a time."""
        for place, new in enumerate(ORDERS):
            if new.day == self._number:
                yield self._order(new, place % 60)
        if self._number == 1:
            yield self._old_order()
        for place, event in enumerate(EVENTS):
            if event.day == self._number:
                yield from self._event(place, event)

    def _order(self, new: NewOrder, place: int) -> Change:
        row = {
            **head(order_key(new.number), self._at(new.day, 9, place), new.number, new.contractor),
            "Number": _number(new.number),
            "Posted": new.number not in (NOT_POSTED, DELETED),
            "DeletionMark": new.number == DELETED,
            **sections(new.lines, new.is_work_order),
        }
        if new.number in DERIVED:
            row |= _base(CUSTOMER_ORDER, order_key(DERIVED[new.number]))
        if name := TYPED.get(new.number):
            row |= {"ИсточникРекламы_Key": ad_source_key(name), "ПолноеНаименованиеИсточникаРекламы": name}
        return {_entity(new.number): [row]}

    def _old_order(self) -> Change:
        row = head(order_key(BEFORE_GO_LIVE), "2025-11-20T12:00:00", BEFORE_GO_LIVE, 17)
        return {CUSTOMER_ORDER: [{**row, "Number": _number(101), **sections({1: 1}, False)}]}

    def _event(self, place: int, event: Event) -> Iterator[Change]:
        at, key = self._at(event.day, 14, place), order_key(event.number)
        match event.what:
            case what if what in _SHIPS:
                yield from self._shipment(place, event, at)
            case "return":
                base = _base(SHIPMENT, _shipment_key(event.number)) if event.number else {}
                yield {RETURN: [_sale(RETURN, place, event, at) | base]}
            case "post" | "unpost":
                yield {SHIPMENT: [{"Ref_Key": _shipment_key(event.number), "Posted": event.what == "post"}]}
            case "close":
                yield {WORK_ORDER: [{"Ref_Key": key, "ДатаЗакрытия": at}]}
            case "edit":
                works = event.number >= 150
                yield {_entity(event.number): [{"Ref_Key": key, **sections(event.lines, works)}]}
            case "contact":
                yield {"Catalog_Контрагенты": [contractor(_contractor_of(event.number), known_at_last=True)]}

    def _shipment(self, place: int, event: Event, at: str) -> Iterator[Change]:
        base = _base(_entity(event.number), order_key(event.number)) if event.number else {}
        if event.what == "invoice":
            invoice = _sale(INVOICE, place, event, at) | base
            yield {INVOICE: [invoice]}
            base = _base(INVOICE, invoice["Ref_Key"])
        yield {SHIPMENT: [_sale(SHIPMENT, place, event, at) | base | {"Posted": event.what != "draft"}]}

    def _at(self, number: int, hour: int, place: int) -> str:
        moment = datetime.combine(self._first + timedelta(days=number - 1), time(hour))
        return (moment + timedelta(minutes=3 * place, seconds=place)).isoformat()


def _shipment_key(order: int) -> str:
    """Return the GUID of the order's first shipment."""
    shipped = (place for place, event in enumerate(EVENTS) if event.number == order and event.what in _SHIPS)
    place = next(shipped)
    return guid(_FAMILIES[SHIPMENT], place)


def _contractor_of(order: int) -> int:
    return next((new.contractor for new in ORDERS if new.number == order), 17)


def _entity(number: int) -> str:
    return WORK_ORDER if 150 <= number < 250 else CUSTOMER_ORDER


def _number(number: int) -> str:
    return f"{'СД' if number < 200 else 'ЗВ'}00-{number:06d}"


def _sale(entity: str, place: int, event: Event, at: str) -> Row:
    contractor_number = _contractor_of(event.number)
    common = head(guid(_FAMILIES[entity], place), at, event.number, contractor_number)
    return {**common, "Number": f"{place:08d}", **sections(event.lines, None)}


def head(key: str, at: str, number: int, contractor_number: int) -> Row:
    """Return what all documents have; the number tells the organisation."""
    return {
        "Ref_Key": key,
        "Date": at,
        "Posted": True,
        "Контрагент_Key": contractor_key(contractor_number),
        "Организация_Key": SADOVAYA if number < 200 else ZAVODSKAYA,
        "Ответственный_Key": manager_key(number),
        "Валюта_Key": RUB,
        "КурсВзаиморасчетов": 1,
        "КратностьВзаиморасчетов": "1",
    }


def _base(entity: str, key: str) -> Row:
    return {"ДокументОснование": key, "ДокументОснование_Type": f"StandardODATA.{entity}"}


def sections(lines: Mapping[int, float], works: bool | None) -> Row:
    """Return the lines by section, and the sum; ``works``: a section of works, of services, or neither."""
    rows = {number: _line(number, quantity) for number, quantity in lines.items()}
    total = sum(row["Сумма"] for row in rows.values())
    if works is None:
        return {"Товары": list(rows.values()), "СуммаДокумента": total}
    done = [row for number, row in rows.items() if number in _WORKS]
    goods = [row for number, row in rows.items() if number not in _WORKS]
    return {"Товары": goods, "Работы" if works else "Услуги": done, "СуммаДокумента": total}


def _line(number: int, quantity: float) -> Row:
    price = GOODS[number].price
    return {
        "Номенклатура_Key": item_key(number),
        "Количество": quantity,
        "Цена": price,
        "Сумма": price * quantity,
    }
