"""Write ``.env`` for Docker Compose: fresh secrets, and the demo's addresses until real ones replace them."""

import secrets
import sys
from pathlib import Path
from urllib.parse import urlencode

from sandbox.demo.motor_shop_leads import SITES
from sandbox.opencart import READER
from sandbox.stack.local import AMOCRM_ACCESS, PORTAL_USER, ROOT, SANDBOX_LOGIN, new_secrets, write_private

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

# The folder with <pipeline>.yaml files. For real systems write ./settings/deal_import.yaml,
# calltouch_orders.yaml, opencart_catalog.yaml, bitrix24_contact_totals.yaml, bitrix24_deal_products.yaml
# and amocrm_statuses.yaml and name ./settings here.
SETTINGS_FOLDER=./sandbox/demo/settings

# Who fetches the payment export: a connection in Airflow's URI spelling. This one is of the sandbox
# (--profile demo).
DEAL_EXPORT_CONNECTION=http://{sandbox_login}:{sandbox_password}@sandbox:8090

# The 1C base and the Calltouch projects of calltouch_orders, of the sandbox too. Real ones, with %XX for what
# is neither letter nor digit in a name or a password:
#   onec://user:password@1c.example.org/https?base=%2Fbase   for a base at https://1c.example.org/base
#   calltouch://12345:token@api.calltouch.ru/https           site id and token of a project
ONEC_CONNECTION=onec://{sandbox_login}:{sandbox_password}@sandbox:8090/http?base=%2Fonec
CALLTOUCH_CONNECTION=calltouch://{main_site}:{sandbox_password}@sandbox:8090/http
CALLTOUCH_SERVICE_CONNECTION=calltouch://{service_site}:{sandbox_password}@sandbox:8090/http

# The shop's database and the account of opencart_catalog, of the sandbox too. Real ones:
#   opencart://reader:password@db.example.org:3306/shop      a user that may only read
#   keepincrm://:key@api.keepincrm.com/https                 API key of the account
OPENCART_CONNECTION=opencart://{shop_reader}:{sandbox_password}@postgres:5432/shop?driver=postgresql
KEEPINCRM_CONNECTION=keepincrm://:{sandbox_password}@sandbox:8090/http

# The portal of bitrix24_contact_totals and bitrix24_deal_products, of the sandbox too. A real one, by a
# webhook that an administrator has made (rights crm and catalog): number of the user, and the webhook's code
#   bitrix24://1:code@example.bitrix24.ru/https              with ?tier=enterprise on that plan
BITRIX24_CONNECTION=bitrix24://{portal_user}:{sandbox_password}@sandbox:8090/http
# When bitrix24_contact_totals runs.
CONTACT_TOTALS_CRON=15 4 * * *

# The account of amocrm_statuses, of the sandbox too. A real one, by an integration that an administrator has
# given access: client_id and client_secret, and the code of the integration's window (20 minutes, once)
#   amocrm://client_id:client_secret@example.amocrm.ru/https?redirect_uri=https%3A%2F%2Fexample.org%2Famo&code=def502
#   amocrm://:token@example.amocrm.ru/https?auth=long_lived    a long-lived token
AMOCRM_CONNECTION=amocrm://demo:{sandbox_password}@sandbox:8090/http?{amocrm_access}
# When amocrm_statuses runs.
AMOCRM_CRON=5 * * * *
# Where amocrm_statuses hands leads over to; not used while push.enabled is off. A real one:
#   smart_data_hub://:token@apps.smartanalytics.io/https
SMART_DATA_HUB_CONNECTION=smart_data_hub://:{sandbox_password}@sandbox:8090/http
SANDBOX_PASSWORD={sandbox_password}
"""


def env_text() -> str:
    """Return the text of a new ``.env``."""
    passwords = {"postgres_password": secrets.token_urlsafe(24), "redis_password": secrets.token_urlsafe(24)}
    sites = {f"{name}_site": site for name, site in SITES.items()}
    of_sandbox = {"sandbox_login": SANDBOX_LOGIN, "shop_reader": READER, "portal_user": PORTAL_USER}
    of_sandbox["amocrm_access"] = urlencode(AMOCRM_ACCESS)
    return TEMPLATE.format(**new_secrets(), **passwords, **sites, **of_sandbox)


def main(path: Path = ROOT / ".env") -> None:
    if path.exists():
        sys.exit(f"{path.name} is there already and was not touched: its passwords belong to the volumes")
    write_private(path, env_text())
    print(f"wrote {path.name}; next: docker compose --profile demo up --build --detach")


if __name__ == "__main__":
    main()
