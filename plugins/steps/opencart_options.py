"""Options of products: their rows put together with the shop-wide dictionaries (opencart 4, 8)."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from include.opencart_catalog import issues
from include.opencart_catalog.issues import Issue, issue
from include.opencart_catalog.price import exact
from include.opencart_catalog.texts import line
from include.opencart_catalog.variants import AXES, Option, OptionValue
from plugins.hooks.opencart import ShopSession
from plugins.hooks.opencart_tables import Scope
from plugins.steps.opencart_dictionaries import Dictionaries


class Options(NamedTuple):
    """Options by product, in the shop's order; ``ignored``: types of those that make no variants."""

    of: Mapping[int, tuple[Option, ...]]
    ignored: Mapping[int, list[str]]
    orphans: list[Issue]


def read_options(session: ShopSession, known: Dictionaries, scope: Scope) -> Options:
    """Read the options of some products. What the dictionaries lack the shop does not show either."""
    orphans: list[Issue] = []
    values = _values(session, known, scope)
    of: defaultdict[int, list[tuple[int, Option]]] = defaultdict(list)
    ignored: defaultdict[int, list[str]] = defaultdict(list)
    for own, product_id, option_id, required in session.rows(session.tables.product_options(scope)):
        listed = values.pop((product_id, own), [])
        if option_id not in known.options:
            orphans.append(issue(issues.OPTION_ORPHAN, product_id, option_id=option_id))
            continue
        kind = known.options[option_id]
        shown = sorted((one for one in listed if one.order is not None), key=lambda one: (one.order, one.own))
        lost = [one.value.option_value_id for one in listed if one.order is None]
        orphans += [issue(issues.OPTION_ORPHAN, product_id, option_value_id=value_id) for value_id in lost]
        option = Option(
            own, option_id, kind.type, required == 1, kind.name, tuple(one.value for one in shown)
        )
        of[product_id].append((kind.sort_order, option))
        if kind.type not in AXES:
            ignored[product_id].append(kind.type)
    for product_id, own in values:
        orphans.append(issue(issues.OPTION_ORPHAN, product_id, product_option_id=own))
    return Options({product_id: _in_order(listed) for product_id, listed in of.items()}, ignored, orphans)


class _Value(NamedTuple):
    """A value with its place on the page; without one when the dictionary does not know it."""

    order: int | None
    own: int
    value: OptionValue


def _values(session: ShopSession, known: Dictionaries, scope: Scope) -> dict[tuple[int, int], list[_Value]]:
    """Give values by product and its option: the shop asks for both to fit."""
    found: defaultdict[tuple[int, int], list[_Value]] = defaultdict(list)
    rows: list[Any] = list(session.rows(session.tables.product_option_values(scope)))
    for product_id, own, option, value_id, prefix, price, code in rows:
        order, name = known.values.get(value_id, (None, None))
        value = OptionValue(own, value_id, name, prefix, exact(price), line(code))
        found[product_id, option].append(_Value(order, own, value))
    return found


def _in_order(listed: list[tuple[int, Option]]) -> tuple[Option, ...]:
    return tuple(
        option for _, option in sorted(listed, key=lambda pair: (pair[0], pair[1].product_option_id))
    )
