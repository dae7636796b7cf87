"""What is asked of a vendor in one request."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from plugins.hooks.vendor_answer import Reads
from plugins.hooks.vendor_fault import Fault


class Call(NamedTuple):
    """One request to a vendor."""

    method: str
    path: str
    query: Mapping[str, Any] = {}
    body: Any = None  # sent as JSON
    headers: Mapping[str, str] = {}
    counts_as: str = "call"  # under which method the budget counts it
    repeats: bool = True  # reads or sets: sending it twice does no harm; False: it creates
    once: bool = False  # the caller repeats it, or what is left of it, unless the vendor's limits refused it
    points: Decimal = Decimal(1)  # how many such calls it stands for
    reads: Reads = "json"


def as_asked(call: Call, fault: Fault) -> Fault:
    """Leave repetitions to a caller who wishes so: were they made here too, they would multiply."""
    return fault if fault.refused_by or not call.once else fault._replace(again=False)
