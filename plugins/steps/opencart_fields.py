"""How custom fields reach KeepinCRM: apart, and read back until it is known that they are taken (4.2)."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from include.errors import AccessDenied, RejectedByVendor
from include.keepincrm.acceptance import fields_not_accepted, fields_work
from include.keepincrm.payload import CUSTOM_FIELDS, bodies
from plugins.steps.actions import Outcome
from plugins.steps.opencart_account import Account, done, gone, held, impossible
from plugins.steps.opencart_catalog import SQL
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


class SetCustomFields:
    """
    Custom fields of a material, by title or by key.

    Sources disagree whether and how they can be written. So the first write is read back at once, made again
    in the other spelling if nothing was taken, and after a second miss no more are sent.
    """

    kind = "set_custom_fields"
    batch = 1
    repeats = True

    def __init__(self, account: Account) -> None:
        self.account = account

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        (action,) = actions
        material_id = self._material(action)
        if material_id is None:
            return [held(action, "матеріал")]
        outcome: Outcome | None = None
        while outcome is None and self.account.can("custom_fields"):
            outcome = self._attempt(action, material_id)
        return [outcome or impossible(action, "custom_fields")]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: the values are simply set again."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        warehouse.run_file(SQL / "keep_sent_values.sql", {"action_ids": list(action_ids)})

    def _attempt(self, action: Any, material_id: int) -> Outcome | None:
        """Write once; None: nothing was taken, which may be for want of the right spelling."""
        is_known = self.account.capabilities.custom_fields_writable is True
        try:
            self._write(material_id, action.after)
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
        return done(action, material_id=material_id) if is_known else self._tried(action, material_id)

    def _write(self, material_id: int, values: Mapping[str, str | None]) -> None:
        names = self.account.capabilities.custom_field_names
        body = bodies({CUSTOM_FIELDS: values}, names).custom_fields
        self.account.hook.update_material(material_id, body or {})

    def _tried(self, action: Any, material_id: int) -> Outcome | None:
        """Read back a write of which nobody knows whether such writes are taken; None: it was not."""
        account = self.account
        material = account.hook.material(material_id)
        if material is None:
            return gone(action)
        account.remember(account.capabilities.seen({}, material, {}))
        worked = fields_work(action.after, material)
        if worked is not None:
            account.learn("custom_fields", worked)
        if worked is False:
            return None
        missed = fields_not_accepted(action.after, material)
        return done(action, material_id=material_id, **({"not_accepted": missed} if missed else {}))

    def _material(self, action: Any) -> int | None:
        """Find the material: told by its id, or the one that this run has created for an item."""
        what, _, name = action.key.partition(":")
        if what == "material":
            return int(name)
        asked = {**self.account.params, "identity": name}
        created = self.account.warehouse.select_one(SQL / "select_created_material.sql", asked)
        return None if created is None else int(created.material_id)
