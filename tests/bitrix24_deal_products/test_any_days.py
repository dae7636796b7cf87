"""Whatever people do between runs, deals come to hold what their products say; an oracle in plain loops."""

import random
from typing import Any

import pytest

from tests.bitrix24_deal_products.club import (
    ALTAI,
    KAMCHATKA,
    altai,
    attach,
    deal_with,
    deals_of,
    kamchatka,
    state_of,
)

DEALS = range(1, 7)
ACTS = 24


class Days:
    """People at work, and what an attentive clerk would have written into the deals."""

    def __init__(self, portal: Any, seed: int) -> None:
        self.portal, self.chance = portal, random.Random(seed)
        self.tours = {KAMCHATKA: ["Камчатка", "2027-08-21"], ALTAI: ["Алтай", "2027-08-21"]}
        self.products: dict[int, list[int]] = {}
        self.opened: dict[int, bool] = {}
        self.title: dict[int, str] = {}
        self.closedate: dict[int, str] = {}
        self.copied: dict[int, int] = {}  # which tour each deal has got last
        self.by_hand: set[int] = set()  # deals that a person has named since
        for number in DEALS:
            deal_with(portal, number)
            self.products[number], self.opened[number] = [], True
            self.title[number], self.closedate[number] = f"Заявка {number}", "2026-02-01"

    def act(self) -> None:
        """Let somebody do something."""
        acts = [
            self._attach,
            self._attach,
            self._rename,
            self._close,
            self._reopen,
            self._change_tour,
            self.run,
        ]
        self.chance.choice(acts)()

    def run(self, **params: Any) -> Any:
        """Let the clerk and the pipeline do their work; by schedule they look at all deals alike."""
        made = self.portal.run(all_open=True, **params)
        assert made.state == "success", made.errors
        for number in DEALS:
            if self.opened[number] and len(set(self.products[number])) == 1:
                self._copy(number, self.products[number][0])
        return made

    def _copy(self, number: int, tour: int) -> None:
        if self.copied.get(number) != tour:
            self.by_hand.discard(number)
        self.copied[number] = tour
        name, self.closedate[number] = self.tours[tour]
        if number not in self.by_hand:
            self.title[number] = name

    def _attach(self) -> None:
        number = self.chance.choice(DEALS)
        self.products[number] = self.chance.choices([KAMCHATKA, ALTAI], k=self.chance.choice([0, 1, 1, 1, 2]))
        attach(self.portal, number, *self.products[number])

    def _rename(self) -> None:
        number = self.chance.choice(DEALS)
        self.title[number] = f"Своё {self.chance.randrange(1000)}"
        self.by_hand.add(number)
        self.portal.crm.order(change={"deal": {str(number): {"title": self.title[number]}}})

    def _close(self) -> None:
        number = self.chance.choice(DEALS)
        if self.opened[number]:
            self.opened[number] = False
            self.portal.crm.order(**{self.chance.choice(["win", "lose"]): [number]})

    def _reopen(self) -> None:
        number = self.chance.choice(DEALS)
        if not self.opened[number]:
            self.opened[number] = True
            self.portal.crm.order(reopen=[number])

    def _change_tour(self) -> None:
        tour = self.chance.choice([KAMCHATKA, ALTAI])
        day = self.chance.randrange(11, 29)
        self.tours[tour] = [f"{self.tours[tour][0][:5]}-{day}", f"2027-08-{day}"]
        name, end = self.tours[tour]
        shaped = {"name": name, "property301": {"value": f"{end}T00:00:00+03:00", "valueId": "1"}}
        make = kamchatka if tour == KAMCHATKA else altai
        self.portal.crm.order(products=[make(**{**shaped, "property302": None})])


@pytest.mark.parametrize("seed", range(4))
def test_deals_come_to_hold_what_their_products_say(portal, seed):
    ends = {"property301": {"value": "21.08.2027", "valueId": "1"}, "property302": None}
    portal.crm.order(products=[kamchatka(**ends), altai(**ends)])
    days = Days(portal, seed)
    for _ in range(ACTS):
        days.act()
    days.run()
    held = deals_of(portal)
    assert {number: held[number]["title"] for number in DEALS} == days.title
    assert {number: held[number]["closedate"] for number in DEALS} == days.closedate
    portal.forget()
    last = days.run()
    assert (portal.actions(last), portal.written()) == ([], [])
    for number in DEALS:
        assert (state_of(portal, number) in ("frozen", None)) == (not days.opened[number])
