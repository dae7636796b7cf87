"""«Каталог»: over rows in a real Postgres, through Airflow's own web app."""

import re
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

THIN, FIXED = "\u202f", "\u00a0"
EXAMPLE = Path(__file__).parent / "catalog.sql"
SETTINGS = """
shop: {url: "https://shop.example.org", currency: UAH}
crm: {description_target: Опис, images_target: Усі фото}
"""
PAGES = ["", "plan-state", "lookalikes", "runs", "runs/401", "dag-run.json?run_id=x"]
SPOKEN = [
    *("", "?facet=new", "?sought=nothing", "?run=400", "?run=402", "lookalikes", "nowhere"),
    *("runs", "runs?state=partial", "runs/401", "runs/402", "runs/401?severity=error"),
    *(f"dag-run?dag_id={dag_id}&run_id=nowhere" for dag_id in ("opencart_catalog", "other")),
]
CYRILLIC_ONLY_RUSSIAN = re.compile(r"[ыэъёЫЭЪЁ]")
MANY = """
insert into mart.catalog_difference (run_id, row_no, identity, title, facets)
select 401, 100 + n, 'm' || n, 'Товар ' || n, '{new}' from generate_series(1, %s) as n
"""


@pytest.fixture
def shop(warehouse: str, settings_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fill the warehouse with plans of a paint shop's catalogue, and give it settings."""
    (settings_folder / "opencart_catalog.yaml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", '{"conn_type": "mysql"}')
    monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", '{"conn_type": "http"}')
    with psycopg.connect(warehouse) as connection:
        connection.execute(EXAMPLE.read_bytes())
    return warehouse


def text(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(f"/opencart-catalog/{address}")
    assert answer.status_code == status, answer.text
    return answer.text


def items(page: str) -> list[str]:
    return re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)


def item_with(page: str, words: str) -> str:
    return next(item for item in items(page) if words in item)


def words_of(html: str) -> str:
    """Read what a person sees, marks and all other tags taken out."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("&nbsp;", " ").split())


def listed(page: str) -> str:
    """Give the numbers of the rows of the plan that a page shows."""
    return "".join(re.findall(r'<tbody data-row-no="(\d+)">', page))


class TestAccess:
    @pytest.mark.parametrize("page", PAGES)
    def test_nobody_sees_a_page_without_logging_in(self, anonymous: TestClient, page: str) -> None:
        answer = text(anonymous, page, 401)
        assert "Потрібен вхід" in answer
        assert '<html lang="uk">' in answer

    @pytest.mark.usefixtures("shop")
    @pytest.mark.parametrize("page", PAGES)
    def test_whoever_may_read_the_dag_sees_every_page(self, reader: TestClient, page: str) -> None:
        answer = reader.get(f"/opencart-catalog/{page}")
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "style=" not in answer.text  # the policy would refuse it

    @pytest.mark.usefixtures("shop")
    def test_pictures_may_come_from_the_shop_and_only_to_the_page_that_shows_them(
        self, reader: TestClient
    ) -> None:
        allowed = reader.get("/opencart-catalog/").headers["Content-Security-Policy"]
        assert "img-src 'self' data: https: https://shop.example.org;" in allowed
        assert "script-src 'self';" in allowed
        others = reader.get("/opencart-catalog/runs").headers["Content-Security-Policy"]
        assert "img-src 'self' data:;" in others

    @pytest.mark.usefixtures("shop", "example")
    def test_runs_of_one_pipeline_have_no_page_among_those_of_another(self, reader: TestClient) -> None:
        assert reader.get("/deal-import/runs/401").status_code == 404
        assert reader.get("/opencart-catalog/runs/2").status_code == 404
        assert reader.get("/opencart-catalog/?run=2").status_code == 404

    @pytest.mark.usefixtures("shop")
    def test_a_dag_run_leads_to_its_report(self, reader: TestClient) -> None:
        query = "dag-run?dag_id=opencart_catalog&run_id=scheduled__1"
        answer = reader.get(f"/deal-import/{query}")
        assert answer.headers["Location"] == f"../opencart-catalog/{query}"
        assert reader.get(f"/opencart-catalog/{query}").headers["Location"] == "runs/401"


@pytest.mark.usefixtures("shop")
class TestLanguage:
    @pytest.mark.parametrize("address", SPOKEN)
    def test_every_page_speaks_ukrainian(self, starter: TestClient, address: str) -> None:
        page = starter.get(f"/opencart-catalog/{address}").text
        assert '<html lang="uk">' in page
        assert CYRILLIC_ONLY_RUSSIAN.search(page) is None, page

    def test_every_text_that_templates_say_has_a_translation(self) -> None:
        from plugins.ui import rendering
        from plugins.ui.site import OPENCART_CATALOG

        templates = Path(rendering.__file__).parent / "templates"
        said = {
            text
            for template in templates.glob("*.html")
            for text in re.findall(r'"([^"]+)" \| t\b', template.read_text(encoding="utf-8"))
        }
        assert len(said) > 40
        assert said - OPENCART_CATALOG.texts.keys() == set()

    def test_russian_pages_stay_russian(self, reader: TestClient) -> None:
        text(reader, "runs")  # what was compiled for one language must not be shown in another
        page = reader.get("/deal-import/runs").text
        assert '<html lang="ru">' in page
        assert "Журнал запусков" in page

    def test_the_script_of_the_buttons_has_as_many_words_in_both_languages(self, reader: TestClient) -> None:
        script = text(reader, "static/start.js")
        tables = re.findall(r"const (?:RUSSIAN|UKRAINIAN) = \{(.*?)\n\};", script, re.DOTALL)
        names = [re.findall(r"^  (\w+):", table, re.MULTILINE) for table in tables]
        assert len(names) == 2
        assert names[0] == names[1]


@pytest.mark.usefixtures("shop")
class TestProgress:
    def test_what_a_page_asks_for_while_a_run_goes_is_its_progress_alone(
        self, reader: TestClient, shop: str
    ) -> None:
        whole, part = text(reader, ""), text(reader, "plan-state")
        for told in ('id="plan-state"', 'data-run="401"', "з 8 записано", 'id="newer"', "plan-state"):
            assert told in whole
            assert told in part
        for left in ("<html", "data-row-no", 'id="plan"', "<form"):
            assert left in whole
            assert left not in part

    def test_what_it_shows_can_be_narrowed_as_the_page_is(self, reader: TestClient) -> None:
        assert 'data-run="400"' in text(reader, "plan-state?run=400&facet=new")
        assert "sought=%D0%BB%D0%B0%D0%BA" in text(reader, "plan-state?sought=лак")

    def test_there_may_be_no_plan_yet(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("truncate ops.run, mart.catalog_difference cascade")
        assert "data-run" not in text(reader, "plan-state")

    def test_facets_are_not_counted_again_at_each_look(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("update mart.catalog_facet set items = 777 where facet = 'all'")
        assert "Усе <b>777</b>" in text(reader, "")


@pytest.mark.usefixtures("shop")
class TestPlan:
    def test_categories_of_another_account_name_nothing(self, reader: TestClient, shop: str) -> None:
        assert "Лаки" in item_with(text(reader, ""), "Ґрунтовка")
        with psycopg.connect(shop) as connection:
            connection.execute("update mart.catalog_category_link set account = 'keepincrm_other'")
        assert "Лаки" not in item_with(text(reader, ""), "Ґрунтовка")

    def test_twins_written_alike_stand_together_and_those_left_alone_are_named(
        self, reader: TestClient
    ) -> None:
        item = item_with(text(reader, ""), "3 двійники")
        assert 'артикул <span class="article"> sam-1 </span>' in item
        assert 'data-label="Двійники"><div>№&nbsp;7' in item
        assert item.count(f"1{THIN}250,00") == 1
        assert re.search(r"без змін: №&nbsp;9,", item)

    def test_what_only_one_twin_gets_stands_under_its_own_name(self, reader: TestClient) -> None:
        item = item_with(text(reader, ""), "3 двійники")
        own = item.partition('data-label="Двійник">')[2]
        assert own.startswith("<div>№&nbsp;7")
        assert "Акція з" in own
        assert "Ціна" not in own

    def test_twins_that_all_stay_are_still_listed_to_choose_from(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("update mart.catalog_difference set action_seqs = '{}' where row_no = 2")
        item = item_with(text(reader, "?facet=twins"), "3 двійники")
        assert item.count("№&nbsp;") == 3

    def test_a_price_shows_both_sides_and_the_difference(self, reader: TestClient) -> None:
        item = item_with(text(reader, ""), "3 двійники")
        assert f"1{THIN}250,00{FIXED}₴" in item
        assert f"−200,00 (−16{FIXED}%)" in item
        assert "Акційна ціна" in item
        assert "Опт" not in item  # somebody else's price, and it stays

    def test_changed_words_are_marked_and_nothing_else(self, reader: TestClient) -> None:
        item = item_with(text(reader, ""), "3 двійники")
        assert "<mark>2,7</mark> л" in item
        assert " <mark>матова</mark> " in item
        assert "<mark>2,5</mark> л" in item

    def test_a_description_is_compared_by_its_words_and_clipped_around_them(self, reader: TestClient) -> None:
        item = item_with(text(reader, ""), "ПОЛ-7")
        assert "<mark>Дуже швидко</mark> сохне." in item
        assert "<mark>8</mark> м²/л" in item
        assert "alert(1)</div>" not in item
        assert "<summary>повністю</summary>" in item

    def test_text_from_outside_is_never_markup_and_never_runs(self, reader: TestClient) -> None:
        page = text(reader, "")
        assert "&lt;b&gt;Лак&lt;/b&gt; паркетний" in page
        assert "<b>Лак" not in page
        assert '<div class="text"><mark>&lt;b&gt;Лак&lt;/b&gt; паркетний</mark></div>' in page
        assert "javascript:" not in page
        assert "<script>alert" not in page

    def test_pictures_stand_side_by_side(self, reader: TestClient) -> None:
        item = item_with(text(reader, ""), "K-72")
        old, new = item.index('src="https://shop.example.org/image/old.jpg"'), item.index('image/new.jpg"')
        assert old < new
        assert item.count('referrerpolicy="no-referrer"') == 2

    def test_a_category_is_named_and_a_return_to_sale_is_told(self, reader: TestClient) -> None:
        said = words_of(item_with(text(reader, ""), "K-72"))
        assert "Категорія Лаки Фарби / Інтер&#39;єрні" in said
        assert "У продажу ні так" in said

    def test_a_new_item_shows_what_will_be_created(self, reader: TestClient) -> None:
        said = words_of(item_with(text(reader, ""), "SAM-1-v39-48"))
        assert "новий" in said
        assert "Ціна 1 120,50 ₴" in said
        assert "Категорія Фарби / Інтер&#39;єрні" in said
        assert "Одиниця шт." in said
        assert "Акційна ціна" not in said

    def test_each_write_says_what_became_of_it_in_the_words_of_the_crm(self, reader: TestClient) -> None:
        page = text(reader, "")
        refused = item_with(page, "ПОЛ-7")
        assert "відхилено" in refused
        assert "title: занадто довга назва; +3805***4567" in refused
        assert "CRM не зберегла: Інші ціни" in item_with(page, "3 двійники")
        assert "результат невідомий" in item_with(page, "SAM-1-v39-48")

    def test_items_in_quarantine_name_each_other(self, reader: TestClient) -> None:
        page = text(reader, "?facet=quarantine")
        assert "Валик поролоновий" in item_with(page, "Валик велюровий</div>")
        assert "Той самий артикул" in words_of(page)
        assert f"90,00{FIXED}₴" in item_with(page, "Валик велюровий</div>")

    def test_what_deserves_a_look_says_why(self, reader: TestClient) -> None:
        said = words_of(item_with(text(reader, ""), "Шпаклівка"))
        assert "без артикула" in said
        assert "Немає артикула" in said

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "123456789"),
            ("facet=new", "3"),
            ("facet=price", "24"),
            ("facet=special", "2"),
            ("facet=text", "24"),
            ("facet=picture", "29"),
            ("facet=twins", "2"),
            ("facet=quarantine", "56"),
            ("facet=absent", "7"),
            ("facet=category", "1"),
            ("facet=text&state=failed", "4"),
            ("state=uncertain", "3"),
            ("state=planned", "49"),
            ("sought=sam 1", ""),
            ("sought= sam-1 ", "23"),
            ("sought=Sam-1-V39-48", "3"),
            ("sought=8", "23"),
            ("sought=42", "23"),
            ("sought=Світанок", "23"),
            ("sought=інструмент", "56"),
            ("sought=100%25", ""),
            ("sought=_", ""),
            ("sought=&facet=&state=&run=", "123456789"),
            ("run=400", ""),
            ("facet=nothing", ""),
        ],
    )
    def test_filters_narrow_together(self, reader: TestClient, query: str, found: str) -> None:
        assert listed(text(reader, f"?{query}")) == found

    def test_tabs_count_the_whole_plan_and_keep_the_other_filters(self, reader: TestClient) -> None:
        page = text(reader, "?sought=sam-1")
        assert re.search(r'class="facet-price">Ціна <b>2</b>', page)
        assert 'href="./?facet=price&amp;sought=sam-1"' in page
        assert '<span class="facet-remark">' not in page

    def test_pages_follow_each_other_without_gaps(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute(MANY, [120])
        address, seen = "?facet=new", []
        while address:
            page = text(reader, address)
            seen += re.findall(r'<div class="title">(Товар \d+)<', page)
            following = re.search(r'href="\./(\?[^"]*)" rel="next"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 120

    def test_progress_tells_what_is_written_refused_and_left(self, reader: TestClient) -> None:
        head = text(reader, "").partition("<table")[0]
        assert "<b>4</b> з 8 записано" in head
        assert "відхилено 1" in head
        assert "чекає 2, менше хвилини" in head

    def test_a_later_run_without_a_plan_is_told_above_the_last_plan(self, reader: TestClient) -> None:
        page = text(reader, "")
        assert "запуск №&nbsp;402" in page
        assert "до плану не дійшло" in page
        assert 'data-run="401"' in page

    def test_a_plan_without_differences_says_that_all_is_the_same(self, reader: TestClient) -> None:
        page = text(reader, "?run=400")
        assert "Відмінностей немає" in page
        assert "жодного: у CRM усе вже так, як на сайті" in page

    def test_a_run_that_failed_before_its_plan_says_so(self, reader: TestClient) -> None:
        assert "До плану не дійшло: KeepinCRM" in text(reader, "?run=402")

    def test_a_dry_run_says_that_nothing_was_sent(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("update ops.run set dry_run = true, state = 'success' where run_id = 401")
            connection.execute("update ops.action set state = 'skipped' where run_id = 401")
        page = text(reader, "")
        assert "за планом, нічого не надіслано" in page
        assert "лише план" in item_with(page, "K-72")

    def test_values_that_cannot_be_read_stop_nothing(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute(
                """update ops.action set before = '["damaged"]', after = '{"price": {"a": 1}, "asset_url": 7,
                "named_prices": 5, "category_id": "x", "title": null, "x": [1, {"y": 2}]}'"""
            )
            connection.execute("update mart.catalog_difference set details = '[]', materials = '[]'")
        assert len(items(text(reader, ""))) == 9

    def test_broken_settings_show_every_problem_and_the_plan_stays(
        self, starter: TestClient, settings_folder: Path
    ) -> None:
        (settings_folder / "opencart_catalog.yaml").write_text("shop: {url: nowhere}", encoding="utf-8")
        page = text(starter, "")
        assert "Налаштування не читаються" in page
        assert listed(page) == "123456789"
        assert "Спершу виправте налаштування" in page

    @pytest.mark.parametrize("query", ["after=abc", "run=0", "sought=a%00b", "facet=%00"])
    def test_nonsense_in_an_address_is_no_page(self, reader: TestClient, query: str) -> None:
        assert "Такої сторінки немає" in text(reader, f"?{query}", 404)

    def test_an_empty_warehouse_advises_a_dry_run(self, reader: TestClient, shop: str) -> None:
        with psycopg.connect(shop) as connection:
            connection.execute("truncate ops.run, mart.catalog_difference cascade")
        assert "Каталог ще жодного разу не порівнювався" in text(reader, "")
        assert "Каталог ще жодного разу не порівнювався" in text(reader, "lookalikes")
        assert "Каталог ще жодного разу не передавався" in text(reader, "runs")


