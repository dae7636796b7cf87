"""
Who may call the simulated portal: a webhook by the code in its path, an application by tokens (bitrix24 1).

The application's tokens are ``access-N`` and ``refresh-N``; the first ones, with N = 0, are known from the
start, and the access token of them has expired.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from sandbox.bitrix24_errors import Refused
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_wire import Asked, as_json
from sandbox.vendor import Request, Response

WEBHOOK_USER = "1"
HOUR = 3600
WEBHOOK, APPLICATION = "webhook", "application"


class Access:
    """Knows the code, which is the application's secret as well."""

    def __init__(self, portal: Portal, code: str) -> None:
        self._portal, self._code = portal, code

    def caller(self, asked: Asked) -> str:
        """Tell who calls. Raises Refused."""
        if asked.user is not None:
            if (asked.user, asked.secret) == (WEBHOOK_USER, self._code):
                return WEBHOOK
            raise Refused("NO_AUTH_FOUND")
        tokens = self._tokens()
        if asked.secret != tokens["access"]:
            raise Refused("NO_AUTH_FOUND")
        if self._portal.seconds() >= tokens["until"]:
            raise Refused("expired_token")
        return APPLICATION

    def renew(self, request: Request) -> Response:
        """Give new tokens for the refresh token, which is good once. Raises Refused."""
        told = dict(parse_qsl(request.query)) | dict(parse_qsl(request.body.decode(errors="replace")))
        tokens = self._tokens()
        if told.get("client_secret") != self._code or not told.get("client_id"):
            raise Refused("invalid_client", "Invalid client", 401)
        if (told.get("grant_type"), told.get("refresh_token")) != ("refresh_token", tokens["refresh"]):
            raise Refused("invalid_grant")
        number = tokens["number"] + 1
        fresh = {"number": number, "access": f"access-{number}", "refresh": f"refresh-{number}"}
        self._portal.keep("tokens", fresh | {"until": self._portal.seconds() + HOUR})
        self._portal.counts["renewals"] += 1
        shown = {"access_token": fresh["access"], "refresh_token": fresh["refresh"], "expires_in": HOUR}
        return as_json({**shown, "scope": "crm,catalog", "user_id": 1, "status": "L"})

    def _tokens(self) -> Mapping[str, Any]:
        first = {"number": 0, "access": "access-0", "refresh": "refresh-0", "until": 0}
        told: Mapping[str, Any] = self._portal.tokens or first
        return told
