"""How categories reach KeepinCRM, and in which of them a new material belongs (keepincrm 4.3, Q15)."""

from collections.abc import Sequence
from typing import Any

from include.errors import RejectedByVendor, VendorError
from include.keepincrm.custom_fields import comparable
from include.keepincrm.material import CategoryRow, category_row
from plugins.hooks.keepincrm import Reading
from plugins.steps.actions import Outcome
from plugins.steps.opencart_account import Account, done, held, impossible, orphaned, waits
from plugins.steps.opencart_catalog import SQL
from plugins.warehouse import Warehouse

NOT_OURS = "Не надіслано: категорії в CRM немає, або її не можна перейменувати через API."


class NotKnown(Exception):
    """Whether a category was created is in doubt."""


def category_of(account: Account, shop_category_id: int | None, otherwise: int | None = None) -> int | None:
    """
    Find where materials of a category of the shop belong: there, or as near above it as there is a category.

    ``otherwise``: the one that the plan has found above all that are to be created. Raises NotKnown while
    the create of one on the way up is in doubt: created above it, a material would be in a wrong place for
    good.
    """
    seen: set[int] = set()
    while shop_category_id is not None and shop_category_id not in seen:
        seen.add(shop_category_id)
        planned = _planned(account, account.run.run_id, shop_category_id)
        if planned is None:
            break
        if planned.category_id is not None:
            return int(planned.category_id)
        _assert_settled(planned)
        if planned.parent_id is not None:
            return int(planned.parent_id)
        shop_category_id = planned.parent_shop_category_id
    return otherwise or account.job.settings.crm.default_category


class CreateCategories:
    """New categories, parents first. The answer to a lost create is in the list of all categories."""

    kind = "create_category"
    batch = 1
    repeats = False

    def __init__(self, account: Account) -> None:
        self.account = account
        self._sent: set[int] = set()

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        """Create one. An account that can't is not asked again, and that is nobody's failure."""
        (action,) = actions
        self.account.assert_is_up()
        if not self.account.can("categories"):
            return [impossible(action, "categories")]
        try:
            parent = self._parent(action)
        except NotKnown:
            return [waits(action, "категорію, в якій вона має бути")]
        except LookupError:
            return [orphaned(action, "категорію, в якій вона має бути,")]
        self._sent.add(action.action_id)
        try:
            created = self.account.hook.create_category(action.after["name"], parent)
        except RejectedByVendor as refusal:
            if refusal.http_status not in (404, 405):
                raise
            self.account.learn("categories", False, for_good=True)
            return [impossible(action, "categories")]
        if self.account.capabilities.categories_writable is not True:
            self.account.learn("categories", True)
        return [done(action, category_id=int(created["id"]))]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """
        Find categories by name and parent; what a whole list has not may be sent again.

        Materials wait for their category, so a moment is spent on being sure.
        """
        try:
            self.account.wait_out(actions)
            reading = self.account.hook.categories()
            known = [category_row(each) for each in reading]
        except VendorError as fault:
            self.account.note_down(fault)
            raise
        found = [self._found(action, known) or self._unsure(action, reading) for action in actions]
        return [outcome for outcome in found if outcome]

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        warehouse.run_file(SQL / "keep_category_links.sql", {"action_ids": list(action_ids)})

    def _parent(self, action: Any) -> int | None:
        """Find the very parent. Raises LookupError when it was refused, NotKnown while that is in doubt."""
        above, number = action.after.get("parent_id"), action.after.get("parent_shop_category_id")
        if above is not None or number is None:
            return None if above is None else int(above)
        planned = _planned(self.account, action.run_id, number)
        if planned is None:
            raise LookupError(number)
        if planned.category_id is None:
            _assert_settled(planned)
            raise LookupError(number)
        return int(planned.category_id)

    def _found(self, action: Any, known: Sequence[CategoryRow]) -> Outcome | None:
        """Find a category; where the CRM tells no parents, the newest of that name which is nobody's yet."""
        try:
            parent = self._parent(action)
        except (NotKnown, LookupError):
            return None
        name = comparable(action.after["name"])
        named = [each for each in known if comparable(each.name) == name]
        if self.account.capabilities.categories_have_parents is False:
            links = self.account.warehouse.select(SQL / "select_linked_categories.sql", self.account.params)
            taken = {link.crm_category_id for link in links}
            ids = [each.crm_category_id for each in named if each.crm_category_id not in taken]
        else:
            ids = [each.crm_category_id for each in named if each.parent_id == parent]
        return done(action, category_id=max(ids)) if ids else None

    def _unsure(self, action: Any, reading: Reading) -> Outcome | None:
        """What was sent before this attempt would now be sent again: rather not, if the list is not whole."""
        if reading.is_whole or not self.account.is_own(action) or action.action_id in self._sent:
            return None
        return held(action, "цю категорію")


class RenameCategories:
    """Other names for categories; setting one twice sets the same. One that is not there fails nothing."""

    kind = "rename_category"
    batch = 1
    repeats = True

    def __init__(self, account: Account) -> None:
        self.account = account

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        (action,) = actions
        category_id = int(action.key.partition(":")[2])
        try:
            self.account.hook.rename_category(category_id, action.after["name"])
        except RejectedByVendor as refusal:
            if refusal.http_status not in (404, 405):
                raise
            return [impossible(action, "categories", NOT_OURS)]
        return [done(action, category_id=category_id)]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: a name is simply set again."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        """Nothing to remember: links go by id."""


def _planned(account: Account, run_id: int, shop_category_id: int) -> Any:
    asked = {**account.params, "run_id": run_id, "shop_category_id": shop_category_id}
    return account.warehouse.select_one(SQL / "select_planned_category.sql", asked)


def _assert_settled(planned: Any) -> None:
    """Raise NotKnown unless it is certain that the category was not created."""
    if planned.held or planned.state not in ("failed", "skipped"):
        raise NotKnown
