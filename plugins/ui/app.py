"""
The pages of the pipelines: a FastAPI app each, that reads Postgres and changes nothing.

There is no address that writes. One is asked by POST, the preview of a mapping: what it takes is too long for
an address, and its connection reads only, too. The button that starts a run posts from the browser to
Airflow's own API as the person who pressed it: Airflow checks the right, records who it was, and takes JSON
only, which no foreign site can send.
"""

import logging
from pathlib import Path
from typing import Any

import psycopg
from airflow.sdk.exceptions import AirflowException
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from include.wording.speech import say, speaking
from plugins.ui.access import may_read
from plugins.ui.pages import (
    calltouch_accounts,
    calltouch_actions,
    calltouch_budget,
    calltouch_order,
    calltouch_orders,
    catalog_lookalikes,
    catalog_plan,
    client,
    dag_run,
    funnel,
    funnel_lead,
    funnel_mapping,
    funnel_refusals,
    funnel_utm,
    products_changes,
    products_deal,
    products_deals,
    run,
    runs,
    sources,
    totals_contact,
    totals_contacts,
    totals_deal,
    totals_drift,
    totals_tiers,
)
from plugins.ui.policy import POLICY, policy
from plugins.ui.rendering import page
from plugins.ui.site import (
    AMOCRM_STATUSES,
    CALLTOUCH_ORDERS,
    CONTACT_TOTALS,
    DEAL_IMPORT,
    DEAL_PRODUCTS,
    OPENCART_CATALOG,
    SITES,
    Site,
    site_of,
)

log = logging.getLogger(__name__)

HEADERS = {
    POLICY: policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
REFUSALS = {
    400: ("Запрос не читается", "Обновите страницу и попробуйте ещё раз."),
    401: ("Нужен вход", "Войдите в Airflow и откройте страницу снова."),
    403: ("Нет доступа", "Страницы видны тем, кому разрешено смотреть запуски DAG {dag_id}."),
    404: ("Такой страницы нет", "Возможно, ссылка устарела или в номере ошибка."),
    405: ("Так нельзя", "Эти страницы только показывают данные."),
    413: ("Запрос слишком большой", "Столько статусов за один раз не посчитать."),
    415: ("Так нельзя", "Этот адрес понимает только JSON."),
}
DATABASE_DOWN = ("База данных недоступна", "Хранилище не отвечает. Попробуйте ещё раз через минуту.")
TOO_SLOW = ("Слишком долгий запрос", "Хранилище занято. Сузьте отбор или попробуйте позже.")
NO_SCHEMA = (
    "Хранилище не подготовлено",
    "В базе нет нужных таблиц: нужно выполнить миграции.",
)
BROKEN = ("Что-то сломалось", "Ошибка записана в журнал сервера.")

PAGES = {
    DEAL_IMPORT.dag_id: (sources, runs, run, client, dag_run),
    CALLTOUCH_ORDERS.dag_id: (
        calltouch_accounts,
        calltouch_orders,
        calltouch_order,
        calltouch_actions,
        calltouch_budget,
        runs,
        run,
        dag_run,
    ),
    CONTACT_TOTALS.dag_id: (
        totals_contacts,
        totals_contact,
        totals_deal,
        totals_tiers,
        totals_drift,
        runs,
        run,
        dag_run,
    ),
    DEAL_PRODUCTS.dag_id: (products_deals, products_deal, products_changes, runs, run, dag_run),
    OPENCART_CATALOG.dag_id: (catalog_plan, catalog_lookalikes, runs, run, dag_run),
    AMOCRM_STATUSES.dag_id: (
        funnel,
        funnel_mapping,
        funnel_utm,
        funnel_refusals,
        funnel_lead,
        runs,
        run,
        dag_run,
    ),
}


async def add_headers(request: Request, proceed: RequestResponseEndpoint) -> Response:
    """Let a page run only our own files, in no frame but Airflow's, and stay in no cache; in its language."""
    with speaking(site_of(request).texts):
        try:
            response = await proceed(request)
        except Exception:
            log.exception("The page %s failed", request.url.path)
            response = _message(request, 500, BROKEN)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def refuse(request: Request, error: HTTPException) -> HTMLResponse:
    response = _message(request, error.status_code, REFUSALS.get(error.status_code, BROKEN))
    response.headers.update(error.headers or {})
    return response


def answer_nonsense(request: Request, error: Exception) -> HTMLResponse:
    """Answer an address that cannot name anything: a number out of range, a text no column holds."""
    return _message(request, 404, REFUSALS[404])


def answer_without_database(request: Request, error: Exception) -> HTMLResponse:
    # The reason goes to the log alone: it may name hosts and accounts.
    log.error("The warehouse failed: %s: %s", type(error).__name__, error)
    words = DATABASE_DOWN
    if isinstance(error, psycopg.errors.QueryCanceled):
        words = TOO_SLOW
    elif isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        words = NO_SCHEMA
    return _message(request, 503, words)


def _message(request: Request, status: int, words: tuple[str, str]) -> HTMLResponse:
    title, text = map(say, words)
    text = text.format(dag_id=site_of(request).dag_id)
    return page(request, "message.html", status, title=title, text=text, sign_in=status == 401)


HANDLERS: Any = {
    HTTPException: refuse,
    RequestValidationError: answer_nonsense,
    psycopg.DataError: answer_nonsense,
    psycopg.Error: answer_without_database,
    AirflowException: answer_without_database,
}


def _pages_of(site: Site) -> FastAPI:
    """Put the pages of a pipeline together. The way in from a DAG run is for whoever may read that DAG."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, exception_handlers=HANDLERS)
    app.state.site = site
    app.middleware("http")(add_headers)
    app.include_router(dag_run.way_in, dependencies=[may_read()])
    for pages in PAGES[site.dag_id]:
        app.include_router(pages.router, dependencies=[may_read(site.dag_id)])
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    return app


apps = {dag_id: _pages_of(SITES[dag_id]) for dag_id in PAGES}
