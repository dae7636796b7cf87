"""Strategies for single records of an export: raw texts from the small alphabet, good, odd and bad."""

from typing import Any

from hypothesis import strategies as st

from tests.deal_import import alphabet
from tests.deal_import.reading import RawRecord

Strategy = st.SearchStrategy[Any]


@st.composite
def weighted(draw: st.DrawFn, *choices: tuple[int, Strategy]) -> Any:
    """Draw from one of several strategies, each as often as its weight says (``one_of`` takes no weights)."""
    return draw(draw(st.sampled_from([strategy for weight, strategy in choices for _ in range(weight)])))


@st.composite
def several(draw: st.DrawFn, one: Strategy, least: int, most: int) -> list[Any]:
    """Draw a list whose length is as likely large as small (``lists`` favours short ones)."""
    number = draw(st.integers(least, most))
    return draw(st.lists(one, min_size=number, max_size=number))


def rarely(strategy: Strategy, share: int) -> Strategy:
    """Give nothing in most cases and the strategy's value in about one of ``share``."""
    return weighted((share - 1, st.none()), (1, strategy))


def any_of(usual: list[Any], weight: int, *odd: list[Any]) -> Strategy:
    """Draw a usual value ``weight`` times as often as one of each odd lot."""
    return weighted((weight, st.sampled_from(usual)), *((1, st.sampled_from(lot)) for lot in odd))


def spelled(values: list[str]) -> Strategy:
    return st.sampled_from([spelling for value in values for spelling in alphabet.SPELLINGS[value]])


def keys_of(values: list[str], most: int) -> Strategy:
    """Draw the phones or e-mails of a record: none, one, or several, now and then a useless one."""
    one = weighted((8, spelled(values)), (1, st.sampled_from(alphabet.USELESS)))
    return weighted((1, st.just([])), (3, several(one, 1, 1)), (2, several(one, 2, most)))


def clean(record: RawRecord) -> RawRecord:
    """Leave out what is not given: an absent key is an absent element."""
    return {name: value for name, value in record.items() if value is not None and value != []}


FIELDS: dict[str, Strategy] = {
    "id": any_of(alphabet.RECORD_IDS, 60, [None, " ", "r" * 129]),
    "conversion_id": rarely(any_of(alphabet.CONVERSIONS, 60, ["c" * 129]), 2),
    "deal_id": rarely(any_of(alphabet.DEAL_IDS, 60, ["x" * 129]), 2),
    "actual_amount": any_of(alphabet.AMOUNTS, 30, [None, "", "  "], alphabet.BAD_AMOUNTS),
    "potential_amount": rarely(any_of(["500", "", "1 000,5"], 10, ["-1"]), 6),
    "currency": rarely(any_of(alphabet.CURRENCIES, 20, ["rubles"]), 6),
    "status": weighted((1, st.none()), (2, st.sampled_from([*alphabet.STATUSES, " "]))),
    "payment_date": any_of(alphabet.PAYMENT_DATES, 40, [None, " ", *alphabet.BAD_DATES]),
    "deal_date": rarely(any_of(alphabet.DEAL_DATES, 20, alphabet.BAD_DATES), 3),
    "comment": rarely(st.sampled_from(["Самовывоз", "Первая строка\nвторая <строка> & ещё"]), 6),
    "tsuid": rarely(weighted((8, spelled(alphabet.TSUIDS)), (1, st.sampled_from(alphabet.USELESS))), 3),
    "phone": keys_of(alphabet.PHONES, 3),
    "email": keys_of(alphabet.EMAILS, 2),
    "name": rarely(st.just("Ольга Дёмина"), 6),
    "company": rarely(st.just("ООО «Ромашка»"), 6),
    "field": weighted((5, st.just([])), (1, st.just([("city", "Псков"), ("city", "Остров")]))),
}
PLAIN: dict[str, Strategy] = {
    "id": st.integers(1, 999).map("n{}".format),
    "actual_amount": st.sampled_from(["100", "50"]),
    "payment_date": st.sampled_from(alphabet.PAYMENT_DATES),
}

anything = st.fixed_dictionaries(FIELDS).map(clean)
# Records with little but keys of clients, so that long chains of clients and deals come about.
chained = st.fixed_dictionaries(
    PLAIN
    | {
        "conversion_id": rarely(st.sampled_from(alphabet.CONVERSIONS), 4),
        "deal_id": rarely(st.sampled_from(alphabet.DEAL_IDS), 4),
        "currency": rarely(st.just("USD"), 12),
        "status": rarely(st.sampled_from(["paid", "Странный", "Отменена"]), 4),
        "deal_date": rarely(st.sampled_from(alphabet.DEAL_DATES), 3),
        "tsuid": rarely(st.sampled_from(alphabet.TSUIDS), 3),
        "phone": several(st.sampled_from(alphabet.PHONES), 0, 2),
        "email": several(st.sampled_from(alphabet.EMAILS), 0, 1),
    }
).map(clean)
# Records of two clients that all name deals, so that every way of two identifiers to meet comes about.
naming_deals = st.fixed_dictionaries(
    PLAIN
    | {
        "conversion_id": any_of(alphabet.CONVERSIONS, 2, [None]),
        "deal_id": any_of(alphabet.DEAL_IDS, 2, [None]),
        "status": rarely(st.sampled_from(["paid", "Новая"]), 4),
        "deal_date": rarely(st.sampled_from(alphabet.DEAL_DATES), 3),
        "phone": several(st.sampled_from(alphabet.PHONES[:2]), 1, 1),
    }
).map(clean)
# Records of one client with statuses of all sorts, paid on three days: the order of setting them matters.
setting_statuses = st.fixed_dictionaries(
    PLAIN
    | {
        "id": st.sampled_from(alphabet.RECORD_IDS),
        "deal_id": any_of(["X1", "X2"], 2, [None]),
        "status": FIELDS["status"],
        "payment_date": st.sampled_from(["2026-02-10", "2026-02-10T20:59:59Z", "2026-02-12", "2026-02-25"]),
        "phone": st.just(alphabet.PHONES[:1]),
    }
).map(clean)
