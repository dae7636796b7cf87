"""A worker that sends what a run has planned: ``python -m tests.calltouch_orders.sender RUN_ID``."""

import sys
from types import SimpleNamespace
from typing import Any

from airflow.sdk.execution_time.context import set_current_context

from plugins.operators.apply_actions import ApplyActionsOperator
from plugins.pipelines.calltouch_params import PARAMS
from plugins.pipelines.calltouch_sending import to_calltouch


def main(run_id: int) -> None:
    """Do what the task ``send_deals`` does."""
    params = {name: param.value for name, param in PARAMS.items()}
    dag_run = SimpleNamespace(run_id="sender", run_type=SimpleNamespace(value="scheduled"), conf={})
    task = SimpleNamespace(try_number=1, max_tries=0)
    context: Any = {"params": params, "dag_run": dag_run, "ti": task}
    operator = ApplyActionsOperator(task_id="send_deals", run_id=run_id, sending=to_calltouch)
    with set_current_context(context):
        operator.execute(context)


if __name__ == "__main__":
    main(int(sys.argv[1]))
