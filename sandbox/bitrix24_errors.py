"""
How Bitrix24 refuses: codes, their HTTP statuses and words (bitrix24 1.4).
"""

from collections.abc import Mapping
from typing import Any

BLOCKED = "OPERATION_TIME_LIMIT"
TOO_OFTEN = "QUERY_LIMIT_EXCEEDED"
KILLED = "INTERNAL_SERVER_ERROR"
BAD_ARGUMENT = "INVALID_ARG_VALUE"
BAD_VALUE = "CRM_FIELD_ERROR_VALUE_NOT_VALID"
NOT_FOUND = "NOT_FOUND"
DENIED = "ACCESS_DENIED"
_KNOWN: Mapping[str, tuple[int, str]] = {
    TOO_OFTEN: (503, "Too many requests"),
    "OVERLOAD_LIMIT": (503, "REST API is blocked due to overload."),
    BLOCKED: (429, "Method is blocked due to operation time limit."),
    KILLED: (500, "Internal server error"),
    "ERROR_UNEXPECTED_ANSWER": (500, "Server returned an unexpected response"),
    "PORTAL_DELETED": (500, "Portal was deleted"),
    "expired_token": (401, "The access token provided has expired."),
    "NO_AUTH_FOUND": (401, "Wrong authorization data"),
    "insufficient_scope": (403, "The request requires higher privileges than provided by the webhook token"),
    "INVALID_CREDENTIALS": (403, "Invalid request credentials"),
    "user_access_error": (403, "The user does not have access to the application."),
    DENIED: (403, "Access denied."),
    "ERROR_METHOD_NOT_FOUND": (404, "Method not found!"),
    "ERROR_BATCH_METHOD_NOT_ALLOWED": (405, "Method is not allowed for batch usage"),
    "ERROR_BATCH_LENGTH_EXCEEDED": (400, "Max batch length exceeded"),
    NOT_FOUND: (400, "Элемент не найден"),
    BAD_VALUE: (400, "Поле заполнено неверно"),
    "invalid_grant": (400, "Invalid grant"),
}
_OF_STATUS: Mapping[int, str] = {
    401: "NO_AUTH_FOUND",
    403: DENIED,
    404: "ERROR_METHOD_NOT_FOUND",
    429: BLOCKED,
    500: KILLED,
    503: TOO_OFTEN,
}


class Refused(Exception):
    """A call is refused; the code may be a word, a number or nothing at all."""

    def __init__(self, code: str | int, text: str | None = None, status: int | None = None) -> None:
        known, words = _KNOWN.get(str(code), (400, ""))
        self.code, self.status = code, status or known
        self.text = words if text is None else text
        super().__init__(f"{self.status} {code}: {self.text}")

    @property
    def body(self) -> dict[str, Any]:
        """Return it as the portal tells it."""
        return {"error": self.code, "error_description": self.text}


class Killed(Exception):
    """A request has taken too long: what it had done by then stays done (bitrix24 1.5)."""


def bad_argument(what: str, name: str, why: str) -> Refused:
    """Refuse a filter or an order; the name is told as the portal spells it."""
    return Refused(BAD_ARGUMENT, f"Invalid {what}: field '{name.upper()}' {why}")


def of_status(status: int, text: str) -> Refused:
    """Return what an ordered HTTP status says; a known code in its text is that code."""
    if text in _KNOWN:
        return Refused(text, status=status)
    code = _OF_STATUS.get(status, KILLED if status >= 500 else "")
    return Refused(code, text or None, status)
