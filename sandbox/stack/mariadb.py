"""A MariaDB server of our own on a loopback port, where the machine has the programs: an ordinary process."""

import contextlib
import getpass
import os
import shutil
import subprocess
import time
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from sandbox.stack.postgres import free_port

PACKAGES = ("mariadb-server-core", "mariadb-client-core")
HOW_TO_GET_IT = f"MariaDB is not installed: apt-get install --no-install-recommends {' '.join(PACKAGES)}"
_SEARCHED = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_SMALL = (
    *("--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=0"),
    *("--performance-schema=OFF", "--skip-log-bin", "--skip-name-resolve", "--sync-frm=OFF"),
)


class MariaDBFailed(Exception):
    """The server did not come up; the text has the end of its log."""


def program(name: str) -> str | None:
    """Find one of MariaDB's programs; root's folders are searched too."""
    return shutil.which(name, path=_SEARCHED)


class LocalMariaDB:
    """A server whose files lie in one folder; who reaches the port is let in as root without a password."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.socket = folder / "server.sock"
        self.log = folder / "server.log"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_available() -> bool:
        """Say whether this machine has what it takes."""
        return all(map(program, ("mariadbd", "mariadb-install-db", "my_print_defaults")))

    def start(self) -> None:
        """Make the data folder if it is new, start, and wait until the server answers."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        if not (self.data / "mysql").is_dir():
            self._make()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(program("mariadbd")),
                    *self._common(),
                    *(f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1"),
                    *_SMALL,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
            self._process.kill()
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        """End the server as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def run(self, *statements: str) -> None:
        """Run statements as root, each by itself."""
        with self.engine().connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def hang_up(self, database: str) -> None:
        """End all connections to a database."""
        asked = "select id from information_schema.processlist where db = %s and id <> connection_id()"
        with self.engine().connect() as connection:
            for (own,) in connection.exec_driver_sql(asked, (database,)).all():
                with contextlib.suppress(OperationalError):
                    connection.exec_driver_sql(f"kill {own}")

    def engine(self, database: str = "") -> Engine:
        """Open connections as root, in autocommit."""
        address = self.url(database).replace("mysql://", "mysql+pymysql://")
        loopback = {"ssl_disabled": True}
        return create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=loopback)

    def url(self, database: str) -> str:
        """Give the address of a database as an Airflow connection."""
        return f"mysql://root@127.0.0.1:{self.port}/{database}?charset=utf8mb4"

    def _common(self) -> tuple[str, ...]:
        return "--no-defaults", f"--datadir={self.data}", f"--user={getpass.getuser()}"

    def _make(self) -> None:
        made = subprocess.run(
            [
                str(program("mariadb-install-db")),
                *self._common(),
                *("--auth-root-authentication-method=normal", "--skip-test-db"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise MariaDBFailed(f"mariadb-install-db failed:\n{made.stdout}{made.stderr}")

    def _wait(self, seconds: float = 60) -> None:
        assert self._process is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OperationalError):
                self.run("select 1")
                return
            time.sleep(0.1)
        self.stop()
        end = self.log.read_text(errors="replace").splitlines()[-15:]
        raise MariaDBFailed("\n".join(["MariaDB did not start; the end of its log:", *end]))
