"""Where a shop's database is and how to speak to it, as an Airflow connection tells it (opencart 3)."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.pool import NullPool

from include.errors import ConfigError

CONN_TYPE = "opencart"
PATIENCE = 300.0  # seconds that an answer of the database may take


class _Kind(NamedTuple):
    """A kind of database: what SQLAlchemy calls it, and extras that its driver is given as they are."""

    driver: str
    extras: tuple[str, ...]


_MYSQL = _Kind("mysql+pymysql", ("ssl", "unix_socket"))
_POSTGRES = _Kind("postgresql+psycopg", ("sslmode", "sslrootcert", "sslcert", "sslkey"))
_KINDS = {"mysql": _MYSQL, "mariadb": _MYSQL, "postgresql": _POSTGRES, "postgres": _POSTGRES}
_OURS = ("read_timeout", "charset")  # the last is usual for MySQL; ours is utf8mb4 whatever it says
# No strictness about zero dates; and before SQLAlchemy looks, which quotes names as it finds the mode.
_NO_MODE = "SET SESSION sql_mode = ''"
_CONNECT = {"connect_timeout": 15}
# A server that is gone without a word is missed after a minute.
_ALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def shop_engine(found: Any) -> Engine:
    """
    Make an engine of a connection; nothing is connected to yet.

    Its type is ``opencart``, with the kind of database in the extra ``driver`` (mysql), or an ordinary one of
    that kind. Raises ConfigError for another type and for extras that would be ignored.
    """
    extra = {name: value for name, value in found.extra_dejson.items() if value not in (None, "")}
    kind = _kind(found, extra)
    known = {*kind.extras, *_OURS, *(["driver"] if found.conn_type == CONN_TYPE else [])}
    if unknown := sorted(extra.keys() - known):
        told = f"полів {', '.join(unknown)} в extra не буває, є: {', '.join(sorted(known))}"
        raise ConfigError(f"Connection «{found.conn_id}»: {told}")
    place = URL.create(
        kind.driver, found.login, found.password, found.host or None, found.port, found.schema or None
    )
    return create_engine(place, poolclass=NullPool, connect_args=_arguments(kind, extra, found.conn_id))


def _kind(found: Any, extra: Mapping[str, Any]) -> _Kind:
    if found.conn_type != CONN_TYPE:
        if found.conn_type in _KINDS:
            return _KINDS[found.conn_type]
        kinds = "opencart (або mysql, postgres)"
        raise ConfigError(f"Connection «{found.conn_id}» має бути типу {kinds}, не {found.conn_type}")
    driver = str(extra.get("driver") or "mysql")
    if driver not in _KINDS:
        raise ConfigError(f"Connection «{found.conn_id}»: driver буває mysql або postgresql, не «{driver}»")
    return _KINDS[driver]


def _arguments(kind: _Kind, extra: Mapping[str, Any], name: str) -> dict[str, Any]:
    given = {key: extra[key] for key in kind.extras if key in extra}
    patience = _patience(extra.get("read_timeout") or PATIENCE, name)
    if kind is _POSTGRES:
        limit = {"options": f"-c statement_timeout={int(patience * 1000)}"}
        return {**_CONNECT, **_ALIVE, **limit, **given}
    if isinstance(given.get("ssl"), str):
        given["ssl"] = _parsed(given["ssl"], name)
    limits = {"charset": "utf8mb4", "init_command": _NO_MODE, "read_timeout": patience}
    return {**_CONNECT, **limits, **given}


def _patience(given: Any, name: str) -> float:
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < 10**6:
        raise ConfigError(f"Connection «{name}»: read_timeout має бути числом секунд, не «{given}»")
    return seconds


def _parsed(given: str, name: str) -> Any:
    """Read a dictionary that was written as text, as it is in an address."""
    try:
        read = json.loads(given)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise ConfigError(f'Connection «{name}»: ssl має бути словником на зразок {{"ca": "/шлях/ca.pem"}}')
    return read
