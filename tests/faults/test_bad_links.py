"""A link that gives no file: the run says why, the mart is left alone, the next file is imported whole."""

from pathlib import Path

import pytest

from plugins.hooks.export_fault import TemporaryFetchFailed
from tests.faults.company import AFTER
from tests.faults.pipeline import (
    GOOD,
    IMPATIENT,
    PATIENT,
    Attempt,
    assert_refused,
    assert_the_next_file_is_imported,
    import_link,
    tables,
)
from tests.faults.shop import Answer, Shop

SILENCE = "silence"
FOR_GOOD = {
    "nothing there": (Answer(status=404), r"По ссылке ничего нет \(404\)\. Проверьте ссылку"),
    "gone": (Answer(status=410), r"По ссылке ничего нет \(410\)"),
    "a login wanted": (Answer(status=401), r"отказал в доступе \(401\), назовите у источника подключение"),
    "forbidden": (Answer(status=403), r"отказал в доступе \(403\)"),
    "an odd status": (Answer(status=418), "ответ 418"),
    "a redirect to itself": (
        Answer(status=302, headers={"Location": "/again"}),
        "перенаправляет больше 3 раз",
    ),
    "a redirect nowhere": (Answer(status=302), "недопустимый адрес|неизвестно куда"),
    "a redirect to a file": (
        Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "недопустимый адрес",
    ),
}
FOR_NOW = {
    SILENCE: (Answer(GOOD, hang=30), "замолчал|не отвечает"),
    "half an answer": (Answer(GOOD, cut=50), "передан не до конца"),
    "too busy": (Answer(status=503), r"временно не отдаёт файл \(503\)"),
    "too often": (Answer(status=429), r"временно не отдаёт файл \(429\)"),
}


@pytest.mark.parametrize("name", FOR_GOOD)
def test_a_fault_that_stays_fails_the_run(url: str, shop: Shop, storage: Path, name: str) -> None:
    shop.answer, words = FOR_GOOD[name]
    before = tables(url)
    run = import_link(url, f"{shop.url}/export.xml?token=hidden")
    assert_refused(url, run, "FETCH_FAILED", words)
    assert "hidden" not in run.error
    assert tables(url) == before
    assert not list((storage / "deal_import" / "main").glob("*"))
    assert_the_next_file_is_imported(url, shop)


@pytest.mark.parametrize("name", FOR_NOW)
def test_a_fault_that_may_pass_leaves_the_run_open_for_the_next_attempt(
    url: str, shop: Shop, storage: Path, name: str
) -> None:
    shop.answer, words = FOR_NOW[name]
    before = tables(url)
    with pytest.raises(TemporaryFetchFailed, match=words):
        import_link(url, shop.url, "manual__1", timeouts=IMPATIENT if name == SILENCE else PATIENT)
    assert tables(url) == before
    assert not list((storage / "deal_import" / "main").glob("*"))
    shop.answer = Answer(AFTER)
    run = import_link(url, shop.url, "manual__1")
    assert (run.run_id, run.state, run.counters["created"]) == (2, "partial", 6)


def test_a_fault_that_has_not_passed_at_the_last_attempt_fails_the_run(url: str, shop: Shop) -> None:
    shop.answer = Answer(status=503)
    run = import_link(url, shop.url, attempt=Attempt(try_number=3))
    assert_refused(url, run, "FETCH_FAILED", r"временно не отдаёт файл \(503\)")
    assert_the_next_file_is_imported(url, shop)


def test_a_redirect_is_followed_to_the_file(url: str, shop: Shop, tmp_path: Path) -> None:
    moved = Answer(status=302, headers={"Location": "/new.xml"})
    shop.answers = {"/old.xml": moved, "/new.xml": Answer(GOOD)}
    run = import_link(url, f"{shop.url}/old.xml", min_share_of_last=0)
    assert (run.state, run.staged) == ("success", 2)


def test_a_folder_is_no_file(url: str, shop: Shop, tmp_path: Path) -> None:
    before = tables(url)
    run = import_link(url, tmp_path.as_uri())
    assert_refused(url, run, "FETCH_FAILED", "По ссылке папка, а нужен файл")
    assert tables(url) == before
    assert_the_next_file_is_imported(url, shop)


def test_a_cleared_run_takes_the_file_that_was_landed_for_it(url: str, shop: Shop) -> None:
    shop.answer = Answer(GOOD)
    assert_refused(url, import_link(url, shop.url, "manual__1"), "BAD_FILE", "allow_shrink")
    shop.answer = Answer(b"<html>")
    run = import_link(url, shop.url, "manual__1", min_share_of_last=0)
    assert (run.run_id, run.state, run.staged) == (3, "success", 2)
