"""What runs did beside reading, where a pipeline keeps it: a reset is no run like the others."""

from collections.abc import Sequence

from plugins.ui.site import AMOCRM_STATUSES, Site
from plugins.ui.warehouse import Reader, Row

QUERIES = {AMOCRM_STATUSES.dag_id: "select_amocrm_run_deeds"}
DEEDS = {
    "connect": "подключение",
    "disconnect": "отключение",
    "reset": "сброс",
    "starter": "заготовка настроек",
    "push_statuses": "статусы в Smart Data Hub",
    "build": "витрины построены заново",
}


def deeds_of(reader: Reader, site: Site, runs: Sequence[Row | None]) -> dict[int, str]:
    """Put into words what each of some runs did; one that only did what all do is left out."""
    asked = [run["run_id"] for run in runs if run]
    if site.dag_id not in QUERIES or not asked:
        return {}
    found = reader.rows(QUERIES[site.dag_id], runs=asked)
    return {row["run_id"]: ", ".join(DEEDS[deed] for deed in row["deeds"]) for row in found if row["deeds"]}
