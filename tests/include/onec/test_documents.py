"""Pages of a base as rows: every field and reference, and what becomes of documents that cannot be read."""

import json
from decimal import Decimal
from typing import Any

import pytest

from include.errors import BadFile
from include.onec.documents import batches
from include.onec.pages import Page, from_lines, to_line
from include.onec.rows import ErpOrderRow
from tests.include.onec.small_base import (
    EMPTY,
    EMPTY_DATE,
    INVOICE,
    IVANOV,
    MOSCOW,
    ORDER,
    RECORDS,
    RETURN,
    SHIPMENT,
    UNDEFINED,
    USD,
    WORK,
    contact,
    line,
    moscow,
    named,
    order,
    page,
    profile,
    read,
    record,
    ref,
    sale,
)

GOODS, SERVICES = f"{ORDER}_Товары", f"{ORDER}_Услуги"
CONTACTS, ITEMS = "Catalog_Контрагенты_КонтактнаяИнформация", "Catalog_Номенклатура"
PHONE, EMAIL = "Телефон", "АдресЭлектроннойПочты"


def orders(*pages: Page, **changes: Any) -> list[ErpOrderRow]:
    return read(*pages, **changes).orders


def test_an_order_becomes_a_row() -> None:
    row = order(Presentation="Заказ покупателя ЕР00-000001 от 15.03.2023 17:21:44")
    (found,) = orders(
        page("contacts", CONTACTS, contact(PHONE, "8 921 000-11-22")), page("orders", ORDER, row)
    )
    assert found == ErpOrderRow(
        order_ref=ref(1),
        kind="customer_order",
        number="ЕР00-000001",
        title="Заказ покупателя ЕР00-000001 от 15.03.2023 17:21:44",
        ordered_at=moscow(2023, 3, 15, 17, 21, 44),
        posted=True,
        deleted=False,
        contractor_ref=IVANOV,
        contractor="Иванов Иван",
        organisation_ref=ref(901),
        organisation="Автозапчасти",
        manager="Громов Д. В.",
        total=Decimal("1760.00"),
        profit=None,
        currency="RUB",
        rate=Decimal(1),
        closed_at=None,
        base_order_ref=None,
        phones=["79210001122"],
        emails=[],
        source_short=None,
        source_full=None,
        data_version="AAAAAQAAAAA=",
    )


def test_an_order_without_a_presentation_gets_the_same_title() -> None:
    (found,) = orders(page("orders", WORK, order(Date="2023-03-05T07:01:02")))
    assert found.title == "Заказ-наряд ЕР00-000001 от 05.03.2023 7:01:02"
    assert found.kind == "work_order"


def test_empty_references_and_dates_are_nulls() -> None:
    nobody = dict.fromkeys(("Контрагент_Key", "Организация_Key", "Ответственный_Key", "Валюта_Key"), EMPTY)
    (found,) = orders(page("orders", WORK, order(**nobody, ДатаЗакрытия=EMPTY_DATE)))
    assert (found.contractor_ref, found.organisation_ref, found.manager, found.closed_at) == (None,) * 4
    assert (found.currency, found.rate) == ("RUB", Decimal(1))


def test_lines_of_all_sections_are_numbered_through() -> None:
    found = read(
        page(
            "folders",
            ITEMS,
            named(ref(21), "Масла", Parent_Key=ref(20)),
            named(ref(20), "Автохимия", Parent_Key=EMPTY),
        ),
        page("kinds", "Catalog_ВидыНоменклатуры", named(ref(30), "Масло")),
        page("items", ITEMS, named(ref(10), "5W-40", Parent_Key=ref(21), ВидНоменклатуры_Key=ref(30))),
        page("lines", SERVICES, line(1, 1, 11, Сумма="500.5")),
        page("lines", GOODS, line(1, 10, 12), line(1, 2, 10, Количество="1.5")),
        page("orders", ORDER, order()),
    ).lines
    assert [(row.line_no, row.item_ref, row.amount) for row in found] == [
        (1, ref(10), Decimal("1760.00")),
        (2, ref(12), Decimal("1760.00")),
        (3, ref(11), Decimal("500.50")),
    ]
    first, unknown = found[0], found[1]
    assert (first.item, first.kind, first.groups) == ("5W-40", "Масло", ["5W-40", "Масла", "Автохимия"])
    assert first.quantity == Decimal("1.500")
    assert (unknown.item, unknown.kind, unknown.groups) == (None, None, [])


