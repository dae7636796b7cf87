"""The people of a shop, for tests that need documents and calls of their own rather than the demo's story."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, RETURN, SHIPMENT, WORK_ORDER, head, sections
from sandbox.demo.motor_shop_goods import SADOVAYA, ZAVODSKAYA, catalogs, guid, phone
from sandbox.demo.motor_shop_leads import SITES
from tests.calltouch_orders.shop import FIRST_DAY, Shop

Lines = Mapping[int, float]
FAMILIES = {CUSTOMER_ORDER: 31, WORK_ORDER: 32, SHIPMENT: 33, RETURN: 34}
SILENT = 6  # a contractor without a phone or an e-mail; of others the demo says what they have
GOOGLE = {"source": "Google карты", "medium": "offline", "campaign": "Google", "keyword": "<не указано>"}
TAGS = {"main": "Садовая", "service": "Заводская"}


class Desk:
    """They write documents in 1C, clients call; ``today`` is the day of all of it. The shop is open anew."""

    def __init__(self, shop: Shop, today: date = FIRST_DAY) -> None:
        self._shop, self._today = shop, today
        shop.onec.order(put=catalogs())

    def order(
        self,
        number: int,
        contractor: int,
        lines: Lines,
        *,
        works: bool = False,
        account: str = "main",
        hour: int = 10,
        **fields: Any,
    ) -> str:
        """Write an order, or a work order; give its GUID."""
        entity = WORK_ORDER if works else CUSTOMER_ORDER
        row = self._head(entity, number, contractor, hour) | sections(lines, works)
        row |= {"Организация_Key": ZAVODSKAYA if account == "service" else SADOVAYA, **fields}
        return self._put(entity, row)

    def ship(
        self, number: int, order: str, lines: Lines, *, hour: int = 14, works: bool = False, **fields: Any
    ) -> str:
        """Ship something of an order; give the shipment's GUID."""
        base = based_on(WORK_ORDER if works else CUSTOMER_ORDER, order)
        return self._sale(SHIPMENT, number, lines, base, hour, fields)

    def give_back(self, number: int, shipment: str, lines: Lines, *, hour: int = 16, **fields: Any) -> str:
        """Take something of a shipment back; give the return's GUID."""
        return self._sale(RETURN, number, lines, based_on(SHIPMENT, shipment), hour, fields)

    def close(self, order: str, hour: int = 17) -> None:
        """Close a work order."""
        self._shop.onec.order(close=order, at=self.at(hour))

    def change(self, entity: str, ref: str, **fields: Any) -> None:
        """Change fields of a document."""
        self._shop.onec.order(put={entity: [{"Ref_Key": ref, **fields}]})

    def call(
        self, number: int, contractor: int, account: str = "main", hours_before: float = 2, **lead: Any
    ) -> None:
        """Let a client call, some hours before ten in the morning."""
        at = datetime.combine(self._today, time(10)) - timedelta(hours=hours_before)
        call = {
            **{"kind": "call", "id": number, "date": at.isoformat(), "phones": [phone(contractor)]},
            **{"tags": [TAGS[account]], **GOOGLE},
        }
        self._shop.control.calltouch(SITES[account]).add_leads(call | lead)

    def _sale(
        self,
        entity: str,
        number: int,
        lines: Lines,
        base: Mapping[str, str],
        hour: int,
        fields: Mapping[str, Any],
    ) -> str:
        row = self._head(entity, number, 1, hour) | sections(lines, None) | base
        return self._put(entity, {**row, **fields})

    def _head(self, entity: str, number: int, contractor: int, hour: int) -> dict[str, Any]:
        row = head(guid(FAMILIES[entity], number), self.at(hour), number, contractor)
        return {**row, "Number": f"ТС00-{number:06d}"}

    def at(self, hour: int) -> str:
        """Give an hour of the day as 1C has it."""
        return datetime.combine(self._today, time(hour)).isoformat()

    def _put(self, entity: str, row: Mapping[str, Any]) -> str:
        self._shop.onec.order(put={entity: [row]})
        return str(row["Ref_Key"])


def based_on(entity: str, ref: str) -> dict[str, str]:
    """Give the fields that name a document's base."""
    return {"ДокументОснование": ref, "ДокументОснование_Type": f"StandardODATA.{entity}"}


def ref_of(entity: str, number: int) -> str:
    """Give the GUID of a document."""
    return guid(FAMILIES[entity], number)
