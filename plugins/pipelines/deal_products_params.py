"""The form of ``bitrix24_deal_products``: what a person may ask of a run."""

from airflow.sdk import Param

from plugins.defaults import DRY_RUN

PARAMS = {
    "deal_ids": Param(
        None,
        type=["null", "array"],
        items={"type": "integer", "minimum": 1},
        title="Только сделки",
        description="Номера сделок, каждый с новой строки; пусто: по расписанию.",
    ),
    "all_open": Param(
        False,
        type="boolean",
        title="Все открытые сделки",
        description="Проверить все сделки в работе, а не только изменённые с прошлого раза.",
    ),
    "allow_mass_update": Param(
        False,
        type="boolean",
        title="Разрешить много изменений",
        description="Изменить столько сделок, сколько нужно: понадобится первому запуску.",
        section="Предохранители",
    ),
    "dry_run": DRY_RUN,
}
