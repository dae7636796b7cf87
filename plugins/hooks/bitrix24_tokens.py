"""Tokens of an application at a portal: an hour long, renewed only when the portal says they ended (1.1)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from include.bitrix24.faults import code_of, words_of
from include.errors import AccessDenied, TemporaryVendorError
from plugins.hooks.oauth_tokens import TokenKeeper, Tokens
from plugins.hooks.vendor_answer import Answer

__all__ = ["LIFE", "OAUTH_HOST", "PATH", "TokenKeeper", "Tokens", "request_of", "tokens_of"]

OAUTH_HOST = "https://oauth.bitrix.info"
PATH = "/oauth/token/"
LIFE = timedelta(hours=1)


def request_of(login: str, secret: str, refresh: str) -> Mapping[str, str]:
    """Give the query that asks for new tokens."""
    return {
        "grant_type": "refresh_token",
        "client_id": login,
        "client_secret": secret,
        "refresh_token": refresh,
    }


def tokens_of(answer: Answer, access: str) -> Tokens:
    """Read new tokens. Raises AccessDenied when there will be none, TemporaryVendorError when there may."""
    body: Any = answer.body
    if isinstance(body, Mapping) and body.get("access_token") and body.get("refresh_token"):
        now = datetime.now(UTC)
        lasts = timedelta(seconds=int(body.get("expires_in") or LIFE.total_seconds()))
        return Tokens(str(body["access_token"]), str(body["refresh_token"]), now + lasts)
    told = f"Битрикс24: новый токен не выдан ({answer.status}): {words_of(body) or 'ответ не читается'}"
    if code_of(body) is not None and answer.status < 500:
        raise AccessDenied(f"{told} ({access})", http_status=answer.status)
    raise TemporaryVendorError(told, http_status=answer.status)
