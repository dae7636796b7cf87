"""What an access token says of itself; whether that is true, only the vendor can tell (amocrm 2)."""

import base64
import binascii
import json
from typing import Any


def claims(token: str) -> dict[str, Any]:
    """Read the claims of a token without checking its signature; empty when they do not read."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        told = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
