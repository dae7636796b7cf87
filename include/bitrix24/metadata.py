"""What a portal says of itself: who we are there, its funnels, currencies and own fields (bitrix24 3)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.bitrix24.commands import Command
from include.bitrix24.replies import whole
from include.bitrix24.values import id_of, number_of, text_of

DEAL, CONTACT = 2, 3  # entityTypeId
COMMANDS: Mapping[str, Command] = {
    "profile": Command("profile"),
    "funnels": Command("crm.category.list", {"entityTypeId": DEAL}),
    "currencies": Command("crm.currency.list"),
    "base": Command("crm.currency.base.get"),
    "contact_fields": Command("crm.contact.userfield.list", {"filter": {"LANG": "ru"}}),
    "deal_fields": Command("crm.item.fields", {"entityTypeId": DEAL, "useOriginalUfNames": "Y"}),
}
USUAL_DECIMALS = 2


class CurrencyRow(NamedTuple):
    """A currency and its rate, a part of 0 is not told; in the order of ``stage.bitrix24_currency``."""

    currency: str
    amount: Decimal
    amount_cnt: Decimal
    is_base: bool
    decimals: int


class FunnelRow(NamedTuple):
    """A direction; in the order of ``stage.bitrix24_funnel``."""

    category_id: int
    name: str
    sort: int | None


class FieldRow(NamedTuple):
    """A field; in the order of ``stage.bitrix24_field``."""

    entity: str
    field_name: str
    type: str
    is_multiple: bool
    field_id: int | None
    label: str | None
    precision: int | None


class Metadata(NamedTuple):
    """All of it. ``is_admin``: None where the portal does not tell; ``base``: its base currency."""

    is_admin: bool | None
    base: str | None
    currencies: list[CurrencyRow]
    funnels: list[FunnelRow]
    fields: list[FieldRow]


def metadata(told: Mapping[str, Any]) -> Metadata:
    """Read the answers to ``COMMANDS``, by their keys."""
    base = text_of(told.get("base"))
    fields = [*_contact_fields(told.get("contact_fields")), *_deal_fields(told.get("deal_fields"))]
    return Metadata(
        _is_admin(told.get("profile")),
        base,
        list(_currencies(told.get("currencies"), base)),
        list(_funnels(told.get("funnels"))),
        list({(field.entity, field.field_name): field for field in fields}.values()),
    )


def _is_admin(profile: Any) -> bool | None:
    told = profile.get("ADMIN") if isinstance(profile, Mapping) else None
    return None if told is None else told in (True, 1, "1", "Y", "true")


def _rows(told: Any) -> Iterator[Mapping[str, Any]]:
    found: Iterable[Any] = told.values() if isinstance(told, Mapping) else told or ()
    yield from (row for row in found if isinstance(row, Mapping))


def _currencies(told: Any, base: str | None) -> Iterator[CurrencyRow]:
    seen = set()
    for row in _rows(told):
        code = text_of(row.get("CURRENCY"))
        if code is None or code in seen:
            continue
        seen.add(code)
        decimals = whole(row.get("DECIMALS"))
        yield CurrencyRow(
            code,
            number_of(row.get("AMOUNT")) or Decimal(0),
            number_of(row.get("AMOUNT_CNT")) or Decimal(0),
            code == base if base else row.get("BASE") == "Y",
            USUAL_DECIMALS if decimals is None else decimals,
        )


def _funnels(told: Any) -> Iterator[FunnelRow]:
    for row in _rows(told.get("categories") if isinstance(told, Mapping) else None):
        number = whole(row.get("id"))
        if number is not None:
            yield FunnelRow(number, text_of(row.get("name")) or str(number), whole(row.get("sort")))


def _contact_fields(told: Any) -> Iterator[FieldRow]:
    for row in _rows(told):
        name = text_of(row.get("FIELD_NAME"))
        settings = row.get("SETTINGS")
        precision = settings.get("PRECISION") if isinstance(settings, Mapping) else None
        label = row.get("EDIT_FORM_LABEL") or row.get("LIST_COLUMN_LABEL")
        if name:
            yield FieldRow(
                "contact",
                name,
                str(row.get("USER_TYPE_ID") or ""),
                row.get("MULTIPLE") == "Y",
                id_of(row.get("ID")),
                text_of(label) if isinstance(label, str) else None,
                whole(precision),
            )


def _deal_fields(told: Any) -> Iterator[FieldRow]:
    fields = told.get("fields") if isinstance(told, Mapping) else None
    for name, field in fields.items() if isinstance(fields, Mapping) else ():
        if isinstance(field, Mapping):
            shown = name if str(name).startswith("UF_") else field.get("upperName") or name
            own = str(shown) if str(shown).startswith("UF_") else str(name)
            yield FieldRow(
                "deal",
                own,
                str(field.get("type") or ""),
                field.get("isMultiple") in (True, "Y"),
                None,
                text_of(field.get("title")),
                None,
            )
