"""What the pages of figures have in common: an account, one of its funnels, the months of its leads."""

from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import Depends

from plugins.ui.funnel_account import Chosen, Funnel, Span, chosen_account, funnel_named, funnels_of
from plugins.ui.pages.months import Months
from plugins.ui.pages.query import Filter
from plugins.ui.warehouse import WarehouseReader


class View(NamedTuple):
    """
    What an address asks for; ``shown`` is None while the account has no funnel.

    months: those that leads were created in. asked: what links have to carry so that they stay with it.
    """

    chosen: Chosen
    funnels: list[Funnel]
    shown: Funnel | None
    span: Span
    months: list[date]
    asked: dict[str, str | None]

    @property
    def whose(self) -> dict[str, Any]:
        """Give what queries of figures are asked with."""
        assert self.shown is not None
        return {"account": self.chosen.name, "funnel": self.shown.funnel_id, **self.span.days}


def _view(reader: WarehouseReader, span: Months, funnel: Filter = None, account: Filter = None) -> View:
    chosen = chosen_account(reader, account)
    funnels = funnels_of(reader, chosen.name)
    months = [row["month"] for row in reader.rows("select_amocrm_months", account=chosen.name)]
    asked = {"funnel": funnel, **span.asked, **chosen.asked}
    return View(chosen, funnels, funnel_named(funnels, funnel), span, months, asked)


FunnelView = Annotated[View, Depends(_view)]
