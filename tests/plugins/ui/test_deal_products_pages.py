"""«Товары в сделках»: over rows in a real Postgres, through Airflow's own web app."""

import re
import time
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

EXAMPLE = Path(__file__).parent / "deal_products.sql"
SETTINGS = "fields: [{property: GUIDES, field: UF_CRM_GUIDES}]"
PORTAL = '{"conn_type": "bitrix24", "host": "club.example.org", "login": "1", "password": "code-of-tests"}'
PAGES = ["", "deals/1", "changes", "runs", "runs/601", "dag-run.json?run_id=x"]
MANY = """
insert into mart.bitrix24_deal_product
    (account, deal_id, title, category_id, written, state, codes, seen_run_id)
select 'bitrix24', 100000 + n, 'Заявка ' || n, 3, '{"title": "Тур"}',
    case when n %% 10 = 0 then 'conflict' else 'copied' end, '{}', 601
from generate_series(1, %s) as n
"""


@pytest.fixture
def club(warehouse: str, settings_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fill the warehouse with a travel club's deals, and give it settings and a portal."""
    (settings_folder / "bitrix24_deal_products.yaml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", PORTAL)
    with psycopg.connect(warehouse) as connection:
        connection.execute(EXAMPLE.read_bytes())
    return warehouse


def html(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/deal-products/{address}")
    assert answer.status_code == status, answer.text
    return answer.text


def seconds_of(client: TestClient, address: str) -> float:
    """Open a page; give the seconds it took."""
    began = time.perf_counter()
    html(client, address)
    return time.perf_counter() - began


def seen(markup: str) -> str:
    """Read what a person sees, tags taken out."""
    return " ".join(re.sub(r"<[^>]*>", " ", markup).replace("&nbsp;", " ").split())


def deals(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr data-deal="(\d+)">', page)]


def row_of(page: str, number: int) -> str:
    [row] = re.findall(rf'<tr data-deal="{number}">.*?</tr>', page, re.DOTALL)
    return seen(row)


class TestAccess:
    @pytest.mark.parametrize("page", PAGES)
    def test_nobody_sees_a_page_without_logging_in(self, anonymous: TestClient, page: str) -> None:
        assert "Нужен вход" in html(anonymous, page, 401)

    @pytest.mark.usefixtures("club")
    @pytest.mark.parametrize("page", PAGES)
    def test_whoever_may_read_the_dag_sees_every_page(self, reader: TestClient, page: str) -> None:
        answer = reader.get(f"/deal-products/{page}")
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "style=" not in answer.text  # the policy would refuse it

    @pytest.mark.usefixtures("club")
    def test_only_who_may_start_the_dag_gets_its_form(self, reader: TestClient) -> None:
        assert "Нет права запускать DAG bitrix24_deal_products." in html(reader, "")

    @pytest.mark.usefixtures("club")
    def test_the_form_asks_for_what_the_dag_takes(self, starter: TestClient) -> None:
        form = html(starter, "")
        assert 'data-api="./../api/v2/dags/bitrix24_deal_products"' in form
        for name in ("deal_ids", "all_open", "dry_run", "allow_mass_update"):
            assert f'name="{name}"' in form
        assert 'data-kind="numbers"' in form


@pytest.mark.usefixtures("club")
class TestDeals:
    def test_the_newest_deals_are_first_and_only_those_of_the_portal(self, reader: TestClient) -> None:
        assert deals(html(reader, "")) == [8, 7, 6, 5, 4, 3, 2, 1]

    def test_a_deal_tells_its_product_and_what_was_taken_from_it(self, reader: TestClient) -> None:
        told = row_of(html(reader, ""), 1)
        assert "Камчатка № 1, Экспедиции" in told
        assert "товар № 7001" in told
        assert "данные товара в сделке" in told
        expected = "Название Камчатка Дата начала 10.08.2026 Дата завершения 21.08.2026 Артикул К-1"
        assert expected in told

    def test_own_fields_are_called_by_what_goes_into_them(self, reader: TestClient) -> None:
        assert "Свойство GUIDES Михаил; Анна" in row_of(html(reader, ""), 2)

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (2, "Название сделки меняли вручную: оставлено"),
            (3, "товаров несколько"),
            (4, "товара нет"),
            (5, "дата поездки не читается"),
            (6, "портал отклонил"),
            (7, "закрыта, не меняется Портал заменил дату поездки датой выигрыша"),
            (8, "последняя запись не подтверждена"),
        ],
    )
    def test_how_a_deal_stands_is_told_in_words(self, reader: TestClient, number: int, words: str) -> None:
        assert words in row_of(html(reader, ""), number)

    def test_names_are_texts_and_phones_in_them_are_hidden(self, reader: TestClient) -> None:
        page = html(reader, "")
        assert "&lt;b&gt;Как договорились&lt;/b&gt;" in page
        assert "921 000-12-34" not in page
        assert "000-12-34" not in html(reader, "deals/2")

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("?state=conflict", [3]),
            ("?code=B24_TITLE_KEPT", [2]),
            ("?sought=камч", [8, 7, 5, 1]),
            ("?sought=7003", [2]),
            ("?sought=5", [5]),
            ("?sought=%25", []),
            ("?state=copied&sought=алтай", [2]),
            ("?portal=elsewhere", []),
        ],
    )
    def test_deals_can_be_narrowed_down(self, reader: TestClient, asked: str, found: list[int]) -> None:
        if "elsewhere" in asked:
            html(reader, asked, 404)
        else:
            assert deals(html(reader, asked)) == found

    def test_what_is_narrowed_down_to_nothing_says_so(self, reader: TestClient) -> None:
        assert "Таких сделок нет." in html(reader, "?sought=nothing")

    def test_states_are_counted(self, reader: TestClient) -> None:
        counted = seen(html(reader, ""))
        assert "Все 8 данные товара в сделке 3 товара нет 1 товаров несколько 1" in counted

    def test_each_deal_leads_to_its_card_on_the_portal(self, reader: TestClient) -> None:
        assert 'href="https://club.example.org/crm/deal/details/1/"' in html(reader, "")

    def test_the_last_run_is_told_and_the_later_dry_one(self, reader: TestClient) -> None:
        told = seen(html(reader, ""))
        assert "№ 601" in told
        assert "2 сделки получили данные товара" in told
        assert "пробный № 602" in told

    def test_pages_follow_one_another(self, reader: TestClient, club: str) -> None:
        with psycopg.connect(club) as connection:
            connection.execute(MANY, [60])
        first = html(reader, "?state=copied")
        assert len(deals(first)) == 50
        [following] = re.findall(r'href="([^"]*)" rel="next"', first)
        second = html(reader, following.removeprefix("./").replace("&amp;", "&"))
        assert deals(second)[-3:] == [8, 2, 1]
        assert not set(deals(first)) & set(deals(second))

    def test_many_deals_are_shown_quickly(self, reader: TestClient, club: str) -> None:
        with psycopg.connect(club) as connection:
            connection.execute(MANY, [60_000])
            connection.execute("analyze mart.bitrix24_deal_product")
        html(reader, "")
        for asked in ("", "?state=conflict", "?sought=59999", "?code=B24_TITLE_KEPT"):
            took = min(seconds_of(reader, asked) for _ in range(3))  # the machine may be busy with others
            assert took < 1.0, asked


