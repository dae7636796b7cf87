"""Titles that look alike though they are not the same: for the report alone (keepincrm Q6a, Q11)."""

import re

from include.opencart_catalog.equality import comparable

_WORDS = re.compile(r"\d+|[^\W\d_]+")
_OPTION = re.compile(r"(?:^|(?<=, ))[^:,]+: ")


def title_key(title: str | None) -> str:
    """Spell a title as titles are compared."""
    return comparable(title)


def title_shape(title: str | None) -> str:
    """Give the words of a title, whatever their order, case and what stands between them."""
    return " ".join(sorted(_WORDS.findall(comparable(title).casefold())))


def title_shapes(title: str, *, is_variant: bool) -> list[str]:
    """
    Give the shapes by which a title may be met in the CRM.

    Of a variant also that without the names of options: «Фарба (Колір: Білий)» is «Фарба білий» by hand.
    """
    shapes = [title_shape(title)]
    name, bracket, options = title.rpartition(" (")
    if is_variant and bracket and options.endswith(")"):
        shapes.append(title_shape(f"{name} {_OPTION.sub('', options[:-1])}"))
    return [shape for shape in dict.fromkeys(shapes) if shape]
