import io
import os
import subprocess
import sys

import pytest

from include.deal_import.document import MAX_SIZE
from include.deal_import.feed import MAX_RECORD, Feed
from include.deal_import.layout import DealExport
from include.errors import BadFile
from include.paths import ROOT
from tests.include.deal_import.reading import MOSCOW, export, feed_of

RECORD = "<record><id>{0}</id><actual_amount>1</actual_amount><comment>Оплата №{0}</comment></record>"
RECORDS = "".join(RECORD.format(number) for number in range(3))


def refusal(content: str | bytes, **options) -> str:
    with pytest.raises(BadFile) as caught:
        list(feed_of(content, **options))
    return str(caught.value)


class Slow(io.RawIOBase):
    """A stream that gives little at a time, as a socket may."""

    def __init__(self, content: bytes, step: int) -> None:
        self.inner, self.step = io.BytesIO(content), step

    def read(self, size: int = -1) -> bytes:
        return self.inner.read(min(self.step, size) if size >= 0 else self.step)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        (None, "utf-8"),
        (None, "utf-8-sig"),
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("windows-1251", "cp1251"),
        ("UTF-16", "utf-16"),
        (None, "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
    ],
)
def test_every_agreed_encoding_is_read(declared, encoding):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    rows = list(feed_of((declaration + export(RECORDS)).encode(encoding)))
    assert [row.comment for row in rows] == ["Оплата №0", "Оплата №1", "Оплата №2"]


@pytest.mark.parametrize("declared", ["windows-1251", "CP1251", "koi8-r"])
@pytest.mark.parametrize("text", ["Оплата заказа на сайте, доставка до двери", "Ок"])
@pytest.mark.parametrize("padding", [0, 2**16 - 60])
def test_a_file_that_says_it_is_of_a_one_byte_encoding_and_is_utf_8_is_refused(declared, text, padding):
    content = f"{' ' * padding}<record><id>1</id><comment>{text}</comment></record>"
    file = f'<?xml version="1.0" encoding="{declared}"?>{export(content)}'.encode()
    assert f"Кодировка объявлена {declared}, а байты UTF-8" in refusal(file)


@pytest.mark.parametrize("text", ["", "Ж", "Р", "Оплата", "№ 5 «срочно»", "caf\u0301e"[:3]])
def test_a_file_of_the_one_byte_encoding_that_it_declares_is_read(text):
    record = f"<record><id>1</id><comment>{text}</comment></record>"
    file = f'<?xml version="1.0" encoding="windows-1251"?>{export(record)}'.encode("cp1251")
    assert [row.comment or "" for row in feed_of(file)] == [text]


@pytest.mark.parametrize("step", [1, 7, 100])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_stream_may_come_in_pieces_of_any_size(step, encoding):
    feed = Feed(Slow(export(RECORDS).encode(encoding), step), DealExport(), MOSCOW, "RUB")
    assert [row.record_id for row in feed] == ["0", "1", "2"]


def test_positions_count_records_from_one_over_many_chunks():
    many = "".join(RECORD.format(number) for number in range(5000))
    feed = feed_of(export(many))
    assert [(row.position, row.record_id) for row in feed] == [(str(n + 1), str(n)) for n in range(5000)]
    assert feed.records == 5000


def test_a_file_without_records_is_valid():
    feed = feed_of('<deal_export version="1.2"/>')
    assert (list(feed), feed.records, feed.unknown) == ([], 0, {})


def test_the_moment_of_export_is_known_and_an_unreadable_one_is_not_given():
    feed = feed_of(export(RECORDS, 'version="1.0" generated_at="2026-03-02 05:40"'))
    next(iter(feed))
    assert feed.generated_at == "2026-03-02T05:40:00+03:00"
    feed = feed_of(export(RECORDS, 'version="1.0" generated_at="утром"'))
    assert len(list(feed)) == 3
    assert feed.generated_at is None


def test_unknown_elements_are_counted_by_name_with_the_record_they_were_first_met_at():
    extra = "<record><id>9</id><vip/><vip/><client><inn>1</inn></client></record><summary><record/></summary>"
    feed = feed_of(export(RECORDS + extra + extra))
    assert [row.record_id for row in feed] == ["0", "1", "2", "9", "9"]
    found = {name: (unknown.count, unknown.position) for name, unknown in feed.unknown.items()}
    assert found == {"vip": (4, 4), "client/inn": (2, 4), "deal_export/summary": (2, 5)}