@pytest.mark.usefixtures("club")
class TestDeal:
    def test_writes_are_told_field_by_field_with_their_product(self, reader: TestClient) -> None:
        told = seen(html(reader, "deals/1"))
        assert "Название Заявка с сайта → Камчатка" in told
        assert "Дата завершения 01.02.2026 → 21.08.2026" in told
        assert "Дата начала 10.08.2026" in told
        assert "из товара «Камчатка», № 7001" in told

    def test_decisions_are_told_in_sentences(self, reader: TestClient) -> None:
        expected = (
            "Данные товара перенесены в сделку: товар «Камчатка», Название: Заявка с сайта → Камчатка; "
            "Дата завершения: 01.02.2026 → 21.08.2026"
        )
        assert expected in seen(html(reader, "deals/1"))

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (3, "В сделке несколько товаров: ничего не изменено: № 7001; 7002"),
            (5, "Дата поездки в товаре не читается: дата не перенесена: DATE_END: «летом»"),
            (6, "Портал отклонил запись: Поле заполнено неверно"),
            (7, "стоит 02.03.2026, поездка 21.08.2026"),
            (8, "Записывалось: Название Камчатка-2"),
            (404, "Сделки на портале больше нет"),
        ],
    )
    def test_each_trouble_is_told(self, reader: TestClient, number: int, words: str) -> None:
        assert words in seen(html(reader, f"deals/{number}")).replace(" :", ":")

    def test_a_deal_that_nobody_knows_is_not_there(self, reader: TestClient) -> None:
        html(reader, "deals/12345", 404)
        html(reader, "deals/9", 404)

    def test_a_row_of_a_runs_log_leads_to_its_deal(self, reader: TestClient) -> None:
        assert 'href="../deals/3?run=601"' in html(reader, "runs/601")
        assert "Двое" in html(reader, "deals/3?run=601")

    def test_a_run_leads_to_its_changes(self, reader: TestClient) -> None:
        assert 'href="../changes?run=601"' in html(reader, "runs/601")


