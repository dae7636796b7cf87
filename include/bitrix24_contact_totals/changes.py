"""What a write to a contact changes, total by total and in words (decision 0011)."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, NamedTuple

from include.bitrix24.names import CHANGED_AT_COLUMN
from include.bitrix24_contact_totals.messages import held
from include.bitrix24_contact_totals.wording import ALL_YEARS, EVERYTHING
from include.wording import moment
from include.wording.changes import Change


class Named(NamedTuple):
    """A field of the portal's contacts: of a direction and year, of a year, of everything, of a moment."""

    field_name: str
    kind: str
    year: int | None
    direction: str | None

    @property
    def words(self) -> str:
        """Call it as people do."""
        if self.kind == "changed_at":
            return CHANGED_AT_COLUMN
        direction = (self.direction if self.kind == "total" else None) or EVERYTHING
        return f"{direction}, {self.year}" if self.year else f"{direction} {ALL_YEARS}"


def changes(before: object, after: object, named: Mapping[str, Named], zone: tzinfo) -> list[Change]:
    """Compare what a contact held with what it shall hold, the newest year first."""
    return list(_changes(_known(before), _known(after), named, zone))


def _changes(
    old: Mapping[str, Any], new: Mapping[str, Any], named: Mapping[str, Named], zone: tzinfo
) -> Iterator[Change]:
    for name in sorted(new, key=lambda each: _place(each, named)):
        field = named.get(name)
        if field and field.kind == "changed_at":
            yield Change(field.words, None, moment(new[name], zone))
        else:
            yield Change(field.words if field else name, held(old.get(name)), held(new[name]))


def _place(name: str, named: Mapping[str, Named]) -> tuple[int, str]:
    field = named.get(name)
    return -(field.year or 0) if field else 1, field.words if field else name


def _known(values: object) -> Mapping[str, Any]:
    return values if isinstance(values, Mapping) else {}
