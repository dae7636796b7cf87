"""What runs did beside reading, where a pipeline has words for it: a reset is no import like the others."""

from collections.abc import Sequence

from plugins.ui.site import Site
from plugins.ui.warehouse import Reader, Row


def deeds_of(reader: Reader, site: Site, runs: Sequence[Row | None]) -> dict[int, str]:
    """Put into words what each of some runs did; one that only did what all do is left out."""
    asked = [run["run_id"] for run in runs if run]
    if site.deeds is None or not asked:
        return {}
    query, words = site.deeds
    found = {row["run_id"]: row["deeds"] for row in reader.rows(query, runs=asked)}
    return {run: ", ".join(words.get(deed, deed) for deed in deeds) for run, deeds in found.items() if deeds}
