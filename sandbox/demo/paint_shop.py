"""
The paint shop of the demo: what its database holds at first, and what people had put into the CRM.

Thirteen products. Three have volumes as options; one has a special for some days and is three materials in
the CRM, typed in by different people; two have one article by mistake; one has none; two articles differ in a
Cyrillic letter alone; one is switched off.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

UKRAINIAN, ENGLISH = 1, 2
VOLUME, LITRES = 5, {39: "0,75 л", 40: "2,5 л", 41: "10 л"}
CATEGORIES = {
    20: (0, "Фарби", "Paints"),
    21: (20, "Інтер&#039;єрні фарби", "Interior paints"),
    22: (20, "Фасадні фарби", "Facade paints"),
    30: (0, "Інструмент", "Tools"),
    31: (30, "Пензлі й валики", "Brushes and rollers"),
}
FIELDS = ("Опис", "Акція з", "Акція по")
BRUSH = 104  # the product with the special, and the twins
OLD_PRICE, NEW_PRICE = "59.0000", "65.0000"
TWINS = (" sam 1 ", "SAM1", "Sam\u00a01")

Row = dict[str, Any]


class Product(NamedTuple):
    """A product of the shop. ``volumes``: what each costs more, by value."""

    product_id: int
    name: str
    sku: str
    price: str
    category: int
    model: str = ""
    english: str = ""
    volumes: Mapping[int, str] = {}
    status: int = 1


PRODUCTS = (
    Product(
        *(101, "Фарба інтер&#039;єрна «Лагуна» матова", "LG-100", "245.0000", 21),
        english="Interior paint Laguna",
        volumes={39: "0.0000", 40: "380.0000", 41: "1490.0000"},
    ),
    Product(
        *(102, "Фарба фасадна «Моноліт»", "MN 200", "310.0000", 22),
        volumes={40: "420.0000", 41: "1700.0000"},
    ),
    Product(103, "Ґрунтівка глибокого проникнення", "", "189.5000", 20, model="GR-300"),
    Product(BRUSH, "Пензель плаский 50 мм", "SAM1", OLD_PRICE, 31),
    Product(105, "Валик 250 мм &quot;Профі&quot;", "VL-250", "129.0000", 31),
    Product(106, "Шпатель 100 мм", "SHP-100", "75.0000", 30),
    Product(107, "Шпатель фасадний широкий", "shp-100", "92.0000", 30),
    Product(108, "Рулетка 5 м", "", "110.0000", 30),
    Product(109, "Сітка малярна", "ST-9", "48.0000", 30, status=0),
    Product(110, "Рукавички робочі", "А-15", "32.0000", 30),  # Cyrillic А
    Product(111, "Окуляри захисні", "A-15", "86.0000", 30),
    Product(112, "Емаль «Блиск» біла", "EM-7", "156.0000", 20, volumes={39: "0.0000", 40: "301.5000"}),
    Product(113, "Лак паркетний", "LK-1", "0.0000", 20),
)


def rows(today: date) -> dict[str, list[Row]]:
    """Return the rows of the shop's tables."""
    return {
        "product": [_product(product) for product in PRODUCTS],
        "product_description": [row for product in PRODUCTS for row in _descriptions(product)],
        "product_to_store": [{"product_id": product.product_id} for product in PRODUCTS],
        "product_to_category": [
            {"product_id": product.product_id, "category_id": product.category} for product in PRODUCTS
        ],
        "product_image": [
            {"product_image_id": 1, "product_id": 101, "image": "catalog/laguna-2.jpg", "sort_order": 1}
        ],
        "product_special": _specials(today),
        **_options(),
        **_categories(),
        **_settings(),
    }


def materials() -> list[Row]:
    """Return what people had put into the CRM: the brush three times, a roller, and things of their own."""
    brushes = [
        {
            "sku": article,
            "title": f"Пензель 50 ({who})",
            "price": price,
            "currency": "UAH",
            "category_id": 503,
        }
        for article, who, price in zip(TWINS, ("Оля", "склад", "імпорт"), ("55", "59", "57.50"), strict=True)
    ]
    return [
        *brushes,
        {"sku": "VL-250", "title": "Валик 250", "price": "120", "currency": "UAH", "category_id": 503},
        {"sku": "OLD-1", "title": "Олійна фарба МА-15", "price": "210", "currency": "UAH"},
        {"sku": None, "title": "Шпатель 100 мм", "price": "70", "currency": "UAH"},
        {"sku": None, "title": "Доставка по місту", "price": "150", "currency": "UAH"},
    ]


