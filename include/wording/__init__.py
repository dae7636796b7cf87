"""Russian as people read it. Here numbers and moments; in the modules states of runs, rows of a run's log."""

from include.wording.numbers import (
    MINUS,
    THIN_SPACE,
    amount,
    file_size,
    governed,
    lasting,
    moment,
    moment_in,
    money,
    number,
    places_of,
    plural,
    quantity,
    share_of,
    shortened,
    zone_name,
)

__all__ = [
    "MINUS",
    "THIN_SPACE",
    "amount",
    "file_size",
    "governed",
    "lasting",
    "moment",
    "moment_in",
    "money",
    "number",
    "places_of",
    "plural",
    "quantity",
    "share_of",
    "shortened",
    "zone_name",
]
