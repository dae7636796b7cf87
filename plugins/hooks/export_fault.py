"""What a failed fetch is called: one sentence for people, and whether trying again may help."""

import errno
import logging
import ssl
import traceback
from typing import NamedTuple

import aiohttp

from include.errors import BadFile, FetchFailed
from plugins.hooks.shown_link import shown_link

log = logging.getLogger(__name__)


class TemporaryFetchFailed(FetchFailed):
    """Say that the source failed in a way that often passes by itself: the task may try again."""

    temporary = True


class _Meaning(NamedTuple):
    """What one kind of exception means."""

    error: type[BaseException]
    temporary: bool
    text: str


# The first line that fits counts: aiohttp's exceptions inherit from one another.
_MEANINGS = (
    _Meaning(aiohttp.ConnectionTimeoutError, True, "Сервер не отвечает: соединения нет за отведённое время"),
    _Meaning(aiohttp.SocketTimeoutError, True, "Сервер замолчал посреди передачи"),
    _Meaning(TimeoutError, True, "Файл не получен за отведённое время"),
    _Meaning(
        aiohttp.ClientConnectorCertificateError,
        False,
        "Сертификату сервера нельзя доверять. Попросите владельца выгрузки его обновить",
    ),
    _Meaning(aiohttp.ClientSSLError, False, "Защищённое соединение с сервером не устанавливается"),
    _Meaning(aiohttp.ClientConnectorDNSError, True, "Имя сервера не находится. Проверьте адрес в ссылке"),
    _Meaning(aiohttp.ClientHttpProxyError, False, "Прокси-сервер отказал в соединении"),
    _Meaning(aiohttp.ClientConnectorError, True, "Сервер не принимает соединение"),
    _Meaning(aiohttp.ServerDisconnectedError, True, "Сервер разорвал соединение, не ответив"),
    _Meaning(aiohttp.ClientPayloadError, True, "Файл передан не до конца: соединение оборвалось"),
    _Meaning(aiohttp.ClientOSError, True, "Соединение с сервером оборвалось"),
    _Meaning(aiohttp.InvalidURL, False, "Ссылка написана с ошибкой"),
    _Meaning(aiohttp.ClientError, False, "Сервер ответил не по правилам HTTP"),
    _Meaning(FileNotFoundError, False, "Файла по ссылке нет. Проверьте ссылку и то, что выгрузка создаётся"),
    _Meaning(NotADirectoryError, False, "Файла по ссылке нет. Проверьте ссылку и то, что выгрузка создаётся"),
    _Meaning(
        PermissionError,
        False,
        "Нет права прочитать файл. Дайте его учётной записи, под которой работает Airflow",
    ),
    _Meaning(OSError, True, "Файл не читается"),
    _Meaning(ImportError, False, "Для хранилища с такой ссылкой не установлена библиотека"),
    _Meaning(
        ValueError, False, "Ссылка такого вида не поддерживается: нужна http, https, file или хранилище"
    ),
    _Meaning(Exception, True, "Хранилище ответило ошибкой"),
)

_NETWORK = {
    errno.ECONNREFUSED: "по этому адресу и порту никто не отвечает",
    errno.ECONNRESET: "соединение сброшено",
    errno.EPIPE: "соединение сброшено",
    errno.ETIMEDOUT: "время вышло",
    errno.EHOSTUNREACH: "сеть до него не доходит",
    errno.ENETUNREACH: "сеть до него не доходит",
}
_CERTIFICATE = {  # numbers of OpenSSL
    10: "срок истёк",
    18: "он подписан сам собой",
    19: "он подписан сам собой",
    20: "неизвестно, кто его выдал",
    21: "неизвестно, кто его выдал",
    62: "он выдан другому имени",
}
_IF_IT_STAYS = ". Если это повторяется, сообщите владельцу выгрузки."
FETCH_ERRORS = (aiohttp.ClientError, TimeoutError)


def failed(text: str, link: str, *, temporary: bool = False) -> FetchFailed:
    """Put a fault, the place it happened at, and whom to turn to if it does not pass into one message."""
    kind = TemporaryFetchFailed if temporary else FetchFailed
    return kind(f"{text}: {shown_link(link)}{_IF_IT_STAYS if temporary else ''}")


def too_big(max_bytes: int) -> BadFile:
    """Name the limit that a file has passed."""
    limit = f"{max_bytes / 2**20:.6g} МиБ"
    return BadFile(f"Файл больше {limit}: столько не принимается. Выгружайте меньший период")


def explained(error: BaseException, link: str) -> FetchFailed:
    """Translate an exception of the network or a storage; its own text may hold the link, so it stays out."""
    meaning = next(meaning for meaning in _MEANINGS if isinstance(error, meaning.error))
    if meaning.error is Exception:  # perhaps a mistake of ours: where it happened is no secret
        log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    return failed(f"{meaning.text}{_reason(error)}", link, temporary=meaning.temporary)


def refused(status: int, link: str, connection: str | None) -> FetchFailed:
    """Translate an HTTP status other than 200."""
    if status in (401, 403, 407):
        advice = (
            f"проверьте логин и пароль подключения «{connection}»"
            if connection
            else "назовите у источника подключение (connection) с логином и паролем"
        )
        return failed(f"Сервер отказал в доступе ({status}), {advice}", link)
    if status in (404, 410):
        return failed(f"По ссылке ничего нет ({status}). Проверьте ссылку и то, что выгрузка создаётся", link)
    if status in (408, 425, 429) or status >= 500:
        return failed(f"Сервер временно не отдаёт файл ({status})", link, temporary=True)
    return failed(f"Сервер не отдал файл, ответ {status}", link)


def _reason(error: BaseException) -> str:
    """Add the system's own word for it, where it tells more than the message does."""
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f" ({_CERTIFICATE.get(cause.verify_code, f'код {cause.verify_code}')})"
    if isinstance(cause, OSError) and cause.errno in _NETWORK:
        return f" ({_NETWORK[cause.errno]})"
    if isinstance(error, aiohttp.ClientError | OSError):
        return ""
    return f" ({type(error).__name__})"
