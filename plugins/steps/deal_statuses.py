"""The company's deal statuses: those of the settings in the mart, and what each text of an export means."""

from include.paths import SQL_DIR
from include.settings.deal_import import DealImportSettings, Source
from include.values.text import status_key
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "deal_import"


def merge_statuses(warehouse: Warehouse, settings: DealImportSettings) -> None:
    """Bring ``mart.deal_status`` in line with the settings; write nothing when it is."""
    params = {
        "names": [status.name for status in settings.statuses],
        "kinds": [status.kind for status in settings.statuses],
    }
    if warehouse.select(SQL / "select_changed_statuses.sql", params):
        warehouse.run_file(SQL / "merge_statuses.sql", params)


def stage_statuses(warehouse: Warehouse, run_id: int, settings: DealImportSettings, source: Source) -> None:
    """Stage the status that each text of a source stands for: names stand for themselves, the map wins."""
    kinds = {status.name: status.kind for status in settings.statuses}
    texts = {name: name for name in kinds} | source.status_map
    names = {status_key(text): name for text, name in texts.items()}
    mapped = {
        "status_keys": list(names),
        "names": list(names.values()),
        "kinds": [kinds[name] for name in names.values()],
    }
    warehouse.run_file(SQL / "stage_statuses.sql", {"run_id": run_id, **mapped})
