"""Register the pages in Airflow's UI, nothing more."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from plugins.ui.app import app


class DealImportPages(AirflowPlugin):
    """«Импорт сделок» in the menu, and a report beside every DAG run."""

    name = "deal_import_pages"
    fastapi_apps: ClassVar[list[Any]] = [
        {"app": app, "url_prefix": "/deal-import", "name": "deal_import_pages"}
    ]
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Импорт сделок",
            "href": "deal-import/",
            "destination": "nav",
            "category": "browse",
            "url_route": "deal-import",
        },
        {
            "name": "Отчёт об импорте",
            "href": "deal-import/dag-run?dag_id={DAG_ID}&run_id={RUN_ID}",
            "destination": "dag_run",
            "url_route": "deal-import-report",
        },
    ]
