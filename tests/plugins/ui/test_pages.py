"""What the pages show: over rows in a real Postgres, through Airflow's own web app."""

import re
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

from tests.plugins.ui.conftest import connection_to

THIN, FIXED = "\u202f", "\u00a0"
MANY_ROWS = """
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, position)
select 7, n, 'error', 'refused', '{BAD_DATE}', 'R' || n, n from generate_series(1, %s) as n
"""
MANY_DEALS = """
insert into mart.deal (deal_id, client_id, status_id, created_at)
select 100 + n, 4, 1, timestamptz '2026-01-01' + n * interval '1 hour' from generate_series(1, %s) as n
"""


def text(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/deal-import/{address}")
    assert answer.status_code == status, answer.text
    return answer.text.replace("<wbr>", "")  # where a long link may break


def row_with(page: str, words: str) -> str:
    return next(row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if words in row)


@pytest.mark.usefixtures("example")
class TestSources:
    def test_each_source_shows_its_link_without_the_query_and_its_last_run(self, reader: TestClient) -> None:
        main = row_with(text(reader, ""), "<b>main</b>")
        assert "https://shop.example/export.xml?…" in main
        assert "key=hidden" not in main
        assert 'href="./runs/6"' in main
        assert "04.03.2026 07:00" in main
        assert "Последний запуск, Asia/Yekaterinburg</th>" in text(reader, "")

    def test_a_dry_run_does_not_take_the_place_of_the_last_real_one(
        self, reader: TestClient, warehouse: str
    ) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute(
                "insert into ops.run"
                " (run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at)"
                " overriding system value values"
                " (20, 'deal_import', 'main', 'm20', 'manual', true, 'partial', '2026-03-05 02:00+00')"
            )
        main = row_with(text(reader, ""), "<b>main</b>")
        assert 'state-running">идёт</span> <a href="./runs/6">' in main
        assert 'пробный <a href="./runs/20">№&nbsp;20</a> 05.03.2026 07:00: частично' in main

    def test_a_run_that_came_to_no_source_is_told_until_a_later_one_did(
        self, reader: TestClient, warehouse: str
    ) -> None:
        failed = (
            "insert into ops.run (run_id, pipeline, dag_run_id, trigger, state, started_at, error)"
            " overriding system value values"
            " (%s, 'deal_import', 'm', 'manual', 'failed', %s::timestamptz, 'Неизвестный параметр «dryrun»')"
        )
        with psycopg.connect(warehouse) as connection:
            connection.execute(failed, [21, "2026-03-03 00:00+00"])
        assert "не дошёл до источников" not in text(reader, "")
        with psycopg.connect(warehouse) as connection:
            connection.execute(failed, [22, "2026-03-06 00:00+00"])
        page = text(reader, "")
        assert 'href="./runs/22"' in page
        assert "не дошёл до источников" in page
        assert "Неизвестный параметр «dryrun»" in page
        assert "не выбран" in row_with(text(reader, "runs"), "runs/22")

    def test_a_source_that_never_ran_says_so(self, reader: TestClient) -> None:
        assert "ещё не запускался" in row_with(text(reader, ""), "<b>never_ran</b>")

    def test_a_source_switched_off_cannot_be_started_even_by_who_may(self, starter: TestClient) -> None:
        resting = row_with(text(starter, ""), "<b>resting</b>")
        assert "Источник выключен в настройках" in resting
        assert "disabled" in resting
        assert "disabled" not in row_with(text(starter, ""), "<b>main</b>")

    def test_a_source_that_left_the_settings_keeps_its_history(self, reader: TestClient) -> None:
        gone = row_with(text(reader, ""), "<b>gone</b>")
        assert "нет в настройках" in gone
        assert "<button" not in gone

    def test_broken_settings_show_every_problem_and_the_history_stays(
        self, reader: TestClient, settings_folder: Path
    ) -> None:
        broken = "statuses: []\nsources:\n  - {name: main, lnik: x}\n"
        (settings_folder / "deal_import.yaml").write_text(broken, encoding="utf-8")
        page = text(reader, "")
        assert "Настройки не читаются" in page
        assert "deal_import.yaml:3" in page
        assert "lnik" in page
        assert "<button" not in page
        assert "Последний запуск, МСК</th>" in page

    def test_no_sources_and_no_runs_tell_what_to_do(
        self, reader: TestClient, settings_folder: Path, warehouse: str
    ) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute("truncate ops.run cascade")
        empty = "statuses: [{name: Новая, kind: new}, {name: Повтор, kind: repeat}]\nsources: []\n"
        (settings_folder / "deal_import.yaml").write_text(empty, encoding="utf-8")
        assert "В настройках нет ни одного источника" in text(reader, "")


@pytest.mark.usefixtures("example")
class TestLogOfRuns:
    def test_runs_of_this_pipeline_stand_latest_first(self, reader: TestClient) -> None:
        numbers = re.findall(r'href="\./runs/(\d+)"', text(reader, "runs"))
        assert numbers == ["7", "6", "5", "4", "3", "2", "1"]

    def test_a_run_shows_its_trigger_dry_mark_counters_and_error(self, reader: TestClient) -> None:
        page = text(reader, "runs")
        assert "пробный" in row_with(page, "runs/3")
        assert "по плану:" in row_with(page, "runs/3")
        assert "<b>1</b> новая сделка" in row_with(page, "runs/3")
        assert "<b>3</b> новые сделки" in row_with(page, "runs/2")
        assert "<b>1</b> повтор в файле" in row_with(page, "runs/2")
        assert "вручную" in row_with(page, "runs/3")
        assert f"<b>12{THIN}840</b> без изменений" in row_with(page, "runs/2")
        assert f"1{FIXED}мин 15{FIXED}с" in row_with(page, "runs/2")
        assert "a***@example.org" in row_with(page, "runs/4")

    def test_filters_by_source_and_state_narrow_together(self, reader: TestClient) -> None:
        page = text(reader, "runs?source=main&state=success")
        assert re.findall(r'href="\./runs/(\d+)"', page) == ["3"]

    def test_empty_filters_of_the_form_mean_all(self, reader: TestClient) -> None:
        assert "runs/1" in text(reader, "runs?source=&state=")

    def test_filters_that_nothing_passes_say_so(self, reader: TestClient) -> None:
        assert "Таких запусков нет" in text(reader, "runs?source=nobody")

    def test_a_second_page_goes_on_where_the_first_ended_and_keeps_the_filters(
        self, reader: TestClient, warehouse: str
    ) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute(
                "insert into ops.run (pipeline, source, dag_run_id, trigger, state)"
                " select 'deal_import', 'main', n::text, 'manual', 'success' from generate_series(1, 60) as n"
            )
        first = text(reader, "runs?source=main")
        following = re.search(r'href="\./(runs\?[^"]*)" rel="next"', first)
        assert following
        seen = re.findall(r'href="\./runs/(\d+)"', first)
        second = re.findall(r'href="\./runs/(\d+)"', text(reader, following[1].replace("&amp;", "&")))
        assert len(seen) == 50
        assert len(second) == 10 + 4
        assert not set(seen) & set(second)


@pytest.mark.usefixtures("example")
class TestRun:
    def test_the_header_tells_of_the_file_and_the_counters(self, reader: TestClient) -> None:
        page = text(reader, "runs/2")
        assert f"7,0{FIXED}МБ" in page
        assert "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" in page
        assert "s3://landing/deal_import/main/2026-03-01.xml" in page
        assert "secret" not in page
        assert f"12{THIN}860" in page
        assert "Asia/Yekaterinburg" in page

    def test_the_link_is_the_one_the_file_came_from_whatever_the_settings_say_now(
        self, reader: TestClient, warehouse: str
    ) -> None:
        assert "Откуда" not in text(reader, "runs/2")
        with psycopg.connect(warehouse) as connection:
            connection.execute("update ops.landed_file set origin = 'https://old.example/x.xml?…'")
        assert "https://old.example/x.xml?…" in text(reader, "runs/2")

    def test_an_error_is_told_once_and_the_filter_offers_what_was_logged(
        self, reader: TestClient, warehouse: str
    ) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute(
                "insert into ops.run_log (run_id, seq, severity, codes, details) select 4, 1, 'error',"
                " '{FETCH_FAILED}', jsonb_build_object('message', error) from ops.run where run_id = 4"
            )
        page = text(reader, "runs/4")
        assert page.count("ответил 404") == 2  # the message, and the details in full
        assert "Клиенты, сделки и платежи не изменены" in page
        choices = re.findall(r'<option value="([A-Z_]+)"', page)
        assert choices == ["FETCH_FAILED"]

    def test_what_is_not_a_failure_is_not_shown_as_one(self, reader: TestClient) -> None:
        assert 'class="alert calm" role="status"' in text(reader, "runs/5")
        assert 'class="alert" role="alert"' in text(reader, "runs/4")

    def test_records_that_are_not_logged_are_said_to_be_left_out(self, reader: TestClient) -> None:
        assert "Записи без изменений в журнал не пишутся" in text(reader, "runs/2")
        assert "Записи без изменений в журнал не пишутся" not in text(reader, "runs/4")

    def test_decisions_say_whom_and_what_they_found_and_what_changed(self, reader: TestClient) -> None:
        page = text(reader, "runs/2")
        assert f"Платёж привязан к сделке: <b>15{THIN}400,00{FIXED}₽, по ID конверсии" in page
        assert "Клиент найден: <b>по телефону</b>" in page
        assert f"сумма 100,00{FIXED}₽ → 150,00{FIXED}₽, статус «Новая» → «Оплачена»" in page
        assert "Дата последней сделки сдвинута: <b>не было → 01.03.2026 14:00</b>" in page
        assert "у сделки USD, в записи RUB" in page
        assert "Сумма или валюта не принимается: <b>фактическая сумма «12x», нужно число" in page
        assert "Дата не принимается: <b>дата платежа «31.02.2026», такого дня" in page
        assert "&lt;manager&gt;, 12 раз, впервые в записи 3" in page

    def test_rows_lead_to_the_client_and_the_deal(self, reader: TestClient) -> None:
        row = row_with(text(reader, "runs/2"), "PAY-100501")
        assert '<a href="../clients/1">Ольга Демина</a>' in row
        assert '<a href="../clients/1?deal=1">' in row

    def test_text_from_outside_is_never_markup(self, reader: TestClient) -> None:
        page = text(reader, "runs/2")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "&lt;b&gt;Хитрый" in page

    def test_phones_in_free_text_are_masked(self, reader: TestClient) -> None:
        page = text(reader, "runs/2")
        assert "000-55-66" not in page
        assert page.count("+7921***5566") == 2  # in the sentence and in the details

    def test_a_code_that_the_dictionary_lacks_is_shown_as_it_is(self, reader: TestClient) -> None:
        assert "A_CODE_OF_TOMORROW" in row_with(text(reader, "runs/2"), "PAY-8")

    @pytest.mark.parametrize(
        ("filters", "records"),
        [
            ("severity=error", {"PAY-6", "PAY-7", "PAY-8"}),
            ("severity=error&code=BAD_DATE", {"PAY-6"}),
            ("outcome=overwritten", {"PAY-5"}),
            (
                "code=CLIENT_FOUND&severity=",
                {"PAY-100501", "&lt;script&gt;alert(1)&lt;/script&gt;", "PAY-7"},
            ),
            ("record=PAY-100502", {"PAY-100502"}),
            ("record=PAY", set()),
        ],
    )
    def test_filters_narrow_the_rows(self, reader: TestClient, filters: str, records: set[str]) -> None:
        page = text(reader, f"runs/2?{filters}")
        assert set(re.findall(r'<span class="key">(.*?)</span>', page)) == records

    def test_a_finished_run_offers_only_the_codes_it_logged(self, reader: TestClient) -> None:
        page = text(reader, "runs/2")
        assert "Валюта записи отличается от валюты сделки (1)" in page
        assert "У записи нет даты платежа" not in page

    def test_a_thousand_rows_are_counted_and_more_are_not(self, reader: TestClient, warehouse: str) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute(MANY_ROWS, [1001])
        assert "больше 1000 строк" in text(reader, "runs/7")
        with psycopg.connect(warehouse) as connection:
            connection.execute("delete from ops.run_log where run_id = 7 and seq > 1000")
        assert f"1{THIN}000 строк" in text(reader, "runs/7")

    def test_pages_of_rows_follow_each_other_without_gaps(self, reader: TestClient, warehouse: str) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute(MANY_ROWS, [250])
        address, seen = "runs/7?severity=error", []
        while address:
            page = text(reader, address)
            seen += re.findall(r'<span class="key">(R\d+)</span>', page)
            following = re.search(r'href="\.\./(runs/7\?[^"]*)" rel="next"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert seen == [f"R{number}" for number in range(1, 251)]

    def test_a_dry_run_names_what_would_be_new(self, reader: TestClient) -> None:
        assert "по плану, ничего не изменено" in text(reader, "runs/3")
        row = row_with(text(reader, "runs/3"), "PAY-9")
        assert ">новый<" in row
        assert ">новая<" in row

    def test_a_running_run_without_rows_says_that_it_is_running(self, reader: TestClient) -> None:
        assert "запуск ещё идёт" in text(reader, "runs/6")

    @pytest.mark.parametrize("number", ["99", "0", "-1", "abc", str(2**63), "8"])
    def test_a_wrong_number_is_a_page_that_does_not_exist(self, reader: TestClient, number: str) -> None:
        assert "Такой страницы нет" in text(reader, f"runs/{number}", 404)

    @pytest.mark.parametrize("query", ["after=-1", f"after={2**40}", "record=a%00b"])
    def test_nonsense_in_an_address_is_no_page(self, reader: TestClient, query: str) -> None:
        assert "Такой страницы нет" in text(reader, f"runs/2?{query}", 404)


@pytest.mark.usefixtures("example")
class TestClientPage:
    def test_the_card_masks_every_key(self, reader: TestClient) -> None:
        page = text(reader, "clients/1")
        assert "+7921***1122" in page
        assert "o***@example.org" in page
        assert "a9***4d" in page
        for secret in ("79210001122", "000-11-22", "olga.demo", "a91f3c77e0b24d"):
            assert secret not in page.lower()

    def test_deals_show_amounts_status_and_lock(self, reader: TestClient) -> None:
        deal = row_with(text(reader, "clients/1"), "ORD-8841")
        assert f"15{THIN}400,00{FIXED}₽" in deal
        assert "не правится вручную" in deal
        assert "Оплачена" in deal
        assert f"−1{THIN}200,50{FIXED}$" in text(reader, "clients/2")

    def test_the_feed_leads_back_to_the_run_and_its_link_holds_no_secret(self, reader: TestClient) -> None:
        page = text(reader, "clients/2")
        assert "Клиент создан" in page
        assert 'импортом <a href="../runs/2">' in page
        assert "https://shop.example/export.xml?…" in page
        assert "secret" not in page
        assert "hidden" not in page

    def test_payments_name_the_runs_that_brought_and_changed_them(self, reader: TestClient) -> None:
        row = row_with(text(reader, "clients/1"), "PAY-100501")
        assert '<a href="../runs/2?record=PAY-100501">' in row
        assert '<a href="../runs/3?record=PAY-100501">' in row

    def test_one_deal_can_be_looked_at_alone(self, reader: TestClient) -> None:
        page = text(reader, "clients/1?deal=3")
        assert "ORD-7" in page
        assert "ORD-8841" not in page
        assert "Импортированных платежей нет" in page

    def test_a_very_long_name_does_not_push_the_page_away(self, reader: TestClient, warehouse: str) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute("update mart.client set name = repeat('Имя ', 180) where client_id = 4")
        page = text(reader, "clients/4")
        heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
        assert heading
        assert len(heading[1]) < 200
        assert "имя полностью" in page

    def test_names_are_text_and_a_nameless_client_has_a_page(self, reader: TestClient) -> None:
        assert "&lt;b&gt;Хитрый&lt;/b&gt; &amp; &#34;Ко&#34;" in text(reader, "clients/2")
        assert "Клиент без имени" in text(reader, "clients/4")

    def test_a_client_of_many_deals_is_shown_page_by_page(self, reader: TestClient, warehouse: str) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute(MANY_DEALS, [120])
        assert len(re.findall('data-label="Сделка"', text(reader, "clients/4"))) == 50
        assert len(re.findall('data-label="Сделка"', text(reader, "clients/4?deals=3"))) == 20

    @pytest.mark.parametrize("number", ["99", "0", "x", str(2**70)])
    def test_an_unknown_client_is_a_page_that_does_not_exist(self, reader: TestClient, number: str) -> None:
        assert "Такой страницы нет" in text(reader, f"clients/{number}", 404)


@pytest.mark.usefixtures("example")
class TestBesideTheDagRun:
    def test_one_source_leads_straight_to_its_report(self, reader: TestClient) -> None:
        answer = reader.get("/deal-import/dag-run?dag_id=deal_import&run_id=manual__4")
        assert answer.status_code == 303
        assert answer.headers["Location"] == "runs/4"

    def test_several_sources_are_listed(self, reader: TestClient) -> None:
        page = text(reader, "dag-run?dag_id=deal_import&run_id=two_sources")
        assert re.findall(r'href="\./runs/(\d+)"', page) == ["6", "7"]

    def test_a_run_without_a_report_yet_says_so(self, reader: TestClient) -> None:
        assert "Отчёта ещё нет" in text(reader, "dag-run?dag_id=deal_import&run_id=unknown")

    def test_a_run_of_another_dag_is_told_that_it_has_none(self, reader: TestClient) -> None:
        page = text(reader, "dag-run?dag_id=somebody_elses&run_id=scheduled__2")
        assert "Здесь показываются отчёты DAG deal_import" in page

    def test_the_button_can_follow_a_run(self, reader: TestClient) -> None:
        answer = reader.get("/deal-import/dag-run.json?run_id=scheduled__2").json()
        assert [(run["link"], run["words"]) for run in answer] == [("runs/2", "частично")]
        assert "отклонено: 4" in answer[0]["counted"]


class TestWithoutTheDatabase:
    def test_a_database_that_does_not_answer_is_a_plain_message(
        self, reader: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nowhere = "postgresql://somebody:pass-word@127.0.0.1:1/warehouse"
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", connection_to(nowhere))
        page = text(reader, "", 503)
        assert "База данных недоступна" in page
        assert "somebody" not in page
        assert "127.0.0.1" not in page

    def test_a_missing_connection_is_the_same_message(
        self, reader: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AIRFLOW_CONN_WAREHOUSE")
        assert "База данных недоступна" in text(reader, "", 503)

    def test_a_database_without_our_tables_asks_for_the_migrations(
        self, reader: TestClient, warehouse: str
    ) -> None:
        with psycopg.connect(warehouse) as connection:
            connection.execute("drop schema ops cascade")
        assert "нужно выполнить миграции" in text(reader, "", 503)

    def test_the_pages_cannot_write_even_by_mistake(self, warehouse: str) -> None:
        from plugins.ui.warehouse import open_reader

        opened = open_reader()
        connection = next(opened)._connection
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("delete from ops.run")
        opened.close()


def test_an_empty_warehouse_has_pages_that_say_so(reader: TestClient) -> None:
    assert text(reader, "").count("ещё не запускался") == 3
    assert "Импорт ещё ни разу не запускался" in text(reader, "runs")
