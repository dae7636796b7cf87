"""What the DAG of deal products promises: its hours, its tasks, its form."""

from dags.bitrix24_deal_products import bitrix24_deal_products
from plugins.pipelines.deal_products_params import PARAMS
from plugins.steps.bitrix24_deal_products import Scope


def test_it_runs_every_quarter_of_an_hour():
    schedule = bitrix24_deal_products().schedule
    assert schedule.expression == "*/15 * * * *"


def test_its_tasks_follow_one_another():
    tasks = [task.task_id for task in bitrix24_deal_products().topological_sort()]
    assert tasks == [
        "choose_portal", "open_run", "settle_deals", "check_catalog", "stage_deals", "stage_products",
        "plan_copies", "send_copies", "report",
    ]  # fmt: skip


def test_a_run_by_schedule_asks_for_nothing_special():
    assert all(not param.value for param in PARAMS.values())
    assert set(Scope._fields) | {"dry_run"} == set(PARAMS)
