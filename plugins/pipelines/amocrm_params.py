"""The form of ``amocrm_statuses``: what a person may ask of a run."""

from airflow.sdk import Param

from plugins.defaults import DRY_RUN
from plugins.steps.amocrm_statuses import OPERATIONS

PARAMS = {
    "full_refresh": Param(
        False,
        type="boolean",
        title="Прочитать всё заново",
        description="Все сделки, события и контакты, а не только изменения; витрины строятся заново.",
    ),
    "rebuild_only": Param(
        False,
        type="boolean",
        title="Только перестроить витрины",
        description="Без единого запроса к amoCRM: заново по уже прочитанному.",
    ),
    "since": Param(
        None,
        type=["null", "string"],
        format="date-time",
        title="Перечитать с момента",
        description="Сделки и события, изменённые с этого момента; пусто означает с прошлого запуска.",
    ),
    "resend_lead_ids": Param(
        None,
        type=["null", "array"],
        items={"type": "integer"},
        title="Передать снова сделки с номерами",
        description="Номера сделок, переданных в Smart Data Hub без ответа, каждый с новой строки.",
    ),
    "operation": Param(
        None,
        type=["null", "string"],
        enum=[None, *OPERATIONS],
        title="Действие с подключением",
        description="Подключить заново, отключить, сбросить, показать заготовку настроек, завести статусы.",
    ),
    "allow_drop": Param(
        False,
        type="boolean",
        title="Разрешить падение",
        description="Поверить чтению или сопоставлению, после которого сделок намного меньше прежнего.",
        section="Предохранители",
    ),
    "dry_run": DRY_RUN,
}
