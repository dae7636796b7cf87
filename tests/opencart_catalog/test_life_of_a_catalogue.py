"""The paint shop from night to night: the whole DAG, a real database, a simulated KeepinCRM."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.demo.opencart_catalog import ALL_THERE, CATEGORIES, CREATED, SOURCE, UPDATED
from sandbox.demo.paint_shop import BRUSH, NEW_PRICE, TWINS

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

FIRST: dict[str, Any] = {"allow_mass_create": True, "allow_mass_update": True}
QUIET = {name: count for name, count in ALL_THERE[SOURCE].items() if count}


@pytest.fixture(params=["shop", "shop_on_mariadb"])
def opened(request: pytest.FixtureRequest) -> "PaintShop":
    """Return a shop on each kind of database."""
    return request.getfixturevalue(request.param)


def test_the_first_run_creates_and_updates_the_second_sends_nothing_and_a_price_is_one_write_a_twin(
    opened: "PaintShop",
) -> None:
    first = opened.run(kind="manual", **FIRST)
    assert first.state == "success", first.errors
    news = {"created": CREATED, "updated": UPDATED, "quarantined": 2, "refused": 1}
    assert opened.counters(first) == news
    made = Counter(method for method, _ in opened.written())
    assert (made["create"], made["create_category"]) == (CREATED, CATEGORIES)
    assert opened.crm.counts().get("duplicates", 0) == 0

    opened.forget()
    second = opened.run()
    assert second.state == "success", second.errors
    assert (opened.counters(second), opened.written()) == (QUIET, [])

    opened.change(BRUSH, price=NEW_PRICE)
    third = opened.run()
    assert opened.counters(third) == QUIET | {"updated": 1, "unchanged": QUIET["unchanged"] - 1}
    assert opened.written() == [("update", {"price": 65, "currency": "UAH"})] * len(TWINS)
    assert {twin["price"] for twin in opened.twins()} == {"65.00"}


def test_a_dry_run_plans_what_the_real_run_does_and_sends_nothing(shop: "PaintShop") -> None:
    trial = shop.run(kind="manual", dry_run=True, **FIRST)
    assert trial.state == "success", trial.errors
    assert trial.states["read_back"] == "skipped"
    assert shop.written() == []
    real = shop.run(kind="manual", **FIRST)
    assert real.state == "success", real.errors
    compared = ("kind", "key", "before", "after")
    assert [[one[name] for name in compared] for one in shop.actions(trial)] == [
        [one[name] for name in compared] for one in shop.actions(real)
    ]
    assert {one["state"] for one in shop.actions(trial)} == {"skipped"}
    assert shop.counters(trial) == shop.counters(real)


def test_a_first_run_that_nobody_has_allowed_stops_before_it_writes(shop: "PaintShop") -> None:
    stopped = shop.run()
    assert stopped.state == "failed"
    assert "allow_mass_create" in shop.run_of(stopped)["error"]
    assert shop.written() == []


@pytest.mark.parametrize(
    ("conf", "kinds"),
    [
        ({"mode": "create"}, {"create_category", "create_material"}),
        ({"mode": "update"}, {"update_material"}),
        ({"only_articles": ["sam1"]}, {"update_material"}),
        ({"only_articles": [" gr-300 "]}, {"create_material"}),
    ],
)
def test_a_person_may_ask_for_a_part_of_it(shop: "PaintShop", conf: dict[str, Any], kinds: set[str]) -> None:
    part = shop.run(kind="manual", **FIRST, **conf)
    assert part.state == "success", part.errors
    assert {one["kind"] for one in shop.actions(part)} - {"set_custom_fields"} == kinds


def test_a_limit_writes_about_so_many_items_and_the_next_run_about_the_rest(shop: "PaintShop") -> None:
    shop.run(kind="manual", limit=3, **FIRST)
    few = [body for method, body in shop.written() if method == "create"]
    assert len(few) <= 3
    shop.forget()
    shop.run(kind="manual", **FIRST)
    rest = [body for method, body in shop.written() if method == "create"]
    assert len(few) + len(rest) == CREATED
    assert shop.crm.counts().get("duplicates", 0) == 0
