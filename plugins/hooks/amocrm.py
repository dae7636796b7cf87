"""amoCRM: what an account is, its lists page by page, one lead (amocrm 5)."""

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from include.amocrm.pages import Page, page_of
from include.errors import Blocked, WindowSpent
from plugins.hooks.amocrm_access import AmoCRMAccess
from plugins.hooks.amocrm_lists import LEAD_WITH, PAGE, Landed, Listing
from plugins.hooks.vendor import Answer, Call
from plugins.hooks.vendor_flights import Flight

__all__ = ["AmoCRMHook", "Landed", "Listing"]

API = "/api/v4"
_JITTER = 1.25  # workers that were refused together do not come again together
_MOST_PAGES = 1000  # of a dictionary, which has a few


class AmoCRMHook(AmoCRMAccess):
    """Read an account: dictionaries whole, lists by the page, up to four pages in the air."""

    conn_type = "amocrm"
    default_conn_name = "amocrm"
    hook_name = "amoCRM"
    default_timeout = 60.0
    default_pauses = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)

    _ahead_of_us = timedelta(0)  # the vendor's clock, against ours

    def account(self) -> dict[str, Any]:
        """Ask what the account is: number, zone, whether it has paid for filters."""
        asked = {"with": "is_api_filter_enabled,datetime_settings"}
        told = self._get("account", asked, "account")
        return dict(told) if isinstance(told, dict) else {}

    def pipelines(self) -> list[dict[str, Any]]:
        """List all pipelines with their statuses."""
        return self._whole(Listing("leads/pipelines", "pipelines", {}, 0, "pipelines"))

    def custom_fields(self, entity: str = "leads") -> list[dict[str, Any]]:
        """List all custom fields of an entity."""
        return self._whole(Listing(f"{entity}/custom_fields", "custom_fields", {}, PAGE, "fields"))

    def loss_reasons(self) -> list[dict[str, Any]]:
        """List all reasons of refusal."""
        return self._whole(Listing("leads/loss_reasons", "loss_reasons", {}, PAGE, "reasons"))

    def users(self) -> list[dict[str, Any]] | None:
        """List all users; None: only an administrator may see them."""
        try:
            return self._whole(Listing("users", "users", {}, PAGE, "users"))
        except Blocked:
            return None

    def lead(self, lead_id: int) -> dict[str, Any] | None:
        """Ask for one lead; None: there is none that we may see."""
        told = self._get(f"leads/{lead_id}", {"with": LEAD_WITH}, "lead")
        return dict(told) if isinstance(told, dict) else None

    def page(self, listing: Listing, page: int = 1) -> Page:
        """Ask for a page of a list; an empty one that another page has named is asked for once more."""
        return self._sure(listing, page, page_of(self.call(_call(listing, page)), listing.collection))

    def ahead(self, listing: Listing, first: int, allowance: Callable[[], int]) -> Iterator[Landed]:
        """
        Give the pages of a list in order, from ``first`` to the one that names no next.

        While a page is worked on the next one, which is known to be there, is in the air, and with it
        ``allowance()`` more, which may not be; -1: nothing flies.
        """
        number, flights = first, deque[Flight]()
        spent: WindowSpent | None = None
        while True:
            if not flights and spent is not None:
                raise spent
            page = self._landing(listing, number, flights)
            if not page.has_next:
                yield Landed(number, page, 1 + len(flights))
                return
            if spent is None:
                spent = self._send_ahead(listing, number + 1, flights, allowance())
            yield Landed(number, page)
            number += 1

    def vendor_now(self) -> datetime:
        """Tell the time by the vendor's clock, as its last answer told it; ours if it tells none."""
        return datetime.now(UTC) + self._ahead_of_us

    @property
    def ahead_of_us(self) -> timedelta:
        """How far the vendor's clock is ahead of ours; a hook that has heard nothing yet may be told."""
        return self._ahead_of_us

    @ahead_of_us.setter
    def ahead_of_us(self, told: timedelta) -> None:
        self._ahead_of_us = told

    def noted(self, answer: Answer) -> None:
        try:
            told = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (TypeError, ValueError):
            return
        if told.tzinfo is not None:
            self._ahead_of_us = told - datetime.now(UTC)

    def probe(self) -> object:
        """Ask what the account is."""
        return self.account()

    def words(self, body: Any) -> str | None:
        if not isinstance(body, dict):
            return None
        told = [body.get(key) for key in ("title", "detail", "hint")]
        for group in body.get("validation-errors") or ():
            told += [f"{error.get('path')}: {error.get('detail')}" for error in group.get("errors") or ()]
        return "; ".join(str(each) for each in told if each) or None

    @property
    def pauses(self) -> Sequence[float]:
        longest = self.patience
        return [min(pause * random.uniform(1, _JITTER), longest) for pause in super().pauses]

    def _landing(self, listing: Listing, number: int, flights: deque[Flight]) -> Page:
        if flights:
            return self._sure(listing, number, page_of(self.land(flights.popleft()), listing.collection))
        return self.page(listing, number)

    def _sure(self, listing: Listing, number: int, page: Page) -> Page:
        """Believe in an end where there should be none when it is told twice (amocrm 4)."""
        if page.rows or number == 1:
            return page
        return page_of(self.call(_call(listing, number)), listing.collection)

    def _send_ahead(
        self, listing: Listing, following: int, flights: deque[Flight], more: int
    ) -> WindowSpent | None:
        """Send as many requests as may be in the air; give what the gate says when it lets no more pass."""
        while len(flights) < 1 + more:
            try:
                flights.append(self.take_off(_call(listing, following + len(flights))))
            except WindowSpent as spent:  # the page in hand and those in the air come first
                return spent
        return None

    def _whole(self, listing: Listing) -> list[dict[str, Any]]:
        """Read a list from end to end."""
        rows: list[dict[str, Any]] = []
        for number in range(1, _MOST_PAGES):
            page = self.page(listing, number)
            rows += [dict(row) for row in page.rows]
            if not page.has_next:
                break
        return rows

    def _get(self, path: str, query: dict[str, Any], counts_as: str) -> Any:
        return self.call(Call("GET", f"{API}/{path}", query, counts_as=counts_as))


def _call(listing: Listing, page: int) -> Call:
    paging = {"page": page, "limit": listing.limit} if listing.limit else {}
    query = {**listing.query, **paging}
    return Call("GET", f"{API}/{listing.path}", query, counts_as=listing.counts_as)
