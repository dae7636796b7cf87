"""One local stack: PostgreSQL, the sandbox and the four parts of Airflow, up while somebody wants it."""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping

from sandbox.stack import databases
from sandbox.stack.api import AirflowApi
from sandbox.stack.components import COMPONENTS, Components
from sandbox.stack.local import PREFERRED_PORTS, LocalFolder, child_environment, write_private
from sandbox.stack.processes import identity_of

STOP_SECONDS = 90
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AlreadyRunning(RuntimeError):
    """Another process keeps this stack running."""


class Stack:
    """The stack of one ``.local`` folder; ``say`` tells the person at the terminal what happens."""

    def __init__(self, local: LocalFolder, say: Callable[[str], None]) -> None:
        self.local = local
        self._say = say
        self._components = Components(local.logs, local.folder / "components.json")
        self._lock_file = local.folder / "stack.lock"
        self._keeper_file = local.folder / "stack.json"

    @contextlib.contextmanager
    def running(self, *, afresh: bool, by_schedule: bool) -> Iterator[AirflowApi]:
        """
        Start everything, hand over a logged-in API, and stop everything at the end, whatever the end is.

        ``afresh`` begins with empty databases; ``by_schedule`` lets DAGs start by their timetables too.
        """
        self.local.make()
        with self._keeping(), self._stopping():
            began = time.monotonic()
            self._start(afresh, by_schedule)
            api = AirflowApi(self.local.airflow_url(), self.local.secrets["admin_password"], self.check)
            api.wait_until_healthy()
            api.log_in()
            self._say(f"Airflow is healthy after {time.monotonic() - began:.0f} s")
            yield api

    def check(self) -> None:
        """Raise when a part of the stack has ended by itself."""
        self._components.check()

    def wait(self) -> None:
        """Stay up until a signal comes; raise when a part ends by itself."""
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                self.check()
                time.sleep(0.5)

    def stop_elsewhere(self) -> None:
        """Stop a stack that another process keeps, and what an interrupted one left behind."""
        if not self._keeper_file.exists():
            return
        pid, identity = json.loads(self._keeper_file.read_text())
        deadline = time.monotonic() + STOP_SECONDS
        if identity_of(pid) == identity:
            os.kill(pid, signal.SIGTERM)
        while identity_of(pid) == identity and time.monotonic() < deadline:
            time.sleep(0.2)
        with self._keeping():
            self._clear_up()

    def _start(self, afresh: bool, by_schedule: bool) -> None:
        if left := self._components.kill_leftovers():
            self._say(f"an earlier stack was cut off; stopped what it left: {', '.join(left)}")
        self._keep_settings({} if afresh else os.environ)
        self.local.postgres.start()
        self._choose_ports()
        if afresh:
            databases.forget(self.local)
        self._say("PostgreSQL is up; preparing the databases")
        databases.prepare(self.local)
        self._say("starting the sandbox and Airflow")
        schedule = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": str(by_schedule)}
        environment = child_environment(self.local.environment() | schedule)
        sandbox = (
            "sandbox.server",
            "--port",
            str(self.local.ports()["sandbox"]),
            "--state",
            str(self.local.sandbox),
        )
        for name, command in {"sandbox": sandbox, **COMPONENTS}.items():
            self._components.start(name, command, environment)

    def _keep_settings(self, shell: Mapping[str, str]) -> None:
        if folder := self.local.keep_settings(shell):
            self._say(f"settings from {folder}, with AIRFLOW_CONN_… and DEALFLOW_… of this shell")

    def _choose_ports(self) -> None:
        for name, port in self.local.choose_ports().items():
            if port != (wanted := PREFERRED_PORTS[name]):
                self._say(f"port {wanted} is taken by another program: {name} is at {port} until it is free")

    def _clear_up(self) -> None:
        self._components.kill_leftovers()
        self.local.postgres.stop()

    @contextlib.contextmanager
    def _keeping(self) -> Iterator[None]:
        """Be the only process that keeps this stack; the claim ends with the process, however that ends."""
        with self._lock_file.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    f"already running at {self.local.airflow_url()}; `make down` stops it"
                ) from None
            write_private(self._keeper_file, json.dumps([os.getpid(), identity_of(os.getpid())]))
            try:
                yield
            finally:
                self._keeper_file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        """Turn each ending signal into an interrupt; stop everything on the way out, undisturbed by more."""
        for number in SIGNALS:
            signal.signal(number, signal.default_int_handler)
        try:
            yield
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self._say("\nstopping Airflow, the sandbox and PostgreSQL")
            self._components.stop(self._say)
            self.local.postgres.stop()
            self.local.give_up_ports()
