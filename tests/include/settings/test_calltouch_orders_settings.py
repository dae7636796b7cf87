from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from include.errors import ConfigError
from include.paths import SETTINGS_DIR
from include.settings.calltouch_orders import load_calltouch_orders

SHIPPED = (SETTINGS_DIR / "calltouch_orders.yaml").read_text(encoding="utf-8")
PROFILES = SHIPPED[SHIPPED.index("profiles:") :]
FIRST_REF = "5f0e7b1a-6d41-11ec-80d1-2c44fd8322a7"
ACCOUNTS = """\
accounts:
  - {name: main, site_id: 1, api_token: calltouch}
  - {name: second, site_id: 2, api_token: calltouch_second}
"""
HEAD = f"""\
go_live_date: 2026-01-01
organisations:
  - {{name: shop, ref: {FIRST_REF}}}
  - {{name: service, ref: 6a1c2f94-6d41-11ec-80d1-2c44fd8322a7}}
{ACCOUNTS}"""
RULES_AT = HEAD.count("\n") + 2  # the line of the first rule


def rules(*rows: str) -> str:
    return HEAD + "exchange_rules:\n" + "".join(f"  - {{account: main, {row}}}\n" for row in rows) + PROFILES


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from text, through the folder an operator would use."""
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))

    def load(text: str, has_connection=None):
        (tmp_path / "calltouch_orders.yaml").write_text(text, encoding="utf-8")
        return load_calltouch_orders(has_connection)

    return load


@pytest.fixture
def problems(load):
    def problems(text: str, has_connection=None) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, has_connection)
        return [problem.removeprefix("calltouch_orders.yaml:") for problem in caught.value.problems]

    return problems


def test_the_shipped_file_is_valid_and_has_the_dossiers_defaults():
    settings = load_calltouch_orders(lambda connection: connection in ("calltouch", "onec"))
    (main,) = settings.accounts
    assert (main.name, main.site_id, main.api_token, main.auto_exchange) == (
        "main",
        "12345",
        "calltouch",
        True,
    )
    assert (main.limits.requests_per_second, main.limits.automatic_share) == (4.6, Decimal("0.8"))
    assert settings.model_dump(
        include={
            *(
                "crm",
                "calltouch_tz",
                "create_revenue",
                "lead_type_to_match",
                "search_depth",
                "line_condition",
            ),
            *("replace_tags", "skip_derived_orders", "deleted_status", "source_wait_hours"),
        }
    ) == {
        **{"crm": "Dalion", "calltouch_tz": "Europe/Moscow", "create_revenue": "document_sum"},
        **{"lead_type_to_match": "nearest", "search_depth": 262800, "line_condition": "any"},
        **{
            "replace_tags": True,
            "skip_derived_orders": False,
            "deleted_status": None,
            "source_wait_hours": 72,
        },
    }
    assert settings.profile.orders[1].shipped_when is not None
    assert [rule.condition_count for rule in settings.exchange_rules] == [1, 2, 2, 1, 2]


def test_what_has_a_default_need_not_be_written(load):
    settings = load(rules("funnel_name: F"))
    assert settings.go_live_date == date(2026, 1, 1)
    assert settings.onec.model_dump() == {
        **{"source": "odata", "connection": "onec", "onec_profile": "dalion_default"},
        **{"onec_tz": "Europe/Moscow", "orders_window_days": 7, "sweep_orders_days": 60},
        **{"shipments_window_days": 60, "sweep_shipments_days": 365, "write_back": True},
        **{"create_ad_source": False, "data_load_mode": False},
    }
    account = settings.account("second")
    assert (account.site_id, account.show_messages, account.limits.hour_points) == ("2", True, 0)
    assert settings.rules_of(account) == ()
    assert settings.stop_list.numbers == frozenset()


def test_rules_name_organisations_and_documents_in_the_vendors_words(load):
    text = rules("organisation: shop, conditions: {document_kind: заказ-наряд}, funnel_name: F, lead_tag: T")
    settings = load(text)
    (rule,) = settings.rules_of(settings.account("main"))
    assert (rule.organisation_ref, rule.must_be_of) == (UUID(FIRST_REF), UUID(FIRST_REF))
    assert (rule.document_kind, rule.lead_tag, rule.condition_count) == ("work_order", "T", 2)


def test_an_organisation_among_the_conditions_is_a_condition_and_selects_nothing(load):
    settings = load(rules("conditions: {organisation: shop}, funnel_name: F"))
    (rule,) = settings.rules_of(settings.account("main"))
    assert (rule.organisation_ref, rule.must_be_of, rule.condition_count) == (None, UUID(FIRST_REF), 1)


def test_phones_of_the_stop_list_are_compared_as_numbers(load):
    text = rules("funnel_name: F") + "stop_list: {phones: ['8 (921) 000-11-22', 89210002233]}\n"
    assert load(text).stop_list.numbers == {"79210001122", "79210002233"}


def test_all_problems_come_at_once_with_line_key_and_suggestion(problems):
    text = (
        rules("funnel_name: A", "organisation: shp, funnel_name: B", "funel_name: C, manual_priority: 0")
        .replace("site_id: 2", "site_id: 1")
        .replace("name: second,", "name: MAIN, limits: {requests_per_second: 6, price: 1},")
        .replace(
            "go_live_date: 2026-01-01", "go_live_date: soon\ncalltouch_tz: Europe/Moskow\nsearch_depht: 120"
        )
    )
    text += "onec: {onec_profile: dalion}\n"
    last = text.count("\n")
    assert problems(text, lambda connection: connection == "calltouch") == [
        "1: go_live_date: нужна дата вида 2026-01-31",
        "2: calltouch_tz: часового пояса «Europe/Moskow» нет; может быть, «Europe/Moscow»?",
        "3: search_depht: неизвестный ключ; может быть, «search_depth»?",
        "9: accounts.1.limits.requests_per_second: нужно не больше 5.0",
        "9: accounts.1.limits.price: неизвестный ключ; может быть, «prices»?",
        "9: accounts.1.name: «MAIN» уже есть в accounts.0",
        "9: accounts.1.site_id: «1» уже есть в accounts.0",
        "9: accounts.1.api_token: в Airflow нет Connection «calltouch_second»: заведите её или поправьте имя",
        "12: exchange_rules.1.organisation: организации «shp» нет; может быть, «shop»?",
        "13: exchange_rules.2.funnel_name: обязательный ключ не указан",
        "13: exchange_rules.2.manual_priority: нужно не меньше 1",
        "13: exchange_rules.2.funel_name: неизвестный ключ; может быть, «funnel_name»?",
        f"{last}: onec.onec_profile: профиля «dalion» нет; может быть, «dalion_default»?",
        f"{last}: onec.connection: в Airflow нет Connection «onec»: заведите её или поправьте имя",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("organisation: shop", "organisation: shop"),
        ("organisation: shop", "conditions: {organisation: shop}"),
        ("organisation: shop", "conditions: {document_kind: work_order}"),
        ("conditions: {document_kind: work_order}", "conditions: {document_kind: Заказ-наряд}"),
        ("conditions: {nomenclature_kind: Шины}", "conditions: {nomenclature_kind: Масла}"),
        ("conditions: {nomenclature_kind: Шины}", "conditions: {nomenclature: Масла}"),
        ("conditions: {nomenclature: Шины}", "conditions: {nomenclature: Масла}"),
        ("manual_priority: 7", "manual_priority: 7"),
    ],
)
def test_rules_that_leave_a_funnel_open_are_refused_with_the_line_of_the_second(problems, one, other):
    texts = [f"funnel_name: {name}{', ' if row else ''}{row}" for name, row in (("A", one), ("B", other))]
    (problem,) = problems(rules(*texts))
    assert problem.startswith(f"{RULES_AT + 1}: exchange_rules.1.manual_priority: вместе с exchange_rules.0 ")
    assert problem.endswith("поровну: задайте разный manual_priority, 1 важнее всех")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("manual_priority: 1", "manual_priority: 2"),
        ("organisation: shop", "organisation: service"),
        ("organisation: shop", "manual_priority: 1"),
        ("conditions: {document_kind: work_order}", "conditions: {document_kind: customer_order}"),
        ("organisation: shop", "organisation: shop, conditions: {document_kind: work_order}"),
    ],
)
def test_rules_that_never_tie_are_taken(load, one, other):
    assert load(rules(f"funnel_name: A, {one}", f"funnel_name: B, {other}"))


@pytest.mark.parametrize("condition", ["all", "majority_sum"])
def test_two_kinds_of_goods_do_not_tie_where_one_must_hold_for_the_whole_order(load, condition):
    kinds = [f"funnel_name: {kind}, conditions: {{nomenclature_kind: {kind}}}" for kind in ("Шины", "Масла")]
    assert load(rules(*kinds) + f"line_condition: {condition}\n")


def test_rules_of_different_accounts_never_tie(load):
    assert load(
        rules("funnel_name: A", "funnel_name: B").replace("main, funnel_name: B", "second, funnel_name: B")
    )


def test_a_third_rule_that_ties_with_two_is_told_of_both(problems):
    found = problems(rules("funnel_name: A", "funnel_name: B, manual_priority: 2", "funnel_name: C"))
    assert [problem.partition(":")[0] for problem in found] == [str(RULES_AT + 2)]
    assert len(problems(rules("funnel_name: A", "funnel_name: B", "funnel_name: C"))) == 3


def test_one_organisation_has_one_lead_tag(problems, load):
    tagged = rules("funnel_name: A, lead_tag: X", "funnel_name: B, lead_tag: Y, manual_priority: 2")
    assert problems(tagged) == [
        f"{RULES_AT + 1}: exchange_rules.1.lead_tag: "
        "у той же организации в exchange_rules.0 другой тег «X»: нужен один"
    ]
    assert load(tagged.replace("lead_tag: Y", "organisation: shop, lead_tag: Y"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("account: main", "account: mian", "аккаунта «mian» нет; может быть, «main»?"),
        (
            "funnel_name: F",
            "organisation: shop, conditions: {organisation: service}, funnel_name: F",
            "ни одному",
        ),
        ("funnel_name: F", "conditions: {organisation: servis}, funnel_name: F", "может быть, «service»?"),
        ("funnel_name: F", "conditions: {document_kind: Заказ-нарят}, funnel_name: F", "«Заказ-наряд»?"),
        ("funnel_name: F", "conditions: {nomenclatura: F}, funnel_name: F", "может быть, «nomenclature»?"),
        ("funnel_name: F", "funnel_name: ''", "не может быть пустым"),
        ("name: service", "name: shop", "organisations.1.name: «shop» уже есть в organisations.0"),
        (f"ref: {FIRST_REF}", "ref: shop", "нужен GUID вида"),
        (f"ref: {FIRST_REF}", "ref: 00000000-0000-0000-0000-000000000000", "это пустая ссылка 1С"),
        ("site_id: 1", "site_id: www", "нужен числовой ID личного кабинета"),
        ("api_token: calltouch_second", "api_token: calltouch", "«calltouch» уже есть в accounts.0"),
        (
            "api_token: calltouch}",
            "api_token: calltouch, limits: {prices: {creat: 2}}}",
            "может быть, «create»?",
        ),
        ("api_token: calltouch}", "api_token: calltouch, limits: {hour_points: -1}}", "нужно не меньше 0"),
        ("api_token: calltouch}", "api_token: calltouch, limits: {automatic_share: 0}}", "нужно больше 0"),
        ("accounts:", "acounts:", "неизвестный ключ; может быть, «accounts»?"),
        ("go_live_date: 2026-01-01", "create_revenue: nul", "нужно одно из: document_sum, zero"),
        ("go_live_date: 2026-01-01", "line_condition: al", "может быть, «all»?"),
        (
            "go_live_date: 2026-01-01",
            "onec: {orders_window_days: 0}",
            "onec.orders_window_days: нужно не меньше 1",
        ),
        ("go_live_date: 2026-01-01", "stop_list: {phones: [none]}", "stop_list.phones.0: «none» не телефон"),
        ("go_live_date: 2026-01-01", "stop_list: {contractors: [x]}", "stop_list.contractors.0: нужен GUID"),
        ("go_live_date: 2026-01-01", "accounts: []", "accounts: ключ указан второй раз"),
    ],
)
def test_defects_are_pointed_at(problems, old, new, problem):
    text = rules("funnel_name: F")
    assert old in text
    found = problems(text.replace(old, new, 1))
    line = next(number for number, row in enumerate(text.splitlines(), 1) if old in row)
    assert any(problem in said and said.startswith(f"{line}:") for said in found) or (
        "второй раз" in problem and any(problem in said for said in found)
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "number: Number",
            "nomber: Number",
            "profiles.dalion_default.header.nomber: неизвестный ключ; может быть, «number»?",
        ),
        (
            "entity: Document_ЗаказНаряд",
            "entity: Documents_ЗаказНаряд",
            "orders.1.entity: «Documents_ЗаказНаряд» не набор OData; может быть, «Document_»?",
        ),
        ("section: Работы", "section: 'Раб оты'", "orders.1.lines.1.section: «Раб оты» не имя в 1С"),
        (
            "section: Работы",
            "sektion: Работы",
            "orders.1.lines.1.sektion: неизвестный ключ; может быть, «section»?",
        ),
        (
            "{field: ДатаЗакрытия, not_empty: true}",
            "{feld: ДатаЗакрытия}",
            "shipped_when.feld: неизвестный ключ; может быть, «field»?",
        ),
        ("kind: work_order", "kind: customer_order", "orders: вид документа указан дважды"),
        ("      cost: Себестоимость\n", "", "для source: register не хватает cost"),
        ("source: register", "source: registr", "может быть, «register»?"),
        ("      contacts: Catalog_Контрагенты_КонтактнаяИнформация\n", "", "телефоны взять неоткуда"),
        ("short: ИсточникРекламы, ", "", "ad_source.short: обязательный ключ не указан"),
    ],
)
def test_defects_of_a_profile_are_pointed_at(problems, old, new, problem):
    text = rules("funnel_name: F")
    assert old in text
    assert any(problem in found for found in problems(text.replace(old, new, 1)))


def test_contacts_may_be_attributes_of_the_contractor_and_profit_may_be_unknown(load):
    text = rules("funnel_name: F").replace("      contacts: Catalog_Контрагенты_КонтактнаяИнформация\n", "")
    text += "    contacts: {mode: attributes, phones: [Телефон]}\n"
    text = text.replace("source: register", "source: none")
    assert load(text).profile.contacts.phones == ["Телефон"]


def test_1c_needs_no_connection_when_it_is_neither_read_nor_written(load, problems):
    calltouch = {"calltouch", "calltouch_second"}
    text = rules("funnel_name: F") + "onec: {source: mart, write_back: false}\n"
    assert load(text, calltouch.__contains__)
    (problem,) = problems(text.replace("write_back: false", "write_back: true"), calltouch.__contains__)
    assert "Connection «onec»" in problem


def test_connections_are_not_looked_for_where_nobody_can_tell(load):
    assert load(rules("funnel_name: F"))


@pytest.mark.parametrize("text", ["", "- 1\n", "text", "accounts: 1\nexchange_rules: {}\norganisations: x\n"])
def test_a_file_of_another_shape_is_refused(problems, text):
    assert problems(text, lambda connection: False)


def test_a_window_too_small_for_a_single_call_is_refused(problems):
    text = (HEAD + "exchange_rules: []\n" + PROFILES).replace(
        "api_token: calltouch}", "api_token: calltouch, limits: {hour_points: 2, prices: {create: 3}}}"
    )
    assert problems(text) == [
        "6: accounts.0.limits: вызов за 3 не пройдёт: из hour_points запускам доступно 1.6"
    ]


def test_derived_orders_cannot_be_skipped_while_nothing_tells_which_are(problems):
    text = "skip_derived_orders: true\n" + HEAD + "exchange_rules: []\n" + PROFILES
    assert problems(text) == [
        "1: skip_derived_orders: нужен реквизит документа-основания: profiles.dalion_default.header.base"
    ]