def test_currencies_that_do_not_exist_are_counted_and_hold_nothing_up():
    codes = ("RUB", "XXQ", "", "xxq", "руб")
    feed = feed_of(export("".join(f"<record><currency>{code}</currency></record>" for code in codes)))
    assert [row.currency for row in feed] == ["RUB", "XXQ", "RUB", "XXQ", None]
    assert {name: (met.count, met.position) for name, met in feed.currencies.items()} == {"XXQ": (2, 2)}


def test_a_flood_of_different_unknown_names_stays_small():
    feed = feed_of(export("".join(f"<x{number}/>" for number in range(1000))))
    assert list(feed) == []
    assert len(feed.unknown) == 100


def test_a_namespace_changes_nothing():
    feed = feed_of(export(RECORDS + "<more/>", 'version="1.0" xmlns="http://shop.example/ns"'))
    assert [row.record_id for row in feed] == ["0", "1", "2"]
    assert list(feed.unknown) == ["deal_export/more"]


def test_a_record_inside_a_record_is_not_a_record():
    feed = feed_of(export(f"<record><id>1</id>{RECORDS}</record>"))
    assert [row.record_id for row in feed] == ["1"]
    assert list(feed.unknown) == ["record"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "Файл пуст"),
        (" \n\t", "Файл пуст"),
        ("\ufeff", "Файл"),
        ("<!-- -->", "Файл"),
        ("id;amount\n1;2", "не читается как XML"),
        ('{"error": "denied"}', "похоже на JSON"),
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"PK\x03\x04rest", "Excel"),
        ("<orders/>", "Корневой элемент <orders>, а должен быть <deal_export>"),
        ("<deal_export/>", "нет атрибута version"),
        ('<deal_export version="2.0"/>', "Версия формата «2.0»"),
        ('<deal_export version=""/>', "Версия формата «»"),
        (export(RECORDS) + "<deal_export/>", "после корневого элемента есть что-то ещё"),
        (export(RECORDS)[:-20], "файл обрывается"),
        (export(RECORDS)[:-3], "Файл не читается"),
        ('<?xml version="1.0"?><deal_exp', "Файл не читается"),
        (export("<record><id>1</record>"), "закрывающий тег не тот"),
        (export("<record><id>a\x00b</id></record>"), "знак, которого в XML быть не может"),
        (export("<record><id>&#0;</id></record>"), "знак, которого в XML быть не может"),
        (export("<record><id>&#xD800;</id></record>"), "знак, которого в XML быть не может"),
        (export("<record><id>&what;</id></record>"), "Файл не читается"),
        ("\n<?xml version='1.0'?>" + export(""), "перед <?xml …?> не должно быть ничего"),
        (export("<record><id>ж</id></record>").encode("cp1251"), "не указана, значит UTF-8"),
        (b'<?xml version="1.0" encoding="utf-8"?><deal_export version="1">\xff</deal_export>', "(utf-8)"),
        ('<?xml version="1.0" encoding="klingon"?>' + export(""), "кодировка неизвестна"),
        (" " * (2 * 2**20), "нет корневого элемента"),
    ],
)
def test_what_is_not_the_agreed_file_is_refused_in_plain_words(content, words):
    assert words in refusal(content)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16"])
@pytest.mark.parametrize("start", ["<!DOCTYPE html>\n<html>", "<html lang='ru'>", "\n <HTML>"])
def test_a_web_page_is_recognised_and_its_title_told(start, encoding):
    charset = '<meta charset="windows-1251">' if encoding == "cp1251" else ""
    page = f"{start}<head>{charset}<title>Вход &mdash; Магазин\n</title></head><body><br></body></html>"
    text = page.replace("—", "&mdash;").encode(encoding)
    assert refusal(text) == "Вместо XML пришла страница HTML «Вход — Магазин»: проверьте ссылку и доступ."


def test_a_web_page_without_a_title_is_recognised_too():
    assert "страница HTML:" in refusal("<html><body>502 Bad Gateway</body></html>")


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE deal_export>",
        '<!DOCTYPE deal_export SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE deal_export [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE deal_export [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        f'<!DOCTYPE deal_export [<!ENTITY l0 "ha">{BOMB}]>',
        '<!-- one --><?a pi?>\n<!DOCTYPE deal_export [<!ATTLIST deal_export version CDATA "1.0">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_at_first_sight_whatever_is_in_it(doctype, encoding):
    body = export("<record><id>&x;&l9;</id></record>")
    assert "DOCTYPE" in refusal((doctype + body).encode(encoding))


