"""
What of a material the CRM may not take, whatever the values: named prices and addresses of pictures (4.1, 7).

They never cost the rest of a write: it is made again without them, and two misses in a row switch them off
for a while. Named prices are a map, and of that other people's are what they are at that very moment.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from include.errors import AccessDenied, RejectedByVendor, VendorError
from include.keepincrm.acceptance import named_prices_work, not_accepted
from include.keepincrm.capabilities import Tried
from include.keepincrm.payload import FIELDS, bodies
from plugins.hooks.keepincrm import Record
from plugins.steps.opencart_account import Account

log = logging.getLogger(__name__)

OPTIONAL: Mapping[str, Tried] = {"named_prices": "named_prices", "asset_url": "pictures"}
_NAMED = FIELDS["named_prices"]

Values = Mapping[str, Any]  # by our names


class Gone(Exception):
    """The material is not there any more."""


class NothingTaken(Exception):
    """All there was to say is ``what`` the account does not take."""

    def __init__(self, what: Tried, words: str | None = None) -> None:
        self.what, self.words = what, words
        super().__init__(what)


class Left(NamedTuple):
    """What of a write the CRM has not got: ``refused`` by it, or ``unsent`` for another reason."""

    refused: Sequence[str] = ()
    unsent: Sequence[str] = ()

    def response(self) -> dict[str, list[str]]:
        """Spell it for ops.action; nothing where all is well."""
        told = {"not_accepted": sorted(self.refused), "unsent": sorted({*self.refused, *self.unsent})}
        return {name: fields for name, fields in told.items() if fields}


def create(account: Account, values: Values, *, bare: bool = False) -> tuple[Record, Left]:
    """
    Create a material with what the account is sure to take, then tell it the rest.

    After a 500 nobody knows whether a create was carried out, so it holds nothing that was never taken yet
    or was refused lately (keepincrm 7, probe 8); ``bare``: nothing optional at all, since an earlier create
    of the same was lost. Once the material is there nothing is raised any more, or it would be created
    again: what could not be told is left to the next run.
    """
    off = _off(account, values)
    rest = [name for name in _optional(values, off) if bare or not _is_sure(account, name)]
    certain = _without(values, {*off, *rest})
    refused: list[str] = []
    try:
        created = account.hook.create_material(_body(certain))
    except AccessDenied:
        raise
    except RejectedByVendor as refusal:
        suspects = _optional(certain)
        if not suspects:
            raise
        log.warning("CRM відхилила створення, пробуємо без необов'язкових полів: %s", refusal)
        created = account.hook.create_material(_body(_without(certain, suspects)))
        refused = _blamed(account, suspects)
        rest = [*_optional(certain, refused), *rest]
    try:
        refused = refused + [name for name in rest if not _takes(account, created, name, values)]
    except (VendorError, Gone) as fault:
        log.warning("Матеріал створено, решту його полів допише наступний запуск: %s", fault)
        return created, Left(refused, [*off, *rest])
    return created, Left(refused, off)


def update(account: Account, material_id: int, values: Values) -> Left:
    """
    Change a material, without what the CRM refuses of it if there is anything else to say.

    Raises Gone, NothingTaken, or RejectedByVendor when the refusal is about the values.
    """
    off = _off(account, values)
    told = _without(values, off)
    if not told:
        raise NothingTaken(OPTIONAL[off[0]])
    held = _held(account, material_id) if "named_prices" in told else {}
    try:
        answer = _set(account, material_id, told, held)
    except AccessDenied:
        raise
    except RejectedByVendor as refusal:
        return Left(_isolated(account, material_id, told, held, refusal), off)
    return Left([name for name in _optional(told) if not _works(account, answer, name, told)], off)


def missing(after: Values, answer: Values) -> Left:
    """Say what a material that was created, though its answer was lost, has not got as far as can be seen."""
    wanted = [name for name in OPTIONAL if after.get(name)]
    other = not_accepted({name: after[name] for name in wanted}, answer)
    return Left(unsent=[name for name in wanted if name in other or FIELDS[name] not in answer])


def _isolated(
    account: Account, material_id: int, told: Values, held: Values, refusal: RejectedByVendor
) -> list[str]:
    """Find what a change was refused for: make it without what is optional, then that one by one."""
    suspects = _optional(told)
    if not suspects:
        raise refusal
    certain = _without(told, suspects)
    if certain:
        _set(account, material_id, certain, {})
        log.warning("CRM відхилила зміну, без необов'язкових полів прийняла: %s", refusal)
    record = {"id": material_id, _NAMED: held}
    refused = _blamed(account, suspects) or [
        name for name in suspects if not _takes(account, record, name, told)
    ]
    if certain or len(refused) < len(suspects):
        return refused
    if any(_is_known(account, name) for name in refused):
        raise refusal
    raise NothingTaken(OPTIONAL[refused[0]], str(refusal))


def _takes(account: Account, record: Values, name: str, values: Values) -> bool:
    """Write one optional field alone; tell whether it was taken. Raises Gone."""
    value = {name: values[name]}
    try:
        answer = _set(account, int(record["id"]), value, _map(record))
    except AccessDenied:
        raise
    except RejectedByVendor as refusal:
        log.warning("CRM не прийняла поле %s: %s", FIELDS[name], refusal)
        account.learn(OPTIONAL[name], False)
        return False
    return _works(account, {"id": record["id"], **answer}, name, values)


def _works(account: Account, answer: Values, name: str, values: Values) -> bool:
    """
    Tell whether a field that was written without a refusal is held; learn from it while nobody is sure.

    A picture may be kept under another address, so not to be refused is all that is asked of it.
    """
    if _is_sure(account, name) or not values[name]:
        return True
    if name == "asset_url":
        account.learn("pictures", True)
        return True
    shown = answer if _NAMED in answer else account.hook.material(int(answer["id"])) or {}
    works = named_prices_work(values, shown)
    if works is not None:
        account.learn("named_prices", works)
    return works is not False


def _blamed(account: Account, suspects: Sequence[str]) -> list[str]:
    """Learn of the only thing that a refusal may be about; of several each has to be tried alone."""
    if len(suspects) > 1:
        return []
    account.learn(OPTIONAL[suspects[0]], False)
    return list(suspects)


def _is_known(account: Account, name: str) -> bool:
    return account.capabilities.works(OPTIONAL[name]) is True


def _is_sure(account: Account, name: str) -> bool:
    """Tell whether it is known to be taken, the last time as well."""
    return account.capabilities.is_sure(OPTIONAL[name])


def _set(account: Account, material_id: int, values: Values, held: Values) -> Record:
    try:
        answer = account.hook.update_material(material_id, _body(values, held))
    except RejectedByVendor as refusal:
        if refusal.http_status == 404:
            raise Gone from refusal
        raise
    return {"id": material_id, **answer}


def _held(account: Account, material_id: int) -> Values:
    """Read the named prices of a material, just before they are written: nobody knows what a write drops."""
    material = account.hook.material(material_id)
    if material is None:
        raise Gone
    return _map(material)


def _map(material: Values) -> Values:
    """Give the named prices of a material as they came, whatever their shape."""
    held = material.get(_NAMED)
    return _as_json(held) if isinstance(held, Mapping) else {}


def _as_json(value: Any) -> Any:
    """Spell fractions, which were read exactly, as JSON writes them."""
    match value:
        case Decimal():
            return float(value)
        case Mapping():
            return {name: _as_json(inner) for name, inner in value.items()}
        case list():
            return [_as_json(inner) for inner in value]
    return value


def _body(values: Values, held: Mapping[str, Any] = {}) -> dict[str, Any]:
    """Spell a request; ours are laid over the named prices that the material holds, others as they came."""
    body = bodies(values).fields or {}
    return {**body, _NAMED: {**held, **body[_NAMED]}} if _NAMED in body else body


def _off(account: Account, values: Values) -> list[str]:
    return [name for name in _optional(values) if not account.can(OPTIONAL[name])]


def _optional(values: Values, but: Collection[str] = ()) -> list[str]:
    return [name for name in values if name in OPTIONAL and name not in but]


def _without(values: Values, names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