def test_a_ring_of_folders_ends() -> None:
    (found,) = read(
        page(
            "folders", ITEMS, named(ref(20), "А", Parent_Key=ref(21)), named(ref(21), "Б", Parent_Key=ref(20))
        ),
        page("items", ITEMS, named(ref(10), "Х", Parent_Key=ref(20), ВидНоменклатуры_Key=EMPTY)),
        page("lines", GOODS, line(1, 1, 10)),
        page("orders", ORDER, order()),
    ).lines
    assert found.groups[:3] == ["Х", "А", "Б"]
    assert len(found.groups) == 32


def test_a_kind_may_be_a_value_of_an_enumeration() -> None:
    (found,) = read(
        page("items", ITEMS, named(ref(10), "Х", Parent_Key=EMPTY, ВидНоменклатуры="Услуга")),
        page("lines", GOODS, line(1, 1, 10)),
        page("orders", ORDER, order()),
        catalogs={"item_kind": "ВидНоменклатуры", "kinds": None},
    ).lines
    assert found.kind == "Услуга"


def test_contacts_come_from_their_rows_in_order() -> None:
    rows = [
        contact(EMAIL, "не почта", 5, АдресЭП="Ivanov@Example.org"),
        contact(EMAIL, "second@example.org", 6, АдресЭП=""),
        contact(PHONE, "+7 (921) 000-00-02, 8-921-000-00-03 доб. 5", 10),
        contact(PHONE, "", 2, НомерТелефона="79210000001"),
        contact(PHONE, "79210000002", 11, НомерТелефона="79210000009"),
        contact("Адрес", "79210000008", 1),
    ]
    (found,) = orders(page("contacts", CONTACTS, *rows), page("orders", ORDER, order()))
    assert found.phones == ["79210000001", "79210000002", "79210000003"]
    assert found.emails == ["ivanov@example.org", "second@example.org"]


def test_kinds_of_contacts_can_be_left_out() -> None:
    rows = page(
        "contacts",
        CONTACTS,
        contact(PHONE, "79210000001", Вид_Key=ref(801)),
        contact(PHONE, "79210000002", 2),
    )
    (found,) = orders(rows, page("orders", ORDER, order()), contacts={"excluded_kinds": [ref(801)]})
    assert found.phones == ["79210000002"]


def test_contacts_may_be_attributes_of_the_contractor() -> None:
    given = named(IVANOV, "Иванов", Тел="8921 000 00 01; 89210000002", Почта="A@example.org")
    (found,) = orders(
        page("contractors", "Catalog_Контрагенты", given),
        page("orders", ORDER, order()),
        contacts={"mode": "attributes", "phones": ["Тел"], "emails": ["Почта"]},
    )
    assert (found.phones, found.emails) == (["79210000001", "79210000002"], ["a@example.org"])


def test_the_orders_own_phone_goes_before_the_contractors() -> None:
    (found,) = orders(
        page("contacts", CONTACTS, contact(PHONE, "79210000001"), contact(EMAIL, "a@example.org", 2)),
        page("orders", ORDER, order(ТелефонЗаказа="8 921 000 00 05")),
        header={"phones": ["ТелефонЗаказа"]},
    )
    assert (found.phones, found.emails) == (["79210000005"], ["a@example.org"])


@pytest.mark.parametrize(
    ("ad_source", "fields", "short"),
    [
        ("catalog", {"ИсточникРекламы_Key": ref(40)}, "Авито"),
        ("catalog", {"ИсточникРекламы_Key": ref(41)}, ref(41)),
        ("catalog", {"ИсточникРекламы_Key": EMPTY}, None),
        ("text", {"ИсточникРекламы": " Авито "}, "Авито"),
        ("text", {"ИсточникРекламы": ""}, None),
        (
            "any",
            {"ИсточникРекламы": ref(40), "ИсточникРекламы_Type": "StandardODATA.Catalog_ИсточникиРекламы"},
            "Авито",
        ),
        ("any", {"ИсточникРекламы": "Радио", "ИсточникРекламы_Type": "Edm.String"}, "Радио"),
        ("any", {"ИсточникРекламы": "", "ИсточникРекламы_Type": UNDEFINED}, None),
    ],
)
def test_the_source_is_read_whatever_its_type(
    ad_source: str, fields: dict[str, str], short: str | None
) -> None:
    sources = page("sources", "Catalog_ИсточникиРекламы", named(ref(40), "Авито"))
    full = {"ПолноеНаименованиеИсточникаРекламы": " Авито / объявление "}
    (found,) = orders(sources, page("orders", ORDER, order(**fields, **full)), source_type=ad_source)
    assert (found.source_short, found.source_full) == (short, "Авито / объявление")


