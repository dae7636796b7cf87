"""One request over the wire: a session that keeps its connection, a deadline for the whole of the answer."""

import time
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import requests
import urllib3
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk import Connection

from plugins.hooks.vendor_answer import Answer, answer_of
from plugins.hooks.vendor_connecting import NotingAdapter, noted

CONNECT_TIMEOUT = 20.0
_PIECE = 1 << 16


class Sent(NamedTuple):
    """A request that was sent, and what came of it; moments by ``time.monotonic``."""

    answer: Answer | Exception
    left: float  # given to a connection that stood
    ended: float


class WireHook(HttpHook):
    """Send a request once. Fields of the connection's extra: ``timeout`` in seconds, and the stock hook's."""

    conn_name_attr = "conn_id"
    default_timeout: ClassVar[float] = 60.0

    def __init__(self, conn_id: str | None = None, timeout: float | None = None) -> None:
        super().__init__(http_conn_id=conn_id or self.default_conn_name)
        self._timeout = timeout

    def sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the credentials on a request about to be sent."""
        return request

    @cached_property
    def connection(self) -> Connection:
        """The Airflow connection, read once."""
        return self.get_connection(self.http_conn_id)

    @cached_property
    def extra(self) -> dict[str, Any]:
        """The connection's extra fields."""
        return dict(self.connection.extra_dejson)

    @property
    def session(self) -> requests.Session:
        """One session for the hook's life."""
        return self._own_session

    @cached_property
    def _own_session(self) -> requests.Session:
        return self.new_session()

    def new_session(self) -> requests.Session:
        """Open a session; it carries no field of the connection as a header."""
        session = self.get_conn()
        for prefix in ("http://", "https://"):
            session.mount(prefix, NotingAdapter())
        session.headers = requests.utils.default_headers()
        session.headers["User-Agent"] = "Dealflow"
        session.auth = self.sign  # also keeps requests from looking for credentials in ~/.netrc
        return session

    @property
    def timeout(self) -> float:
        """Seconds for a call as a whole."""
        return float(self._timeout or self.extra.get("timeout") or self.default_timeout)

    def _sent(self, prepared: requests.PreparedRequest) -> Sent:
        """Send once; give the answer, or what happened instead."""
        noted.connected_at = began = time.monotonic()
        answer = self._answered(prepared)
        return Sent(answer, max(began, noted.connected_at), time.monotonic())

    def _answered(self, prepared: requests.PreparedRequest) -> Answer | Exception:
        try:
            return self._exchange(prepared)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return error

    def _exchange(self, prepared: requests.PreparedRequest, longest: float | None = None) -> Answer:
        """Send once and read the whole answer, however slowly it drips, within the time-out."""
        timeout = min(self.timeout, longest or self.timeout)
        session, deadline = self.session, time.monotonic() + timeout
        waits = (min(CONNECT_TIMEOUT, timeout), timeout)
        options = session.merge_environment_settings(prepared.url or "", {}, True, None, None)
        with session.send(prepared, timeout=waits, allow_redirects=False, **options) as response:
            content = bytearray()
            while piece := response.raw.read1(_PIECE, decode_content=True):  # whatever is there, at once
                content += piece
                if time.monotonic() > deadline:
                    raise requests.ReadTimeout
            return answer_of(response, bytes(content))
