"""Numbers, sums, sizes and moments written the way people read them; what is none of these stays as it is."""

from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation

Forms = str | tuple[str, str, str]  # words after any number, or after 1, 2 and 5
THIN_SPACE = "\u202f"
MINUS = "\u2212"
ZONES = {"Europe/Moscow": "МСК"}
CURRENCY_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "UAH": "₴", "KZT": "₸", "BYN": "Br"}


def number(value: int) -> str:
    """Write a whole number with thin spaces between thousands."""
    return f"{value:,}".replace(",", THIN_SPACE).replace("-", MINUS)


def quantity(value: Decimal | float | int) -> str:
    """Write a number with as many decimals as it has."""
    whole, _, fraction = f"{Decimal(str(value)):,f}".partition(".")
    digits = fraction.rstrip("0")
    written = whole.replace(",", THIN_SPACE).replace("-", MINUS)
    return f"{written},{digits}" if digits else written


def amount(value: Decimal | float | int) -> str:
    """Write a number that may be money: whole, or with two decimals at least."""
    written = quantity(value)
    return f"{written}0" if written[-2:-1] == "," else written


def plural(value: int, one: str, few: str, many: str) -> str:
    """Write a number with the form that it governs: «1 запись, 2 записи, 5 записей»."""
    return f"{number(value)} {governed(value, one, few, many)}"


def governed(value: int, one: str, few: str, many: str) -> str:
    """Choose the form that a number governs."""
    tens, units = value % 100, value % 10
    teens = 11 <= tens <= 14
    return one if units == 1 and not teens else few if 2 <= units <= 4 and not teens else many


def money(amount: object, currency: object = None, places: int = 2) -> str:
    """Write an amount with thin spaces and the currency's sign; what is no amount stays as it stands."""
    try:
        value = Decimal(str(amount))
        digits = f"{value:,.{places}f}"
    except (InvalidOperation, ValueError):
        return str(amount)
    if not value.is_finite():
        return str(amount)
    written = digits.replace(",", THIN_SPACE).replace(".", ",").replace("-", MINUS)
    sign = CURRENCY_SIGNS.get(str(currency), str(currency)) if currency else ""
    return f"{written}\u00a0{sign}" if sign else written


def places_of(amount: Decimal) -> int:
    """Give the places to write an amount of any currency with: two, or as many more as it has."""
    exponent = amount.normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


def shortened(amount: Decimal) -> str:
    """Write an amount in a few signs, where there is little room: 1,4 млн, 137 тыс, 950."""
    units = ((10**9, "млрд"), (10**6, "млн"), (10**3, "тыс"))
    size, unit = next(((size, unit) for size, unit in units if abs(amount) >= size), (1, ""))
    value = amount / size
    written = f"{value:.1f}" if unit and abs(value) < 10 else f"{value:.0f}"
    told = written.removesuffix(".0").replace(".", ",").replace("-", MINUS)
    return f"{told}\u00a0{unit}" if unit else told


def share_of(part: int, whole: int) -> Decimal | None:
    """Give a share in percent, to one place; None: of nothing."""
    return round(Decimal(100 * part) / whole, 1) if whole else None


def lasting(seconds: float) -> str:
    """Write how long something lasts in its largest unit: 12 мин, 5 ч, 3 дня."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes}\u00a0мин" if minutes else "меньше минуты"
    hours = minutes // 60
    return f"{hours}\u00a0ч" if hours < 48 else plural(hours // 24, "день", "дня", "дней")


def file_size(size: int) -> str:
    """Write a number of bytes in the largest unit that leaves a whole part."""
    value, units = Decimal(size), ["КБ", "МБ", "ГБ", "ТБ"]
    if size < 1024:
        return plural(size, "байт", "байта", "байт")
    while value >= 1024 and units:
        value, unit = value / 1024, units.pop(0)
    return f"{value:.1f}".replace(".", ",") + f"\u00a0{unit}"


def zone_name(zone: tzinfo) -> str:
    """Name a zone as people do, where they have a word for it."""
    return ZONES.get(str(zone), str(zone))


def moment_in(value: object, zone: tzinfo) -> str:
    """Write a moment with its zone, where nothing around says which it is."""
    return f"{moment(value, zone)} {zone_name(zone)}"


def moment(value: object, zone: tzinfo) -> str:
    """Write an ISO 8601 moment as people read it, in ``zone``; what is no moment stays as it stands."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return f"{at.astimezone(zone):%d.%m.%Y %H:%M}" if isinstance(at, datetime) else str(value)
    except (ValueError, OverflowError):
        return str(value)
