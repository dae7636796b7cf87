"""
What becomes of one deal: what is written to it, if anything, and what is remembered (bitrix24 7.1, 8).

Closed deals are never written to, but for a close date that winning has overwritten. Deciding twice about the
same comes to the same: what was written is seen as done.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from include.bitrix24.echo import is_empty, is_same
from include.bitrix24_deal_products.fingerprint import fingerprint, product_of
from include.bitrix24_deal_products.item import Deal, Known
from include.bitrix24_deal_products.pick import Goods, Missing, Picked, Several
from include.bitrix24_deal_products.wanted import BAD_DATE, CLOSEDATE, TITLE, Rules, Value, wanted

Kind = Literal["set_deal_fields", "repair_closedate"]
OPEN, WON = "P", "S"
MOVED_AT = "movedTime"
TEXT = "string"
OVERWRITTEN = "B24_CLOSEDATE_OVERWRITTEN"


class Verdict(NamedTuple):
    """
    What is decided about a deal.

    ``before``: the fields that change, as they are. ``after``: all fields that we answer for, as they shall
    be; those of ``before`` are sent. ``kind`` is None when nothing is sent.
    """

    outcome: str
    codes: tuple[str, ...] = ()
    details: Mapping[str, Any] = {}
    product_id: int | None = None
    offer_id: int | None = None
    product_name: str | None = None
    fingerprint: str | None = None
    kind: Kind | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Value] | None = None


def decide(deal: Deal, picked: Picked, known: Known | None, rules: Rules) -> Verdict:
    """Decide about a deal; ``known``: what earlier runs have left of it."""
    if deal.semantic != OPEN:
        return _of_closed(deal, known, rules)
    match picked:
        case Goods():
            return _of_goods(deal, picked, known or Known("copied"), rules)
        case Several(product_ids):
            told = {"title": _title(deal), "products": list(product_ids)}
            return Verdict("conflict", ("B24_SEVERAL_PRODUCTS",), told)
        case Missing(product_ids):
            told = {"title": _title(deal), "products": list(product_ids)}
            return Verdict("product_missing", ("B24_PRODUCT_MISSING",), told)
        case None:
            return Verdict("no_product")


def _of_closed(deal: Deal, known: Known | None, rules: Rules) -> Verdict:
    """Leave a closed deal as it is; repair the date that winning it has put in the place of the trip's."""
    if deal.semantic != WON or known is None or not _is_overwritten(deal, known):
        return Verdict("frozen")
    if known.state == "frozen" and not (rules.settings.dates.repair_closedate and OVERWRITTEN in known.codes):
        return Verdict("frozen")  # it was told when the deal was closed
    held, day = deal.fields.get(CLOSEDATE), _our_day(known)
    told = {"title": _title(deal), "fields": {CLOSEDATE: {"before": _shown(held), "after": day}}}
    if not rules.settings.dates.repair_closedate:
        return Verdict("frozen", (OVERWRITTEN,), told)
    codes = (OVERWRITTEN, "B24_CLOSEDATE_REPAIRED")
    before, after = {CLOSEDATE: _shown(held)}, {CLOSEDATE: day}
    return Verdict("repaired", codes, told, kind="repair_closedate", before=before, after=after)


def _is_overwritten(deal: Deal, known: Known) -> bool:
    """Tell whether the close date is the day of winning, not the one that we wrote: no person did that."""
    held, moved = deal.fields.get(CLOSEDATE), deal.fields.get(MOVED_AT)
    ours = _our_day(known)
    return bool(ours and held and moved) and str(held)[:10] == str(moved)[:10] != str(ours)[:10]


def _our_day(known: Known) -> Any:
    """Give the close date that a deal shall have: the one that was sent last."""
    return known.doubted.get(CLOSEDATE) or known.written.get(CLOSEDATE)


