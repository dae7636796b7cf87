"""«Воронка»: over rows in a real Postgres, through Airflow's own web app."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from fastapi.testclient import TestClient
from psycopg import sql

THIN, FIXED = "\u202f", "\u00a0"
EXAMPLE = Path(__file__).parent / "funnel.sql"
PAGES = [
    *("", "state", "mapping", "mapping/data.json", "starter.yaml", "utm", "refusals", "leads/41000001"),
    *("runs", "runs/701", "dag-run.json?run_id=x"),
]
NOTHING = """
truncate mart.amocrm_funnel, mart.amocrm_container, mart.amocrm_container_status,
    mart.amocrm_lead_funnel_state, mart.amocrm_lead_container_pass,
    mart.amocrm_lead_container_interval, mart.amocrm_mapping_issue
"""
RESET = f"{NOTHING}, mart.amocrm_config_build"
SETTINGS_WITH_FUNNELS = """
timezone: account
funnels:
  - id: mine
    title: Моя воронка
    containers:
      - {id: open, title: В работе, statuses: [[8200011, 101], [8200011, 102], [8200011, 103]]}
      - {id: done, title: Акты, marker: success, statuses: [[8200011, 142]]}
policies: {backfill: visited_only}
"""
NEVER = """
truncate ops.run, ops.run_log, ops.connection, mart.amocrm_account, mart.amocrm_pipeline, mart.amocrm_status,
    mart.amocrm_lead, mart.amocrm_lead_path, mart.amocrm_path, mart.amocrm_config_build,
    mart.amocrm_funnel, mart.amocrm_container, mart.amocrm_container_status, mart.amocrm_mapping_issue cascade
"""
MANY = """
insert into mart.amocrm_lead (
    account, lead_id, name, price, pipeline_id, status_id, created_at, updated_at, fingerprint, first_run_id,
    changed_run_id
)
select 'amocrm', 50000000 + n, 'Одинаковая ' || n, n, 8200011, 143, now(), now(), 'f', 700, 700
from generate_series(1, 130) as n;
insert into mart.amocrm_lead_funnel_state (
    account, lead_id, funnel_id, container_id, position, marker, since, is_outside, price, sales_volume,
    success_amount, returned_amount, history_complete, created_at, created_day, changed_run_id
)
select 'amocrm', 50000000 + n, 'licenses', 'lost', 6, 'refusal',
    timestamptz '2026-06-01' + interval '1 second' * (n / 10), false, n, 0, 0, 0, true, now(),
    date '2026-06-01', 700
from generate_series(1, 130) as n
"""

TRACKED = """
insert into mart.amocrm_custom_field (
    account, entity_type, field_id, name, code, type, is_computed, sort, is_gone, changed_run_id
) values
    ('amocrm', 'leads', 1500201, 'utm_source', 'UTM_SOURCE', 'tracking_data', false, 3, false, 700),
    ('amocrm', 'leads', 1500202, 'Хвост', 'GCLIENTID', 'tracking_data', false, 4, false, 700);
insert into mart.amocrm_lead_custom_field_value (account, lead_id, field_id, value_index, value_text) values
    ('amocrm', 41000001, 1500201, 0, ' yandex '), ('amocrm', 41000001, 1500202, 0, 'GA1.2.17 больше')
"""
AT_SUCCESS = """
update mart.amocrm_config_build set settings = jsonb_set(settings, '{policies,price_basis}', '"at_success"');
update mart.amocrm_lead_funnel_state set price = 700, sales_volume = 700, success_amount = 700
where lead_id = 41000001
"""

TRIED = """
insert into ops.run (
    run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at, finished_at, counters, error
) overriding system value values
(
    710, 'amocrm_statuses', 'a_mistyped', 'manual__10', 'manual', false, 'failed', '2026-08-03 10:00+00',
    '2026-08-03 10:01+00', '{}', 'Токены не приняты'
);
insert into ops.connection (target, account, host, state, reason, changed_at, run_id) values
('amocrm', 'a_mistyped', 'mistyped.amocrm.ru', 'reauth_required', 'Токены не приняты', '2026-08-03', 710)
"""
OLD = """
insert into mart.amocrm_account (
    account, account_id, name, subdomain, host, timezone, currency, is_filter_enabled, is_loss_reason_enabled,
    changed_run_id
) values (
    'amocrm_old', 31000009, 'Старый', 'old-sales', 'old-sales.amocrm.ru', 'Europe/Moscow', 'RUB', true, true,
    704
)
"""


@pytest.fixture
def account(warehouse: str, settings_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fill the warehouse with a licence seller's leads, and give it settings and a connection."""
    (settings_folder / "amocrm_statuses.yaml").write_text("timezone: account", encoding="utf-8")
    monkeypatch.setenv(
        "AIRFLOW_CONN_AMOCRM",
        '{"conn_type": "http", "host": "https://demo-sales.amocrm.ru", "password": "hidden-secret"}',
    )
    with psycopg.connect(warehouse) as connection:
        connection.execute(EXAMPLE.read_bytes())
    return warehouse


