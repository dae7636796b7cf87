"""
The demo of opencart_catalog: the paint shop in the CRM, the same again, and one price that changes.

``python -m sandbox.demo.opencart_catalog`` opens the shop in a running sandbox, without the demo.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.control import Control
from sandbox.demo import paint_shop
from sandbox.demo.paint_shop import BRUSH, NEW_PRICE, TWINS
from sandbox.demo.steps import DemoStep, Seen

DAG_ID = "opencart_catalog"
SOURCE = "opencart"
PAST_GUARDS: dict[str, object] = {"allow_mass_create": True, "allow_mass_update": True}
CREATED, CATEGORIES = 14, 2
UPDATED = 2  # the brush and the roller, which are four materials
WORDS = {
    "created": "created",
    "updated": "updated",
    "unchanged": "unchanged",
    "quarantined": "in quarantine",
    "refused": "without an article",
}


def open_shop(sandbox_url: str) -> None:
    """Let the shop and the CRM be as people have left them."""
    control = Control(sandbox_url)
    control.vendor("opencart").order(open=paint_shop.rows(datetime.now(ZoneInfo("Europe/Kyiv")).date()))
    crm = control.keepincrm()
    crm.reset()
    crm.add_fields(*paint_shop.FIELDS)
    crm.add_categories(*paint_shop.crm_categories())
    crm.add_materials(*paint_shop.materials())
    crm.renumber()


def forget_writes(sandbox_url: str) -> None:
    """Let the CRM forget what was written so far, so that ``held`` tells of the next run alone."""
    Control(sandbox_url).keepincrm().renumber()


def change_price(sandbox_url: str) -> None:
    """Let the brush cost more from now on."""
    forget_writes(sandbox_url)
    changed = {"product": [{"product_id": BRUSH, "price": NEW_PRICE}]}
    Control(sandbox_url).vendor("opencart").order(change=changed)


def held(writes: dict[str, int], materials: int, price: str) -> Callable[[str], list[Seen]]:
    """Return a look at the CRM: what was written to it, how many materials there are, what the twins cost."""

    def look(sandbox_url: str) -> list[Seen]:
        crm = Control(sandbox_url).keepincrm()
        written = Counter(write["method"] for write in crm.writes())
        found = crm.materials(ids=True)
        twins = [one for one in found if one["sku"] in TWINS]
        seen = {"materials": len(found), "articles twice": crm.counts().get("duplicates", 0)}
        seen |= {"twins at the shop's price": sum(str(one["price"]) == price for one in twins)}
        counts = seen | {"calls that write": written.total()}
        wanted = {"materials": materials, "articles twice": 0, "twins at the shop's price": len(TWINS)}
        problems = _differences(wanted, seen) + _differences(writes, written)
        return [Seen("KeepinCRM", counts, problems)]

    return look


def counted(**counts: int) -> dict[str, dict[str, int]]:
    """Return the counters of a run; those not named are 0."""
    quiet = dict.fromkeys((*WORDS, "failed", "uncertain", "not_sent", "absent", "postponed"), 0)
    return {SOURCE: quiet | counts}


def _differences(wanted: dict[str, int], found: Any) -> list[str]:
    return [
        f"{name}: {found[name]} instead of {count}" for name, count in wanted.items() if found[name] != count
    ]


MATERIALS = len(paint_shop.materials())
AFTER = MATERIALS + CREATED
QUIET = {"create": 0, "create_category": 0, "update": 0}
ALL_THERE = counted(unchanged=CREATED + UPDATED, quarantined=2, refused=1)
STATES = {SOURCE: "partial"}  # two products with one article are refused, every night

STEPS = [
    DemoStep(
        title="The first run creates what is missing and updates every twin",
        conf=PAST_GUARDS,
        before=open_shop,
        expected=counted(created=CREATED, updated=UPDATED, quarantined=2, refused=1),
        states=STATES,
        after=held({"create": CREATED, "create_category": CATEGORIES}, AFTER, "59.00"),
        words=WORDS,
    ),
    DemoStep(
        title="The same again: nothing is sent",
        conf={},
        before=forget_writes,
        expected=ALL_THERE,
        states=STATES,
        after=held(QUIET, AFTER, "59.00"),
        words=WORDS,
    ),
    DemoStep(
        title="A price changes: a dry run only plans",
        conf={"dry_run": True},
        before=change_price,
        expected=counted(updated=1, unchanged=CREATED + UPDATED - 1, quarantined=2, refused=1),
        states=STATES,
        after=held(QUIET, AFTER, "59.00"),
        words=WORDS,
    ),
    DemoStep(
        title="The changed price: one write for each twin",
        conf={},
        before=None,
        expected=counted(updated=1, unchanged=CREATED + UPDATED - 1, quarantined=2, refused=1),
        states=STATES,
        after=held(QUIET | {"update": len(TWINS)}, AFTER, "65.00"),
        words=WORDS,
    ),
]

if __name__ == "__main__":
    open_shop(os.environ["DEALFLOW_SANDBOX_URL"])
