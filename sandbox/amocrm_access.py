"""
Who may call a simulated account of amoCRM: tokens tell the account, a refresh is good once (amocrm 2).

From the start there are, for account N: the long-lived token ``access-N``, the refresh token ``refresh-N-0``
and the code ``code-N``. Others are given for these: access tokens in the shape of a JWT, for a day; refresh
tokens for three months. The client secret is the sandbox's password; the client id is any.
"""

import base64
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sandbox.amocrm_account import Account
from sandbox.amocrm_material import Record
from sandbox.amocrm_wire import Refused, answered, header, host_of
from sandbox.messages import Request, Response

DAY = int(timedelta(days=1).total_seconds())
MONTHS = 90 * DAY
CODE_LIVES = 20 * 60
FOREVER = 2**40
_HINTS = {
    "revoked": "Token has been revoked",
    "expired": "Token has expired",
    "unknown": "Cannot decrypt the token",
}


class Access:
    """Knows whose a token is."""

    def __init__(self, accounts: Iterable[Account], secret: str) -> None:
        self._accounts, self._secret = list(accounts), secret

    def open(self, account: Account) -> Record:
        """Return what is known of an account's tokens."""
        number = account.number
        first = {
            "last": 0,
            "access": {f"access-{number}": FOREVER, f"first-{number}": account.now() + DAY},
            "refresh": {f"refresh-{number}-0": account.now() + MONTHS},
            "codes": {f"code-{number}": FOREVER},
            "spent": [],
            "is_revoked": False,
        }
        held: Record | None = account.kept("tokens", None)
        if held is None:
            account.keep("tokens", first)
        return held or first

    def owner(self, token: str, kind: str = "access") -> Account | None:
        """Return the account that a token is of, even if it is good no longer."""
        for account in self._accounts:
            tokens = self.open(account)
            spent = [text for told, text in tokens["spent"] if told == kind]
            if token in tokens[kind] or token in spent:
                return account
        return None

    def check(self, account: Account | None, token: str, host: str) -> Account:
        """Let a call in. Raises Refused."""
        if account is None:
            raise Refused(401, "Неверный логин или пароль")
        tokens = self.open(account)
        if tokens["is_revoked"] or tokens["access"].get(token, 0) <= account.now():
            raise Refused(401, "Токен доступа истёк или отозван")
        if account.flags["moved_to"] not in ("", host):
            raise Refused(401, "Аккаунт не найден")
        return account

    def revoke(self, account: Account) -> None:
        """Let an administrator have switched the integration off: nothing is good any longer."""
        account.keep("tokens", {**self.open(account), "is_revoked": True, "refresh": {}, "codes": {}})

    def expire(self, account: Account) -> None:
        """Let the access tokens that were given have run out; the long-lived one stays."""
        tokens = self.open(account)
        access = {text: until for text, until in tokens["access"].items() if until == FOREVER}
        spent = [["access", text] for text in tokens["access"] if text not in access]
        account.keep("tokens", {**tokens, "access": access, "spent": [*tokens["spent"], *spent]})

    def issue(self, account: Account, code: str) -> None:
        """Let an administrator have let the integration in (anew): there is a code."""
        tokens = self.open(account)
        codes = {**tokens["codes"], code: account.now() + CODE_LIVES}
        account.keep("tokens", {**tokens, "codes": codes, "is_revoked": False})

    def exchange(self, request: Request) -> Response:
        """Give a pair for a code or for a refresh token. Raises Refused."""
        told = _body(request)
        if told.get("client_secret") != self._secret or not told.get("client_id"):
            raise Refused(400, "Некорректный запрос", hint="Check the client_secret")
        if not told.get("redirect_uri"):
            raise Refused(400, "Некорректный запрос", hint="Check the redirect_uri")
        kinds = {"refresh_token": ("refresh", "refresh_token"), "authorization_code": ("codes", "code")}
        kind, name = kinds.get(str(told.get("grant_type")), ("", ""))
        if not kind:
            raise Refused(400, "Некорректный запрос", hint="Check the grant_type")
        return self._exchanged(kind, str(told.get(name, "")), host_of(request))

    def _exchanged(self, kind: str, shown: str, host: str) -> Response:
        account = self.owner(shown, kind)
        if account is None:
            raise _oauth("unknown")
        if account.flags["moved_to"] not in ("", host):
            raise Refused(404, "Аккаунт не найден")
        tokens = self.open(account)
        if shown not in tokens[kind]:
            account.counts["spent_shown"] += 1
            raise _oauth("revoked")
        if tokens[kind][shown] <= account.now():
            raise _oauth("expired")
        return answered(self._pair(account, kind, shown, host))

    def _pair(self, account: Account, kind: str, shown: str, host: str) -> Record:
        tokens, now = self.open(account), account.now()
        last = tokens["last"] + 1
        access, refresh = _jwt(account, last, now + DAY, host), f"refresh-{account.number}-{last}"
        kept = {name: dict(tokens[name]) for name in ("access", "refresh", "codes")}
        del kept[kind][shown]
        kept["access"][access], kept["refresh"][refresh] = now + DAY, now + MONTHS
        spent = [*tokens["spent"], [kind, shown]]
        account.keep("tokens", {**tokens, **kept, "spent": spent, "last": last})
        account.counts["refreshes" if kind == "refresh" else "codes"] += 1
        pair = {"access_token": access, "refresh_token": refresh}
        return {"token_type": "Bearer", "expires_in": DAY, "server_time": now, **pair}

    def subdomain(self, request: Request) -> Response:
        """Tell where the account of a refresh token is now. Raises Refused."""
        account = self.owner(header(request, "X-Refresh-Token"), "refresh")
        if account is None:
            raise _oauth("unknown")
        domain = account.host(host_of(request))
        name, _, zone = domain.partition(".")
        told = {"id": account.number, "subdomain": name, "domain": domain}
        return answered({**told, "top_level_domain": zone.rpartition(".")[2] or "ru"})

    def report(self, account: Account) -> dict[str, Any]:
        """Tell how the tokens stand: what was asked, and which are good."""
        tokens, now = self.open(account), account.now()
        counted = {name: account.counts[name] for name in ("refreshes", "codes", "spent_shown")}
        alive = {
            kind: [text for text, until in tokens[kind].items() if until > now]
            for kind in ("access", "refresh")
        }
        return {**counted, **alive}


def _oauth(why: str) -> Refused:
    kind = {"type": "https://www.amocrm.ru/errors/OAuthProblemJson"}
    return Refused(401, "Некорректный запрос", hint=_HINTS[why], **kind)


def _body(request: Request) -> Record:
    try:
        told = json.loads(request.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _jwt(account: Account, number: int, until: int, host: str) -> str:
    """Spell an access token as the vendor does: three parts, the second of them readable."""
    claims = {"account_id": account.number, "api_domain": host, "exp": until, "jti": number}
    parts = ({"typ": "JWT", "alg": "RS256"}, claims, "sandbox")
    texts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(text.rstrip("=") for text in texts)
