"""What a web server tells of the files behind a shop's pictures, without fetching them (keepincrm Q22)."""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

import requests

log = logging.getLogger(__name__)

AT_ONCE = 4  # questions: a shop has visitors besides
A_SECOND = 40  # of all of them together
ROUND = 40  # after so many we look whether the server still likes to be asked
MOST_FAULTS = 200  # in all
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
    nor does anybody wait longer than ``patience``, in seconds. Redirects are not followed: they lead away
    from the shop, or from an address that its owner has told us wrongly.
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
        begun = time.monotonic()
        answer = _asked(self._own.session, address)
        time.sleep(max(0.0, begun + AT_ONCE / A_SECOND - time.monotonic()))
        return answer


def _asked(session: requests.Session, address: str) -> _Answer:
    try:
        answer = session.head(address, timeout=_TIMEOUT, allow_redirects=False)
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema):
        return _Answer(address)
    except requests.RequestException as fault:
        return _Answer(address, fault=type(fault).__name__)
    if answer.status_code != 200:
        is_missing = answer.status_code in (404, 410)
        return _Answer(address, fault=None if is_missing else f"HTTP {answer.status_code}")
    told = [answer.headers.get(name) for name in _HEADERS]
    return _Answer(address, " ".join(text or "-" for text in told) if any(told) else None)
