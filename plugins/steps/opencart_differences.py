"""The plan of the catalogue as people read it: kept in the mart, as staged rows are not (decision 0013)."""

from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.warehouse import Warehouse


def keep_differences(warehouse: Warehouse, job: Catalog) -> None:
    """Keep what the plan of a run changes or finds; in the transaction of the plan, after everything else."""
    crm = job.settings.crm
    named = {
        "special_prices": [crm.special_price_name, crm.regular_price_name],
        "special_fields": _named(crm.special_from_field, crm.special_to_field),
        "text_fields": _named(crm.description_target),
        "picture_fields": _named(crm.images_target),
    }
    warehouse.run_file(SQL / "forget_differences.sql", job.params)
    with warehouse.staged_only():
        warehouse.run_file(SQL / "keep_differences.sql", job.params | named)
    warehouse.run_file(SQL / "keep_facets.sql", job.params)


def _named(*fields: str | None) -> list[str]:
    return [field for field in fields if field]
