"""Articles that look the same and are not: for the report alone, nothing is matched by it (keepincrm 11)."""

from collections import defaultdict
from collections.abc import Iterable

_CYRILLIC, _LATIN = "АВЕІКМНОРСТУХ", "ABEIKMHOPCTYX"
_FOLD = str.maketrans(_CYRILLIC + _CYRILLIC.lower(), _LATIN + _LATIN.lower())


def fold(key: str) -> str:
    """Spell Cyrillic letters that look like Latin ones as those."""
    return key.translate(_FOLD)


def shape(key: str) -> str:
    """Say what a key looks like to a hasty eye: letters folded, zeros that a spreadsheet eats cut off."""
    return fold(key).lstrip("0") or "0"


def lookalikes(keys: Iterable[str]) -> list[tuple[str, ...]]:
    """Group different keys that look the same; groups and keys come sorted."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        groups[shape(key)].add(key)
    return sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1)
