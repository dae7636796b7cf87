"""Phone numbers as keys of a client: digits with the country code, and nothing else."""

_SHORTEST, _LONGEST = 10, 15  # digits; the longest is E.164's

# One pass of str.translate drops whatever stands between the digits of an ordinary, ASCII number.
_DROP = {code: None for code in range(128) if not chr(code).isdigit()}


def phone(raw: str | None) -> str | None:
    """
    Keep the digits of a number in any notation, with Russia's 8 or missing 7 put right (leadexpert 7).

    Decimal digits of other scripts (full-width, Arabic) are folded to ASCII: somebody typed a number in them.
    None unless 10 to 15 digits result; and when the last ten are zeros, which is a way to write ``0``.
    """
    if not raw:
        return None
    digits = raw.translate(_DROP) if raw.isascii() else _folded(raw)
    if len(digits) == 11 and digits[0] == "8":
        digits = "7" + digits[1:]
    elif len(digits) == 10 and digits[0] == "9":
        digits = "7" + digits
    if not _SHORTEST <= len(digits) <= _LONGEST or digits.endswith("0000000000"):
        return None
    return digits


def _folded(raw: str) -> str:
    return "".join(str(int(char)) for char in raw if char.isdecimal())
