"""
How a material differs from what it shall hold, field by field (keepincrm 10, step 12; Q9-Q12, Q22-Q24).

Compared with what the CRM holds now; pictures, whose address it may rewrite, with what was last sent.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.opencart_catalog.equality import same_amount, same_day, same_markup, same_text
from include.opencart_catalog.wanted import Item, Rules, Wanted, amount
from include.settings.opencart_catalog import Crm

Sent = Mapping[str, str | None]
_UNKNOWN = object()


class Material(NamedTuple):
    """A material of the CRM. ``sent``: what is remembered of it, by the names of mart.catalog_sent_value."""

    material_id: int
    sku: str | None
    title: str | None
    price: Decimal | None
    currency: str | None
    category_id: int | None
    asset_url: str | None
    irrelevant: bool | None
    named_prices: Mapping[str, str]
    custom_fields: Mapping[str, str]
    rule: str
    sent: Sent


class Destination(NamedTuple):
    """Where a material shall be moved: a category of the CRM, or one that this run creates."""

    category_id: int | None = None
    shop_category_id: int | None = None


class Changes(NamedTuple):
    """
    What to send: fields in one call, custom fields in another. ``names``: the owned fields that change.

    ``agreed``: what is the same already, where that has to be remembered: material, place and value.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    custom_before: dict[str, str | None]
    custom_after: dict[str, str | None]
    names: tuple[str, ...]
    agreed: tuple[tuple[int, str, str | None], ...] = ()
    reappears: bool = False

    def __bool__(self) -> bool:
        return bool(self.after or self.custom_after)


class _Differing:
    """Collect the differences of one material."""

    def __init__(self, want: Wanted, material: Material, rules: Rules) -> None:
        self.want, self.has, self.rules = want, material, rules
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self.names: list[str] = []
        self.custom_before: dict[str, str | None] = {}
        self.custom_after: dict[str, str | None] = {}
        self.agreed: list[tuple[int, str, str | None]] = []
        self.reappears = False

    def put(self, field: str, before: Any, after: Any, name: str | None = None) -> None:
        self.before[field], self.after[field] = before, after
        self.names.append(name or field)

    def differs(
        self, name: str, place: str, value: str | None, live: str | None, same: Callable[..., bool]
    ) -> bool:
        """
        Tell whether a field has to be written.

        Where edits by people stay it is left alone once it holds something else than what it was known to
        hold, and what it holds while it is the same is remembered.
        """
        last = self.has.sent.get(place, _UNKNOWN)
        is_respected = name in self.rules.crm.respect_manual
        if same(value, live):
            if is_respected and (last is _UNKNOWN or not same(last, live)):
                self.agreed.append((self.has.material_id, place, live))
            return False
        return not is_respected or last is _UNKNOWN or same(last, live)

    def texts(self) -> None:
        title = self.want.fields["title"]
        if self.differs("title", "title", title, self.has.title, same_text):
            self.put("title", self.has.title, title)

    def price(self) -> None:
        """Compare the price, and its currency where the CRM tells it."""
        price, currency = self.want.fields.get("price"), self.want.fields.get("currency")
        if price is None:
            return
        held = None if self.has.price is None else amount(self.has.price)
        is_other = self.differs("price", "price", price, held, same_amount)
        if is_other:
            self.put("price", held, price)
        told = self.has.currency
        is_told = currency and (told is not None or is_other)
        if is_told and self.differs("currency", "currency", currency, told, same_text):
            self.put("currency", told, currency)

    def picture(self) -> None:
        """Compare the picture with the one last sent; with that of the CRM only if none was."""
        address, live = self.want.picture, self.has.asset_url
        last: Any = self.has.sent.get("asset_url", _UNKNOWN)
        if last is _UNKNOWN:
            if address is not None and address == live and not self.want.redraws:
                self.agreed.append((self.has.material_id, "asset_url", address))
            elif address is not None:
                self.put("asset_url", live, address, "image")
        elif (address != last or self.want.redraws) and not self._has_other_picture(last, live):
            self.put("asset_url", last, address, "image")

    def _has_other_picture(self, last: str | None, live: str | None) -> bool:
        """Tell whether people have put another picture there, and theirs stay."""
        is_respected = "image" in self.rules.crm.respect_manual
        return is_respected and self.rules.keeps_addresses and last != live

    def named(self) -> None:
        """Compare named prices; what is sent is the whole map, other people's prices as they are."""
        held = dict(self.has.named_prices)
        if not self.rules.shows_named_prices:
            remembered = {name: self.has.sent.get(f"named_prices:{name}") for name in self.want.named}
            held = {name: value for name, value in remembered.items() if value is not None}
        changed = {
            name: value
            for name, value in self.want.named.items()
            if self.differs("special", f"named_prices:{name}", value, held.get(name), same_amount)
        }
        if changed:
            self.put("named_prices", held, {**held, **changed}, "special")

    def custom(self) -> None:
        """Compare custom fields; where lists do not show them, with what was last sent."""
        for title, value in self.want.custom.items():
            name, same = _owned(title, self.rules.crm)
            place = f"custom_fields:{title}"
            shown = self.rules.shows_custom_fields
            live = self.has.custom_fields.get(title) if shown else self.has.sent.get(place)
            if self.differs(name, place, value, live, same):
                self.custom_before[title], self.custom_after[title] = live or None, value
                self.names.append(name)

    def surroundings(self, item: Item, destination: Destination | None) -> None:
        """Compare the article and the category, which are left alone unless the settings say otherwise."""
        fills = self.has.rule == "title" or self.rules.crm.rewrite_sku
        if fills and item.article and item.article != self.has.sku:
            self.put("sku", self.has.sku, item.article)
        if destination is not None and destination.shop_category_id is not None:
            self.put("shop_category_id", None, destination.shop_category_id, "category")
            self.before["category_id"] = self.has.category_id
        elif destination is not None and destination.category_id not in (None, self.has.category_id):
            self.put("category_id", self.has.category_id, destination.category_id, "category")

    def reappeared(self) -> None:
        """Undo what was done to the material when its item was gone, unless people have done it already."""
        kind, _, places = (self.has.sent.get("retired") or "").partition(":")
        if kind == "irrelevant" and self.has.irrelevant:
            self.put("irrelevant", True, False)
            self.reappears = True
        before, _, after = places.partition(":")
        if kind == "category" and after == str(self.has.category_id) and "category_id" not in self.after:
            self.put("category_id", self.has.category_id, int(before) if before else None, "category")
            self.reappears = True


def changes(
    item: Item, want: Wanted, material: Material, rules: Rules, destination: Destination | None = None
) -> Changes:
    """Say what to send so that a material holds what it shall; nothing for one that does already."""
    found = _Differing(want, material, rules)
    found.texts()
    found.price()
    found.picture()
    found.named()
    found.custom()
    found.surroundings(item, destination)
    found.reappeared()
    return Changes(
        found.before,
        found.after,
        found.custom_before,
        found.custom_after,
        tuple(dict.fromkeys(found.names)),
        tuple(found.agreed),
        found.reappears,
    )


def _owned(title: str, crm: Crm) -> tuple[str, Callable[[str | None, str | None], bool]]:
    """Name what a custom field is for, and how it is compared."""
    if title == crm.description_target:
        return "description", same_markup
    if title == crm.images_target:
        return "images", same_text
    return ("special_from" if title == crm.special_from_field else "special_to"), same_day
