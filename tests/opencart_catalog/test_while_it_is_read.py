"""What people do to the CRM while it is read, and account and shop as they may be (keepincrm 2, 13)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

FIRST: dict[str, Any] = {"allow_mass_create": True, "allow_mass_update": True}
OTHERS = [{"title": f"Чуже {number}", "sku": f"ZZ-{number}"} for number in range(60)]
NEWCOMER = [{"title": "Щойно додане", "sku": "ZZ-NEW"}]
# Each reading begins with a look at the first page, so that page 2 is where the list itself is met.
LOOKED_AT = 2


def test_a_list_that_shifts_once_is_read_again(shop: "PaintShop") -> None:
    shop.crm.add_materials(*OTHERS)
    shop.crm.at_page(LOOKED_AT, add=NEWCOMER)
    run = shop.run(kind="manual", **FIRST)
    assert run.state == "success", run.errors
    assert "created" in shop.counters(run)
    assert "CATALOG_SNAPSHOT_UNSTABLE" not in shop.codes(run)
    assert shop.crm.counts().get("duplicates", 0) == 0


def test_while_the_list_goes_on_shifting_nothing_is_created(shop: "PaintShop") -> None:
    shop.crm.add_materials(*OTHERS)
    for _ in range(2):
        shop.crm.at_page(LOOKED_AT, add=NEWCOMER)
    run = shop.run(kind="manual", **FIRST)
    assert run.state == "success", run.errors
    counters = shop.counters(run)
    assert "created" not in counters
    assert counters["postponed"] > 0
    assert counters["updated"] > 0
    assert "CATALOG_SNAPSHOT_UNSTABLE" in shop.codes(run)
    assert {method for method, _ in shop.written()} <= {"update"}
    later = shop.run(kind="manual", **FIRST)
    assert shop.counters(later)["created"] == counters["postponed"]


def test_with_everything_that_may_be_off_the_catalogue_is_sent_all_the_same(shop: "PaintShop") -> None:
    shop.crm.set_ways(
        categories="read_only",
        category_parents=False,
        custom_fields="ignored",
        named_prices="ignored",
        asset_url="rewritten",
        list_shows="plain",
        price="comma",
        sku_path="rails",
    )
    first = shop.run(kind="manual", **FIRST)
    assert first.state == "success", first.errors
    made = sum(method == "create" for method, _ in shop.written())
    assert made > 0
    for _ in range(2):
        shop.forget()
        run = shop.run()
        assert run.state == "success", run.errors
    assert not any(method in ("create", "create_category") for method, _ in shop.written())
    shop.forget()
    assert shop.run().state == "success"
    assert shop.written() == []
