"""What an account has now, and what it once had: so that a slip of the pen is told from something deleted."""

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import Generic, Literal, Protocol, TypeVar

from include.amocrm.dictionary import LEADS, Dictionary, EnumRow, FieldRow, PipelineRow, StatusRow

_FEW = 9  # of equally near numbers
Standing = Literal["here", "gone", "unknown"]


class _MayBeGone(Protocol):
    @property
    def is_gone(self) -> bool: ...


Row = TypeVar("Row", bound=_MayBeGone)
Key = TypeVar("Key")


class Listed(Generic[Key, Row]):
    """The rows of one dictionary by key."""

    def __init__(self, now: Iterable[tuple[Key, Row]], known: Iterable[tuple[Key, Row]]) -> None:
        told = list(now)
        self.now = {key: row for key, row in told if not row.is_gone}
        self.ever = {**dict(known), **dict(told)}

    def standing(self, key: Key) -> Standing:
        """Tell whether the account has it."""
        return "here" if key in self.now else "gone" if key in self.ever else "unknown"


class Present:
    """An account's dictionaries as read now (``dictionary``) and as the mart knows them (``known``)."""

    def __init__(self, dictionary: Dictionary, known: Dictionary) -> None:
        self.dictionary = dictionary
        self.pipelines: Listed[int, PipelineRow] = Listed(_pipelines(dictionary), _pipelines(known))
        self.statuses: Listed[tuple[int, int], StatusRow] = Listed(_statuses(dictionary), _statuses(known))
        self.fields: Listed[int, FieldRow] = Listed(_fields(dictionary), _fields(known))
        self.enums: Listed[tuple[int, int], EnumRow] = Listed(_enums(dictionary), _enums(known))
        self.users: Collection[int] | None = None  # None: nobody can tell
        if dictionary.users is not None:
            self.users = {row.user_id for row in (*dictionary.users, *(known.users or ()))}

    def status_name(self, key: tuple[int, int]) -> str:
        """Name a status with its pipeline, by numbers where names are not known."""
        status, pipeline = self.statuses.ever.get(key), self.pipelines.ever.get(key[0])
        named = f"«{status.name}» ({key[1]})" if status else str(key[1])
        return f"{named} воронки {f'«{pipeline.name}»' if pipeline else key[0]}"

    def field_name(self, field_id: int) -> str:
        """Name a field."""
        field = self.fields.ever.get(field_id)
        return f"«{field.name}» ({field_id})" if field else str(field_id)

    def near_field(self, field_id: int) -> str:
        """Suggest the field whose number is nearly this one; an empty text when none is near."""
        return _may_be(field_id, self.fields.now, self.field_name)

    def near_pipeline(self, pipeline_id: int) -> str:
        """Suggest a pipeline in the same way."""
        named = {key: row.name for key, row in self.pipelines.now.items()}
        return _may_be(pipeline_id, named, lambda near: f"«{named[near]}» ({near})")

    def near_status(self, key: tuple[int, int]) -> str:
        """Suggest another status of the same pipeline."""
        of_pipeline = [status for pipeline, status in self.statuses.now if pipeline == key[0]]
        return _may_be(key[1], of_pipeline, lambda near: self.status_name((key[0], near)))

    def choices(self, field_id: int) -> list[EnumRow]:
        """Give what may be chosen in a field now."""
        return [row for key, row in self.enums.now.items() if key[0] == field_id]

    def past_choices(self, field_id: int) -> list[EnumRow]:
        """Give what could ever be chosen in it."""
        return [row for key, row in self.enums.ever.items() if key[0] == field_id]

    def types(self) -> dict[int, str]:
        """Give the types of fields, also of those gone."""
        return {field_id: row.type for field_id, row in self.fields.ever.items()}


def _may_be(number: int, known: Iterable[int], name: Callable[[int], str]) -> str:
    near = map(int, get_close_matches(str(number), map(str, known), n=_FEW))
    return next(
        (f"; может быть, {name(each)}?" for each in sorted(near, key=lambda at: abs(at - number))), ""
    )


def _pipelines(told: Dictionary) -> list[tuple[int, PipelineRow]]:
    return [(row.pipeline_id, row) for row in told.pipelines]


def _statuses(told: Dictionary) -> list[tuple[tuple[int, int], StatusRow]]:
    return [((row.pipeline_id, row.status_id), row) for row in told.statuses]


def _fields(told: Dictionary) -> list[tuple[int, FieldRow]]:
    return [(row.field_id, row) for row in told.fields if row.entity_type == LEADS]


def _enums(told: Dictionary) -> list[tuple[tuple[int, int], EnumRow]]:
    return [((row.field_id, row.enum_id), row) for row in told.enums if row.entity_type == LEADS]
