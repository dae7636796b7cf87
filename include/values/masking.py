"""
Personal data as it may be shown: enough to recognise one's own client, too little to call a stranger.

A phone keeps its first four and last four digits (leadexpert 10), an e-mail its first letter and its domain,
a visitor's cookie four characters in all. Inside data, what stands under a phone's, an e-mail's or a person's
key is masked whatever it looks like: numbers too, and notations that no text would be searched for.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

HIDDEN = "***"

_EMAIL = re.compile(r"[^\s@<>«»\"'(),;:=/?&]+@[^\s@<>«»\"'(),;:/?&]+")
_ONE_EMAIL = re.compile(r"\s*\S+@[^\s@,;]+\s*")
# Ten to fifteen digits in any usual notation, standing alone: no part of a word, no number with a fraction.
# Neither does a GUID have any, though all digits of its first or its last part may be decimal.
_PHONE = re.compile(
    r"(?<![\w+.,])(?<!-[0-9a-f]{4}-)\+?\(?\d(?:[ \u00a0()-]{0,3}\d){9,14}(?!\w|[.,]\d|-[0-9a-f]{4}-)"
)
# How a phone begins that is dialled without «+»: at home, and in the countries our clients' buyers call from.
_DIALLED = re.compile(
    r"[78]\d{10}|9\d{9}"
    r"|(?:00|810)?(?:(?:375|380|992|994|995|996|998)\d{9}|(?:370|371|373|374|993)\d{8})"
)
_PHONE_KEY = re.compile(r"(?i)(?:phones?(?:_?numbers?)?|caller_?numbers?|телефона?)$")
_EMAIL_KEY = re.compile(r"(?i)e-?mails?$")
_NAME_KEY = re.compile(r"(?i)fio$")
_FEWEST_DIGITS = 5  # fewer under a phone's key are a count, or words on what is wrong with it

Mask = Callable[[str], str]


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


def mask_name(name: str) -> str:
    """Mask a person's name: ``Ольга Демо`` becomes ``О***``."""
    return f"{name.strip()[:1]}{HIDDEN}"


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


def mask_data(value: Any, mask: Mask = mask_text, under: Mask | None = None) -> Any:
    """
    Mask every text inside data, at any depth, by ``mask``.

    ``under``: how to mask what stands under the key of a phone, an e-mail or a person, numbers too.
    """
    match value:
        case str():
            return (under or mask)(value) if value else value
        case Mapping():
            return {
                mask(str(key)): mask_data(inner, mask, _mask_under(str(key), mask) or under)
                for key, inner in value.items()
            }
        case Sequence() if not isinstance(value, bytes):
            return [mask_data(inner, mask, under) for inner in value]
        case int() | Decimal() if under and not isinstance(value, bool):
            masked = under(str(value))
            return value if masked == str(value) else masked
    return value


def _mask_under(key: str, mask: Mask) -> Mask | None:
    if _PHONE_KEY.search(key):
        return lambda text: mask_phone(text) if len(re.findall(r"\d", text)) >= _FEWEST_DIGITS else mask(text)
    if _EMAIL_KEY.search(key):
        return lambda text: mask_email(text) if _ONE_EMAIL.fullmatch(text) else mask(text)
    return mask_name if _NAME_KEY.search(key) else None


def _mask_if_phone(found: re.Match[str]) -> str:
    looks_dialled = found[0].startswith("+") or _DIALLED.fullmatch(re.sub(r"\D", "", found[0]))
    return mask_phone(found[0]) if looks_dialled else found[0]