def test_a_currency_is_told_by_its_code_and_brought_to_roubles_by_the_documents_rate() -> None:
    row = order(Валюта_Key=USD, КурсВзаиморасчетов="9250.5", КратностьВзаиморасчетов="100")
    (found,) = orders(page("orders", ORDER, row), header={"rate": "КурсВзаиморасчетов"})
    assert (found.currency, found.rate, found.total) == ("USD", Decimal("92.505000"), Decimal("1760.00"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"Валюта_Key": USD}, "документ в валюте, а курса в нём нет"),
        ({"Валюта_Key": USD, "КурсВзаиморасчетов": 0}, "документ в валюте, а курса в нём нет"),
        ({"Валюта_Key": USD, "КурсВзаиморасчетов": "-1"}, "документ в валюте, а курса в нём нет"),
        ({"Валюта_Key": ref(999)}, "валюта не определена по справочнику"),
        ({"Date": EMPTY_DATE}, "нет даты"),
        ({"Date": "вчера"}, "Date: дата не читается"),
        ({"Number": "   "}, "нет номера"),
        ({"СуммаДокумента": None}, "нет суммы"),
        ({"СуммаДокумента": "1e30"}, "СуммаДокумента: число не читается или слишком велико"),
        ({"Ref_Key": EMPTY}, "нет ссылки"),
        (
            {"Контрагент_Key": ref(998)},
            "контрагент заказа не найден в справочнике или недоступен пользователю 1С",
        ),
    ],
)
def test_a_bad_order_is_set_aside_and_the_others_go_on(changes: dict[str, Any], problem: str) -> None:
    found = read(
        page("orders", ORDER, order(1), order(2, **changes), order(3)), header={"rate": "КурсВзаиморасчетов"}
    )
    assert [row.order_ref for row in found.orders] == [ref(1), ref(3)]
    (refusal,) = found.refusals
    assert (refusal.position, refusal.entity, refusal.code) == (2, ORDER, "BAD_DOCUMENT")
    assert json.loads(refusal.details)["problem"] == problem


def test_an_order_with_a_bad_line_is_set_aside_as_a_whole() -> None:
    found = read(
        page("lines", GOODS, line(1, 1, 10, Сумма="?"), line(2, 1, 10)),
        page("orders", ORDER, order(1), order(2)),
    )
    assert [row.order_ref for row in found.orders] == [row.order_ref for row in found.lines] == [ref(2)]
    assert [row.record_key for row in found.refusals] == [ref(1)]


def test_a_closed_work_order_is_its_own_shipment() -> None:
    (found,) = orders(
        page("profits", RECORDS, record(1, 1000, 600), record(1, "760.50", 100)),
        page("orders", WORK, order(ДатаЗакрытия="2023-03-17T18:00:00")),
    )
    assert found.closed_at == moscow(2023, 3, 17, 18)
    assert found.profit == Decimal("1060.50")


def test_profit_of_a_customer_order_is_that_of_its_shipments() -> None:
    (found,) = orders(page("profits", RECORDS, record(1, 1000, 600)), page("orders", ORDER, order()))
    assert found.profit is None


def test_a_work_order_may_be_made_from_an_order() -> None:
    base = {"ДокументОснование": ref(7), "ДокументОснование_Type": f"StandardODATA.{ORDER}"}
    (found,) = orders(page("orders", WORK, order(**base)), header={"base": "ДокументОснование"})
    assert found.base_order_ref == ref(7)


def test_a_shipment_is_bound_to_its_order_directly_or_through_two_documents() -> None:
    found = read(
        page(
            "bases", INVOICE, sale(50, ref(2), ORDER), sale(51, ref(50), INVOICE), sale(52, ref(51), INVOICE)
        ),
        page(
            "shipments",
            SHIPMENT,
            sale(61, ref(1), ORDER),
            sale(62, ref(50), INVOICE),
            sale(63, ref(51), INVOICE),
            sale(64, ref(52), INVOICE),
            sale(65),
            sale(66, ref(59), INVOICE),
        ),
    ).shipments
    assert [row.order_ref for row in found] == [ref(1), ref(2), ref(2), None, None, None]


def test_a_return_knows_its_shipment_and_its_order() -> None:
    found = read(
        page("shipments", SHIPMENT, sale(60, ref(1), ORDER)),
        page("returns", RETURN, sale(70, ref(60), SHIPMENT), sale(71, ref(1), ORDER), sale(72)),
    ).returns
    assert [(row.shipment_ref, row.order_ref) for row in found] == [
        (ref(60), ref(1)),
        (None, ref(1)),
        (None, None),
    ]


