"""Where an account of amoCRM is, and how tokens are swapped there: each refresh token once (amocrm 2)."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import urllib3

from include.amocrm.hosts import address_of, is_account_host, netloc_of
from include.amocrm.jwt import claims
from include.amocrm.refusals import Blocked, ReauthRequired
from include.errors import AccessDenied, NotReached, TemporaryVendorError, Unsure
from plugins.hooks.amocrm_filled import AN_ADDRESS, LONG_LIVED, lacks, shown
from plugins.hooks.oauth_tokens import RotatingKeeper, Tokens
from plugins.hooks.vendor import Answer, Call, Gate
from plugins.hooks.vendor_fault import About, fault_of_network
from plugins.hooks.vendor_flights import Flights

TOKENS, SUBDOMAIN = "/oauth2/access_token", "/oauth2/account/current/subdomain"
TOKEN_TIMEOUT = 10.0  # seconds: whoever needs the tokens meanwhile waits for them
APART = 0.2  # seconds between requests that follow each other inside the row's lock
LIFE = timedelta(days=1)
REFUSED = "токен не принят"
NO_ADDRESS = f"{{}}: в Connection «{{}}» {AN_ADDRESS}"
NO_ACCOUNT = (
    f"{{}}: по адресу {{}} нет аккаунта amoCRM (404). Проверьте host в Connection «{{}}»: {AN_ADDRESS}"
)
NO_NUMBER = (
    f"{{}}: по адресу {{}} отвечают, но не как аккаунт amoCRM: его номера в ответе нет. Проверьте host в "
    f"Connection «{{}}»: {AN_ADDRESS}"
)
WRONG = "{}: Connection «{}»: {}."
FOREIGN_HOST = "{}: токен называет чужой адрес «{}», секреты туда не отправлены (Connection «{}»)"
ENDED = "{}: токен не принят (Connection «{}»)."
NOT_RENEWED = (
    "{}: новые токены не выданы ({}), Connection «{}». Токен обновления служит один раз. Проверьте и "
    "client_id с client_secret."
)
CODE_SPENT = (
    "{}: по коду токены не выданы ({}), Connection «{}». Код служит один раз и 20 минут. Впишите в "
    "Connection новый код (в amoCRM: интеграция, вкладка «Ключи и доступы») или токены, проверьте client_id, "
    "client_secret и redirect_uri, и запустите снова."
)
NO_DOOR = (
    "{}: по адресу {} токены не выдают ({}). Проверьте host в Connection «{}»: нужен адрес аккаунта amoCRM"
)
LATER = "{}: токены не выданы, попробуем позже ({})"
UNSURE = "{}: ответ на запрос токенов потерян ({})"


class AmoCRMTokens(Flights):
    """The part of the hook that knows the account's address and asks there for tokens."""

    vendor = "amocrm"
    title = "amoCRM"
    meanings = {  # noqa: RUF012
        401: REFUSED,
        402: "аккаунт не оплачен",
        403: "доступ закрыт: слишком частые запросы, список разрешённых адресов или нет прав",
    }

    def __init__(
        self,
        conn_id: str | None = None,
        gate: Gate | None = None,
        tokens: RotatingKeeper | None = None,
        **options: Any,
    ) -> None:
        super().__init__(conn_id, gate, **options)
        self._keeper = tokens
        self._new_host: str | None = None

    @property
    def own_host(self) -> str:
        """The host of the connection."""
        return netloc_of(self._own_address)

    @property
    def host(self) -> str:
        """The account's host: of its pages too."""
        if self._new_host is None:
            self._new_host = (self._keeper.host if self._keeper else None) or self.own_host
        return self._new_host

    @property
    def address(self) -> str:
        """Where the account is. Raises AccessDenied when the connection does not say so."""
        return f"{self._own_address.partition('://')[0]}://{self.host}"

    @property
    def _own_address(self) -> str:
        told = self.connection
        address = address_of(told.host, told.schema, told.port)
        if address is None:
            raise AccessDenied(NO_ADDRESS.format(self.title, self.http_conn_id))
        return address

    @property
    def is_long_lived(self) -> bool:
        """Tell whether the token is one that nothing renews."""
        return self.extra.get("auth") == LONG_LIVED

    @property
    def seed(self) -> str:
        """
        What the connection holds: tokens begin anew when a person has put in something else.

        Raises AccessDenied, with all that the connection lacks.
        """
        if wrong := list(lacks(self.connection, self.extra)):
            raise AccessDenied(WRONG.format(self.title, self.http_conn_id, "; ".join(wrong)))
        told = [self.connection.password] if self.is_long_lived else shown(self.extra)
        return "\n".join(map(str, (self.extra.get("auth") or "oauth", *told)))

    @property
    def application(self) -> str | None:
        """Who asks for tokens, with its secret; None: nobody has to, the token lives long."""
        told = (self.connection.login, self.connection.password)
        return None if self.is_long_lived else "\n".join(map(str, told))

    def url(self, call: Call) -> str:
        self.base_url = self.address
        return super().url(call)

    def _told(self) -> Tokens:
        if self.is_long_lived:
            return Tokens(self.connection.password or "", "")
        return Tokens(str(self.extra.get("access_token") or ""), str(self.extra.get("refresh_token") or ""))

    def _first(self) -> Tokens:
        """Swap a code for tokens, or take those of the connection as they are."""
        if self.is_long_lived or not self.extra.get("code"):
            return self._told()
        self._turn()
        grant = {"grant_type": "authorization_code", "code": str(self.extra["code"])}
        return self._tokens_of(self._asked_at(self.own_host, grant), self.own_host, CODE_SPENT)

    def _turn(self) -> None:
        self.gate.enter("token")

    def _swapped(self, access: str, refresh: str, host: str, found: list[str]) -> Tokens:
        """
        Swap a refresh token; once more where the account has moved, which ``found`` then names (amocrm 2).

        Raises ReauthRequired when the vendor takes it no longer, Unsure when the answer was lost.
        """
        if not refresh:
            raise ReauthRequired(ENDED.format(self.title, self.http_conn_id), http_status=401)
        grant = {"grant_type": "refresh_token", "refresh_token": refresh}
        answer = self._asked_at(host, grant)
        if answer.status in (401, 404) and (told := claims(access).get("api_domain")):
            moved = self._new_place(str(told), refresh, host)
            if moved is not None:
                time.sleep(APART)
                answer = self._asked_at(moved, grant)
                if answer.status < 300:
                    found.append(moved)
        return self._tokens_of(answer, host)

    def _new_place(self, api_domain: str, refresh: str, host: str) -> str | None:
        """Ask where the account is now; None: where it was, or nobody tells. Raises AccessDenied."""
        self._assert_trusted(api_domain)
        time.sleep(APART)
        try:
            answer = self._bare("GET", api_domain, SUBDOMAIN, {"X-Refresh-Token": refresh})
        except TemporaryVendorError:  # it says nothing of the tokens: they stay as they are
            return None
        told = answer.body.get("domain") if isinstance(answer.body, Mapping) else None
        if answer.status >= 300 or not isinstance(told, str) or told.lower() == host.lower():
            return None
        self._assert_trusted(told)
        return told.lower()

    def _assert_trusted(self, host: str) -> None:
        trusted = self.extra.get("trusted_hosts") or ()
        if not is_account_host(host, self.own_host, trusted):
            raise AccessDenied(FOREIGN_HOST.format(self.title, host, self.http_conn_id))

    def _asked_at(self, host: str, grant: Mapping[str, str]) -> Answer:
        """Ask for tokens: once, since nobody knows what became of a request without an answer."""
        connection = self.connection
        who = {"client_id": connection.login, "client_secret": connection.password}
        more = {"redirect_uri": str(self.extra.get("redirect_uri") or "")}
        return self._bare("POST", host, TOKENS, {}, {**who, **more, **grant})

    def _bare(
        self, method: str, host: str, path: str, headers: Mapping[str, str], body: Any = None
    ) -> Answer:
        """Send a request without the access token. Raises NotReached, Unsure."""
        address = f"{self.address.partition('://')[0]}://{host}{path}"
        told = None if body is None else json.dumps(body).encode()
        sent = {
            "Accept": "application/json",
            **headers,
            **({"Content-Type": "application/json"} if told else {}),
        }
        about = About(self.title, f"{method} {path}", True, connection=self.http_conn_id)
        try:
            request = requests.Request(method, address, headers=sent, data=told, auth=_unsigned)
            return self._exchange(self.session.prepare_request(request), TOKEN_TIMEOUT)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            fault = fault_of_network(about, error).error
        if isinstance(fault, NotReached | AccessDenied):
            raise fault
        raise Unsure(str(fault))

    def _tokens_of(self, answer: Answer, host: str, none: str = NOT_RENEWED) -> Tokens:
        """Read new tokens. Raises ReauthRequired when there are none, as ``none`` says; Unsure: who knows."""
        body, status = answer.body, answer.status
        if status < 300 and isinstance(body, Mapping) and body.get("access_token"):
            lasts = timedelta(seconds=int(body.get("expires_in") or LIFE.total_seconds()))
            return Tokens(
                str(body["access_token"]), str(body.get("refresh_token") or ""), datetime.now(UTC) + lasts
            )
        if status in (400, 401):
            raise ReauthRequired(none.format(self.title, status, self.http_conn_id), http_status=status)
        if status == 403:
            raise Blocked(f"{self.title}: {self.meanings[403]} (POST {TOKENS})", http_status=status)
        if status == 429:
            raise TemporaryVendorError(LATER.format(self.title, status), http_status=status)
        if 300 <= status < 500:
            raise AccessDenied(
                NO_DOOR.format(self.title, host, status, self.http_conn_id), http_status=status
            )
        raise Unsure(UNSURE.format(self.title, status), http_status=status)


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request without the access token: the session would put it there."""
    return request
