"""
The folder ``.local`` and the environment made from it: everything a local Airflow has to be told.

Passwords and keys are made once and kept in files that only their owner can read. Ports are the usual ones
while nobody else has them.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from sandbox.demo.motor_shop_leads import SITES
from sandbox.opencart import READER
from sandbox.stack.ports import Claim, claim_first, release_all
from sandbox.stack.postgres import USER, LocalPostgres

ROOT = Path(__file__).resolve().parents[2]
PREFERRED_PORTS = {"airflow": 8080, "sandbox": 8090}
SANDBOX_LOGIN = "demo"
PORTAL_USER = "1"  # who has made the webhook of the simulated portal
# How the simulated account of amoCRM lets an integration in.
AMOCRM_ACCESS = {"code": "code-31000001", "redirect_uri": "https://example.org/amo"}
IMPORTED_FIRST = ROOT / "sandbox" / "stack" / "airflow_local_settings.py"
DEMO_SETTINGS = ROOT / "sandbox" / "demo" / "settings"
_FROM_SHELL = ("AIRFLOW_CONN_", "DEALFLOW_")
_OURS = ("AIRFLOW_CONN_WAREHOUSE", "DEALFLOW_STORAGE", "DEALFLOW_SANDBOX_")  # whatever the shell says
NO_PROXY = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")


class LocalFolder:
    """``.local`` of this checkout, or another folder of the same shape."""

    def __init__(self, folder: Path = ROOT / ".local") -> None:
        self.folder = folder.resolve()
        self.postgres = LocalPostgres(self.folder / "postgres")
        self.airflow = self.folder / "airflow"
        self.logs = self.folder / "logs"
        self.storage = self.folder / "storage"
        self.sandbox = self.folder / "sandbox"
        self._claims: list[Claim] = []

    def make(self) -> None:
        """Make what is missing; nothing that is there changes."""
        configuration = self.airflow / "config"
        for folder in (self.folder, self.airflow, configuration, self.logs, self.storage, self.sandbox):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        write_private(configuration / IMPORTED_FIRST.name, IMPORTED_FIRST.read_text(encoding="utf-8"))
        if not self._secrets_file.exists():
            write_private(self._secrets_file, json.dumps(new_secrets(), indent=2))
        write_private(self.airflow / "passwords.json", json.dumps({"admin": self.secrets["admin_password"]}))

    @property
    def secrets(self) -> dict[str, str]:
        return dict(json.loads(self._secrets_file.read_text()))

    def ports(self) -> dict[str, int]:
        """Return the ports of the last start."""
        return {name: int(port) for name, port in json.loads(self._ports_file.read_text()).items()}

    def choose_ports(self, usual: Mapping[str, int] = PREFERRED_PORTS) -> dict[str, int]:
        """Take the usual ports; where one is taken, the last one, or a new one. No other stack gets them."""
        self.give_up_ports()
        last = {**usual, **(self.ports() if self._ports_file.exists() else {})}
        claims = {name: claim_first(port, last[name]) for name, port in usual.items()}
        self._claims += claims.values()
        chosen = {name: claim.port for name, claim in claims.items()}
        self._ports_file.write_text(json.dumps(chosen))
        return chosen

    def give_up_ports(self) -> None:
        """Let other stacks have the ports."""
        release_all(self._claims)
        self._claims.clear()

    def keep_settings(self, shell: Mapping[str, str]) -> str | None:
        """
        Remember the settings folder that a shell names, with the connections and variables it needs; give it.

        A shell that names none goes back to the settings of the demo. Raises NotADirectoryError.
        """
        self._own_file.unlink(missing_ok=True)
        folder = shell.get("DEALFLOW_SETTINGS")
        if not folder or Path(folder).resolve() == DEMO_SETTINGS:
            return None
        if not Path(folder).is_dir():
            raise NotADirectoryError(f"DEALFLOW_SETTINGS: there is no folder {folder}")
        own = {name: value for name, value in shell.items() if name.startswith(_FROM_SHELL)}
        own = {name: value for name, value in own.items() if not name.startswith(_OURS)}
        write_private(self._own_file, json.dumps(own | {"DEALFLOW_SETTINGS": str(Path(folder).resolve())}))
        return folder

    def airflow_url(self) -> str:
        return f"http://127.0.0.1:{self.ports()['airflow']}"

    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports()['sandbox']}"

    def environment(self) -> dict[str, str]:
        """Return all that is set for the stack's processes, and for a person's own ``airflow`` command."""
        own = json.loads(self._own_file.read_text()) if self._own_file.exists() else {}
        return self._airflow_settings() | self._dealflow_settings() | own

    def _airflow_settings(self) -> dict[str, str]:
        url, known = self.airflow_url(), self.secrets
        metadata = self.postgres.url("airflow").replace("://", "+psycopg2://", 1)
        return {
            "AIRFLOW_HOME": str(self.airflow),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "8",
            "AIRFLOW__CORE__FERNET_KEY": known["fernet_key"],
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.airflow / "passwords.json"),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata,
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.ports()["airflow"]),
            "AIRFLOW__API__BASE_URL": url,
            "AIRFLOW__API__SECRET_KEY": known["api_secret_key"],
            "AIRFLOW__API_AUTH__JWT_SECRET": known["jwt_secret"],
            # A new DAG file shows after ten seconds, not five minutes; a task ends when it ends.
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        }

    def _dealflow_settings(self) -> dict[str, str]:
        url, password = self.sandbox_url(), self.secrets["sandbox_password"]
        return self._connections(url, password) | {
            "DEALFLOW_CONTACT_TOTALS_CRON": os.environ.get("DEALFLOW_CONTACT_TOTALS_CRON") or "15 4 * * *",
            "DEALFLOW_AMOCRM_CRON": os.environ.get("DEALFLOW_AMOCRM_CRON") or "5 * * * *",
            "DEALFLOW_SANDBOX_URL": url,
            "DEALFLOW_SANDBOX_SHOP": self.postgres.url("shop"),
            "DEALFLOW_SANDBOX_LOGIN": SANDBOX_LOGIN,
            "DEALFLOW_SANDBOX_PASSWORD": password,
            "DEALFLOW_SETTINGS": str(DEMO_SETTINGS),
            "DEALFLOW_STORAGE": f"file://{self.storage}",
            "DEALFLOW_ZONE": os.environ.get("DEALFLOW_ZONE") or "Europe/Moscow",
            "PYTHONPATH": str(ROOT),
        }

    def _connections(self, url: str, password: str) -> dict[str, str]:
        return {
            "AIRFLOW_CONN_WAREHOUSE": self._database("warehouse", USER, self.postgres.password),
            "AIRFLOW_CONN_DEAL_EXPORT": _connection("http", url, SANDBOX_LOGIN, password),
            "AIRFLOW_CONN_ONEC": _connection("onec", f"{url}/onec", SANDBOX_LOGIN, password),
            "AIRFLOW_CONN_CALLTOUCH": _connection("calltouch", url, SITES["main"], password),
            "AIRFLOW_CONN_CALLTOUCH_SERVICE": _connection("calltouch", url, SITES["service"], password),
            "AIRFLOW_CONN_OPENCART": self._database("shop", READER, password),
            "AIRFLOW_CONN_KEEPINCRM": _connection("keepincrm", url, "", password),
            "AIRFLOW_CONN_BITRIX24": _connection("bitrix24", url, PORTAL_USER, password),
            "AIRFLOW_CONN_AMOCRM": _connection("amocrm", url, SANDBOX_LOGIN, password, **AMOCRM_ACCESS),
            "AIRFLOW_CONN_SMART_DATA_HUB": _connection("smart_data_hub", url, "", password),
        }

    def _database(self, name: str, login: str, password: str) -> str:
        place = {"conn_type": "postgres", "host": "127.0.0.1", "port": self.postgres.port, "schema": name}
        return json.dumps(place | {"login": login, "password": password})

    @property
    def _secrets_file(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def _own_file(self) -> Path:
        return self.folder / "own_settings.json"

    @property
    def _ports_file(self) -> Path:
        return self.folder / "ports.json"


def _connection(kind: str, host: str, login: str, password: str, **extra: str) -> str:
    told = {"conn_type": kind, "host": host, "login": login, "password": password}
    return json.dumps(told | ({"extra": extra} if extra else {}))


def new_secrets() -> dict[str, str]:
    """Make the passwords and keys of one installation."""
    return {
        "admin_password": secrets.token_urlsafe(12),
        "sandbox_password": secrets.token_urlsafe(16),
        "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_secret": secrets.token_hex(32),
        "api_secret_key": secrets.token_hex(32),
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can ever read; whoever reads it sees the old text or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(0o600, exist_ok=False)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def child_environment(settings: dict[str, str]) -> dict[str, str]:
    """
    Return the whole environment of a process of the stack.

    Another Airflow's settings in the caller's shell do not reach it; bytecode is cached even where the shell
    says no, as Airflow starts in half the time with it; and loopback addresses never go through a proxy.
    """
    others = ("AIRFLOW", "_AIRFLOW", "DEALFLOW_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | NO_PROXY | settings
