"""What cannot begin is told at once, in Ukrainian, before anything is asked of the CRM."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop

RUSSIAN = re.compile(r"[ыэъё]", re.IGNORECASE)  # letters that Ukrainian has not
WRONG = """
timezone: Europe/Kiyv
shop:
  url: shop.example
  conection: opencart
crm:
  connection: nobody_has_made_it
  seconds_between_calls: 0.1
guards:
  max_failed: many
"""


def test_all_that_is_wrong_in_the_settings_is_told_at_once_with_lines(
    shop: "PaintShop", tmp_path: Path
) -> None:
    (tmp_path / "opencart_catalog.yaml").write_text(WRONG.lstrip(), encoding="utf-8")
    refused = shop.run()
    assert refused.state == "failed"
    problems = shop.run_of(refused)["error"].splitlines()
    assert [problem.partition(": ")[0].rpartition(":")[2] for problem in problems] == list("134679")
    assert "можливо, «connection»?" in problems[2]
    assert "можливо, «Europe/Kyiv»?" in problems[0] or "Europe/K" in problems[0]
    assert not RUSSIAN.search("".join(problems)), problems
    assert shop.crm.calls() == []


@pytest.mark.parametrize(
    ("conf", "words"),
    [
        ({"dryrun": True}, "Невідомий параметр «dryrun»; можливо, «dry_run»?"),
        ({"only_articles": [" ", ""]}, "only_articles: жодного артикула не вказано"),
    ],
)
def test_a_param_that_makes_no_sense_is_refused(shop: "PaintShop", conf: dict[str, Any], words: str) -> None:
    refused = shop.run(kind="manual", **conf)
    assert refused.state == "failed"
    assert words in shop.run_of(refused)["error"]
    assert shop.written() == []


def test_a_key_that_the_crm_does_not_know_stops_the_run_in_plain_words(
    shop: "PaintShop", monkeypatch: pytest.MonkeyPatch
) -> None:
    crm = json.loads(os.environ["AIRFLOW_CONN_KEEPINCRM"]) | {"password": "another-key-of-tests"}
    monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", json.dumps(crm))
    refused = shop.run()
    assert refused.state == "failed"
    assert "ключ API не прийнято (401)" in shop.run_of(refused)["error"]
    assert "another-key-of-tests" not in shop.run_of(refused)["error"]
    assert "ACCESS_DENIED" in shop.codes(refused)


def test_a_shop_whose_database_is_away_fails_the_run_in_plain_words(
    shop: "PaintShop", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", "postgres://reader:pa55-of-tests@127.0.0.1:1/shop")
    refused = shop.run()
    assert refused.state == "failed"
    assert "База магазину не відповіла" in shop.run_of(refused)["error"]
    assert "pa55-of-tests" not in shop.run_of(refused)["error"]
    assert shop.written() == []


def test_what_a_run_tells_is_ukrainian_throughout(
    open_shop: "Callable[..., PaintShop]", caplog: pytest.LogCaptureFixture
) -> None:
    shop = open_shop()
    caplog.set_level("INFO")
    shop.run(kind="manual", allow_mass_create=True, allow_mass_update=True)
    shop.run(kind="manual", dry_run=True)
    told = [
        record.getMessage() for record in caplog.records if record.name.startswith(("plugins", "airflow"))
    ]
    ours = [line for line in told if re.search("[а-яіїєґ]", line, re.IGNORECASE)]
    assert len(ours) > 10
    assert [line for line in ours if RUSSIAN.search(line)] == []
