"""
Tables of an OpenCart shop, as far as a catalogue goes: of the lines 2.3 to 4.1 and of ocStore.

The same on MySQL, MariaDB and PostgreSQL, for which OpenCart has a driver too.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql import quoted_name

Line = Literal["2.3", "3.0", "ocStore 3.0", "4.0", "4.1"]
Rows = Mapping[str, Iterable[Mapping[str, Any]]]

_INT, _FLAG, _MONEY = Integer(), SmallInteger(), Numeric(15, 4)
_DAY = Date().with_variant(String(10), "postgresql")  # which has no zero date
_LONG, _NAME, _CODE = Text(), String(255), String(64)
Columns = dict[str, tuple[Any, Any]]
NO_LIMIT = "0000-00-00"

# Column -> its type and what it holds when a row does not say.
_COMMON: dict[str, Columns] = {
    "product": {
        **{"product_id": (_INT, 0), "model": (_CODE, ""), "price": (_MONEY, 0), "quantity": (_INT, 0)},
        **{"image": (_NAME, ""), "status": (_FLAG, 1), "date_available": (_DAY, "2020-01-01")},
        **{"date_modified": (DateTime(), "2026-01-01 00:00:00"), "tax_class_id": (_INT, 0)},
        **{"subtract": (_FLAG, 1)},
    },
    "product_description": {
        **{"product_id": (_INT, 0), "language_id": (_INT, 1)},
        **{"name": (_NAME, ""), "description": (_LONG, "")},
    },
    "product_to_store": {"product_id": (_INT, 0), "store_id": (_INT, 0)},
    "product_to_category": {"product_id": (_INT, 0), "category_id": (_INT, 0)},
    "product_image": {
        **{"product_image_id": (_INT, 0), "product_id": (_INT, 0)},
        **{"image": (_NAME, ""), "sort_order": (_INT, 0)},
    },
    "product_option": {
        **{"product_option_id": (_INT, 0), "product_id": (_INT, 0), "option_id": (_INT, 0)},
        **{"value": (_LONG, ""), "required": (_FLAG, 0)},
    },
    "product_option_value": {
        **{"product_option_value_id": (_INT, 0), "product_option_id": (_INT, 0), "product_id": (_INT, 0)},
        **{"option_id": (_INT, 0), "option_value_id": (_INT, 0)},
        **{"quantity": (_INT, 0), "subtract": (_FLAG, 0)},
        **{"price": (_MONEY, 0), "price_prefix": (String(1), "+")},
    },
    "option": {"option_id": (_INT, 0), "type": (String(32), "select"), "sort_order": (_INT, 0)},
    "option_description": {"option_id": (_INT, 0), "language_id": (_INT, 1), "name": (_NAME, "")},
    "option_value": {"option_value_id": (_INT, 0), "option_id": (_INT, 0), "sort_order": (_INT, 0)},
    "option_value_description": {
        **{"option_value_id": (_INT, 0), "language_id": (_INT, 1)},
        **{"option_id": (_INT, 0), "name": (_NAME, "")},
    },
    "category": {
        **{"category_id": (_INT, 0), "parent_id": (_INT, 0)},
        **{"sort_order": (_INT, 0), "status": (_FLAG, 1)},
    },
    "category_description": {"category_id": (_INT, 0), "language_id": (_INT, 1), "name": (_NAME, "")},
    "category_path": {"category_id": (_INT, 0), "path_id": (_INT, 0), "level": (_INT, 0)},
    "language": {
        **{"language_id": (_INT, 1), "name": (_NAME, ""), "code": (String(5), "uk-ua")},
        **{"sort_order": (_INT, 0), "status": (_FLAG, 1)},
    },
    "currency": {
        **{"currency_id": (_INT, 0), "code": (String(3), "UAH"), "value": (Float(53), 1)},
        **{"decimal_place": (String(1), "2"), "status": (_FLAG, 1)},
    },
    "setting": {
        **{"setting_id": (_INT, 0), "store_id": (_INT, 0), "code": (_CODE, "config")},
        **{"key": (_CODE, ""), "value": (_LONG, "")},
    },
}
# Keys as the shop has them; options of products have none by product.
_KEYS = {
    **{
        name: (f"{name}_id",)
        for name in ("product", "product_image", "product_option", "product_option_value")
    },
    **{name: (f"{name}_id",) for name in ("option", "option_value", "category", "language")},
    **{
        f"{name}_description": (f"{name}_id", "language_id")
        for name in ("product", "category", "option_value")
    },
    **{"option_description": ("option_id", "language_id"), "product_to_store": ("product_id", "store_id")},
    **{"product_to_category": ("product_id", "category_id"), "category_path": ("category_id", "path_id")},
}
_INDEXED = ("product_image", "product_special", "product_discount", "product_code")  # by product_id
_SPECIAL: Columns = {
    **{"product_id": (_INT, 0), "customer_group_id": (_INT, 1), "priority": (_INT, 1), "price": (_MONEY, 0)},
    **{"date_start": (_DAY, NO_LIMIT), "date_end": (_DAY, NO_LIMIT)},
}


@functools.cache
def shop_tables(line: Line, prefix: str = "oc_") -> MetaData:
    """Describe the tables of a line; MyISAM up to 3.0, as there."""
    metadata = MetaData()
    engine = "InnoDB" if line.startswith("4") else "MyISAM"
    for name, columns in _columns(line).items():
        SqlTable(
            quoted_name(prefix + name, True),
            metadata,
            *(_column(name, own, kind) for own, (kind, _) in columns.items()),
            mysql_engine=engine,
            mysql_charset="utf8mb4",
            mysql_collate="utf8mb4_unicode_ci",
        )
    return metadata


def _column(table: str, name: str, kind: Any) -> Column[Any]:
    is_key, is_indexed = name in _KEYS.get(table, ()), name == "product_id" and table in _INDEXED
    return Column(
        quoted_name(name, True), kind, primary_key=is_key, autoincrement=False, index=is_indexed or None
    )


def fill(connection: Connection, line: Line, rows: Rows, prefix: str = "oc_") -> None:
    """Insert rows, which need only say what is not usual."""
    tables, columns = shop_tables(line, prefix).tables, _columns(line)
    if connection.dialect.name == "mysql":
        connection.exec_driver_sql("SET SESSION sql_mode = ''")
    for name, listed in rows.items():
        usual = {own: default for own, (_, default) in columns[name].items()}
        if complete := [{**usual, **row} for row in listed]:
            connection.execute(tables[prefix + name].insert(), complete)


def _columns(line: Line) -> dict[str, Columns]:
    found = {name: dict(columns) for name, columns in _COMMON.items()}
    discount = {"product_discount_id": (_INT, 0), "quantity": (_INT, 1), **_SPECIAL}
    if line == "4.1":
        found["product_code"] = {
            **{"product_code_id": (_INT, 0), "product_id": (_INT, 0)},
            **{"code": (_CODE, "SKU"), "value": (_NAME, "")},
        }
        discount |= {"type": (String(1), "F"), "special": (_FLAG, 0)}
    else:
        found["product"]["sku"] = (_CODE, "")
        found["product_special"] = {"product_special_id": (_INT, 0), **_SPECIAL}
    if line.startswith("4"):
        found["product"] |= {"master_id": (_INT, 0), "variant": (_LONG, "")}
    if line.startswith("ocStore"):
        found["product"]["noindex"] = (_FLAG, 1)
        found["product_to_category"]["main_category"] = (_FLAG, 0)
    found["product_discount"] = discount
    found["url_alias" if line == "2.3" else "seo_url"] = {"query": (_NAME, ""), "keyword": (_NAME, "")}
    return found
