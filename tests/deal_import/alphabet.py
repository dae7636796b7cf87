"""The few words that generated exports are made of, so that everything collides with everything."""

from datetime import UTC, datetime

PHONES = ["79210001122", "79210001133", "79210001144"]
EMAILS = ["olga@example.org", "ivan@example.org"]
TSUIDS = ["t1", "T1", "t2"]
SPELLINGS = {
    "79210001122": ["79210001122", "8 (921) 000-11-22", "+7 921 000 11 22", "9210001122"],
    "79210001133": ["79210001133", "8-921-000-11-33", "тел. +7(921)0001133"],
    "79210001144": ["79210001144", "89210001144"],
    "olga@example.org": ["olga@example.org", " Olga@Example.ORG "],
    "ivan@example.org": ["ivan@example.org", "IVAN@example.org"],
    "t1": ["t1", " t1 "],
    "T1": ["T1"],
    "t2": ["t2"],
}
USELESS = ["-", "0", "нет", "null", "12345", "", "@", "a@b@c", " "]

RECORD_IDS = [f"r{number}" for number in range(1, 22)] + [" r1 ", "007", "7"]
CONVERSIONS = ["cv1", "cv2", " cv1 ", "CV1"]
DEAL_IDS = ["X1", "X2", " X1", "x1"]
AMOUNTS = [
    "100",
    "100.00",
    "100,004",
    "50",
    " 50,00 ",
    "+50",
    "0",
    "-30",
    "-0,005",
    "1 234,50",
    "1\u00a0234.495",
    ".5",
    "7.",
]
BAD_AMOUNTS = ["12x", "1e3", "1,234.50", "NaN", "--5", "1_0"]
STATUSES = [
    "Новая",
    "новая",
    "paid",
    " PAID",
    "Оплачена",
    "Отменена",
    "Повторное  обращение",
    "Странный",
    "странный ",
]
PAYMENT_DATES = [
    "2026-02-05",
    "05.02.2026",
    "2026-02-10",
    "10.02.2026 23:59:59",
    "2026-02-10T20:59:59Z",
    "2026-02-10 10:00",
    "2026-02-10T10:00:00.000000+03:00",
    "2026-02-11T07:00:00Z",
    "2026-02-12",
    "2026-02-20T09:30:00+0300",
    "2026-02-25",
    "2026-03-10",
]
DEAL_DATES = [
    "2026-02-01",
    "2026-02-10",
    "10.02.2026",
    "2026-02-10T10:00+03:00",
    "2026-02-15 12:00:00",
    "2026-03-09",
]
BAD_DATES = ["2026-02-30", "вчера", "2026-2-5", "20260205", "2026-02-05T25:00"]
CURRENCIES = ["RUB", "USD", " usd"]

OPENED = [
    datetime(2026, 2, day, hour, tzinfo=UTC)
    for day, hour in ((1, 0), (4, 21), (10, 7), (10, 7), (15, 9), (20, 0))
]
OPENED.append(datetime(2026, 3, 8, tzinfo=UTC))

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
