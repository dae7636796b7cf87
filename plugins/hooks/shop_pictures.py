"""What a web server tells of the files behind a shop's pictures, without fetching them (keepincrm Q22)."""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

import requests

log = logging.getLogger(__name__)

AT_ONCE = 4  # questions: a shop has visitors besides
A_SECOND = 40  # of all of them together
ROUND = 40  # after so many we look whether the server still likes to be asked
MOST_FAULTS = 200  # in all
MOST_PLACES = 4  # that one address may lead through
HOUR = 3600.0  # seconds that a check nobody has to have may take
_TIMEOUT = 15
_HEADERS = ("ETag", "Last-Modified", "Content-Length")
_GIVEN_UP = (
    "Картинки: сервер магазину не відповідає або не пускає (останнє: %s), далі не питаємо. Спитано: %d"
)
_TOO_LONG = "Картинки: сервер магазину відповідає повільно, решту спитає інший запуск. Спитано: %d"


class _Answer(NamedTuple):
    """What was told of a file, if anything was; ``fault``: the server is in trouble, or will not be asked."""

    address: str
    told: str | None = None
    fault: str | None = None


def validators(addresses: Iterable[str], patience: float = HOUR) -> Iterator[tuple[str, str]]:
    """
    Give of each file what changes with it; of one that cannot be asked for, or tells nothing, nothing.

    A server from which a round brings nothing but faults is not asked further, nor one that has had too many;
    nor does anybody wait longer than ``patience``, in seconds. Redirects are followed within the shop's
    server, as to the https form of an address; others lead away from the shop.
    """
    until, asked, faults = time.monotonic() + patience, 0, 0
    waiting = iter(addresses)
    with _Asker() as asker:
        while some := list(islice(waiting, ROUND)):
            answers = asker.ask(some)
            yield from ((each.address, each.told) for each in answers if each.told)
            asked += len(some)
            bad = [each.fault for each in answers if each.fault]
            faults += len(bad)
            if bad and (len(bad) == len(some) or faults > MOST_FAULTS):
                log.warning(_GIVEN_UP, bad[-1], asked)
                return
            if time.monotonic() > until:
                log.warning(_TOO_LONG, asked)
                return


class _Asker:
    """Some threads, each with a session of its own: requests does not promise that one may be shared."""

    def __init__(self) -> None:
        self._sessions: list[requests.Session] = []
        self._own = threading.local()
        self._pool = ThreadPoolExecutor(AT_ONCE, initializer=self._open)

    def __enter__(self) -> "_Asker":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        for session in self._sessions:
            session.close()

    def ask(self, addresses: Iterable[str]) -> list[_Answer]:
        """Ask for all of them, in their order."""
        return list(self._pool.map(self._one, addresses))

    def _open(self) -> None:
        self._own.session = requests.Session()
        self._sessions.append(self._own.session)

    def _one(self, address: str) -> _Answer:
        """Ask of one address, wherever on its server that leads; each question is one of ``A_SECOND``."""
        place: str | None = address
        answer = _Answer(address)
        for _ in range(MOST_PLACES):
            if place is None:
                break
            begun = time.monotonic()
            answer, place = _asked(self._own.session, place)
            time.sleep(max(0.0, begun + AT_ONCE / A_SECOND - time.monotonic()))
        return answer._replace(address=address)


def _asked(session: requests.Session, address: str) -> tuple[_Answer, str | None]:
    """Ask of an address; give the answer, and where on the same server to ask instead."""
    try:
        answer = session.head(address, timeout=_TIMEOUT, allow_redirects=False)
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema):
        return _Answer(address), None
    except (requests.RequestException, UnicodeDecodeError) as fault:  # the latter: of a redirect
        return _Answer(address, fault=type(fault).__name__), None
    if answer.status_code != 200:
        is_missing = answer.status_code in (404, 410)
        told = _Answer(address, fault=None if is_missing else f"HTTP {answer.status_code}")
        return told, _place(address, answer.next)
    if answer.headers.get("Content-Type", "").startswith("text/"):  # a page, instead of the picture
        return _Answer(address), None
    tags = [answer.headers.get(name) for name in _HEADERS]
    return _Answer(address, " ".join(text or "-" for text in tags) if any(tags) else None), None


def _place(address: str, further: requests.PreparedRequest | None) -> str | None:
    """Give where a redirect leads, if that is the same server or its https form."""
    if further is None or further.url is None:
        return None
    here, there = urlsplit(address), urlsplit(further.url)
    is_there = (here.scheme, here.port) == (there.scheme, there.port)
    is_secured = (here.scheme, there.scheme) == ("http", "https")
    return further.url if here.hostname == there.hostname and (is_there or is_secured) else None
