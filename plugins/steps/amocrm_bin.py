"""Read the bin: leads deleted since the last run, the latest first (amocrm 5.12)."""

import logging
from datetime import timedelta

from include.amocrm.lead import deleted_of
from include.wording import number
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import DESC, leads
from plugins.steps.amocrm_leads import refuse_too_many
from plugins.steps.amocrm_reading import DELETED, PAGES, cursor, going_on, open_slice
from plugins.steps.amocrm_rights import may_show_more
from plugins.steps.amocrm_sound import sound
from plugins.steps.amocrm_staging import ascending, stage_gone_page
from plugins.steps.amocrm_statuses import Statuses
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


def stage_deleted(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """
    Read the bin until it is older than what was read before; the first time all of it.

    Whether the bin obeys an order is not documented: where it does not, all of it is read. That it is empty
    is usual and believed at once: no cursor moves by that, so that the next run looks as far back.
    """
    is_anew = job.scope.full_refresh or may_show_more(warehouse, job)
    last = None if is_anew else cursor(warehouse, job, DELETED)
    since = None if last is None else last - timedelta(minutes=job.settings.reading.overlap_minutes)
    part = going_on(warehouse, job, DELETED) or open_slice(
        warehouse, job, hook, DELETED, PAGES, (since, None)
    )
    listing, in_order = leads(order=("updated_at", DESC), only_deleted=True)._replace(is_whole=is_anew), True
    while not part.is_done:
        page_no = part.page + 1
        refuse_too_many(job, DELETED, page_no)
        page = hook.page(listing, page_no)
        gone = sound(warehouse, job, page.rows, deleted_of)
        moments = [row.deleted_at for row in gone]
        known = [at for at in moments if at is not None]
        in_order = in_order and None not in moments and ascending(known[::-1])
        is_past = in_order and part.from_at is not None and all(at < part.from_at for at in known)
        ends = {"page": page_no, "is_done": is_past or not page.has_next}
        part = stage_gone_page(warehouse, job, part, gone, **ends)
    warehouse.analyze("stage.amocrm_statuses_gone")
    log.info("Сделок в корзине прочитано: %s", number(part.rows))
