"""
The pages of the import: a FastAPI app that reads Postgres and changes nothing.

There is no address that writes. The button that starts a run posts from the browser to Airflow's own API as
the person who pressed it: Airflow checks the right, records who it was, and takes JSON only, which no foreign
site can send.
"""

import logging
from pathlib import Path

import psycopg
from airflow.sdk.exceptions import AirflowException
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from plugins.ui.access import may_read
from plugins.ui.pages import client, dag_run, run, runs, sources
from plugins.ui.rendering import page

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
REFUSALS = {
    401: ("Нужен вход", "Войдите в Airflow и откройте страницу снова."),
    403: ("Нет доступа", "Страницы видны тем, кому разрешено смотреть запуски DAG deal_import."),
    404: ("Такой страницы нет", "Возможно, ссылка устарела или в номере ошибка."),
    405: ("Так нельзя", "Эти страницы только показывают данные."),
}
DATABASE_DOWN = ("База данных недоступна", "Хранилище не отвечает. Попробуйте ещё раз через минуту.")
TOO_SLOW = ("Слишком долгий запрос", "Хранилище занято. Сузьте отбор или попробуйте позже.")
NO_SCHEMA = (
    "Хранилище не подготовлено",
    "В базе нет нужных таблиц: нужно выполнить миграции.",
)
BROKEN = ("Что-то сломалось", "Ошибка записана в журнал сервера.")

app = FastAPI(dependencies=[may_read], docs_url=None, redoc_url=None, openapi_url=None)
for pages in (sources, runs, run, client, dag_run):
    app.include_router(pages.router)
app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))


@app.middleware("http")
async def add_headers(request: Request, proceed: RequestResponseEndpoint) -> Response:
    """Let a page run only our own files, in no frame but Airflow's, and stay in no cache."""
    try:
        response = await proceed(request)
    except Exception:
        log.exception("The page %s failed", request.url.path)
        response = _message(request, 500, BROKEN)
    response.headers.update(HEADERS)
    return response


@app.exception_handler(HTTPException)
def refuse(request: Request, error: HTTPException) -> HTMLResponse:
    response = _message(request, error.status_code, REFUSALS.get(error.status_code, BROKEN))
    response.headers.update(error.headers or {})
    return response


@app.exception_handler(RequestValidationError)
@app.exception_handler(psycopg.DataError)
def answer_nonsense(request: Request, error: Exception) -> HTMLResponse:
    """Answer an address that cannot name anything: a number out of range, a text no column holds."""
    return _message(request, 404, REFUSALS[404])


@app.exception_handler(psycopg.Error)
@app.exception_handler(AirflowException)
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
    title, text = words
    return page(request, "message.html", status, title=title, text=text)
