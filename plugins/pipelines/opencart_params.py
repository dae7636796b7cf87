"""The form of ``opencart_catalog``: what a person may ask of a run."""

from airflow.sdk import Param

GUARDS = "Запобіжники"


def _allowed(title: str, description: str) -> Param:
    return Param(False, type="boolean", title=title, description=description, section=GUARDS)


PARAMS = {
    "mode": Param(
        "both",
        type="string",
        enum=["both", "create", "update"],
        values_display={
            "both": "Створювати й оновлювати",
            "create": "Лише створювати",
            "update": "Лише оновлювати",
        },
        title="Що робити",
        description="За розкладом товари і створюються, і оновлюються.",
    ),
    "only_articles": Param(
        None,
        type=["null", "array"],
        items={"type": "string"},
        title="Лише артикули",
        description="Артикули, кожен з нового рядка; порожньо означає всі товари.",
    ),
    "limit": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Не більше товарів",
        description="Скільки товарів створити й оновити щонайбільше; порожньо означає без обмеження.",
    ),
    "dry_run": Param(
        False,
        type="boolean",
        title="Пробний запуск",
        description="Лише план: показати на сторінці «Каталог», що було б змінено, і нічого не надсилати.",
    ),
    "retry_capabilities": Param(
        False,
        type="boolean",
        title="Перевірити можливості CRM знову",
        description="Забути, чого CRM не прийняла раніше, і спробувати ще раз.",
    ),
    "allow_shrink": _allowed(
        "Дозволити менший каталог",
        "Прийняти магазин, у якому діючих товарів набагато менше, ніж минулого разу.",
    ),
    "allow_without_article": _allowed(
        "Дозволити багато товарів без артикула", "Прийняти магазин, у якому артикула бракує надто багатьом."
    ),
    "allow_mass_create": _allowed(
        "Дозволити масове створення", "Створити стільки товарів, скільки треба: потрібно для першого запуску."
    ),
    "allow_mass_update": _allowed("Дозволити масове оновлення", "Оновити стільки товарів, скільки треба."),
    "allow_mass_absent": _allowed(
        "Дозволити масове зняття", "Зняти з продажу всі відсутні на сайті товари, скільки б їх не було."
    ),
    "allow_lost_links": _allowed(
        "Дозволити зникнення товарів CRM",
        "Працювати далі, хоч у CRM немає більшості пов’язаних товарів або їхні артикули інші, бо їх там "
        "справді видалили чи змінили. "
        "Для іншого облікового запису KeepinCRM натомість потрібне з’єднання з іншою назвою.",
    ),
}