def test_profit_is_revenue_less_cost_and_unknown_without_records() -> None:
    found = read(
        page(
            "profits",
            RECORDS,
            record(61, 1000, 600),
            record(61, 500, 100, Active=False),
            record(62, "x", 1),
            record(62, 1, 1),
            record(64, 100, 150),
        ),
        page("shipments", SHIPMENT, sale(61), sale(62), sale(63), sale(64)),
    ).shipments
    assert [row.profit for row in found] == [Decimal(400), None, None, Decimal(-50)]


@pytest.mark.parametrize(
    ("revenue", "cost", "given_back"),
    [(-1000, -600, 400), (1000, 600, 400), (-500, -600, -100), (500, 600, -100), (0, -600, -600), (0, 0, 0)],
)
def test_profit_given_back_has_one_sign_whatever_the_registers(
    revenue: int, cost: int, given_back: int
) -> None:
    (found,) = read(
        page("profits", RECORDS, record(70, revenue, cost)),
        page("returns", RETURN, sale(70, СуммаДокумента=-1000)),
    ).returns
    assert (found.profit, found.total) == (Decimal(given_back), Decimal(1000))


def test_profit_may_stand_in_the_document() -> None:
    found = read(
        page("shipments", SHIPMENT, sale(61, Прибыль="400.5"), sale(62)),
        page("returns", RETURN, sale(70, Прибыль=40), sale(71, Прибыль=-40, СуммаДокумента=-100)),
        profit={"source": "document"},
        shipments={"profit": "Прибыль"},
        returns={"profit": "Прибыль"},
    )
    assert [row.profit for row in found.shipments] == [Decimal("400.50"), None]
    assert [row.profit for row in found.returns] == [Decimal(40), Decimal(40)]


ABROAD = {"Валюта_Key": USD, "КурсВзаиморасчетов": "90.5"}


@pytest.mark.parametrize(
    ("currency", "roubles"),
    [({}, "1000.37"), ({"currency": "rub"}, "1000.37"), ({"currency": "document"}, "90533.49")],
)
def test_a_registers_profit_of_a_document_in_dollars_is_in_roubles_unless_it_is_said_otherwise(
    currency: dict[str, str], roubles: str
) -> None:
    found = read(
        page(
            "profits",
            RECORDS,
            record(61, "1600.37", 600),
            record(70, -2000, "-999.63"),
            record(1, 2000, "999.63"),
        ),
        page("orders", WORK, order(1, **ABROAD)),
        page("shipments", SHIPMENT, sale(61, **ABROAD)),
        page("returns", RETURN, sale(70, **ABROAD)),
        header={"rate": "КурсВзаиморасчетов"},
        profit=currency,
    )
    assert [row.profit for row in (*found.orders, *found.shipments, *found.returns)] == [Decimal(roubles)] * 3


@pytest.mark.parametrize(("currency", "roubles"), [({}, "3620.00"), ({"currency": "rub"}, "40")])
def test_a_documents_own_profit_is_in_its_currency_unless_it_is_said_otherwise(
    currency: dict[str, str], roubles: str
) -> None:
    found = read(
        page("shipments", SHIPMENT, sale(61, Прибыль=40, **ABROAD), sale(62, Прибыль="9" * 16, **ABROAD)),
        header={"rate": "КурсВзаиморасчетов"},
        profit={"source": "document", **currency},
        shipments={"profit": "Прибыль"},
    ).shipments
    assert found[0].profit == Decimal(roubles)
    assert (found[1].profit is None) is not bool(currency), "more than a column holds is not known"


def test_pages_survive_landing_to_the_last_digit() -> None:
    first = Page("schema", "$metadata", [{"a": 1}])
    second = Page("orders", ORDER, [{"Сумма": Decimal("0.10"), "Number": "№\n1"}], unchanged=2, deleted=1)
    landed = b"".join(map(to_line, [first, second])).splitlines()
    assert list(from_lines(landed)) == [first, second._replace(rows=[{"Сумма": "0.10", "Number": "№\n1"}])]


def test_what_is_unchanged_is_counted() -> None:
    assert (
        read(Page("orders", ORDER, [], unchanged=7), Page("shipments", SHIPMENT, [], unchanged=2)).unchanged
        == 9
    )


def test_something_else_is_not_taken_for_a_reading() -> None:
    for pages in ([], [page("orders", ORDER, order())]):
        with pytest.raises(BadFile, match="описания базы"):
            list(batches(pages, profile(), MOSCOW, lambda raw: [], lambda raw: [], lambda raw: []))
