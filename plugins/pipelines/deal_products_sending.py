"""Where the actions of ``bitrix24_deal_products`` go: deals of the portal."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import get_current_context

from include.bitrix24.sizes import BatchSize
from plugins.operators.apply_actions import Sending
from plugins.pipelines.bitrix24_deal_products import DEAL_PRODUCTS
from plugins.pipelines.bitrix24_portal import portal_hook
from plugins.steps.bitrix24_channels import DEAL, SetValues
from plugins.steps.bitrix24_deal_products import KINDS, SQL, TARGET
from plugins.steps.bitrix24_deal_products_catalog import known_kinds
from plugins.steps.bitrix24_open_deals import SetOpenDeals
from plugins.warehouse import Warehouse

FIRST_BATCH = 20  # updates of a request until we know how quick the portal is (bitrix24 5)
UNSENT = ("product_id",)  # told in an action for people to read


def to_portal(warehouse: Warehouse, run: Any) -> Sending:
    """Say how what a run has planned reaches the portal."""
    job = DEAL_PRODUCTS.job(DEAL_PRODUCTS.load(), run, get_current_context()["params"])
    hook = portal_hook(warehouse, job.settings.portal)
    size = BatchSize(FIRST_BATCH)
    types = {name: kind.type for name, kind in known_kinds(warehouse, job).items()}
    options: dict[str, Any] = {"size": size, "unsent": UNSENT, "types": types}
    fields, repairs = KINDS
    channels = [
        SetOpenDeals(hook, fields, merge_written, warehouse=warehouse, **options),
        SetValues(hook, repairs, DEAL, merge_written, **options),
    ]
    return Sending(TARGET, job.account, channels)


def merge_written(warehouse: Warehouse, action_ids: Sequence[int]) -> None:
    """Remember what deals hold now."""
    warehouse.run_file(SQL / "merge_written.sql", {"action_ids": list(action_ids)})
