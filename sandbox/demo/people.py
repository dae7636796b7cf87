"""The people of the demo: made up, numbered, always the same. Phones and addresses belong to nobody."""

from typing import NamedTuple

_MEN = ("Алексей", "Борис", "Виктор", "Глеб", "Даниил", "Егор", "Игорь", "Кирилл", "Лев", "Пётр", "Тимур")
_WOMEN = ("Анна", "Вера", "Дарья", "Елена", "Жанна", "Зоя", "Ирина", "Ольга", "Полина", "Софья", "Юлия")
_FAMILIES = (
    *("Абрамов", "Белов", "Воронин", "Громов", "Демин", "Ершов", "Жуков", "Зуев", "Ильин", "Королёв"),
    *("Лапин", "Мохов", "Носов", "Орлов", "Панин", "Рогов", "Сомов", "Тихонов", "Уваров"),
)
_CITIES = ("Псков", "Тверь", "Казань", "Санкт-Петербург", "Вологда", "Пермь", "Екатеринбург")
_LATIN = {
    **{"а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i"},
    **{"й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t"},
    **{"у": "u", "ф": "f", "х": "h", "ч": "ch", "ш": "sh", "ь": "", "ю": "yu", "я": "ya"},
}


class Person(NamedTuple):
    """Somebody who buys."""

    name: str
    city: str
    phone: str  # digits
    email: str
    tsuid: str


def person(number: int) -> Person:
    """Return the person of that number, from 1 to 999."""
    women = number % 2 == 0
    first = (_WOMEN if women else _MEN)[number // 2 % 11]
    family = _FAMILIES[number * 7 % 19] + ("а" if women else "")
    return Person(
        name=f"{first} {family}",
        city=_CITIES[number % 7],
        phone=f"7921000{number:04d}",
        email=f"{latin(first)}.{latin(family)}{number}@example.org",
        tsuid=f"a91f{number * 7919 % 100_000:05d}{number:03d}",
    )


def latin(text: str) -> str:
    """Spell a name in Latin letters."""
    return "".join(_LATIN[letter] for letter in text.lower())


def spelled(phone: str, way: int) -> str:
    """Write a number down as one of the ways people do."""
    code, a, b, c = phone[1:4], phone[4:7], phone[7:9], phone[9:]
    ways = (
        f"+7 {code} {a}-{b}-{c}",
        f"8 ({code}) {a}-{b}-{c}",
        phone,
        f"8{phone[1:]}",
        f"+7({code}){a}{b}{c}",
        f"{code}{a}{b}{c}",
    )
    return ways[way % len(ways)]
