"""Random shops, read by sets and page by page, against plain loops over the same rows."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.hooks.opencart import OpenCartHook
from plugins.steps.opencart_reader import read_shop
from sandbox.opencart_schema import fill, shop_tables
from tests.plugins.steps.opencart_oracle import Oracle
from tests.plugins.steps.opencart_rows import KYIV
from tests.shop_database import catalogue_settings, mariadb_database, postgres_database

at = datetime.fromisoformat  # a wall clock, without a zone
EDGES = ["0000-00-00", "2026-07-00", "2026-07-13", "2026-07-14", "2026-07-15", "2026-07-16", "2026-07-17"]
MOMENTS = [
    at("2026-07-14 23:59:59"),
    at("2026-07-15 00:00:00"),
    at("2026-07-15 00:00:01"),
    at("2026-07-15 03:00:00"),
    at("2026-07-16 00:00:00"),
]
KINDS = {1: "select", 2: "radio", 3: "checkbox", 4: "image", 5: "date"}
PRODUCTS, CATEGORIES = range(1, 5), range(1, 6)
some = st.integers
price = st.sampled_from(["0", "0.0050", "1", "9.9950", "33.3333", "100", "100.1250", "12345678.9999"])


@st.composite
def offers(draw: Any, key: str) -> list[dict[str, Any]]:
    """Draw specials or discounts, a few to a product."""
    day = st.sampled_from([*EDGES, *EDGES[:1] * 4, *([None] if key == "product_discount" else [])])
    one = st.fixed_dictionaries(
        {
            **{"product_id": st.sampled_from(PRODUCTS), "customer_group_id": st.sampled_from([1, 1, 1, 2])},
            **{
                "priority": some(1, 2),
                "price": st.sampled_from(["0", "0", "-5", "5", "80", "80.5550", "150"]),
            },
            **{"date_start": day, "date_end": day},
            **({"quantity": some(1, 2)} if key == "product_discount" else {}),
        }
    )
    drawn = draw(st.lists(one, min_size=2, max_size=8))
    return [{f"{key}_id": place, **row} for place, row in enumerate(drawn, start=1)]


@st.composite
def shops(draw: Any, line: str) -> dict[str, list[dict[str, Any]]]:
    """Draw the rows of a shop of a line."""
    rows: dict[str, list[dict[str, Any]]] = {
        "setting": [{"key": "config_language", "value": "uk-ua"}, {"key": "config_currency", "value": "UAH"}],
        "language": [{}],
        "currency": [{}],
        "option": [{"option_id": own, "type": kind, "sort_order": 9 - own} for own, kind in KINDS.items()],
        "option_value": [
            {"option_id": own, "option_value_id": 10 * own + place, "sort_order": 3 - place}
            for own in KINDS
            for place in range(3)
        ],
        "category": [
            {
                **{"category_id": own, "parent_id": draw(some(0, 6)), "sort_order": draw(some(0, 1))},
                **{"status": draw(some(0, 3)) and 1},
            }
            for own in CATEGORIES
        ],
        "category_description": [{"category_id": own, "name": f"К{own}"} for own in CATEGORIES],
        **{"product": [], "product_description": [], "product_to_store": [], "product_code": []},
        **{"product_to_category": [], "product_option": [], "product_option_value": []},
        "product_discount": draw(offers("product_discount")),
        "product_special": draw(offers("product_special")),
    }
    for own in PRODUCTS:
        draw_product(draw, line, own, rows)
        if line.startswith("4") and own > 2 and draw(st.booleans()):
            draw_original(draw, line, own, rows)
    if line == "4.1":
        del rows["product_special"]
        for row in rows["product_discount"]:
            row |= {"type": draw(st.sampled_from("FPS")), "special": draw(some(0, 1))}
    else:
        del rows["product_code"]
        for row in rows["product_discount"]:
            row |= {key: row[key] or "0000-00-00" for key in ("date_start", "date_end")}
    return rows


def draw_product(draw: Any, line: str, own: int, rows: dict[str, list[dict[str, Any]]]) -> None:
    product = {
        **{"product_id": own, "model": draw(st.sampled_from(["", f"М{own}"])), "price": draw(price)},
        **{"status": draw(some(0, 3)) and 1, "date_available": draw(st.sampled_from(EDGES))},
    }
    sku = draw(st.sampled_from(["", " ", f"S{own}"]))
    if line == "4.1":
        spelled = draw(st.sampled_from(["SKU", "sku", "EAN"]))
        rows["product_code"].append(
            {"product_code_id": own, "product_id": own, "code": spelled, "value": sku}
        )
        product["price"] = draw(st.none() | st.just(product["price"]))
    else:
        product["sku"] = sku
    rows["product"].append(product)
    rows["product_to_store"].append({"product_id": own, "store_id": draw(some(0, 4)) // 4})
    rows["product_description"].append(
        {"product_id": own, "language_id": 1 + draw(some(0, 4)) // 4, "name": "Н"}
    )
    for category in draw(st.sets(some(1, 7), max_size=3)):
        place = {"product_id": own, "category_id": category}
        main = {"main_category": draw(some(0, 1))} if line.startswith("ocStore") else {}
        rows["product_to_category"].append(place | main)
    for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=3, unique=True)):
        draw_option(draw, own, kind, rows)


def draw_option(draw: Any, own: int, kind: int, rows: dict[str, list[dict[str, Any]]]) -> None:
    option = 100 * own + kind
    rows["product_option"].append(
        {"product_option_id": option, "product_id": own, "option_id": kind, "required": draw(some(0, 1))}
    )
    for place in draw(st.sets(some(0, 2))):
        rows["product_option_value"].append(
            {
                **{"product_option_value_id": 10 * option + place, "product_option_id": option},
                **{"product_id": own, "option_id": kind, "option_value_id": 10 * kind + place},
                **{"price": draw(price), "price_prefix": draw(st.sampled_from("+++-="))},
            }
        )


def draw_original(draw: Any, line: str, own: int, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Make a variant row of a product: a mere copy or not, of one that is there or not."""
    master = draw(st.sampled_from([1, 2, 2, 9]))
    theirs = [row for row in rows["product_option_value"] if row["product_id"] == master]
    named = draw(st.lists(st.sampled_from(theirs), max_size=2)) if theirs else []
    chosen = {row["product_option_id"]: f"{row['product_option_value_id']}" for row in named}
    rows["product"][-1] |= {"master_id": master, "variant": json.dumps(chosen)}
    if master < own and draw(st.booleans()):
        no_sku = {"sku": ""} if line == "4.0" else {}
        rows["product"][-1] |= {"model": rows["product"][master - 1]["model"], **no_sku}
        rows["product_code"] = [row for row in rows["product_code"] if row["product_id"] != own]


