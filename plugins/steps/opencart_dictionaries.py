"""What is small in a shop and the same for all products: languages, options, categories (opencart 4, 6)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from include.errors import ConfigError
from include.opencart_catalog.categories import Category, CategoryTree
from include.opencart_catalog.price import EXACT, Currency
from include.opencart_catalog.texts import line
from include.settings.opencart_catalog import Shop
from include.values.currency import CURRENCIES
from plugins.hooks.opencart import ShopSession

Names = Mapping[int, str]


class OptionKind(NamedTuple):
    """An option of the shop-wide dictionary."""

    type: str
    name: str | None
    sort_order: int


class Dictionaries(NamedTuple):
    """All of it. ``languages``: ids, the chosen one first, then the others in which a name may be found."""

    languages: tuple[int, ...]
    customer_group: int
    currency: Currency
    tree: CategoryTree
    options: Mapping[int, OptionKind]
    values: Mapping[int, tuple[int, str | None]]
    stale_paths: tuple[int, ...]


def read_dictionaries(session: ShopSession, shop: Shop) -> Dictionaries:
    """Read them; raise ConfigError for a language or a currency that the shop does not have."""
    tables = session.tables
    config = {str(key): str(value) for _, key, value in session.rows(tables.settings(shop.store)) if value}
    languages = _languages(session, shop, config)
    tree = CategoryTree(_categories(session, languages))
    depths = {int(category): int(level or 0) for category, level in session.rows(tables.category_depths())}
    return Dictionaries(
        languages=languages,
        customer_group=shop.customer_group or int(config.get("config_customer_group_id") or 1),
        currency=_currency(session, shop, config),
        tree=tree,
        options=_options(session, languages),
        values=_values(session, languages),
        stale_paths=tuple(row.category_id for row in tree.rows() if _is_stale(row, depths)),
    )


def named(rows: Iterable[Any], languages: tuple[int, ...]) -> dict[int, str]:
    """Choose a name for each id: in the first of the languages in which there is one."""
    rank = {language: place for place, language in enumerate(languages)}
    best: dict[int, tuple[int, str]] = {}
    for own, language, raw in rows:
        place, name = rank.get(language), line(raw)
        if name and place is not None and (own not in best or place < best[own][0]):
            best[own] = place, name
    return {own: name for own, (_, name) in best.items()}


def _languages(session: ShopSession, shop: Shop, config: Mapping[str, str]) -> tuple[int, ...]:
    rows = session.rows(session.tables.languages())
    ids = {str(code).lower(): int(language) for language, code, _, _ in rows}
    wanted = shop.language or config.get("config_language_catalog") or config.get("config_language") or ""
    if wanted.lower() not in ids:
        known = ", ".join(sorted(ids))
        raise ConfigError(f"shop.language: мови «{wanted}» у магазині немає, є: {known}")
    chosen = ids[wanted.lower()]
    enabled = [(order or 0, int(language)) for language, _, status, order in rows if status]
    return (chosen, *(language for _, language in sorted(enabled) if language != chosen))


def _currency(session: ShopSession, shop: Shop, config: Mapping[str, str]) -> Currency:
    stored = shop.currency or config.get("config_currency", "").strip().upper()
    if stored not in CURRENCIES:
        told = f"магазин називає її «{stored}», а такого коду немає" if stored else "магазин цього не каже"
        raise ConfigError(f"shop.currency: вкажіть, в якій валюті ціни магазину: {told}")
    if not shop.convert_to or shop.convert_to == stored:
        return Currency(stored)
    rows = session.rows(session.tables.currencies())
    worth = {str(code).upper(): Decimal(str(value)) for code, value, _ in rows if value and value > 0}
    places = {str(code).upper(): str(number) for code, _, number in rows}
    for code in (shop.convert_to, stored):
        if code not in worth:
            raise ConfigError(f"shop.convert_to: курсу {code} у магазині немає, є: {', '.join(worth)}")
    with localcontext(EXACT):
        rate = worth[shop.convert_to] / worth[stored]
    number = places[shop.convert_to]
    return Currency(shop.convert_to, rate, int(number) if number.isdecimal() else 2)


def _categories(session: ShopSession, languages: tuple[int, ...]) -> Iterable[Category]:
    names = named(session.rows(session.tables.names("category")), languages)
    for category_id, parent_id, status, sort_order in session.rows(session.tables.categories()):
        name = names.get(category_id) or f"№ {category_id}"
        yield Category(category_id, parent_id or 0, name, bool(status), sort_order or 0)


def _options(session: ShopSession, languages: tuple[int, ...]) -> dict[int, OptionKind]:
    names = named(session.rows(session.tables.names("option")), languages)
    rows = session.rows(session.tables.options())
    return {own: OptionKind(str(kind or ""), names.get(own), order or 0) for own, kind, order in rows}


def _values(session: ShopSession, languages: tuple[int, ...]) -> dict[int, tuple[int, str | None]]:
    names = named(session.rows(session.tables.names("option_value")), languages)
    return {own: (order or 0, names.get(own)) for own, order in session.rows(session.tables.option_values())}


def _is_stale(row: Any, depths: Mapping[int, int]) -> bool:
    """Tell whether the shop's own table of paths disagrees; a shop without one says nothing."""
    return bool(depths) and not row.orphan and depths.get(row.category_id) != len(row.path) - 1
