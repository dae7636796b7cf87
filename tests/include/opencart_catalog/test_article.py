import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.opencart_catalog.article import article, article_by_ids, article_by_labels, article_key
from include.opencart_catalog.lookalike import fold, lookalikes

BLANKS = " \t\n\r\u00a0\u2007\u202f\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad"
text = st.text(
    st.sampled_from("АаБїЙёABab01-./№ßÅ&; \u00a0\u200b\u0306\u0308") | st.characters(codec="utf-8")
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" AB 12-3 ", "ab12-3"),
        ("АБ 12", "аб12"),
        ("ab\u00a012", "ab12"),
        ("A&amp;B", "a&b"),
        ("A&ampB", "a&ampb"),
        ("ЇЖАК-1", "їжак-1"),
        ("\u0406\u0308ЖАК-1", "їжак-1"),
        ("Й", "й"),
        ("И\u0306", "й"),
        ("007", "007"),
        ("AB.1", "ab.1"),
        ("AB-1", "ab-1"),
        ("AB1", "ab1"),
        ("№ 5", "№5"),
        ("&nbsp;A&shy;1", "a1"),
        ("&#1040;1", "а1"),
        ("А1", "а1"),
        ("A1", "a1"),
        (BLANKS, None),
        ("", None),
        (None, None),
    ],
)
def test_an_article_is_normalised_as_the_dossier_says(written, key):
    assert article_key(written) == key


@given(text)
def test_blanks_case_and_decomposition_never_matter(written):
    key = article_key(written)
    plain = written.replace("&", "")  # a blank within an entity makes it none
    spaced = "".join(f"{char}" for char in plain)
    assert article_key(f" {spaced}\u00a0") == article_key(plain)
    assert article_key(unicodedata.normalize("NFD", written)) == key
    assert key is None or not any(char.isspace() or char in BLANKS for char in key)


@given(text)
def test_a_key_without_entities_or_hidden_marks_is_its_own_key(written):
    plain = "".join(char for char in written if char != "&" and char not in BLANKS and not char.isspace())
    key = article_key(plain)
    assert article_key(key) == key


@given(text)
def test_folding_look_alikes_only_ever_joins_keys(written):
    key = article_key(written)
    assert article_key(written, fold_lookalikes=True) == (fold(key) if key else None)
    assert key is None or len(fold(key)) == len(key)


@pytest.mark.parametrize(
    ("source", "sku", "model", "chosen"),
    [
        ("sku_then_model", " S&amp;1 ", "M", "S&1"),
        ("sku_then_model", "\u00a0\u200b", "M 1", "M 1"),
        ("sku_then_model", None, "", None),
        ("sku_then_model", "\0", "И\u0306-1", "Й-1"),
        ("model_then_sku", "S", "M", "M"),
        ("model_then_sku", "S", " ", "S"),
        ("model", "S", "", None),
        ("sku", "", "M", None),
    ],
)
def test_the_settings_say_which_code_is_the_article(source, sku, model, chosen):
    assert article(sku, model, source) == chosen


def test_a_variants_article_is_made_of_ids_or_of_words():
    assert article_by_ids("SAM1", ["39", "48"]) == "SAM1-v39-48"
    assert article_by_labels("SAM1", ["Червоний  колір", "L", "½", "—"], ["1", "2", "3", "4"]) == (
        "SAM1-ЧЕРВОНИЙ-КОЛІР-L-½-v4"
    )


def test_look_alikes_are_told_and_equal_keys_are_not():
    assert lookalikes(["а1", "a1", "007", "7", "b2", "b2", "0", "00"]) == [
        ("0", "00"),
        ("007", "7"),
        ("a1", "а1"),
    ]
    assert fold("авеікмнорстух") == "abeikmhopctyx"
