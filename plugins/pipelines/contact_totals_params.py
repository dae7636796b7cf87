"""The form of ``bitrix24_contact_totals``: what a person may ask of a run."""

from airflow.sdk import Param

from plugins.defaults import DRY_RUN

PARAMS = {
    "years": Param(
        None,
        type=["null", "array"],
        items={"type": "integer", "minimum": 2000, "maximum": 2100},
        title="Только годы",
        description="За какие годы записать итоги, каждый с новой строки; пусто означает все годы настроек.",
    ),
    "contact_ids": Param(
        None,
        type=["null", "array"],
        items={"type": "integer", "minimum": 1},
        title="Только контакты",
        description="Номера контактов портала, каждый с новой строки; пусто означает все контакты.",
    ),
    "max_updates": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Не больше контактов",
        description="Сколько контактов записать за этот запуск; больше, чем в настройках, не бывает.",
    ),
    "allow_drop": Param(
        False,
        type="boolean",
        title="Разрешить падение",
        description="Поверить выборке, где сделок, суммы, воронок или контактов намного меньше прежнего.",
        section="Предохранители",
    ),
    "allow_growth": Param(
        False,
        type="boolean",
        title="Разрешить рост",
        description="Поверить выборке, в которой сумма сделок намного больше прежней.",
        section="Предохранители",
    ),
    "dry_run": DRY_RUN,
}
