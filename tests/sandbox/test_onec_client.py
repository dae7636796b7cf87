"""
A public client of 1C's OData interface, ``python-1c-odata``, speaks with the simulated base.

It was written by others for real bases, so what it expects of an answer is a check of ours.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest
from python_1c_odata import (
    AccumulationRegister,
    Catalog,
    ConcurrencyError,
    Document,
    EntityNotFound,
    F,
    Infobase,
    ODataError,
    PostingMode,
    any_,
    cast,
    guid,
    isof,
)

from sandbox.demo.motor_shop_documents import order_key
from sandbox.demo.motor_shop_goods import SADOVAYA, ad_source_key
from sandbox.server import Sandbox, running
from tests.sandbox.test_onec import ROBOT, Client

FIRST_DAY = "2026-03-02"
KEY = order_key(101)
Result = TypeVar("Result")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path, ROBOT) as sandbox:
        for day in (1, 2, 3):
            Client(sandbox.url).order(shop=day, first_day=FIRST_DAY)
        yield sandbox


def talk(
    sandbox: Sandbox, about: Callable[[Infobase], Awaitable[Result]], password: str = ROBOT.password
) -> Result:
    async def session() -> Result:
        async with Infobase(sandbox.url, "onec", ROBOT.login, password) as base:
            return await about(base)

    return asyncio.run(session())


def test_it_reads_the_schema(sandbox: Sandbox) -> None:
    async def schema(base: Infobase) -> tuple[bool, bool, object]:
        orders = await base.entity_type_for_set("Document_ЗаказНаряд")
        return (
            await base.has_entity_set("Document_ЗаказНаряд_Работы"),
            await base.has_entity_set("Document_Нет"),
            (
                orders.keys,
                orders.navigation_properties,
                "ДатаЗакрытия" in {p.name for p in orders.properties},
            ),
        )

    has, has_not, (keys, links, closed) = talk(sandbox, schema)  # type: ignore[misc]
    assert (has, has_not, keys, closed) == (True, False, ("Ref_Key",), True)
    assert {"Контрагент", "Организация", "ИсточникРекламы"} <= set(links)


def test_it_pages_through_a_filtered_and_ordered_set(sandbox: Sandbox) -> None:
    async def numbers(base: Infobase) -> list[str]:
        day = (F("Date") >= datetime(2026, 3, 2)) & (F("Date") < datetime(2026, 3, 3))  # noqa: DTZ001
        condition = day & (F("DeletionMark") == False)  # noqa: E712
        pages = Document(base, "ЗаказПокупателя").iterate(
            page_size=10, odata_filter=condition, select="Ref_Key,Number,Date", orderby="Date asc,Ref_Key asc"
        )
        return [row["Number"].strip() async for row in pages]

    found = talk(sandbox, numbers)
    assert len(found) == len(set(found)) == 23
    assert found[:2] == ["СД00-000101", "СД00-000102"]


def test_it_counts_with_the_count_that_ignores_paging(sandbox: Sandbox) -> None:
    async def count(base: Infobase) -> int:
        return await Document(base, "ЗаказНаряд").count(odata_filter=F("Posted") == True)  # noqa: E712

    assert talk(sandbox, count) == 19


def test_its_casts_types_and_lambdas_are_understood(sandbox: Sandbox) -> None:
    async def shipments(base: Infobase) -> list[int]:
        sales = Document(base, "РеализацияТоваровУслуг")
        of_order = F("ДокументОснование") == cast(guid(order_key(116)), "Document_ЗаказПокупателя")
        conditions = (of_order, isof(F("ДокументОснование"), "Document_СчетНаОплатуПокупателю"))
        lambdas = (any_("Товары", F("d/Сумма") > 21000),)
        return [len((await sales.query(odata_filter=it)).value) for it in (*conditions, *lambdas)]

    assert talk(sandbox, shipments) == [2, 1, 4]


def test_it_reads_movements_presentations_and_expansions(sandbox: Sandbox) -> None:
    async def read(base: Infobase) -> tuple[float, str, str]:
        movements = await AccumulationRegister(base, "Продажи_RecordType").query(top=1, orderby="Period asc")
        order = await Document(base, "ЗаказПокупателя").get(KEY, select=["Ref_Key", "Presentation"])
        wide = await Document(base, "ЗаказПокупателя").query(
            odata_filter=f"Ref_Key eq {guid(KEY)}", expand="Организация", select="Организация/Description"
        )
        return movements.value[0]["Сумма"], order["Presentation"], wide.value[0]["Организация"]["Description"]

    assert talk(sandbox, read) == (
        6400,
        "Заказ покупателя СД00-000101 от 02.03.2026 9:00:00",
        "Автозапчасти на Садовой",
    )


def test_it_writes_with_a_version_and_hears_of_a_stale_one(sandbox: Sandbox) -> None:
    source = {"ИсточникРекламы_Key": ad_source_key("vk"), "ПолноеНаименованиеИсточникаРекламы": "vk / cpc"}

    async def write(base: Infobase) -> tuple[object, object]:
        orders = Document(base, "ЗаказПокупателя")
        version = (await orders.get(KEY))["DataVersion"]
        written = await orders.edit(KEY, source, if_match=version)
        with pytest.raises(ConcurrencyError):
            await orders.edit(KEY, source, if_match=version)
        return {name: written[name] for name in source}, (await orders.get(KEY))["DataVersion"] != version

    assert talk(sandbox, write) == (source, True)


def test_it_makes_posts_and_unposts_a_document(sandbox: Sandbox) -> None:
    async def make(base: Infobase) -> list[bool]:
        orders = Document(base, "ЗаказПокупателя")
        made = await orders.create(
            {"Date": "2026-03-05T10:00:00", "Организация_Key": SADOVAYA}, posting_mode=PostingMode.POST
        )
        posted = (await orders.get(made["Ref_Key"]))["Posted"]
        await orders.unpost(made["Ref_Key"])
        return [made["Posted"], posted, (await orders.get(made["Ref_Key"]))["Posted"]]

    assert talk(sandbox, make) == [False, True, False]


@pytest.mark.parametrize(
    ("set_", "condition", "status", "code"),
    [
        ("Нет", "Number eq 'a'", 404, "8"),
        ("ЗаказПокупателя", "Number", 400, "14"),
        ("ЗаказПокупателя", "N eq 1", 400, "10"),
    ],
)
def test_it_finds_status_and_code_in_a_refusal(
    sandbox: Sandbox, set_: str, condition: str, status: int, code: str
) -> None:
    async def ask(base: Infobase) -> None:
        await Document(base, set_).query(odata_filter=condition)

    with pytest.raises(ODataError) as caught:
        talk(sandbox, ask)
    assert (caught.value.status, caught.value.internal_code) == (status, code)


def test_it_hears_of_an_unknown_key_a_closed_period_and_a_wrong_password(sandbox: Sandbox) -> None:
    Client(sandbox.url).order(settings={"prohibited_before": "2027-01-01T00:00:00"})

    async def unknown(base: Infobase) -> None:
        await Catalog(base, "Контрагенты").get(KEY)

    async def closed(base: Infobase) -> None:
        await Document(base, "ЗаказПокупателя").edit(KEY, {"Комментарий": "а"})

    with pytest.raises(EntityNotFound):
        talk(sandbox, unknown)
    with pytest.raises(ODataError, match="запрещено") as caught:
        talk(sandbox, closed)
    assert (caught.value.status, caught.value.internal_code) == (500, "-1")
    with pytest.raises(ODataError, match="401"):
        talk(sandbox, unknown, password="другой")


def test_its_atom_reader_reads_our_atom(sandbox: Sandbox) -> None:
    async def read() -> list[str]:
        async with Infobase(sandbox.url, "onec", ROBOT.login, ROBOT.password, format="atom") as base:
            found = await Catalog(base, "Организации").query(orderby="Description")
            return [row["Description"] for row in found.value]

    assert asyncio.run(read()) == ["Автозапчасти на Садовой", "Сервис на Заводской"]
