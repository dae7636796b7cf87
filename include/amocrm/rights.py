"""
What the user who gave access may see: lists are cut by that without a word (amocrm 0.7, 5.8).

Only rights to view count, of leads and of contacts: events are shown with the lead they are of, and who may
edit or export less is shown as much. They are kept as words, so that those of two runs can be compared.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from include.amocrm.spelling import fingerprint, whole

ADMIN = "admin"  # sees everything
UNSEEN = "unseen"  # only an administrator is shown rights
_VIEWS = "DMGA"  # none, one's own, those of one's group, all: each shows what the one before shows
_GROUP, _UNKNOWN = "G", "?"
_SHORT = 16


def rights_of(user_id: int | None, users: Iterable[Mapping[str, Any]] | None) -> str:
    """
    Spell what a user may view so that a change of it shows; of an administrator nothing else matters.

    ``users``: their list; None: it was refused.
    """
    if users is None:
        return f"{UNSEEN} {user_id}"
    own = next((item for item in users if whole(item.get("id")) == user_id), {})
    rights = own.get("rights")
    if not isinstance(rights, Mapping) or rights.get("is_admin") is True:
        return ADMIN  # nobody else is shown the list
    views = [_view(rights.get(entity), rights.get("group_id")) for entity in ("leads", "contacts")]
    statuses = fingerprint(_of_statuses(rights.get("status_rights")))[:_SHORT]
    return " ".join(["limited", str(user_id), statuses, *views])


def shows_all_of(wide: str, narrow: str) -> bool:
    """Tell whether by the first rights everything is seen that the second show, as far as can be known."""
    if wide in (ADMIN, narrow):
        return True
    (whose, views), (others, fewer) = _parts(wide), _parts(narrow)
    return whose == others and all(map(_covers, views, fewer))


def _view(rights: Any, group_id: Any) -> str:
    """Give the letter of a right to view; what is one's group's depends on the group."""
    view = rights.get("view") if isinstance(rights, Mapping) else None
    if not isinstance(view, str) or view not in tuple(_VIEWS):
        return _UNKNOWN
    return f"{view}{whole(group_id)}" if view == _GROUP else view


def _of_statuses(told: Any) -> list[tuple[int | None, int | None, str]]:
    """Give the rights to view leads by status, where they are others; in no order."""
    found = [
        (whole(item.get("pipeline_id")), whole(item.get("status_id")), _view(item.get("rights"), None))
        for item in (told if isinstance(told, list) else ())
        if isinstance(item, Mapping) and item.get("entity_type", "leads") == "leads"
    ]
    return sorted(found, key=repr)


def _parts(rights: str) -> tuple[list[str], list[str]]:
    """Take limited rights apart: whose they are, and the views; other rights have no views to compare."""
    words = rights.split()
    return (words[:3], words[3:]) if len(words) > 3 else (words, [])


def _covers(wide: str, narrow: str) -> bool:
    """Tell whether a view shows what another one of the same user shows."""
    if _UNKNOWN in (wide, narrow):
        return False
    return wide == narrow or _VIEWS.index(wide[0]) > _VIEWS.index(narrow[0])
