"""
Personal data as it may be shown: enough to recognise one's own client, too little to call a stranger.

A phone keeps its first four and last four digits (leadexpert 10), an e-mail its first letter and its domain,
a visitor's cookie four characters in all.
"""

import re

HIDDEN = "***"

_EMAIL = re.compile(r"[^\s@<>«»\"'(),;:=/?&]+@[^\s@<>«»\"'(),;:/?&]+")
# Ten to fifteen digits in any usual notation, standing alone: no part of a word, no number with a fraction.
_PHONE = re.compile(r"(?<![\w+.,])\+?\(?\d(?:[ \u00a0()-]{0,3}\d){9,14}(?!\w|[.,]\d)")


def mask_phone(phone: str) -> str:
    """Mask a phone in any notation: ``8 921 000-11-22`` becomes ``+7921***1122``. Too few are hidden."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 11 and digits[0] == "8":
        digits = "7" + digits[1:]
    elif len(digits) == 10 and digits[0] == "9":
        digits = "7" + digits
    return f"+{digits[:4]}{HIDDEN}{digits[-4:]}" if len(digits) >= 10 else HIDDEN


def mask_email(email: str) -> str:
    """Mask an e-mail: ``olga@example.org`` becomes ``o***@example.org``."""
    name, at, domain = email.strip().partition("@")
    return f"{name[:1]}{HIDDEN}{at}{domain}" if at else HIDDEN


def mask_tsuid(tsuid: str) -> str:
    """Mask a visitor's cookie: ``a91f3c77e0b24d`` becomes ``a9***4d``; a short one is hidden altogether."""
    return f"{tsuid[:2]}{HIDDEN}{tsuid[-2:]}" if len(tsuid) >= 8 else HIDDEN


def mask_key(kind: str, value: str) -> str:
    """Mask a key of a client by its kind: phone, email or tsuid. One of an unknown kind is hidden."""
    maskers = {"phone": mask_phone, "email": mask_email, "tsuid": mask_tsuid}
    return maskers[kind](value) if kind in maskers else HIDDEN


def mask_text(text: str) -> str:
    """Mask every e-mail and phone inside a free text; dates, amounts and hashes stay as they are."""
    without_emails = _EMAIL.sub(lambda found: mask_email(found[0]), text)
    return _PHONE.sub(_mask_if_phone, without_emails)


def _mask_if_phone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    looks_dialled = found[0].startswith("+") or (len(digits), digits[0]) in {(11, "7"), (11, "8"), (10, "9")}
    return mask_phone(found[0]) if looks_dialled else found[0]
