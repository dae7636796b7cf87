"""How each source of a pipeline went last."""

from typing import NamedTuple

from plugins.ui.site import Site
from plugins.ui.warehouse import Reader, Row


class Latest(NamedTuple):
    """
    How each source went last.

    runs: the latest run by source. trials: the latest dry run, where that is later. left: sources that have
    run and are no longer in the settings. unchosen: a run that has since ended before it came to any source.
    """

    runs: dict[str, Row]
    trials: dict[str, Row]
    left: list[str]
    unchosen: Row | None


def latest_runs(reader: Reader, site: Site, named: list[str]) -> Latest:
    """Read the latest runs of each source, of those that have left the settings too."""
    known = reader.rows("select_known_sources", pipeline=site.dag_id)
    left = [row["source"] for row in known if row["source"] not in named]
    asked = {"pipeline": site.dag_id, "sources": named + left}
    runs, trials = (
        {run["source"]: run for run in reader.rows("select_latest_runs", **asked, dry_run=dry_run)}
        for dry_run in (False, True)
    )
    unchosen = reader.row("select_latest_unchosen", pipeline=site.dag_id)
    return Latest(
        runs,
        {name: run for name, run in trials.items() if _is_later(run, runs.get(name))},
        left,
        unchosen if unchosen and all(_is_later(unchosen, run) for run in runs.values()) else None,
    )


def _is_later(run: Row, other: Row | None) -> bool:
    return other is None or run["started_at"] > other["started_at"]
