"""Text as people type it: trimmed, collapsed, folded, and the words that stand for "nothing"."""

from functools import lru_cache

# Written where an exporter had no value (leadexpert 7). Compared after casefold, so case does not matter.
PLACEHOLDERS = frozenset(
    {
        *("-", "--", "---", "–", "—", "_", ".", "?", "0", "n/a", "na", "#n/a"),
        *("null", "(null)", "none", "nil", "nan", "undefined", "unknown", "empty", "false"),
        *("нет", "не указан", "не указана", "не указано", "отсутствует", "неизвестно", "пусто", "н/д"),
    }
)


def trim(raw: str | None) -> str | None:
    """Cut white space off both ends; blank text is None."""
    return (raw.strip() or None) if raw else None


@lru_cache(maxsize=4096)  # a file repeats its statuses, names and companies
def collapse(raw: str | None) -> str | None:
    """Trim, and turn every run of white space inside into one space; blank text is None."""
    return (" ".join(raw.split()) or None) if raw else None


@lru_cache(maxsize=1024)
def status_key(raw: str | None) -> str | None:
    """Fold a status as people write it into what is compared: collapsed and casefolded (leadexpert 3.1)."""
    text = collapse(raw)
    return text.casefold() if text else None


def is_placeholder(text: str) -> bool:
    """Tell whether trimmed text only says that there is no value."""
    return text.casefold() in PLACEHOLDERS
