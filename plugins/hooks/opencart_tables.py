"""
The statements by which a shop is read: SQLAlchemy Core, which speaks to MySQL, MariaDB and PostgreSQL alike.

Nothing is compared, sorted or trimmed as text in the database, whose collations make і and ї equal. Dates
leave as text (opencart 3, 13).
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.sql import quoted_name

from include.opencart_catalog.dialect import Dialect

_DESCRIPTION = ("product_description", "product_id", "language_id", "name", "description")
_OFFER = ("date_start", "date_end", "quantity", "type", "special")

Query = Select[Any]
Scope = Callable[[ColumnElement[Any]], ColumnElement[bool]]

# What is counted besides products and their prices.
MOVING = (
    *("product_description", "product_to_store", "product_to_category", "product_image", "product_option"),
)


def between(after: int, last: int | None) -> Scope:
    """Narrow to ids past one and up to another, if there is an end."""
    return lambda own: own > after if last is None else and_(own > after, own <= last)


def among(ids: Sequence[int]) -> Scope:
    """Narrow to a few ids."""
    return lambda own: own.in_(ids)


class ShopTables:
    """What to ask a shop of one dialect, whatever the prefix of its tables."""

    def __init__(self, prefix: str, dialect: Dialect) -> None:
        self.prefix = prefix
        self.dialect = dialect

    def settings(self, store: int) -> Query:
        """Give (store_id, key, value); the store's own settings come last."""
        own = self._table("setting", "store_id", "key", "value")
        keys = ("config_language", "config_language_catalog", "config_currency", "config_customer_group_id")
        of_store = and_(own.c.store_id.in_({0, store}), own.c.key.in_(keys))
        return select(own.c.store_id, own.c.key, own.c.value).where(of_store).order_by(own.c.store_id)

    def languages(self) -> Query:
        """Give (language_id, code, status, sort_order)."""
        return self._all("language", "language_id", "code", "status", "sort_order")

    def currencies(self) -> Query:
        """Give (code, value, decimal_place)."""
        return self._all("currency", "code", "value", "decimal_place")

    def categories(self) -> Query:
        """Give (category_id, parent_id, status, sort_order)."""
        return self._all("category", "category_id", "parent_id", "status", "sort_order")

    def category_depths(self) -> Query:
        """Give (category_id, level) by the shop's own table of paths."""
        own = self._table("category_path", "category_id", "level")
        return select(own.c.category_id, func.max(own.c.level)).group_by(own.c.category_id)

    def names(self, what: str) -> Query:
        """Give (id, language_id, name) of category, option or option_value."""
        own = self._table(f"{what}_description", f"{what}_id", "language_id", "name")
        return select(own.c[f"{what}_id"], own.c.language_id, own.c.name)

    def options(self) -> Query:
        """Give (option_id, type, sort_order)."""
        return self._all("option", "option_id", "type", "sort_order")

    def option_values(self) -> Query:
        """Give (option_value_id, sort_order)."""
        return self._all("option_value", "option_value_id", "sort_order")

    def products(self, after: int, size: int, store: int, language_id: int) -> Query:
        """
        Give a page of products of a store, with their text in one language.

        (product_id, model, sku, price, status, image, available, master_id, variant, described, name,
        description)
        """
        own, text = self._product(), self._table(*_DESCRIPTION)
        stores = self._table("product_to_store", "product_id", "store_id")
        in_store = and_(stores.c.product_id == own.c.product_id, stores.c.store_id == store)
        in_language = and_(text.c.product_id == own.c.product_id, text.c.language_id == language_id)
        columns = (
            *(own.c.product_id, own.c.model, self._or_null(own, "sku"), own.c.price, own.c.status),
            *(own.c.image, _text(own.c.date_available).label("available"), self._or_null(own, "master_id")),
            *(self._or_null(own, "variant"), text.c.product_id.label("described")),
            *(text.c.name, text.c.description),
        )
        found = own.join(stores, in_store).outerjoin(text, in_language)
        page = select(*columns).select_from(found).where(own.c.product_id > after)
        return page.order_by(own.c.product_id).limit(size)

    def codes(self, scope: Scope) -> Query:
        """Give (product_id, sku) of 4.1, in which the upgrade and the admin spell the kind differently."""
        own = self._table("product_code", "product_code_id", "product_id", "code", "value")
        is_sku = and_(scope(own.c.product_id), func.upper(own.c.code) == "SKU")
        ordered = select(own.c.product_id, own.c.value).where(is_sku)
        return ordered.order_by(own.c.product_id, own.c.product_code_id)

    def articles(self, scope: Scope, language_id: int) -> Query:
        """Give (product_id, model, sku, name) of products, in whatever store they are."""
        own, text = self._product(), self._table(*_DESCRIPTION)
        in_language = and_(text.c.product_id == own.c.product_id, text.c.language_id == language_id)
        columns = (own.c.product_id, own.c.model, self._or_null(own, "sku"), text.c.name)
        return select(*columns).select_from(own.outerjoin(text, in_language)).where(scope(own.c.product_id))

    def product_names(self, scope: Scope) -> Query:
        """Give (product_id, language_id, name)."""
        own = self._table(*_DESCRIPTION)
        return select(own.c.product_id, own.c.language_id, own.c.name).where(scope(own.c.product_id))

    def placements(self, scope: Scope) -> Query:
        """Give (product_id, category_id, main)."""
        own = self._table("product_to_category", "product_id", "category_id", "main_category")
        main = own.c.main_category if self.dialect.has_main_category else literal_column("0")
        return select(own.c.product_id, own.c.category_id, main).where(scope(own.c.product_id))

    def images(self, scope: Scope) -> Query:
        """Give (product_id, image) of further pictures, in their order."""
        own = self._table("product_image", "product_image_id", "product_id", "image", "sort_order")
        found = select(own.c.product_id, own.c.image).where(scope(own.c.product_id))
        return found.order_by(own.c.product_id, own.c.sort_order, own.c.product_image_id)

    def sizes(self) -> Query:
        """Give how many products there are, and how many values of their options."""
        names = ("product", "product_option_value")
        counts = (select(func.count()).select_from(self._table(name, "product_id")) for name in names)
        return select(*(count.scalar_subquery() for count in counts))

    def ids(self, after: int, skipped: int) -> Query:
        """Give the id of one product: the next after some id, and so many further ones."""
        own = self._product()
        found = select(own.c.product_id).where(own.c.product_id > after)
        return found.order_by(own.c.product_id).offset(skipped).limit(1)

    def product_options(self, scope: Scope) -> Query:
        """Give (product_option_id, product_id, option_id, required)."""
        own = self._table("product_option", "product_option_id", "product_id", "option_id", "required")
        return select(*own.c).where(scope(own.c.product_id))

    def product_option_values(self, scope: Scope) -> Query:
        """Give (product_id, own id, product_option_id, option_value_id, price_prefix, price, code)."""
        own_id, code = "product_option_value_id", self.dialect.option_code
        names = ("product_id", own_id, "product_option_id", "option_value_id", "price_prefix", "price")
        own = self._table("product_option_value", *names, *([code] if code else []))
        columns = [own.c[name] for name in names]
        return select(*columns, own.c[code] if code else null()).where(scope(own.c.product_id))

    def specials(self, scope: Scope, group: int) -> Query:
        """Give offers of a group: (product_id, offer_id, priority, kind, value, starts, ends, pieces)."""
        if not self.dialect.specials_in_discounts:
            return self._offers("product_special", scope, group)
        return self._offers("product_discount", scope, group, special=True)

    def discounts(self, scope: Scope, group: int) -> Query:
        """Give discounts by number of pieces, in the same columns."""
        return self._offers("product_discount", scope, group)

    def variants(self, scope: Scope, store: int) -> Query:
        """Give (master_id, variant) of those rows of 4.x in a store that are variants of these products."""
        own, stores = self._product(), self._table("product_to_store", "product_id", "store_id")
        in_store = and_(stores.c.product_id == own.c.product_id, stores.c.store_id == store)
        found = select(own.c.master_id, own.c.variant).select_from(own.join(stores, in_store))
        return found.where(and_(own.c.master_id > 0, scope(own.c.master_id)))

    def movement(self) -> list[Query]:
        """
        Give questions whose answers change when somebody writes: MyISAM has no snapshot.

        Sums, too: what changes prices in bulk tells no date. Stock and views change all day and say nothing.
        """
        product = self._product()
        of_product = (func.max(_text(product.c.date_modified)), func.sum(product.c.status))
        offers = ["product_discount", *([] if self.dialect.specials_in_discounts else ["product_special"])]
        priced = [self._table(name, "price") for name in ("product_option_value", *offers)]
        counted = [self._table(name, "product_id") for name in MOVING]
        asked: list[Any] = [
            select(func.count(), func.sum(product.c.price), *of_product).select_from(product),
            *(select(func.count(), func.sum(own.c.price)).select_from(own) for own in priced),
            *(select(func.count()).select_from(own) for own in counted),
        ]
        return asked

    def orphan_specials(self) -> Query:
        """Count what the upgrade to 4.1 has left behind in a table that the shop no longer reads."""
        return select(func.count()).select_from(self._table("product_special", "product_id"))

    def _offers(self, name: str, scope: Scope, group: int, special: bool = False) -> Query:
        key = f"{name}_id"
        own = self._table(name, key, "product_id", "customer_group_id", "priority", "price", *_OFFER)
        typed = self.dialect.specials_in_discounts
        is_tiered = name == "product_discount"
        is_special = or_(own.c.special.is_(None), own.c.special == 0) if not special else own.c.special == 1
        asked = and_(
            scope(own.c.product_id), own.c.customer_group_id == group, is_special if typed else true()
        )
        return select(
            *(own.c.product_id, own.c[key].label("offer_id"), own.c.priority),
            (own.c.type if typed else null()).label("kind"),
            own.c.price.label("value"),
            *(_text(own.c.date_start).label("starts"), _text(own.c.date_end).label("ends")),
            (own.c.quantity if is_tiered else literal_column("1")).label("pieces"),
        ).where(asked)

    def _product(self) -> FromClause:
        names = ("product_id", "model", "sku", "price", "status", "image", "date_available", "date_modified")
        return self._table("product", *names, "master_id", "variant")

    def _or_null(self, own: FromClause, name: str) -> ColumnElement[Any]:
        absent = {"sku": self.dialect.sku_in_codes}.get(name, not self.dialect.has_variants)
        return (null() if absent else own.c[name]).label(name)

    def _all(self, name: str, *columns: str) -> Query:
        return select(*self._table(name, *columns).c)

    def _table(self, name: str, *columns: str) -> FromClause:
        """Name a table and its columns in quotes: prefixes may be empty, option and key are words of SQL."""
        quoted: list[ColumnClause[Any]] = [column(quoted_name(one, True)) for one in columns]
        return table(quoted_name(self.prefix + name, True), *quoted)


def _text(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(value, String)
