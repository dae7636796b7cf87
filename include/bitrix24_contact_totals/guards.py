"""Whether a reading of won deals can be believed, compared with the one before (bitrix24 7.2, 3 and 4)."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import NamedTuple

FEW_DEALS = 50  # of which the sum may grow as it likes
FEW_MISSING = 5  # contacts that may be hidden from the webhook, however few there are
FEW_REFUSED = 1  # writes that may be refused: a single one fails no run, whatever its share
FEW_MOVED = 3  # rows that may come and go while a long reading goes on, however small the portal


class Size(NamedTuple):
    """What a direction's won deals come to."""

    deals: int
    minor: int


Sizes = Mapping[int, Size]


def drops(before: Sizes, now: Sizes, shown: Collection[int], most: float) -> list[str]:
    """Say in a line each what has become much less, over the directions that both readings are about."""
    had, has = _sum(before), _sum(now)
    lines = []
    if _fell(had.deals, has.deals, most):
        lines.append(f"сделок было {had.deals}, стало {has.deals}")
    if had.minor and _fell(had.minor, has.minor, most):
        lines.append(f"сумма упала на {_percent(had.minor, has.minor)} %")
    lines += [
        f"воронки {number} больше нет, в ней было сделок: {size.deals}"
        for number, size in sorted(before.items())
        if size.deals and number not in now and number not in shown
    ]
    return lines


def growth(before: Sizes, now: Sizes, most: float | None) -> str | None:
    """
    Say that the sum has become much more; None: it has not, or the guard is off.

    A portal with few deals may double in a day, and a sum of nothing has nothing to be compared with.
    """
    had, has = _sum(before), _sum(now)
    if not most or had.deals <= FEW_DEALS or not had.minor:
        return None
    if has.minor - had.minor <= Decimal(str(most)) * abs(had.minor):
        return None
    return f"сумма выросла на {Decimal(100 * (has.minor - had.minor)) / abs(had.minor):.1f} %"


def is_other_portal(known: int, seen: int, least: float) -> bool:
    """Tell whether so few of the deals we know are seen again that this must be another portal."""
    return seen < Decimal(str(least)) * known


def mismatch(rows: int, before: int | None, after: int | None, *, requests: int, share: float) -> str | None:
    """
    Say how the rows of a reading differ from what the portal counted before and after it; None: they agree.

    A short reading has to agree exactly; past four requests deals may come and go meanwhile.
    """
    allowed = 0 if requests <= 4 else max(FEW_MOVED, int(rows * share))
    told = {"до": before, "после": after}
    wrong = [
        f"{when} чтения портал насчитал {count}"
        for when, count in told.items()
        if _differs(rows, count, allowed)
    ]
    return f"прочитано {rows}, " + ", ".join(wrong) if wrong else None


def _differs(rows: int, count: int | None, allowed: int) -> bool:
    return count is not None and abs(rows - count) > allowed


def _sum(sizes: Sizes) -> Size:
    return Size(sum(size.deals for size in sizes.values()), sum(size.minor for size in sizes.values()))


def _fell(before: int, now: int, most: float) -> bool:
    """Tell whether it fell by more than a share; 1: everything may go, even below nothing."""
    return most < 1 and before - now > Decimal(str(most)) * abs(before)


def _percent(before: int, now: int) -> str:
    return f"{100 * (before - now) / abs(before):.1f}"


def exceeds(part: int, share: float, whole: int) -> bool:
    """Tell whether a part is more than a share of the whole, to the unit."""
    return part > Decimal(str(share)) * whole
