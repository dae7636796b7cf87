"""Where the actions of ``amocrm_statuses`` go: leads and statuses to Smart Data Hub, if that is on."""

from typing import Any

from include.settings.amocrm_statuses import AmocrmStatusesSettings, Push, load_amocrm_statuses
from include.vendors.limits import Limits
from plugins.hooks.smart_data_hub import SmartDataHubHook
from plugins.operators.apply_actions import Sending
from plugins.steps.actions import Channel
from plugins.steps.budget import BudgetGate
from plugins.steps.smart_data_hub_channels import CreateLead, CreateStatus
from plugins.warehouse import Warehouse

TARGET = SmartDataHubHook.vendor


def to_smart_data_hub(warehouse: Warehouse, run: Any) -> Sending:
    """Say how what a run has planned reaches Smart Data Hub; nothing does while the push is off."""
    return sending(warehouse, load_amocrm_statuses(), run.run_id)


def sending(warehouse: Warehouse, settings: AmocrmStatusesSettings, run_id: int) -> Sending:
    """Do the same with settings that were read already."""
    push = settings.push
    channels: tuple[Channel, ...] = ()
    if push.enabled:
        hook = hub_hook(warehouse, push)
        channels = (CreateStatus(hook, run_id), CreateLead(hook, run_id))
    return Sending(TARGET, push.connection, channels)


def hub_hook(warehouse: Warehouse, push: Push) -> SmartDataHubHook:
    """Make the hook, behind the pace that all workers keep to together."""
    limits = Limits(calls_per_second=push.requests_per_second)
    return SmartDataHubHook(push.connection, BudgetGate(warehouse, TARGET, push.connection, limits))
