"""The address in an ``AIRFLOW_CONN_*`` variable, read without Airflow, which takes seconds to import."""

import json
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL


def connection_url(value: str) -> str:
    """Return a database address from Airflow's JSON or URI spelling of a connection; empty for no value."""
    if not value.strip():
        return ""
    return _from_json(json.loads(value)) if value.lstrip().startswith("{") else _from_uri(value)


def _from_json(fields: dict[str, str | int | None]) -> str:
    port = fields.get("port")
    address = URL.create(
        "postgresql",
        username=_text(fields.get("login")),
        password=_text(fields.get("password")),
        host=_text(fields.get("host")),
        port=int(port) if port else None,
        database=_text(fields.get("schema")),
    )
    return address.render_as_string(hide_password=False)


def _from_uri(value: str) -> str:
    parts = urlsplit(value)
    return _from_json(
        {
            "login": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "host": unquote(parts.hostname or ""),
            "port": parts.port,
            "schema": unquote(parts.path.lstrip("/")),
        }
    )


def _text(value: str | int | None) -> str | None:
    return str(value) if value not in (None, "") else None
