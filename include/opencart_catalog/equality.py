"""When a value of the shop and one of the CRM are the same (keepincrm Q24); else each night changes all."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

from include.keepincrm.custom_fields import comparable

__all__ = ["comparable", "same_amount", "same_day", "same_markup", "same_text"]

_NOTHING = re.compile(r"(?:-?0+(?:[.,]0*)?(?: [A-Z]{3})?)?")


def same_text(one: str | None, other: str | None) -> bool:
    """Compare texts: entities, composed letters and blanks do not matter; nothing is the same as empty."""
    return one == other or comparable(one) == comparable(other)


def same_markup(one: str | None, other: str | None) -> bool:
    """
    Compare HTML as its texts and tags: quotes, the order of attributes and blanks do not matter.

    Entities are decoded once, by the parser: an encoded tag is a text, and no tag.
    """
    return _collapsed(one) == _collapsed(other) or _Pieces.of(one) == _Pieces.of(other)


def same_day(one: str | None, other: str | None) -> bool:
    """Compare days; the CRM may add a time, or write the day first, «20.07.2026»."""
    return _day(one) == _day(other)


def same_amount(one: str | None, other: str | None) -> bool:
    """Compare amounts; «12.00 USD» is itself. Zero is none: so the CRM may tell of a price taken away."""
    return one == other or _amount(one) == _amount(other)


class _Pieces(HTMLParser):
    """Texts and tags in order, as far as people see a difference."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[object] = []

    @classmethod
    def of(cls, html: str | None) -> list[object]:
        parser = cls()
        parser.feed(html or "")
        parser.close()
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, _collapsed(value)) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if text := _collapsed(data):
            self.found.append((text,))


def _day(text: str | None) -> str:
    day = (text or "").strip()[:10]
    parts = day.split(".")
    return "-".join(reversed(parts)) if len(parts) == 3 else day


def _amount(text: str | None) -> Decimal | str | None:
    if text is None or _NOTHING.fullmatch(text.strip()):
        return None
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        return text


def _collapsed(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())
