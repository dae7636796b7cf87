"""Pieces of a base for tests: the default profile, its schema, and rows as they come over the wire."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from include.calltouch_orders.contacts import dropped_phones, emails, phones
from include.onec.asks import Asks
from include.onec.documents import batches
from include.onec.pages import Page, Role
from include.onec.rows import Batch
from include.onec.schema import Schema, read_schema
from include.paths import SETTINGS_DIR
from include.settings.onec_profile import Profile
from sandbox.onec_metadata import edmx
from sandbox.onec_schema import schema as sandbox_schema

MOSCOW = ZoneInfo("Europe/Moscow")
ORDER, WORK = "Document_ЗаказПокупателя", "Document_ЗаказНаряд"
SHIPMENT, RETURN = "Document_РеализацияТоваровУслуг", "Document_ВозвратТоваровОтПокупателя"
INVOICE = "Document_СчетНаОплатуПокупателю"
RECORDS = "AccumulationRegister_Продажи_RecordType"
EMPTY, EMPTY_DATE = "00000000-0000-0000-0000-000000000000", "0001-01-01T00:00:00"
UNDEFINED = "StandardODATA.Undefined"
RUB, USD = "00000000-0000-0000-0000-0000000000c1", "00000000-0000-0000-0000-0000000000c2"
IVANOV = "00000000-0000-0000-0000-0000000000a1"


def ref(number: int) -> str:
    """Give a GUID."""
    return f"2c55a318-c2ed-11ed-80d6-{number:012d}"


def profile(**changes: Any) -> Profile:
    """Read the default profile with some sections changed: ``header={"rate": "…"}``."""
    given = yaml.safe_load((SETTINGS_DIR / "calltouch_orders.yaml").read_text("utf-8"))
    found = given["profiles"]["dalion_default"]
    for section, values in changes.items():
        old = found.get(section)
        found[section] = {**old, **values} if isinstance(old, dict) and isinstance(values, dict) else values
    return Profile.model_validate(found)


def schema(source_type: str = "catalog") -> Schema:
    """Read what a base with the default profile publishes."""
    return read_schema(edmx(sandbox_schema(source_type)))


def asks(source_type: str = "catalog", **changes: Any) -> Asks:
    """Give what the default profile asks of that base."""
    return Asks(profile(**changes), schema(source_type))


def order(number: int = 1, /, **changes: Any) -> dict[str, Any]:
    """Give the header of an order."""
    row = {
        "Ref_Key": ref(number),
        "DataVersion": "AAAAAQAAAAA=",
        "Presentation": "",
        "Number": f"ЕР00-{number:06}  ",
        "Date": "2023-03-15T17:21:44",
        "Posted": True,
        "DeletionMark": False,
        "Контрагент_Key": IVANOV,
        "Организация_Key": ref(901),
        "Ответственный_Key": ref(902),
        "СуммаДокумента": 1760,
        "Валюта_Key": RUB,
        "ИсточникРекламы_Key": EMPTY,
        "ПолноеНаименованиеИсточникаРекламы": "",
    }
    return row | changes


def sale(number: int, base: str = EMPTY, entity: str = "", **changes: Any) -> dict[str, Any]:
    """Give the header of a shipment or a return, and what it is based on."""
    kind = f"StandardODATA.{entity}" if entity else UNDEFINED
    row = {
        "Ref_Key": ref(number),
        "DataVersion": "AAAAAQAAAAA=",
        "Number": f"00-{number}",
        "Date": "2023-03-16T10:00:00",
        "Posted": True,
        "DeletionMark": False,
        "СуммаДокумента": 1760,
        "Валюта_Key": RUB,
        "ДокументОснование": base,
        "ДокументОснование_Type": kind,
    }
    return row | changes


def line(order: int, number: int, item: int, **changes: Any) -> dict[str, Any]:
    """Give a row of a section."""
    row = {
        "Ref_Key": ref(order),
        "LineNumber": str(number),
        "Номенклатура_Key": ref(item),
        "Количество": 4,
        "Сумма": 1760,
    }
    return row | changes


def record(document: int, revenue: object, cost: object, **changes: Any) -> dict[str, Any]:
    """Give a record of the register of sales."""
    row = {
        "Recorder": ref(document),
        "Recorder_Type": "",
        "Active": True,
        "Сумма": revenue,
        "Себестоимость": cost,
    }
    return row | changes


def named(key: str, name: str, **more: Any) -> dict[str, Any]:
    """Give an item of a catalog."""
    return {"Ref_Key": key, "Description": name, **more}


def people() -> list[Page]:
    """Give the catalogs that the orders above refer to."""
    return [
        Page("contractors", "Catalog_Контрагенты", [named(IVANOV, "Иванов Иван ")]),
        Page("organisations", "Catalog_Организации", [named(ref(901), "Автозапчасти")]),
        Page("people", "Catalog_Пользователи", [named(ref(902), "Громов Д. В.")]),
        Page(
            "currencies",
            "Catalog_Валюты",
            [named(RUB, "руб.", Code="643 "), named(USD, "USD", Code="840")],
        ),
    ]


def contact(kind: str, shown: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Give a row of contact information."""
    row = {
        "Ref_Key": IVANOV,
        "LineNumber": str(number),
        "Тип": kind,
        "Вид_Key": ref(800),
        "Представление": shown,
    }
    return row | changes


def read(*pages: Page, source_type: str = "catalog", **changes: Any) -> Batch:
    """Read pages after the catalogs, and put all their batches together."""
    first = Page("schema", "$metadata", [schema(source_type)._asdict()])
    found = batches([first, *people(), *pages], profile(**changes), MOSCOW, phones, emails, dropped_phones)
    whole = Batch.empty()
    for batch in found:
        for kind in ("orders", "lines", "shipments", "returns", "parts", "refusals", "notes"):
            getattr(whole, kind).extend(getattr(batch, kind))
        whole = whole._replace(unchanged=whole.unchanged + batch.unchanged)
    return whole


def page(role: Role, entity: str, *rows: dict[str, Any]) -> Page:
    """Give a page."""
    return Page(role, entity, list(rows))


def moscow(*parts: int) -> datetime:
    """Give a moment in Moscow."""
    return datetime(*parts, tzinfo=MOSCOW)  # type: ignore[misc,arg-type]
