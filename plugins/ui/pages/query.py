"""What an address may carry: numbers that fit a column, and filters of which an empty one is none."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, BeforeValidator

LARGEST = 2**63 - 1
LARGEST_SEQ = 2**31 - 1
LAST_PAGE = 10_000


def or_none(value: object) -> object:
    """Take an empty field of a form for none."""
    return value or None


def pattern_of(text: str) -> str:
    """Give what `ilike` finds a part of a text by, its own signs taken as they stand."""
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def number_in(text: str) -> int | None:
    """Give the number a text is, if a column could hold it."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST else None


Number = Annotated[int, Path(ge=1, le=LARGEST)]
Filter = Annotated[str | None, Query(max_length=200), BeforeValidator(or_none)]
NumberFilter = Annotated[int | None, Query(ge=1, le=LARGEST), BeforeValidator(or_none)]
SignedFilter = Annotated[int | None, Query(ge=-LARGEST, le=LARGEST), BeforeValidator(or_none)]
YearFilter = Annotated[int | None, Query(ge=1, le=9999), BeforeValidator(or_none)]
Funnel = Annotated[
    int | None, Query(ge=0, le=LARGEST_SEQ), BeforeValidator(lambda value: None if value == "" else value)
]
Day = Annotated[date | None, Query(), BeforeValidator(or_none)]
Moment = Annotated[AwareDatetime | None, Query(), BeforeValidator(or_none)]
DecimalFilter = Annotated[Decimal | None, Query(max_digits=30), BeforeValidator(or_none)]
Seq = Annotated[int, Query(ge=0, le=LARGEST_SEQ)]
PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE)]