@pytest.fixture(scope="module")
def databases(postgres):
    """Give a database of each kind, with the tables of a line made once."""
    with mariadb_database() as mariadb, postgres_database(postgres) as postgresql:
        yield {"mariadb": mariadb, "postgresql": postgresql}


@pytest.mark.parametrize("line", ["ocStore 3.0", "4.0", "4.1"])
@pytest.mark.parametrize("kind", ["mariadb", "postgresql"])
def test_a_random_shop_is_read_as_plain_loops_would(databases, monkeypatch, kind, line):
    database = databases[kind]
    tables = shop_tables(line)
    for known in ("ocStore 3.0", "4.1"):
        shop_tables(known).drop_all(database.engine)
    tables.create_all(database.engine)
    database.connect_airflow(monkeypatch)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=shops(line), now=st.sampled_from(MOMENTS))
    def compare(rows, now):
        with database.write() as connection:
            for table in tables.sorted_tables:
                connection.execute(table.delete())
            fill(connection, line, rows)
        batches = list(read_shop(OpenCartHook(), catalogue_settings(), now.replace(tzinfo=KYIV)))
        read = {item.identity: item for batch in batches for item in batch.items}
        expected = Oracle(line, usual(line, rows), now).items()
        assert {identity: shown(item) for identity, item in read.items()} == expected
        assert sum(len(batch.items) for batch in batches) == len(read)

    compare()


def usual(line: str, rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Spell out what the rows leave to the tables' defaults."""
    tables = ("product_special", "product_discount", "product_code")
    return {**{name: [] for name in tables}, **rows}


def shown(item: Any) -> tuple[Any, ...]:
    """Cut an item down to what the oracle tells."""
    amounts = (None if amount is None else str(amount) for amount in (item.price, item.special))
    place = (item.shop_category_id, item.category_path, item.active, item.doubtful)
    return (item.article, item.option_value_ids, *amounts, item.special_from, item.special_to, *place)