def _of_goods(deal: Deal, goods: Goods, known: Known, rules: Rules) -> Verdict:
    asked = wanted(goods, rules)
    mark = fingerprint(goods, asked.values)
    about: dict[str, Any] = {
        "product_id": goods.product.product_id,
        "offer_id": goods.offer.product_id if goods.offer else None,
        "product_name": asked.name,
        "fingerprint": mark,
    }
    if _is_done(goods, known, mark, rules):
        return Verdict("unchanged", _lasting(asked.codes), **{**about, "fingerprint": known.fingerprint})
    values = _worth_writing(asked.values, deal, known, rules)
    codes = asked.codes
    if not _may_name(deal, goods, known, values, rules):
        del values[TITLE]
        codes = (*codes, "B24_TITLE_KEPT")
    changed = {
        name: value
        for name, value in values.items()
        if not is_same(value, deal.fields.get(name), rules.kind(name).type)
    }
    return _judged(deal, values, changed, codes, asked.details, about)


def _judged(
    deal: Deal,
    values: Mapping[str, Value],
    changed: Mapping[str, Value],
    codes: tuple[str, ...],
    details: Mapping[str, Any],
    about: Mapping[str, Any],
) -> Verdict:
    if not changed:
        outcome = "unreadable" if BAD_DATE in codes else "unchanged"
        told = {"title": _title(deal), **details} if codes else {}
        return Verdict(outcome, codes, told, **about, after=values)
    before = {name: _shown(deal.fields.get(name)) for name in changed}
    fields = {name: {"before": before[name], "after": value} for name, value in changed.items()}
    told = {"title": _title(deal), "product": about["product_name"], "fields": fields, **details}
    told_codes = ("B24_COPIED", *codes)
    return Verdict("copied", told_codes, told, **about, kind="set_deal_fields", before=before, after=values)


def _worth_writing(values: Mapping[str, Value], deal: Deal, known: Known, rules: Rules) -> dict[str, Value]:
    """
    Leave out fields of which the product says nothing.

    An own field that still holds what we put there is emptied: it was about another product, or one that has
    lost the property.
    """
    found: dict[str, Value] = {}
    for name, value in values.items():
        if value:
            found[name] = value
        elif name.startswith("UF_") and (known.written.get(name) or known.doubted.get(name)):
            held, type_ = deal.fields.get(name), rules.kind(name).type
            if known.has_put(name, held, type_) or is_empty(held, type_):
                found[name] = [] if isinstance(value, list) else ""
    return found


def _may_name(deal: Deal, goods: Goods, known: Known, values: Mapping[str, Value], rules: Rules) -> bool:
    """Tell whether the deal's name may be written; one that a person gave it stays (bitrix24 8 P4)."""
    held, type_ = deal.fields.get(TITLE), rules.kind(TITLE).type
    if TITLE not in values or is_empty(held, type_) or is_same(values[TITLE], held, type_):
        return True
    match rules.settings.title.overwrite:
        case "always":
            return True
        case "only_empty":
            return False
    is_another = product_of(known.fingerprint) != goods.product.product_id
    return is_another or known.has_put(TITLE, held, type_)


def _is_done(goods: Goods, known: Known, mark: str, rules: Rules) -> bool:
    """
    Tell whether there is nothing to compare: the product gives what it gave when it was copied last.

    What people have changed in the deal since then is theirs. While it was closed nobody looked at it. What
    it holds after a write without an answer has to be seen.
    """
    if known.doubted:
        return False
    if not rules.settings.live:
        return product_of(known.fingerprint) == goods.product.product_id
    return known.fingerprint == mark and known.state != "frozen"


def _lasting(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Of what is wrong with a product, say again only what keeps a deal from being right."""
    return tuple(code for code in codes if code == BAD_DATE)


def _title(deal: Deal) -> Any:
    return deal.fields.get(TITLE)


def _shown(value: Any) -> Any:
    """Give a value as it is kept beside what replaces it; an empty one is null."""
    return None if is_empty(value, TEXT) else value
