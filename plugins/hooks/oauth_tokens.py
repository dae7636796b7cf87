"""Tokens of an application at a vendor: one shown with each call, the other once, for new ones."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol


class Tokens(NamedTuple):
    """What an application shows: the access token with each call, the refresh token once, for new ones."""

    access: str
    refresh: str
    until: datetime | None = None

    def __repr__(self) -> str:
        return "Tokens(***)"


class TokenKeeper(Protocol):
    """Whoever keeps the tokens of an account, for all workers (``plugins/steps/oauth_tokens.py``)."""

    def current(self, seed: Tokens) -> Tokens:
        """Give the tokens that hold now; ``seed``: those of the connection."""

    def renew(self, stale: str, ask: Callable[[str], Tokens]) -> Tokens:
        """Swap an access token that has expired; nobody asks twice."""


class RotatingKeeper(Protocol):
    """The same of tokens whose refresh serves once (``plugins/steps/rotating_tokens.py``)."""

    def current(self, seed: str, application: str | None = None) -> Tokens | None:
        """Give the tokens that hold now; None: the connection holds others than they began with."""

    def offered(self, seed: str, ask: Callable[[], Tokens]) -> Tokens:
        """Give the tokens that the connection's new code or pair is worth."""

    def renew(
        self, stale: str, ask: Callable[[str, str | None], Tokens], turn: Callable[[], object]
    ) -> Tokens:
        """Swap an access token; nobody asks twice."""

    def moved(self, host: str) -> None:
        """Take down where the account is now."""

    @property
    def host(self) -> str | None:
        """Where it was found."""
