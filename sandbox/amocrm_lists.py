"""
Lists of amoCRM: filters that only some accounts have paid for, orders, pages with links (amocrm 4 and 5.14).
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from sandbox.amocrm_account import Account
from sandbox.amocrm_material import Record
from sandbox.amocrm_wire import API, Asked, Refused

MOST, MOST_EVENTS, LOWERED = 250, 100, 50
TIMES = ("created_at", "updated_at", "closed_at", "closest_task_at")
Test = Callable[[Record], bool]


class Paging(NamedTuple):
    """Which page, of how many rows."""

    page: int
    limit: int

    def of(self, rows: Iterable[Record]) -> tuple[list[Record], bool]:
        """Cut a page out of rows; tell whether there are others after it."""
        start = (self.page - 1) * self.limit
        found = list(islice(rows, start, start + self.limit + 1))
        return found[: self.limit], len(found) > self.limit


def paging(account: Account, asked: Asked, most: int = MOST) -> Paging:
    """Read page and limit; a limit above the vendor's falls without a word. Raises Refused."""
    most = min(most, int(account.ways["max_limit"]))
    page, limit = (_positive(asked, name, usual) for name, usual in (("page", 1), ("limit", LOWERED)))
    return Paging(page, limit if limit <= most else min(LOWERED, most))


def _positive(asked: Asked, name: str, usual: int) -> int:
    told = str(asked.params.get(name, usual))
    if not told.isdecimal() or int(told) < 1:
        raise invalid(name, "InvalidType", "This value should be positive.")
    return int(told)


def invalid(path: str, code: str, detail: str) -> Refused:
    """Say what is wrong with a request, as the vendor does."""
    error = {"code": code, "path": path, "detail": detail}
    told = [{"request_id": "0", "errors": [error]}]
    return Refused(400, "Request validation failed", **{"validation-errors": told})


def enveloped(
    account: Account, asked: Asked, paging: Paging, rows: Sequence[Record], has_more: bool, name: str = ""
) -> Record | None:
    """Wrap a page in its links; a page without rows is no content."""
    if not rows:
        return None
    is_full = len(rows) == paging.limit and account.ways["next_on_full_last_page"] == "yes"
    links = {"self": _link(account, asked, paging.page, asked.host)}
    if has_more or is_full:
        links["next"] = _link(account, asked, paging.page + 1, account.ways["shard_next"] or asked.host)
    if paging.page > 1:
        links["first"] = _link(account, asked, 1, asked.host)
        links["prev"] = _link(account, asked, paging.page - 1, asked.host)
    collection = name or asked.path.rpartition("/")[2]
    return {"_page": paging.page, "_links": links, "_embedded": {collection: list(rows)}}


def _link(account: Account, asked: Asked, page: int, host: str) -> dict[str, str]:
    pairs = [*_flat({**asked.params, "page": page})]
    return {"href": f"https://{host}{API}{asked.path}?{urlencode(pairs, quote_via=quote)}"}


def _flat(told: Any, name: str = "") -> Iterable[tuple[str, Any]]:
    if isinstance(told, Mapping | list):
        numbered = enumerate(told) if isinstance(told, list) else told.items()
        for key, value in numbered:
            yield from _flat(value, f"{name}[{key}]" if name else str(key))
    else:
        yield name, told


def ordered(records: Iterable[Record], asked: Asked, known: Sequence[str]) -> list[Record]:
    """Sort by the first order that is said, by number where none is. Raises Refused."""
    told = asked.params.get("order")
    name, way = next(iter(told.items()), ("id", "asc")) if isinstance(told, dict) else ("id", "asc")
    if name not in known or way not in ("asc", "desc"):
        raise invalid(f"order[{name}]", "NotSupportedChoice", "The value you selected is not a valid choice.")
    if name == "id":
        return sorted(records, key=operator.itemgetter("id"), reverse=way == "desc")
    return sorted(records, key=lambda each: (each[name] or 0, each["id"]), reverse=way == "desc")


def passing(account: Account, asked: Asked) -> Test | None:
    """
    Return what rows a filter lets through; None: none at all.

    Where filters are not paid for, all rows pass, without a word.
    """
    if not account.facts["filters"]:
        return _all
    tests: list[Test] = []
    for name, told in asked.filter.items():
        test = _test(name, told, account.ways["filter_bounds"])
        if test is None and (name in TIMES or account.ways["unknown_filter"] == "empty"):
            return None
        tests += [test] if test else []
    return (lambda record: all(test(record) for test in tests)) if tests else _all


def _all(record: Record) -> bool:
    return True


def _test(name: str, told: Any, bounds: str) -> Test | None:
    if name == "statuses":
        pairs = {(int(each["pipeline_id"]), int(each["status_id"])) for each in told}
        return lambda record: (record["pipeline_id"], record["status_id"]) in pairs
    if name in (*TIMES, "price"):
        return _bounds(name, told, bounds)
    if name in ("id", "pipeline_id", "responsible_user_id", "created_by", "updated_by"):
        numbers = {int(each) for each in (told if isinstance(told, list) else [told])}
        return lambda record: record.get(name) in numbers
    return None


def _bounds(name: str, told: Any, bounds: str) -> Test | None:
    """Return what lets through a value from one to another; None: it is not spelled as a range."""
    if not isinstance(told, dict):
        return None
    first, last = (float(told.get(end, ends)) for end, ends in (("from", "-inf"), ("to", "inf")))
    after = operator.gt if bounds == "exclusive" else operator.ge
    before = operator.le if bounds == "inclusive" else operator.lt
    return lambda record: (
        record[name] is not None and after(record[name], first) and before(record[name], last)
    )
