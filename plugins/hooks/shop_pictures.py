"""What a web server tells of the files behind a shop's pictures, without fetching them (keepincrm Q22)."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import requests

AT_ONCE = 4  # questions: a shop has visitors besides
SECONDS = 15
_HEADERS = ("ETag", "Last-Modified", "Content-Length")


def validators(addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give of each file what changes with it; of one that cannot be asked for, or tells nothing, nothing."""
    with requests.Session() as session, ThreadPoolExecutor(AT_ONCE) as pool:
        for address, told in pool.map(partial(_validator, session), addresses):
            if told is not None:
                yield address, told


def _validator(session: requests.Session, address: str) -> tuple[str, str | None]:
    try:
        answer = session.head(address, timeout=SECONDS, allow_redirects=True)
    except requests.RequestException:
        return address, None
    told = [answer.headers.get(name) for name in _HEADERS]
    return address, " ".join(text or "-" for text in told) if answer.ok and any(told) else None
