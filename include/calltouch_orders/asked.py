"""Which order a person means: a document's GUID, or its kind, number and year as people write them (6.20)."""

import re
from typing import NamedTuple
from uuid import UUID

from include.errors import ConfigError

KINDS = {
    "customer_order": "customer_order",
    "заказ покупателя": "customer_order",
    "work_order": "work_order",
    "заказ-наряд": "work_order",
}
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_YEAR = re.compile(r"(?P<number>.*\S)\s+(?:от\s+)?(?P<year>20[0-9]{2})(?:\s*г\.?)?")


class Asked(NamedTuple):
    """An order that a person asked for. Numbers repeat yearly and in every kind, so both may be named."""

    ref: UUID | None = None
    number: str | None = None
    kind: str | None = None
    year: int | None = None

    def __str__(self) -> str:
        """Spell it the way people do."""
        titles = {kind: title.capitalize() for title, kind in KINDS.items() if title != kind}
        parts = (titles.get(self.kind or ""), self.number, self.year)
        return str(self.ref) if self.ref else " ".join(str(part) for part in parts if part)


def asked_order(text: str) -> Asked:
    """
    Read «2c55a318-…», «ЕР00-000123», «ЕР00-000123 2023» or «Заказ-наряд ЕР00-000123 2023».

    Raises ConfigError when nothing of the kind is there.
    """
    words = " ".join(text.split())
    if _GUID.fullmatch(words):
        return Asked(ref=UUID(words))
    kind = next((name for name in KINDS if words.casefold().startswith(f"{name} ")), None)
    rest = words[len(kind) :].strip() if kind else words
    dated = _YEAR.fullmatch(rest)
    number, year = (dated["number"], int(dated["year"])) if dated else (rest, None)
    if not number or " " in number:
        raise ConfigError(
            f"Документ «{text}» не понят. Нужен GUID или номер, к которому можно добавить вид и год: "
            "«Заказ-наряд ЕР00-000123 2023»."
        )
    return Asked(number=number, kind=KINDS[kind] if kind else None, year=year)
