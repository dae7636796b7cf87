"""«Клиенты по годам»: over rows in a real Postgres, through Airflow's own web app."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

THIN, FIXED = "\u202f", "\u00a0"
EXAMPLE = Path(__file__).parent / "contact_totals.sql"
PAGES = [
    *("", "state", "contacts/12", "deals/7001", "tiers", "drift", "drift?kind=not_shown", "runs", "runs/501"),
    "dag-run.json?run_id=x",
]
MANY = """
insert into mart.bitrix24_contact (account, contact_id, name, first_run_id)
select 'bitrix24', 1000 + n, 'Турист ' || n, 500 from generate_series(1, 130) as n;
insert into mart.contact_year_total
select 'bitrix24', 1000 + n, 0, 2023, n / 10, 'RUB', 2, 1, now(), 500 from generate_series(1, 130) as n
"""
MANY_DEALS = """
insert into mart.bitrix24_deal (
    account, deal_id, title, category_id, stage_id, closed_on, moved_at, updated_at, opportunity, currency,
    company_id, contact_ids, year, year_by, rate, amount_minor, target_currency, decimals, is_won, left_at,
    first_run_id, changed_run_id
)
select 'bitrix24', 100 + n, 'Поездка ' || n, 0, 'WON', case when n % 3 > 0 then date '2023-01-01' + n / 7 end,
    case when n % 2 > 0 then timestamptz '2023-01-05 12:00+00' end,
    now(), n, 'RUB', null, '{18}', 2023, 'closedate', 1, n * 100, 'RUB', 2, true, null, 500, 500
from generate_series(1, 130) as n;
insert into mart.bitrix24_deal_part select 'bitrix24', 100 + n, 18, n * 100 from generate_series(1, 130) as n
"""
MANY_DIRECTIONS = """
insert into mart.contact_year_total
select 'bitrix24', 18, 10 + n, 2000 + n, 100 * n, 'RUB', 2, 1, now(), 500 from generate_series(1, 20) as n
"""
NOTHING = """
truncate mart.bitrix24_deal, mart.bitrix24_deal_part, mart.contact_year_total, mart.bitrix24_snapshot,
    mart.bitrix24_contact, mart.contact_tier, ops.run_log, ops.action
"""


@pytest.fixture
def portal(warehouse: str, settings_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fill the warehouse with totals of a travel club, and give it settings and a connection."""
    (settings_folder / "bitrix24_contact_totals.yaml").write_text("split: equal", encoding="utf-8")
    monkeypatch.setenv(
        "AIRFLOW_CONN_BITRIX24",
        '{"conn_type": "bitrix24", "host": "club.bitrix24.example", "login": "1", "password": "hidden-code"}',
    )
    with psycopg.connect(warehouse) as connection:
        connection.execute(EXAMPLE.read_bytes())
    return warehouse


