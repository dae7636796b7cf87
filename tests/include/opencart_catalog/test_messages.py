"""What rows of the catalogue's log say, in Ukrainian; and that no row, however odd, stops the page."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.opencart_catalog import issues
from include.opencart_catalog.messages import TELLERS, WORDS, several
from include.paths import SQL_DIR
from include.wording.messages import describe
from include.wording.speech import speaking

ZONE = ZoneInfo("Europe/Kyiv")
SCHEMA = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((SQL_DIR / "schema").glob("001[24]_*catalog*.sql"))
)
CODES = dict(re.findall(r"^\('([A-Z_]+)', '\w+', '([^']+)'\)", SCHEMA, re.MULTILINE))
GONE = set(re.findall(r"^delete from ops\.code\s+where code = '([A-Z_]+)'", SCHEMA, re.MULTILINE))
CODES = {code: text for code, text in CODES.items() if code not in GONE}
ONLY_RUSSIAN = re.compile("[ыэъё]", re.IGNORECASE)
QUIET = {  # codes whose text says everything
    *(issues.NO_ARTICLE, issues.SHOP_MOVED),
    *("CATALOG_NEW", "CATALOG_REAPPEARED", "CATALOG_UNLISTED", "CATALOG_ABSENT_TOO_MANY"),
    *("CATALOG_FIELDS_OFF", "CATALOG_NAMED_PRICES_OFF", "CATALOG_CATEGORIES_OFF"),
    "CATALOG_PICTURES_OFF",
}
TOLD: list[tuple[str, dict[str, Any], str]] = [
    ("CATALOG_CHANGED", {"fields": ["title", "price"]}, "Назва, Ціна"),
    ("CATALOG_TWINS", {"materials": [3, 4, 5]}, "№ 3, 4, 5"),
    ("CATALOG_RECREATED", {"gone": [9]}, "№ 9"),
    (
        "CATALOG_KEY_CONFLICT",
        {"others": [{"identity": "106", "title": "Шпатель"}, {"identity": "107", "title": None}]},
        "106 «Шпатель», 107",
    ),
    ("CATALOG_CATEGORY_NEW", {"path": ["Фарби", "Фасадні"]}, "Фарби / Фасадні"),
    ("CATALOG_CATEGORY_RENAMED", {"old": "Лаки", "new": "Лаки й олії"}, "«Лаки» → «Лаки й олії»"),
    ("CATALOG_LOOKALIKE", {"keys": ["а-15", "a-15"]}, "«а-15», «a-15»"),
    (
        "CATALOG_TITLE_WITHOUT_SKU",
        {"material_id": 6, "title": "Шпатель", "items": [{"identity": "106"}]},
        "товар CRM № 6 «Шпатель», у магазині 106",
    ),
    (
        "CATALOG_SIMILAR_TITLE",
        {
            "material_id": 6,
            "title": "Фарба 10 л",
            "sku": "LG-10",
            "items": [{"identity": "101#5:41", "title": "Фарба"}],
        },
        "товар CRM № 6 «Фарба 10 л», артикул «LG-10», у магазині 101#5:41 «Фарба»",
    ),
    ("CATALOG_ABSENT", {"absent_runs": 2, "disabled": True}, "вимкнено в магазині, 2 запуски поспіль"),
    ("CATALOG_SNAPSHOT_UNSTABLE", {"lists": ["materials"]}, "товари CRM"),
    ("CATALOG_FIELD_MISSING", {"fields": ["Акція з"]}, "Акція з"),
    ("FIELD_NOT_ACCEPTED", {"not_accepted": ["asset_url", "Опис"]}, "Картинка, Опис"),
    ("CATALOG_REFUSED_BY_CRM", {"error": "title: не може бути порожнім"}, "title: не може бути порожнім"),
    (issues.UNKNOWN_PREFIX, {"option": "Колір", "prefix": "%"}, "опція «Колір», знак «%»"),
    (issues.SPECIAL_ABOVE_PRICE, {"price": "59.00", "special": "60.00"}, "60,00 при ціні 59,00"),
    (issues.CATEGORY_ORPHAN, {"category_id": 7, "name": "Лаки"}, "№ 7 «Лаки»"),
    (issues.CATEGORY_PATH_STALE, {"number": 2, "category_ids": [7, 8]}, "2 категорії, № 7, 8"),
    (issues.OPTIONS_IGNORED, {"checkbox": 3, "text": 1}, "checkbox: 3, text: 1"),
    (issues.SHOP_CAN_WRITE, {"rights": ["INSERT", "UPDATE"]}, "INSERT, UPDATE"),
    (issues.BAD_DATE, {"date_start": "2026-13-01", "date_end": None}, "date_start «2026-13-01»"),
]


def tell(code: str, details: object) -> str:
    with speaking(WORDS.texts):
        return describe([code], details, CODES, ZONE, TELLERS)[0].particulars


@pytest.mark.parametrize(("code", "details", "words"), TOLD)
def test_a_row_tells_what_its_details_say(code: str, details: dict[str, Any], words: str) -> None:
    assert tell(code, details) == words


def test_in_the_row_of_an_item_each_of_its_issues_is_told() -> None:
    details = {
        "title": "Фарба",
        "issues": [
            {"code": issues.UNKNOWN_PREFIX, "option": "Колір", "prefix": "%"},
            {"code": issues.SPECIAL_ZERO, "special_id": 4},
            {"code": issues.UNKNOWN_PREFIX, "option": "Об'єм", "prefix": "="},
        ],
    }
    assert tell(issues.UNKNOWN_PREFIX, details) == "опція «Колір», знак «%», опція «Об'єм», знак «=»"
    assert tell(issues.SPECIAL_ZERO, details) == "акція № 4"


def test_every_code_says_something_in_ukrainian() -> None:
    assert len(CODES) > 50
    assert CODES.keys() - TELLERS.keys() == QUIET
    assert TELLERS.keys() <= CODES.keys()
    assert [text for text in CODES.values() if ONLY_RUSSIAN.search(text)] == []


def test_of_a_long_list_the_first_few_are_told() -> None:
    assert several(list(range(1, 8))) == "1, 2, 3, 4, 5 і ще 2"
    assert several("не список") == ""


KEYS = st.sampled_from(
    [
        *("fields", "materials", "gone", "others", "path", "keys", "lists", "issues", "items", "title"),
        *("material_id", "absent_runs", "number", "category_ids", "price", "special", "date", "old", "new"),
        *("sku", "code", "option", "prefix"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@given(code=st.sampled_from(sorted(TELLERS)), details=JSON)
def test_no_row_however_odd_stops_the_page(code: str, details: object) -> None:
    assert isinstance(tell(code, details), str)
