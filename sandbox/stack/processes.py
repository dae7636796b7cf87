"""What the system says about processes, so that a number left in a file is never taken for one of ours."""

import os
import signal
import subprocess
from pathlib import Path

PROC = Path("/proc")


def command_of(pid: int) -> str:
    """Return the command line of a process, or an empty text when there is none or it has ended."""
    if not _has_proc():
        return _ask_ps(pid, "command=")
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def identity_of(pid: int) -> str:
    """Return a text that only this process ever has, for as long as it lives; empty when there is none."""
    if not _has_proc():
        return _ask_ps(pid, "lstart=")
    try:
        # The second field is the program's name in brackets, which may hold spaces; the start is field 22.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else f"{this_boot()}:{fields[19]}"


def this_boot() -> str:
    """Return a text that changes when the machine starts anew, and its numbers with it."""
    boot = PROC / "sys/kernel/random/boot_id"
    return boot.read_text().strip() if boot.exists() else "this"


def kill_group(leader: int, identity: str) -> bool:
    """
    Kill a process that led a group, and what is left of the group; say whether there was anything to kill.

    The number counts as ours when the leader still has the identity it was recorded with, or when it is gone
    since the same boot: the system gives a number to nobody else while a group bears it.
    """
    now = identity_of(leader)
    orphaned = not now and identity.startswith(this_boot())
    if now != identity and not orphaned:
        return False
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _has_proc() -> bool:
    return (PROC / "self").exists()


def _ask_ps(pid: int, field: str) -> str:
    asked = subprocess.run(["ps", "-o", field, "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.strip()
