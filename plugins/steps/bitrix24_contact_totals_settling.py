"""What the mart remembers of each write, in the transaction that marks it (bitrix24 7.2, 12)."""

from collections.abc import Sequence

from include.bitrix24.names import stamp
from plugins.steps.bitrix24_channels import Settle
from plugins.steps.bitrix24_contact_totals import SQL, Totals
from plugins.warehouse import Warehouse


def totals_settler(job: Totals) -> Settle:
    """Give what remembers totals: taken, not kept, or of a contact that is gone."""
    field = stamp(job.settings.fields.prefix)

    def settle(warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        params = {"action_ids": list(action_ids), "stamp": field}
        warehouse.run_files(SQL, ("settle_totals", "settle_unaccepted", "settle_gone"), params)

    return settle


def settle_fields(warehouse: Warehouse, action_ids: Sequence[int]) -> None:
    """Remember fields that the portal has now."""
    warehouse.run_file(SQL / "settle_fields.sql", {"action_ids": list(action_ids)})
