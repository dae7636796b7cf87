"""
How an account of amoCRM lets us in: by which tokens, and what to do when they are not accepted.

A refresh token serves once (amocrm 2). Whoever asks for new tokens does so through the keeper, which holds
the row of the account locked and commits the new pair before anybody uses it. Nothing here ever loops: a
token is renewed once for a call, and a call is repeated once.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from airflow.sdk.log import mask_secret

from include.amocrm.jwt import claims
from include.amocrm.refusals import Blocked, ReauthRequired, Unpaid
from include.errors import AccessDenied, RejectedByVendor, Unsure
from plugins.hooks.amocrm_tokens import NO_ACCOUNT, NO_ADDRESS, REFUSED, AmoCRMTokens
from plugins.hooks.oauth_tokens import RotatingKeeper, Tokens
from plugins.hooks.vendor import Answer, Call, Gate, Verdict
from plugins.hooks.vendor_answer import verdict
from plugins.hooks.vendor_flights import Flight

log = logging.getLogger(__name__)

ACCOUNT = "account"  # the call that tells whether there is an account at this host
ENDS_SOON = timedelta(seconds=300)
OTHER_CONNECTION = (
    "{}: в Connection «{}» теперь другой код или другие токены. Их принимает начало запуска: "
    "запустите заново."
)
SHUT_OUT = "{} Ответ: «{}»"
_TAGS = re.compile(r"(?s)<(script|style).*?</\1>|<[^>]*>")
_LONGEST = 200  # characters of a page that says why we are shut out


class AmoCRMAccess(AmoCRMTokens):
    """
    The part of the hook that finds the account and is let in.

    The connection: host; of an application login = client_id, password = client_secret, and in its extra
    ``redirect_uri`` with ``code``, or ``access_token`` and ``refresh_token``; of a long-lived token (extra
    ``auth`` = ``long_lived``) password = the token. ``trusted_hosts``: where the account may move besides.
    """

    def __init__(
        self,
        conn_id: str | None = None,
        gate: Gate | None = None,
        tokens: RotatingKeeper | None = None,
        **options: Any,
    ) -> None:
        super().__init__(conn_id, gate, tokens, **options)
        self.moved_to: str | None = None  # the host that the account was found at instead
        self.renewed = False
        self.doubted = False  # an answer with new tokens was lost
        self.is_offered = False  # the tokens are of an account that nobody has recognised yet
        self._tokens: Tokens | None = None
        self._may_offer = False

    def offer(self) -> None:
        """Take up what the connection holds, should it be new: its account will be asked for its number."""
        self._may_offer = True

    def sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._valid().access}"
        return request

    def secrets(self) -> Sequence[str | None]:
        tokens = self._tokens or Tokens("", "")
        kept = (self.extra.get(name) for name in ("access_token", "refresh_token", "code"))
        return (self.connection.password, *kept, tokens.access, tokens.refresh)

    def verdict(self, call: Call, answer: Answer) -> Verdict:
        """Judge by the status: 403 is a door that is shut, whatever is written on it (amocrm 3)."""
        return Verdict.DENIED if answer.status == 403 else verdict(answer, call.reads)

    def call(self, call: Call) -> Any:
        """Make a call; once more with new tokens where the old ones are not accepted."""
        return self._let_in(call, lambda: super(AmoCRMAccess, self).call(call))

    def land(self, flight: Flight) -> Any:
        shown = str(flight.prepared.headers.get("Authorization", "")).removeprefix("Bearer ")
        return self._let_in(flight.call, lambda: self._landed(flight), shown)

    def renew(self) -> Tokens:
        """Swap the tokens now, whether or not they have ended. Raises ReauthRequired, Unsure."""
        self._renew(self._current().access)
        return self._current()

    def _let_in(self, call: Call, ask: Callable[[], Any], shown: str | None = None) -> Any:
        shown = shown or self._valid().access
        try:
            return ask()
        except RejectedByVendor as denied:
            self._overcome(call, denied, shown)
        except requests.RequestException:  # the address cannot even be put together: it is not shown
            raise AccessDenied(NO_ADDRESS.format(self.title, self.http_conn_id)) from None
        try:
            return super().call(call)
        except RejectedByVendor as denied:
            raise self._named(call, denied) from None

    def _overcome(self, call: Call, denied: RejectedByVendor, shown: str) -> None:
        """Renew the tokens if that may help: not accepted, or there is no account any more; else raise it."""
        is_moved = _is_gone(call, denied) and not self.renewed and self._may_have_moved(shown)
        if denied.http_status != 401 and not is_moved:
            raise self._named(call, denied) from None
        if self._current().access == shown:
            self._renew(shown)

    def _may_have_moved(self, shown: str) -> bool:
        """Tell whether there is a way to find the account elsewhere: whom to ask, what to show."""
        return self._keeper is not None and bool(self._current().refresh) and "api_domain" in claims(shown)

    def _named(self, call: Call, denied: RejectedByVendor) -> RejectedByVendor:
        """Say which of the refusals it is that a person has to do something about."""
        if _is_gone(call, denied):
            where = (self.title, self.address, self.http_conn_id)
            return AccessDenied(NO_ACCOUNT.format(*where), http_status=denied.http_status)
        told = {"http_status": denied.http_status, "response": denied.response}
        if denied.http_status == 401:
            return ReauthRequired(str(denied), **told)
        if denied.http_status == 402:
            return Unpaid(str(denied), **told)
        if denied.http_status != 403:
            return denied
        page = denied.response.get("text") if isinstance(denied.response, Mapping) else None
        words = " ".join(_TAGS.sub(" ", str(page)).split())[:_LONGEST] if page else ""
        return Blocked(SHUT_OUT.format(denied, words) if words else str(denied), **told)

    def _valid(self) -> Tokens:
        """Give tokens that are good for some minutes."""
        tokens = self._current()
        ends = tokens.until is not None and tokens.until - datetime.now(UTC) < ENDS_SOON
        if ends and tokens.refresh and not self.renewed:
            self._renew(tokens.access)
        return self._current()

    def _current(self) -> Tokens:
        if self._tokens is None:
            self._hold(self._found())
        return self._tokens or Tokens("", "")

    def _found(self) -> Tokens:
        seed = self.seed
        if self._keeper is None:  # a person tries the connection out: nothing is spent
            return self._told()
        tokens = self._keeper.current(seed, self.application)
        if tokens is not None:
            return tokens
        if not self._may_offer:
            raise AccessDenied(OTHER_CONNECTION.format(self.title, self.http_conn_id))
        self.is_offered = True
        return self._keeper.offered(seed, self._first)

    def _hold(self, tokens: Tokens) -> None:
        """Go on with these tokens; Airflow knows only those of the connection, and hides them in its logs."""
        self._tokens = tokens
        for secret in filter(None, (tokens.access, tokens.refresh)):
            mask_secret(secret)
        self.forget_secrets()

    def _renew(self, stale: str) -> None:
        if self._keeper is None:
            raise ReauthRequired(f"{self.title}: {REFUSED}", http_status=401)
        found: list[str] = []

        def ask(refresh: str, host: str | None) -> Tokens:
            try:
                return self._swapped(stale, refresh, host or self.own_host, found)
            except Unsure:
                self.doubted = True
                raise

        self._hold(self._keeper.renew(stale, ask, self._turn))
        self.renewed = True
        if found:
            self._new_host = self.moved_to = found[-1]
            self._keeper.moved(found[-1])
            log.warning(
                "Аккаунт переехал на %s. Исправьте адрес в Connection «%s»", found[-1], self.http_conn_id
            )


def _is_gone(call: Call, denied: RejectedByVendor) -> bool:
    """Tell whether there is no account at the host."""
    return denied.http_status == 404 and call.counts_as == ACCOUNT
