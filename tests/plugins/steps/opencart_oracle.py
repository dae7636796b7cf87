"""
What a shop's items are, worked out the slow way: plain loops over the rows as they were inserted.

It shares no code with the reader: fractions instead of decimals, dates compared as text, every row looked
through for every question.
"""

import itertools
import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]


class Oracle:
    """Answer for one shop at one moment of its wall clock."""

    def __init__(self, line: str, rows: dict[str, list[Row]], now: datetime) -> None:
        self.rows, self.now = rows, now.strftime("%Y-%m-%d %H:%M:%S")
        self.is_41 = line == "4.1"
        self.ocstore = line.startswith("ocStore")

    def items(self) -> dict[str, tuple[Any, ...]]:
        """Give article, values, price, special with its days, category, path and activity by identity."""
        found = {}
        for product in self.rows["product"]:
            if not self.is_sold(product):
                continue
            for combination in [(), *self.own_combinations(product)]:
                found[self.identity(product, combination)] = self.item(product, combination)
        return found

    def item(self, product: Row, combination: tuple[Row, ...]) -> tuple[Any, ...]:
        deltas, is_riddle = Fraction(0), False
        for value in combination:
            if value["price_prefix"] == "+":
                deltas += Fraction(value["price"])
            elif value["price_prefix"] == "-":
                deltas -= Fraction(value["price"])
            else:
                is_riddle = True
        price = None if product["price"] is None else Fraction(product["price"])
        regular = None if price is None else price + deltas
        discount = self.first(self.offers(product, special=False), self.now)
        if discount and (lowered := self.value_of(discount, price, deltas)) is not None:
            regular = lowered
        offer = self.special(product)
        if is_riddle:
            regular = offer = None
        special = self.cents(self.value_of(offer, price, deltas)) if offer else None
        days = (
            (None, None) if special is None else (self.day(offer["date_start"]), self.last(offer["date_end"]))
        )
        category = self.category(product["product_id"])
        return (
            self.article(product, combination),
            [value for _, value in pairs(combination or self.copied(product))],
            self.cents(regular),
            special,
            *days,
            category,
            [] if category is None else self.path(category),
            self.is_active(product),
            is_riddle,
        )

    def special(self, product: Row) -> Row | None:
        """
        Choose today's; one of zero counts as none (opencart 8.2), and then the next is sent (keepincrm Q18).

        The next is the first to lead on the day it begins: what a better one, be it of zero, outranks that
        day the shop would never show.
        """
        offers = self.offers(product, special=True)
        today = self.first(offers, self.now)
        if today and self.is_worth(today):
            return today
        for start in sorted({self.day(offer["date_start"]) for offer in offers if self.is_ahead(offer)}):
            leader = self.first(offers, f"{start} 00:00:01")
            if leader and self.day(leader["date_start"]) == start and self.is_worth(leader):
                return leader
        return None

    def is_worth(self, offer: Row) -> bool:
        value = Fraction(offer["price"])
        return value > 0 or (value < 0 and self.is_41 and offer["type"] != "F")

    def offers(self, product: Row, special: bool) -> list[Row]:
        table = "product_discount" if self.is_41 or not special else "product_special"
        return [
            row
            for row in self.rows[table]
            if row["product_id"] == product["product_id"]
            and row["customer_group_id"] == 1
            and row.get("quantity", 1) == 1
            and (not self.is_41 or row["special"] == int(special))
            and None not in (row["date_start"], row["date_end"])
        ]

    def first(self, offers: list[Row], moment: str) -> Row | None:
        best = None
        for offer in offers:
            if self.is_on(offer, moment) and (best is None or self.order(offer) < self.order(best)):
                best = offer
        return best

    def order(self, offer: Row) -> tuple[Any, ...]:
        own = offer.get("product_special_id") or offer.get("product_discount_id")
        return offer["priority"], Fraction(offer["price"]), own

    def is_on(self, offer: Row, moment: str) -> bool:
        start, end = offer["date_start"], offer["date_end"]
        begun = start == "0000-00-00" or f"{start} 00:00:00" < moment
        return begun and (end == "0000-00-00" or f"{end} 00:00:00" > moment)

    def is_ahead(self, offer: Row) -> bool:
        return offer["date_start"] != "0000-00-00" and f"{offer['date_start']} 00:00:00" >= self.now

    def value_of(self, offer: Row, price: Fraction | None, deltas: Fraction) -> Fraction | None:
        kind, value = offer["type"] if self.is_41 else "F", Fraction(offer["price"])
        if kind == "F":
            return value + deltas if value > 0 else None
        if price is None:
            return None
        return (price + deltas) * (100 - value) / 100 if kind == "P" else price + deltas - value

    def cents(self, amount: Fraction | None) -> str | None:
        if amount is None:
            return None
        rounded = (amount * 100 + Fraction(1, 2)).__floor__()
        return f"{rounded // 100}.{rounded % 100:02}" if rounded > 0 else None

    def combinations(self, product_id: int) -> list[tuple[Row, ...]]:
        axes = []
        for option in self.rows["product_option"]:
            kinds = [row["type"] for row in self.rows["option"] if row["option_id"] == option["option_id"]]
            if option["product_id"] != product_id or kinds[0] not in ("select", "radio", "image"):
                continue
            values: list[Row | None] = [
                row
                for row in self.rows["product_option_value"]
                if row["product_option_id"] == option["product_option_id"]
            ]
            if values:
                axes.append(values if option["required"] else [*values, None])
        taken = (tuple(value for value in one if value) for one in itertools.product(*axes))
        return [combination for combination in taken if combination]

    def own_combinations(self, product: Row) -> list[tuple[Row, ...]]:
        """Leave out what rows of this store stand for; such a row has none itself."""
        if self.stands_for(product):
            return []
        copies = [
            self.stands_for(row)
            for row in self.rows["product"]
            if row.get("master_id") == product["product_id"] and self.is_sold(row)
        ]
        made = self.combinations(product["product_id"])
        return [one for one in made if not any(copy and copy <= set(map(key, one)) for copy in copies)]

    def stands_for(self, product: Row) -> set[int]:
        """Give the values of its master, if there is one, that a variant row of 4.x names."""
        found = set()
        for option, value in json.loads(product.get("variant") or "{}").items():
            for one in self.combinations(product["master_id"]):
                found |= {
                    key(row)
                    for row in one
                    if (row["product_option_id"], key(row)) == (int(option), int(value))
                }
        return found

    def is_sold(self, product: Row) -> bool:
        places = [row for row in self.rows["product_to_store"] if row["store_id"] == 0]
        return any(row["product_id"] == product["product_id"] for row in places)

    def identity(self, product: Row, combination: tuple[Row, ...]) -> str:
        spelled = ",".join(f"{option}:{value}" for option, value in pairs(combination))
        return f"{product['product_id']}#{spelled}" if spelled else f"{product['product_id']}"

    def article(self, product: Row, combination: tuple[Row, ...]) -> str | None:
        base = self.own_code(product)
        masters = [row for row in self.rows["product"] if row["product_id"] == product.get("master_id")]
        copied = self.copied(product)
        if copied and base == self.own_code(masters[0]):
            combination = copied
        if not base:
            return None
        return base + ("-v" + "-".join(str(value) for _, value in pairs(combination)) if combination else "")

    def copied(self, product: Row) -> tuple[Row, ...]:
        named = self.stands_for(product)
        return tuple(row for row in self.rows["product_option_value"] if key(row) in named)

    def own_code(self, product: Row) -> str:
        sku = product.get("sku", "")
        for code in sorted(self.rows.get("product_code", []), key=lambda row: row["product_code_id"]):
            if (
                code["product_id"] == product["product_id"]
                and code["code"].upper() == "SKU"
                and not sku.strip()
            ):
                sku = code["value"]
        return str(sku.strip() or product["model"].strip())

    def category(self, product_id: int) -> int | None:
        best = None
        for place in self.rows["product_to_category"]:
            category = self.of(place["category_id"])
            if place["product_id"] != product_id or category is None:
                continue
            if not category["status"] and not (self.ocstore and place["main_category"]):
                continue
            rank = (
                -int(self.ocstore and place["main_category"]),
                -len(self.path(place["category_id"])),
                category["sort_order"],
                place["category_id"],
            )
            best = rank if best is None else min(best, rank)
        return best[-1] if best else None

    def path(self, category_id: int) -> list[str]:
        if self.in_circle(category_id):
            return [f"К{category_id}"]
        parent = self.of(self.of(category_id)["parent_id"])
        return [*(self.path(parent["category_id"]) if parent else []), f"К{category_id}"]

    def in_circle(self, category_id: int) -> bool:
        at = self.of(category_id)
        for _ in self.rows["category"]:
            at = self.of(at["parent_id"]) if at else None
            if at and at["category_id"] == category_id:
                return True
        return False

    def of(self, category_id: int) -> Any:
        return next((row for row in self.rows["category"] if row["category_id"] == category_id), None)

    def is_active(self, product: Row) -> bool:
        texts = [row for row in self.rows["product_description"] if row["language_id"] == 1]
        described = any(row["product_id"] == product["product_id"] for row in texts)
        return product["status"] == 1 and described and product["date_available"] <= self.now[:10]

    def day(self, text: str) -> date | None:
        """Give a day; for one that is none, as 2026-07-00, the first real one after it."""
        if text == "0000-00-00":
            return None
        found = date(int(text[:4]), 1, 1)
        while found.isoformat() < text:
            found += timedelta(days=1)
        return found

    def last(self, text: str) -> date | None:
        day = self.day(text)
        return day - timedelta(days=1) if day else None


def pairs(values: tuple[Row, ...]) -> list[tuple[int, int]]:
    return sorted((row["option_id"], row["option_value_id"]) for row in values)


def key(value: Row) -> int:
    return int(value["product_option_value_id"])
