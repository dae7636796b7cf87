"""How custom fields reach KeepinCRM: apart, and read back until it is known that they are taken (4.2)."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from include.errors import AccessDenied, RejectedByVendor
from include.keepincrm.acceptance import fields_not_accepted, fields_work, shows_custom_fields
from include.keepincrm.custom_fields import not_taken
from include.keepincrm.payload import CUSTOM_FIELDS, bodies
from plugins.hooks.keepincrm import Record
from plugins.steps.actions import Outcome
from plugins.steps.opencart_account import Account, done, gone, held, impossible, orphaned, waits
from plugins.steps.opencart_catalog import SQL
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

UNDEFINED = "Не надіслано: у CRM немає кастомних полів {}. Створіть їх у налаштуваннях CRM."

Values = Mapping[str, str | None]


class SetCustomFields:
    """
    Custom fields of a material, by title or by key.

    Sources disagree whether and how they can be written. So the first write is read back at once, made again
    in the other spelling if nothing was taken, and after a second miss no more are sent. Of fields that are
    not there in the CRM's settings each is found out alone, in the same way.
    """

    kind = "set_custom_fields"
    batch = 1
    repeats = True

    def __init__(self, account: Account) -> None:
        self.account = account

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        (action,) = actions
        what, _, name = action.key.partition(":")
        if what == "material":
            return [self._write(action, int(name))]
        created = self._created(name)
        if created is None or created.waits:
            return [orphaned(action, "матеріал") if created is None else waits(action, "категорію матеріалу")]
        if created.material_id is not None:
            return [self._write(action, int(created.material_id))]
        return [held(action, "матеріал") if created.is_in_doubt else orphaned(action, "матеріал")]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: the values are simply set again."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        warehouse.run_file(SQL / "keep_sent_values.sql", {"action_ids": list(action_ids)})

    def _write(self, action: Any, material_id: int) -> Outcome:
        outcome: Outcome | None = None
        while outcome is None and self.account.can("custom_fields"):
            outcome = self._attempt(action, material_id)
        return outcome or impossible(action, "custom_fields")

    def _attempt(self, action: Any, material_id: int) -> Outcome | None:
        """Write once; None: nothing was taken, which may be for want of the right spelling."""
        absent = self.account.capabilities.missing_fields(action.after)
        values = {title: value for title, value in action.after.items() if title not in absent}
        if not values:
            return impossible(action, "custom_fields", UNDEFINED.format(_quoted(absent)))
        is_known = self.account.capabilities.works("custom_fields") is True
        try:
            answer = self._set(material_id, values)
        except AccessDenied:
            raise
        except RejectedByVendor as refusal:
            if refusal.http_status == 404:
                return gone(action)
            if is_known:
                raise
            log.warning("Кастомні поля не прийнято: %s", refusal)
            self.account.learn("custom_fields", False)
            return None
        if not is_known:
            return self._tried(action, material_id, values, absent)
        is_shown = shows_custom_fields(answer) and not fields_not_accepted(values, answer)
        return _done(action, material_id, absent, **({"shown": True} if is_shown else {}))

    def _set(self, material_id: int, values: Values) -> Record:
        names = self.account.capabilities.custom_field_names
        body = bodies({CUSTOM_FIELDS: values}, names).custom_fields
        return self.account.hook.update_material(material_id, body or {})

    def _tried(self, action: Any, material_id: int, values: Values, absent: Sequence[str]) -> Outcome | None:
        """Read back a write of which nobody knows whether such writes are taken; None: it was not."""
        account = self.account
        material = account.hook.material(material_id)
        if material is None:
            return gone(action)
        account.remember(account.capabilities.seen({}, material, {}))
        account.learn_fields(values, material)
        worked = fields_work(values, material, account.capabilities.custom_field_keys)
        if worked is not None:
            account.learn("custom_fields", worked)
        if worked is False:
            return None
        return _done(action, material_id, [*absent, *not_taken(values, material)])

    def _created(self, identity: str) -> Any:
        """Find what came of the create of an item's material in this run; None: there was none."""
        asked = {**self.account.params, "identity": identity}
        return self.account.warehouse.select_one(SQL / "select_created_material.sql", asked)


def _done(action: Any, material_id: int, missed: Sequence[str], **told: Any) -> Outcome:
    """It is written, but for some fields."""
    left = {"not_accepted": sorted(missed), "unsent": sorted(missed)} if missed else {}
    return done(action, material_id=material_id, **told, **left)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)
