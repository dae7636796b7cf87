"""Rows of an amoCRM account put straight into the warehouse."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugins.steps import ledger
from plugins.warehouse import Warehouse

LANDING, COST, KIND = 1500101, 1500102, 1500103
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
VALUE = ("account", "lead_id", "field_id", "value_index", "value_text", "value_num")


def value(
    lead_id: int, field_id: int, text: str, *, num: Decimal | None = None, index: int = 0
) -> tuple[Any, ...]:
    return ("amocrm", lead_id, field_id, index, text, num)


class Account:
    """An account whose rows are as a run has merged them."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.run_id = self.open_run()
        self._systems: dict[str, int] = {}
        columns = ("account", "account_id", "host", "timezone", "is_filter_enabled", "changed_run_id")
        row = ("amocrm", 31000001, "demo.amocrm.ru", "Europe/Moscow", True, self.run_id)
        warehouse.copy_rows("mart.amocrm_account", columns, [row])
        self.field(LANDING, "text")
        self.field(COST, "numeric")
        self.field(KIND, "select")

    def open_run(self, name: str = "manual__1") -> int:
        run_id = ledger.open_run(self.warehouse, ledger.Occasion("amocrm_statuses", "amocrm", name, "manual"))
        assert run_id is not None
        return run_id

    def next_run(self) -> int:
        ledger.close_run(self.warehouse, self.run_id, "success")
        self.run_id = self.open_run(f"manual__{self.run_id + 1}")
        return self.run_id

    def field(self, field_id: int, kind: str, code: str | None = None) -> None:
        columns = ("account", "entity_type", "field_id", "name", "code", "type", "changed_run_id")
        row = ("amocrm", "leads", field_id, f"Поле {field_id}", code, kind, self.run_id)
        self.warehouse.copy_rows("mart.amocrm_custom_field", columns, [row])

    def system(self, code: str) -> int:
        """Give the system's field of a code; it is made at its first naming."""
        if code not in self._systems:
            self._systems[code] = 1600000 + len(self._systems)
            self.field(self._systems[code], "tracking_data", code)
        return self._systems[code]

    def leads(self, *lead_ids: int, price: str = "1000", created_at: datetime = AT) -> None:
        columns = ("account", "lead_id", "name", "price", "pipeline_id", "status_id", "responsible_user_id")
        columns += ("created_at", "updated_at", "fingerprint", "first_run_id", "changed_run_id")
        common = (
            Decimal(price),
            8200011,
            101,
            9100001,
            created_at,
            created_at,
            "x",
            self.run_id,
            self.run_id,
        )
        rows = [("amocrm", lead_id, f"Сделка {lead_id}", *common) for lead_id in lead_ids]
        self.warehouse.copy_rows("mart.amocrm_lead", columns, rows)

    def values(self, *rows: tuple[Any, ...]) -> None:
        self.warehouse.copy_rows("mart.amocrm_lead_custom_field_value", VALUE, rows)

    def tags(self, *rows: tuple[int, str]) -> None:
        columns = ("account", "lead_id", "tag_id", "name")
        told = [("amocrm", lead_id, number, name) for number, (lead_id, name) in enumerate(rows)]
        self.warehouse.copy_rows("mart.amocrm_lead_tag", columns, told)

    def affect(self) -> None:
        """Say that all leads are built anew."""
        self.warehouse.connection.execute("delete from stage.amocrm_statuses_affected")
        self.warehouse.connection.execute(
            "insert into stage.amocrm_statuses_affected (run_id, lead_id, is_kept) "
            "select %s, lead_id, not is_deleted from mart.amocrm_lead",
            (self.run_id,),
        )

    def stand(
        self, *lead_ids: int, container: str = "new", funnel: str = "licenses", outside: bool = False
    ) -> None:
        """Put leads into a container, as a build has."""
        columns = ("account", "lead_id", "funnel_id", "container_id", "position", "since", "is_outside")
        columns += ("price", "sales_volume", "success_amount", "returned_amount", "history_complete")
        columns += ("created_at", "created_day", "changed_run_id")
        common = (1, AT, outside, 1000, 0, 0, 0, True, AT, AT.date(), self.run_id)
        rows = [("amocrm", lead_id, funnel, container, *common) for lead_id in lead_ids]
        self.warehouse.copy_rows("mart.amocrm_lead_funnel_state", columns, rows)
