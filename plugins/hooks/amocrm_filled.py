"""What a connection to amoCRM lacks before anybody can be asked, in words that say what to put in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk import Connection

from include.settings.loader import nearest

LONG_LIVED = "long_lived"
WAYS = ("oauth", LONG_LIVED)
AN_ADDRESS = "нужен адрес аккаунта, например https://demo.amocrm.ru"
NO_HOST = f"не указан host, {AN_ADDRESS}"
UNKNOWN_WAY = "auth{} неизвестно, есть {}{}"
NEAREST = " (может быть, {})"
NO_LONG_TOKEN = "вместо пароля нужен долгосрочный токен, раз auth = long_lived"
NO_TOKENS = (
    "нужны client_id, client_secret и в Extra либо code с redirect_uri, либо access_token с refresh_token; "
    "с долгим токеном: сам токен вместо пароля и auth = long_lived"
)
_WORD = re.compile(r"[A-Za-z _-]{1,20}")  # anything else may be a token in the wrong place


def lacks(connection: Connection, extra: Mapping[str, Any]) -> Iterator[str]:
    """Say what is missing in a connection, or unknown."""
    way = str(extra.get("auth") or "oauth")
    if not (connection.host or "").strip():
        yield NO_HOST
    if way not in WAYS:
        yield _unknown(way)
    elif way == LONG_LIVED and not connection.password:
        yield NO_LONG_TOKEN
    elif way != LONG_LIVED and not all([*shown(extra), connection.login if extra.get("code") else True]):
        yield NO_TOKENS


def shown(extra: Mapping[str, Any]) -> list[Any]:
    """Give what an application is let in by at first: a code, or a pair of tokens."""
    names = ("code", "redirect_uri") if extra.get("code") else ("access_token", "refresh_token")
    return [extra.get(name) for name in names]


def _unknown(way: str) -> str:
    near = nearest(way, WAYS)
    word = f" «{way}»" if _WORD.fullmatch(way) else ""
    return UNKNOWN_WAY.format(word, " и ".join(WAYS), NEAREST.format(near) if near else "")
