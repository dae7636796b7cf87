"""Orders of the motor-parts shop in any number, for benchmarks."""

import random
from datetime import date, datetime, time, timedelta

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, WORK_ORDER, Change, Row, head, sections
from sandbox.demo.motor_shop_goods import GOODS, guid
from sandbox.demo.people import person, spelled


def orders(count: int, first_day: date, per_day: int = 2000) -> Change:
    """Return contractors and orders of both kinds, 1 to 4 lines each; a fifth are work orders, still open."""
    chance = random.Random(count)
    made: Change = {"Catalog_Контрагенты": [], CUSTOMER_ORDER: [], WORK_ORDER: []}
    for number in range(count):
        days, place = divmod(number, per_day)
        at = datetime.combine(first_day, time(8)) + timedelta(days=days, seconds=place * 20)
        items = chance.sample(sorted(GOODS), chance.randrange(1, 5))
        lines = {item: chance.randrange(1, 5) for item in items}
        entity = WORK_ORDER if number % 5 == 4 else CUSTOMER_ORDER
        row = head(bench_order_key(number), at.isoformat(), 101 if number % 3 else 201, 1)
        row |= {"Контрагент_Key": guid(13, number), "Number": f"НГ00-{number:06d}"}
        made["Catalog_Контрагенты"].append(_customer(number))
        made[entity].append(row | sections(lines, entity == WORK_ORDER))
    return made


def bench_order_key(number: int) -> str:
    """Return the GUID of the number-th of them, from 0."""
    return guid(12, number)


def _customer(number: int) -> Row:
    phone = spelled(f"7921000{number % 10_000:04d}", number)
    return {
        "Ref_Key": guid(13, number),
        "Code": f"Н{number:06d}",
        "Description": person(number % 999 + 1).name,
        "КонтактнаяИнформация": [{"Тип": "Телефон", "Вид_Key": guid(6, 0), "Представление": phone}],
    }
