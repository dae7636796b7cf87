"""Settings that are wrong are refused before the first call, all problems at once, each with its line."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.calltouch_orders.shop import Shop

SADOVAYA = "Автозапчасти на Садовой"


@pytest.fixture
def badly_set(open_shop: "Callable[..., Shop]") -> "Shop":
    """Return a shop with three things wrong in its settings."""
    from tests.calltouch_orders.shop import account

    rule = {"account": "main", "organisation": SADOVAYA, "funnel_name": "Шины", "manual_priority": 1}
    return open_shop(
        accounts=[account("main", api_token="nobody_has_made_it"), account("service")],
        exchange_rules=[
            rule | {"conditions": {"nomenclature_kind": "Шины"}},
            rule | {"conditions": {"nomenclature_kind": "Масла"}, "funnel_name": "Масла"},
            rule | {"organisation": "Автозапчасти на Садавой", "manual_priority": 2},
        ],
    )


def line_of(text: str, of: str) -> int:
    """Tell in which line of the settings a text stands last."""
    lines = of.splitlines()
    return max(number for number, line in enumerate(lines, 1) if text in line)


def test_all_that_is_wrong_is_told_at_once_with_its_line_and_nobody_is_called(
    badly_set: "Shop", airflow_db: str, tmp_path: Path
) -> None:
    from tests.calltouch_orders.in_airflow import run_in_airflow

    run = run_in_airflow()
    assert str(run.state) == "failed"
    (told,) = badly_set.rows("select state, error from ops.run where dag_run_id = %s", run.run_id)
    written = (tmp_path / "calltouch_orders.yaml").read_text(encoding="utf-8")
    problems = told["error"].splitlines()
    for text, words in {
        "nobody_has_made_it": "nobody_has_made_it",
        "Автозапчасти на Садавой": f"может быть, «{SADOVAYA}»",
    }.items():
        place = f"calltouch_orders.yaml:{line_of(text, written)}: "
        assert [line for line in problems if place in line and words in line], (place, problems)
    tied = [line for line in problems if "exchange_rules.1" in line]
    assert tied, problems
    assert len(problems) == 3
    assert told["state"] == "failed"
    assert badly_set.control.requests() == []


@pytest.mark.parametrize(
    ("conf", "words"),
    [
        ({"mode": "send_one"}, "document"),
        ({"mode": "send_period", "date_from": "2026-03-02"}, "date_to"),
        (
            {"mode": "send_period", "date_from": "2026-03-02", "date_to": "2026-03-01"},
            "раньше, чем начинается",
        ),
        ({"account": "mian"}, "может быть, «main»"),
        ({"documnet": "x"}, "может быть, «document»"),
        ({"mode": "check_one", "document": "СД00-999999"}, "не найден"),
    ],
)
def test_what_a_person_asks_for_and_cannot_be_done_is_told_in_words(
    shop: "Shop", conf: dict[str, str], words: str
) -> None:
    shop.live(1)
    run = shop.run("manual", **conf)
    assert run.state == "failed"
    errors = " ".join(str(row["error"]) for row in shop.rows("select error from ops.run"))
    assert words in errors, errors
    assert shop.calltouch.calls() == []


@pytest.mark.parametrize(
    ("conf", "words"),
    [
        ({"document": "СД00-000101"}, "Указан параметр document, а режим auto"),
        (
            {"mode": "send_one", "document": "1", "date_to": "2026-03-01"},
            "параметр date_to, а режим send_one",
        ),
        ({"mode": "check_one", "document": "1", "rematch": True}, "параметр rematch, а режим check_one"),
    ],
)
def test_a_param_of_another_mode_is_refused_before_anything_is_read(
    shop: "Shop", conf: dict[str, Any], words: str
) -> None:
    shop.live(1)
    refused = shop.run(kind="manual", **conf)
    assert refused.state == "failed"
    assert words in str(refused.errors["choose_accounts"])
    assert shop.onec.order(read="calls")["calls"] == 0
