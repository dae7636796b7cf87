"""Random catalogues over some nights: what is planned is what plain loops come to (DESIGN 9)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.opencart_catalog.item import CatalogItemRow
from tests.opencart_catalog.nights import Night, Shop, category, item, settings_of
from tests.opencart_catalog.oracle import World

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
    special = draw(st.sampled_from([None, None, Decimal("8.00"), Decimal("99.90")]))
    starts = draw(st.sampled_from([None, date(2026, 11, 1)])) if special else None
    number = draw(st.sampled_from([None, *(known[0] for known in TREE)]))
    return item(
        identity,
        draw(st.sampled_from(ARTICLES)),
        title=draw(st.sampled_from(TITLES)),
        description=draw(st.sampled_from([None, "<p>Так</p>", "<p>Ні</p>"])),
        price=draw(st.sampled_from(PRICES)),
        special=special,
        special_from=starts,
        special_to=starts + timedelta(days=3) if starts else None,
        shop_category_id=number,
        category_path=_path(number),
        images=draw(st.sampled_from(IMAGES)),
        active=draw(st.integers(0, 5)) > 0,
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
                "special_target": st.sampled_from(["named_price", "price", "off"]),
                "description_target": st.sampled_from([None, "Опис"]),
                "adopt_by_title": st.booleans(),
                "rewrite_sku": st.booleans(),
                "recreate_deleted": st.booleans(),
                "on_absent": st.sampled_from(["report", "irrelevant"]),
                "respect_manual": st.sampled_from([[], ["title"], ["price", "title"]]),
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


@pytest.fixture
def desk(warehouse_url: str) -> Iterator[Shop]:
    shop = Shop(warehouse_url)
    yield shop
    shop.warehouse.connection.close()


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
    deletes=st.lists(st.integers(0, 5), max_size=2),
    has_shelves=st.booleans(),
)
def test_the_plan_is_what_plain_loops_come_to(
    desk: Shop,
    choices: dict[str, Any],
    several: list[list[CatalogItemRow]],
    held: list[dict[str, Any]],
    deletes: list[int],
    has_shelves: bool,
) -> None:
    _begin_anew(desk, choices, held, has_shelves)
    for rows in several:
        desk.items = {row.identity: row for row in (*rows, item("900", "Z900", title="Завжди"))}
        expected = _world(desk).plan()
        night = desk.night()
        assert night.writes == expected.writes
        assert _outcomes(night) == _logged(expected)
        for place in deletes:
            if place < len(desk.crm.materials):
                del desk.crm.materials[sorted(desk.crm.materials)[place]]


def _begin_anew(desk: Shop, choices: dict[str, Any], held: list[dict[str, Any]], has_shelves: bool) -> None:
    desk.warehouse.connection.execute(EMPTY)
    desk.settings = settings_of(**choices)
    desk.categories = {own: category(own, *_path(own), parent_id=above) for own, above, _ in TREE}
    desk.crm.materials.clear()
    desk.crm.categories.clear()
    if has_shelves:
        desk.crm.categories |= {
            50: {"id": 50, "name": "ФАРБИ", "parent_id": None},
            51: {"id": 51, "name": "Фарби", "parent_id": None},
            52: {"id": 52, "name": "Емалі", "parent_id": 51},
        }
    for values in held:
        desk.crm.add(**values)


def _world(desk: Shop) -> World:
    rows = desk.rows("select identity, material_id, first_seen_run_id, absent_runs from mart.catalog_link")
    shelves = desk.rows("select shop_category_id, crm_category_id from mart.catalog_category_link")
    sent = desk.rows("select material_id, field, value from mart.catalog_sent_value")
    return World(
        desk.settings,
        desk.items.values(),
        desk.categories.values(),
        desk.crm.materials,
        desk.crm.categories,
        [(row.identity, row.material_id, row.first_seen_run_id) for row in rows],
        {row.shop_category_id: row.crm_category_id for row in shelves},
        {(row.material_id, row.field): row.value for row in sent},
        {row.identity: row.absent_runs for row in rows},
    )


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
