"""Write the demo's payments down in the three layouts that their sources use."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sandbox.demo.people import person, spelled
from sandbox.demo.story import FIRST_DAY, STORY, Payment

SOURCES = tuple(STORY)
ADMITAD = "http://admitad.com/payments-revision"


def export(source: str, version: int) -> bytes:
    """Return a source's file as its owner publishes it. Raises ValueError for a version there is not."""
    if source not in STORY or not 1 <= version <= len(STORY[source]):
        raise ValueError(f"no version {version} of {source!r}")
    return _WRITERS[source](STORY[source][version - 1](), version)


def _deal_export(payments: list[Payment], version: int) -> bytes:
    generated = (FIRST_DAY + timedelta(days=28 + version)).isoformat()
    root = Element("deal_export", version="1.0", generated_at=generated, currency="RUB")
    for payment in payments:
        record = SubElement(root, "record")
        _add(record, "id", payment.record_id)
        _add(record, "conversion_id", payment.conversion_id)
        _add(record, "deal_id", payment.deal_id)
        _add(record, "status", payment.status)
        _add(record, "deal_date", payment.deal_date.isoformat() if payment.deal_date else None)
        _add(record, "payment_date", payment.paid_at.isoformat())
        _add(record, "actual_amount", payment.amount)
        _add(record, "potential_amount", payment.potential)
        _add(record, "currency", payment.currency)
        _add(record, "comment", payment.comment)
        _add_client(SubElement(record, "client"), payment)
    return _text(root, "utf-8")


def _add_client(client: Element, payment: Payment) -> None:
    who = person(payment.holder)
    phone = spelled(person(payment.phone_of or payment.holder).phone, payment.holder)
    contacts = {"tsuid": who.tsuid, "phone": phone, "email": who.email}
    for kind in payment.by:
        _add(client, kind, contacts[kind])
    _add(client, "name", who.name)
    SubElement(client, "field", name="city").text = who.city


def _admitad(payments: list[Payment], version: int) -> bytes:
    root = Element("Payments", xmlns=ADMITAD)
    for payment in payments:
        who, record = person(payment.holder), SubElement(root, "Payment")
        _add(record, "OrderID", payment.record_id)
        _add(record, "Status", payment.status)
        _add(record, "OrderAmount", payment.amount)
        _add(record, "currency_code", "RUB")
        _add(record, "PaymentDate", f"{payment.paid_at:%Y-%m-%d %H:%M:%S}")
        _add(record, "ClientId", who.tsuid if "tsuid" in payment.by else None)
        _add(record, "Phone", spelled(who.phone, payment.holder))
        _add(record, "Email", who.email)
    return _text(root, "utf-8")


def _commerceml(payments: list[Payment], version: int) -> bytes:
    made = FIRST_DAY + timedelta(days=28 + version)
    root = Element("КоммерческаяИнформация", ВерсияСхемы="2.08", ДатаФормирования=f"{made:%Y-%m-%dT%H:%M:%S}")
    for payment in payments:
        record = SubElement(root, "Документ")
        _add(record, "Ид", payment.record_id)
        _add(record, "Номер", payment.record_id)
        _add(record, "Дата", f"{payment.paid_at:%Y-%m-%d}")
        _add(record, "ХозОперация", "Возврат товара" if payment.is_return else "Заказ товара")
        _add(record, "Роль", "Продавец")
        _add(record, "Валюта", "RUB")
        _add(record, "Сумма", payment.amount)
        _add_contractor(SubElement(record, "Контрагенты"), payment)
        _add(record, "Время", f"{payment.paid_at:%H:%M:%S}")
        values = SubElement(record, "ЗначенияРеквизитов")
        _add_value(values, "Номер заказа на сайте", payment.deal_id)
        _add_value(values, "Статус заказа", payment.status)
    return _text(root, "windows-1251")


def _add_contractor(contractors: Element, payment: Payment) -> None:
    who, contractor = person(payment.holder), SubElement(contractors, "Контрагент")
    _add(contractor, "Ид", f"{payment.holder:05d}#{who.name}")
    _add(contractor, "Наименование", who.name)
    contacts = SubElement(contractor, "Контакты")
    for kind, title, value in (("email", "Почта", who.email), ("phone", "Телефон рабочий", who.phone)):
        if kind in payment.by:
            contact = SubElement(contacts, "Контакт")
            _add(contact, "Тип", title)
            _add(contact, "Значение", value if kind == "email" else spelled(value, payment.holder))


def _add_value(values: Element, name: str, value: str | None) -> None:
    if value is not None:
        pair = SubElement(values, "ЗначениеРеквизита")
        _add(pair, "Наименование", name)
        _add(pair, "Значение", value)


def _add(parent: Element, name: str, text: str | None) -> None:
    if text is not None:
        SubElement(parent, name).text = text


def _text(root: Element, encoding: str) -> bytes:
    indent(root)
    return bytes(tostring(root, encoding=encoding, xml_declaration=True))


_WRITERS: dict[str, Callable[[list[Payment], int], bytes]] = {
    "main": _deal_export,
    "admitad": _admitad,
    "commerceml": _commerceml,
}
