"""
Ports of stacks that may run side by side on one machine.

To look for a free port and to listen there are two steps, with half a minute of Airflow's start between
them: a claim keeps other stacks off meanwhile. It is a lock on a file, which ends with the process, however
that ends.
"""

import contextlib
import fcntl
import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path

from sandbox.stack.postgres import port_is_free

NEXT = 100  # ports after the usual one that are tried


class Claim:
    """A port that no other stack takes; ``release`` gives it up, and so does the end of this object."""

    def __init__(self, port: int, place: Path, lock: int) -> None:
        self.port = port
        self.release = weakref.finalize(self, _release, place, lock)


def claim_first(usual: int, *others: int) -> Claim:
    """Claim the usual port, one of the others, or one of those after it. Raises OSError when none is left."""
    for port in (usual, *others, *range(usual + 1, usual + NEXT)):
        if claim := _claim(port):
            return claim
    raise OSError(f"no port is free from {usual} to {usual + NEXT - 1}")


def release_all(claims: Iterable[Claim]) -> None:
    """Give ports up."""
    for claim in claims:
        claim.release()


def _claim(port: int) -> Claim | None:
    place = Path(tempfile.gettempdir()) / f"dealflow-port-{port}.lock"
    lock = _locked(place)
    if lock is None:
        return None
    if port_is_free(port):
        return Claim(port, place, lock)
    _release(place, lock)
    return None


def _locked(place: Path) -> int | None:
    """Lock a file; None: another stack has it, or an account that lets nobody read it."""
    try:
        lock = os.open(place, os.O_RDONLY | (0 if place.exists() else os.O_CREAT), 0o644)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), place.stat()):  # and not the one that somebody is taking away
            return lock
    os.close(lock)
    return None


def _release(place: Path, lock: int) -> None:
    with contextlib.suppress(OSError):
        place.unlink()
    os.close(lock)