def crm_categories() -> list[Row]:
    """Return the categories of the CRM: those of the shop in part."""
    return [
        {"id": 501, "name": "Фарби", "parent_id": None},
        {"id": 502, "name": "Інструмент", "parent_id": None},
        {"id": 503, "name": "Пензлі й  валики", "parent_id": 502},
    ]


def _product(product: Product) -> Row:
    known = {name: getattr(product, name) for name in ("product_id", "sku", "model", "price", "status")}
    return known | {"image": f"catalog/{product.sku or product.model or product.product_id}.jpg"}


def _descriptions(product: Product) -> Iterator[Row]:
    text = f"&lt;p&gt;{product.name}. Доставка по Україні.&lt;/p&gt;"
    own = {"product_id": product.product_id}
    yield own | {"language_id": UKRAINIAN, "name": product.name, "description": text}
    if product.english:
        yield own | {"language_id": ENGLISH, "name": product.english}


def _specials(today: date) -> list[Row]:
    """Return the brush's special and the enamel's, which has no end; both are on."""
    begins, ends = (today + timedelta(days=days) for days in (-2, 11))  # the end is exclusive
    return [
        *({"product_special_id": 1, "product_id": BRUSH, "price": "45.0000"} | _dates(begins, ends),),
        *({"product_special_id": 2, "product_id": 112, "price": "139.0000"} | _dates(begins, None),),
    ]


def _dates(begins: date, ends: date | None) -> Row:
    return {"date_start": begins.isoformat(), "date_end": ends.isoformat() if ends else "0000-00-00"}


def _options() -> dict[str, list[Row]]:
    """Return the one option of the shop, volume, and what products have of it."""
    named = {"option_id": VOLUME, "language_id": UKRAINIAN}
    return {
        "option": [{"option_id": VOLUME, "type": "select"}],
        "option_description": [named | {"name": "Об&#039;єм"}],
        "option_value": [
            {"option_value_id": value, "option_id": VOLUME, "sort_order": value} for value in LITRES
        ],
        "option_value_description": [
            named | {"option_value_id": value, "name": name} for value, name in LITRES.items()
        ],
        **_volumes([product for product in PRODUCTS if product.volumes]),
    }


def _volumes(products: list[Product]) -> dict[str, list[Row]]:
    return {
        "product_option": [_own(product) | {"required": 1} for product in products],
        "product_option_value": [
            _own(product)
            | {"product_option_value_id": product.product_id * 10 + place, "option_value_id": value}
            | {"price": price, "price_prefix": "+"}
            for product in products
            for place, (value, price) in enumerate(product.volumes.items())
        ],
    }


def _own(product: Product) -> Row:
    return {"product_option_id": product.product_id, "product_id": product.product_id, "option_id": VOLUME}


def _categories() -> dict[str, list[Row]]:
    names = [
        {"category_id": own, "language_id": language, "name": name}
        for own, (_, *both) in CATEGORIES.items()
        for language, name in zip((UKRAINIAN, ENGLISH), both, strict=True)
    ]
    tree = [{"category_id": own, "parent_id": parent} for own, (parent, *_) in CATEGORIES.items()]
    return {"category": tree, "category_description": names}


def _settings() -> dict[str, list[Row]]:
    told = {"config_language": "uk-ua", "config_currency": "UAH", "config_customer_group_id": "1"}
    return {
        "language": [
            {"language_id": UKRAINIAN, "name": "Українська", "code": "uk-ua", "sort_order": 1},
            {"language_id": ENGLISH, "name": "English", "code": "en-gb", "sort_order": 2},
        ],
        "currency": [{"currency_id": 1, "code": "UAH", "value": 1}],
        "setting": [
            {"setting_id": place, "key": key, "value": value}
            for place, (key, value) in enumerate(told.items(), 1)
        ],
    }
