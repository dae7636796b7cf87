"""amoCRM: what an account is, its lists page by page, one lead (amocrm 5)."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from include.amocrm.pages import Page, page_of
from include.amocrm.refusals import Blocked
from include.amocrm.spelling import whole
from include.errors import AccessDenied
from plugins.hooks.amocrm_access import AmoCRMAccess
from plugins.hooks.amocrm_ahead import Ahead, Landed, Leg, Room
from plugins.hooks.amocrm_lists import API, LEAD_WITH, PAGE, Listing, call_of
from plugins.hooks.amocrm_tokens import NO_NUMBER
from plugins.hooks.vendor import Answer, Call
from plugins.hooks.vendor_flights import Flight

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
        """
        Ask what the account is: number, zone, whether it has paid for filters.

        Raises AccessDenied when whoever answers does not say that it is one: no tokens are given up for that.
        """
        asked = {"with": "is_api_filter_enabled,datetime_settings"}
        told = self._get("account", asked, "account")
        if not isinstance(told, dict) or whole(told.get("id")) is None:
            raise AccessDenied(NO_NUMBER.format(self.title, self.address, self.http_conn_id))
        return dict(told)

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
        """List all users, of whom every account has one; None: only an administrator may see them."""
        listing = Listing("users", "users", {}, PAGE, "users")
        try:
            return self._whole(listing) or self._whole(listing)
        except Blocked:
            return None

    def lead(self, lead_id: int) -> dict[str, Any] | None:
        """Ask for one lead; None: there is none that we may see."""
        told = self._get(f"leads/{lead_id}", {"with": LEAD_WITH}, "lead")
        return dict(told) if isinstance(told, dict) else None

    def page(self, listing: Listing, page: int = 1) -> Page:
        """Ask for a page of a list; an empty one that another has named, or of a whole list, once more."""
        return self._sure(listing, page, page_of(self.call(call_of(listing, page)), listing.collection))

    def send(self, listing: Listing, page: int) -> Flight:
        """Send a request for a page. Raises WindowSpent: nothing is sent then."""
        return self.take_off(call_of(listing, page))

    def landed(self, listing: Listing, page: int, flight: Flight) -> Page:
        """Wait for a page that was sent for; an empty one is asked for once more, as by ``page``."""
        return self._sure(listing, page, page_of(self.land(flight), listing.collection))

    def ahead(
        self,
        leg: Leg,
        room: Callable[[Landed], Room | None],
        following: Callable[[], Leg | None] = lambda: None,
    ) -> Iterator[Landed]:
        """
        Give the pages of a list in order, to the one that names no next; then those of the lists that follow.

        Others are in the air while a page is worked on, as ``amocrm_ahead`` says; ``room`` None: nothing is.
        """
        return iter(Ahead(self, leg, room, following))

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

    def _sure(self, listing: Listing, number: int, page: Page) -> Page:
        """Believe that nothing is there, where something should be, when it is told twice (amocrm 4)."""
        if page.rows or (number == 1 and not listing.is_whole):
            return page
        return page_of(self.call(call_of(listing, number)), listing.collection)

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
