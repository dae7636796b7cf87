"""Smart Data Hub: leads and statuses are created there; nothing can be looked up (smart-data-hub 2)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from requests import PreparedRequest

from include.errors import LostAnswer
from plugins.hooks.vendor import Call, VendorHook

API = "/crm/v1/api"
NO_ID = "Smart Data Hub: в ответе на создание нет {}: неизвестно, создано ли ({})"


class SmartDataHubHook(VendorHook):
    """
    Create leads and statuses. The vendor has no method to find them, so a lost answer stays lost.

    The connection: host (the vendor's own if empty), password = the access token.
    """

    vendor = "smart_data_hub"
    title = "Smart Data Hub"
    meanings: ClassVar[Mapping[int, str]] = {
        401: "токен не принят ({status})",
        403: "с этим токеном создавать нельзя ({status})",
    }
    conn_type = "smart_data_hub"
    default_conn_name = "smart_data_hub"
    hook_name = "Smart Data Hub"
    default_host = "https://apps.smartanalytics.io"
    default_pauses = (1.0, 4.0, 16.0)

    def create_lead(self, body: Mapping[str, Any]) -> str:
        """Create a lead; give its number. Raises LostAnswer when it may have been created."""
        return self._created("leads", body, "id")

    def create_status(self, body: Mapping[str, Any]) -> str:
        """Create a status of a funnel; give its number. Raises LostAnswer when it may have been created."""
        return self._created("statuses", body, "status_id")

    def probe(self) -> object:
        """Say that nothing can be asked without creating something."""
        return None

    def test_connection(self) -> tuple[bool, str]:
        """Tell what can be told without a call: the vendor has none that only reads."""
        has_token = bool((self.connection.password or "").strip())
        told = (
            "токен указан; проверить его можно только передачей" if has_token else "не указан токен (пароль)"
        )
        return has_token, f"{self.title}: {told}"

    def sign(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token into its header."""
        request.headers["Authorization"] = f"Token {self.connection.password or ''}"
        return request

    def words(self, body: Any) -> str | None:
        """Find the vendor's words: a text under a known name, or texts by field."""
        if not isinstance(body, Mapping):
            return None
        for name in ("detail", "message", "error"):
            if isinstance(body.get(name), str):
                return str(body[name])
        told = [f"{name}: {_first(value)}" for name, value in body.items() if _first(value)]
        return "; ".join(told) or None

    def _created(self, what: str, body: Mapping[str, Any], key: str) -> str:
        call = Call("POST", f"{API}/{what}/", body=body, counts_as=what, repeats=False)
        answer = self.call(call)
        told = answer.get(key) if isinstance(answer, Mapping) else None
        if not isinstance(told, str | int) or isinstance(told, bool) or not str(told).strip():
            shown = self.scrubber.value(answer)
            raise LostAnswer(NO_ID.format(key, call.path), http_status=200, response=shown)
        return str(told)


def _first(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else None
