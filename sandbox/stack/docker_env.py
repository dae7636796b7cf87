"""Write ``.env`` for Docker Compose: fresh secrets, and the demo's addresses until real ones replace them."""

import secrets
import sys
from pathlib import Path

from sandbox.stack.local import ROOT, SANDBOX_LOGIN, new_secrets, write_private

TEMPLATE = """\
# Secrets and addresses of docker-compose.yaml on this machine. Made by `make docker-env`; never commit it.

# Keep these as long as the volumes: the databases were made with them.
POSTGRES_PASSWORD={postgres_password}
FERNET_KEY={fernet_key}

# These may be changed at any restart.
REDIS_PASSWORD={redis_password}
JWT_SECRET={jwt_secret}
API_SECRET_KEY={api_secret_key}

# The first login, as admin; change the password there.
ADMIN_PASSWORD={admin_password}

# Where people open Airflow. For others than this machine: a reverse proxy with TLS, and its address here.
AIRFLOW_PORT=127.0.0.1:8080
AIRFLOW_URL=http://localhost:8080

# The folder with <pipeline>.yaml files. For real systems write ./settings/deal_import.yaml and
# name ./settings here.
SETTINGS_FOLDER=./sandbox/demo/settings

# Who fetches the payment export: a connection in Airflow's URI spelling. This one is of the sandbox
# (--profile demo).
DEAL_EXPORT_CONNECTION=http://{sandbox_login}:{sandbox_password}@sandbox:8090
SANDBOX_PASSWORD={sandbox_password}
"""


def env_text() -> str:
    """Return the text of a new ``.env``."""
    passwords = {"postgres_password": secrets.token_urlsafe(24), "redis_password": secrets.token_urlsafe(24)}
    return TEMPLATE.format(**new_secrets(), **passwords, sandbox_login=SANDBOX_LOGIN)


def main(path: Path = ROOT / ".env") -> None:
    if path.exists():
        sys.exit(f"{path.name} is there already and was not touched: its passwords belong to the volumes")
    write_private(path, env_text())
    print(f"wrote {path.name}; next: docker compose --profile demo up --build --detach")


if __name__ == "__main__":
    main()
