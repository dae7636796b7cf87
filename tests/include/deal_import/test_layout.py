from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.deal_import.feed import Feed
from include.deal_import.layout import (
    CLIENT_FIELDS,
    DEAL_EXPORT_PATHS,
    RECORD_FIELDS,
    XPathLayout,
    canonical,
    compile_path,
)
from include.errors import BadFile
from include.settings.deal_import import load_deal_import
from tests.include.deal_import.reading import export, feed_of

FILES = Path(__file__).parent / "files"
PLAIN = {"id": ["n"], "actual_amount": ["s"]}


def shipped(name: str):
    loaded = load_deal_import()
    return loaded.layout_of(loaded.sources[0].model_copy(update={"format": name}))


def read_file(name: str) -> Feed:
    return feed_of((FILES / f"{name}.xml").read_bytes(), shipped(name))


def test_the_admitad_example_reads_a_payments_revision():
    feed = read_file("admitad")
    paid, declined = feed
    assert (paid.record_id, paid.external_id, paid.actual_amount) == ("A-1001", "A-1001", "1990.00")
    assert (paid.raw_status, paid.currency, paid.payment_date) == ("1", "RUB", "2026-03-01T12:30:00+03:00")
    assert (paid.tsuid, paid.phones, paid.emails) == ("t-77", '{"79210001122"}', '{"olga.demo@example.org"}')
    assert (declined.actual_amount, declined.comment, declined.faults) == (None, "Возврат товара", None)
    assert list(feed.unknown) == ["Reward"]


def test_the_commerceml_example_reads_order_documents_in_windows_1251():
    order, refund = read_file("commerceml")
    assert (order.record_id, order.actual_amount, order.raw_status) == ("7f2c-01", "1234.50", "Оплачен")
    assert (order.payment_date, order.comment) == ("2026-03-01T12:30:00+03:00", "Позвонить заранее")
    assert (order.phones, order.name) == ('{"79210001122","79210001133"}', "Ольга Демина")
    assert order.emails == '{"olga.demo@example.org"}'
    assert (refund.record_id, refund.actual_amount, refund.faults) == ("ВЗ-3", "-300.00", None)
    assert (refund.payment_date, refund.deal_date) == (
        "2026-03-02T23:59:59+03:00",
        "2026-03-02T00:00:00+03:00",
    )


def test_the_root_is_checked_when_the_record_is_a_path_and_any_when_it_is_a_tag():
    content = "<b><r><n>1</n></r></b>"
    assert [row.record_id for row in feed_of(content, XPathLayout("r", PLAIN))] == ["1"]
    assert [row.record_id for row in feed_of(content, XPathLayout("/b/r", PLAIN))] == ["1"]
    with pytest.raises(BadFile, match="должен быть <a>"):
        list(feed_of(content, XPathLayout("a/r", PLAIN)))


def test_records_may_lie_deeper_than_under_the_root_across_chunks():
    boxes = "".join(f"<box>{'<r><n>1</n></r>' * 3000}<other/></box><junk><r/></junk>" for _ in range(3))
    feed = feed_of(f"<a>{boxes}</a>", XPathLayout("a/box/r", PLAIN))
    assert [int(row.position) for row in feed] == list(range(1, 9001))
    assert {name: unknown.count for name, unknown in feed.unknown.items()} == {"box/other": 3, "a/junk": 3}


def test_namespaces_are_ignored_wherever_they_are_declared():
    content = '<x:a xmlns:x="urn:x"><x:r><n xmlns="urn:n">1</n><x:s>2</x:s></x:r></x:a>'
    (row,) = feed_of(content, XPathLayout("a/r", PLAIN))
    assert (row.record_id, row.actual_amount) == ("1", "2.00")


def test_of_several_paths_the_first_with_text_wins_and_contacts_are_collected_from_all():
    fields = {**PLAIN, "id": ["a", "@b", "c"], "phone": ["p", "q"], "tsuid": ["t"]}
    record = "<r b='2'><a> </a><c>3</c><q>89210001133</q><p>89210001122</p><t>-</t><t>x</t></r>"
    (row,) = feed_of(f"<a>{record}</a>", XPathLayout("r", fields))
    assert (row.record_id, row.phones, row.tsuid) == ("2", '{"79210001122","79210001133"}', "x")


def test_free_fields_are_named_by_attribute_or_tag():
    layout = XPathLayout("r", {**PLAIN, "field": ["extra/*", "string(n)"]})
    (row,) = feed_of("<a><r><n>1</n><extra><city>Псков</city><f name='age'>40</f></extra></r></a>", layout)
    assert row.fields == '{"city": "Псков", "age": "40"}'


@pytest.mark.parametrize(
    ("path", "words"),
    [
        *(("a[", "не читается"), ("", "не читается"), ("x:a", "не читается"), ("nope(a)", "не читается")),
        *(("number(a)", "число"), ("a = 1", "число"), ("sum(a)", "число")),
    ],
)
def test_a_path_of_no_use_is_refused(path, words):
    with pytest.raises(ValueError, match=words):
        compile_path(path)


def test_client_fields_have_three_spellings():
    assert [canonical(name) for name in ("phone", "client/phone", "client.phone", "id")] == ["phone"] * 3 + [
        "id"
    ]
    for name in ("client/id", "phones", "client/client/phone"):
        with pytest.raises(KeyError):
            canonical(name)


TEXT = st.sampled_from(["", " ", "1", "12,5", "x", "a@b", "2026-03-01", "89210001122"]) | st.text(
    "ab <&\n", max_size=5
)


def element(name: str, text: str) -> str:
    attribute = ' name="k"' if name == "field" else ""
    return f"<{name}{attribute}>{escape(text)}</{name}>"


def elements(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    one = st.builds(element, st.sampled_from([*names, "other"]), TEXT)
    return st.lists(one, max_size=8).map("".join)


RECORD = st.builds(
    "<record>{}<client>{}</client></record>".format, elements(RECORD_FIELDS), elements(CLIENT_FIELDS)
)


@settings(max_examples=150)
@given(st.lists(RECORD, max_size=3).map("".join))
def test_the_fast_reader_and_the_paths_of_our_own_format_agree(records):
    by_paths = XPathLayout("deal_export/record", DEAL_EXPORT_PATHS, is_deal_export=True)
    assert list(feed_of(export(records))) == list(feed_of(export(records), by_paths))


def test_one_field_of_our_own_format_may_be_moved():
    layout = XPathLayout("deal_export/record", DEAL_EXPORT_PATHS | {"id": ["@key"]}, is_deal_export=True)
    feed = feed_of(
        export("<record key='7'><id>1</id><vip/></record>", 'version="1.0" currency="usd"'), layout
    )
    (row,) = feed
    assert (row.record_id, row.currency) == ("7", "USD")
    with pytest.raises(BadFile, match="version"):
        list(feed_of("<deal_export/>", layout))
