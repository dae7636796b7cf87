"""The form of ``calltouch_orders``: what a person may ask of a run."""

from airflow.sdk import Param

from plugins.defaults import DRY_RUN

BY_HAND = "Вручную"

PARAMS = {
    "mode": Param(
        "auto",
        type="string",
        enum=["auto", "send_one", "check_one", "send_period"],
        values_display={
            "auto": "Обычный обмен",
            "send_one": "Отправить один заказ",
            "check_one": "Проверить один заказ, ничего не отправляя",
            "send_period": "Отправить заказы за период",
        },
        title="Режим",
        description="Что сделать. По расписанию идёт обычный обмен.",
    ),
    "account": Param(
        None,
        type=["null", "string"],
        title="Аккаунт",
        description="Имя аккаунта Calltouch из настроек. Пусто: все действующие, вручную вообще все.",
    ),
    "document": Param(
        None,
        type=["null", "string"],
        title="Документ",
        description="Для одного заказа: GUID или номер, при надобности с видом и годом: "
        "«Заказ-наряд ЕР00-000123 2026».",
        section=BY_HAND,
    ),
    "date_from": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Период с",
        description="Для периода: первый день, по дате заказа.",
        section=BY_HAND,
    ),
    "date_to": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Период по",
        description="Для периода: последний день, включительно.",
        section=BY_HAND,
    ),
    "organisation": Param(
        None,
        type=["null", "string"],
        title="Организация",
        description="Для периода: только заказы этой организации, имя из настроек.",
        section=BY_HAND,
    ),
    "kind": Param(
        None,
        type=["null", "string"],
        enum=[None, "customer_order", "work_order"],
        values_display={"customer_order": "Заказ покупателя", "work_order": "Заказ-наряд"},
        title="Вид документа",
        description="Для периода: только документы этого вида.",
        section=BY_HAND,
    ),
    "rematch": Param(
        False,
        type="boolean",
        title="Искать обращение заново",
        description="Для одного заказа: пусть Calltouch ещё раз поищет обращение для сделки.",
        section=BY_HAND,
    ),
    "dry_run": DRY_RUN,
}
