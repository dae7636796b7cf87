"""A file that is not as agreed: the run says so, the mart is left alone, the next file is imported whole."""

import random
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from plugins.steps import ledger
from plugins.warehouse import Warehouse
from tests.faults.company import AFTER
from tests.faults.pipeline import GOOD, assert_refused, assert_the_next_file_is_imported, import_link, tables
from tests.faults.shop import Answer, Listener, Shop

TEXT = GOOD.decode()
BIG = 11 * 2**20
MANY = b"".join(
    b"<record><id>%d</id><payment_date>2026-02-25</payment_date><actual_amount>1</actual_amount>"
    b"<client><phone>79210003311</phone></client></record>" % number
    for number in range(10_000)
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def with_text(inside: str, before: str = "") -> bytes:
    """Put something into the first record of a good file."""
    return (before + TEXT.replace("<client>", f"<comment>{inside}</comment><client>", 1)).encode()


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "two roots": (GOOD + GOOD, "после корневого элемента есть что-то ещё"),
    "a root that is not closed": (b'<deal_export version="1.0">' + MANY, "файл обрывается"),
    "1251 called utf-8": (
        b'<?xml version="1.0" encoding="utf-8"?>' + AFTER.decode().encode("cp1251"),
        r"\(utf-8\)",
    ),
    "1251 called nothing": (AFTER.decode().encode("cp1251"), "не указана, значит UTF-8"),
    "utf-8 called utf-16": (b'<?xml version="1.0" encoding="utf-16"?>' + AFTER, "Файл не читается"),
    "an unheard-of encoding": (b'<?xml version="1.0" encoding="klingon"?>' + GOOD, "кодировка неизвестна"),
    "a zero byte": (with_text("a\0b"), "знак, которого в XML быть не может"),
    "zeros at the end": (GOOD + b"\0" * 512, "."),
    "a zero entity": (with_text("&#0;"), "знак, которого в XML быть не может"),
    "a million laughs": (with_text("&l9;", f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'), "DOCTYPE"),
    "one laugh, a million times": (
        with_text("&a;" * 20_000, f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'),
        "DOCTYPE",
    ),
    "too deep": (with_text("<i>" * 20 + "</i>" * 20), "глубже 16 уровней"),
    "endlessly deep": (with_text("<i>" * 100_000), "глубже 16 уровней|не читается"),
    "a text of 11 MB": (with_text("я" * (BIG // 2)), "длиннее 64 КиБ"),
    "an attribute of 11 MB": (with_text(f'<i a="{"a" * BIG}"/>'), "длиннее"),
    "an endless name": (with_text(f"<{'i' * BIG}/>"), "Файл не читается|длиннее"),
    "a web page": (
        b"<!doctype html><html><title>Login</title><br></html>",
        "страница HTML «Login»: проверьте ссылку",
    ),
    "JSON": (b'{"error": "denied"}', "похоже на JSON"),
    "another root": (
        TEXT.replace("deal_export", "orders").encode(),
        "<orders>, а должен быть <deal_export>.*layouts",
    ),
    "another version": (
        TEXT.replace('"1.0"', '"2.0"').encode(),
        "Версия формата «2.0», а принимается только 1.*попросите владельца",
    ),
    "no version": (TEXT.replace(' version="1.0"', "").encode(), "нет атрибута version.*попросите владельца"),
    "blank": (b" \n", "Файл пуст.*Проверьте"),
    "nothing": (b"", "Файл пуст.*Проверьте"),
    "half a gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc", "gzip"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_kept_and_forgotten(url: str, shop: Shop, storage: Path, name: str) -> None:
    content, words = BAD_FILES[name]
    before = tables(url)
    shop.answer = Answer(content)
    run = import_link(url, f"{shop.url}/export.xml?token=hidden")
    assert_refused(url, run, "BAD_FILE", words)
    assert "hidden" not in run.error
    assert tables(url) == before
    kept = storage / "deal_import" / "main" / str(run.run_id)
    assert [file.read_bytes() for file in kept.parent.glob("*")] == ([content] if kept.exists() else [])
    assert kept.exists() is (name not in ("nothing", "half a gzip"))
    assert_the_next_file_is_imported(url, shop)


def test_a_file_cut_anywhere_is_refused(url: str, shop: Shop) -> None:
    end = AFTER.rindex(b">") + 1
    chance = random.Random(7)
    offsets = [1, 2, 13, 30, end - 2, end - 1, *(chance.randrange(end) for _ in range(60))]
    before = tables(url)
    for offset in offsets:
        shop.answer = Answer(AFTER[:offset] or b" ")
        assert_refused(url, import_link(url, shop.url), "BAD_FILE", "файл обрывается|Файл|обрыва")
        assert tables(url) == before
    shop.answer = Answer(AFTER)
    assert import_link(url, shop.url).counters["created"] == 6


@pytest.mark.parametrize(
    "doctype", ['[<!ENTITY x SYSTEM "{}">]', 'SYSTEM "{}"', '[<!ENTITY % x SYSTEM "{}"> %x;]']
)
def test_nothing_outside_of_the_file_is_read(url: str, shop: Shop, tmp_path: Path, doctype: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do-not-tell")
    with closing(Listener()) as listener:
        for outside in (secret.as_uri(), f"{listener.url}/x", listener.url.replace("http", "ftp")):
            shop.answer = Answer(with_text("&x;", f"<!DOCTYPE deal_export {doctype.format(outside)}>"))
            run = import_link(url, shop.url)
            assert_refused(url, run, "BAD_FILE", "в файле есть DOCTYPE|В файле есть DOCTYPE")
            assert "do-not-tell" not in run.error
        assert listener.calls == 0
    assert_the_next_file_is_imported(url, shop)


def test_a_file_with_far_fewer_records_is_let_through_only_when_told(url: str, shop: Shop) -> None:
    before = tables(url)
    shop.answer = Answer(GOOD)
    assert_refused(
        url, import_link(url, shop.url), "BAD_FILE", "записей: 2, а в прошлый раз было 9.*allow_shrink"
    )
    assert tables(url) == before
    assert_the_next_file_is_imported(url, shop)


def test_a_kept_file_that_was_changed_or_lost_is_refused(url: str, shop: Shop, storage: Path) -> None:
    shop.answer = Answer(AFTER)
    for spoil, words in ((lambda kept: kept.write_bytes(GOOD), "изменился"), (Path.unlink, "больше нет")):
        with psycopg.connect(url) as connection:
            warehouse = Warehouse(connection)
            occasion = ledger.Occasion("deal_import", "main", words, "manual")
            run_id = ledger.open_run(warehouse, occasion)
            kept = storage / "deal_import" / "main" / str(run_id)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(AFTER)
            landed = {
                "run_id": run_id,
                "uri": kept.as_uri(),
                "sha256": "0" * 64,
                "bytes": 1,
                "landed_at": None,
                "origin": None,
            }
            warehouse.run_file(ledger.SQL / "land_file.sql", landed)
        spoil(kept)
        run = import_link(url, shop.url, words, min_share_of_last=0)
        assert_refused(url, run, "BAD_FILE", f"Сохранённ.*{words}.*начните новый запуск")


def test_how_large_a_file_may_be_is_a_setting_of_its_source(url: str, shop: Shop) -> None:
    shop.answer = Answer(GOOD.replace(b"</deal_export>", b"<x/>" * 300_000 + b"</deal_export>"))
    assert_refused(url, import_link(url, shop.url, max_file_mib=1), "BAD_FILE", "больше 1 МиБ")
    source = {"max_file_mib": 2, "min_share_of_last": 0}
    assert import_link(url, shop.url, **source).state == "success"
