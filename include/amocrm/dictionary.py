"""What an account tells of itself: pipelines, statuses, users, reasons, custom fields (amocrm 5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from include.amocrm.rights import rights_of
from include.amocrm.spelling import INT4, must, text, whole

LEADS = "leads"


class AccountRow(NamedTuple):
    """The account. ``host``: where its pages are."""

    account_id: int
    name: str | None
    subdomain: str | None
    host: str
    timezone: str | None
    currency: str | None
    is_filter_enabled: bool
    is_loss_reason_enabled: bool | None


class PipelineRow(NamedTuple):
    """A pipeline of leads. ``is_gone``: the account shows it no longer."""

    pipeline_id: int
    name: str
    sort: int
    is_main: bool
    is_archive: bool
    is_gone: bool = False


class StatusRow(NamedTuple):
    """A status: 142 and 143 are in every pipeline, so it is known by both numbers. ``type`` 1: incoming."""

    pipeline_id: int
    status_id: int
    name: str
    sort: int
    type: int
    color: str | None
    is_editable: bool
    is_gone: bool = False


class UserRow(NamedTuple):
    """A user."""

    user_id: int
    name: str
    group_id: int | None
    is_admin: bool | None
    is_active: bool | None


class LossReasonRow(NamedTuple):
    """A reason of refusal."""

    loss_reason_id: int
    name: str
    sort: int | None


class FieldRow(NamedTuple):
    """A custom field. ``code`` may be null or repeated; ``type`` may be one that is not known yet."""

    entity_type: str
    field_id: int
    name: str
    code: str | None
    type: str
    is_computed: bool | None
    sort: int | None
    is_gone: bool = False


class EnumRow(NamedTuple):
    """What may be chosen in a custom field."""

    entity_type: str
    field_id: int
    enum_id: int
    value: str
    code: str | None
    sort: int | None
    is_gone: bool = False


class Dictionary(NamedTuple):
    """All of it. ``users``: None when their list is refused; ``account``: None where nothing is known yet."""

    account: AccountRow | None = None
    pipelines: Sequence[PipelineRow] = ()
    statuses: Sequence[StatusRow] = ()
    users: Sequence[UserRow] | None = ()
    reasons: Sequence[LossReasonRow] = ()
    fields: Sequence[FieldRow] = ()
    enums: Sequence[EnumRow] = ()
    user_id: int | None = None  # who gave access
    rights: str | None = None  # and what they may see; None: nobody was asked


Told = Iterable[Mapping[str, Any]]


def dictionary_of(
    account: Mapping[str, Any], host: str, pipelines: Told, fields: Told, reasons: Told, users: Told | None
) -> Dictionary:
    """Put together what the lists tell. Raises Unreadable."""
    pipelines, fields = list(pipelines), list(fields)
    users = None if users is None else list(users)
    user_id = whole(account.get("current_user_id"))
    return Dictionary(
        account_of(account, host),
        [_pipeline(item) for item in pipelines],
        [_status(item, status) for item in pipelines for status in _inner(item, "statuses")],
        None if users is None else [_user(item) for item in users],
        [_reason(item) for item in reasons],
        [_field(item) for item in fields],
        [_enum(item, choice) for item in fields for choice in _list(item.get("enums"))],
        user_id,
        rights_of(user_id, users),
    )


def account_of(item: Mapping[str, Any], host: str) -> AccountRow:
    """Read what the account says of itself. Raises Unreadable."""
    embedded = item.get("_embedded")
    settings = embedded.get("datetime_settings") if isinstance(embedded, Mapping) else None
    reasons = item.get("is_loss_reason_enabled")
    return AccountRow(
        _id(item, "аккаунт"),
        text(item.get("name")),
        text(item.get("subdomain")),
        host,
        text(settings.get("timezone")) if isinstance(settings, Mapping) else None,
        text(item.get("currency")),
        item.get("is_api_filter_enabled") is True,
        None if reasons is None else bool(reasons),
    )


def _pipeline(item: Mapping[str, Any]) -> PipelineRow:
    return PipelineRow(
        _id(item, "воронка"),
        text(item.get("name")) or "",
        whole(item.get("sort"), INT4) or 0,
        item.get("is_main") is True,
        item.get("is_archive") is True,
    )


def _status(pipeline: Mapping[str, Any], item: Mapping[str, Any]) -> StatusRow:
    return StatusRow(
        _id(pipeline, "воронка"),
        _id(item, "статус"),
        text(item.get("name")) or "",
        whole(item.get("sort"), INT4) or 0,
        1 if whole(item.get("type")) == 1 else 0,
        text(item.get("color")),
        item.get("is_editable") is not False,
    )


def _user(item: Mapping[str, Any]) -> UserRow:
    told = item.get("rights")
    rights: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    return UserRow(
        _id(item, "пользователь"),
        text(item.get("name")) or "",
        whole(rights.get("group_id")),
        _flag(rights.get("is_admin")),
        _flag(rights.get("is_active")),
    )


def _reason(item: Mapping[str, Any]) -> LossReasonRow:
    return LossReasonRow(
        _id(item, "причина отказа"), text(item.get("name")) or "", whole(item.get("sort"), INT4)
    )


def _field(item: Mapping[str, Any]) -> FieldRow:
    return FieldRow(
        LEADS,
        _id(item, "поле"),
        text(item.get("name")) or "",
        text(item.get("code")),
        str(item.get("type") or ""),
        _flag(item.get("is_computed")),
        whole(item.get("sort"), INT4),
    )


def _enum(field: Mapping[str, Any], item: Mapping[str, Any]) -> EnumRow:
    return EnumRow(
        LEADS,
        _id(field, "поле"),
        _id(item, "вариант поля"),
        text(item.get("value")) or "",
        text(item.get("code")),
        whole(item.get("sort"), INT4),
    )


def _id(item: Mapping[str, Any], what: str) -> int:
    return int(must(whole(item.get("id")), what, "id"))


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _inner(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    embedded = item.get("_embedded")
    return _list(embedded.get(name)) if isinstance(embedded, Mapping) else []


def _list(told: Any) -> list[Mapping[str, Any]]:
    return [row for row in told if isinstance(row, Mapping)] if isinstance(told, list) else []
