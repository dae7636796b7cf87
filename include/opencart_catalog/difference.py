"""
How a material differs from what it shall hold, field by field (keepincrm 10, step 12; Q9-Q12, Q22-Q24).

Compared with what the CRM holds now; pictures, whose address it may rewrite, with what was last sent.
"""

from collections.abc import Callable
from typing import Any

from include.opencart_catalog.equality import same_amount, same_day, same_markup, same_text
from include.opencart_catalog.held import Changes, Destination, Material
from include.opencart_catalog.stale import stale_days, stale_prices
from include.opencart_catalog.wanted import Item, Rules, Wanted, amount
from include.settings.opencart_catalog import Crm

__all__ = ["Changes", "Destination", "Material", "changes"]

_UNKNOWN = object()


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
        """Compare the price and its currency, which are one value: neither means anything alone."""
        price, currency = self.want.fields.get("price"), self.want.fields.get("currency")
        if price is None:
            return
        held = None if self.has.price is None else amount(self.has.price)
        told = self._currency()
        is_other_currency = bool(currency and told) and not same_text(currency, told)
        is_respected = not {"price", "currency"}.isdisjoint(self.rules.crm.respect_manual)
        if same_amount(price, held) and not is_other_currency:
            if is_respected:
                self._agree("price", held, same_amount)
                self._agree("currency", told, same_text)
        elif not (is_respected and self._is_repriced(held, told)):
            self.put("price", held, price)
            if currency:
                self.put("currency", told, currency, "currency" if is_other_currency else "price")

    def _currency(self) -> str | None:
        """Give the currency of a material: told by the CRM, or as it was last sent."""
        return self.has.currency or self.has.sent.get("currency")

    def _agree(self, place: str, live: str | None, same: Callable[..., bool]) -> None:
        last = self.has.sent.get(place, _UNKNOWN)
        if live is not None and (last is _UNKNOWN or not same(last, live)):
            self.agreed.append((self.has.material_id, place, live))

    def _is_repriced(self, held: str | None, told: str | None) -> bool:
        """Tell whether people have set another price, or the same sum in another currency."""
        if "price" not in self.has.sent:
            return False
        is_other_sum = not same_amount(self.has.sent["price"], held)
        last = self.has.sent.get("currency")
        return is_other_sum or bool(last and told and not same_text(last, told))

    def picture(self) -> None:
        """Compare the picture with the one last sent; with that of the CRM only if none was."""
        if not self.rules.pictures:
            return
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
        """Compare our named prices; other people's are no part of a plan."""
        wanted = {**self._stale_prices(), **self._prices()} if self.rules.named_prices else {}
        held = {name: self._price(name) for name in wanted}
        changed = {
            name: value
            for name, value in wanted.items()
            if self.differs("special", f"named_prices:{name}", value, held[name], same_amount)
        }
        if changed:
            self.put("named_prices", {name: held[name] for name in changed}, changed, "special")

    def _prices(self) -> dict[str, str | None]:
        """
        Give the named prices that may stand in the CRM now.

        That of a special yet to begin only once the CRM holds its first day. Sums are in the material's
        currency: where that stays another one than the shop's, none is sent, and ours are taken away.
        """
        first_day = self._field(self.rules.crm.special_from_field)
        if self.want.begins and not same_day(first_day, self.want.begins):
            return dict.fromkeys(self.want.named)
        known = self.after.get("currency") or self._currency()
        if known and self.want.currency and not same_text(known, self.want.currency):
            named = self.want.named.items()
            return {name: None for name, value in named if value is None or self._is_ours(name)}
        return self.want.named

    def _stale_prices(self) -> dict[str, str | None]:
        """
        Give the named prices that earlier settings have sent and nobody has changed: they are taken away.

        But the regular price is not, while the shop tells of none: it is the last to be known.
        """
        crm, left = self.rules.crm, stale_prices(self.has.sent, self.rules.crm)
        if "price" not in self.want.fields:
            left.pop(crm.regular_price_name, None)
        return {name: None for name in left if self._is_ours(name)}

    def _is_ours(self, name: str) -> bool:
        """Tell whether a named price is what was sent last; other ones are people's."""
        sent = self.has.sent.get(f"named_prices:{name}")
        return sent is not None and same_amount(self._price(name), sent)

    def _price(self, name: str) -> str | None:
        """Give a named price as the CRM shows it; where it shows none, as it was last sent."""
        if self.has.named_prices or self.rules.shows_named_prices:
            return self.has.named_prices.get(name)
        return self.has.sent.get(f"named_prices:{name}")

    def _field(self, title: str | None) -> str | None:
        """Give a custom field as the CRM shows it; where it shows none, as it was last sent."""
        if title is None:
            return None
        if self.has.custom_fields or self.rules.shows_custom_fields:
            return self.has.custom_fields.get(title)
        return self.has.sent.get(f"custom_fields:{title}")

    def custom(self) -> None:
        """Compare custom fields; of those that earlier settings have written the days of specials go."""
        left = stale_days(self.has.sent, self.rules.crm) if self.rules.custom_fields else {}
        stale = {title: None for title, day in left.items() if same_day(self._field(title), day)}
        for title, value in {**stale, **self.want.custom}.items():
            name, same = _owned(title, self.rules.crm)
            live = self._field(title)
            if self.differs(name, f"custom_fields:{title}", value, live, same):
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
