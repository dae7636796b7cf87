"""
How a portal lets us in: where it is now, by which secret, and what to do when either has changed.

The secret of a webhook is part of the address: only ``url`` puts it there, and no message, log or exception
shows it. A portal that was renamed answers with a redirect, and would lose the body of a request that follows
it (bitrix24 1.2): the request is made anew, at the new address.
"""

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode, urlsplit

import requests
import urllib3
from airflow.sdk.log import mask_secret

from include.bitrix24.address import address_of, host_of
from include.bitrix24.faults import EXPIRED_TOKEN, code_of
from include.errors import AccessDenied
from plugins.hooks.bitrix24_tokens import OAUTH_HOST, PATH, TokenKeeper, Tokens, request_of, tokens_of
from plugins.hooks.vendor import Answer, Call, Gate, VendorHook
from plugins.hooks.vendor_fault import About, fault_of_network

log = logging.getLogger(__name__)

MOVED = (301, 302, 307, 308)
NEEDS_WEBHOOK = "в Connection «{}» нужны номер пользователя (login) и код вебхука (password)"
NEEDS_TOKENS = "в Connection «{}» нужны client_id, client_secret и в Extra access_token, refresh_token"
_DETOURS = 3  # attempts at one call that are owed to a new address or a new token
_IN_PATH = re.compile(r"(/rest/(?:api/)?\d+/)[^/\s?\"]+")