def test_a_doctype_without_end_is_refused_long_before_the_size_limit():
    stream = Slow(b"<!DOCTYPE deal_export [" + b"<!-- x -->" * 10**6, 2**16)
    with pytest.raises(BadFile, match="корневого элемента"):
        list(Feed(stream, DealExport(), MOSCOW, "RUB"))
    assert stream.inner.tell() < 2 * 2**20


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["<!-- -->", "<!--", "<?a ?>", "<? >", " ", "<!--" + "x" * 1990 + "-->"])
def test_a_prolog_made_to_be_slow_is_not(piece):
    assert refusal(piece * (2**20 // len(piece) + 9)).startswith(("Файл не читается", "Не XML"))


@pytest.mark.parametrize("text", ["&lt;!DOCTYPE html&gt; &lt;html&gt;", "<![CDATA[<!DOCTYPE html><html>]]>"])
def test_a_page_quoted_in_a_text_is_just_text(text):
    content = export(f"<record><id>1</id><comment>{text}</comment></record>")
    assert len(list(feed_of(content))) == 1


def test_size_is_limited_and_the_limit_itself_fits():
    content = export(RECORDS).encode()
    assert len(list(feed_of(content, max_size=len(content)))) == 3
    assert "Файл больше допустимых" in refusal(content, max_size=len(content) - 1)
    assert MAX_SIZE == 200 * 2**20


@pytest.mark.parametrize("outer", ["record", "junk"])
def test_depth_is_limited_in_records_and_outside_of_them(outer):
    nested = "".join(f"<a{n}>" for n in range(14)) + "".join(f"</a{n}>" for n in reversed(range(14)))
    assert list(feed_of(export(f"<{outer}>{nested}</{outer}>"))) is not None
    assert "глубже 16" in refusal(export(f"<{outer}><a>{nested}</a></{outer}>"))


def test_an_endless_descent_is_refused():
    assert "глубже" in refusal('<deal_export version="1">' + "<a>" * 200)
    assert "Файл не читается" in refusal('<deal_export version="1">' + "<a>" * 10**6)


LONG = "х" * 65537


@pytest.mark.parametrize(
    "inside",
    [
        f"<record><id>1</id><comment>{LONG}</comment></record>",
        f"<record><id a='{LONG}'>1</id></record>",
        f"<record><id>1</id><junk><x>{LONG}</x></junk></record>",
        f"<junk>{LONG}</junk>",
        f"<junk a='{LONG}'/>",
        f"<record/>{LONG}<record/>",
        LONG,
    ],
)
@pytest.mark.parametrize("before", ["", RECORDS * 500])
def test_a_text_over_64_kib_is_refused_wherever_it_stands(inside, before):
    assert "длиннее 64 КиБ" in refusal(export(before + inside))
    assert "длиннее 64 КиБ" in refusal(export(before + inside + RECORDS * 500))


def test_a_text_of_exactly_64_kib_is_taken():
    (row,) = feed_of(export(f"<record><id>1</id><comment>{LONG[1:]}</comment></record>"))
    assert len(row.comment) == 65536


def test_a_record_that_does_not_end_is_refused():
    content = export("<record>" + "<phone>1</phone>" * (MAX_RECORD // 8) + "</record>")
    assert "Запись 1 длиннее 1 МиБ" in refusal(content)


GENERATED = """
import resource, sys
from zoneinfo import ZoneInfo
from include.deal_import.feed import Feed
from include.deal_import.layout import DealExport
MOULDS = {
    "records": "<record><id>%d</id><actual_amount>1</actual_amount><client><name>x</name></client></record>",
    "other elements": "<summary><id>%d</id><total>1</total></summary>",
    "one giant element": "<total>%d</total><x><y/></x>",
}
class Endless:
    def __init__(self, mould, size):
        giant = mould == "one giant element"
        self.start = b'<deal_export version="1.0">' + b"<junk>" * giant
        self.block = (MOULDS[mould] % 7 * 500).encode()
        self.end = b"</junk>" * giant + b"</deal_export>"
        self.left = size // len(self.block)
    def read(self, size):
        part, self.start = self.start, b""
        if not part and self.left:
            self.left, part = self.left - 1, self.block
        if not part:
            part, self.end = self.end, b""
        return part
def peak(mould, size):
    for row in Feed(Endless(mould, size), DealExport(), ZoneInfo("UTC"), "RUB"):
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
small = peak(sys.argv[1], 2**20)
print(peak(sys.argv[1], 16 * 2**20) - small)
"""


@pytest.mark.parametrize("mould", ["records", "other elements", "one giant element"])
def test_memory_does_not_depend_on_the_size_of_the_file(mould):
    # A process of its own: the peak of this one is history.
    command = [sys.executable, "-c", GENERATED, mould]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert int(done.stdout) < 3 * 1024  # KiB more for 15 MiB more of file
