"""Setting fields of one object of 1C: nobody's change is lost, nothing fails silently (onec-odata 5)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from include.errors import RejectedByVendor, TemporaryVendorError, WindowSpent
from include.onec.asks import REF, VERSION
from include.onec.decode import reference, text
from include.onec.literals import guid, name
from plugins.hooks.vendor import Call

_POSTED = "Posted"
_CHANGED = 412


class VersionChanged(RejectedByVendor):
    """Say that somebody has changed the object since it was read: what was decided about it may be wrong."""


class Objects(Protocol):
    """What of the hook is needed here."""

    @property
    def title(self) -> str:
        """How messages call the base."""

    def get(self, entity: str, key: str, select: Sequence[str] = ()) -> dict[str, Any]:
        """Read one object."""

    def call(self, call: Call) -> Any:
        """Send a request."""


class Patch(NamedTuple):
    """Fields to be set."""

    objects: Objects
    entity: str
    key: str
    values: Mapping[str, Any]
    loading: bool = False

    def apply(self, expected_version: str | None) -> dict[str, Any]:
        """Set them, unless they are set; give the object as it is then. See ``OneCHook.patch``."""
        before = self._read()
        if self._is_set(before):
            return before
        if expected_version is not None and before.get(VERSION) != expected_version:
            raise self._changed()
        self._set(before)
        after = self._read()
        if lost := [field for field, value in self.values.items() if not _same(after.get(field), value)]:
            raise self._rejected(f"запись принята, но поля не сохранены: {', '.join(lost)}")
        if after.get(_POSTED) != before.get(_POSTED):
            raise self._rejected("от записи изменилось проведение документа")
        return after

    def _set(self, before: Mapping[str, Any]) -> None:
        """Send them; when no answer comes, look whether they are set, and send them once more if not."""
        try:
            self._send(before)
        except WindowSpent:
            raise
        except TemporaryVendorError:
            now = self._read()
            if self._is_set(now):
                return
            if now.get(VERSION) != before.get(VERSION):
                raise self._changed() from None
            self._send(now)

    def _send(self, before: Mapping[str, Any]) -> None:
        headers = {"If-Match": str(before.get(VERSION) or "")}
        if self.loading:
            headers["1C_OData-DataLoadMode"] = "true"
        place = f"{name(self.entity)}({guid(self.key)})"
        call = Call("PATCH", place, body=dict(self.values), headers=headers, counts_as="patch", repeats=False)
        try:
            self.objects.call(call)
        except RejectedByVendor as refusal:
            raise self._changed() if refusal.http_status == _CHANGED else refusal from None

    def _read(self) -> dict[str, Any]:
        own = (_POSTED,) if self.entity.startswith("Document_") else ()
        return self.objects.get(self.entity, self.key, (REF, VERSION, *own, *self.values))

    def _is_set(self, row: Mapping[str, Any]) -> bool:
        return all(_same(row.get(field), value) for field, value in self.values.items())

    def _changed(self) -> VersionChanged:
        why = "объект изменили, пока принималось решение"
        return VersionChanged(f"{self.objects.title}: {why} ({self.entity})", http_status=_CHANGED)

    def _rejected(self, why: str) -> RejectedByVendor:
        return RejectedByVendor(f"{self.objects.title}: {why} ({self.entity})", http_status=200)


def _same(one: object, other: object) -> bool:
    """Compare values however they are padded, and references however they are spelled."""
    known, wanted = reference(one), reference(other)
    return known == wanted if known or wanted else text(one) == text(other)
