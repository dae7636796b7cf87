"""Read the bytes behind a link: http(s), or whatever ObjectStoragePath can open."""

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from airflow.sdk import Connection, ObjectStoragePath
from yarl import URL

from include.errors import FetchFailed
from plugins.hooks.export_fault import FETCH_ERRORS, explained, failed, refused, too_big
from plugins.hooks.shown_link import shown_link

MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 1 << 18
_HEADERS = {"User-Agent": "Dealflow", "Accept": "application/xml, text/xml, */*", "Accept-Encoding": "gzip"}
_MAY_FOLLOW = {("http", "http"), ("https", "https"), ("http", "https")}  # schemes of a redirect: from, to


class Timeouts(NamedTuple):
    """How long to wait, in seconds."""

    connect: float = 20  # until the connection stands, name look-up and TLS included
    read: float = 60  # between two pieces of the answer
    total: float = 1800  # for everything, redirects included


class HttpSource:
    """
    An export behind an http or https link.

    By aiohttp, whose time-outs can bound a whole transfer: the stock HttpHook (requests) waits for ever on a
    server that sends a byte a minute, follows redirects anywhere, and hides most faults in one exception.
    """

    def __init__(self, link: str, connection: Connection | None, timeouts: Timeouts) -> None:
        self._link = link
        self._connection = connection
        self._timeouts = timeouts

    def read(self, receive: Callable[[bytes], object], max_bytes: int) -> None:
        """Pass the body on piece by piece. Raises FetchFailed, and whatever ``receive`` raises."""
        try:
            asyncio.run(self._read(receive, max_bytes))
        except FETCH_ERRORS as error:
            raise explained(error, self._link) from None

    async def _read(self, receive: Callable[[bytes], object], max_bytes: int) -> None:
        connect, read, total = self._timeouts
        waits = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
        session = aiohttp.ClientSession(timeout=waits, auto_decompress=False)
        async with asyncio.timeout(total), session, await self._answer(session) as response:
            if (response.content_length or 0) > max_bytes:
                raise too_big(max_bytes)
            async for chunk in response.content.iter_chunked(_CHUNK):
                receive(chunk)

    async def _answer(self, session: aiohttp.ClientSession) -> aiohttp.ClientResponse:
        """Follow redirects to an answer with status 200."""
        start = url = _checked(self._link)
        for _ in range(MAX_REDIRECTS + 1):
            headers, proxy = self._headers(start, url), _proxy_for(url)
            response = await session.get(url, headers=headers, proxy=proxy, allow_redirects=False)
            if response.status == 200:
                return response
            response.release()
            if response.status not in _REDIRECTS:
                raise refused(
                    response.status, str(url), self._connection.conn_id if self._connection else None
                )
            url = _redirected(url, response.headers.get("Location", ""))
        raise failed(f"Сервер перенаправляет больше {MAX_REDIRECTS} раз", self._link)

    def _headers(self, start: URL, url: URL) -> dict[str, str]:
        """Return the request's headers; credentials go to the server of the link and to no other."""
        headers = dict(_HEADERS)
        if self._connection and _same_server(start, url) and (value := _authorization(self._connection)):
            headers["Authorization"] = value
        return headers


def storage_chunks(link: str, conn_id: str | None) -> Iterator[bytes]:
    """Read a ``file:`` link or an object of a storage piece by piece. Raises FetchFailed."""
    try:
        path = _storage_path(link, conn_id)
        _assert_is_a_file(path, link)
        with path.open("rb") as file:  # type: ignore[no-untyped-call]
            while chunk := file.read(_CHUNK):
                yield chunk
    except FetchFailed:
        raise
    except Exception as error:  # each storage's client has exceptions of its own
        raise explained(error, link) from None


def _storage_path(link: str, conn_id: str | None) -> ObjectStoragePath:
    parts = urlsplit(link)
    if parts.scheme != "file":
        return ObjectStoragePath(link, conn_id=conn_id)
    if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        raise failed("Ссылка на файл пишется с тремя чертами: file:///папка/файл.xml", link)
    return ObjectStoragePath(f"file://{unquote(parts.path)}")


def _assert_is_a_file(path: ObjectStoragePath, link: str) -> None:
    kind = path.fs.info(path.path)["type"]
    if kind == "directory":
        raise failed("По ссылке папка, а нужен файл", link)
    if kind != "file":
        raise failed("По ссылке не обычный файл", link)


def _checked(link: str) -> URL:
    try:
        url = URL(link)
    except ValueError:
        raise failed("Ссылка написана с ошибкой", link) from None
    if url.user or url.password:
        raise failed("В ссылке записаны логин и пароль. Перенесите их в подключение (connection)", link)
    return url


def _proxy_for(url: URL) -> str | None:
    """Name the environment's proxy. The client's own ``trust_env`` would also send what ~/.netrc holds."""
    if proxy_bypass(url.host or ""):
        return None
    return getproxies().get(url.scheme)


def _redirected(url: URL, location: str) -> URL:
    """Return where a redirect leads. Only from http to https may the scheme change."""
    try:
        target = url.join(URL(location))
    except ValueError:
        raise failed("Сервер перенаправляет неизвестно куда", str(url)) from None
    if not location or not target.host or (url.scheme, target.scheme) not in _MAY_FOLLOW:
        raise failed(f"Сервер перенаправляет на недопустимый адрес {shown_link(str(target))}", str(url))
    return target.with_user(None)


def _same_server(start: URL, url: URL) -> bool:
    """Tell whether a redirect stayed at home; an upgrade from http to https on their usual ports does."""
    upgraded = (start.scheme, start.port, url.scheme, url.port) == ("http", 80, "https", 443)
    return start.host == url.host and (start.port == url.port or upgraded)


def _authorization(connection: Connection) -> str | None:
    """Return HTTP Basic for a connection with a login, a bearer token for one with no more than a secret."""
    token = connection.extra_dejson.get("token") or connection.password
    if connection.login:
        pair = f"{connection.login}:{connection.password or ''}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"
    return f"Bearer {token.strip()}" if token else None
