"""What the user of a shop's database may do besides reading (opencart 3). To ask needs no such right."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_HARMLESS = re.compile(
    r"GRANT (?:USAGE|{reads}(?:, {reads})*) ON ".format(reads=r"(?:SELECT(?: \([^)]*\))?|SHOW VIEW)")
)
_ROLE = re.compile(r"[`'\"]?([^`'\"@]+)")
# Of all tables of the shop, also through roles that the user is a member of and may put on.
_POSTGRES = """
SELECT DISTINCT rights.name
FROM pg_class AS shop
CROSS JOIN (VALUES ('DELETE'), ('INSERT'), ('TRUNCATE'), ('UPDATE')) AS rights (name)
CROSS JOIN pg_roles AS own
WHERE shop.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
AND shop.relkind IN ('r', 'p') AND left(shop.relname, length(:prefix)) = :prefix
AND pg_has_role(own.oid, 'MEMBER')
AND CASE WHEN rights.name IN ('INSERT', 'UPDATE')
    THEN has_any_column_privilege(own.oid, shop.oid, rights.name)
    ELSE has_table_privilege(own.oid, shop.oid, rights.name) END
ORDER BY rights.name
"""


def rights_to_write(connection: Connection, prefix: str) -> list[str]:
    """Name the rights, as the server spells them; a role whose rights cannot be seen is named instead."""
    if connection.dialect.name == "postgresql":
        return list(connection.scalars(text(_POSTGRES), {"prefix": prefix}))
    grants = list(connection.scalars(text("SHOW GRANTS")))
    hidden = [role for grant in grants for role in _roles(grant) if not _is_shown(role, grants)]
    if hidden and (shown := _with_roles(connection, hidden)):
        grants, hidden = shown, []
    found = [_right(grant) for grant in grants if _gives_rights(grant) and not _HARMLESS.match(grant)]
    return [*found, *(f"роль {_plain(role)}" for role in hidden)]


def _right(grant: str) -> str:
    """Cut a grant down to what it gives: the rest names the user, his host and his password's hash."""
    return grant.removeprefix("GRANT ").partition(" TO ")[0]


def _gives_rights(grant: str) -> bool:
    """Tell a grant of rights, which are ON something, from one of a role, and from the choice of one."""
    return grant.startswith("GRANT ") and " ON " in _right(grant)


def _roles(grant: str) -> list[str]:
    """Give the roles of a grant, spelled as the server does."""
    if not grant.startswith("GRANT ") or " ON " in _right(grant):
        return []
    return [role.strip() for role in _right(grant).split(",")]


def _plain(role: str) -> str:
    found = _ROLE.match(role)
    return found.group(1) if found else role


def _is_shown(role: str, grants: Iterable[str]) -> bool:
    """MariaDB adds the rights of the role that is on, and of those in it."""
    return any(
        _gives_rights(grant) and _plain(grant.partition(" TO ")[2]) == _plain(role) for grant in grants
    )


def _with_roles(connection: Connection, roles: Iterable[str]) -> list[str]:
    """Ask MySQL for the grants with those of roles that are off; MariaDB lets nobody look."""
    asked = f"SHOW GRANTS FOR CURRENT_USER() USING {', '.join(roles)}"
    try:
        return list(connection.scalars(text(asked.replace(":", r"\:"))))
    except DBAPIError:
        return []
