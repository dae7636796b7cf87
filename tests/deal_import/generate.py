"""
Make scenarios in which everything collides: few phones, few ids, few dates, every spelling, several runs.

A scenario is plain data, so that a failing one can be read and kept as an example.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.deal_import import alphabet
from tests.deal_import.reading import RawRecord
from tests.deal_import.records import (
    FIELDS,
    Strategy,
    anything,
    chained,
    clean,
    naming_deals,
    rarely,
    setting_statuses,
    several,
    weighted,
)
from tests.deal_import.world import DEFAULT_STATUSES, Export, Source

# What becomes of a record from one export to the next: mostly nothing.
CHANGES = [
    (),
    (),
    (),
    ("actual_amount",),
    ("status",),
    ("actual_amount", "status"),
    ("payment_date",),
    ("id",),
]
STATUS_MAPS = [
    {"Новая": "Новая", "paid": "Оплачена", "Оплачена": "Оплачена", "Отменена": "Отменена"},
    {"paid": "Оплачена", "Повторное обращение": "Повторное обращение", "новая": "Новая"},
    {" Странный": "В работе", "PAID": "Отменена", "Отменена": "Повторное обращение"},
    {},
]


@dataclass
class Step:
    """What people did since the last run, and then a run."""

    source: Source
    export: Export
    edits: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class Scenario:
    """What is there at first (clients, and deals by the client's place in the list) and what then happens."""

    clients: list[dict[str, Any]]
    deals: list[dict[str, Any]]
    steps: list[Step]


sources = st.builds(
    Source,
    name=st.sampled_from(["main", "main", "main", "second"]),
    timezone=st.sampled_from(["Europe/Moscow", "Europe/Moscow", "Europe/Moscow", "Asia/Vladivostok"]),
    currency=st.sampled_from(["RUB", "RUB", "RUB", "USD"]),
    status_map=st.sampled_from(STATUS_MAPS),
    require_tsuid_for_new_client=st.sampled_from([False, False, False, False, True]),
    max_lookback_days=st.sampled_from([None, None, 1, 5, 14]),
)
# One that changes nothing between runs but what its statuses mean.
relabelled = st.builds(Source, status_map=st.sampled_from([{}, *STATUS_MAPS]))


class Kind(NamedTuple):
    """A kind of scenario: its records, how many in the first file, and what is there before."""

    record: Strategy
    most_records: int = 10
    most_clients: int = 4
    most_deals: int = 8
    most_runs: int = 3
    source: Strategy = sources
    keeps: int = 7  # of how many records and one, one is gone from the next export


KINDS = {
    "anything": Kind(anything),
    "chains of clients": Kind(chained, most_records=16, most_clients=1, most_deals=2, most_runs=1),
    "deals named": Kind(naming_deals, most_clients=3, most_deals=10),
    "statuses": Kind(setting_statuses, most_clients=1, most_deals=3, most_runs=4, source=relabelled, keeps=2),
}

clients = st.fixed_dictionaries(
    {
        "tsuid": several(st.sampled_from(alphabet.TSUIDS), 0, 1),
        "phone": several(st.sampled_from(alphabet.PHONES), 0, 2),
        "email": several(st.sampled_from(alphabet.EMAILS), 0, 1),
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
which = st.integers(0, 9)
edits = st.one_of(
    st.tuples(st.just("move_status"), which, st.sampled_from(list(DEFAULT_STATUSES))),
    st.tuples(st.just("delete_deal"), which),
    st.tuples(st.just("type_amount"), which, st.sampled_from(["500.00", "1.00", None])),
    st.tuples(st.just("add_phone"), which, st.sampled_from(alphabet.PHONES)),
    st.tuples(st.just("add_deal"), deals),
    st.tuples(st.just("give_deal_away"), which, which),
)


@st.composite
def later_records(draw: st.DrawFn, kind: Kind, before: list[RawRecord]) -> list[RawRecord]:
    """Draw the next state of an export: records as they were, changed, gone, new, or elsewhere in it."""
    kept = []
    for record in before:
        if draw(weighted((kind.keeps, st.just(True)), (1, st.just(False)))):
            changed = {name: draw(FIELDS[name]) for name in draw(st.sampled_from(CHANGES))}
            kept.append(clean({**record, **changed}))
    kept += draw(several(kind.record, 0, 3))
    return list(draw(st.permutations(kept))) if draw(st.booleans()) else kept


@st.composite
def scenarios(draw: st.DrawFn, kind: Kind) -> Scenario:
    """Draw a company, its first export and what comes after."""
    found = draw(several(kind.record, 1, kind.most_records))
    found += draw(rarely(st.sampled_from(found).map(dict), 3).map(lambda again: [again] if again else []))
    source, steps = draw(kind.source), []
    for number in range(draw(st.integers(1, kind.most_runs))):
        if number > 0:
            found = draw(later_records(kind, found))
            source = draw(weighted((1, st.just(source)), (1, kind.source)))
        currency = draw(rarely(st.sampled_from(["USD", "RUB"]), 9))
        steps.append(Step(source, Export(found, currency), draw(several(edits, 0, 3)) if number else []))
    return Scenario(
        draw(several(clients, 0, kind.most_clients)), draw(several(deals, 0, kind.most_deals)), steps
    )