@pytest.mark.usefixtures("club")
class TestChanges:
    def test_the_latest_are_first_with_the_portals_words(self, reader: TestClient) -> None:
        told = seen(html(reader, "changes"))
        assert told.index("Пробный запуск: не отправлено.") < told.index("CRM_FIELD_ERROR_VALUE_NOT_VALID")
        assert "2 попытки" in told
        assert "Поле заполнено неверно" in told

    def test_sums_are_written_as_sums(self, reader: TestClient) -> None:
        told = seen(html(reader, "changes?deal=2")).replace("\u202f", " ").replace("\xa0", " ")
        assert "150 000,00 ₽ → 160 000,00 ₽" in told

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ("?run=601", 2),
            ("?state=failed", 1),
            ("?deal=1", 1),
            ("?run=600&state=failed", 0),
            ("?run=999", 0),
        ],
    )
    def test_changes_can_be_narrowed_down(self, reader: TestClient, asked: str, count: int) -> None:
        page = html(reader, f"changes{asked}")
        assert page.count("<details>") == count
        assert ("Таких изменений нет." in page) == (count == 0)

    def test_a_damaged_change_stops_no_page(self, reader: TestClient) -> None:
        assert "не читается" in html(reader, "changes?run=602")


class TestBeforeTheFirstRun:
    @pytest.fixture(autouse=True)
    def portal(self, settings_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (settings_folder / "bitrix24_deal_products.yaml").write_text("{}", encoding="utf-8")
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", PORTAL)

    @pytest.mark.parametrize(
        ("page", "words"),
        [
            ("", "Товары ещё ни разу не переносились."),
            ("changes", "В сделки ещё ничего не писалось."),
            ("runs", "Товары ещё ни разу не переносились."),
        ],
    )
    def test_empty_pages_say_what_to_do(self, reader: TestClient, page: str, words: str) -> None:
        assert words in html(reader, page)

    def test_broken_settings_are_told(self, reader: TestClient, settings_folder: Path) -> None:
        (settings_folder / "bitrix24_deal_products.yaml").write_text("conflict: both", encoding="utf-8")
        told = html(reader, "")
        assert "Настройки не читаются, товары не переносятся" in told
        assert "conflict" in told
