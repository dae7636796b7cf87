"""A query as the web server must see it, short enough to pass (onec-odata 4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from include.onec.literals import any_of

MAX_KEYS = 20  # alternatives in one condition
MAX_LENGTH = 1900  # characters of an encoded query; IIS cuts at about 2,000 and answers 404 with a page
_PLAIN = "'(),*:/"  # left as they are in a value: all legal in a query, and much shorter so


class Query(NamedTuple):
    """A question to a set; what is empty is left out."""

    filter: str = ""
    select: Sequence[str] = ()
    orderby: str = ""
    top: int | None = None
    skip: int | None = None

    def options(self) -> dict[str, str]:
        """Name the options as OData does."""
        options = {
            "$filter": self.filter,
            "$select": ",".join(self.select),
            "$orderby": self.orderby,
            "$top": self.top,
            "$skip": self.skip,
        }
        return {key: str(value) for key, value in options.items() if value not in ("", None)}

    def length(self) -> int:
        """Count the characters of the encoded query."""
        return len(encoded_query(self.options()))


def encoded_query(options: Mapping[str, str]) -> str:
    """Percent-encode as UTF-8, a space as %20: the base does not take ``+`` for a space."""
    return "&".join(f"{key}={quote(value, safe=_PLAIN)}" for key, value in options.items())


def encoded_path(path: str) -> str:
    """Percent-encode a path, leaving the signs of keys and virtual tables."""
    return quote(path, safe="/()'=,$")


def lots(terms: Iterable[str], query: Query) -> Iterator[Query]:
    """Spread alternatives over as few queries as the two limits allow; ``query`` gives the rest of each."""
    room = MAX_LENGTH - query._replace(filter="-").length()
    lot: list[str] = []
    length = 0
    for term in terms:
        added = len(quote(term, safe=_PLAIN)) + len("%20or%20")
        if lot and (len(lot) == MAX_KEYS or length + added > room):
            yield query._replace(filter=any_of(lot))
            lot, length = [], 0
        lot.append(term)
        length += added
    if lot:
        yield query._replace(filter=any_of(lot))
