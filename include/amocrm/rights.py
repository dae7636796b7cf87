"""What the user who gave access may see: lists are cut by that without a word (amocrm 0.7, 5.8)."""

from collections.abc import Iterable, Mapping
from typing import Any

from include.amocrm.spelling import fingerprint, whole

ADMIN = "admin"  # sees everything
UNSEEN = "unseen"  # only an administrator is shown rights
_SHORT = 16


def rights_of(user_id: int | None, users: Iterable[Mapping[str, Any]] | None) -> str:
    """
    Spell the rights of a user so that a change of them shows; of an administrator none matter.

    ``users``: their list; None: it was refused.
    """
    if users is None:
        return f"{UNSEEN} {user_id}"
    own = next((item for item in users if whole(item.get("id")) == user_id), {})
    rights = own.get("rights")
    if not isinstance(rights, Mapping) or rights.get("is_admin") is True:
        return ADMIN  # nobody else is shown the list
    return f"limited {user_id} {fingerprint([rights])[:_SHORT]}"
