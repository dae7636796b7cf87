"""
Landed pages of 1C as rows of orders, their lines, shipments and returns (onec-odata 8 and 9).

One pass: a page of documents comes after everything that is needed to understand it. A document that cannot
be read is set aside as a refusal, and the others go on.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from include.errors import BadFile
from include.onec.asks import REF, TITLE, Asks
from include.onec.catalogs import Catalogs, Contacts, Normalise
from include.onec.closing import closed_at
from include.onec.decode import reference, text, typed_reference, typed_text
from include.onec.heads import BadDocument, Head, Heads
from include.onec.lines import Lines
from include.onec.links import Links
from include.onec.pages import Page
from include.onec.profits import Profits
from include.onec.rows import Batch, ErpOrderLineRow, ErpOrderRow, RefusalRow
from include.onec.sales import Sales
from include.onec.schema import Schema
from include.settings.onec_profile import OrderDocument, Profile

BAD_DOCUMENT, PHONE_DROPPED = "BAD_DOCUMENT", "PHONE_DROPPED"
TITLES = {"customer_order": "Заказ покупателя", "work_order": "Заказ-наряд"}
Row = Mapping[str, Any]


def batches(
    pages: Iterable[Page],
    profile: Profile,
    zone: ZoneInfo,
    phones: Normalise,
    emails: Normalise,
    dropped: Normalise,
) -> Iterator[Batch]:
    """
    Give what each page of documents holds; the three functions read what people have typed.

    Raises BadFile when these are not the pages of a reading.
    """
    pages = iter(pages)
    first = next(pages, None)
    if first is None or first.role != "schema":
        raise BadFile("Сохранённые страницы 1С начинаются не с описания базы: прочитайте документы заново.")
    asks = Asks(profile, Schema(**first.rows[0]))
    reading = _Reading(asks, Catalogs(asks, phones, emails, dropped), zone)
    for page in pages:
        match page.role:
            case "orders":
                yield reading.orders(page)
            case "shipments" | "returns":
                yield reading.sales(page)
            case _:
                reading.learn(page)


class _Reading:
    """What was read so far, and how documents are made of it."""

    def __init__(self, asks: Asks, catalogs: Catalogs, zone: ZoneInfo) -> None:
        self._asks = asks
        self._profile = asks.profile
        self._catalogs = catalogs
        self._heads = Heads(asks, catalogs, zone)
        self._links, self._lines, self._profits = Links(asks), Lines(asks), Profits(asks)
        self._sales = Sales(asks, self._heads, self._links, self._profits)
        self._positions = count(1)

    def learn(self, page: Page) -> None:
        match page.role:
            case "lines":
                self._lines.learn(page.entity, page.rows)
            case "sale_lines":
                self._sales.parts.learn(page.entity, page.rows)
            case "bases":
                self._links.learn(page.entity, page.rows)
            case "profits":
                self._profits.learn(page.rows)
            case _:
                self._catalogs.learn(page)

    def orders(self, page: Page) -> Batch:
        order = next(order for order in self._profile.orders if order.entity == page.entity)
        batch = Batch.empty(page.unchanged, page.deleted)
        for position, row in zip(self._positions, page.rows, strict=False):
            try:
                made = self._order(order, row)
                lines = self._order_lines(made.order_ref)
            except BadDocument as problem:
                batch.refusals.append(self._refusal(position, page.entity, row, problem))
                continue
            batch.orders.append(made)
            batch.lines.extend(lines)
            if dropped := self._contacts(row, made.contractor_ref).dropped:
                note = json.dumps({"dropped": len(dropped)})
                batch.notes.append(RefusalRow(position, page.entity, made.order_ref, PHONE_DROPPED, note))
        return batch

    def sales(self, page: Page) -> Batch:
        """Read shipments or returns. All are learnt first: one may be based on another."""
        batch = Batch.empty(page.unchanged, page.deleted)
        self._links.learn(page.entity, page.rows)
        for position, row in zip(self._positions, page.rows, strict=False):
            try:
                if page.role == "shipments":
                    shipment, parts = self._sales.shipment(row)
                    batch.shipments.append(shipment)
                else:
                    returned, parts = self._sales.give_back(row)
                    batch.returns.append(returned)
            except BadDocument as problem:
                batch.refusals.append(self._refusal(position, page.entity, row, problem))
            else:
                batch.parts.extend(parts)
        return batch

    def _order(self, order: OrderDocument, row: Row) -> ErpOrderRow:
        names, entity = self._profile.header, order.entity
        head = self._heads.read(entity, row, names.total)
        contractor, organisation = (reference(row.get(n)) for n in (names.contractor, names.organisation))
        contacts = self._contacts(row, contractor)
        return ErpOrderRow(
            **head.columns(),
            phones=contacts.phones,
            emails=contacts.emails,
            order_ref=head.ref,
            kind=order.kind,
            title=self._title(order, head, row),
            ordered_at=head.at,
            contractor_ref=contractor,
            contractor=self._catalogs.name(contractor),
            organisation_ref=organisation,
            organisation=self._catalogs.name(organisation),
            manager=self._catalogs.name(reference(row.get(names.manager))),
            total=head.total,
            profit=self._profit(order, head),
            closed_at=closed_at(self._asks, self._heads, order, head, row),
            base_order_ref=self._links.order_of(self._links.base_of(entity, row)),
            source_short=self._source(entity, row),
            source_full=text(row.get(self._profile.ad_source.full)) if self._profile.ad_source else None,
        )

    def _profit(self, order: OrderDocument, head: Head) -> Decimal | None:
        """Give the profit, in roubles, of an order that is its own shipment."""
        own = self._profits.of(head.ref) if order.shipped_when else None
        return self._profits.in_roubles(own, head.rate)

    def _order_lines(self, ref: str) -> list[ErpOrderLineRow]:
        try:
            return list(self._lines.of(ref, self._catalogs))
        except ValueError:
            raise BadDocument("число в строке заказа не читается или слишком велико") from None

    def _contacts(self, row: Row, contractor: str | None) -> Contacts:
        """
        Take the order's own phones and e-mails, else those of the contractor.

        A contractor that could not be read is no contractor without contacts: with none of its own the order
        is refused, and read again next time, rather than taken for good as one that nobody can be found for.
        """
        names = self._profile.header
        own = self._catalogs.contacts_in(row, names.phones, names.emails)
        if contractor and contractor not in self._catalogs.names and not (own.phones or own.emails):
            raise BadDocument("контрагент заказа не найден в справочнике или недоступен пользователю 1С")
        known = self._catalogs.contacts(contractor)
        chosen = own if own.phones else known
        return Contacts(chosen.phones, own.emails or known.emails, own.dropped or known.dropped)

    def _title(self, order: OrderDocument, head: Head, row: Row) -> str:
        at = head.at
        written = f"{TITLES[order.kind]} {head.number} от {at:%d.%m.%Y} {at.hour}:{at:%M:%S}"
        return text(row.get(TITLE)) or written

    def _source(self, entity: str, row: Row) -> str | None:
        """Read «Источник рекламы»: a text, or the name of what it refers to."""
        if not self._profile.ad_source:
            return None
        short = self._profile.ad_source.short
        match self._asks.schema.kind(entity, short):
            case "reference":
                return self._named(reference(row.get(f"{short}_Key")))
            case "composite":
                return self._named(typed_reference(row, short)[1]) or typed_text(row, short)
        return text(row.get(short))

    def _named(self, ref: str | None) -> str | None:
        """Name what a reference leads to, or give the reference: a value somebody has set is not empty."""
        return self._catalogs.name(ref) or ref

    def _refusal(self, position: int, entity: str, row: Row, problem: BadDocument) -> RefusalRow:
        details = {"problem": str(problem), "number": text(row.get(self._profile.header.number))}
        key = reference(row.get(REF))
        return RefusalRow(position, entity, key, BAD_DOCUMENT, json.dumps(details, ensure_ascii=False))