def text(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/contact-totals/{address}")
    assert answer.status_code == status, answer.text
    return answer.text


def said(html: str) -> str:
    """Read what a person sees, tags taken out and spaces made plain."""
    plain = unescape(re.sub(r"<[^>]*>", " ", html)).replace(THIN, " ").replace(FIXED, " ")
    return " ".join(plain.split())


def rows(page: str, table: str) -> list[str]:
    found = re.search(rf'<table class="{table}">.*?</table>', page, re.DOTALL)
    return re.findall(r"<tr[ >].*?</tr>", found[0].partition("<tbody>")[2], re.DOTALL) if found else []


def row_with(page: str, table: str, words: str) -> str:
    return next(said(row) for row in rows(page, table) if words in said(row))


def listed(page: str) -> list[int]:
    """Give the numbers of the contacts that a page lists, in order."""
    return [int(number) for number in re.findall(r"контакт №&nbsp;(\d+)", page)]


def followed(client: TestClient, address: str) -> Iterator[str]:
    """Go through the pages of a list."""
    while address:
        page = text(client, address)
        yield page
        following = re.search(r'href="(?:\./|\.\./)*([^"]*)" rel="next"', page)
        address = unescape(following[1]).partition("#")[0] if following else ""


class TestAccess:
    @pytest.mark.parametrize("page", PAGES)
    def test_nobody_sees_a_page_without_logging_in(self, anonymous: TestClient, page: str) -> None:
        assert "Нужен вход" in text(anonymous, page, 401)

    @pytest.mark.usefixtures("portal")
    @pytest.mark.parametrize("page", PAGES)
    def test_whoever_may_read_the_dag_sees_every_page(self, reader: TestClient, page: str) -> None:
        answer = reader.get(f"/contact-totals/{page}")
        assert answer.status_code == 200, answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "style=" not in answer.text  # the policy would refuse it
        assert "hidden-code" not in answer.text

    @pytest.mark.usefixtures("portal", "example")
    def test_runs_of_one_pipeline_have_no_page_among_those_of_another(self, reader: TestClient) -> None:
        assert reader.get("/deal-import/runs/501").status_code == 404
        assert reader.get("/contact-totals/runs/2").status_code == 404

    @pytest.mark.usefixtures("portal")
    def test_a_dag_run_leads_to_its_report(self, reader: TestClient) -> None:
        query = "dag-run?dag_id=bitrix24_contact_totals&run_id=scheduled__1"
        answer = reader.get(f"/deal-import/{query}")
        assert answer.headers["Location"] == f"../contact-totals/{query}"
        assert reader.get(f"/contact-totals/{query}").headers["Location"] == "runs/501"

    @pytest.mark.usefixtures("portal")
    @pytest.mark.parametrize(
        "address",
        [
            *("?year=x", "?direction=-1", "?sought=a%00b", "?portal=nowhere", "contacts/99", "contacts/0"),
            *("contacts/12?portal=nowhere", "deals/99", "tiers?tier=x", "drift?run=x", "contacts/12?below=x"),
            *("?before=1&below=99999999999999999999", "tiers?below=NaN&before=1"),
        ],
    )
    def test_nonsense_in_an_address_is_no_page(self, reader: TestClient, address: str) -> None:
        assert "Такой страницы нет" in text(reader, address, 404)


@pytest.mark.usefixtures("portal")
class TestContacts:
    def test_contacts_stand_by_what_they_have_bought(self, reader: TestClient) -> None:
        page = text(reader, "")
        assert listed(page) == [12, 16, 15, 17, 18]
        first = row_with(page, "contacts", "Анна Иванова")
        assert "157 098,78 ₽" in first
        assert "клиент № 9001" in first
        assert "Друг клуба, за все годы" in first
        assert "Золото, 2026" in first
        assert "2 итога не совпадают" in first
        assert "на портале больше нет" in row_with(page, "contacts", "контакт № 17")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("year=2026", [12, 16, 15]),
            ("year=2025", [12, 17, 15]),
            ("direction=3", [12, 16, 15]),
            ("direction=0&year=2026", [12]),
            ("direction=5", []),
            ("sought=иванова", [12]),
            ("sought=15", [15]),
            ("sought=9001", [12]),
            ("sought=100%25_", [18]),
            ("sought=_", [18]),
            ("sought=nobody", []),
            ("tier=2", [12]),
            ("tier=1&year=2026", [16, 15]),
            ("tier=1&year=2025", []),
            ("tier=3", [12]),
            ("tier=3&year=2025", [12]),
            ("tier=9", []),
            ("year=&direction=&tier=&sought=&portal=", [12, 16, 15, 17, 18]),
            ("portal=bitrix24_old", [12]),
            ("before=12", [12, 16, 15, 17, 18]),
        ],
    )
    def test_filters_narrow_together(self, reader: TestClient, query: str, found: list[int]) -> None:
        assert listed(text(reader, f"?{query}")) == found

    def test_a_tier_of_a_year_is_shown_with_that_year(self, reader: TestClient) -> None:
        page = text(reader, "?tier=2")
        assert "<option selected>2026</option>" in page
        assert "132 098,77 ₽" in row_with(page, "contacts", "Анна")

    def test_pages_follow_each_other_without_gaps(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(MANY)
        seen = [number for page in followed(reader, "?year=2023") for number in listed(page)]
        assert len(seen) == len(set(seen)) == 130

    def test_the_head_tells_the_run_and_that_the_money_adds_up(self, reader: TestClient) -> None:
        head = said(text(reader, "").partition('<table class="contacts"')[0])
        assert "частично № 501" in head
        assert "пробный № 502" in head
        assert "248 965,44 ₽ 5 успешных сделок" in head
        assert "без контактов 1 сделка на 300,00 ₽" in head
        assert "не учтено: 2 сделки" in head
        assert "сходится до последнего знака" in head
        assert "Запуск № 503 (02.08.2026 13:00) не дошёл до портала Настройки неверны" in head

    @pytest.mark.parametrize(
        "spoiled",
        [
            "update mart.contact_year_total set amount_minor = amount_minor + 1 where contact_id = 16",
            "update mart.bitrix24_deal_part set amount_minor = amount_minor - 1 where contact_id = 16",
            "update mart.bitrix24_deal set is_won = false where deal_id = 7004",
        ],
    )
    def test_money_that_does_not_add_up_is_an_alarm(
        self, reader: TestClient, portal: str, spoiled: str
    ) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(spoiled)
        head = text(reader, "")
        is_still_kept = "deal_id = 7004" in spoiled  # deals and what is nobody's fall together
        assert ("Не сходится" in head) != is_still_kept

    def test_what_a_page_asks_for_while_a_run_goes_is_its_head_alone(self, reader: TestClient) -> None:
        whole, part = text(reader, ""), text(reader, "state")
        for told in ('id="totals-state"', 'data-run="501"', 'id="unchosen"'):
            assert told in whole
            assert told in part
        for left in ("<html", 'class="contacts"', "<form"):
            assert left in whole
            assert left not in part

    def test_text_from_the_portal_is_never_markup(self, reader: TestClient) -> None:
        pages = [
            text(reader, each) for each in ("", "contacts/15", "contacts/12", "deals/7001", "tiers", "drift")
        ]
        for page in pages:
            assert "<b>Пётр" not in page
            assert "<script>alert" not in page
            assert "<i>" not in page
        assert "&lt;b&gt;Пётр&lt;/b&gt;" in pages[0]

    def test_an_empty_warehouse_advises_a_dry_run(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(NOTHING)
            connection.execute("truncate ops.run cascade")
        assert "Начните с пробного запуска" in text(reader, "")
        assert "Уровни не заданы" in text(reader, "tiers")
        assert "Таких расхождений не было" in text(reader, "drift")
        assert "Портал показывает все итоги" in text(reader, "drift?kind=not_shown")
        assert "Итоги ещё ни разу не считались" in text(reader, "runs")

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("running", "Сделки портала читаются"),
            ("failed", "До итогов не дошло: Вебхук отозван"),
            ("success", "Начните с пробного запуска"),
        ],
    )
    def test_without_totals_it_says_why(
        self, reader: TestClient, portal: str, state: str, words: str
    ) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(NOTHING)
            connection.execute("delete from ops.run where run_id <> 501")
            changed = "update ops.run set state = %s, error = 'Вебхук отозван' where run_id = 501"
            connection.execute(changed, [state])
        assert words in text(reader, "")

    def test_broken_settings_show_every_problem_and_the_totals_stay(
        self, starter: TestClient, settings_folder: Path
    ) -> None:
        path = settings_folder / "bitrix24_contact_totals.yaml"
        path.write_text("split: thirds\nyear: {first: 1}", encoding="utf-8")
        page = text(starter, "?portal=bitrix24")
        assert "Настройки не читаются, итоги не обновятся" in page
        assert page.partition("</section>")[0].count("<li>") == 2
        assert listed(page) == [12, 16, 15, 17, 18]
        assert "Сначала исправьте настройки." in page

    def test_a_portal_without_a_connection_has_no_links_to_cards(
        self, reader: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "https://club.bitrix24.example/crm/contact/details/12/" in text(reader, "contacts/12")
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", '{"conn_type": "bitrix24"}')
        assert "crm/contact/details" not in text(reader, "contacts/12")


@pytest.mark.usefixtures("portal")
class TestContact:
    def test_totals_stand_by_year_and_direction(self, reader: TestClient) -> None:
        page = text(reader, "contacts/12")
        assert re.findall(r'scope="col">([^<]*)<', page) == [
            "Авторские туры",
            "Экспедиции &lt;i&gt;",
            "Всего",
        ]
        assert [said(row) for row in rows(page, "matrix")] == [
            "2026 98 765,43 на портале другое 33 333,34 132 098,77",
            "2025 25 000,01 на портале ещё нет — 25 000,01",
            "2024 0,00 — 0,00",
            "Всего 123 765,44 33 333,34 157 098,78",
        ]

    def test_the_chart_says_in_words_what_it_draws(self, reader: TestClient) -> None:
        page = text(reader, "contacts/12")
        chart = page[page.index('<svg class="chart"') : page.index("</figure>")]
        assert [said(each) for each in re.findall("<title>(.*?)</title>", chart)] == [
            "Авторские туры, 2025: 25 000,01 ₽, 1 сделка",
            "Авторские туры, 2026: 98 765,43 ₽, 1 сделка",
            "Экспедиции <i>, 2026: 33 333,34 ₽, 1 сделка",
        ]
        assert re.findall(r'class="year"[^>]*>(\d+)<', chart) == ["2024", "2025", "2026"]
        assert said(chart).endswith("1 Авторские туры 123 765,44 ₽ 2 Экспедиции <i> 33 333,34 ₽")

    def test_the_deals_behind_a_figure_tell_their_split_and_rate(self, reader: TestClient) -> None:
        page = text(reader, "contacts/12")
        assert [said(row) for row in rows(page, "deals")] == [
            "Байкал <script>alert(1)</script> № 7001 Экспедиции <i>, 2026 20.07.2026 100 000,00 ₽ 1/3 "
            "место 1 из 3 33 333,34 ₽",
            "Фареры № 7002 Авторские туры, 2026 01.06.2026 1 000,00 € курс 98,7654321: 98 765,43 ₽ целиком "
            "98 765,43 ₽",
            "без названия № 7003 Авторские туры, 2025 год по последней смене стадии дата пуста "
            "50 000,01 ₽ 1/2 место 1 из 2 25 000,01 ₽",
        ]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("year=2026&direction=3", ["7001"]),
            ("year=2026", ["7001", "7002"]),
            ("direction=0", ["7002", "7003"]),
            ("year=2024", []),
        ],
    )
    def test_a_figure_leads_to_its_own_deals(self, reader: TestClient, query: str, found: list[str]) -> None:
        page = text(reader, f"contacts/12?{query}")
        assert re.findall(r"№ (\d+) ", " ".join(said(row) for row in rows(page, "deals"))) == found
        assert 'href="../contacts/12?year=2026&amp;direction=3#deals"' in page

    def test_deals_that_left_are_told_apart(self, reader: TestClient) -> None:
        left = row_with(text(reader, "contacts/12"), "deals-left", "Камчатка")
        assert left == "Камчатка № 7005 Авторские туры, 2024 100 000,00 ₽ 02.08.2026 04:15 запуск № 501"
        assert 'id="left"' not in text(reader, "contacts/15")

    def test_a_deal_that_is_won_and_does_not_count_says_so(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute("update mart.bitrix24_deal set is_refused = true where deal_id = 7005")
        words = "успешна, но не учтена"
        assert words in row_with(text(reader, "contacts/12"), "deals-left", "Камчатка")
        assert words in text(reader, "deals/7005")

    def test_what_the_portal_holds_is_compared_with_what_it_should(self, reader: TestClient) -> None:
        page = text(reader, "contacts/12")
        assert (
            "33 333,34 ₽ 33 333,34 ₽ 02.08.2026 04:20 записано запуском № 501 на портале так же"
            in row_with(page, "held", "UF_CRM_SUM_3_2026")
        )
        assert "98 765,43 ₽ 10,00 ₽ 02.08.2026 04:20 прочитано запуском № 501 на портале другое" in row_with(
            page, "held", "UF_CRM_SUM_0_2026"
        )
        assert "не записано — на портале ещё нет" in row_with(page, "held", "UF_CRM_SUM_0_2025")
        assert "все направления, 2026" in row_with(page, "held", "UF_CRM_SUM_ALL_2026")
        assert "на портале нет поля" in row_with(text(reader, "contacts/15"), "held", "−100,00")
        assert "контакта нет на портале" in row_with(text(reader, "contacts/17"), "held", "25 000,00")

    def test_writes_say_what_was_and_what_became_of_it(self, reader: TestClient) -> None:
        done = row_with(text(reader, "contacts/12"), "actions writes", "записано")
        assert "все направления, 2026 пусто → 132 098,77" in done
        assert "Экспедиции <i>, 2026 «1250.5|RUB» → 33 333,34" in done
        assert "Суммы изменились 02.08.2026 04:15" in done
        assert "не читается" in row_with(text(reader, "contacts/12"), "actions writes", "пробный")
        refused = row_with(text(reader, "contacts/15"), "actions writes", "отклонено")
        assert "2 попытки CRM_FIELD_ERROR: +7921***1234" in refused
        assert "портал не сохранил: Экспедиции <i>, 2026" in refused

    def test_history_tells_from_when_to_when_each_value_held(self, reader: TestClient) -> None:
        assert [said(row) for row in rows(text(reader, "contacts/12"), "history")] == [
            "Авторские туры, 2024 0,00 ₽ 0 02.08.2026 04:15 запуск № 501 сейчас",
            "Экспедиции <i>, 2026 33 333,34 ₽ 1 01.08.2026 04:15 запуск № 500 сейчас",
            "Авторские туры, 2024 50 000,00 ₽ 1 01.08.2026 04:15 запуск № 500 02.08.2026 04:15",
        ]

    def test_the_log_of_the_contact_is_of_its_own_portal(self, reader: TestClient) -> None:
        log = said(text(reader, "contacts/12").partition('id="log"')[2])
        assert "было 33 333,34, оказалось «1250.5|RUB»" in log
        assert "№ 504" not in log
        assert "№ 504" in said(text(reader, "contacts/12?portal=bitrix24_old").partition('id="log"')[2])

    def test_a_contact_of_another_portal_is_somebody_else(self, reader: TestClient) -> None:
        page = text(reader, "contacts/12?portal=bitrix24_old")
        assert "Другой человек" in page
        assert "Анна" not in page
        assert 'href="../deals/1?portal=bitrix24_old"' in page
        assert "Другой человек" in text(reader, "contacts/12?run=504")

    def test_money_given_back_stands_below_the_line(self, reader: TestClient) -> None:
        page = text(reader, "contacts/15")
        zero = float(re.findall(r'class="axis"[^>]* y1="([\d.]+)"', page)[0])
        tops = [float(y) for y in re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="42"', page)]
        assert tops[0] == pytest.approx(zero, abs=0.01)
        assert tops[1] < zero

    def test_a_contact_whose_totals_fell_to_nothing_has_no_chart(self, reader: TestClient) -> None:
        page = text(reader, "contacts/18")
        assert "<figure" not in page
        assert "Успешных сделок у контакта сейчас нет." in page
        assert "Камчатка" in page

    def test_deals_follow_each_other_without_gaps(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(MANY_DEALS)
        pages = followed(reader, "contacts/18?year=2023")
        seen = [number for page in pages for number in re.findall(r">Поездка (\d+)<", page)]
        assert len(seen) == len(set(seen)) == 130

    def test_many_directions_share_the_last_colour(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(MANY_DIRECTIONS)
        page = text(reader, "contacts/18")
        assert re.findall(r'class="year"[^>]*>(\d+)<', page)[0] == "2013"
        assert set(re.findall(r"part d(\d+)", page)) == {str(place) for place in range(1, 8)}
        assert "прочие" in page
        assert len(rows(page, "matrix")) == 22


@pytest.mark.usefixtures("portal")
class TestDeal:
    def test_a_deal_says_what_of_it_is_whose(self, reader: TestClient) -> None:
        page = text(reader, "deals/7001")
        told = [said(row) for row in rows(page, "parts")]
        assert [row.rpartition("контакт ")[2] for row in told] == [
            "№ 12 33 333,34 ₽",
            "№ 15 33 333,33 ₽",
            "№ 16 33 333,33 ₽",
        ]
        assert told[0].startswith("1 из 3")
        assert "https://club.bitrix24.example/crm/deal/details/7001/" in page

    def test_a_foreign_deal_tells_its_frozen_rate(self, reader: TestClient) -> None:
        page = said(text(reader, "deals/7002"))
        assert "Курс 98,7654321 закреплён 01.08.2026 04:15, запуск № 500" in page
        assert "В валюте итогов 98 765,43 ₽" in page

    def test_deals_that_count_for_nobody_say_so(self, reader: TestClient) -> None:
        assert "её сумма ничья" in text(reader, "deals/7004")
        left = said(text(reader, "deals/7005"))
        assert "больше не успешна" in left
        assert "больше ничего" in left
        refused = said(text(reader, "deals/7010"))
        assert "в итоги не входит" in refused
        assert "«Чужая валюта», 5,00 XXX" in refused


@pytest.mark.usefixtures("portal")
class TestTiers:
    def test_each_contact_stands_at_its_best_tier(self, reader: TestClient) -> None:
        page = text(reader, "tiers")
        assert [said(row) for row in rows(page, "tiers")] == [
            "Серебро за 2026 год, все направления 30 000,00 ₽ скидка 3 % 2",
            "Золото за 2026 год, все направления 100 000,00 ₽ скидка 5 % и <i>подарок</i> 1",
            "Друг клуба за все годы, все направления 150 000,00 ₽ — 1",
        ]
        assert listed(page) == [16, 15]
        assert listed(text(reader, "tiers?tier=2")) == [12]
        assert listed(text(reader, "tiers?tier=3&year=2025")) == [12]
        assert "пока никто не достиг" in text(reader, "tiers?tier=2&year=2025")

    def test_pages_follow_each_other_without_gaps(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(MANY)
            connection.execute("update mart.contact_tier set threshold = 0.05 where tier_no = 1")
        seen = [number for page in followed(reader, "tiers?tier=1&year=2023") for number in listed(page)]
        assert len(seen) == len(set(seen)) == 81

    def test_a_tier_of_one_direction_takes_nobody_off_the_others(
        self, reader: TestClient, portal: str
    ) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(
                "insert into mart.contact_tier (account, tier_no, name, per, category_id, threshold)"
                " values ('bitrix24', 4, 'Полярник', 'year', 3, 100)"
            )
        assert listed(text(reader, "tiers?tier=4")) == [12, 16, 15]
        assert listed(text(reader, "tiers?tier=2")) == [12]
        assert row_with(text(reader, "tiers"), "tiers", "Полярник").endswith("100,00 ₽ — 3")
        assert listed(text(reader, "?tier=4")) == [12, 16, 15]


@pytest.mark.usefixtures("portal")
class TestDrift:
    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("edited", "Анна Иванова"),
            ("refused", "Пётр"),
            ("gone", "контакт № 17"),
            ("no_field", "UF_CRM_SUM_5_2026"),
        ],
    )
    def test_it_is_told_by_kind(self, reader: TestClient, kind: str, told: str) -> None:
        feed = text(reader, f"drift?kind={kind}").partition('<ol class="feed">')[2]
        assert feed.count("<li>") == 1
        assert told in said(feed)

    def test_totals_that_the_portal_does_not_show_are_listed(self, reader: TestClient) -> None:
        page = text(reader, "drift?kind=not_shown")
        assert len(rows(page, "unwritten")) == 3
        assert "Авторские туры, 2026 UF_CRM_SUM_0_2026 98 765,43 ₽ 10,00 ₽" in row_with(
            page, "unwritten", "0_2026"
        )
        assert 17 not in listed(page)  # nobody can write to it

    def test_lists_follow_each_other_without_gaps(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute(MANY)
            connection.execute(
                "insert into mart.bitrix24_field (account, field_name, kind, category_id, year, seen_run_id)"
                " values ('bitrix24', 'UF_CRM_SUM_0_2023', 'total', 0, 2023, 500)"
            )
            connection.execute(
                "insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)"
                " select 501, 100 + n, 'warning', 'gone', '{B24_CONTACT_GONE}', 'contact:' || 1000 + n, '{}'"
                " from generate_series(1, 130) as n"
            )
        unwritten = [n for page in followed(reader, "drift?kind=not_shown") for n in listed(page)]
        assert len(unwritten) == 124  # with 3 of before, without the nine whose total is 0
        gone = [n for page in followed(reader, "drift?kind=gone") for n in listed(page)]
        assert len(gone) == len(set(gone)) == 131


@pytest.mark.usefixtures("portal")
class TestRuns:
    def test_a_row_of_the_log_leads_to_the_contact_or_the_deal(self, reader: TestClient) -> None:
        page = text(reader, "runs/501")
        assert 'href="../contacts/12?run=501"' in page
        assert 'href="../deals/7005?run=501">Камчатка<' in page
        assert 'href="../../deal-import/clients/9001"' in page
        assert "<th>Клиент</th>" in page
        assert "<th>Сделка</th>" not in page

    @pytest.mark.parametrize(
        ("typed", "found"), [("15", 1), (" 7005", 1), ("contact:15", 1), ("deal:15", 0), ("150", 0)]
    )
    def test_a_record_is_found_by_its_number_alone(self, reader: TestClient, typed: str, found: int) -> None:
        assert len(rows(text(reader, f"runs/501?record={typed}"), "log")) == found

    def test_the_log_counts_deals_and_contacts(self, reader: TestClient) -> None:
        page = said(text(reader, "runs"))
        assert "2 контакта обновлены" in page
        assert "1 сделка без контактов" in page
        assert "21 контакт без изменений" in page


@pytest.mark.usefixtures("portal")
class TestStart:
    def test_the_form_asks_for_all_that_the_dag_knows_and_nothing_else(self, starter: TestClient) -> None:
        from plugins.pipelines.contact_totals_params import PARAMS

        page = text(starter, "")
        form = page[page.index('class="start') : page.index("</form>")]
        assert set(re.findall(r'name="(\w+)"', form)) == set(PARAMS)
        assert form.count('data-kind="numbers"') == 2
        assert form.count('data-kind="number"') == 1
        assert "Разрешить падение" in form.partition("<details>")[2]

    def test_who_may_not_start_is_told_so(self, reader: TestClient) -> None:
        page = text(reader, "")
        assert "Нет права запускать DAG bitrix24_contact_totals" in page
        assert 'class="start' not in page


@pytest.mark.usefixtures("portal")
class TestPageOfAClient:
    def test_a_client_shows_its_contacts_and_leads_to_their_totals(self, reader: TestClient) -> None:
        page = reader.get("/deal-import/clients/9001").text
        assert "Анна Иванова контакт № 12 bitrix24 3 157 098,78 ₽ 2026, 2025" in said(page)
        assert 'href="../../contact-totals/contacts/12?portal=bitrix24"' in page
        assert "расчётом итогов Битрикс24" in page
        assert "Клиент создан расчётом итогов № 500 : контакт № 12 Битрикс24" in said(page)

    def test_a_client_of_no_portal_shows_nothing_of_it(self, reader: TestClient, portal: str) -> None:
        with psycopg.connect(portal) as connection:
            connection.execute("delete from mart.client_link")
        assert (
            "Битрикс24"
            not in reader.get("/deal-import/clients/9001").text.partition('id="feed"')[0].partition("<h2")[2]
        )
