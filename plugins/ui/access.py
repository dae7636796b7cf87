"""
Who may see the pages of a DAG, and who may start it: whoever may read, or start, runs of the DAG itself.

Airflow does not log callers in for a plugin's app: without these dependencies everyone could read everything.
"""

from collections.abc import Callable
from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, HTTPException, Request


def may_read(dag_id: str | None = None) -> Any:
    """Let in only those who may read runs of a DAG; without a name, of the DAG that the address names."""
    return Depends(requires_access_dag("GET", DagAccessEntity.RUN, dag_id))


def may_start(dag_id: str) -> Callable[[Request, GetUserDep], bool]:
    """Make a dependency that tells whether the caller may start a DAG."""
    require = requires_access_dag("POST", DagAccessEntity.RUN, dag_id)

    def allowed(request: Request, user: GetUserDep) -> bool:
        try:
            require(request, user)
        except HTTPException:
            return False
        return True

    return allowed
