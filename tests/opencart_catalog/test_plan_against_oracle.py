"""Random catalogues over some nights: what is planned is what plain loops come to."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.opencart_catalog.article import article_key
from include.opencart_catalog.item import CatalogItemRow
from tests.opencart_catalog.nights import FIELDS, Night, Shop, category, item, settings_of
from tests.opencart_catalog.oracle import World

BEGAN = date(2026, 11, 1)
ARTICLES = ["A1", "a 1", "А1", "A-1", "B&amp;2", "b&2", "007", "7", " ", None]
TITLES = ["Фарба", "Фарба  біла", "Фарба біла", "Емаль &quot;Зоря&quot;", 'Емаль "Зоря"', "Лак"]
PRICES = [None, Decimal("10.00"), Decimal("10.01"), Decimal("99.90")]
IMAGES = [[], ["https://shop.example.org/image/a.jpg"], ["https://shop.example.org/image/b.jpg"]]
TREE = [
    (1, None, "Фарби"),
    (2, 1, "Емалі"),
    (3, 1, "фарби"),
    (4, 2, "Білі"),
    (5, None, "Лаки"),
    (6, None, "лаки "),
]
EMPTY = """
truncate mart.catalog_link, mart.catalog_item, mart.catalog_sent_value, mart.catalog_category_link, ops.cursor
"""


@st.composite
def items(draw: st.DrawFn, identity: str) -> CatalogItemRow:
    doubtful = draw(st.integers(0, 7)) == 0
    special = None if doubtful else draw(st.sampled_from([None, None, Decimal("8.00"), Decimal("99.90")]))
    starts = BEGAN + timedelta(days=draw(st.integers(0, 4))) if special and draw(st.booleans()) else None
    number = draw(st.sampled_from([None, *(known[0] for known in TREE)]))
    return item(
        identity,
        draw(st.sampled_from(ARTICLES)),
        title=draw(st.sampled_from(TITLES)),
        description=draw(st.sampled_from([None, "<p>Так</p>", "<p>Ні</p>"])),
        price=None if doubtful else draw(st.sampled_from(PRICES)),
        doubtful=doubtful,
        special=special,
        special_from=starts,
        special_to=starts + timedelta(days=3) if starts else None,
        shop_category_id=number,
        category_path=_path(number),
        images=draw(st.sampled_from(IMAGES)),
        active=draw(st.integers(0, 5)) > 0,
    )


EDITS = st.sampled_from(
    [
        {"price": "77.00"},
        {"currency": "USD"},
        {"price": "77.00", "currency": "EUR"},
        {"named_custom_prices": {"Опт": "4.00"}},
        {"named_custom_prices": {"Опт": "4.00", "Акційна ціна": "7.00"}},
        {"custom_fields": {"Акція з": "2026-01-01"}},
        {"sku": "ІНШИЙ"},
        {"sku": None},
        {"title": "Від людей"},
    ]
)


def materials() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "sku": st.sampled_from([*ARTICLES[:-2], None]),
            "title": st.sampled_from(TITLES),
            "price": st.sampled_from(["10.00", "10.01", "5"]),
            "asset_url": st.sampled_from([None, IMAGES[1][0]]),
            "named_custom_prices": st.sampled_from([{}, {"Опт": "4.00"}, {"Акційна ціна": "8.00"}]),
            "custom_fields": st.sampled_from(
                [{}, {"Акція з": "2026-11-01"}, {"Опис": "<p>Так</p>", "Сорт": "1"}]
            ),
        }
    )


@st.composite
def nights(draw: st.DrawFn) -> list[list[CatalogItemRow]]:
    known = ["1", "1#5:7", "2", "3", "3#5:8", "4"]
    return [
        [draw(items(identity)) for identity in draw(st.lists(st.sampled_from(known), unique=True))]
        for _ in range(draw(st.integers(1, 4)))
    ]


CHOICES = st.fixed_dictionaries(
    {
        "crm": st.fixed_dictionaries(
            {
                "special_to_field": st.sampled_from(["Акція по", "Акція по", None]),
                "description_target": st.sampled_from([None, "Опис"]),
                "adopt_by_title": st.booleans(),
                "rewrite_sku": st.booleans(),
                "recreate_deleted": st.booleans(),
                "on_absent": st.sampled_from(["report", "irrelevant"]),
                "respect_manual": st.sampled_from([[], ["title"], ["price", "title"], ["currency"]]),
            }
        ),
        "items": st.fixed_dictionaries(
            {"site_conflict": st.sampled_from(["quarantine", "lowest_product_id"])}
        ),
        "guards": st.just(
            {
                "absent_after_runs": 2,
                "max_share_absent": 0.5,
                "min_share_of_last": 0,
                "max_share_without_article": 1,
            }
        ),
    }
)


# Nothing is shrunk: a step of it is several nights in a database, and thousands of them take minutes.
@settings(
    max_examples=60,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    choices=CHOICES,
    several=nights(),
    held=st.lists(materials(), max_size=6),
    targets=st.lists(st.sampled_from(["named_price", "named_price", "price", "off"]), min_size=4, max_size=4),
    edits=st.lists(st.tuples(st.integers(0, 5), EDITS), max_size=4),
    deletes=st.lists(st.integers(0, 5), max_size=2),
    has_shelves=st.booleans(),
)
def test_the_plan_is_what_plain_loops_come_to(
    desk: Shop,
    choices: dict[str, Any],
    several: list[list[CatalogItemRow]],
    held: list[dict[str, Any]],
    targets: list[str],
    edits: list[tuple[int, dict[str, Any]]],
    deletes: list[int],
    has_shelves: bool,
) -> None:
    _begin_anew(desk, choices, held, has_shelves)
    first = desk.today
    for rows, target in zip(several, targets, strict=False):
        desk.settings = settings_of(**choices | {"crm": choices["crm"] | {"special_target": target}})
        moved = [_moved(row, first - BEGAN) for row in (*rows, item("900", "Z900", title="Завжди"))]
        desk.items = {row.identity: row for row in moved}
        expected = _world(desk).plan()
        night = desk.night()
        assert night.writes == expected.writes
        assert _outcomes(night) == _logged(expected)
        for place in deletes:
            if place < len(known := sorted(desk.crm.materials)):
                desk.crm.remove(known[place])
        for place, values in edits:
            if place < len(known := sorted(desk.crm.materials)):
                desk.crm.change(known[place], **values)


def _begin_anew(desk: Shop, choices: dict[str, Any], held: list[dict[str, Any]], has_shelves: bool) -> None:
    desk.warehouse.connection.execute(EMPTY)
    desk.settings = settings_of(**choices)
    desk.categories = {own: category(own, *_path(own), parent_id=above) for own, above, _ in TREE}
    desk.crm.open(*FIELDS)
    if has_shelves:
        desk.crm.add_categories(
            {"id": 50, "name": "ФАРБИ"},
            {"id": 51, "name": "Фарби"},
            {"id": 52, "name": "Емалі", "parent_id": 51},
        )
    for values in held:
        desk.crm.add(**values)


def _moved(row: CatalogItemRow, days: timedelta) -> CatalogItemRow:
    """Let a special begin as long after the first night as it was drawn to begin after ``BEGAN``."""
    ends = row.special_to and row.special_to + days
    return row._replace(special_from=row.special_from and row.special_from + days, special_to=ends)


def _world(desk: Shop) -> World:
    rows = desk.rows("select * from mart.catalog_link")
    shelves = desk.rows("select shop_category_id, crm_category_id from mart.catalog_category_link")
    sent = desk.rows("select material_id, field, value from mart.catalog_sent_value")
    return World(
        desk.settings,
        desk.items.values(),
        desk.categories.values(),
        {number: _told(record) for number, record in desk.crm.materials.items()},
        desk.crm.categories,
        [
            (
                row.identity,
                row.material_id,
                row.first_seen_run_id,
                row.material_key or article_key(row.material_sku),
            )
            for row in rows
        ],
        {row.shop_category_id: row.crm_category_id for row in shelves},
        {(row.material_id, row.field): row.value for row in sent},
        {row.identity: row.absent_runs for row in rows},
        desk.today + timedelta(days=1),
    )


def _told(record: dict[str, Any]) -> dict[str, Any]:
    """Spell named prices as a plan does, however the CRM keeps them."""
    prices = {name: f"{Decimal(str(price)):.2f}" for name, price in record["named_custom_prices"].items()}
    return record | {"named_custom_prices": prices}


def _outcomes(night: Night) -> dict[str, str]:
    found = {key: row.outcome for key, row in night.log.items() if row.outcome}
    return {key: outcome for key, outcome in found.items() if outcome != "unchanged"}


def _logged(expected: World) -> dict[str, str]:
    return {key: outcome for key, outcome in expected.outcomes.items() if outcome != "unchanged"}


def _path(number: int | None) -> list[str]:
    known = {own: (above, name) for own, above, name in TREE}
    path: list[str] = []
    while number is not None:
        number, name = known[number]
        path.insert(0, name)
    return path
