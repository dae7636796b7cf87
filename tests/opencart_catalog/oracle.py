"""
The plan of a night by plain loops over dictionaries: keepincrm 9 to 12 read line by line, slowly.

It shares with the pipeline nothing but the article's key and the shop's rows.
"""

import html
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from include.opencart_catalog.article import article_key
from include.opencart_catalog.categories import CatalogCategoryRow
from include.opencart_catalog.item import CatalogItemRow
from include.settings.opencart_catalog import OpencartCatalogSettings

Writes = dict[tuple[str, str], dict[str, Any]]
Records = Mapping[int, Mapping[str, Any]]


class World:
    """Everything a plan depends on, as it is on that night."""

    def __init__(
        self,
        settings: OpencartCatalogSettings,
        items: Iterable[CatalogItemRow],
        shelves: Iterable[CatalogCategoryRow],
        materials: Records,
        categories: Records,
        links: Iterable[tuple[str, int, int, str | None]],
        category_links: Mapping[int, int],
        sent: Mapping[tuple[int, str], str | None],
        absent_runs: Mapping[str, int],
        today: date,
    ) -> None:
        self.settings = settings
        self.active = sorted((i for i in items if i.active), key=lambda i: (i.product_id, i.identity))
        self.shelves = {shelf.category_id: shelf for shelf in shelves}
        self.materials, self.categories = materials, categories
        self.links, self.category_links = [link[:3] for link in links], category_links
        self.article_of = {(name, number): key for name, number, _, key in links}
        self.today = today
        self.sent, self.absent_runs = sent, absent_runs
        self.writes: Writes = {}
        self.outcomes: dict[str, str] = {}
        self.wanted_shelves: set[int] = set()

    def plan(self) -> "World":
        """Work everything out."""
        self._stand_back()
        owners = self._owners()
        for one in self.active:
            if one.identity not in self.outcomes:
                twins = sorted(number for number, owner in owners.items() if owner == one.identity)
                self._decide(one, twins)
        self._absent(owners)
        self._new_shelves()
        return self

    def _stand_back(self) -> None:
        """Of items with one article only one goes on, or none (step 9, Q8)."""
        for one in self.active:
            if one.key is None:
                continue
            group = [other for other in self.active if other.key == one.key]
            same = all(_content(other) == _content(group[0]) for other in group)
            if same and one is not group[0]:
                self.outcomes[one.identity] = "repeated"
            keeps_first = self.settings.items.site_conflict == "lowest_product_id" and one is group[0]
            if not same and not keeps_first:
                self.outcomes[one.identity] = "quarantined"

    def _owners(self) -> dict[int, str]:
        """Say which item each material is: by article, by link, by title (Q11)."""
        owners: dict[int, str] = {}
        keys = {one.key for one in self.active}
        free = [one for one in self.active if one.identity not in self.outcomes]
        for number, material in self.materials.items():
            key = article_key(material["sku"])
            for one in free:
                if key is not None and one.key == key:
                    owners[number] = one.identity
            if key is None or key not in keys:
                known = [
                    (run, name)
                    for name, own, run in self.links
                    if own == number and not self._is_renamed(name, number)
                ]
                known = [(run, name) for run, name in known if name in {one.identity for one in free}]
                if known:
                    last = max(run for run, _ in known)
                    owners[number] = min(name for run, name in known if run == last)
        if self.settings.crm.adopt_by_title:
            self._adopt(owners, free)
        return owners

    def _is_renamed(self, name: str, number: int) -> bool:
        """Tell whether people gave a linked material another article: then it is another thing."""
        now, then = article_key(self.materials[number]["sku"]), self.article_of[name, number]
        return now is not None and then is not None and now != then

    def _adopt(self, owners: dict[int, str], free: list[CatalogItemRow]) -> None:
        taken = set(owners.values())
        for number, material in self.materials.items():
            title = _text(material["title"])
            rivals = [other for other in self.materials.values() if _text(other["title"]) == title]
            named = [one for one in self.active if _text(one.title) == title]
            is_sure = title and len(rivals) == 1 and len(named) == 1 and number not in owners
            if not is_sure or article_key(material["sku"]) is not None:
                continue
            (one,) = named
            if one in free and one.key is not None and one.identity not in taken:
                owners[number] = one.identity

    def _decide(self, one: CatalogItemRow, twins: list[int]) -> None:
        if twins:
            changed = [self._compare(one, number) for number in twins]
            self.outcomes[one.identity] = "updated" if any(changed) else "unchanged"
            return
        if one.key is None:
            self.outcomes[one.identity] = "refused"
            return
        gone = [n for name, n, _ in self.links if name == one.identity and n not in self.materials]
        if gone and not self.settings.crm.recreate_deleted:
            self.outcomes[one.identity] = "deleted"
            return
        self.outcomes[one.identity] = "created"
        self._create(one)

    def _create(self, one: CatalogItemRow) -> None:
        crm, after = self.settings.crm, self._fields(one)
        after |= {"sku": one.article, "unit": crm.unit, "link_url": one.link_url}
        if one.images:
            after["asset_url"] = one.images[0]
        prices = {name: price for name, price in self._prices(one).items() if price}
        if prices and not self._is_coming(one):
            after |= {"named_prices": prices, "currency": one.currency}
        shelf = one.shop_category_id
        best = self._nearest(shelf)
        if best is not None:
            after["category_id"] = best
        if shelf in self.shelves and self._shelf(shelf) is None:
            after["shop_category_id"] = self._leader(shelf)
            self.wanted_shelves.add(self._leader(shelf))
        self.writes["create_material", one.identity] = after
        custom = {title: value for title, value in self._custom(one).items() if value}
        if custom:
            self.writes["set_custom_fields", f"item:{one.identity}"] = custom

    def _fields(self, one: CatalogItemRow) -> dict[str, Any]:
        price = one.price
        switches = self.settings.crm.special_target == "price" and not self._is_coming(one)
        if switches and None not in (price, one.special):
            price = one.special
        fields: dict[str, Any] = {"title": one.title}
        if price is not None:
            fields |= {"price": f"{price:.2f}", "currency": one.currency}
        return fields

    def _is_coming(self, one: CatalogItemRow) -> bool:
        return one.special is not None and one.special_from is not None and one.special_from > self.today

    def _may_be_told(self, one: CatalogItemRow) -> bool:
        """A special to come is one only where the CRM is told its days (Q18)."""
        crm = self.settings.crm
        return not self._is_coming(one) or bool(crm.special_from_field and crm.special_to_field)

    def _prices(self, one: CatalogItemRow) -> dict[str, str | None]:
        crm = self.settings.crm
        if one.doubtful:
            return {}
        if crm.special_target == "named_price":
            is_one = one.special and self._may_be_told(one)
            return {crm.special_price_name: f"{one.special:.2f}" if is_one else None}
        if crm.special_target == "price" and one.price:
            is_on = one.special and not self._is_coming(one)
            return {crm.regular_price_name: f"{one.price:.2f}" if is_on else None}
        return {}

    def _custom(self, one: CatalogItemRow) -> dict[str, str | None]:
        crm, values = self.settings.crm, dict[str, str | None]()
        if crm.special_target == "named_price" and not one.doubtful:
            for title, day in (
                (crm.special_from_field, one.special_from),
                (crm.special_to_field, one.special_to),
            ):
                if title:
                    values[title] = f"{day:%Y-%m-%d}" if day and self._may_be_told(one) else None
        if crm.description_target:
            values[crm.description_target] = one.description
        return values

    def _compare(self, one: CatalogItemRow, number: int) -> bool:
        has = self.materials[number]
        after = self._other_title(one, number) | self._other_price(one, number)
        after |= self._other_picture(one, number)
        prices = self._other_prices(one, number, after.get("currency") or has.get("currency"))
        if prices:
            after["named_prices"] = prices
        is_adopted = article_key(has["sku"]) is None and not self._is_linked(one, number)
        rewrites = self.settings.crm.rewrite_sku or is_adopted
        if rewrites and one.article and one.article != has["sku"]:
            after["sku"] = one.article
        if self.sent.get((number, "retired")) == "irrelevant" and has["irrelevant"]:
            after["irrelevant"] = False
        fields = has.get("custom_fields", {})
        wanted = self._days_left(number) | self._custom(one)
        custom = {title: value for title, value in wanted.items() if _text(value) != _text(fields.get(title))}
        if after:
            self.writes["update_material", f"material:{number}"] = after
        if custom:
            self.writes["set_custom_fields", f"material:{number}"] = custom
        return bool(after or custom)

    def _other_title(self, one: CatalogItemRow, number: int) -> dict[str, Any]:
        held, last = self.materials[number]["title"], self.sent.get((number, "title"))
        is_edited = (number, "title") in self.sent and _text(last) != _text(held)
        if _text(held) == _text(one.title) or (is_edited and "title" in self.settings.crm.respect_manual):
            return {}
        return {"title": one.title}

    def _other_price(self, one: CatalogItemRow, number: int) -> dict[str, Any]:
        """A price and its currency are one value, which people may have set (Q23)."""
        wanted, has = self._fields(one), self.materials[number]
        if "price" not in wanted or self._is_worth(number, wanted["price"], wanted["currency"]):
            return {}
        last = self.sent.get((number, "price")), self.sent.get((number, "currency"), has["currency"])
        is_edited = (number, "price") in self.sent and not self._is_worth(number, *last)
        if is_edited and {"price", "currency"} & set(self.settings.crm.respect_manual):
            return {}
        return {"price": wanted["price"], "currency": wanted["currency"]}

    def _is_worth(self, number: int, price: str | None, currency: str | None) -> bool:
        has = self.materials[number]
        return price is not None and Decimal(has["price"]) == Decimal(price) and has["currency"] == currency

    def _other_prices(self, one: CatalogItemRow, number: int, currency: str | None) -> dict[str, str | None]:
        crm, has = self.settings.crm, self.materials[number]
        held, wanted = has.get("named_custom_prices", {}), self._prices(one)
        if self._is_coming(one):
            begins = _text(has.get("custom_fields", {}).get(crm.special_from_field))
            if begins != f"{one.special_from:%Y-%m-%d}":
                wanted = dict.fromkeys(wanted)
        if currency != one.currency:
            last = {name: self.sent.get((number, f"named_prices:{name}")) for name in wanted}
            wanted = {
                name: None
                for name, price in wanted.items()
                if price is None or (last[name] and held.get(name) == last[name])
            }
        ours = {"named_price": crm.special_price_name, "price": crm.regular_price_name}
        for (own, place), value in self.sent.items():
            kind, _, name = place.partition(":")
            is_left = own == number and kind == "named_prices" and name != ours.get(crm.special_target)
            is_last = name == crm.regular_price_name and "price" not in self._fields(one)
            if is_left and not is_last and value and held.get(name) == value:
                wanted[name] = None
        return {name: price for name, price in wanted.items() if (price or "0.00") != held.get(name, "0.00")}

    def _days_left(self, number: int) -> dict[str, str | None]:
        """Days of a special in fields that the settings do not name any more."""
        crm, found = self.settings.crm, dict[str, str | None]()
        days = [crm.special_from_field, crm.special_to_field] if crm.special_target == "named_price" else []
        for (own, place), value in self.sent.items():
            kind, _, title = place.partition(":")
            if own != number or kind != "custom_fields" or title in [*days, crm.description_target]:
                continue
            if value and value[:2] == "20" and value == self.materials[number]["custom_fields"].get(title):
                found[title] = None
        return found

    def _other_picture(self, one: CatalogItemRow, number: int) -> dict[str, Any]:
        address = one.images[0] if one.images else None
        if (number, "asset_url") in self.sent:
            return {"asset_url": address} if address != self.sent[number, "asset_url"] else {}
        is_other = address and address != self.materials[number].get("asset_url")
        return {"asset_url": address} if is_other else {}

    def _is_linked(self, one: CatalogItemRow, number: int) -> bool:
        return any((name, own) == (one.identity, number) for name, own, _ in self.links)

    def _shelf(self, number: int) -> int | None:
        """Find the CRM's category of a shop's one: by link, else by name below the same parent (step 11)."""
        if self.category_links.get(number) in self.categories:
            return self.category_links[number]
        shelf = self.shelves[number]
        above = None
        if shelf.parent_id is not None:
            above = self._shelf(shelf.parent_id)
            if above is None:
                return None
        found = [
            own
            for own, category in self.categories.items()
            if (category["parent_id"] or None) == above
            and _text(category["name"]).casefold() == _text(shelf.name).casefold()
        ]
        return min(found, default=None)

    def _nearest(self, number: int | None) -> int | None:
        while number is not None and number in self.shelves:
            found = self._shelf(number)
            if found is not None:
                return found
            number = self.shelves[number].parent_id
        return self.settings.crm.default_category

    def _leader(self, number: int) -> int:
        """Of missing categories of one place the one with the lowest id is created."""
        mine = self._line(number)
        return min(n for n in self.shelves if self._shelf(n) is None and self._line(n) == mine)

    def _line(self, number: int) -> tuple[object, ...]:
        shelf = self.shelves[number]
        if shelf.parent_id is None:
            above: object = None
        else:
            known = self._shelf(shelf.parent_id)
            above = self._line(shelf.parent_id) if known is None else known
        return above, _text(shelf.name).casefold()

    def _new_shelves(self) -> None:
        todo = set(self.wanted_shelves)
        while todo:
            number = todo.pop()
            shelf = self.shelves[number]
            above = None if shelf.parent_id is None else self._shelf(shelf.parent_id)
            is_new = shelf.parent_id is not None and above is None
            leader = self._leader(shelf.parent_id) if is_new and shelf.parent_id is not None else None
            self.writes["create_category", f"category:{number}"] = {
                "shop_category_id": number,
                "name": shelf.name,
                "path": shelf.path,
                "parent_shop_category_id": leader,
                "parent_id": above,
            }
            if leader is not None and ("create_category", f"category:{leader}") not in self.writes:
                todo.add(leader)

    def _absent(self, owners: Mapping[int, str]) -> None:
        """Materials whose item is gone, after some runs and while they are few (Q7)."""
        active = {one.identity for one in self.active}
        keys = {one.key for one in self.active if one.key}
        linked = {name for name, _, _ in self.links}
        gone: dict[str, list[int]] = {}
        for name, number, _ in self.links:
            is_there = number in self.materials and number not in owners
            others = any(own == number and other in active for other, own, _ in self.links)
            claimed = is_there and article_key(self.materials[number]["sku"]) in keys
            claimed = claimed or (is_there and self._is_renamed(name, number))
            if name not in active and is_there and not claimed and not others:
                gone.setdefault(name, []).append(number)
        todo = {
            name: [n for n in own if not self.materials[n]["irrelevant"] and (n, "retired") not in self.sent]
            for name, own in gone.items()
        }
        several = [name for name, own in todo.items() if own]
        acts = self.settings.crm.on_absent == "irrelevant"
        acts = acts and len(several) < Decimal(str(self.settings.guards.max_share_absent)) * len(linked)
        for name in gone:
            is_due = self.absent_runs.get(name, 0) + 1 >= self.settings.guards.absent_after_runs
            retires = acts and is_due and bool(todo[name])
            self.outcomes[name] = "retired" if retires else "absent"
            for number in todo[name] if retires else ():
                self.writes["retire_material", f"material:{number}"] = {"irrelevant": True}


def _content(one: CatalogItemRow) -> tuple[Any, ...]:
    special = (one.special, one.special_from, one.special_to)
    return (
        _text(one.title),
        one.price,
        one.currency,
        one.category_path,
        one.images[:1],
        special,
        one.description,
    )


def _text(value: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", html.unescape(value or "")).split())
