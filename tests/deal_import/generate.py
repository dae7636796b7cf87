"""
Make scenarios in which everything collides: few phones, few ids, few dates, every spelling, several runs.

A scenario is plain data, so that a failing one can be read and kept as an example.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.deal_import import alphabet
from tests.deal_import.reading import RawRecord
from tests.deal_import.world import DEFAULT_STATUSES, Export, Source


def rarely(strategy: st.SearchStrategy[Any], share: int) -> st.SearchStrategy[Any]:
    """Give nothing in most cases and the strategy's value in about one of ``share``."""
    return st.one_of(*[st.none()] * (share - 1), strategy)


def mostly(strategy: st.SearchStrategy[Any], share: int) -> st.SearchStrategy[Any]:
    """Give the strategy's value in most cases and nothing in about one of ``share``."""
    return st.one_of(*[strategy] * (share - 1), st.none())


def spelled(values: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([spelling for value in values for spelling in alphabet.SPELLINGS[value]])


def keys_of(values: list[str], most: int) -> st.SearchStrategy[list[str]]:
    return st.one_of(
        st.just([]),
        st.lists(spelled(values), min_size=1, max_size=1),
        st.lists(st.one_of(*[spelled(values)] * 4, st.sampled_from(alphabet.USELESS)), max_size=most),
    )


amounts = st.one_of(
    *[st.sampled_from(alphabet.AMOUNTS)] * 9,
    st.sampled_from([None, "", "  "]),
    st.sampled_from(alphabet.BAD_AMOUNTS),
)
statuses = st.one_of(st.none(), st.none(), st.sampled_from([*alphabet.STATUSES, " "]))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.one_of(*[st.sampled_from(alphabet.RECORD_IDS)] * 19, st.sampled_from([None, " ", "r" * 129])),
    "conversion_id": rarely(st.sampled_from(alphabet.CONVERSIONS), 3),
    "deal_id": rarely(st.sampled_from(alphabet.DEAL_IDS), 3),
    "actual_amount": amounts,
    "potential_amount": rarely(st.sampled_from(["500", "", "1 000,5", "-1"]), 6),
    "currency": rarely(st.sampled_from([*alphabet.CURRENCIES, "rubles"]), 8),
    "status": statuses,
    "payment_date": st.one_of(
        *[st.sampled_from(alphabet.PAYMENT_DATES)] * 14, st.sampled_from([None, " ", *alphabet.BAD_DATES])
    ),
    "deal_date": rarely(
        st.one_of(*[st.sampled_from(alphabet.DEAL_DATES)] * 7, st.sampled_from(alphabet.BAD_DATES)), 3
    ),
    "comment": rarely(st.sampled_from(["Самовывоз", "Первая строка\nвторая <строка> & ещё"]), 6),
    "tsuid": rarely(st.one_of(*[spelled(alphabet.TSUIDS)] * 5, st.sampled_from(alphabet.USELESS)), 3),
    "phone": keys_of(alphabet.PHONES, 3),
    "email": keys_of(alphabet.EMAILS, 2),
    "name": rarely(st.just("Ольга Дёмина"), 6),
    "company": rarely(st.just("ООО «Ромашка»"), 6),
    "field": st.one_of(
        st.just([]), st.just([]), st.just([]), st.just([("city", "Псков"), ("city", "Остров")])
    ),
}


def clean(record: RawRecord) -> RawRecord:
    return {name: value for name, value in record.items() if value is not None and value != []}


records = st.fixed_dictionaries(FIELDS).map(clean)
# Readable records with little but keys, so that chains of clients and deals get long.
simple_records = st.fixed_dictionaries(
    {
        "id": st.uuids(version=4).map(lambda number: f"n{number.hex[:6]}"),
        "conversion_id": rarely(st.sampled_from(alphabet.CONVERSIONS), 4),
        "deal_id": rarely(st.sampled_from(alphabet.DEAL_IDS), 4),
        "actual_amount": st.sampled_from(["100", "50"]),
        "currency": rarely(st.just("USD"), 9),
        "status": rarely(st.sampled_from(["paid", "Странный", "Отменена"]), 4),
        "payment_date": st.sampled_from(alphabet.PAYMENT_DATES),
        "deal_date": rarely(st.sampled_from(alphabet.DEAL_DATES), 3),
        "tsuid": rarely(st.sampled_from(alphabet.TSUIDS), 3),
        "phone": st.lists(st.sampled_from(alphabet.PHONES), max_size=2, unique=True),
        "email": st.lists(st.sampled_from(alphabet.EMAILS), max_size=1),
    }
).map(clean)

