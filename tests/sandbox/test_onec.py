"""The simulated 1C base over HTTP: its answers, its refusals, its quirks (onec-odata 1 to 6, 10, 12)."""

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from lxml import etree

from sandbox.onec_base import Base
from sandbox.onec_control import Control as OnecControl
from sandbox.place import Credentials, Store
from sandbox.server import Sandbox, running
from sandbox.vendor import Faults

ROBOT = Credentials("Робот обмена", "пароль-1")
ROOT = "/onec/odata/standard.odata"
ORDERS = "Document_ЗаказПокупателя"
ONE, OTHER, THIRD = (f"2c55a31{n}-c2ed-11ed-80d6-2c44fd8322a7" for n in range(3))
ORGANISATION, CLOSED = (f"5f0e7b1{n}-6d41-11ec-80d1-2c44fd8322a7" for n in range(2))
ITEM = "7a1d0c11-6d41-11ec-80d1-2c44fd8322a7"
PLAIN = "application/json;odata=nometadata"
direct = build_opener(ProxyHandler({}))


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str]:
        return self.status, self.json["odata.error"]["code"]


def authorization(who: Credentials) -> str:
    return "Basic " + base64.b64encode(f"{who.login}:{who.password}".encode()).decode()


class Client:
    """Asks the base as a careful client does, unless told otherwise."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, path: str, method: str = "GET", body: object = None, **more: Any) -> Answer:
        options = {f"${name}": value for name, value in more.pop("options", {}).items()}
        query = more.pop("query", "&".join(f"{name}={quote(str(value))}" for name, value in options.items()))
        headers = {"Accept": PLAIN, "Authorization": authorization(ROBOT), **more.pop("headers", {})}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        url = f"{self.url}{ROOT}/{quote(path, safe='/()=,$' + chr(39))}{'?' if query else ''}{query}"
        request = Request(url, data, {name: value for name, value in headers.items() if value}, method=method)
        try:
            with direct.open(request, timeout=more.get("timeout", 5)) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def order(self, **command: Any) -> Any:
        request = Request(f"{self.url}/_sandbox/onec", json.dumps(command).encode(), method="POST")
        with direct.open(request, timeout=10) as answer:
            return json.load(answer)

    def patch(self, key: str, body: object, **more: Any) -> Answer:
        return self(f"{ORDERS}(guid'{key}')", "PATCH", body, **more)

    def refs(self, **options: Any) -> list[str]:
        return [
            row["Ref_Key"] for row in self(ORDERS, options={"select": "Ref_Key", **options}).json["value"]
        ]


def an_order(key: str, date: str, **values: Any) -> dict[str, Any]:
    return {"Ref_Key": key, "Number": "ЕР-1", "Date": date, "Организация_Key": ORGANISATION, **values}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path, ROBOT) as sandbox:
        yield sandbox


@pytest.fixture
def onec(sandbox: Sandbox) -> Client:
    client = Client(sandbox.url)
    lines = [{"Номенклатура_Key": ITEM, "Количество": 4, "Цена": 440, "Сумма": 1760}]
    orders = [
        an_order(ONE, "2026-03-15T17:21:44", Товары=lines, СуммаДокумента=1760, Posted=True),
        an_order(OTHER, "2026-03-15T09:00:00", Number="ЕР00-000777"),
        an_order(THIRD, "2026-03-16T09:00:00"),
    ]
    items = [{"Ref_Key": ITEM, "Description": "Масло", "УчетнаяЦена": 400}]
    client.order(put={"Catalog_Номенклатура": items, ORDERS: orders})
    return client


def test_a_login_in_cyrillic_is_utf_8(onec: Client) -> None:
    assert onec(ORDERS).status == 200


@pytest.mark.parametrize("header", ["", authorization(Credentials("Робот обмена", "нет"))])
def test_nobody_else_is_let_in_and_the_refusal_is_a_page(onec: Client, header: str) -> None:
    refused = onec(ORDERS, headers={"Authorization": header})
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith('Basic realm="1C:Enterprise')
    assert "html" in refused.headers["Content-Type"]


def test_the_root_lists_the_sets_and_metadata_describes_them(onec: Client) -> None:
    names = {entry["name"] for entry in onec("").json["value"]}
    tree = etree.fromstring(onec("$metadata").body)
    sets = {element.get("Name") for element in tree.iterfind(".//{*}EntitySet")}
    types = {element.get("Name"): element for element in tree.iterfind(".//{*}EntityType")}
    assert names == sets == set(types)
    assert {
        ORDERS,
        "Catalog_Контрагенты_КонтактнаяИнформация",
        "AccumulationRegister_Продажи_RecordType",
    } <= sets
    properties = {
        element.get("Name"): element.get("Type") for element in types[ORDERS].iterfind("{*}Property")
    }
    assert properties["Контрагент_Key"] == "Edm.Guid"
    assert properties["ДокументОснование_Type"] == "Edm.String"
    assert properties["Товары"] == f"Collection(StandardODATA.{ORDERS}_Товары_RowType)"


def test_a_set_that_is_not_in_the_composition_is_not_there(onec: Client) -> None:
    assert onec("Document_Нет").error == (404, "8")
    onec.order(settings={"hidden": [ORDERS]})
    assert onec(ORDERS).error == onec(f"{ORDERS}_Товары").error == (404, "8")
    assert ORDERS not in {entry["name"] for entry in onec("").json["value"]}
    assert ORDERS.encode() not in onec("$metadata").body


def test_an_unknown_key_is_code_9_and_a_broken_one_code_6(onec: Client) -> None:
    assert onec(f"{ORDERS}(guid'{ITEM}')").error == (404, "9")
    assert onec(f"{ORDERS}(guid'{ITEM})").error == (400, "6")
    assert onec(f"{ORDERS}_Товары(Ref_Key=guid'{ONE}')").error == (400, "7")


def test_numbers_are_padded_and_whole_numbers_are_text(onec: Client) -> None:
    row = onec(f"{ORDERS}(guid'{ONE}')").json
    assert row["Number"] == "ЕР-1       "
    assert row["Товары"][0]["LineNumber"] == "1"
    assert row["КратностьВзаиморасчетов"] == "0"


def test_nothing_is_said_by_sentinels(onec: Client) -> None:
    key = "3c55a310-c2ed-11ed-80d6-2c44fd8322a7"
    onec.order(put={"Document_ЗаказНаряд": [{"Ref_Key": key, "Date": "2026-03-15T00:00:00"}]})
    row = onec(f"Document_ЗаказНаряд(guid'{key}')").json
    assert row["ДатаЗакрытия"] == "0001-01-01T00:00:00"
    assert row["Контрагент_Key"] == "00000000-0000-0000-0000-000000000000"
    assert (row["ДокументОснование"], row["ДокументОснование_Type"]) == ("", "StandardODATA.Undefined")


def test_links_come_unless_no_metadata_is_asked_for(onec: Client) -> None:
    plain, usual = onec(ORDERS).json, onec(ORDERS, query="$format=json").json
    assert set(plain) == {"value"}
    assert usual["odata.metadata"].endswith(f"{ROOT}/$metadata#{ORDERS}")
    assert "Организация@navigationLinkUrl" in usual["value"][0]
    assert not [name for name in plain["value"][0] if "@" in name]


def test_who_does_not_ask_for_json_gets_atom(onec: Client) -> None:
    feed = onec(ORDERS, headers={"Accept": "*/*"})
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert len(etree.fromstring(feed.body).findall("{*}entry")) == 3
    refused = onec("Document_Нет", headers={"Accept": "*/*"})
    assert etree.fromstring(refused.body).findtext("{*}code") == "8"


def test_select_takes_all_all_but_sections_some_and_columns(onec: Client) -> None:
    def of_one(select: str) -> Any:
        return onec(f"{ORDERS}(guid'{ONE}')", options={"select": select}).json

    assert of_one("*") == onec(f"{ORDERS}(guid'{ONE}')").json
    assert set(of_one("*")) - set(of_one("**")) == {"Товары", "Услуги"}
    assert of_one("Ref_Key, Posted") == {"Ref_Key": ONE, "Posted": True}
    assert of_one("Товары/Сумма") == {"Товары": [{"Сумма": 1760}]}
    assert of_one("Presentation") == {"Presentation": "Заказ покупателя ЕР-1 от 15.03.2026 17:21:44"}
    assert onec(ORDERS, options={"select": "Сумма"}).error == (400, "10")


def test_presentations_and_expansions_follow_references(onec: Client) -> None:
    onec.order(put={"Catalog_Организации": [{"Ref_Key": ORGANISATION, "Description": "Наша"}]})
    one = {"filter": f"Ref_Key eq guid'{ONE}'"}
    shown = onec(ORDERS, options={**one, "select": "Организация____Presentation"}).json["value"]
    assert shown == [{"Организация____Presentation": "Наша"}]
    wide = {
        **one,
        "select": "Ref_Key,Организация/Description,Контрагент/Code",
        "expand": "Организация,Контрагент",
    }
    expanded = onec(ORDERS, options=wide).json["value"]
    assert expanded == [{"Ref_Key": ONE, "Организация": {"Description": "Наша"}, "Контрагент": None}]
    assert onec(f"{ORDERS}(guid'{ONE}')", options={"expand": "Организация"}).error == (400, "0")


def test_sections_are_sets_parts_and_rows(onec: Client) -> None:
    inline = onec(f"{ORDERS}(guid'{ONE}')").json["Товары"]
    assert onec(f"{ORDERS}(guid'{ONE}')/Товары").json["value"] == inline
    assert onec(f"{ORDERS}_Товары", options={"filter": f"Ref_Key eq guid'{ONE}'"}).json["value"] == inline
    assert onec(f"{ORDERS}_Товары(Ref_Key=guid'{ONE}', LineNumber=1)").json == inline[0]
    assert onec(f"{ORDERS}(guid'{ONE}')/Number").json == {"value": "ЕР-1       "}


def test_pages_follow_one_another_in_order(onec: Client) -> None:
    ordered = {"orderby": "Date asc,Ref_Key asc", "top": 2}
    assert onec.refs(**ordered) == [OTHER, ONE]
    assert onec.refs(**ordered, skip=2) == [THIRD]
    assert onec.refs(orderby="Date desc") == [THIRD, ONE, OTHER]
    assert onec(ORDERS, options={"top": "all"}).error == (400, "14")


def test_counting_all_pages_pays_no_attention_to_paging(onec: Client) -> None:
    counted = onec(ORDERS, options={"inlinecount": "allpages", "top": 1, "skip": 1}).json
    assert (counted["odata.count"], len(counted["value"])) == ("3", 3)


def test_a_count_begins_with_a_byte_order_mark(onec: Client) -> None:
    assert onec(f"{ORDERS}/$count").body == b"\xef\xbb\xbf3"
    assert onec(f"{ORDERS}/$count", options={"filter": "Posted eq true"}).body == b"\xef\xbb\xbf1"


def test_a_day_is_a_half_open_window(onec: Client) -> None:
    window = "Date ge datetime'2026-03-15T00:00:00' and Date lt datetime'2026-03-16T00:00:00'"
    assert set(onec.refs(filter=f"{window} and DeletionMark eq false")) == {ONE, OTHER}


def test_a_plus_is_no_space(onec: Client) -> None:
    assert onec(ORDERS, query="$filter=Posted+eq+true").error == (400, "14")
    assert onec(ORDERS, query="$filter=Number%20eq%20'a+b'").error == (400, "14")
    assert onec(ORDERS, query="$filter=Posted%20eq%20true").status == 200


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("$filter=Posted%20eq", (400, "14")),
        ("$filter=Posted", (200, "")),
        ("$filter=Number", (400, "14")),
        ("$filter=Nummer%20eq%20%27a%27", (400, "10")),
        ("$filter=contains(Number,%27a%27)", (400, "21")),
        ("$orderby=Date%20up", (400, "14")),
        ("$filter=СуммаДокумента div 0 eq 1", (400, "14")),
        ("$expan=Контрагент", (400, "0")),
    ],
)
def test_a_bad_query_is_refused_with_its_code(onec: Client, query: str, error: tuple[int, str]) -> None:
    answer = onec(ORDERS, query=quote(query, safe="$%=&()"))
    assert (answer.status, answer.json.get("odata.error", {}).get("code", "")) == error


def test_a_long_query_meets_the_web_server(onec: Client) -> None:
    terms = " or ".join([f"Ref_Key eq guid'{ONE}'"] * 20)
    assert onec.refs(filter=terms) == [ONE]
    refused = onec(ORDERS, options={"filter": " or ".join([terms, terms])})
    assert (refused.status, refused.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_restricted_organisation_spoils_what_it_is_in(onec: Client) -> None:
    onec.order(put={ORDERS: [{"Ref_Key": ONE, "Организация_Key": CLOSED}]})
    onec.order(settings={"restricted": [CLOSED]})
    assert onec(ORDERS).error == onec(f"{ORDERS}_Товары").error == (401, "20")
    assert onec(f"{ORDERS}(guid'{ONE}')").error == onec.patch(ONE, {}).error == (401, "20")
    assert set(onec.refs(filter=f"Организация_Key eq guid'{ORGANISATION}'")) == {OTHER, THIRD}
    for spelling in ("allowedOnly", "$allowedOnly"):
        assert len(onec(ORDERS, query=f"{spelling}=true").json["value"]) == 2


def test_a_patch_changes_what_it_names_and_the_version(onec: Client) -> None:
    before = onec(f"{ORDERS}(guid'{ONE}')").json
    source = "7a1d0c22-6d41-11ec-80d1-2c44fd8322a7"
    answer = onec.patch(ONE, {"ИсточникРекламы_Key": source.upper(), "ПолноеНаименование": "нет такого"})
    assert answer.status == 200
    after = onec(f"{ORDERS}(guid'{ONE}')").json
    assert answer.json == after
    assert after["DataVersion"] != before["DataVersion"]
    same = {"DataVersion": after["DataVersion"], "ИсточникРекламы_Key": source}
    assert after == {**before, **same}


def test_a_patch_replaces_a_section_as_a_whole(onec: Client) -> None:
    lines = [{"Номенклатура_Key": ITEM, "Сумма": 10.5, "Лишнее": 1}, {"Сумма": 2}]
    rows = onec.patch(ONE, {"Товары": lines}).json["Товары"]
    assert [(row["LineNumber"], row["Сумма"]) for row in rows] == [("1", 10.5), ("2", 2)]
    assert rows[0]["Ref_Key"] == ONE


@pytest.mark.parametrize(
    "values", [{"Date": "15.03.2026"}, {"Posted": "да"}, {"Организация_Key": "x"}, {"Товары": 1}]
)
def test_a_value_of_another_type_is_code_4(onec: Client, values: dict[str, object]) -> None:
    assert onec.patch(ONE, values).error == (400, "4")


def test_a_body_that_is_no_object_is_code_2(onec: Client) -> None:
    assert onec.patch(ONE, b"{").error == onec.patch(ONE, [1]).error == (400, "2")


def test_a_wrong_version_is_412_unless_the_server_does_not_care(onec: Client) -> None:
    version = onec(f"{ORDERS}(guid'{ONE}')").json["DataVersion"]
    first = onec.patch(ONE, {"Комментарий": "а"}, headers={"If-Match": version})
    late = onec.patch(ONE, {"Комментарий": "б"}, headers={"If-Match": version})
    assert (first.status, late.status) == (200, 412)
    assert onec(f"{ORDERS}(guid'{ONE}')").json["Комментарий"] == "а"
    onec.order(settings={"if_match": False})
    assert onec.patch(ONE, {}, headers={"If-Match": version}).status == 200


def test_a_closed_period_speaks_with_code_minus_1(onec: Client) -> None:
    onec.order(settings={"prohibited_before": "2026-03-16T00:00:00"})
    refused = onec.patch(ONE, {"Комментарий": "а"})
    assert refused.error == (500, "-1")
    assert "запрещено" in refused.json["odata.error"]["message"]["value"]
    assert onec.patch(THIRD, {"Комментарий": "а"}).status == 200
    assert onec.patch(THIRD, {"Date": "2026-03-15T00:00:00"}).error == (500, "-1")
    loading = {"1C_OData-DataLoadMode": "true"}
    assert onec.patch(ONE, {"Комментарий": "а"}, headers=loading).status == 200
    onec.order(settings={"data_load_mode": False})
    assert onec.patch(ONE, {}, headers=loading).error == (400, "17")


def test_rows_are_not_written_alone_and_sets_are_not_patched(onec: Client) -> None:
    assert onec(f"{ORDERS}_Товары", "POST", {}).error == (400, "13")
    assert onec(ORDERS, "PATCH", {}).error == (405, "19")
    assert onec(f"{ORDERS}(guid'{ONE}')", "PUT", {}).error == (405, "19")


def test_objects_are_made_posted_and_removed_for_good(onec: Client) -> None:
    made = onec("Catalog_ИсточникиРекламы", "POST", {"Description": "vk", "Чего нет": 1})
    key = made.json["Ref_Key"]
    assert made.status == 201
    assert made.headers["Location"].endswith(f"(guid'{key}')")
    assert onec(f"Catalog_ИсточникиРекламы(guid'{key}')", "DELETE").status == 204
    assert onec(f"Catalog_ИсточникиРекламы(guid'{key}')").error == (404, "9")
    assert onec(f"{ORDERS}(guid'{OTHER}')/Post", "POST", query="PostingModeOperational=false").status == 200
    assert onec(f"{ORDERS}(guid'{OTHER}')").json["Posted"] is True
    assert onec.order(read=ORDERS)["done"] == {"created": 1, "deleted": 1, "posted": 1}


def test_a_shipment_sells_a_return_takes_back_and_an_unposted_one_does_neither(onec: Client) -> None:
    lines = [{"Номенклатура_Key": ITEM, "Количество": 2, "Сумма": 1000.5}]
    sale, back = "4c55a310-c2ed-11ed-80d6-2c44fd8322a7", "5c55a310-c2ed-11ed-80d6-2c44fd8322a7"
    row = {"Date": "2026-03-17T10:00:00", "Posted": True, "Товары": lines}
    shipments, returns = "Document_РеализацияТоваровУслуг", "Document_ВозвратТоваровОтПокупателя"
    onec.order(put={shipments: [{"Ref_Key": sale, **row}], returns: [{"Ref_Key": back, **row}]})

    def sold(key: str, document: str) -> list[tuple[float, float]]:
        condition = f"Recorder eq cast(guid'{key}','{document}')"
        rows = onec("AccumulationRegister_Продажи_RecordType", options={"filter": condition}).json["value"]
        return [(row["Сумма"], row["Себестоимость"]) for row in rows]

    assert (sold(sale, shipments), sold(back, returns)) == ([(1000.5, 800)], [(-1000.5, -800)])
    assert sold(sale, returns) == []
    onec.order(unpost=sale)
    assert sold(sale, shipments) == []
    onec.order(post=sale)
    onec.order(unrecord=back)
    assert (sold(sale, shipments), sold(back, returns)) == ([(1000.5, 800)], [])


def test_a_work_order_sells_when_it_is_closed(onec: Client) -> None:
    key = "6c55a310-c2ed-11ed-80d6-2c44fd8322a7"
    work = {"Ref_Key": key, "Date": "2026-03-15T10:00:00", "Работы": [{"Сумма": 900, "Количество": 1}]}
    assert onec.order(put={"Document_ЗаказНаряд": [work]})["counts"]["AccumulationRegister_Продажи"] == 0
    onec.order(close=key, at="2026-03-18T12:00:00")
    record = onec("AccumulationRegister_Продажи").json["value"][0]["RecordSet"][0]
    assert (record["Period"], record["Сумма"], record["Recorder"]) == ("2026-03-18T12:00:00", 900, key)
    with pytest.raises(HTTPError, match="400"):
        onec.order(close=ONE, at="2026-03-18T12:00:00")


def test_the_ad_source_can_be_a_text(onec: Client) -> None:
    with pytest.raises(HTTPError, match="400"):
        onec.order(settings={"ad_source": "text"})
    onec.order(clear=True)
    onec.order(settings={"ad_source": "text"})
    onec.order(put={ORDERS: [an_order(ONE, "2026-03-15T00:00:00")]})
    assert onec.patch(ONE, {"ИсточникРекламы": "vk"}).json["ИсточникРекламы"] == "vk"


def test_what_is_written_outlives_a_restart(tmp_path: Path) -> None:
    with running(tmp_path, ROBOT) as sandbox:
        onec = Client(sandbox.url)
        onec.order(
            put={ORDERS: [an_order(ONE, "2026-03-15T00:00:00"), an_order(OTHER, "2026-03-14T00:00:00")]}
        )
        onec.order(settings={"if_match": False})
        onec.patch(ONE, {"Комментарий": "ё"})
        before = onec.order(read=ORDERS)
    with running(tmp_path, ROBOT) as sandbox:
        onec = Client(sandbox.url)
        after = onec.order(read=ORDERS)
        assert (after["rows"], after["settings"]) == (before["rows"], before["settings"])
        assert onec.refs(orderby="Date") == [OTHER, ONE]
        version = onec.patch(OTHER, {}).json["DataVersion"]
        assert version not in {row["DataVersion"] for row in before["rows"]}


def test_faults_are_aimed_at_methods_sets_and_keys(onec: Client) -> None:
    onec.order(fault="503", method="patch", about=ONE)
    assert onec(f"{ORDERS}(guid'{ONE}')").status == onec.patch(OTHER, {}).status == 200
    refused = onec.patch(ONE, {"Комментарий": "а"})
    assert (refused.status, refused.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert onec.order(read=ORDERS, key=ONE)["rows"][0]["Комментарий"] == ""
    onec.order(fault="500", about=ORDERS, text="Ошибка в модуле")
    assert onec(ORDERS).error == (500, "-1")
    assert onec.order(read="calls")["history"][-1]["method"] == "list"


def test_an_answer_can_be_lost_after_the_work_was_done(onec: Client) -> None:
    onec.order(fault="reset", method="patch", applied=True)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        onec.patch(ONE, {"Комментарий": "а"})
    assert onec.order(read=ORDERS, key=ONE)["rows"][0]["Комментарий"] == "а"


def test_calls_at_once_are_counted() -> None:
    control = OnecControl(Base(Store()), Faults(), threading.RLock())
    with control.in_flight(), control.in_flight():
        pass
    with control.in_flight():
        assert control.obey({"read": "calls"})["most_at_once"] == 2
    assert control.obey({"clear": True})["most_at_once"] == 0


@pytest.mark.parametrize(
    "command", [{"put": {"Нет": []}}, {"post": ITEM[:-1] + "0"}, {"fly": 1}, {"settings": {"x": 1}}]
)
def test_an_order_that_makes_no_sense_is_refused(onec: Client, command: dict[str, Any]) -> None:
    with pytest.raises(HTTPError, match="400"):
        onec.order(**command)


def test_a_page_of_ten_thousand_orders_is_quick(onec: Client) -> None:
    onec.order(clear=True)
    onec.order(orders=10_000, first_day="2026-03-02")
    window = "Date ge datetime'2026-03-03T00:00:00' and Date lt datetime'2026-03-06T00:00:00'"
    options = {"filter": f"{window} and DeletionMark eq false", "orderby": "Date asc,Ref_Key asc", "top": 200}
    spent = []
    for skip in range(0, 2000, 200):
        began = time.process_time()  # the base is in this process
        assert len(onec(ORDERS, options={**options, "skip": skip, "select": "**"}).json["value"]) == 200
        spent.append(time.process_time() - began)
    assert sorted(spent)[len(spent) // 2] < 0.1  # seconds; some 6 ms where nothing else runs