def run_sql(warehouse: str, statement: str) -> None:
    with psycopg.connect(warehouse) as connection:
        connection.execute(statement.encode())


def text(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/funnel/{address}")
    assert answer.status_code == status, answer.text
    return answer.text


def said(html: str) -> str:
    """Read what a person sees, tags taken out and spaces made plain."""
    plain = unescape(re.sub(r"<[^>]*>", " ", html)).replace(THIN, " ").replace(FIXED, " ")
    return " ".join(plain.split()).replace(" ,", ",")


def rows(page: str, table: str) -> list[str]:
    found = re.search(rf'<table class="{table}">.*?</table>', page, re.DOTALL)
    return re.findall(r"<tr[ >].*?</tr>", found[0].partition("<tbody>")[2], re.DOTALL) if found else []


def row_with(page: str, table: str, words: str) -> str:
    return next(said(row) for row in rows(page, table) if words in said(row))


def draft_of(client: TestClient) -> dict[str, Any]:
    """Give the mapping that the page begins with, as it would send it."""
    data = client.get("/funnel/mapping/data.json").json()
    return {"funnels": data["funnels"], "policies": {"backfill": data["backfill"]}, "months": [None, None]}


def tried(client: TestClient, draft: object, status: int = 200) -> dict[str, Any]:
    answer = client.post("/funnel/mapping/preview", json=draft)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json() if status == 200 else {}
    return found


def container(answer: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in answer["funnels"][0]["containers"] if each["id"] == name)
    return found


def moved(draft: dict[str, Any], status: str, target: str) -> dict[str, Any]:
    for each in draft["funnels"][0]["containers"]:
        each["statuses"] = [key for key in each["statuses"] if key != status]
        if each["id"] == target:
            each["statuses"].append(status)
    return draft


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_for_those_who_may_read_runs(account: str, anonymous: TestClient, address: str) -> None:
    assert anonymous.get(f"/funnel/{address}").status_code == 401


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens(account: str, reader: TestClient, address: str) -> None:
    assert reader.get(f"/funnel/{address}").status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_texts_of_the_account_are_never_html(account: str, reader: TestClient, address: str) -> None:
    if not address.endswith((".json", ".yaml")):
        page = text(reader, address)
        assert "<script>alert" not in page
        assert not re.search(r"<(b|i|u)>[^<]*(человек|Лесной)", page)


def test_the_preview_is_for_those_who_may_read_runs(account: str, anonymous: TestClient) -> None:
    assert anonymous.post("/funnel/mapping/preview", json={"funnels": []}).status_code == 401


def test_the_page_tells_how_the_connection_stands(account: str, reader: TestClient) -> None:
    page = said(text(reader, ""))
    assert "Подключено с 01.08.2026 06:05" in page  # the account's zone
    assert "Лицензии <и> Ко аккаунт № 31000001" in page
    assert "9 сделок и 1 удалённая" in page
    assert "в воронках 8, ни в одной 1" in page
    assert "сходится до последней сделки" in page


def test_the_chart_tells_what_leads_passed_and_what_is_implied(account: str, reader: TestClient) -> None:
    page = text(reader, "")
    assert row_with(page, "funnel", "Проработка заявки").endswith("8 8 — 100 % — 0 и 1 вне воронки")
    assert row_with(page, "funnel", "Расчет КП").endswith("5 2 3 62,5 % 62,5 % 0")
    assert "Акты выставлены Завершенная сделка" in row_with(page, "funnel", "Акты")


def test_money_is_told_as_the_marts_have_it(account: str, reader: TestClient) -> None:
    page = said(text(reader, ""))
    assert "Объём продаж 1 500,00 ₽ Когда-либо завершено 2 630,00 ₽ Возвраты 1 000,00 ₽" in page


def test_prices_at_success_are_those_of_the_marts_and_the_preview_says_that_its_own_are_not(
    account: str, reader: TestClient
) -> None:
    assert "нынешней сумме" not in text(reader, "mapping")
    assert reader.get("/funnel/mapping/data.json").json()["price_basis"] == "current"
    run_sql(account, AT_SUCCESS)
    assert "Объём продаж 1 200,00 ₽ Когда-либо завершено 2 330,00 ₽" in said(text(reader, ""))
    assert "Суммы на момент успеха" in said(text(reader, ""))
    assert "по нынешней сумме сделки" in text(reader, "mapping")
    assert reader.get("/funnel/mapping/data.json").json()["price_basis"] == "at_success"
    assert container(tried(reader, draft_of(reader)), "won")["sales_volume"] == "1500.00"


def test_months_narrow_the_funnel(account: str, reader: TestClient) -> None:
    page = said(text(reader, "?from=2026-01&to=2026-01"))
    assert "Сделки 2 Завершены 2 Отказы 0" in page
    text(reader, "?from=nonsense", 404)


@pytest.mark.parametrize("address", ["", "utm", "refusals"])
def test_a_period_turned_round_is_told_and_turned_back_by_a_link(
    account: str, reader: TestClient, address: str
) -> None:
    page = text(reader, f"{address}?from=2026-03&to=2026-01")
    assert "Период перевёрнут: 03.2026 позже, чем 01.2026" in said(page)
    (back,) = re.findall(r'<a href="([^"]*)">Поменять местами', page)
    assert "from=2026-01" in back
    assert "to=2026-03" in back
    for months in ("from=2026-01&to=2026-03", "from=2026-02&to=2026-02", "to=2026-01"):
        assert "перевёрнут" not in text(reader, f"{address}?{months}")


def test_the_preview_tells_a_period_turned_round(account: str, reader: TestClient) -> None:
    draft = draft_of(reader)
    answer = tried(reader, {**draft, "months": ["2026-03", "2026-01"]})
    assert "период перевёрнут" in answer["remarks"][0]["text"]
    answer = tried(reader, {**draft, "months": ["2026-01", "2026-03"]})
    assert not any("перевёрнут" in remark["text"] for remark in answer["remarks"])


def test_an_unknown_funnel_or_account_is_not_found(account: str, reader: TestClient) -> None:
    text(reader, "?funnel=none", 404)
    text(reader, "?account=none", 404)
    text(reader, "leads/7", 404)


def test_another_account_that_has_run_is_shown_with_its_own_connection(
    account: str, reader: TestClient
) -> None:
    page = said(text(reader, "?account=amocrm_old"))
    assert "Отключено с 02.01.2026" in page
    assert "Отключил <b>человек</b>" in page


def test_buttons_are_for_those_who_may_start_the_dag(
    account: str, reader: TestClient, settings_folder: Path
) -> None:
    assert 'name="operation"' not in text(reader, "")


def test_who_may_start_has_the_buttons_and_words_to_type(account: str, starter: TestClient) -> None:
    page = text(starter, "")
    assert re.findall(r'name="operation" value="(\w+)"', page) == [
        "disconnect",
        "reset",
        "connect",
        "starter",
    ]
    assert page.count("Чтобы подтвердить, наберите слово") == 2


def disconnecting(page: str) -> str:
    found = re.search(
        r'<form class="[^"]*operation"(?:(?!</form>).)*value="disconnect".*?</form>', page, re.DOTALL
    )
    assert found
    return found[0]


def test_what_is_disconnected_is_not_disconnected_again(account: str, starter: TestClient) -> None:
    form = disconnecting(text(starter, ""))
    assert '<button type="submit">Отключить' in form
    assert '<p class="done" hidden>' in form
    run_sql(account, "update ops.connection set state = 'disconnected' where account = 'amocrm'")
    page = text(starter, "")
    form = disconnecting(page)
    assert '<button type="submit" disabled>Отключить' in form
    assert '<p class="done">Подключение уже отключено.' in form
    assert page.count(" disabled>") == 2  # the word to type, too
    assert 'data-connection="disconnected"' in text(starter, "state")


def test_since_when_it_stands_so_is_never_broken_inside(account: str, reader: TestClient) -> None:
    assert f"с{FIXED}01.08.2026{FIXED}06:05" in text(reader, "")


@pytest.mark.parametrize("address", ["", "utm", "leads/41000001", "static/funnel.js"])
def test_sales_volume_is_spelt_in_one_way(account: str, reader: TestClient, address: str) -> None:
    page = text(reader, address)
    assert "объём продаж" in page.lower()
    assert "объем" not in page.lower()


def test_remarks_lead_to_their_leads(account: str, reader: TestClient) -> None:
    page = text(reader, "")
    told = row_with(page, "issues", "не сопоставлен")
    assert "Спор <b> · Лицензии 3 41000010, 41000018, 41000020" in told
    assert 'href="./leads/41000018"' in page


def test_a_lead_is_found_by_number_and_by_a_part_of_its_name(account: str, reader: TestClient) -> None:
    assert "Сразу акты" in row_with(text(reader, "?sought=41000002"), "leads", "Сразу")
    assert len(rows(text(reader, "?sought=отказ"), "leads")) == 2
    # signs of a pattern are taken as they stand
    assert len(rows(text(reader, "?sought=100%25_"), "leads")) == 1
    assert "Таких сделок нет" in text(reader, "?sought=нет такой")


def test_found_leads_go_on_page_by_page(account: str, reader: TestClient) -> None:
    run_sql(account, MANY)
    page = text(reader, "?sought=Одинаковая")
    assert len(rows(page, "leads")) == 50
    onward = re.search(r'href="\./(\?[^"]*before=\d+)#leads" rel="next"', page)
    assert onward
    assert len(rows(text(reader, unescape(onward[1])), "leads")) == 50


def test_broken_settings_are_told_and_the_marts_stay_visible(
    account: str, reader: TestClient, settings_folder: Path
) -> None:
    (settings_folder / "amocrm_statuses.yaml").write_text("acount: {}", encoding="utf-8")
    page = said(text(reader, ""))
    assert "Настройки не читаются" in page
    assert "Расчет КП" in page
    assert "сопоставление, по которому построены витрины" in said(text(reader, "mapping"))


def accounts_offered(page: str) -> list[str]:
    found = re.search(r'<select name="account">.*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>([^<]*)", found[0]) if found else []


@pytest.mark.parametrize("settings", ["acount: {}", "timezone: account"])
def test_an_account_that_was_merely_tried_is_not_offered(
    account: str, reader: TestClient, settings_folder: Path, settings: str
) -> None:
    run_sql(account, TRIED)
    (settings_folder / "amocrm_statuses.yaml").write_text(settings, encoding="utf-8")
    assert accounts_offered(text(reader, "")) == []
    run_sql(account, OLD)
    assert accounts_offered(text(reader, "")) == ["amocrm", "amocrm_old"]


def test_without_settings_the_pages_are_about_the_account_that_was_published_last(
    account: str, reader: TestClient, settings_folder: Path
) -> None:
    run_sql(account, TRIED)
    run_sql(account, OLD)
    (settings_folder / "amocrm_statuses.yaml").write_text("acount: {}", encoding="utf-8")
    page = said(text(reader, ""))
    assert "Лицензии <и> Ко аккаунт № 31000001" in page
    assert "Нужно подключить заново" not in page
    assert "yandex" in text(reader, "utm")
    assert "Ольга Снегова" in text(reader, "leads/41000001")
    mapping = said(text(reader, "mapping"))
    assert "ещё не читались" not in mapping
    assert "сопоставление, по которому построены витрины" in mapping
    run_sql(account, "update ops.run set started_at = '2026-09-01' where run_id = 704")
    assert "old-sales.amocrm.ru" in text(reader, "")


def test_without_settings_and_data_the_pages_are_about_the_account_that_ran_last(
    account: str, reader: TestClient, settings_folder: Path
) -> None:
    run_sql(account, NEVER)
    run_sql(account, TRIED)
    (settings_folder / "amocrm_statuses.yaml").write_text("acount: {}", encoding="utf-8")
    assert "Нужно подключить заново" in text(reader, "")
    mapping = said(text(reader, "mapping"))
    assert "ещё не читались" in mapping
    assert "Ниже сопоставление" not in mapping


@pytest.mark.parametrize("address", ["", "mapping", "utm", "refusals"])
def test_from_an_account_without_data_another_one_is_a_choice_away(
    account: str, reader: TestClient, monkeypatch: pytest.MonkeyPatch, settings_folder: Path, address: str
) -> None:
    run_sql(account, TRIED)
    monkeypatch.setenv("AIRFLOW_CONN_A_MISTYPED", '{"conn_type": "http", "host": "https://x.amocrm.ru"}')
    (settings_folder / "amocrm_statuses.yaml").write_text("account: {connection: a_mistyped}", "utf-8")
    page = text(reader, address)
    assert accounts_offered(page) == ["a_mistyped", "amocrm"]
    assert '<option value="" selected>a_mistyped' in page


def test_an_account_that_was_merely_tried_is_there_for_who_asks_for_it(
    account: str, reader: TestClient
) -> None:
    run_sql(account, TRIED)
    page = text(reader, "?account=a_mistyped")
    assert "Нужно подключить заново" in page
    assert accounts_offered(page) == ["amocrm", "a_mistyped"]


def test_without_funnels_the_page_leads_to_the_mapping(account: str, reader: TestClient) -> None:
    run_sql(account, NOTHING)
    assert 'href="./mapping">Перейти к сопоставлению' in text(reader, "")
    for address in ("utm", "refusals"):
        assert "Воронок ещё нет" in text(reader, address)


def test_after_a_reset_the_pages_show_the_mapping_of_the_settings_and_that_it_is_to_be_built(
    account: str, reader: TestClient, settings_folder: Path
) -> None:
    (settings_folder / "amocrm_statuses.yaml").write_text(SETTINGS_WITH_FUNNELS, encoding="utf-8")
    run_sql(account, RESET)
    for address in ("", "utm", "refusals", "leads/41000001"):
        assert "Воронки из настроек ещё не построены" in text(reader, address)
    assert "Ниже сопоставление из файла настроек" in text(reader, "mapping")
    data = reader.get("/funnel/mapping/data.json").json()
    assert ([each["id"] for each in data["funnels"]], data["is_starter"]) == (["mine"], False)
    assert data["backfill"] == "visited_only"
    answer = tried(reader, draft_of(reader))
    assert container(answer, "done")["passed"] == 4
    assert "Моя воронка" in answer["yaml"]
    assert "backfill" not in answer["yaml"]


def test_before_the_first_run_the_page_says_how_to_begin(account: str, reader: TestClient) -> None:
    run_sql(account, NEVER)
    assert "ещё ни разу не читались" in text(reader, "")
    assert "запустите DAG один раз" in text(reader, "mapping")
    text(reader, "starter.yaml", 404)


def test_a_lead_tells_its_way_and_how_each_step_is_known(account: str, reader: TestClient) -> None:
    page = text(reader, "leads/41000001")
    steps = [said(row) for row in rows(page, "steps")]
    assert steps[0].endswith("Проработка заявки Лицензии Проработка заявки до первого события")
    assert steps[3].endswith("Акты по лицензиям выставлены Лицензии Акты выставлены по событию")
    assert "Ольга Снегова" in page
    assert "../../deal-import/clients/9101" in page
    assert 'href="https://demo-sales.amocrm.ru/leads/detail/41000001"' in page
    assert "599,50" in page
    assert "Дата акта 01.02.2026 " in said(page)
    assert "деление на ноль" in page
    assert "№ 66b0c1" in said(page)
    assert "yandex системное поле amoCRM" in said(page)


def test_a_mark_is_told_once_and_a_field_of_the_system_that_holds_more_is_not_lost(
    account: str, reader: TestClient
) -> None:
    run_sql(account, TRACKED)
    page = said(text(reader, "leads/41000001"))
    assert page.count("yandex") == 1
    assert "utm_source yandex" in page
    assert "Хвост GA1.2.17 больше" in page


def test_how_long_a_lead_has_stood_where_it_stands_is_told_alike_in_both_tables(
    account: str, reader: TestClient
) -> None:
    for table, column in (("lead_container_interval", "entered_at"), ("lead_container_pass", "open_since")):
        run_sql(
            account,
            f"update mart.amocrm_{table} set {column} = now() - interval '1025 days 1 hour'"
            " where lead_id = 41000001 and container_id = 'won'",
        )
    page = text(reader, "leads/41000001")
    assert "стоит сейчас 1 025 дней" in row_with(page, "stays", "Акты")
    assert row_with(page, "passes", "Акты").endswith(" 1 025 дней")
    assert "10 дней" in row_with(page, "stays", "Проработка")


def test_an_implied_pass_is_told_from_a_visit(account: str, reader: TestClient) -> None:
    passes = [said(row) for row in rows(text(reader, "leads/41000002"), "passes")]
    assert passes[1].startswith("Расчет КП подразумевается 25.01.2026")
    assert passes[0].startswith("Проработка заявки сделка здесь была")
    assert passes[3] == "Ждёт клиента Пауза в обработке нет — — —"


def test_a_lead_outside_and_a_deleted_one_say_so(account: str, reader: TestClient) -> None:
    assert "ушла в статус вне воронки" in text(reader, "leads/41000010")
    page = said(text(reader, "leads/41000019"))
    assert "Сделка удалена в amoCRM 09.03.2026 13:00: лежит в корзине amoCRM" in page
    assert "Сделка удалена в amoCRM: из витрин ушла" in page  # the log


def test_sales_are_told_by_source_and_go_deeper(account: str, reader: TestClient) -> None:
    page = text(reader, "utm")
    assert row_with(page, "utm", "yandex") == "yandex 3 2 66,7 % 1 500,00 ₽ 1 500,00 ₽ 0,00 ₽ 1 500,00 ₽"
    assert row_with(page, "utm", "(не указано)").startswith("(не указано) 5 0 0 %")
    deeper = text(reader, "utm?source=yandex&medium=cpc")
    assert {said(row).split()[0] for row in rows(deeper, "utm")} == {"brand", "generic", "Всего"}
    assert "Сделок с такими метками" in text(reader, "utm?source=none")


def test_sales_of_all_sources_come_to_the_sums_of_the_funnel(account: str, reader: TestClient) -> None:
    total = re.search(r"<tfoot>.*?</tfoot>", text(reader, "utm"), re.DOTALL)
    assert total
    assert said(total[0]) == "Всего 8 2 25 % 1 500,00 ₽ 2 630,00 ₽ 1 000,00 ₽ 1 630,00 ₽"


def copy_lead(connection: psycopg.Connection[Any], table: str, copies: int) -> None:
    """Let a table hold a lead many times, under other numbers."""
    columns = connection.execute(
        "select attname from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
        [table],
    )
    names = sql.SQL(", ").join([sql.Identifier(name) for (name,) in columns])
    copying = sql.SQL("""
        insert into {table} ({names})
        select {names} from (
            select (jsonb_populate_record(lead, jsonb_build_object('lead_id', 42000000 + place))).*
            from {table} as lead cross join generate_series(1, %s) as place
            where lead.lead_id = 41000010
        ) as copied
    """)
    placed = sql.Identifier(*table.split("."))
    connection.execute(copying.format(table=placed, names=names), [copies])


def test_more_sources_than_a_page_shows_are_counted_all_the_same(account: str, reader: TestClient) -> None:
    with psycopg.connect(account) as connection:
        for table in ("mart.amocrm_lead", "mart.amocrm_lead_funnel_state"):
            copy_lead(connection, table, 210)
        connection.execute(
            "insert into mart.amocrm_lead_utm (account, lead_id, utm_source, provenance)"
            " select account, lead_id, 'source ' || lead_id, '{}'"
            " from mart.amocrm_lead where lead_id > 42000000"
        )
    page = text(reader, "utm")
    assert len(rows(page, "utm")) == 200 + 1
    assert "Показаны 200 значений" in page
    total = re.search(r"<tfoot>.*?</tfoot>", page, re.DOTALL)
    assert total
    assert said(total[0]).startswith("Всего 218 ")


def test_refusals_are_told_three_ways_and_lead_to_leads(account: str, reader: TestClient) -> None:
    page = text(reader, "refusals")
    assert [said(row) for row in rows(page, "totals group-reason")] == [
        "(не указано) 1 300,00 ₽",
        "Дорого 1 300,00 ₽",
    ]
    assert [said(row) for row in rows(page, "totals group-container")] == [
        "Договор <b> 1 300,00 ₽",
        "Проработка заявки 1 300,00 ₽",
    ]
    assert len(rows(page, "refused")) == 2
    narrowed = text(reader, "refusals?reason=-")
    assert [said(row).split(" сделка")[0] for row in rows(narrowed, "refused")] == [
        "Отказ после договора 100%_"
    ]


def test_refused_leads_go_on_page_by_page_and_none_is_left_out(account: str, reader: TestClient) -> None:
    run_sql(account, MANY)
    found: list[str] = []
    address: str | None = "refusals"
    while address:
        page = text(reader, address)
        found += re.findall(r"leads/(\d+)", "".join(rows(page, "refused")))
        onward = re.search(r'href="\./(refusals\?[^"]*)#leads" rel="next"', page)
        address = unescape(onward[1]) if onward else None
    assert len(found) == len(set(found)) == 132


def test_the_mapping_begins_with_what_the_marts_hold(account: str, reader: TestClient) -> None:
    data = reader.get("/funnel/mapping/data.json").json()
    assert [each["id"] for each in data["funnels"][0]["containers"]] == [
        "new",
        "quote",
        "contract",
        "hold",
        "won",
        "lost",
        "back",
    ]
    assert data["is_starter"] is False
    licences = data["pipelines"][0]
    assert {each["name"]: each["leads"] for each in licences["statuses"]}["Спор <b>"] == 3
    assert next(each for each in licences["statuses"] if each["name"] == "Старый этап")["is_gone"]


def test_without_funnels_the_mapping_begins_with_the_starter(account: str, reader: TestClient) -> None:
    run_sql(account, NOTHING)
    data = reader.get("/funnel/mapping/data.json").json()
    assert data["is_starter"] is True
    markers = [each["marker"] for funnel in data["funnels"] for each in funnel["containers"]]
    assert markers.count("success") == markers.count("refusal") == 1
    assert tried(reader, draft_of(reader))["funnels"]


def test_the_preview_of_the_published_mapping_is_what_the_marts_hold(
    account: str, reader: TestClient
) -> None:
    answer = tried(reader, draft_of(reader))
    funnel = answer["funnels"][0]
    assert (funnel["leads"], funnel["successes"], funnel["refusals"]) == (8, 2, 2)
    assert (funnel["sales_volume"], funnel["returned_amount"]) == ("1500.00", "1000.00")
    assert container(answer, "quote") | {"id": ""} == {
        **{"id": "", "passed": 5, "visited": 2, "implied": 3, "here": 0, "outside": 0, "sales_volume": "0"},
    }
    assert answer["unmapped"] == {"known": 9, "leads": 1, "now_unmapped": 3, "statuses": ["8200011:106"]}


def test_moving_a_status_shows_at_once_what_it_would_change(account: str, reader: TestClient) -> None:
    draft = moved(draft_of(reader), "8200011:106", "hold")
    answer = tried(reader, draft)
    assert container(answer, "hold")["here"] == 3
    assert container(answer, "won")["outside"] == 0
    assert answer["unmapped"]["leads"] == 0
    spelled = yaml.safe_load(answer["yaml"])
    hold = next(each for each in spelled["funnels"][0]["containers"] if each["id"] == "hold")
    assert [8200011, 106] in hold["statuses"]


def test_the_preview_saves_nothing(account: str, reader: TestClient) -> None:
    tried(reader, moved(draft_of(reader), "8200011:106", "hold"))
    with psycopg.connect(account) as connection:
        found = connection.execute("select count(*) from mart.amocrm_container_status").fetchone()
    assert found == (10,)


def test_the_other_policy_implies_nothing_before_open_containers(account: str, reader: TestClient) -> None:
    draft = draft_of(reader)
    draft["policies"]["backfill"] = "visited_only"
    answer = tried(reader, draft)
    assert container(answer, "quote")["implied"] == 2  # of the sales that skipped it
    assert "visited_only" in answer["yaml"]


def test_a_wrong_mapping_is_told_in_words(account: str, reader: TestClient) -> None:
    draft = draft_of(reader)
    draft["funnels"][0]["containers"][0]["marker"] = "success"
    draft["funnels"][0]["containers"][1]["statuses"].append("8200011:101")
    answer = tried(reader, draft)
    assert answer["funnels"] is None
    assert {remark["level"] for remark in answer["remarks"]} == {"error"}
    assert len(answer["remarks"]) >= 2
    assert not re.search(
        r"\b(value|input|should|field)\b", " ".join(remark["text"] for remark in answer["remarks"])
    )


@pytest.mark.parametrize("status", ["x", "8200011", "8200011:x", ":", "-1:5", "0:0", "9" * 400 + ":1"])
def test_a_status_that_is_none_is_a_remark(account: str, reader: TestClient, status: str) -> None:
    draft = draft_of(reader)
    draft["funnels"][0]["containers"][0]["statuses"].append(status)
    assert "error" in [remark["level"] for remark in tried(reader, draft)["remarks"]]


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ([], 400),
        ({"funnels": "x"}, 400),
        ({"funnels": [], "more": 1}, 400),
        ({"funnels": [], "months": ["2026-13", None]}, 404),
        (
            {
                "funnels": [
                    {
                        "id": "a",
                        "title": "a",
                        "containers": [{"id": "b", "title": "b", "statuses": ["1:1"] * 5001}],
                    }
                ]
            },
            400,
        ),
        ({"funnels": [{"id": "a" * 300_000, "title": "a"}]}, 413),
    ],
)
def test_what_is_no_mapping_is_refused(account: str, reader: TestClient, draft: object, status: int) -> None:
    tried(reader, draft, status)


