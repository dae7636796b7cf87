"""What a write to a deal changes, field by field and in words: for people to judge (decision 0011)."""

import re
from collections.abc import Mapping
from typing import Any

from include.bitrix24.echo import is_empty
from include.bitrix24_deal_products.wording import ARTICLE, FIELDS, FIRST_DAY, LAST_DAY
from include.settings.bitrix24_deal_products import DealProductsSettings
from include.values.masking import mask_text
from include.wording import money
from include.wording.changes import Change

Names = Mapping[str, str]  # field of the deal -> words
TEXT = "string"  # of an unknown field 0 is a value
PRODUCT = "product_id"  # names the source of a write and is no part of what is changed
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}.*)?")
_SUM = re.compile(r"(-?\d+(?:\.\d+)?)\|([A-Z]{3})")


def names_of(settings: DealProductsSettings | None) -> Names:
    """Call the fields of deals as people do: by what the settings put into them."""
    if settings is None:
        return FIELDS
    dates, own = settings.dates, {}
    for trip, words in ((dates.range or dates.start, FIRST_DAY), (dates.end, LAST_DAY)):
        if trip and trip.field:
            own[trip.field] = words
    if settings.article:
        own[settings.article.field] = ARTICLE
    own |= {copied.field: f"Свойство {copied.property}" for copied in settings.fields}
    return {**FIELDS, **{name: words for name, words in own.items() if name not in FIELDS}}


def changes(before: object, after: object, names: Names) -> list[Change]:
    """Compare what a deal held with what it shall hold; a field that reads the same is left out."""
    old, new = (value if isinstance(value, Mapping) else {} for value in (before, after))
    order = [*(name for name in names if name in new), *(name for name in new if name not in names)]
    told = (
        Change(names.get(name, name), said(old.get(name)), said(new[name]))
        for name in order
        if name != PRODUCT
    )
    return [change for change in told if change.old != change.new]


def holdings(values: object, names: Names) -> list[Change]:
    """Tell what was copied into a deal, field by field; what is empty is left out."""
    return [change for change in changes({}, values, names) if change.new is not None]


def said(value: Any) -> str | None:
    """Tell a value of a field: a day, a sum, several texts, a text; None: it is empty."""
    if is_empty(value, TEXT):
        return None
    if isinstance(value, list):
        return "; ".join(text for each in value if (text := said(each)))
    if isinstance(value, bool):
        return "да" if value else "нет"
    text = str(value)
    if day := _DAY.fullmatch(text):
        return ".".join(reversed(day.groups()))
    if total := _SUM.fullmatch(text):
        return money(total[1], total[2])
    return mask_text(text)
