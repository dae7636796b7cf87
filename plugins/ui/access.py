"""
Who may see the pages, and who may start the import: whoever may read, or start, runs of the DAG itself.

Airflow does not log callers in for a plugin's app: without these dependencies everyone could read everything.
"""

from typing import Annotated

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, HTTPException, Request

DAG_ID = "deal_import"

may_read = Depends(requires_access_dag("GET", DagAccessEntity.RUN, DAG_ID))
_require_start = requires_access_dag("POST", DagAccessEntity.RUN, DAG_ID)


def _may_start(request: Request, user: GetUserDep) -> bool:
    try:
        _require_start(request, user)
    except HTTPException:
        return False
    return True


MayStart = Annotated[bool, Depends(_may_start)]
