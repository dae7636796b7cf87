"""Register the pages in Airflow's UI, nothing more."""

from airflow.plugins_manager import AirflowPlugin

from plugins.ui.app import app

APP = {"app": app, "url_prefix": "/deal-import", "name": "deal_import_pages"}
MENU_ENTRY = {
    "name": "Импорт сделок",
    "href": "deal-import/",
    "destination": "nav",
    "category": "browse",
    "url_route": "deal-import",
}
RUN_REPORT = {
    "name": "Отчёт об импорте",
    "href": "deal-import/dag-run?dag_id={DAG_ID}&run_id={RUN_ID}",
    "destination": "dag_run",
    "url_route": "deal-import-report",
}


class DealImportPages(AirflowPlugin):
    """«Импорт сделок» in the menu, and a report beside every DAG run."""

    name = "deal_import_pages"
    fastapi_apps = [APP]  # noqa: RUF012 - Airflow's base class declares plain lists
    external_views = [MENU_ENTRY, RUN_REPORT]  # noqa: RUF012
