"""What the portal's codes of errors mean, in plain words where its own do not help (bitrix24 1.4)."""

from collections.abc import Mapping
from typing import Any

BUCKET_FULL = "QUERY_LIMIT_EXCEEDED"
METHOD_CLOSED = "OPERATION_TIME_LIMIT"
STUMBLED = frozenset({"INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"})
BAD_ARGUMENT = "INVALID_ARG_VALUE"
EXPIRED_TOKEN = "expired_token"
NOT_NOW = frozenset({BUCKET_FULL, METHOD_CLOSED, *STUMBLED})  # of one command inside a batch
GONE = frozenset({"NOT_FOUND", "ERROR_NOT_FOUND", "ENTITY_NOT_FOUND"})
NO_RIGHT = frozenset(
    {
        "ACCESS_DENIED",
        "INVALID_CREDENTIALS",
        "NO_AUTH_FOUND",
        "PAYMENT_REQUIRED",
        "allowed_only_intranet_user",
        "insufficient_scope",
        "user_access_error",
        "200040300010",
        "200040300040",
    }
)
FOR_GOOD = frozenset({"OVERLOAD_LIMIT", "PORTAL_DELETED"})  # told with 5xx, and will not pass by itself

PLAIN: Mapping[str, str] = {
    "ACCESS_DENIED": "нет права, или REST закрыт тарифом: нужен платный план с подпиской на Маркет",
    "ERROR_METHOD_NOT_FOUND": "на портале нет такого метода",
    "INVALID_CREDENTIALS": "у сотрудника, создавшего вебхук, нет нужных прав",
    "NO_AUTH_FOUND": "вебхук не принят: код неверный, изменён или истёк",
    "OVERLOAD_LIMIT": "поставщик закрыл порталу доступ к REST вручную, обратитесь в его поддержку",
    "PORTAL_DELETED": "портал закрыт",
    "allowed_only_intranet_user": "вебхук создан не сотрудником портала",
    "expired_token": "токен доступа истёк; запуски обновляют его сами, проверка Connection нет",
    "insufficient_scope": "вебхуку не дано нужное право: откройте его и отметьте crm, catalog",
    "invalid_grant": "авторизуйте приложение заново",
    "user_access_error": "приложение закрыто для этого сотрудника",
}


def code_of(body: Any) -> str | None:
    """Read the code of an error, be it a number; None: this is no error the portal speaks of."""
    code = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(code, Mapping):  # of REST 3
        code = code.get("code")
    return None if code is None else str(code)


def words_of(body: Any) -> str | None:
    """Put together the code, the portal's words and, where they do not help, plain ones."""
    code = code_of(body)
    if code is None:
        return None
    told = body.get("error_description")
    own = ": ".join(filter(None, (code, told if isinstance(told, str) else None)))
    plain = PLAIN.get(code)
    return f"{plain} ({own})" if plain else own or None
