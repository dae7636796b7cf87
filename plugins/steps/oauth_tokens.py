"""
Tokens that rotate: one row an account, encrypted, swapped under its row lock (DESIGN 7).

A refresh token serves once. Two tasks that find the access token expired at the same time take turns: the
second one finds what the first has brought, and asks for nothing.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from airflow.sdk.crypto import get_fernet
from cryptography.fernet import InvalidToken

from include.errors import AccessDenied
from include.paths import SQL_DIR
from include.wording.speech import say
from plugins.hooks.bitrix24_tokens import Tokens
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "ledger"
OTHER_KEY = (
    "Сохранённые токены не расшифровать: ключ Fernet сменился. "
    "Авторизуйте приложение заново и впишите новые токены в Connection."
)


class TokenStore:
    """The tokens of one account of a vendor."""

    def __init__(self, warehouse: Warehouse, target: str, account: str) -> None:
        self._warehouse = warehouse
        self._whose = {"target": target, "account": account}
        self._seed: str | None = None

    def current(self, seed: Tokens) -> Tokens:
        """
        Give the tokens that hold now: at first those of the connection, the ``seed``.

        A person who has put others into the connection starts anew with them.
        """
        self._seed = hashlib.sha256(f"{seed.access}\n{seed.refresh}".encode()).hexdigest()
        with self._warehouse.transaction():
            kept = self._locked()
            if kept is not None and kept.seed == self._seed:
                return _opened(kept)
            self._keep(seed)
            return seed

    def renew(self, stale: str, ask: Callable[[str], Tokens]) -> Tokens:
        """
        Swap an access token that has expired, by asking the vendor with the refresh token.

        If somebody has swapped it already, nobody is asked. Raises what ``ask`` raises: nothing changes then.
        """
        with self._warehouse.transaction():
            kept = _opened(self._locked())
            if kept.access != stale:
                return kept
            fresh = ask(kept.refresh)
            self._keep(fresh)
            return fresh

    def _locked(self) -> Any:
        return self._warehouse.select_one(SQL / "lock_tokens.sql", self._whose)

    def _keep(self, tokens: Tokens) -> None:
        hidden = get_fernet().encrypt(json.dumps([tokens.access, tokens.refresh]).encode()).decode()
        row = {"seed": self._seed, "tokens": hidden, "access_until": tokens.until}
        self._warehouse.run_file(SQL / "merge_tokens.sql", {**self._whose, **row})


def _opened(row: Any) -> Tokens:
    try:
        access, refresh = json.loads(get_fernet().decrypt(row.tokens.encode()))
    except InvalidToken:
        raise AccessDenied(say(OTHER_KEY)) from None
    until: datetime | None = row.access_until
    return Tokens(access, refresh, until)