class _WithoutSecrets(logging.Filter):
    """Take the secrets out of what the HTTP client tells of its requests when somebody debugs it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(each) if isinstance(each, str) else each for each in record.args)
        return True


def _hidden(text: str) -> str:
    return f"{PATH}?***" if text.startswith(f"{PATH}?") else _IN_PATH.sub(r"\g<1>***", text)


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutSecrets())


class Bitrix24Access(VendorHook):
    """
    The part of the hook that finds the portal and is let in.

    The connection: host; of a webhook login = the user's number and password = code; of an application
    (extra ``auth`` = ``oauth``) login = client_id, password = client_secret, and in its extra
    ``access_token``, ``refresh_token`` and, if it is not the vendor's, ``oauth_host``.
    """

    vendor = "bitrix24"
    title = "Битрикс24"
    token_timeout = 15.0  # seconds: whoever needs the tokens meanwhile waits for them

    def __init__(
        self,
        conn_id: str | None = None,
        gate: Gate | None = None,
        tokens: TokenKeeper | None = None,
        **options: Any,
    ) -> None:
        super().__init__(conn_id, gate, **options)
        self.moved_to: str | None = None  # the host that the portal was found at instead
        self._keeper = tokens
        self._tokens: Tokens | None = None
        self._new_address: str | None = None  # as the last redirect told it
        self._address: str | None = None

    @property
    def host(self) -> str:
        """The portal's host, in lower case: by it and by our own address the vendor counts calls."""
        return host_of(self.address)

    @property
    def address(self) -> str:
        """Where the portal is. Raises AccessDenied when the connection does not say so, or not by whom."""
        if self._address is None:
            self._assert_filled_in()
            told = self.connection
            self._address = address_of(told.host, told.schema, told.port)
        if self._address is None:
            raise AccessDenied(f"{self.title}: в Connection «{self.http_conn_id}» нужен адрес портала")
        return self._address

    def _assert_filled_in(self) -> None:
        """Say what the connection lacks: with a gap in its address the portal would answer with a page."""
        names = ("access_token", "refresh_token") if self.is_application else ()
        given = (self.connection.login, self.connection.password, *map(self.extra.get, names))
        if not all(given):
            needs = NEEDS_TOKENS if self.is_application else NEEDS_WEBHOOK
            raise AccessDenied(f"{self.title}: {needs.format(self.http_conn_id)}")

    @property
    def is_application(self) -> bool:
        """Tell whether we come as an application, and not by a webhook."""
        return bool(self.extra.get("auth") == "oauth")

    def url(self, call: Call) -> str:
        login, code = self.connection.login or "", self.connection.password or ""
        path = "" if self.is_application else f"/{quote(login, safe='')}/{quote(code, safe='')}"
        return f"{self.address}/rest{path}{call.path}"

    def secrets(self) -> Sequence[str | None]:
        tokens = self._tokens or Tokens("", "")
        kept = (self.extra.get("access_token"), self.extra.get("refresh_token"))
        return (self.connection.password, *kept, tokens.access, tokens.refresh)

    def call(self, call: Call) -> Any:
        """Make a call; once more where the portal has moved, or the token has just expired."""
        _ = self.address  # a wrong one is told before anything else can stumble at it
        for _detour in range(_DETOURS):
            self._new_address = None
            try:
                return self._called(call)
            except AccessDenied as denied:
                if not self._found_a_way(denied):
                    raise
        return self._called(call)

    def moves(self, call: Call, answer: Answer) -> None:
        """Take down where a redirect leads, if it is the same call at a place that is no less safe."""
        told, own = urlsplit(answer.headers.get("Location", "")), urlsplit(self.url(call))
        is_same_call = unquote(told.path) == unquote(own.path) and told.hostname and told.username is None
        is_safe = told.scheme in ("https", own.scheme)
        if answer.status in MOVED and is_same_call and is_safe and told[:2] != own[:2]:
            self._new_address = f"{told.scheme}://{told.netloc}"

    def _called(self, call: Call) -> Any:
        try:
            return super().call(call)
        except requests.RequestException as error:  # the address cannot even be put together: it is not shown
            about = About(self.title, call.path, call.repeats, connection=self.http_conn_id)
            fault = fault_of_network(about, error)
        raise fault.error

    def _found_a_way(self, denied: AccessDenied) -> bool:
        if self._new_address:
            self._address, self._new_address = self._new_address, None
            self.moved_to = self.host
            log.warning(
                "Портал переехал на %s. Исправьте адрес в Connection «%s»", self.host, self.http_conn_id
            )
            return True
        if denied.http_status == 401 and code_of(denied.response) == EXPIRED_TOKEN and self._keeper:
            self._hold(self._keeper.renew(self._current().access, self._ask_for_tokens))
            return True
        return False

    def _request(self, call: Call) -> requests.Request:
        if self.is_application:
            call = call._replace(body={**(call.body or {}), "auth": self._current().access})
        return super()._request(call)

    def _current(self) -> Tokens:
        if self._tokens is None:
            access, refresh = self.extra.get("access_token"), self.extra.get("refresh_token")
            seed = Tokens(str(access or ""), str(refresh or ""))
            self._hold(self._keeper.current(seed) if self._keeper else seed)
        return cast(Tokens, self._tokens)

    def _hold(self, tokens: Tokens) -> None:
        """Go on with these tokens; Airflow knows only those of the connection, and hides them in its logs."""
        self._tokens = tokens
        for secret in (tokens.access, tokens.refresh):
            mask_secret(secret)
        self.forget_secrets()

    def _ask_for_tokens(self, refresh: str) -> Tokens:
        """Swap the refresh token at the vendor's own server, which counts no calls."""
        address = str(self.extra.get("oauth_host") or OAUTH_HOST).rstrip("/")
        query = request_of(self.connection.login or "", self.connection.password or "", refresh)
        about = About(self.title, f"GET {PATH}", True, connection=self.http_conn_id)
        try:
            request = requests.Request("GET", f"{address}{PATH}?{urlencode(query)}")
            answer = self._exchange(self.session.prepare_request(request), self.token_timeout)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            fault = fault_of_network(about, error)
        else:
            return tokens_of(answer, f"Connection «{self.http_conn_id}»")
        raise fault.error


def moment_of(body: Any) -> datetime | None:
    """Read when an answer was begun, by the portal's clock; None: it is not told."""
    time = body.get("time") if isinstance(body, dict) else None
    start = time.get("start") if isinstance(time, dict) else None
    return None if start is None else datetime.fromtimestamp(float(start), UTC)
