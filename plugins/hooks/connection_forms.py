"""
What Airflow's page of connections asks for each vendor: types, names of the fields, extra fields.

Airflow 3 learns of connection types from the metadata of installed providers alone. ``dealflow.dist-info`` in
the project's root is such metadata: the root is on ``PYTHONPATH``, and Airflow finds there the way to this
module. Forms declared by a hook's own methods are deprecated since 3.2 and need wtforms.
"""

from typing import Any

_TIMEOUT = {
    "label": "Таймаут, с",
    "description": "Сколько секунд ждать одного ответа целиком. Пусто: как принято для этой системы.",
    "schema": {"type": ["number", "null"], "minimum": 1},
}
_CALLTOUCH = {
    "connection-type": "calltouch",
    "hook-class-name": "plugins.hooks.calltouch.CalltouchHook",
    "hook-name": "Calltouch",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port"],
        "relabeling": {"host": "Адрес API", "login": "ID проекта (siteId)", "password": "Токен API"},
        "placeholders": {"host": "https://api.calltouch.ru", "login": "12345"},
    },
    "conn-fields": {"timeout": _TIMEOUT},
}
_ONEC = {
    "connection-type": "onec",
    "hook-class-name": "plugins.hooks.onec.OneCHook",
    "hook-name": "1C:Enterprise OData",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port"],
        "relabeling": {"host": "Адрес сервера", "login": "Пользователь 1С", "password": "Пароль"},
        "placeholders": {"host": "https://1c.example.org"},
    },
    "conn-fields": {
        "base": {
            "label": "Путь публикации",
            "description": "Часть адреса между именем сервера и /odata/standard.odata, например /base.",
            "schema": {"type": ["string", "null"]},
        },
        "allowed_only": {
            "label": "Только разрешённые записи",
            "description": "Читать лишь то, что видно пользователю, когда доступ ограничен по записям.",
            "schema": {"type": ["boolean", "null"]},
        },
        "timeout": _TIMEOUT,
    },
}
_KEEPINCRM = {
    "connection-type": "keepincrm",
    "hook-class-name": "plugins.hooks.keepincrm.KeepinCRMHook",
    "hook-name": "KeepinCRM",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port", "login"],
        "relabeling": {"host": "Адреса API", "password": "Ключ API"},
        "placeholders": {"host": "https://api.keepincrm.com"},
    },
    "conn-fields": {
        "timeout": {
            "label": "Час очікування, с",
            "description": "Скільки секунд чекати на одну відповідь повністю. Порожньо: 45.",
            "schema": _TIMEOUT["schema"],
        },
    },
}
_OPENCART = {
    "connection-type": "opencart",
    "hook-class-name": "plugins.hooks.opencart.OpenCartHook",
    "hook-name": "OpenCart",
    "ui-field-behaviour": {
        "hidden-fields": [],
        "relabeling": {
            "host": "Сервер бази магазину",
            "schema": "База",
            "login": "Користувач, якому можна лише читати",
            "password": "Пароль",
        },
        "placeholders": {"host": "db.example.org", "port": "3306", "schema": "shop"},
    },
    "conn-fields": {
        "driver": {
            "label": "База",
            "description": "Яка це база: mysql (MySQL чи MariaDB) або postgresql. Порожньо: mysql.",
            "schema": {"type": ["string", "null"], "enum": ["mysql", "postgresql", None]},
        },
        "unix_socket": {
            "label": "Сокет",
            "description": "Шлях до сокета, якщо сервер на цій самій машині.",
            "schema": {"type": ["string", "null"]},
        },
        "read_timeout": {
            "label": "Час очікування, с",
            "description": "Скільки секунд чекати на відповідь бази. Порожньо: 300.",
            "schema": _TIMEOUT["schema"],
        },
        "sslmode": {
            "label": "TLS до PostgreSQL",
            "description": "sslmode, для чужої мережі verify-full. Для MySQL: ssl в полі Extra.",
            "schema": {"type": ["string", "null"]},
        },
        "sslrootcert": {
            "label": "Сертифікат центру для PostgreSQL",
            "description": "sslrootcert: шлях до файлу, або system.",
            "schema": {"type": ["string", "null"]},
        },
    },
}
_BITRIX24: dict[str, Any] = {
    "connection-type": "bitrix24",
    "hook-class-name": "plugins.hooks.bitrix24.Bitrix24Hook",
    "hook-name": "Bitrix24",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port"],
        "relabeling": {
            "host": "Адрес портала",
            "login": "Вебхук: номер пользователя; приложение: client_id",
            "password": "Вебхук: код; приложение: client_secret",
        },
        "placeholders": {"host": "https://portal.bitrix24.ru", "login": "1"},
    },
    "conn-fields": {
        "tier": {
            "label": "Тариф",
            "description": "От него зависит, сколько запросов подряд примет портал. Пусто: standard.",
            "schema": {"type": ["string", "null"], "enum": ["standard", "enterprise", None]},
        },
        "auth": {
            "label": "Вход",
            "description": "Пусто: входящий вебхук. oauth: приложение, тогда нужны оба токена.",
            "schema": {"type": ["string", "null"], "enum": ["oauth", None]},
        },
        "access_token": {
            "label": "Токен доступа приложения",
            "description": "Каким он был получен впервые; дальше обновляется сам.",
            "schema": {"type": ["string", "null"], "format": "password"},
        },
        "refresh_token": {
            "label": "Токен обновления приложения",
            "description": "Каким он был получен впервые; дальше обновляется сам.",
            "schema": {"type": ["string", "null"], "format": "password"},
        },
        "oauth_host": {
            "label": "Сервер авторизации",
            "description": "Пусто: https://oauth.bitrix.info.",
            "schema": {"type": ["string", "null"]},
        },
        "timeout": _TIMEOUT,
        "patience": {
            "label": "Терпение, с",
            "description": "Сколько секунд задача ждёт сама; дольше ждут без рабочего места. Пусто: 60.",
            "schema": {"type": ["number", "null"], "minimum": 0},
        },
        "retry_pauses": {
            "label": "Паузы перед повторами, с",
            "description": "Список чисел. Пусто: [1, 2, 4, 8, 16, 32, 60].",
            "schema": {"type": ["array", "null"], "items": {"type": "number", "minimum": 0}},
        },
    },
}
_HIDDEN = {"type": ["string", "null"], "format": "password"}
_AMOCRM = {
    "connection-type": "amocrm",
    "hook-class-name": "plugins.hooks.amocrm.AmoCRMHook",
    "hook-name": "amoCRM",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port"],
        "relabeling": {
            "host": "Адрес аккаунта",
            "login": "ID интеграции (client_id)",
            "password": "Секретный ключ (client_secret); с auth = long_lived: долгий токен",
        },
        "placeholders": {"host": "https://demo.amocrm.ru"},
    },
    "conn-fields": {
        "auth": {
            "label": "Вход",
            "description": "Пусто или oauth: токены обновляются сами. long_lived: долгосрочный токен.",
            "schema": {"type": ["string", "null"], "enum": ["oauth", "long_lived", None]},
        },
        "redirect_uri": {
            "label": "Ссылка для перенаправления",
            "description": "Точно как в настройках интеграции.",
            "schema": {"type": ["string", "null"]},
        },
        "code": {
            "label": "Код авторизации",
            "description": "Живёт 20 минут, служит один раз. С ним токены ниже не нужны.",
            "schema": _HIDDEN,
        },
        "access_token": {
            "label": "Токен доступа",
            "description": "Каким он был получен впервые; дальше обновляется сам.",
            "schema": _HIDDEN,
        },
        "refresh_token": {
            "label": "Токен обновления",
            "description": "Каким он был получен впервые; дальше обновляется сам.",
            "schema": _HIDDEN,
        },
        "trusted_hosts": {
            "label": "Другие адреса аккаунта",
            "description": "Список, куда ещё можно отправлять токены, если аккаунт переедет. Обычно пусто.",
            "schema": {"type": ["array", "null"], "items": {"type": "string"}},
        },
        "timeout": _TIMEOUT,
        "patience": _BITRIX24["conn-fields"]["patience"],
    },
}
_SMART_DATA_HUB = {
    "connection-type": "smart_data_hub",
    "hook-class-name": "plugins.hooks.smart_data_hub.SmartDataHubHook",
    "hook-name": "Smart Data Hub",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port", "login"],
        "relabeling": {"host": "Адрес API", "password": "Токен доступа"},
        "placeholders": {"host": "https://apps.smartanalytics.io"},
    },
    "conn-fields": {"timeout": _TIMEOUT},
}


def provider_info() -> dict[str, Any]:
    """Describe the connection types, as a provider does."""
    return {
        "package-name": "dealflow",
        "name": "Dealflow",
        "description": "Vendors that Dealflow works with",
        "connection-types": [_CALLTOUCH, _ONEC, _KEEPINCRM, _OPENCART, _BITRIX24, _AMOCRM, _SMART_DATA_HUB],
    }
