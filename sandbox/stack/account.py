"""
As whom PostgreSQL runs. It refuses to run as root, so root lends it another face.

1. A user namespace, in which root appears as somebody else: files stay root's and no folder has to be
   opened up. It needs util-linux 2.36 and a kernel that allows it.
2. Failing that, the account ``nobody``, which must be able to reach the programs and the data folder.
"""

import functools
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

ACCOUNT = "nobody"
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


class Identity(TypedDict, total=False):
    """The arguments of ``subprocess.run`` that choose an account."""

    user: int
    group: int
    extra_groups: list[int]


@functools.cache
def _way() -> str:
    """Return how programs are started: as the ordinary user we are, in a namespace, or as another account."""
    if os.geteuid() != 0:
        return "self"
    if (
        shutil.which("unshare")
        and not subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode
    ):
        return "namespace"
    return "account"


def prefix() -> tuple[str, ...]:
    """Return what to write before a command."""
    return NAMESPACE if _way() == "namespace" else ()


def identity() -> Identity:
    """Return the account to start a command as: empty for our own."""
    if _way() != "account":
        return {}
    try:
        nobody = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise PermissionError(
            "PostgreSQL cannot run as root, and this system has neither user namespaces nor an account "
            f"{ACCOUNT!r}: start as an ordinary user"
        ) from None
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def own(path: Path) -> None:
    """Give a file or folder to the account that PostgreSQL runs as, and close it to all others."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    if chosen := identity():
        os.chown(path, chosen["user"], chosen["group"])
