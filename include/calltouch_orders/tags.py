"""Tags of a deal: the kinds of goods in the order (calltouch 6.19)."""

from collections.abc import Iterable

from include.calltouch_orders.cuts import TAG, Cuts
from include.calltouch_orders.order import Line
from include.values.text import collapse


def deal_tags(lines: Iterable[Line], cuts: Cuts) -> list[str]:
    """Name the kinds of goods of an order's lines: trimmed, each once, sorted."""
    kinds = {name for line in lines if (name := collapse(line.kind))}
    return sorted({cuts.cut("tag", kind, TAG) for kind in kinds})
