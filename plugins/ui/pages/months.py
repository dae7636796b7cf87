"""The months that a page is about, as its address carries them: ``from=2026-01&to=2026-03``."""

from typing import Annotated

from fastapi import Depends, Query

from plugins.ui.funnel_account import Span, month_of


def _chosen(
    first: Annotated[str, Query(alias="from", max_length=7)] = "",
    last: Annotated[str, Query(alias="to", max_length=7)] = "",
) -> Span:
    return Span(month_of(first), month_of(last))


Months = Annotated[Span, Depends(_chosen)]
