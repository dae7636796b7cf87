"""
Take secrets and personal data out of whatever is about to be logged, stored or raised.

Secrets of a connection are known and replaced wherever they stand, percent-encoded and in Base64 too; what
merely looks like one is caught by its name: the value of a header or a query parameter with credentials.
"""

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from include.values.masking import HIDDEN, mask_data, mask_text

_NAMES = r"(?:clientApiId|(?:access|api|refresh)?[-_]?token|api[-_]?key|client_secret|auth|password)"
_NAMED = re.compile(rf"(?i)(?<![\w-])({_NAMES}[\"']?\s*[=:]\s*[\"']?)([^\s\"'&,;<>]+)")
_AUTHORIZATION = re.compile(r"(?i)((?:basic|bearer)\s+)([\w.~+/=-]{6,})")
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")
_SHORTEST = 4  # a shorter secret would blot out innocent text


class Scrubber:
    """Know the secrets of one connection and leave none of them in a text."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        spellings = {spelt for secret in secrets if secret for spelt in _spellings(secret)}
        longest_first = sorted((s for s in spellings if len(s) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, text: str) -> str:
        """Hide the secrets in a text; mask its phones and e-mails."""
        known = self._known.sub(HIDDEN, text) if self._known else text
        named = _NAMED.sub(rf"\g<1>{HIDDEN}", _IN_ADDRESS.sub("", known))
        return mask_text(_AUTHORIZATION.sub(rf"\g<1>{HIDDEN}", named))

    def value(self, value: Any) -> Any:
        """Do the same to every text inside a decoded body, and mask what a key says is personal."""
        return mask_data(value, self.text)


def _spellings(secret: str) -> Iterable[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    return secret, quote(secret, safe=""), quote_plus(secret), encoded, encoded.rstrip("=")
