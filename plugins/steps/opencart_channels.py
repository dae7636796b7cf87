"""How materials reach KeepinCRM: one a call, creates never repeated blindly (keepincrm 6; 10, step 16)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from include.errors import AccessDenied, RejectedByVendor, TemporaryVendorError, VendorError
from include.keepincrm.acceptance import shows_named_prices
from include.opencart_catalog.article import article_key
from plugins.steps import ledger
from plugins.steps.actions import Channel, Outcome
from plugins.steps.opencart_account import Account, done, gone, held, impossible, waits
from plugins.steps.opencart_catalog import SQL
from plugins.steps.opencart_categories import CreateCategories, NotKnown, RenameCategories, category_of
from plugins.steps.opencart_fields import SetCustomFields
from plugins.steps.opencart_optional import Gone, NothingTaken, create, missing, update
from plugins.warehouse import Warehouse

_FOR_US = ("category_id", "shop_category_id")  # which category it is, is decided here


class CreateMaterials:
    """
    New materials. There is no key against doubles: a create whose answer was lost is looked up.

    At once by its article, later by reading all materials, which alone can say that it is not there.
    """

    kind = "create_material"
    batch = 1
    repeats = False

    def __init__(self, account: Account) -> None:
        self.account = account
        self._sent: set[int] = set()

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        """Create one, in its category if that was created, else above it."""
        (action,) = actions
        self.account.assert_is_up()
        try:
            values = _values(self.account, action.after)
        except NotKnown:
            return [waits(action, "його категорію")]
        self._sent.add(action.action_id)
        told = {name: value for name, value in values.items() if value is not None}
        is_doubted = action.attempts > 1 or action.key in self._doubted
        created, left = create(self.account, told, bare=is_doubted)
        shows = {"shown": True} if shows_named_prices(told, created) else {}
        return [done(action, material_id=int(created["id"]), **_article(created), **shows, **left.response())]

    @cached_property
    def _doubted(self) -> frozenset[str]:
        """Name the items of this run whose creation an earlier one has tried, and never knew of."""
        asked = {"run_id": self.account.run.run_id, "kind": self.kind}
        found = self.account.warehouse.select(ledger.SQL / "select_doubted_keys.sql", asked)
        return frozenset(row.key for row in found)

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """
        Find materials by article; those of this run that an earlier attempt has sent, among all materials.

        Leftovers of earlier runs that are not found are planned anew, after all materials were read: by then
        they must be there or never will be.
        """
        try:
            self.account.wait_out([action for action in actions if not self.account.is_own(action)])
            found = self._by_sku(actions)
            known = {outcome.action_id for outcome in found}
            left = [action for action in actions if action.action_id not in known and self._is_older(action)]
            return [*found, *self._in_full(left)]
        except VendorError as fault:
            self.account.note_down(fault)
            raise

    def look_up_at_last(self, actions: Sequence[Any]) -> list[Outcome]:
        """Find materials once more, when nothing will be sent any more; what is not found stays in doubt."""
        self.account.wait_out(actions)
        found = self._by_sku(actions)
        known = {outcome.action_id for outcome in found}
        left = [action for action in actions if action.action_id not in known]
        return [*found, *(outcome for outcome in self._in_full(left) if outcome.state == "done")]

    def _in_full(self, actions: Sequence[Any]) -> list[Outcome]:
        """
        Find materials among all there are; what a whole reading has not is left out, and may be sent again.

        While people change the list nobody can say that something is not there: then it is held for the next
        run.
        """
        if not actions:
            return []
        self.account.wait_out(actions)
        wanted = {article_key(action.after["sku"]): action for action in actions}
        found: dict[int, Outcome] = {}
        for _ in range(2):
            reading = self.account.hook.materials()
            for material in reading:
                key = article_key(_text(material.get("sku")))
                if key and (action := wanted.get(key)):
                    found.setdefault(action.action_id, _found(action, material))
            if reading.is_whole or len(found) == len(actions):
                break
        missing = [action for action in actions if action.action_id not in found]
        unsure = [] if reading.is_whole else [held(action, "цей матеріал") for action in missing]
        return [*found.values(), *unsure]

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        params = {"action_ids": list(action_ids)}
        warehouse.run_files(SQL, ("keep_material_links", "keep_sent_values"), params)

    def _by_sku(self, actions: Iterable[Any]) -> list[Outcome]:
        """Ask for each article; that the answer is about it is looked at, too (keepincrm 2)."""
        found = []
        for action in actions:
            sku = action.after["sku"]
            material = self._told_of(sku)
            if material and article_key(_text(material.get("sku"))) == article_key(sku):
                found.append(_found(action, material))
        return found

    def _told_of(self, sku: str) -> Mapping[str, Any] | None:
        """Ask for an article; one at which the vendor stumbles each time is not found, and stops nothing."""
        try:
            return self.account.hook.by_sku(sku)
        except AccessDenied:
            raise
        except (RejectedByVendor, TemporaryVendorError) as fault:
            if isinstance(fault, TemporaryVendorError) and fault.http_status != 500:
                raise
            return None

    def _is_older(self, action: Any) -> bool:
        """Tell whether an earlier attempt at this very run has sent it."""
        return self.account.is_own(action) and action.action_id not in self._sent


class ChangeMaterials:
    """Other values, or retirement: a call that sets, so that making it twice does no harm."""

    batch = 1
    repeats = True

    def __init__(self, account: Account, kind: str) -> None:
        self.account = account
        self.kind = kind

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        (action,) = actions
        material_id = int(action.key.partition(":")[2])
        try:
            left = update(self.account, material_id, _values(self.account, action.after))
        except NotKnown:
            return [waits(action, "його категорію")]
        except Gone:
            return [gone(action)]
        except NothingTaken as off:
            return [impossible(action, off.what, off.words)]
        return [done(action, material_id=material_id, **left.response())]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: the values are simply set again."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        warehouse.run_files(SQL, ("keep_sent_values", "forget_retired"), {"action_ids": list(action_ids)})


def channels(account: Account) -> list[Channel]:
    """Give the channels of all kinds, in the order of a plan."""
    return [
        CreateCategories(account),
        RenameCategories(account),
        CreateMaterials(account),
        ChangeMaterials(account, "update_material"),
        SetCustomFields(account),
        ChangeMaterials(account, "retire_material"),
    ]


def _values(account: Account, after: Mapping[str, Any]) -> dict[str, Any]:
    """Give what to write; a category that the same run creates has become known by now. Raises NotKnown."""
    values = {name: value for name, value in after.items() if name not in _FOR_US}
    number = after.get("shop_category_id")
    if number is not None:
        values["category_id"] = category_of(account, int(number), after.get("category_id"))
    elif "category_id" in after:
        values["category_id"] = after["category_id"]
    return values


def _found(action: Any, material: Mapping[str, Any]) -> Outcome:
    """It was created after all, perhaps without what is told in a call of its own."""
    left = missing(action.after, material)
    return done(action, material_id=int(material["id"]), **_article(material), **left.response())


def _article(material: Mapping[str, Any]) -> dict[str, str]:
    """Say which article the CRM has made of the one it was sent, if it tells."""
    return {"sku": _text(material["sku"]) or ""} if "sku" in material else {}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
