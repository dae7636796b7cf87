"""The CRM's account as the channels of one run see it: the hook, what the account can do, how actions end."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from include.errors import VendorError
from include.keepincrm.capabilities import Capabilities, Trial, Tried
from include.keepincrm.custom_fields import titles
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import keepincrm_capabilities, ledger
from plugins.steps.actions import Outcome
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

GONE = (
    "Не надіслано: матеріал видалено в CRM після складання плану. Наступний запуск вирішить про нього наново."
)
HELD = "Не надіслано: невідомо, чи створено {}. Наступний запуск спершу це з'ясує."
NOT_CREATED = "Не надіслано: {} не створено, причина в записі про створення."
OFF: Mapping[Tried, str] = {
    "custom_fields": "CRM не зберігає надіслані кастомні поля: їх вимкнено, через 30 днів буде нова спроба.",
    "named_prices": "CRM не зберігає іменовані ціни: їх вимкнено, через 30 днів буде нова спроба.",
    "categories": "CRM не створює категорій через API: створіть їх вручну, через 30 днів буде нова спроба.",
    "pictures": "CRM не приймає адрес картинок: їх вимкнено, через 30 днів буде нова спроба.",
    "asset_url": "CRM змінює адреси картинок: їх порівнюють із надісланими востаннє.",
}


class Account:
    """What all channels of a run share. Not for several threads."""

    def __init__(self, warehouse: Warehouse, hook: KeepinCRMHook, run: Any, job: Catalog) -> None:
        self.warehouse, self.hook, self.run, self.job = warehouse, hook, run, job
        self._down: VendorError | None = None

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/opencart_catalog`` refer to."""
        return self.job.params

    @property
    def today(self) -> date:
        """The date in the shop's zone."""
        return datetime.now(self.job.settings.zone).date()

    @cached_property
    def capabilities(self) -> Capabilities:
        """What is known of the account; ``learn`` replaces it."""
        return keepincrm_capabilities.known(self.warehouse, self.job)

    def can(self, what: Tried) -> bool:
        """Tell whether it is worth trying."""
        return self.capabilities.can(what, self.today)

    def learn(self, what: Tried, worked: bool, *, for_good: bool = False) -> None:
        """Remember at once what came of a write; log it when the account turns out not to be able to."""
        before = self.capabilities
        after = before.learnt(what, worked, self.today, for_good=for_good)
        self.remember(after)
        if after.trials[what].works is False and before.trials.get(what, Trial()).works is not False:
            log.warning(OFF[what])
            if what != "asset_url":  # which nobody misses: pictures are compared otherwise
                told = {"what": what, "message": OFF[what]}
                ledger.log_event(self.warehouse, self.run.run_id, "CAPABILITY_OFF", told)

    def learn_fields(self, sent: Mapping[str, str | None], material: Mapping[str, Any]) -> None:
        """Remember which custom fields a material that they were written to does not even name."""
        defined = titles(material).union(self.capabilities.custom_field_keys)
        absent = [title for title, value in sent.items() if value and title not in defined]
        there = set(sent).difference(absent)
        if absent or there & self.capabilities.fields_tried.keys():
            self.remember(self.capabilities.learnt_fields(there, absent, self.today))

    def remember(self, capabilities: Capabilities) -> None:
        """Keep what is known of the account, for this run and later ones."""
        self.capabilities = capabilities
        keepincrm_capabilities.keep(self.warehouse, self.job, capabilities)

    def is_own(self, action: Any) -> bool:
        """Tell whether an action is this run's, and not left over from an earlier one."""
        return bool(action.run_id == self.run.run_id)

    def wait_out(self, actions: Sequence[Any]) -> None:
        """Wait until creates whose answer was lost must have been carried out, or never will be (6)."""
        if not actions:
            return
        ids = {"action_ids": [action.action_id for action in actions]}
        waited = float(self.warehouse.select_one(SQL / "select_waited.sql", ids).seconds)
        time.sleep(max(0.0, self.hook.lookup_pause - waited))

    def assert_is_up(self) -> None:
        """
        Raise what looking up a lost create has raised before.

        Who creates while the vendor is down would leave one doubtful action after the other.
        """
        fault, self._down = self._down, None
        if fault is not None:
            raise fault

    def note_down(self, fault: VendorError) -> None:
        """Remember that the vendor does not even tell what it has."""
        self._down = fault


def done(action: Any, **response: Any) -> Outcome:
    """The vendor has carried it out."""
    return Outcome(action.action_id, "done", 200, response)


def gone(action: Any) -> Outcome:
    """The material is not there any more: nobody's failure, the next run decides anew (keepincrm 3, Q31)."""
    return Outcome(action.action_id, "skipped", 404, {"gone": True}, GONE)


def held(action: Any, what: str) -> Outcome:
    """Nobody knows whether it was created."""
    return Outcome(action.action_id, "skipped", None, {"held": True}, HELD.format(what))


def waits(action: Any, what: str) -> Outcome:
    """It surely was not sent: it belongs to something of which nobody knows whether it was created."""
    return Outcome(action.action_id, "skipped", None, {"waits": True}, HELD.format(what))


def orphaned(action: Any, what: str) -> Outcome:
    """It was not sent, since what it belongs to was not created."""
    return Outcome(action.action_id, "skipped", None, {"parent": "refused"}, NOT_CREATED.format(what))


def impossible(action: Any, what: Tried, words: str | None = None) -> Outcome:
    """The account can't do it, whatever the values; ``words``: what exactly it does not take."""
    return Outcome(action.action_id, "skipped", None, {"capability": what}, words or OFF[what])
