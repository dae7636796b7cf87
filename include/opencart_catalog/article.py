"""Articles: which code of the shop is one, the key articles are compared by (keepincrm 11, Q1, Q2, Q6)."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

from include.opencart_catalog.lookalike import fold
from include.opencart_catalog.texts import decode, line

Source = Literal["sku_then_model", "model_then_sku", "model", "sku"]

# Besides white space: what has no width and nobody sees. No-break spaces are white space already.
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def article_key(raw: str | None, *, fold_lookalikes: bool = False) -> str | None:
    """
    Normalise an article into what is compared; nothing left is None.

    Entities decoded, NFC, case folded, blanks removed; hyphens, dots, slashes and leading zeros stay. Not
    NFKC, which would turn № into No. Cyrillic and Latin look-alikes differ unless asked otherwise.
    """
    text = unicodedata.normalize("NFC", decode(raw or "")).casefold()
    key = "".join(char for char in text if not char.isspace() and char not in _UNSEEN)
    return (fold(key) if fold_lookalikes else key) or None


def article(sku: str | None, model: str | None, source: Source) -> str | None:
    """Choose a product's article: the first of its codes, in the settings' order, of which a key is left."""
    codes = {"sku": sku, "model": model}
    for name in source.split("_then_"):
        written = line(codes[name])
        if article_key(written):
            return written
    return None


def article_by_ids(base: str, ids: Sequence[str]) -> str:
    """Make a variant's article of ids, which survive renaming: letters, digits and hyphens only."""
    return f"{base}-v{'-'.join(ids)}"


def article_by_labels(base: str, labels: Sequence[str | None], ids: Sequence[str]) -> str:
    """Make a variant's article of words; a value whose name has neither letter nor digit gives its id."""
    words = (_word(label) or f"v{own}" for label, own in zip(labels, ids, strict=True))
    return "-".join((base, *words))


def _word(label: str | None) -> str:
    text = unicodedata.normalize("NFC", label or "").upper()
    return "-".join("".join(char if char.isalnum() else " " for char in text).split())
