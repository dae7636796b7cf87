"""
Tokens whose refresh serves once: swapped under the row's lock, committed before use (amocrm 2).

What becomes of them is in the row: good; uncertain, when a refresh was sent and its answer lost; revoked,
when the vendor takes them no longer. Revoked ones are shown to nobody again, until the connection holds
others, or names another application or secret: what was refused may have been those. What the connection
offers may turn out to be foreign, of another account: why, is kept in the place of the tokens, so that a code
that has served is not shown again.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from airflow.sdk.crypto import get_fernet

from include.errors import ReauthRequired, Unsure
from include.paths import SQL_DIR
from include.wording.speech import say
from plugins.hooks.oauth_tokens import Tokens
from plugins.steps.oauth_tokens import Saving, opened
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = SQL_DIR / "ledger"
FOREIGN = "foreign"
OFFER = "?"  # ends the name of the row that holds tokens of an account nobody has recognised yet
Got = Tokens | Unsure | ReauthRequired  # what came of asking for new ones
NO_ROW = "Токенов для «{}» больше нет: подключите заново."
REVOKED = "{} Авторизуйте интеграцию заново и впишите новый код или токены в Connection «{}»."
SAME = "{} В Connection «{}» всё те же код или токены: авторизуйте интеграцию заново и впишите новые."
LOST_TWICE = (
    "Ответ на обновление токенов потерян дважды: применено ли оно, неизвестно. "
    "Следующая попытка спросит ещё раз."
)


class RotatingTokens:
    """The tokens of one account of a vendor."""

    def __init__(
        self,
        warehouse: Warehouse,
        target: str,
        account: str,
        reauth: type[ReauthRequired] = ReauthRequired,  # the vendor's own kind of it
    ) -> None:
        self._warehouse = warehouse
        self._reauth_required = reauth
        self._account = account
        self._whose = {"target": target, "account": account}
        self._offer = {"target": target, "account": f"{account}{OFFER}"}
        self._saved = Saving(warehouse)
        self._application: str | None = None  # hash of who asks, as the connection names it

    def current(self, seed: str, application: str | None = None) -> Tokens | None:
        """
        Give the tokens that hold now; None: there are none, or the connection holds others by now.

        ``application``: who asks, with its secret; another one may try revoked tokens once. Raises
        ReauthRequired when they are revoked.
        """
        self._application = None if application is None else _hash(application)
        return self._held(self._whose, seed)

    def offered(self, seed: str, ask: Callable[[], Tokens]) -> Tokens:
        """
        Give the tokens that a new code or pair of the connection is worth; they wait for ``adopt``.

        A code serves once: what ``ask`` brings is kept at once, and found again after a crash.
        """
        if (held := self._held(self._offer, seed)) is not None:
            return held
        tokens = ask()
        try:
            self._keep(self._warehouse, self._offer, _hash(seed), tokens)
        except psycopg.Error as error:
            self._saved.again(error, lambda other: self._keep(other, self._offer, _hash(seed), tokens))
        return tokens

    def adopt(self) -> None:
        """Make the offered tokens those of the account: it was asked whose they are."""
        with self._warehouse.transaction():
            if self._row(self._offer) is None:
                return
            self._drop(self._whose)
            moved = {**self._offer, "new_account": self._account}
            self._warehouse.run_file(SQL / "adopt_rotating_tokens.sql", moved)

    def discard(self, seed: str, reason: str) -> None:
        """Put away what the connection offers: it is of another account. Tokens there were stay."""
        with self._warehouse.transaction():
            self._keep(self._warehouse, self._offer, _hash(seed), Tokens("", ""))
            self._mark(self._offer, FOREIGN, reason)

    def why_discarded(self, seed: str) -> str | None:
        """Say why what the connection holds was put away; None: it was not."""
        row = self._warehouse.select_one(SQL / "select_rotating_tokens.sql", self._offer)
        is_foreign = row is not None and row.state == FOREIGN and row.seed == _hash(seed)
        return str(row.reason) if is_foreign else None

    def renew(
        self, stale: str, ask: Callable[[str, str | None], Tokens], turn: Callable[[], object]
    ) -> Tokens:
        """
        Swap an access token that has expired, or is about to.

        ``ask``: swaps a refresh token, at the host the account was found at last. ``turn``: waits for a turn;
        it comes before the transaction, inside of which nobody may wait. If somebody else has swapped the
        token meanwhile, nobody is asked. A lost answer leaves the row uncertain, and the old refresh token is
        tried once more. Raises ReauthRequired when the vendor takes it no longer, Unsure when both answers
        were lost.
        """
        for _attempt in range(2):
            fresh = self._unless_stale(stale)
            if fresh is not None:
                return fresh
            turn()
            fresh = self._renew(stale, ask)
            if fresh is not None:
                return fresh
        raise Unsure(say(LOST_TWICE))

    def moved(self, host: str) -> None:
        """Take down where the account is now."""
        self._warehouse.run_file(SQL / "mark_rotating_host.sql", {**self._whose, "host": host})
        self._warehouse.run_file(SQL / "mark_rotating_host.sql", {**self._offer, "host": host})

    @property
    def host(self) -> str | None:
        """Where the account was found, if not at the host of the connection."""
        row = self._row(self._whose)
        return None if row is None else row.host

    def age(self) -> timedelta | None:
        """Tell how long ago the tokens were swapped last; None: there are none, or they serve no longer."""
        row = self._row(self._whose)
        return None if row is None or row.state == "revoked" else row.age

    def drop(self) -> None:
        """Forget all tokens of the account."""
        with self._warehouse.transaction():
            self._drop(self._whose)
            self._drop(self._offer)

    def _renew(self, stale: str, ask: Callable[[str, str | None], Tokens]) -> Tokens | None:
        """
        Ask under the row's lock; None: the answer was lost, which the row now says.

        The old refresh token is worth nothing by now: new ones that this session cannot save are saved by
        another one.
        """
        got: Got | None = None
        try:
            with self._warehouse.transaction():
                whose, row = self._locked(stale)
                kept = opened(row)
                if kept.access != stale:
                    return kept
                got = self._asked(whose, row, ask, kept.refresh)
                if isinstance(got, Tokens):
                    self._keep(self._warehouse, whose, row.seed, got)
        except psycopg.Error as error:
            if not isinstance(got, Tokens):
                raise
            fresh = got
            self._saved.again(error, lambda other: self._keep(other, whose, row.seed, fresh))
        if isinstance(got, ReauthRequired):
            raise self._reauth(str(got), got.http_status)
        if isinstance(got, Unsure):
            log.warning(say("Ответ на обновление токенов потерян, пробуем прежним токеном ещё раз"))
        return got if isinstance(got, Tokens) else None

    def _asked(
        self, whose: dict[str, str], row: Any, ask: Callable[[str, str | None], Tokens], refresh: str
    ) -> Got:
        """Ask for new tokens; what is given instead of them the row says, too."""
        try:
            return ask(refresh, row.host)
        except Unsure as lost:
            self._mark(whose, "uncertain", str(lost))
            return lost
        except ReauthRequired as refusal:
            self._mark(whose, "revoked", str(refusal))
            return refusal

    def _unless_stale(self, stale: str) -> Tokens | None:
        """Give what somebody else has put in the place of a token; None: it is still there."""
        rows = [row for row in (self._row(self._whose), self._row(self._offer)) if row is not None]
        for row in rows:
            self._refuse_revoked(row)
        held = [opened(row) for row in rows]
        return None if not held or any(each.access == stale for each in held) else held[0]

    def _locked(self, stale: str) -> tuple[dict[str, str], Any]:
        """Lock the row that holds a token: the account's, or the offered one."""
        found = None
        for whose in (self._whose, self._offer):
            row = self._warehouse.select_one(SQL / "lock_rotating_tokens.sql", whose)
            if row is None or row.state == FOREIGN:
                continue
            found = found or (whose, row)
            if row.state != "revoked" and opened(row).access == stale:
                return whose, row
        if found is None:
            raise self._reauth_required(say(NO_ROW).format(self._account))
        self._refuse_revoked(found[1])
        return found

    def _held(self, whose: dict[str, str], seed: str) -> Tokens | None:
        row = self._row(whose)
        if row is None or row.seed != _hash(seed):
            return None
        if row.state == "revoked" and self._application not in (None, row.application):
            self._mark(whose, "uncertain", row.reason or "")
        else:
            self._refuse_revoked(row, SAME)
        return opened(row)

    def _refuse_revoked(self, row: Any, words: str = REVOKED) -> None:
        if row.state == "revoked":
            raise self._reauth(row.reason or "", words=words)

    def _reauth(self, reason: str, status: int | None = None, words: str = REVOKED) -> ReauthRequired:
        return self._reauth_required(say(words).format(reason, self._account).strip(), http_status=status)

    def _row(self, whose: dict[str, str]) -> Any:
        row = self._warehouse.select_one(SQL / "select_rotating_tokens.sql", whose)
        return None if row is None or row.state == FOREIGN else row

    def _mark(self, whose: dict[str, str], state: str, reason: str) -> None:
        marked = {**whose, "state": state, "reason": reason, "application": self._application}
        self._warehouse.run_file(SQL / "mark_rotating_tokens.sql", marked)

    def _keep(self, warehouse: Warehouse, whose: dict[str, str], seed: str, tokens: Tokens) -> None:
        hidden = get_fernet().encrypt(json.dumps([tokens.access, tokens.refresh]).encode()).decode()
        row = {"seed": seed, "tokens": hidden, "access_until": tokens.until}
        warehouse.run_file(SQL / "merge_rotating_tokens.sql", {**whose, **row})

    def _drop(self, whose: dict[str, str]) -> None:
        self._warehouse.run_file(SQL / "drop_rotating_tokens.sql", whose)


def _hash(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()
