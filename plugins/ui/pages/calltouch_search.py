"""How an order is searched for: by its GUID, or by its number, to which kind and year may be added."""

from typing import Any, NamedTuple

from include.calltouch_orders.asked import Asked, asked_order
from include.errors import ConfigError


class Search(NamedTuple):
    """What a person typed, and what it means; ``problem`` when it means nothing."""

    text: str | None
    asked: Asked = Asked()
    problem: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """What the queries refer to."""
        return self.asked._asdict()


def search(text: str | None) -> Search:
    """Read what a person typed into the field «Заказ»."""
    if not text or not text.strip():
        return Search(None)
    try:
        return Search(text, asked_order(text))
    except ConfigError as error:
        return Search(text, problem=str(error))