def test_a_form_of_another_site_cannot_ask_for_a_preview(account: str, reader: TestClient) -> None:
    answer = reader.post("/funnel/mapping/preview", data={"funnels": "[]"})
    assert answer.status_code == 415
    answer = reader.post("/funnel/mapping/preview", content="{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_the_starter_is_a_settings_file(account: str, reader: TestClient) -> None:
    answer = reader.get("/funnel/starter.yaml")
    assert yaml.safe_load(answer.text)["funnels"]
    assert "amocrm_statuses.yaml" in answer.headers["content-disposition"]


def test_a_run_tells_leads_and_links_to_them(account: str, reader: TestClient) -> None:
    page = text(reader, "runs/701")
    assert 'href="../leads/41000001?run=701"' in page
    told = row_with(page, "log", "41000001")
    assert (
        "Сделка перешла в другой контейнер: «Договор» → «Акты выставлены», объём продаж 0,00 → 1 000,00"
        in told
    )
    assert len(rows(text(reader, "runs/701?record=41000019"), "log")) == 1


@pytest.mark.parametrize(
    ("state", "counters", "codes", "told"),
    [
        ("success", "{}", ["AMO_DISCONNECTED"], "вручную: отключение"),
        ("skipped", "{}", ["AMO_DISCONNECTED"], "вручную"),
        ("success", "{}", ["AMO_RESET"], "вручную: сброс"),
        ("success", "{}", ["AMO_CONNECTED"], "вручную: подключение"),
        ("success", "{}", [], "вручную: подключение"),
        ("success", "{}", ["AMO_STARTER"], "вручную: заготовка настроек"),
        ("success", '{"entered": 0}', ["SDH_STATUSES"], "вручную: статусы в Smart Data Hub"),
        ("success", '{"unchanged": 8}', ["AMO_FULL_BUILD"], "вручную: витрины построены заново"),
        ("success", '{"unchanged": 8}', [], "вручную"),
        ("failed", "{}", [], "вручную"),
        ("running", "{}", [], "вручную"),
    ],
)
def test_the_log_of_runs_tells_what_a_run_was_for(
    account: str, reader: TestClient, state: str, counters: str, codes: list[str], told: str
) -> None:
    with psycopg.connect(account) as connection:
        connection.execute(
            "insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, state, started_at, counters)"
            " overriding system value values (720, 'amocrm_statuses', 'amocrm', 'manual__20', 'manual', %s,"
            " '2026-08-05 10:00+00', %s)",
            [state, counters],
        )
        for seq, code in enumerate(codes, 1):
            connection.execute(
                "insert into ops.run_log (run_id, seq, severity, codes) values (720, %s, 'info', %s)",
                [seq, [code]],
            )
    cell = re.search(r'<div class="faint">([^<]*)</div>', rows(text(reader, "runs"), "runs")[0])
    assert cell
    assert cell[1] == told
    assert f'<span class="faint">{told}</span>' in text(reader, "runs/720")
    assert f'<span class="faint">{told}</span>' in text(reader, "")


def test_a_build_is_told_of_a_run_whose_log_begins_with_many_leads(account: str, reader: TestClient) -> None:
    assert "по расписанию: витрины построены заново" in row_with(text(reader, "runs"), "runs", "№ 700")
    assert row_with(text(reader, "runs"), "runs", "№ 701").count("заново") == 0


def test_coverage_is_told_pipeline_by_pipeline(account: str, reader: TestClient) -> None:
    assert "«Лицензии» 6 из 9, не сопоставлены «Спор»" in said(text(reader, "runs/700"))


def test_secrets_are_on_no_page(account: str, reader: TestClient) -> None:
    assert not any("hidden-secret" in text(reader, address) for address in PAGES)


UNREAD = """
insert into mart.amocrm_unread_lead (account, lead_id, problem, since, asked_at, first_run_id) values
(
    'amocrm', 41000005, 'сделка 41000005: «Бюджет» не читается',
    '2026-08-01 01:05+00', '2026-08-02 02:05+00', 700
),
(
    'amocrm', 41000077, 'amoCRM: сделка 41000077: нет «status_id» <b>',
    '2026-08-02 02:05+00', '2026-08-02 02:05+00', 701
);
insert into mart.amocrm_unread_events (
    account, from_at, to_at, types, lead_ids, event_ids, problem, since, asked_at, first_run_id
) values
(
    'amocrm', '2026-02-04 10:00+00', '2026-02-04 10:00:02+00', 'lead_status_changed', '{}', '{e1,e2}',
    'amoCRM: событие e1: нет «entity_id»', '2026-08-02 02:05+00', '2026-08-02 02:05+00', 701
),
(
    'amocrm', '2026-02-05 10:00+00', '2026-02-05 10:00:02+00', 'lead_status_changed', '{41000003}', '{e3}',
    'amoCRM: событие e3: нет «created_at»', '2026-08-02 02:05+00', '2026-08-02 02:05+00', 701
)
"""


@pytest.mark.parametrize(
    ("kind", "told"), [("numeric", "400,5"), ("monetary", "400,50"), ("price", "400,50")]
)
def test_only_fields_of_money_are_written_as_money(
    account: str, reader: TestClient, kind: str, told: str
) -> None:
    run_sql(account, f"update mart.amocrm_custom_field set type = '{kind}' where field_id = 1500102")
    assert f"Себестоимость {told} " in said(text(reader, "leads/41000001"))


def test_what_does_not_read_is_told_with_its_reason_and_where_to_mend_it(
    account: str, reader: TestClient
) -> None:
    run_sql(account, UNREAD)
    page = text(reader, "")
    assert "Не читается 5 записей" in said(page)
    told = [said(row) for row in rows(page, "unread")]
    assert ["сделка № 41000005" in told[0], "«Бюджет» не читается" in told[0]] == [True, True]
    assert "01.08.2026" in told[0]
    assert "запуск № 700" in told[0]
    assert ["сделка № 41000077" in told[1], "нет «status_id» <b>" in told[1]] == [True, True]
    assert ["2 события" in told[2], "04.02.2026" in told[2]] == [True, True]
    assert "1 событие" in told[3]
    known, unknown, events, of_a_lead = rows(page, "unread")
    assert 'href="./leads/41000005"' in known
    assert 'href="./leads/' not in unknown  # a lead that has never read has no page of its own
    assert 'href="https://demo-sales.amocrm.ru/leads/detail/41000077"' in unknown
    assert "leads/" not in events
    assert 'href="./leads/41000003"' in of_a_lead


def test_where_everything_reads_nothing_is_said_of_it(account: str, reader: TestClient) -> None:
    assert "Не читается" not in said(text(reader, ""))


def test_what_does_not_read_of_another_account_is_not_told(account: str, reader: TestClient) -> None:
    run_sql(account, UNREAD)
    assert "Не читается" not in said(text(reader, "?account=amocrm_old"))


def test_of_many_records_that_do_not_read_the_oldest_are_shown(account: str, reader: TestClient) -> None:
    run_sql(
        account,
        "insert into mart.amocrm_unread_lead (account, lead_id, problem, since, asked_at, first_run_id)"
        " select 'amocrm', 42000000 + n, 'не читается', timestamptz '2026-08-01' - interval '1 day' * n,"
        " now(), 700 from generate_series(1, 103) as n",
    )
    page = text(reader, "")
    assert "Не читается 103 записи" in said(page)
    assert len(rows(page, "unread")) == 100
    assert "42000103" in rows(page, "unread")[0]
    assert "Показаны самые давние" in page


def test_a_lead_stands_where_its_newest_event_says(account: str, reader: TestClient) -> None:
    run_sql(account, "update mart.amocrm_lead set status_id = 101 where lead_id = 41000002")
    found = row_with(text(reader, "?sought=41000002"), "leads", "Сразу")
    assert "Акты по лицензиям выставлены" in found
    assert "Акты по лицензиям выставлены" in said(text(reader, "leads/41000002"))
