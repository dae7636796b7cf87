"""Read a short list from end to end, all of it in hand: events of a few leads, or of a few seconds."""

from collections.abc import Mapping
from typing import Any

from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import Listing
from plugins.steps.amocrm_leads import refuse_too_many
from plugins.steps.amocrm_statuses import Statuses


def all_rows(
    job: Statuses, hook: AmoCRMHook, listing: Listing, stream: str, most: int | None = None
) -> tuple[list[Mapping[str, Any]], int]:
    """
    Give its rows, and how many requests they took. Raises TooManyPages; ``most``: above fewer than usual.

    That there are none is believed when it is told twice: nobody asks for these once more.
    """
    page, requests, number = hook.page(listing, 1), 1, 1
    if not page.rows:
        page, requests = hook.page(listing, 1), 2
    found = [*page.rows]
    while page.has_next:
        number += 1
        refuse_too_many(job, stream, number, most)
        page, requests = hook.page(listing, number), requests + 1
        found.extend(page.rows)
    return found, requests
