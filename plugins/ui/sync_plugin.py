"""Register the pages in Airflow's UI, nothing more."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from airflow.plugins_manager import AirflowPlugin

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Pages:
    """
    The pages of a pipeline, imported when first asked for.

    Every process of Airflow reads this file, each task's too: none but the API server needs them.
    """

    def __init__(self, dag_id: str) -> None:
        self.dag_id = dag_id

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        from plugins.ui.app import apps

        await apps[self.dag_id](scope, receive, send)


APPS = [
    {"app": Pages("deal_import"), "url_prefix": "/deal-import", "name": "deal_import_pages"},
    {"app": Pages("calltouch_orders"), "url_prefix": "/calltouch", "name": "calltouch_pages"},
    {"app": Pages("opencart_catalog"), "url_prefix": "/opencart-catalog", "name": "opencart_catalog_pages"},
    {"app": Pages("bitrix24_contact_totals"), "url_prefix": "/contact-totals", "name": "totals_pages"},
    {"app": Pages("bitrix24_deal_products"), "url_prefix": "/deal-products", "name": "products_pages"},
    {"app": Pages("amocrm_statuses"), "url_prefix": "/funnel", "name": "funnel_pages"},
]
MENU_ENTRIES = [
    {
        "name": "Импорт сделок",
        "href": "deal-import/",
        "destination": "nav",
        "category": "browse",
        "url_route": "deal-import",
    },
    {
        "name": "Обмен с Calltouch",
        "href": "calltouch/",
        "destination": "nav",
        "category": "browse",
        "url_route": "calltouch",
    },
    {
        "name": "Каталог",
        "href": "opencart-catalog/",
        "destination": "nav",
        "category": "browse",
        "url_route": "opencart-catalog",
    },
    {
        "name": "Клиенты по годам",
        "href": "contact-totals/",
        "destination": "nav",
        "category": "browse",
        "url_route": "contact-totals",
    },
    {
        "name": "Товары в сделках",
        "href": "deal-products/",
        "destination": "nav",
        "category": "browse",
        "url_route": "deal-products",
    },
    {
        "name": "Воронка",
        "href": "funnel/",
        "destination": "nav",
        "category": "browse",
        "url_route": "funnel",
    },
]
RUN_REPORT = {
    "name": "Отчёт",
    "href": "deal-import/dag-run?dag_id={DAG_ID}&run_id={RUN_ID}",
    "destination": "dag_run",
    "url_route": "deal-import-report",
}


class DealImportPages(AirflowPlugin):
    """«Импорт сделок» and the pages of other pipelines in the menu, and a report beside every DAG run."""

    name = "deal_import_pages"
    fastapi_apps = APPS
    external_views = [*MENU_ENTRIES, RUN_REPORT]  # noqa: RUF012 - Airflow's base class declares plain lists
