"""Reading windows of a simulated base: what is asked, what is left out, and what becomes of it as rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from include.calltouch_orders.contacts import dropped_phones, emails, phones
from include.errors import AccessDenied, ConfigError, RejectedByVendor
from include.onec.documents import batches
from include.onec.pages import Page
from include.onec.rows import Batch
from include.settings.onec_profile import Profile
from plugins.hooks.onec import OneCHook
from plugins.hooks.onec_reader import (
    Counted,
    Known,
    Window,
    find_orders,
    published_schema,
    read_documents,
    read_order,
    slices,
)
from sandbox.control import VendorControl
from tests.include.onec.small_base import INVOICE, MOSCOW, ORDER, RETURN, SHIPMENT, WORK, line, profile, ref
from tests.plugins.hooks.onec_base import simulated_base

DAY = date(2026, 3, 2)
WINDOW = Window(today=date(2026, 3, 6), orders_from=date(2026, 2, 27), sales_from=date(2026, 1, 5))
KINDS = ("orders", "lines", "shipments", "returns", "parts", "refusals")
BY_ROWS: dict[str, Any] = {
    sale: {"lines": [{"section": "Товары", "order": "ЗаказПокупателя", "sum": "Сумма"}]}
    for sale in ("shipments", "returns")
}


class Base:
    """A simulated base, and what was read of it."""

    def __init__(self, hook: OneCHook, control: VendorControl) -> None:
        self.hook = hook
        self.control = control
        self.versions: dict[str, str | None] = {}

    def known(self, entity: str, refs: Sequence[str]) -> Mapping[str, str | None]:
        return {ref: self.versions[ref] for ref in refs if ref in self.versions}

    def pages(self, window: Window = WINDOW, known: Known | None = None, **changes: Any) -> list[Page]:
        given = profile(**changes)
        schema = published_schema(self.hook, given)
        return list(read_documents(self.hook, given, window, known or self.known, schema))

    def read(self, window: Window = WINDOW, **changes: Any) -> dict[str, list[Any]]:
        """Read, and remember the versions as a warehouse does."""
        found = rows(self.pages(window, **changes), profile(**changes))
        for kind in ("orders", "shipments", "returns"):
            self.versions |= {row[0]: row.data_version for row in found[kind]}
        return found

    def put(self, **sets: Any) -> None:
        self.control.order(put=sets)

    def calls(self) -> int:
        return int(self.control.order(read="Catalog_Валюты")["calls"])


def rows(pages: list[Page], given: Profile | None = None) -> dict[str, list[Any]]:
    found: list[Batch] = list(batches(pages, given or profile(), MOSCOW, phones, emails, dropped_phones))
    gathered = {kind: [row for batch in found for row in getattr(batch, kind)] for kind in KINDS}
    return {
        **gathered,
        "unchanged": [batch.unchanged for batch in found],
        "deleted": [batch.deleted for batch in found],
    }


def document(number: int, day: date = DAY, /, **more: Any) -> dict[str, Any]:
    given = {
        "Ref_Key": ref(number),
        "Number": f"{number}",
        "Date": f"{day}T10:00:00",
        "Posted": True,
        "СуммаДокумента": 100,
    }
    return given | more


def based_on(number: int, base: int, entity: str, **more: Any) -> dict[str, Any]:
    base_fields = {"ДокументОснование": ref(base), "ДокументОснование_Type": f"StandardODATA.{entity}"}
    return document(number, **base_fields, **more)


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Base]:
    with simulated_base(monkeypatch) as (hook, control):
        yield Base(hook, control)


@pytest.fixture
def shop(base: Base) -> Base:
    for day in (1, 2, 3):
        base.control.order(shop=day, first_day=str(DAY))
    return base


def test_a_shop_is_read_with_all_it_refers_to(shop: Base) -> None:
    found = shop.read()
    assert found["refusals"] == []
    assert min(len(found[kind]) for kind in ("orders", "lines", "shipments", "returns")) > 0
    assert all(row.organisation and row.manager for row in found["orders"])
    assert {row.contractor_ref for row in found["orders"] if not row.contractor} <= {None}
    assert all(row.item and row.kind and len(row.groups) > 1 for row in found["lines"])
    assert any(row.phones for row in found["orders"])
    assert any(row.closed_at and row.profit for row in found["orders"] if row.kind == "work_order")
    assert any(row.order_ref and row.shipment_ref and row.profit for row in found["returns"])


def test_what_was_read_and_has_not_changed_is_not_read_again(shop: Base) -> None:
    first = shop.read()
    before = shop.calls()
    second = shop.read()
    assert [second[kind] for kind in KINDS] == [[]] * len(KINDS)
    assert sum(second["unchanged"]) == sum(len(first[kind]) for kind in ("orders", "shipments", "returns"))
    assert shop.calls() - before < 45  # the schema, a page for each slice of both windows, and nothing more


def test_of_changed_documents_only_these_are_read(shop: Base) -> None:
    first = shop.read()
    shipment, order = first["shipments"][0].shipment_ref, first["orders"][5].order_ref
    shop.control.order(unpost=shipment)
    shop.control.order(mark=order)
    found = shop.read()
    assert [(row.shipment_ref, row.posted) for row in found["shipments"]] == [(shipment, False)]
    assert [(row.order_ref, row.deleted) for row in found["orders"]] == [(order, True)]
    assert found["shipments"][0].order_ref == first["shipments"][0].order_ref
    assert {row.order_ref for row in found["lines"]} <= {order}


def test_a_deleted_order_that_was_never_known_is_counted_and_left_out(base: Base) -> None:
    base.put(**{ORDER: [document(1, DeletionMark=True), document(2)]})
    found = base.read()
    assert [row.order_ref for row in found["orders"]] == [ref(2)]
    assert sum(found["deleted"]) == 1


def test_a_window_of_many_pages_gives_every_order_once(base: Base) -> None:
    base.put(**{ORDER: [document(number, Товары=[line(number, 1, 1)]) for number in range(1, 452)]})
    found = base.read()
    assert [row.order_ref for row in found["orders"]] == [ref(number) for number in range(1, 452)]
    assert len(found["lines"]) == 451
    assert base.control.order(read=SHIPMENT)["most_at_once"] <= 2


def test_days_outside_the_window_are_not_read_and_the_future_is(base: Base) -> None:
    days = {1: date(2026, 2, 26), 2: date(2026, 2, 27), 3: date(2026, 3, 6), 4: date(2027, 1, 1)}
    base.put(**{WORK: [document(number, day) for number, day in days.items()]})
    assert [row.order_ref for row in base.read()["orders"]] == [ref(2), ref(3), ref(4)]
    closed = WINDOW._replace(orders_to=date(2026, 3, 5), sales_from=None)
    base.versions.clear()
    assert [row.order_ref for row in base.read(closed)["orders"]] == [ref(2)]


def test_slices_cover_a_window_without_gaps() -> None:
    first, today = date(2026, 3, 1), date(2026, 3, 3)
    open_end = list(slices("Date", first, None, today, timedelta(days=1)))
    assert open_end[0] == "Date ge datetime'2026-03-01T00:00:00' and Date lt datetime'2026-03-02T00:00:00'"
    assert open_end[1:] == [
        "Date ge datetime'2026-03-02T00:00:00' and Date lt datetime'2026-03-03T00:00:00'",
        "Date ge datetime'2026-03-03T00:00:00'",
    ]
    closed = list(slices("Date", first, today, today, timedelta(days=7)))
    assert closed == ["Date ge datetime'2026-03-01T00:00:00' and Date lt datetime'2026-03-04T00:00:00'"]
    assert list(slices("Date", today, None, first, timedelta(days=1))) == [
        "Date ge datetime'2026-03-03T00:00:00'"
    ]


def test_shipments_are_followed_to_their_orders_through_two_documents(base: Base) -> None:
    base.put(
        **{
            INVOICE: [based_on(50, 1, ORDER), based_on(51, 50, INVOICE), based_on(52, 51, INVOICE)],
            SHIPMENT: [based_on(61, 50, INVOICE), based_on(62, 51, INVOICE), based_on(63, 52, INVOICE)],
        }
    )
    assert [row.order_ref for row in base.read()["shipments"]] == [ref(1), ref(1), None]


def test_a_return_finds_its_order_by_a_shipment_that_has_not_changed_or_is_older(base: Base) -> None:
    old = document(61, date(2025, 1, 1)) | {
        key: value for key, value in based_on(61, 1, ORDER).items() if "Осн" in key
    }
    base.put(**{SHIPMENT: [old, based_on(62, 2, ORDER)]})
    base.read()
    base.put(**{RETURN: [based_on(71, 61, SHIPMENT), based_on(72, 62, SHIPMENT), based_on(73, 99, SHIPMENT)]})
    found = base.read()
    assert [(row.shipment_ref, row.order_ref) for row in found["returns"]] == [
        (ref(61), ref(1)),
        (ref(62), ref(2)),
        (ref(99), None),
    ]
    assert found["shipments"] == []


def test_a_bad_document_is_a_refusal_and_is_met_again_next_time(base: Base) -> None:
    base.put(**{ORDER: [document(1, Number=""), document(2)]})
    for orders in (1, 0):
        found = base.read()
        assert [len(found["orders"]), len(found["refusals"])] == [orders, 1]
    base.put(**{ORDER: [{"Ref_Key": ref(1), "Number": "1"}]})
    assert [row.order_ref for row in base.read()["orders"]] == [ref(1)]


def test_one_order_is_read_whole_though_it_is_known(shop: Base) -> None:
    shop.read()
    (returned, *_) = (
        row for row in rows(shop.pages(known=lambda entity, refs: {}))["returns"] if row.order_ref
    )
    schema = published_schema(shop.hook, profile())
    found = rows(list(read_order(shop.hook, profile(), returned.order_ref, schema)))
    assert [row.order_ref for row in found["orders"]] == [returned.order_ref]
    assert returned.return_ref in {row.return_ref for row in found["returns"]}
    assert {row.order_ref for kind in ("lines", "shipments", "returns") for row in found[kind]} == {
        returned.order_ref
    }


def of_orders(number: int, base: int, *orders: int, **more: Any) -> dict[str, Any]:
    """Give a sale with a row for each of some orders."""
    sold = [line(number, 1, 1, ЗаказПокупателя_Key=ref(order)) for order in orders]
    return based_on(number, base, ORDER, Товары=[without_key(row) for row in sold], **more)


def without_key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("Ref_Key", "LineNumber")}


def test_rows_are_read_of_new_and_changed_documents_only(base: Base) -> None:
    base.put(**{SHIPMENT: [of_orders(61, 1, 1, 2), of_orders(62, 1, 1)], RETURN: [of_orders(71, 1, 1)]})
    found = base.read(**BY_ROWS)
    assert [(row.document_ref, row.order_ref) for row in found["parts"]] == [
        (ref(61), ref(1)),
        (ref(61), ref(2)),
        (ref(71), ref(1)),
    ]
    base.put(**{SHIPMENT: [of_orders(62, 1, 3)]})
    assert {row.document_ref for row in base.read(**BY_ROWS)["parts"]} == {ref(62)}
    before = base.calls()
    assert base.read(**BY_ROWS)["parts"] == []
    asked = base.control.order(read="calls")["history"][before:]
    assert not any("Товары" in call["about"][0] for call in asked)


def one_order(base: Base, number: int, counted: Counted | None = None) -> dict[str, list[str]]:
    """Read one order; name its shipments and returns."""
    given = profile(**BY_ROWS)
    schema = published_schema(base.hook, given)
    found = rows(list(read_order(base.hook, given, ref(number), schema, counted)), given)
    return {kind: [row[0] for row in found[kind]] for kind in ("shipments", "returns")}


def test_one_order_is_read_with_documents_that_only_rows_tell_or_that_are_known(base: Base) -> None:
    base.put(**{ORDER: [document(1), document(2)], INVOICE: [based_on(50, 2, ORDER)]})
    sales = [of_orders(61, 1, 1, 2), of_orders(62, 1, 1), based_on(63, 50, INVOICE), of_orders(64, 2, 2)]
    base.put(**{SHIPMENT: sales, RETURN: [of_orders(71, 1, 2), based_on(72, 63, SHIPMENT)]})
    found = one_order(base, 2)
    assert sorted(found["shipments"]) == [ref(61), ref(64)]
    assert found["returns"] == [ref(71)]
    found = one_order(base, 2, {"shipments": [ref(63), ref(61)], "returns": [ref(71)]})
    assert sorted(found["shipments"]) == [ref(61), ref(63), ref(64)]
    assert sorted(found["returns"]) == [ref(71), ref(72)]
    known = [ref(number) for number in range(100, 160)]
    assert sorted(one_order(base, 2, {"shipments": known})["shipments"]) == [ref(61), ref(64)]


@pytest.mark.parametrize(("fault", "refused"), [(400, RejectedByVendor), (401, AccessDenied)])
def test_a_base_that_does_not_search_by_rows_gives_what_is_known(
    base: Base, fault: int, refused: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    base.put(**{ORDER: [document(2)], SHIPMENT: [of_orders(61, 1, 2), of_orders(62, 1, 2)]})
    base.control.fault(fault, method="list", about=SHIPMENT, times=1)
    if refused is AccessDenied:
        with pytest.raises(AccessDenied):
            one_order(base, 2)
        return
    assert one_order(base, 2, {"shipments": [ref(61)]})["shipments"] == [ref(61)]
    assert "1С не ищет Document_РеализацияТоваровУслуг по строкам" in caplog.text


def test_an_order_that_is_not_there_gives_no_documents(base: Base) -> None:
    schema = published_schema(base.hook, profile())
    found = rows(list(read_order(base.hook, profile(), ref(1), schema)))
    assert [found[kind] for kind in KINDS] == [[]] * len(KINDS)


def test_orders_are_found_by_number_kind_and_year(base: Base) -> None:
    base.put(
        **{
            ORDER: [document(1, Number="О'К-1"), document(2, Number="О'К-1", Date="2025-03-02T10:00:00")],
            WORK: [document(3, Number="О'К-1"), document(4, Number="О'К-12")],
        }
    )
    found = [item.ref for item in find_orders(base.hook, profile(), " О'К-1 ")]
    assert found == [ref(2), ref(1), ref(3)]
    (only,) = find_orders(base.hook, profile(), "О'К-1", "customer_order", 2026)
    assert (only.kind, only.ref, only.date) == ("customer_order", ref(1), "2026-03-02T10:00:00")


def test_all_misspelt_names_are_told_before_any_reading(base: Base) -> None:
    with pytest.raises(ConfigError) as caught:
        base.pages(header={"total": "СумаДокумента"}, returns={"entity": "Document_Возврат"})
    assert len(caught.value.problems) == 3
    assert "Профиль 1С: Document_ЗаказНаряд.СумаДокумента: такого свойства нет" in str(caught.value)
    assert base.calls() == 1


def test_an_entity_taken_out_of_the_composition_is_no_empty_day(base: Base) -> None:
    base.control.order(settings={"hidden": [WORK]})
    with pytest.raises(ConfigError, match=WORK):
        base.pages()


def test_an_entity_taken_out_after_the_schema_was_kept_stops_the_reading(base: Base) -> None:
    schema = published_schema(base.hook, profile())
    base.control.order(settings={"hidden": [WORK]})
    with pytest.raises(RejectedByVendor, match="код 8"):
        list(read_documents(base.hook, profile(), WINDOW, base.known, schema))


def test_a_hidden_organisation_stops_the_reading(shop: Base) -> None:
    organisation = shop.read()["orders"][0].organisation_ref
    shop.control.order(settings={"restricted": [organisation]})
    with pytest.raises(AccessDenied, match="код 20"):
        shop.pages()


@pytest.mark.parametrize("fault", ["reset", "cut", "503", "gateway"])
def test_a_fault_on_the_way_changes_nothing(shop: Base, fault: str) -> None:
    quiet = rows(shop.pages())
    for call in (shop.calls() + number for number in (4, 40, 60)):
        shop.control.fault(fault, call=call)
    assert rows(shop.pages()) == quiet
