"""What the details of a row of the catalogue's log say, code by code, in Ukrainian."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from include.opencart_catalog import issues
from include.opencart_catalog.wording import OUTCOMES, OWNED
from include.wording import money, number, plural
from include.wording.messages import Details, Teller, change, joined, quoted, word
from include.wording.runs import Words
from include.wording.ukrainian import SHARED

MOST = 5  # of a list that is told in one sentence


def _text_of(*keys: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        return str(next((details[key] for key in keys if details.get(key)), ""))

    return tell


def _told(form: str, *keys: str) -> Teller:
    """Fill a sentence with details; say nothing when one is missing."""

    def tell(details: Details, zone: tzinfo) -> str:
        values = [details.get(key) for key in keys]
        return "" if None in values else form.format(*values)

    return tell


def _count(one: str, few: str, many: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        count = details.get("number")
        return plural(count, one, few, many) if isinstance(count, int) else ""

    return tell


def several(values: Any) -> str:
    """Tell the first few of a list, and how many more there are."""
    if not isinstance(values, list):
        return ""
    shown = ", ".join(str(value) for value in values[:MOST])
    return f"{shown} і ще {number(len(values) - MOST)}" if len(values) > MOST else shown


def _several_of(key: str) -> Teller:
    return lambda details, zone: several(details.get(key))


def _bad_date(details: Details, zone: tzinfo) -> str:
    if "date" in details:
        return f"товар доступний з {quoted(details['date'])}"
    return joined(
        *(f"{key} {quoted(details[key])}" for key in ("date_start", "date_end") if details.get(key))
    )


def _above_price(details: Details, zone: tzinfo) -> str:
    price, special = details.get("price"), details.get("special")
    return "" if None in (price, special) else f"{money(special)} при ціні {money(price)}"


def _option_orphan(details: Details, zone: tzinfo) -> str:
    value, option = details.get("option_value_id"), details.get("option_id")
    return f"значення № {value}" if value else f"опція № {option}" if option else ""


def _ignored_options(details: Details, zone: tzinfo) -> str:
    return joined(*(f"{kind}: {number(count)}" for kind, count in details.items() if isinstance(count, int)))


def _stale_paths(details: Details, zone: tzinfo) -> str:
    ids = several(details.get("category_ids"))
    return joined(_count("категорія", "категорії", "категорій")(details, zone), f"№ {ids}" if ids else "")


def _repeated_value(details: Details, zone: tzinfo) -> str:
    option, value = details.get("option"), details.get("product_option_value_id")
    return joined(f"опція {quoted(option)}" if option else "", f"значення № {value}" if value else "")


def _fields_of(key: str) -> Teller:
    """Tell fields of a material in words; custom fields are called by their titles."""

    def tell(details: Details, zone: tzinfo) -> str:
        fields = details.get(key)
        return several([word(OWNED, field) for field in fields]) if isinstance(fields, list) else ""

    return tell


def _title(details: Details) -> str:
    return f" {quoted(details['title'])}" if details.get("title") else ""


def _items_of(key: str) -> Teller:
    """Tell items of the shop by their identity and title."""

    def tell(details: Details, zone: tzinfo) -> str:
        items = details.get(key)
        if not isinstance(items, list):
            return ""
        return several([f"{one.get('identity')}{_title(one)}" for one in items if isinstance(one, Mapping)])

    return tell


def _numbers_of(key: str) -> Teller:
    """Tell numbers of materials or categories of the CRM."""

    def tell(details: Details, zone: tzinfo) -> str:
        told = several(details.get(key))
        return f"№ {told}" if told else ""

    return tell


def _path(details: Details, zone: tzinfo) -> str:
    path = details.get("path")
    return " / ".join(map(str, path)) if isinstance(path, list) else ""


def _renamed(details: Details, zone: tzinfo) -> str:
    return change(details, quoted)


def _lookalike(details: Details, zone: tzinfo) -> str:
    """Tell keys that look alike, each in quotes."""
    keys = details.get("keys")
    if not isinstance(keys, list):
        return ""
    return several([quoted(key) for key in keys])


def _material(details: Details, zone: tzinfo) -> str:
    """Tell a material and the items that it resembles."""
    number_of, items = details.get("material_id"), _items_of("items")(details, zone)
    article = f", артикул {quoted(details['sku'])}" if details.get("sku") else ""
    own = f"товар CRM № {number_of}{_title(details)}{article}" if number_of else ""
    return joined(own, f"у магазині {items}" if items else "")


def _absent(details: Details, zone: tzinfo) -> str:
    runs = details.get("absent_runs")
    in_a_row = plural(runs, "запуск", "запуски", "запусків") + " поспіль" if isinstance(runs, int) else ""
    return joined("вимкнено в магазині" if details.get("disabled") else "", in_a_row)


def _unstable(details: Details, zone: tzinfo) -> str:
    lists = details.get("lists")
    return several([word(LISTS, name) for name in lists]) if isinstance(lists, list) else ""


def _of_item(code: str, tell: Teller) -> Teller:
    """Tell an issue of the shop: by itself, or each of them in the row of the item it is about."""

    def tell_all(details: Details, zone: tzinfo) -> str:
        issues_of = details.get("issues")
        if not isinstance(issues_of, list):
            return tell(details, zone)
        found = [one for one in issues_of if isinstance(one, Mapping) and one.get("code", code) == code]
        return several([told for one in found if (told := tell(one, zone))])

    return tell_all


LISTS = {"materials": "товари CRM", "categories": "категорії CRM"}
_MESSAGE = _text_of("message", "error")
_OF_SHOP: Mapping[str, Teller] = {
    issues.NO_PRICE: _told("ціна {}", "price"),
    issues.UNKNOWN_PREFIX: _told("опція «{}», знак «{}»", "option", "prefix"),
    issues.SPECIAL_ZERO: _told("акція № {}", "special_id"),
    issues.SPECIAL_ABOVE_PRICE: _above_price,
    issues.BAD_DATE: _bad_date,
    issues.REPEATED_VALUE: _repeated_value,
    issues.OPTION_ORPHAN: _option_orphan,
    issues.OPTIONS_IGNORED: _ignored_options,
    issues.TOO_MANY_VARIANTS: _told("{} комбінацій, дозволено {}", "combinations", "limit"),
    issues.BAD_VARIANT: _text_of("variant"),
    issues.TIERS_IGNORED: _count("ціна", "ціни", "цін"),
    issues.CATEGORY_ORPHAN: _told("№ {} «{}»", "category_id", "name"),
    issues.CATEGORY_PATH_STALE: _stale_paths,
    issues.SHOP_CAN_WRITE: _several_of("rights"),
    issues.SHOP_LOST_SPECIALS: _count("акція", "акції", "акцій"),
}
_OF_PLAN: Mapping[str, Teller] = {
    "CATALOG_CHANGED": _fields_of("fields"),
    "CATALOG_ADOPTED": _numbers_of("materials"),
    "CATALOG_TWINS": _numbers_of("materials"),
    "CATALOG_RECREATED": _numbers_of("gone"),
    "CATALOG_DELETED_IN_CRM": _numbers_of("gone"),
    "CATALOG_GONE_MEANWHILE": _numbers_of("materials"),
    "CATALOG_KEY_CONFLICT": _items_of("others"),
    "CATALOG_PASSED_OVER": _items_of("others"),
    "CATALOG_SAME_ITEM": _items_of("others"),
    "CATALOG_SNAPSHOT_UNSTABLE": _unstable,
    "CATALOG_CATEGORY_NEW": _path,
    "CATALOG_CATEGORY_MISSING": _path,
    "CATALOG_CATEGORY_RENAMED": _renamed,
    "CATALOG_CATEGORY_TWINS": _numbers_of("others"),
    "CATALOG_LOOKALIKE": _lookalike,
    "CATALOG_TITLE_WITHOUT_SKU": _material,
    **dict.fromkeys(("CATALOG_SIMILAR_TITLE", "CATALOG_ARTICLE_CHANGED"), _material),
    "CATALOG_ABSENT": _absent,
    "CATALOG_RETIRED": _absent,
    "CATALOG_FIELD_MISSING": _several_of("fields"),
    "CATALOG_ARTICLE_UNKNOWN": _told("«{}»", "article"),
}
_OF_RUN: Mapping[str, Teller] = {
    **dict.fromkeys(("CATALOG_SHOP_EMPTY", "CATALOG_SHOP_SHRANK", "CATALOG_FEW_ARTICLES"), _MESSAGE),
    **dict.fromkeys(("CATALOG_MASS_CREATE", "CATALOG_MASS_UPDATE", "CATALOG_TOO_MANY_FAILED"), _MESSAGE),
    **dict.fromkeys(("CATALOG_REFUSED_BY_CRM", "CATALOG_UNCERTAIN", "CATALOG_NOT_SENT"), _MESSAGE),
    **dict.fromkeys(("CATALOG_PRESENT_ONLY", "CATALOG_LINKS_LOST"), _MESSAGE),
    "CAPABILITY_OFF": _text_of("message", "what"),
    "FIELD_NOT_ACCEPTED": _fields_of("not_accepted"),
}
TELLERS: Mapping[str, Teller] = {
    **{code: _of_item(code, tell) for code, tell in _OF_SHOP.items()},
    **_OF_PLAN,
    **_OF_RUN,
}

# What was counted while the shop and the CRM were read, for the task log.
ABOUT = {
    "active_items": "товарів з варіантами",
    "active_products": "товарів",
    "without_article": "з них без артикула",
    "inactive_items": "вимкнених",
    "categories": "категорій CRM",
    "materials": "товарів CRM",
    "read_back": "перевірено читанням",
    "not_accepted": "з них CRM тримає інше",
    "left_out": "не перевірено читанням",
    "settled": "з'ясовано загублених",
}
WORDS = Words(OUTCOMES, TELLERS, "«Каталог»", SHARED)
