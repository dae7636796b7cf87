"""
Tokens that rotate: one row an account, encrypted, swapped under its row lock (bitrix24 1.1).

A refresh token serves once. Two tasks that find the access token expired at the same time take turns: the
second one finds what the first has brought, and asks for nothing.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
from airflow.sdk.crypto import get_fernet
from cryptography.fernet import InvalidToken

from include.errors import AccessDenied
from include.paths import SQL_DIR
from include.wording.speech import say
from plugins.hooks.oauth_tokens import Tokens
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = SQL_DIR / "ledger"
SAVED_IN = 10  # seconds that a second attempt at saving waits for the first one's lock to go
OTHER_KEY = (
    "Сохранённые токены не расшифровать: ключ Fernet сменился. "
    "Авторизуйте приложение заново и впишите новые токены в Connection."
)


class Saving:
    """A second session with the same warehouse, for tokens that the first one could not save."""

    def __init__(self, warehouse: Warehouse) -> None:
        info = warehouse.connection.info  # it is not told any more once the connection is lost
        self._address, self._password = info.dsn, info.password

    def again(self, error: psycopg.Error, keep: Callable[[Warehouse], object]) -> None:
        """Save what the vendor gives only once; for the first session's lock it waits a little."""
        log.warning(say("Новые токены не записаны (%s), пробуем ещё раз"), type(error).__name__)
        waits = f"-c lock_timeout={SAVED_IN}s"
        with psycopg.connect(self._address, password=self._password, options=waits) as connection:
            keep(Warehouse(connection))


class TokenStore:
    """The tokens of one account of a vendor."""

    def __init__(self, warehouse: Warehouse, target: str, account: str) -> None:
        self._warehouse = warehouse
        self._whose = {"target": target, "account": account}
        self._seed: str | None = None
        self._given = Tokens("", "")
        self._saved = Saving(warehouse)

    def current(self, seed: Tokens) -> Tokens:
        """
        Give the tokens that hold now: at first those of the connection, the ``seed``.

        A person who has put others into the connection starts anew with them.
        """
        self._given = seed
        self._seed = hashlib.sha256(f"{seed.access}\n{seed.refresh}".encode()).hexdigest()
        with self._warehouse.transaction():
            kept = self._locked()
            if kept is not None and kept.seed == self._seed:
                return opened(kept)
            self._keep(self._warehouse, seed)
            return seed

    def renew(self, stale: str, ask: Callable[[str], Tokens]) -> Tokens:
        """
        Swap an access token that has expired, by asking the vendor with the refresh token.

        If somebody has swapped it already, nobody is asked. Raises what ``ask`` raises: nothing changes then.
        The refresh token is worth nothing once it was taken, so new ones that this session cannot save are
        saved by another one.
        """
        fresh: Tokens | None = None
        try:
            with self._warehouse.transaction():
                row = self._locked()
                kept = opened(row) if row is not None else self._given
                if kept.access != stale:
                    return kept
                fresh = ask(kept.refresh)
                self._keep(self._warehouse, fresh)
        except psycopg.Error as error:
            if fresh is None:
                raise
            kept = fresh
            self._saved.again(error, lambda another: self._keep(another, kept))
        return fresh

    def _locked(self) -> Any:
        return self._warehouse.select_one(SQL / "lock_tokens.sql", self._whose)

    def _keep(self, warehouse: Warehouse, tokens: Tokens) -> None:
        hidden = get_fernet().encrypt(json.dumps([tokens.access, tokens.refresh]).encode()).decode()
        row = {"seed": self._seed, "tokens": hidden, "access_until": tokens.until}
        warehouse.run_file(SQL / "merge_tokens.sql", {**self._whose, **row})


def opened(row: Any) -> Tokens:
    """Read the tokens of a row of ops.oauth_token. Raises AccessDenied when the key is another one."""
    try:
        access, refresh = json.loads(get_fernet().decrypt(row.tokens.encode()))
    except InvalidToken:
        raise AccessDenied(say(OTHER_KEY)) from None
    until: datetime | None = row.access_until
    return Tokens(access, refresh, until)
