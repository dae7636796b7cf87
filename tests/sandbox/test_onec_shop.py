"""The motor-parts shop: its documents bear out, line by line, what the story says of each order."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.demo.motor_shop import DAYS, Becomes, day, expected
from sandbox.demo.motor_shop_bench import bench_order_key, orders
from sandbox.demo.motor_shop_documents import order_key
from sandbox.demo.motor_shop_goods import FOLDERS, GOODS, ORGANISATIONS, RETAIL, catalogs, contractor_key
from sandbox.demo.motor_shop_leads import NOT_GIVEN
from sandbox.demo.motor_shop_story import BEFORE_GO_LIVE, ORDERS, RULES, SKIPPED, TAGGED, TYPED
from sandbox.onec_base import Base
from sandbox.onec_control import Control
from sandbox.onec_schema import EMPTY_DATE, EMPTY_GUID
from sandbox.onec_schema import ORDERS as KINDS
from sandbox.place import Store
from sandbox.vendor import Faults

FIRST = date(2026, 3, 2)
SHIPMENTS, RETURNS = "Document_РеализацияТоваровУслуг", "Document_ВозвратТоваровОтПокупателя"
INVOICES = "Document_СчетНаОплатуПокупателю"


class Shop:
    """The base on a day, and what a person could read there."""

    def __init__(self, number: int) -> None:
        self.base = Base(Store())
        control = Control(self.base, Faults(), _NoLock())
        for today in range(1, number + 1):
            control.obey({"shop": today, "first_day": FIRST.isoformat()})

    def all(self, *names: str) -> list[dict[str, Any]]:
        return [row for name in names for row in self.base.rows(self.base.schema[name])]

    def order(self, key: str) -> tuple[str, dict[str, Any]]:
        return next((name, row) for name in KINDS if (row := self.base.row(name, key)))

    def lines(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        return [line for section in ("Товары", "Услуги", "Работы") for line in row.get(section, [])]

    def goods(self, row: dict[str, Any]) -> list[int]:
        keys = {row["Ref_Key"]: row["Description"] for row in self.all("Catalog_Номенклатура")}
        names = {item.name: number for number, item in GOODS.items()}
        return [names[keys[line["Номенклатура_Key"]]] for line in self.lines(row)]

    def order_of(self, row: dict[str, Any]) -> str:
        """Follow base documents up to an order."""
        kind, key = row["ДокументОснование_Type"].removeprefix("StandardODATA."), row["ДокументОснование"]
        if kind in KINDS or not key:
            return str(key)
        return self.order_of(self.base.row(kind, key) or {})

    def sums(self, key: str) -> tuple[Decimal, Decimal] | None:
        """Add up what was sold of an order and what it cost; None while nothing was."""
        _, row = self.order(key)
        closed = row.get("ДатаЗакрытия", EMPTY_DATE) != EMPTY_DATE
        sales = [(row, 1)] if closed else []
        documents = [(r, 1) for r in self.all(SHIPMENTS)] + [(r, -1) for r in self.all(RETURNS)]
        sales += [(r, sign) for r, sign in documents if self.order_of(r) == key and r["Posted"]]
        if not sales:
            return None
        revenue = sum(sign * Decimal(str(sale["СуммаДокумента"])) for sale, sign in sales)
        cost = sum(
            sign * Decimal(str(GOODS[item].cost)) * Decimal(str(line["Количество"]))
            for sale, sign in sales
            for item, line in zip(self.goods(sale), self.lines(sale), strict=True)
        )
        return Decimal(revenue), Decimal(revenue) - Decimal(cost)


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


@pytest.fixture(scope="module", params=range(1, DAYS + 1))
def told(request: pytest.FixtureRequest) -> tuple[int, Shop]:
    return request.param, Shop(request.param)


def deals(number: int) -> Iterator[tuple[str, Becomes]]:
    return ((key, becomes) for key, becomes in expected(number).items() if becomes.status)


def test_a_new_deal_has_the_sum_of_its_document(told: tuple[int, Shop]) -> None:
    number, shop = told
    for key, becomes in deals(number):
        if becomes.outcome == "created":
            total = Decimal(str(shop.order(key)[1]["СуммаДокумента"]))
            assert (becomes.revenue, becomes.margin) == (f"{total:.2f}", None)


def test_a_shipped_deal_has_the_net_sum_and_profit_of_its_documents(told: tuple[int, Shop]) -> None:
    number, shop = told
    for key, becomes in deals(number):
        sums = shop.sums(key)
        gone = becomes.status == "Заказ отгружен" and sums is None  # its only shipment was taken back
        if becomes.status == "Заказ отгружен":
            revenue, margin = sums or (Decimal(), Decimal())
            assert (becomes.revenue, becomes.margin) == (f"{revenue:.2f}", f"{margin:.2f}"), key
        assert (sums is not None) == (becomes.status == "Заказ отгружен") or gone, key


def test_the_register_of_sales_says_the_same(told: tuple[int, Shop]) -> None:
    _, shop = told
    records = [row for entry in shop.all("AccumulationRegister_Продажи") for row in entry["RecordSet"]]
    by_document: Counter[str] = Counter()
    for record in records:
        by_document[record["Recorder"]] += record["Сумма"] - record["Себестоимость"]
    for sign, documents in ((1, shop.all(SHIPMENTS)), (-1, shop.all(RETURNS))):
        for row in documents:
            costs = sum(
                GOODS[n].cost * ln["Количество"]
                for n, ln in zip(shop.goods(row), shop.lines(row), strict=True)
            )
            profit = sign * (row["СуммаДокумента"] - costs) if row["Posted"] else 0
            assert by_document[row["Ref_Key"]] == pytest.approx(profit)


def test_funnels_and_tags_follow_from_the_rules_and_the_lines(told: tuple[int, Shop]) -> None:
    number, shop = told
    for key, becomes in deals(number):
        if becomes.outcome == "created" or becomes.funnel == "Ремонт двигателя":
            name, row = shop.order(key)
            goods = [GOODS[item] for item in shop.goods(row)]
            assert becomes.funnel == funnel(name, row, goods), key
            if becomes.account == TAGGED:
                assert becomes.tags == tuple(sorted({item.kind for item in goods})), key


def funnel(entity: str, row: dict[str, Any], goods: list[Any]) -> str:
    """Choose a funnel the slow way: score every rule."""
    kind = "Заказ-наряд" if entity == KINDS[1] else "Заказ покупателя"
    scored = []
    for rule in RULES:
        conditions = [
            ORGANISATIONS[row["Организация_Key"]] == rule.organisation,
            *([rule.document_kind == kind] if rule.document_kind else []),
            *([any(rule.nomenclature_kind == it.kind for it in goods)] if rule.nomenclature_kind else []),
            *([any(rule.nomenclature in folders(it.folder) for it in goods)] if rule.nomenclature else []),
        ]
        if all(conditions):
            scored.append((-len(conditions), rule.priority, rule.funnel))
    return min(scored)[2]


def folders(name: str) -> Iterator[str]:
    while name:
        yield name
        name = FOLDERS[name]


def test_orders_without_contacts_are_those_of_silent_contractors(told: tuple[int, Shop]) -> None:
    number, shop = told
    silent = {row["Ref_Key"] for row in shop.all("Catalog_Контрагенты") if not row["КонтактнаяИнформация"]}
    for key, becomes in expected(number).items():
        if becomes.outcome in ("created", "skipped_no_contact"):
            assert (shop.order(key)[1]["Контрагент_Key"] in silent) == (
                becomes.outcome == "skipped_no_contact"
            )
    skipped = [key for key, becomes in expected(1).items() if becomes.outcome == SKIPPED]
    assert [shop.order(key)[1]["Контрагент_Key"] for key in skipped] == [contractor_key(RETAIL)]


def test_sources_are_those_of_the_nearest_lead_of_the_tag(told: tuple[int, Shop]) -> None:
    number, shop = told
    sites = {"main": ("41001", "Садовая"), "service": ("41002", "Заводская")}
    for key, becomes in deals(number):
        row = shop.order(key)[1]
        if not row["ПолноеНаименованиеИсточникаРекламы"]:
            site, tag = sites[becomes.account]
            assert becomes.source == source(shop, row, site, tag, number), key
    typed = {order_key(order): name for order, name in TYPED.items()}
    assert {key: becomes.source for key, becomes in deals(number) if key in typed} == typed


def source(shop: Shop, row: dict[str, Any], site: str, tag: str, number: int) -> str:
    contacts = shop.base.row("Catalog_Контрагенты", row["Контрагент_Key"]) or {}
    texts = [line["Представление"] for line in contacts["КонтактнаяИнформация"]]
    digits = "".join(char for char in " ".join(texts) if char.isdigit())
    made = (date.fromisoformat(row["Date"][:10]) - FIRST).days + 1
    leads = [lead for today in range(1, made + 1) for lead in day(today, FIRST).leads[site]]
    own = [
        lead
        for lead in leads
        if tag in lead["tags"]
        and (
            any(phone[1:] in digits for phone in lead["phones"])
            or any(email in " ".join(texts).lower() for email in lead["emails"])
        )
    ]
    if not own:
        return ""
    nearest = max(own, key=lambda lead: lead["date"])
    parts = [nearest[name] for name in ("source", "medium", "campaign", "keyword")]
    return " / ".join(part for part in parts if part != NOT_GIVEN)


def test_the_story_counts_what_the_demo_will_show() -> None:
    counts = [Counter((b.account, b.outcome) for b in expected(number).values()) for number in (1, 2, 3)]
    assert counts[0] == {
        **{("main", "created"): 21, ("main", "skipped_no_contact"): 1, ("main", "skipped"): 1},
        **{("service", "created"): 11, ("service", "skipped_no_contact"): 1},
    }
    assert (counts[1]["main", "shipped"], counts[1]["service", "shipped"]) == (6, 3)
    assert (counts[2]["main", "shipped"], counts[2]["service", "shipped"]) == (5, 5)
    assert counts[2]["main", "changed"] == 4
    assert sum(new.outcome != "" for new in ORDERS) == 58


def test_nobody_and_nothing_is_left_out_of_the_catalogs(told: tuple[int, Shop]) -> None:
    _, shop = told
    for row in shop.all(*KINDS, SHIPMENTS, RETURNS, INVOICES):
        for name in ("Контрагент", "Организация", "Ответственный", "Валюта"):
            entity = shop.base.schema[KINDS[0]].references[name]
            assert shop.base.row(entity, row[f"{name}_Key"])
    assert shop.order(order_key(BEFORE_GO_LIVE))[1]["Number"] == shop.order(order_key(101))[1]["Number"]


def test_there_is_no_fourth_day() -> None:
    with pytest.raises(ValueError, match="3 days"):
        day(4, FIRST)


def test_orders_for_a_benchmark_are_always_the_same_and_fit_the_base() -> None:
    made = orders(500, FIRST, per_day=100)
    assert made == orders(500, FIRST, per_day=100)
    base = Base(Store())
    for name, rows in (catalogs() | made).items():
        base.write(name, rows)
    assert sum(1 for name in KINDS for _ in base.rows(base.schema[name])) == 500
    last = base.row(KINDS[1], bench_order_key(499))
    assert last
    assert last["Date"].startswith("2026-03-06")
    assert last["Контрагент_Key"] != EMPTY_GUID
