"""
The processes of the stack: started together, watched, and stopped for certain.

``airflow standalone`` is not used: a TERM kills it and leaves its children running. Here each component leads
a process group of its own and is written down, so that even after a ``kill -9`` of the stack the next start
finds what was left.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sandbox.stack.local import ROOT
from sandbox.stack.processes import identity_of, kill_group

# "-s": without the log servers, which listen on all interfaces; the api-server reads the log folder itself.
COMPONENTS = {
    "api-server": ("airflow", "api-server"),
    "scheduler": ("airflow", "scheduler", "-s"),
    "dag-processor": ("airflow", "dag-processor"),
    "triggerer": ("airflow", "triggerer", "-s"),
}
STOP_ATTEMPTS, STOP_SECONDS = 3, 8
TELL_SECONDS = 2  # a stop that takes longer says what it waits for


class ComponentDied(RuntimeError):
    """A process of the stack ended by itself; the message holds the end of its log."""


class Components:
    """Running processes by name; their logs are in one folder, and their numbers in one file."""

    def __init__(self, logs: Path, record: Path, stop_seconds: float = STOP_SECONDS) -> None:
        self._logs = logs
        self._stop_seconds = stop_seconds
        self._record = record
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def kill_leftovers(self) -> list[str]:
        """Kill what an interrupted stack left behind; return the names."""
        if not self._record.exists():
            return []
        left = json.loads(self._record.read_text())
        killed = [name for name, (pid, identity) in left.items() if kill_group(pid, identity)]
        deadline = (
            time.monotonic() + self._stop_seconds
        )  # their ports are free when they are gone, not before
        while any(identity_of(left[name][0]) for name in killed) and time.monotonic() < deadline:
            time.sleep(0.1)
        self._record.unlink()
        return killed

    def start(self, name: str, command: tuple[str, ...], environment: dict[str, str]) -> None:
        """Start ``python -m <command>`` and write it down."""
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._write_record()

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def check(self) -> None:
        """Raise ``ComponentDied`` when one has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                end = "\n".join(self.log(name).read_text(errors="replace").splitlines()[-15:])
                raise ComponentDied(
                    f"{name} ended with {process.returncode}; the end of {self.log(name)}:\n{end}"
                )

    def stop(self, say: Callable[[str], None] = lambda text: None) -> None:
        """
        Ask all to end, ask again, then kill their groups; ``say`` hears what is waited for.

        A scheduler can swallow a TERM, and a scheduler killed hard leaves its workers: hence both.
        """
        for _ in range(STOP_ATTEMPTS):
            for process in self._alive():
                process.terminate()
            if self._all_ended_within(min(TELL_SECONDS, self._stop_seconds)):
                break
            say(f"waiting for {', '.join(self._names_alive())} (the scheduler ends its tasks first)")
            if self._all_ended_within(self._stop_seconds - TELL_SECONDS):
                break
        for process in self._running.values():
            _kill_rest_of(process)
        self._running.clear()
        self._record.unlink(missing_ok=True)

    def _names_alive(self) -> list[str]:
        return [name for name, process in self._running.items() if process.poll() is None]

    def _alive(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self._running.values() if process.poll() is None]

    def _all_ended_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._alive() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self._alive()

    def _write_record(self) -> None:
        record = {name: [process.pid, identity_of(process.pid)] for name, process in self._running.items()}
        self._record.write_text(json.dumps(record))


def _kill_rest_of(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    process.wait()
