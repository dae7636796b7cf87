"""«Обмен с Calltouch»: over rows in a real Postgres, through Airflow's own web app."""

import re
from pathlib import Path

import psycopg
import pytest
import yaml
from fastapi.testclient import TestClient

from include.paths import SETTINGS_DIR

THIN, FIXED = "\u202f", "\u00a0"
EXAMPLE = Path(__file__).parent / "calltouch.sql"
SHIPPED, CLOSED, NO_CONTACTS, REJECTED = (f"11111111-0000-4000-8000-00000000000{n}" for n in range(1, 5))
SOLD = "22222222-0000-4000-8000-000000000001"
PAGES = ["", "orders", f"orders/{SHIPPED}", "actions", "budget", "runs", "runs/202", "dag-run.json?run_id=x"]
PRIVATE = ("79210001122", "79210003344", "79210005566", "000-77-88", "000-99-00", "anna.sedova", "admin@")
MANY_ORDERS = """
insert into mart.erp_order (order_ref, kind, number, title, ordered_at, posted, deleted, total)
select
    ('aaaaaaaa-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'customer_order', 'М-' || n, 'Много ' || n,
    timestamptz '2025-01-01' + n / 3 * interval '1 hour', true, false, n
from generate_series(1, %s) as n
"""
MANY_ACTIONS = """
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, after, state)
select 202, 100 + n, 'calltouch_orders', 'calltouch', 'calltouch_main', 'update', gen_random_uuid()::text,
    '{"revenue": "1.00"}', 'done'
from generate_series(1, %s) as n
"""


