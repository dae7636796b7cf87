"""Products, deals and rules that tests of deal products share."""

from typing import Any

from include.bitrix24_deal_products.decide import Verdict
from include.bitrix24_deal_products.fit import Kind
from include.bitrix24_deal_products.item import Deal, Item, Known
from include.bitrix24_deal_products.pick import Goods
from include.bitrix24_deal_products.wanted import Rules
from include.settings.bitrix24_deal_products import DealProductsSettings

TOURS, OFFERS = 25, 26
FIELDS = {
    "title": Kind(), "closedate": Kind("date"), "begindate": Kind("date"), "UF_CRM_ARTICLE": Kind(),
    "UF_CRM_GUIDES": Kind(), "UF_CRM_MANY": Kind("string", True), "UF_CRM_PRICE": Kind("double"),
    "UF_CRM_END": Kind("date"),
}  # fmt: skip
SHAPED = {
    "DATE_END": "2026-08-21T00:00:00+03:00",
    "DATE_START": "2026-08-10T00:00:00+03:00",
    "ARTICLE": "К-1",
}


def rules(**settings: Any) -> Rules:
    return Rules(DealProductsSettings.model_validate(settings), FIELDS)


def tour(number: int = 7001, name: str | None = "Камчатка", **more: Any) -> Item:
    """Make a tour; capitals are properties, the rest is the item's own."""
    properties = {**SHAPED, **{code: value for code, value in more.items() if code.isupper()}}
    shaped = {
        code: {"value": value, "valueId": "1"} for code, value in properties.items() if value is not None
    }
    own = {name: value for name, value in more.items() if not name.isupper()}
    return Item(number, TOURS, name=name, changed_at="2026-01-01T10:00:00+03:00", properties=shaped, **own)


def variation(number: int = 7003, name: str | None = "Камчатка, август", **more: Any) -> Item:
    emptied = dict.fromkeys(SHAPED)
    return tour(number, name, **{**emptied, "parent_id": 7001, **more})._replace(iblock_id=OFFERS)


def deal(number: int = 1, semantic: str = "P", **fields: Any) -> Deal:
    empty = dict.fromkeys(FIELDS)
    return Deal(
        number, 0, semantic, {**empty, "title": "Заявка", "closedate": "2026-02-01T03:00:00+03:00", **fields}
    )


def applied(deal: Deal, verdict: Verdict) -> Deal:
    """Give the deal as it is when what was decided is done."""
    sent = {name: (verdict.after or {})[name] for name in verdict.before or {}}
    return deal._replace(fields={**deal.fields, **sent})


def remembered(known: Known | None, verdict: Verdict) -> Known:
    """Give what is remembered of a deal when what was decided is done."""
    written = {**(known.written if known else {}), **(verdict.after or {})}
    states = {"unchanged": "copied", "repaired": "frozen"}
    mark = verdict.fingerprint or (known.fingerprint if known else None)
    return Known(states.get(verdict.outcome, verdict.outcome), mark, written)


def goods(product: Item | None = None, offer: Item | None = None) -> Goods:
    return Goods(product or tour(), offer)
