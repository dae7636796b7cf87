"""What a browser may load into a page: our own files, and pictures of the shop where they are shown."""

import re

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(?::\d+)?")
_FIXED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {}; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_OWN_PICTURES = ("'self'", "data:")
POLICY = "Content-Security-Policy"


def policy(*pictures: str) -> str:
    """Spell the policy; ``pictures``: where else they may come from, a scheme or an origin."""
    known = [source for source in pictures if source == "https:" or _ORIGIN.fullmatch(source)]
    return _FIXED.format(" ".join((*_OWN_PICTURES, *known)))