@pytest.fixture
def shop(warehouse: str, settings_folder: Path, example: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fill the warehouse with a small shop, and give it settings: one account limited, one not."""
    ours = yaml.safe_load((SETTINGS_DIR / "calltouch_orders.yaml").read_text(encoding="utf-8"))
    kept = {key: ours[key] for key in ("go_live_date", "organisations", "profiles", "onec")}
    limits = {"hour_points": 50, "day_points": 300}
    accounts = [
        {"name": "main", "site_id": "101", "api_token": "calltouch_main", "limits": limits},
        {"name": "service", "site_id": "202", "api_token": "calltouch_service", "auto_exchange": False},
    ]
    rules = [{"account": name, "funnel_name": "Все"} for name in ("main", "service")]
    text = yaml.safe_dump(kept | {"accounts": accounts, "exchange_rules": rules}, allow_unicode=True)
    (settings_folder / "calltouch_orders.yaml").write_text(text, encoding="utf-8")
    for name in ("CALLTOUCH_MAIN", "CALLTOUCH_SERVICE", "ONEC"):
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", '{"conn_type": "http"}')
    with psycopg.connect(warehouse) as connection:
        connection.execute(EXAMPLE.read_bytes())
    return warehouse


def text(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/calltouch/{address}")
    assert answer.status_code == status, answer.text
    return answer.text


def rows(page: str) -> list[str]:
    return re.findall(r"<tr.*?</tr>", page, re.DOTALL)


def row_with(page: str, words: str) -> str:
    return next(row for row in rows(page) if words in row)


def listed(page: str) -> list[str]:
    return [
        link[-1]
        for link in re.findall(r'data-label="Заказ"[^>]*><a href="[./]*orders/([0-9a-f-]{36})"', page)
    ]


class TestAccess:
    @pytest.mark.parametrize("page", PAGES)
    def test_nobody_sees_a_page_without_logging_in(self, anonymous: TestClient, page: str) -> None:
        assert "Нужен вход" in text(anonymous, page, 401)

    @pytest.mark.usefixtures("shop")
    @pytest.mark.parametrize("page", PAGES)
    def test_whoever_may_read_the_dag_sees_every_page(self, reader: TestClient, page: str) -> None:
        answer = reader.get(f"/calltouch/{page}")
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "style=" not in answer.text  # the policy would refuse it

    @pytest.mark.usefixtures("shop")
    def test_no_page_shows_a_phone_or_an_email(self, reader: TestClient) -> None:
        for address in [*PAGES, f"orders/{CLOSED}", f"orders/{REJECTED}", "runs/201", "runs/204"]:
            page = text(reader, address)
            assert [secret for secret in PRIVATE if secret in page] == [], address

    @pytest.mark.usefixtures("shop")
    def test_a_viewer_sees_dead_buttons_and_no_form(self, reader: TestClient) -> None:
        page = text(reader, "")
        assert page.count("<button") == page.count("disabled title=") == 3
        assert "Нет права запускать DAG calltouch_orders" in page
        assert "Отправить один заказ" not in page

    @pytest.mark.usefixtures("shop")
    def test_runs_of_one_pipeline_have_no_page_among_those_of_the_other(self, reader: TestClient) -> None:
        assert reader.get("/deal-import/runs/202").status_code == 404
        assert reader.get("/calltouch/runs/2").status_code == 404
        assert "runs/202" not in reader.get("/deal-import/runs").text
        assert "runs/2<" not in text(reader, "runs")

    @pytest.mark.usefixtures("shop")
    @pytest.mark.parametrize("home", ["deal-import", "calltouch"])
    def test_a_dag_run_leads_to_its_report_wherever_it_is_asked_for(
        self, reader: TestClient, home: str
    ) -> None:
        query = "dag-run?dag_id=calltouch_orders&run_id=manual__check"
        answer = reader.get(f"/{home}/{query}")
        assert answer.status_code == 303
        if home == "deal-import":
            assert answer.headers["Location"] == f"../calltouch/{query}"
        else:
            assert answer.headers["Location"] == "runs/204"

    @pytest.mark.usefixtures("shop")
    def test_the_way_in_asks_for_the_right_to_the_dag_that_is_named(self) -> None:
        from fastapi.routing import APIRoute

        from plugins.ui.app import apps

        for site, app in apps.items():
            guards = {
                route.path: [guard.dependency for guard in route.dependencies]
                for route in app.routes
                if isinstance(route, APIRoute)
            }
            named = {
                path: [guard.__closure__[-1].cell_contents for guard in own] for path, own in guards.items()
            }
            assert named.pop("/dag-run") == [None]
            assert set(map(tuple, named.values())) == {(site,)}


@pytest.mark.usefixtures("shop")
class TestAccounts:
    def test_each_account_shows_its_last_run_and_the_dry_one_since(self, reader: TestClient) -> None:
        main = row_with(text(reader, ""), "<b>main</b>")
        assert "частично" in main
        assert "<b>2</b> новые сделки" in main
        assert "пробный" in main
        assert 'href="./runs/204"' in main
        assert "автообмен" in main

    def test_a_run_that_waits_for_its_budget_says_until_when(self, reader: TestClient) -> None:
        assert "лимит исчерпан, продолжится 01.03.2026 14:00" in row_with(text(reader, ""), "<b>service</b>")

    def test_the_reading_of_the_base_stands_first_with_documents_counted(self, reader: TestClient) -> None:
        reading = row_with(text(reader, ""), "Чтение 1С")
        assert f"<b>1{THIN}200</b> без изменений" in reading
        assert "<b>2</b> не читаются" in reading

    def test_an_account_that_left_the_settings_keeps_its_history(self, reader: TestClient) -> None:
        old = row_with(text(reader, ""), "<b>old</b>")
        assert "нет в настройках" in old
        assert "a***@example.org" in old

    def test_who_may_start_has_a_button_an_account_and_a_form_for_one_order(
        self, starter: TestClient
    ) -> None:
        page = text(starter, f"?order={SHIPPED}")
        assert '<input type="hidden" name="account" value="main">' in page
        for mode in ("send_one", "check_one", "send_period"):
            assert f'name="mode" value="{mode}"' in page
        assert f'name="document" value="{SHIPPED}"' in page
        assert "<option>Автозапчасти на Садовой</option>" in page

    def test_the_form_asks_only_for_what_the_dag_knows(self, starter: TestClient) -> None:
        from plugins.pipelines.calltouch_params import PARAMS

        page = text(starter, "")
        fields = set(re.findall(r'name="(\w+)"', page[page.index("<main") :]))
        assert fields <= set(PARAMS)

    def test_broken_settings_show_every_problem_and_the_history_stays(
        self, starter: TestClient, settings_folder: Path
    ) -> None:
        path = settings_folder / "calltouch_orders.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("account: main", "account: mian"), "utf-8")
        page = text(starter, "")
        assert "Настройки не читаются" in page
        assert "mian" in page
        assert "частично" in row_with(page, "<b>main</b>")
        assert "<button" not in page
        for address in PAGES:
            text(starter, address)

    def test_a_missing_connection_is_one_of_the_problems(
        self, reader: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AIRFLOW_CONN_CALLTOUCH_MAIN")
        assert "calltouch_main" in text(reader, "").partition("<table")[0]


@pytest.mark.usefixtures("shop")
class TestOrders:
    def test_an_order_shows_its_deal_and_its_source(self, reader: TestClient) -> None:
        row = row_with(text(reader, "orders"), SHIPPED)
        assert "отгружена" in row
        assert f"14{THIN}000,00{FIXED}₽" in row
        assert f"маржа 2{THIN}800,00{FIXED}₽" in row
        assert "воронка Шины" in row
        assert '<span class="tag">Масла</span>' in row
        assert "yandex / cpc / осень" in row
        assert "записан в 1С" in row
        assert '<a href="./../deal-import/clients/11">Анна Седова</a>' in row

    def test_a_source_that_a_person_gave_and_one_still_waited_for_are_told_apart(
        self, reader: TestClient, warehouse: str
    ) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute("delete from mart.calltouch_lead_source where order_ref = %s", [SHIPPED])
        page = text(reader, "orders")
        assert "указан вручную" in row_with(page, CLOSED)
        assert "ожидается" in row_with(page, SHIPPED)

    def test_an_order_of_two_accounts_has_a_row_an_account(self, reader: TestClient) -> None:
        page = text(reader, "orders")
        assert 'rowspan="2"' in row_with(page, CLOSED)
        assert "ждёт отправки" in row_with(page, "service</span>")

    def test_text_from_outside_is_never_markup(self, reader: TestClient) -> None:
        assert "&lt;b&gt;Заказ&lt;/b&gt;" in text(reader, "orders")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "1342"),
            ("order=ЕР00-000123", "12"),
            ("order=123", "12"),
            ("order=заказ-наряд 123 2026", "2"),
            (f"order={REJECTED.upper()}", "4"),
            ("order=ЕР00-9", ""),
            ("state=rejected", "4"),
            ("state=none", ""),
            ("account=service", "2"),
            ("account=service&state=none", "134"),
            ("source=kept", "2"),
            ("source=written", "1"),
            ("source=waiting&state=&account=&order=", ""),
            ("account=main&state=shipped&source=found", "1"),
        ],
    )
    def test_filters_narrow_together(self, reader: TestClient, query: str, found: str) -> None:
        assert "".join(listed(text(reader, f"orders?{query}"))) == found

    def test_words_that_are_no_order_say_what_is_needed(self, reader: TestClient) -> None:
        assert "Нужен GUID или номер" in text(reader, "orders?order=какой-то заказ")

    def test_pages_follow_each_other_without_gaps(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute(MANY_ORDERS, [120])
        address, seen = "orders?order=&account=", []
        while address:
            page = text(reader, address)
            seen += re.findall(r'data-label="Заказ"[^>]*><a href="./orders/([^"]*)"', page)
            following = re.search(r'href="\./(orders\?[^"]*)" rel="next"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 124

    def test_an_empty_base_says_when_orders_come(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("truncate mart.erp_order")
        assert "после первого чтения 1С" in text(reader, "orders")

    @pytest.mark.parametrize("query", ["before=abc", "order=a%00b", "state=%00"])
    def test_nonsense_in_an_address_is_no_page(self, reader: TestClient, query: str) -> None:
        assert "Такой страницы нет" in text(reader, f"orders?{query}", 404)


@pytest.mark.usefixtures("shop")
class TestOrder:
    def test_the_document_its_lines_shipments_and_returns(self, reader: TestClient) -> None:
        page = text(reader, f"orders/{SHIPPED}")
        assert "+7921***1122" in page
        assert "a***@example.org" in page
        assert "Шины / Зимние" in row_with(page, "Шина зимняя")
        assert ">1,5<" in row_with(page, "Масло моторное")
        assert "не проведён, не считается" in row_with(page, "РН-2")
        assert f"−1{THIN}400,00{FIXED}₽" in row_with(page, "ВЗ-1")

    def test_of_a_shipment_of_several_orders_each_shows_its_part(self, reader: TestClient, shop: str) -> None:
        parts = "insert into mart.erp_sale_part values (%(sold)s, 1, null, 3), (%(sold)s, 2, %(other)s, 1)"
        with psycopg.connect(shop) as connection:
            connection.execute(parts, {"sold": SOLD, "other": CLOSED})
        own, other = (row_with(text(reader, f"orders/{ref}"), "РН-1") for ref in (SHIPPED, CLOSED))
        assert f"11{THIN}550,00{FIXED}₽" in own
        assert f"2{THIN}250,00{FIXED}₽" in own  # its part of the profit
        assert f"3{THIN}850,00{FIXED}₽" in other
        for row in (own, other):
            assert f"часть документа на 15{THIN}400,00{FIXED}₽" in row

    def test_the_last_check_by_hand_shows_both_sides_of_each_difference(self, reader: TestClient) -> None:
        page = text(reader, f"orders/{SHIPPED}")
        revenue = row_with(page, "выручка</td>")
        assert revenue.index(f"14{THIN}000,00") < revenue.index(f"13{THIN}000,00")  # 1C, then Calltouch
        assert ">нет<" in row_with(page, "теги</td>")
        assert 'href="../runs/204"' in page

    def test_what_was_sent_and_decided_stands_latest_first(self, reader: TestClient) -> None:
        page = text(reader, f"orders/{SHIPPED}")
        kinds = re.findall(r'data-label="Отправка"><b>([^<]*)</b>', page)
        assert kinds == ["записать источник", "изменить сделку", "создать сделку"]
        assert "Сделка переведена в «Заказ отгружен»" in page

    def test_a_closed_work_order_is_its_own_shipment_and_names_its_base(self, reader: TestClient) -> None:
        page = text(reader, f"orders/{CLOSED}")
        assert "это и есть его отгрузка" in page
        assert f'<a href="../orders/{SHIPPED}">' in page
        assert "по курсу 90.5" in page

    def test_an_order_that_nothing_was_sent_about_says_so(self, reader: TestClient) -> None:
        page = text(reader, f"orders/{NO_CONTACTS}")
        assert "О заказе ничего не отправлялось" in page
        assert "В документе нет строк" in page

    @pytest.mark.parametrize("ref", ["99999999-0000-4000-8000-000000000001", "123", "%00"])
    def test_an_unknown_order_is_a_page_that_does_not_exist(self, reader: TestClient, ref: str) -> None:
        assert "Такой страницы нет" in text(reader, f"orders/{ref}", 404)


@pytest.mark.usefixtures("shop")
class TestActions:
    def test_an_update_shows_each_field_before_and_after(self, reader: TestClient) -> None:
        row = row_with(text(reader, "actions?kind=update"), "изменить сделку")
        assert "<del>Оформлен заказ</del>" in row
        assert "<ins>Заказ отгружен</ins>" in row
        assert f"<del>15{THIN}400,00{FIXED}₽</del>" in row
        assert "Шины (к прежним)" in row
        assert "2 попытки" in row

    def test_a_refusal_shows_the_words_of_the_vendor(self, reader: TestClient) -> None:
        row = row_with(text(reader, "actions?state=failed"), "отклонено")
        assert "Некорректный телефон +7921***9900" in row

    def test_a_payload_that_cannot_be_read_stops_nothing(self, reader: TestClient) -> None:
        assert "не читается" in row_with(text(reader, "actions"), "запуск №&nbsp;203")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [305, 304, 303, 302, 301]),
            ("account=main&kind=create", [303, 301]),
            ("account=service", [305]),
            ("kind=set_source", [304]),
            ("state=planned", [305]),
            ("run=202&state=done", [304, 302, 301]),
            ("order=000125", [303]),
            (f"order={SHIPPED}&kind=&run=", [304, 302, 301]),
            ("order=заказ-наряд 000123", [305]),
            ("order=77", []),
        ],
    )
    def test_filters_narrow_together(self, reader: TestClient, query: str, found: list[int]) -> None:
        page = text(reader, f"actions?{query}")
        assert [int(number) for number in re.findall(r"отправка №&nbsp;(\d+)", page)] == found

    def test_pages_follow_each_other_without_gaps(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute(MANY_ACTIONS, [120])
        address, seen = "actions?account=main", []
        while address:
            page = text(reader, address)
            seen += re.findall(r"отправка №&nbsp;(\d+)", page)
            following = re.search(r'href="\./(actions\?[^"]*)" rel="next"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 124

    def test_actions_of_other_pipelines_are_not_shown(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute(
                "insert into ops.action (run_id, seq, pipeline, target, account, kind, key)"
                " values (8, 1, 'opencart_catalog', 'keepincrm', 'x', 'create', 'secret')"
            )
        assert "secret" not in text(reader, "actions")


@pytest.mark.usefixtures("shop")
class TestBudget:
    def test_what_is_left_of_the_hour_and_what_automatic_runs_may_take(self, reader: TestClient) -> None:
        page = text(reader, "budget")
        assert (
            f"потрачено 32 из 50, автоматическим запускам до 40 (80{FIXED}%)".replace(FIXED, "&nbsp;") in page
        )
        assert "без лимита" in page

    def test_each_hour_shows_its_calls_points_and_methods(self, reader: TestClient) -> None:
        busy = row_with(text(reader, "budget"), f"1{THIN}204")
        assert ">45,5<" in busy
        assert f"создание сделок&nbsp;1{THIN}204" in busy
        assert 'class="used over"' in busy  # of the part that is left to people
        assert 'width="91.00"' in busy

    def test_a_refusal_by_the_vendor_itself_is_told(self, reader: TestClient) -> None:
        assert "Calltouch отказывал из-за лимита" in text(reader, "budget")

    def test_a_connection_without_an_account_is_shown_too(self, reader: TestClient) -> None:
        assert "подключения нет в настройках" in text(reader, "budget")

    def test_nothing_spent_says_so(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("truncate ops.budget")
        assert text(reader, "budget").count("Запросов не было") == 2

    def test_a_span_that_is_not_offered_is_no_page(self, reader: TestClient) -> None:
        assert "Такой страницы нет" in text(reader, "budget?hours=100000", 404)


@pytest.mark.usefixtures("shop")
class TestRuns:
    def test_the_log_names_the_accounts_and_the_reading(self, reader: TestClient) -> None:
        page = text(reader, "runs")
        assert re.findall(r'href="\./runs/(\d+)"', page) == ["205", "204", "203", "202", "201"]
        assert "чтение 1С" in row_with(page, "runs/201")

    def test_a_run_of_an_account_speaks_of_orders_and_leads_to_them(self, reader: TestClient) -> None:
        page = text(reader, "runs/202")
        assert "аккаунта main" in page
        assert "Calltouch отклонил сделку: <b>Некорректный телефон +7921***9900</b>" in page
        assert f'<a href="../orders/{SHIPPED}">' in page
        assert 'href="../../deal-import/clients/11?deal=21"' in page
        assert 'href="../actions?run=202"' in page
        assert ">отгружен</span>" in page

    def test_a_reading_speaks_of_documents_and_of_what_it_received(self, reader: TestClient) -> None:
        page = text(reader, "runs/201")
        assert "чтения 1С" in page
        assert "Документ 1С не удалось прочитать: <b>нет даты</b>" in page
        assert f"71,7{FIXED}КБ" in page

    def test_the_button_can_follow_a_run(self, reader: TestClient) -> None:
        answer = reader.get("/calltouch/dag-run.json?run_id=scheduled__ct").json()
        assert [run["source"] for run in answer] == ["чтение 1С", "main", "service"]

    def test_the_feed_of_a_client_leads_to_the_run_that_made_the_deal(self, reader: TestClient) -> None:
        page = reader.get("/deal-import/clients/11").text
        assert 'обменом с Calltouch <a href="../../calltouch/runs/201">' in page
        assert "Заказ покупателя ЕР00-000123 от 01.03.2026" in page


def test_an_empty_warehouse_has_pages_that_say_so(reader: TestClient, shop: str) -> None:
    with psycopg.connect(shop) as connection:
        connection.execute("truncate ops.run, ops.budget, mart.erp_order, mart.calltouch_deal cascade")
    assert text(reader, "").count("ещё не запускался") == 3
    assert "Ничего ещё не отправлялось" in text(reader, "actions")
    assert "Обмен ещё ни разу не запускался" in text(reader, "runs")
