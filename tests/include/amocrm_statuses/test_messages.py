"""What the log of the funnel says, code by code: every code of amoCRM and of the push is told."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amocrm_statuses.messages import TELLERS, WORDS
from include.amocrm_statuses.wording import COUNTED, MARKERS, OUTCOMES
from include.paths import SQL_DIR
from include.wording.messages import describe

MOSCOW = ZoneInfo("Europe/Moscow")
WON = {
    "title": "Лицензии",
    "from": "Договор",
    "to": "Акты",
    "marker": "success",
    "sales": [0, "184500.00"],
    "success_at": "2026-02-10T08:00:00+00:00",
}
STAYED = {"title": "Продление", "from": "Заявка", "to": "Заявка", "marker": None, "sales": [None, None]}
TOLD: dict[str, tuple[dict[str, Any], str]] = {
    "AMO_MOVED": (
        {"funnels": {"a": WON}},
        "«Договор» → «Акты», объём продаж 0,00 → 184 500,00",
    ),
    "AMO_WON": ({"funnels": {"a": WON}}, "10.02.2026 11:00 МСК"),
    "AMO_REFUSED": ({"funnels": {"a": STAYED}}, ""),
    "AMO_NEW": ({"funnels": {"a": {"from": None, "to": "Заявка", "sales": [0, "0.00"]}}}, "«Заявка»"),
    "AMO_CHANGED": (
        {"fields": ["price", "utm", "strange"], "funnels": {"a": {**STAYED, "sales": ["10", "20.5"]}}},
        "сумма сделки, UTM-метки, strange; объём продаж 10,00 → 20,50",
    ),
    "AMO_DELETED": ({"why": "deleted", "funnels": {"a": WON}}, "«Договор» → вне воронки"),
    "AMO_CONNECTED": ({"message": "Подключено: аккаунт 1, a.amocrm.ru."}, "аккаунт 1, a.amocrm.ru."),
    "AMO_FILTERED": ({"why": "filtered", "funnels": {"a": WON}}, "«Договор» → вне воронки"),
    "AMO_UNMAPPED": ({"status": "Спор", "pipeline": "Лицензии"}, "статус «Спор», воронка «Лицензии»"),
    "AMO_ZERO_SUCCESS": ({"price": 0}, "сумма сделки 0,00"),
    "AMO_UNPARSABLE_NUMBER": (
        {"unread": [{"field_id": 5, "name": "Себестоимость"}, {"field_id": 6}]},
        "«Себестоимость» (5); 6",
    ),
    "AMO_COVERAGE": (
        {
            "pipelines": [
                {"name": "А", "leads": 1200, "mapped": 1000, "unmapped_statuses": ["Спор", {"name": "Суд"}]},
                {"name": "Б", "leads": 0, "mapped": 0, "unmapped_statuses": []},
            ]
        },
        "«А» 1 000 из 1 200, не сопоставлены «Спор», «Суд»; «Б» 0 из 0",
    ),
    "AMO_HISTORY_FROM": ({"history_from": "2026-01-01T00:00:00+00:00"}, "01.01.2026 03:00 МСК"),
    "AMO_BACKFILL": (
        {"from": "2026-01-01T00:00:00+00:00", "to": "2026-01-01T01:00:00+00:00", "events": 3},
        "с 01.01.2026 03:00 МСК по 01.01.2026 04:00 МСК, 3 события",
    ),
    "AMO_FULL_BUILD": ({"leads": 21}, "21 сделка"),
    "AMO_LEADS_MISSING": ({"leads": 2, "lead_ids": [5, 7]}, "2 сделки, № 5, 7"),
    "AMO_OTHER_ACCOUNT": ({"known": 1, "told": 2}, "знаем № 1, доступ дан к № 2"),
    "AMO_ACCOUNT_MOVED": ({"host": "demo-new.amocrm.ru"}, "теперь demo-new.amocrm.ru"),
    "AMO_MAPPING_WARNING": ({"text": "нет контейнера с отказом"}, "нет контейнера с отказом"),
    "AMO_STARTER": ({"yaml": "funnels: []"}, "текст в подробностях и на странице «Сопоставление»"),
    "SDH_NO_MARKERS": ({"markers": ["success"]}, "«Завершенная сделка»"),
    "SDH_NO_STATUS": ({"containers": ["Спор"], "leads": 4}, "«Спор», 4 сделки"),
}

TOLD_KEYS = (
    *("funnels", "from", "to", "title", "marker", "sales", "success_at", "fields", "unread", "why", "price"),
    *(
        "pipelines",
        "unmapped_statuses",
        "name",
        "leads",
        "mapped",
        "lead_ids",
        "events",
        "markers",
        "message",
    ),
)


def told(code: str, details: Any) -> str:
    [sentence] = describe([code], details, {}, MOSCOW, WORDS.tellers)
    return sentence.particulars.replace("\u202f", " ").replace("\u00a0", " ")


def codes() -> set[str]:
    """Read the dictionary of codes from the schema."""
    [schema] = (SQL_DIR / "schema").glob("*_amocrm.sql")
    return set(re.findall(r"^\('((?:AMO|SDH)_\w+)'", schema.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_code_has_a_teller() -> None:
    assert len(codes()) > 45
    assert codes() == TELLERS.keys()


def test_every_outcome_is_counted_in_words() -> None:
    assert COUNTED.keys() == OUTCOMES.keys()


def test_markers_are_called_as_the_vendor_calls_them() -> None:
    assert list(MARKERS.values()) == ["Завершенная сделка", "Отказ", "Возврат", "Пауза в обработке"]


@pytest.mark.parametrize("code", TOLD)
def test_details_are_told(code: str) -> None:
    details, words = TOLD[code]
    assert told(code, details) == words


def test_steps_in_several_funnels_are_told_apart() -> None:
    second = {**WON, "title": "Продление", "sales": [1, 1], "success_at": None}
    assert told("AMO_MOVED", {"funnels": {"a": {**WON, "success_at": None}, "b": second}}) == (
        "Лицензии: «Договор» → «Акты», объём продаж 0,00 → 184 500,00; Продление: «Договор» → «Акты»"
    )


@pytest.mark.parametrize("code", sorted(TELLERS))
@given(
    details=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*TOLD_KEYS, "x"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_damaged_details_stop_no_page(code: str, details: Any) -> None:
    told(code, details)