SOURCE_MAPS = [
    {"Новая": "Новая", "paid": "Оплачена", "Оплачена": "Оплачена", "Отменена": "Отменена"},
    {"paid": "Оплачена", "Повторное обращение": "Повторное обращение", "новая": "Новая"},
    {" Странный": "В работе", "PAID": "Отменена", "Повторное обращение": "Повторное обращение"},
    {},
]
sources = st.builds(
    Source,
    name=st.sampled_from(["main", "main", "main", "second"]),
    timezone=st.sampled_from(["Europe/Moscow", "Europe/Moscow", "Europe/Moscow", "Asia/Vladivostok"]),
    currency=st.sampled_from(["RUB", "RUB", "RUB", "USD"]),
    status_map=st.sampled_from(SOURCE_MAPS),
    require_tsuid_for_new_client=st.sampled_from([False, False, True]),
    max_lookback_days=st.sampled_from([None, None, 1, 5, 14]),
)


@dataclass
class Step:
    """What people did since the last run, and then a run."""

    source: Source
    export: Export
    edits: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class Scenario:
    """What is there at first (clients, their deals by the client's place in the list) and what then happens."""

    clients: list[dict[str, Any]]
    deals: list[dict[str, Any]]
    steps: list[Step]


clients = st.fixed_dictionaries(
    {
        "tsuid": st.lists(st.sampled_from(alphabet.TSUIDS), max_size=1),
        "phone": st.lists(st.sampled_from(alphabet.PHONES), max_size=2, unique=True),
        "email": st.lists(st.sampled_from(alphabet.EMAILS), max_size=1),
        "last_deal_at": st.sampled_from([None, *alphabet.OPENED[2:5]]),
    }
)
deals = st.fixed_dictionaries(
    {
        "client": st.integers(0, 3),
        "conversion_id": rarely(st.sampled_from(["cv1", "cv2", "CV1"]), 2),
        "external_id": rarely(st.sampled_from(["X1", "X2", "x1"]), 2),
        "status": st.sampled_from(["Новая", "Новая", "Новая", *DEFAULT_STATUSES]),
        "created_at": st.sampled_from(alphabet.OPENED),
        "amount": rarely(st.sampled_from([Decimal("500.00"), Decimal("0.00")]), 3),
        "currency": st.sampled_from(["RUB", "RUB", None, "USD"]),
    }
)
a_deal = st.integers(0, 9)
edits = st.one_of(
    st.tuples(st.just("move_status"), a_deal, st.sampled_from(list(DEFAULT_STATUSES))),
    st.tuples(st.just("delete_deal"), a_deal),
    st.tuples(st.just("type_amount"), a_deal, st.sampled_from(["500.00", "1.00", None])),
    st.tuples(st.just("add_phone"), st.integers(0, 9), st.sampled_from(alphabet.PHONES)),
    st.tuples(st.just("add_deal"), deals),
    st.tuples(st.just("give_deal_away"), a_deal, st.integers(0, 9)),
)


@st.composite
def later_records(draw: st.DrawFn, before: list[RawRecord]) -> list[RawRecord]:
    """The next state of an export: most records as they were, some changed, gone, new, or elsewhere in the file."""
    kept = []
    for record in before:
        change = draw(
            st.sampled_from(["same", "same", "same", "gone", "actual_amount", "status", "payment_date", "id"])
        )
        if change == "gone":
            continue
        kept.append(record if change == "same" else clean({**record, change: draw(FIELDS[change])}))
    kept += draw(st.lists(records, max_size=3))
    return draw(st.permutations(kept)) if draw(st.booleans()) else kept


@st.composite
def scenarios(draw: st.DrawFn, most_records: int = 8, most_runs: int = 3) -> Scenario:
    """Draw a company and up to three runs."""
    kind = draw(st.sampled_from([records, records, simple_records]))
    before = draw(st.lists(kind, min_size=1, max_size=most_records))
    source, steps = draw(sources), []
    for number in range(draw(st.integers(1, most_runs))):
        if number > 0:
            before = draw(later_records(before))
            source = draw(st.one_of(st.just(source), sources))
        currency = draw(rarely(st.sampled_from(["USD", "RUB"]), 6))
        steps.append(
            Step(source, Export(before, currency), draw(st.lists(edits, max_size=3)) if number else [])
        )
    return Scenario(draw(st.lists(clients, max_size=4)), draw(st.lists(deals, max_size=6)), steps)


@st.composite
def chains(draw: st.DrawFn) -> Scenario:
    """Draw one file of many records that share keys among themselves and hardly any client that is there before."""
    source = draw(sources)
    rows = draw(st.lists(simple_records, min_size=4, max_size=14))
    return Scenario(
        draw(st.lists(clients, max_size=1)), draw(st.lists(deals, max_size=2)), [Step(source, Export(rows))]
    )
