"""What documents refer to, as far as it was read: names, items with their folders, contacts, currencies."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from include.onec import asks as of
from include.onec.asks import REF, Asks
from include.onec.decode import ordinal, reference, text
from include.onec.literals import is_guid
from include.onec.pages import Page

Normalise = Callable[[str], list[str]]
Row = Mapping[str, Any]

_DEEPEST = 32  # folders above an item; a longer chain is a ring
_LETTERS = re.compile(r"[A-Za-z]{3}")
_BY_NUMBER = {
    **{"643": "RUB", "810": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "398": "KZT", "933": "BYN"},
    **{"980": "UAH", "860": "UZS", "417": "KGS", "051": "AMD", "944": "AZN", "981": "GEL", "949": "TRY"},
    **{"826": "GBP", "392": "JPY", "756": "CHF", "985": "PLN", "784": "AED", "356": "INR", "410": "KRW"},
}
RUBLE = "RUB"


class Contacts(NamedTuple):
    """Normalised phones and e-mails in order of appearance, each once, and what is no phone."""

    phones: list[str]
    emails: list[str]
    dropped: list[str]


class Item(NamedTuple):
    """An item of the nomenclature."""

    kind: str | None
    parent: str | None


class Catalogs:
    """
    The catalogs of one reading.

    ``phones`` and ``emails`` split and normalise what a person has typed, ``dropped`` gives what is no phone.
    """

    def __init__(self, asks: Asks, phones: Normalise, emails: Normalise, dropped: Normalise) -> None:
        self._asks = asks
        self._phones = phones
        self._emails = emails
        self._dropped = dropped
        self.names: dict[str, str] = {}
        self.currencies: dict[str, str | None] = {}
        self._items: dict[str, Item] = {}
        self._folders: dict[str, str | None] = {}
        self._contacts: dict[str, Contacts] = {}

    def learn(self, page: Page) -> None:
        """Remember a page of a catalog."""
        if page.role == "contacts":
            self._learn_contacts(page.rows)
            return
        for row in page.rows:
            ref = reference(row.get(REF))
            if not ref:
                continue
            self.names[ref] = text(row.get("Description")) or ""
            match page.role:
                case "items":
                    self._items[ref] = Item(self._kind(row), reference(row.get("Parent_Key")))
                case "folders":
                    self._folders[ref] = reference(row.get("Parent_Key"))
                case "currencies":
                    self.currencies[ref] = currency_code(row)
                case "contractors" if self._asks.profile.contacts.mode == "attributes":
                    names = self._asks.profile.contacts
                    self._contacts[ref] = self.contacts_in(row, names.phones, names.emails)

    def name(self, ref: str | None) -> str | None:
        """Name what a reference leads to; None when it leads nowhere that was read."""
        return self.names.get(ref or "") or None

    def contacts(self, contractor: str | None) -> Contacts:
        """Give a contractor's phones and e-mails."""
        return self._contacts.get(contractor or "") or Contacts([], [], [])

    def contacts_in(self, row: Row, phones: Iterable[str], emails: Iterable[str]) -> Contacts:
        """Read phones and e-mails out of ordinary attributes."""
        found = Contacts([], [], [])
        for prop in phones:
            self._add_phones(found, text(row.get(prop)) or "")
        for prop in emails:
            _add(found.emails, self._emails(text(row.get(prop)) or ""))
        return found

    def item_kind(self, ref: str | None) -> str | None:
        """Name an item's «Вид номенклатуры»: an item of a catalog, or the value of an enumeration."""
        item = self._items.get(ref or "")
        kind = item.kind if item else None
        return self.name(kind) if is_guid(kind) else kind

    def groups(self, ref: str | None) -> list[str]:
        """Name the item itself and the folders above it, the nearest first."""
        item = self._items.get(ref or "")
        path = [ref] if item else []
        parent = item.parent if item else None
        while parent and len(path) < _DEEPEST:
            path.append(parent)
            parent = self._folders.get(parent)
        return [name for step in path if (name := self.name(step))]

    def _add_phones(self, found: Contacts, typed: str) -> None:
        _add(found.phones, self._phones(typed))
        _add(found.dropped, self._dropped(typed))

    def _kind(self, row: Row) -> str | None:
        prop = self._asks.profile.catalogs.item_kind
        return reference(row.get(prop)) if prop.endswith("_Key") else text(row.get(prop))

    def _learn_contacts(self, rows: Iterable[Row]) -> None:
        excluded = {str(ref) for ref in self._asks.profile.contacts.excluded_kinds}
        for row in sorted(rows, key=lambda row: ordinal(row.get("LineNumber"))):
            owner = reference(row.get(REF))
            if not owner or reference(row.get(of.CONTACT_KIND)) in excluded:
                continue
            found = self._contacts.setdefault(owner, Contacts([], [], []))
            columns = (of.CONTACT_TEXT, of.CONTACT_PHONE, of.CONTACT_EMAIL)
            shown, phone, email = (text(row.get(column)) or "" for column in columns)
            match text(row.get(of.CONTACT_TYPE)):
                case "Телефон":
                    self._add_phones(found, shown if self._phones(shown) else phone or shown)
                case "АдресЭлектроннойПочты":
                    _add(found.emails, self._emails(email) or self._emails(shown))


def currency_code(row: Row) -> str | None:
    """Tell a currency's ISO code by its number, else by its name; None when neither says."""
    number, name = text(row.get("Code")) or "", text(row.get("Description")) or ""
    if number.zfill(3) in _BY_NUMBER:
        return _BY_NUMBER[number.zfill(3)]
    if name.casefold().startswith("руб"):
        return RUBLE
    return name.upper() if _LETTERS.fullmatch(name) else None


def _add(known: list[str], found: Iterable[str]) -> None:
    known.extend(value for value in dict.fromkeys(found) if value not in known)