@pytest.mark.usefixtures("shop")
class TestStart:
    def test_the_form_asks_for_all_that_the_dag_knows_and_nothing_else(self, starter: TestClient) -> None:
        from plugins.pipelines.opencart_params import PARAMS

        page = text(starter, "")
        form = page[page.index('class="start') : page.index("</form>")]
        assert set(re.findall(r'name="(\w+)"', form)) == set(PARAMS)
        assert 'data-kind="lines"' in form
        assert 'data-kind="number"' in form

    def test_who_may_not_start_is_told_so(self, reader: TestClient) -> None:
        page = text(reader, "")
        assert "Немає права запускати DAG opencart_catalog" in page
        assert 'class="start' not in page


@pytest.mark.usefixtures("shop")
class TestLookalikes:
    def test_letters_of_two_alphabets_are_told_apart(self, reader: TestClient) -> None:
        page = text(reader, "lookalikes?kind=CATALOG_LOOKALIKE")
        assert '<span class="cyrillic" title="кирилиця">А</span>-1' in page
        assert '<span class="latin" title="латиниця">A</span>-1' in page
        assert page.count('<td data-label="На сайті">') == 1

    def test_materials_without_an_article_stand_beside_their_namesakes(self, reader: TestClient) -> None:
        page = text(reader, "lookalikes?kind=CATALOG_TITLE_WITHOUT_SKU")
        assert "без артикула" in page
        assert "sought=91" in page

    def test_damaged_remarks_stop_nothing(self, reader: TestClient) -> None:
        assert len(re.findall('data-label="У CRM"', text(reader, "lookalikes"))) == 3


@pytest.mark.usefixtures("shop")
class TestRuns:
    def test_a_row_of_the_log_leads_to_the_item_in_the_plan(self, reader: TestClient) -> None:
        page = text(reader, "runs/401")
        assert 'href="../?run=401&amp;sought=42"' in page
        assert 'href="../?run=401&amp;sought=42%235%3A39%2C13%3A48"' in page
        assert page.count('href="../lookalikes?run=401"') == 3
        assert listed(text(reader, "?run=401&sought=42%235%3A39%2C13%3A48")) == "3"
        assert "Клиент" not in page
        assert '<a href="../?run=401">план цього запуску</a>' in page

    def test_the_log_counts_items(self, reader: TestClient) -> None:
        page = text(reader, "runs")
        assert "2</b> нові товари" in page
        assert f"1{THIN}204</b> без змін" in page
