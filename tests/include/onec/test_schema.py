"""What a base publishes, and whether it has what the profile names."""

import pytest

from include.errors import BadFile
from include.onec.asks import Ask
from include.onec.schema import Schema, read_schema
from tests.include.onec.small_base import ORDER, RECORDS, RETURN, SHIPMENT, WORK, asks, profile, ref, schema


def test_properties_and_the_targets_of_references_are_read() -> None:
    found = schema()
    assert found.properties[ORDER]["Date"] == "Edm.DateTime"
    assert found.target(ORDER, "Контрагент_Key") == found.target(ORDER, "Контрагент") == "Catalog_Контрагенты"
    assert found.target(ORDER, "Number") is None
    assert found.has(f"{ORDER}_Товары", "Номенклатура_Key")


@pytest.mark.parametrize(
    ("ad_source", "kind", "asked"),
    [
        ("catalog", "reference", ("ИсточникРекламы_Key",)),
        ("text", "plain", ("ИсточникРекламы",)),
        ("any", "composite", ("ИсточникРекламы", "ИсточникРекламы_Type")),
    ],
)
def test_the_schema_tells_how_an_attribute_is_asked_for(
    ad_source: str, kind: str, asked: tuple[str, ...]
) -> None:
    assert schema(ad_source).kind(ORDER, "ИсточникРекламы") == kind
    found = asks(ad_source)
    assert found.attribute(ORDER, "ИсточникРекламы") == asked
    assert set(asked) <= set(found.order(found.profile.orders[0]).select)


@pytest.mark.parametrize("body", [b"", b"<html><p></html>", b"<html>Login</html>", b"{}"])
def test_a_page_is_no_schema(body: bytes) -> None:
    with pytest.raises(BadFile, match="metadata"):
        read_schema(body)


def test_an_external_entity_is_not_fetched() -> None:
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body = entity + b'<a><EntityType Name="A"><b>&x;</b></EntityType></a>'
    assert read_schema(body) == Schema({"A": {}}, {"A": {}})


def test_a_schema_can_be_kept() -> None:
    found = asks().trimmed_schema()
    assert Schema.from_json(found.to_json()) == found


def test_a_trimmed_schema_is_enough_to_ask_the_same() -> None:
    whole = asks()
    trimmed = type(whole)(whole.profile, whole.trimmed_schema())
    assert list(trimmed.all()) == list(whole.all())
    assert trimmed.problems() == []
    assert len(trimmed.schema.properties) < len(whole.schema.properties)


def test_the_default_profile_fits_the_base() -> None:
    assert asks().problems() == []


def test_all_misspelt_names_are_told_at_once_with_suggestions() -> None:
    found = asks(
        header={"total": "СумаДокумента", "rate": "Курсик", "phones": ["Телефон"]},
        shipments={"entity": "Document_РеализацияТоваров"},
        profit={"cost": "Себестоимост"},
        catalogs={"kinds": "Catalog_ВидНоменклатуры"},
        ad_source={"full": "ПолноеИмя"},
    ).problems()
    text = "\n".join(found)
    wrong = [
        f"{ORDER}.СумаДокумента: такого свойства нет; может быть, «СуммаДокумента»?",
        f"{WORK}.СумаДокумента: ",
        f"{ORDER}.Курсик: ",
        f"{ORDER}.Телефон: ",
        f"{ORDER}.ПолноеИмя: ",
        f"Document_РеализацияТоваров: такого объекта нет в составе OData; может быть, «{SHIPMENT}»?",
        f"{RECORDS}.Себестоимост: такого свойства нет; может быть, «Себестоимость»?",
        "Catalog_ВидНоменклатуры: такого объекта нет в составе OData; может быть, «Catalog_Виды",
    ]
    assert [part for part in wrong if part not in text] == []
    assert len(found) == len(set(found))


def test_a_shipment_is_asked_for_its_currency_only_if_it_has_one() -> None:
    found = asks(header={"rate": "КурсВзаиморасчетов"})
    assert {"Валюта_Key", "КурсВзаиморасчетов", "КратностьВзаиморасчетов"} <= set(
        found.document(found.profile.returns).select
    )
    poor = Schema({SHIPMENT: {"Ref_Key": "Edm.Guid"}}, {})
    assert "Валюта_Key" not in type(found)(found.profile, poor).document(found.profile.shipments).select


def test_a_register_is_asked_for_its_records_by_its_english_name() -> None:
    assert asks().profits() == Ask(RECORDS, ("Recorder", "Recorder_Type", "Active", "Сумма", "Себестоимость"))
    assert asks(profit={"source": "none"}).profits() is None


def test_a_register_of_one_recorder_has_a_plain_reference() -> None:
    lone = Schema({RECORDS: dict.fromkeys(("Recorder_Key", "Сумма", "Себестоимость"), "Edm.Guid")}, {})
    assert type(asks())(profile(), lone).profits() == Ask(RECORDS, ("Recorder_Key", "Сумма", "Себестоимость"))


def test_documents_of_an_order_are_asked_for_by_cast_or_by_a_plain_reference() -> None:
    found = asks()
    (condition,) = found.based_on(found.profile.shipments, {ORDER: [ref(1)]})
    assert condition == f"ДокументОснование eq cast(guid'{ref(1)}','{ORDER}')"
    lone = Schema({RETURN: {"ДокументОснование_Key": "Edm.Guid"}}, {RETURN: {"ДокументОснование": SHIPMENT}})
    plain = type(found)(found.profile, lone).based_on(
        found.profile.returns, {ORDER: [ref(1)], SHIPMENT: [ref(2)]}
    )
    assert plain == [f"ДокументОснование_Key eq guid'{ref(2)}'"]


def test_a_currency_that_no_catalog_explains_is_a_problem() -> None:
    (problem,) = asks(catalogs={"currencies": None}).problems()
    assert "catalogs.currencies" in problem
