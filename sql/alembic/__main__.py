"""
Migrate the warehouse: ``python -m sql.alembic [--url ADDRESS] [--current]``.

Without ``--url`` the address is that of the Airflow connection ``warehouse``, in ``AIRFLOW_CONN_WAREHOUSE``.
"""

import argparse
import os
import sys

from sql.alembic.address import connection_url
from sql.alembic.migrate import current, migrate
from sql.alembic.numbered import SchemaError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sql.alembic", description=__doc__)
    parser.add_argument("--url", help="postgresql://login:password@host:port/database")
    parser.add_argument("--current", action="store_true", help="only say which schema the database has")
    chosen = parser.parse_args()
    if not (url := chosen.url or connection_url(os.environ.get("AIRFLOW_CONN_WAREHOUSE", ""))):
        parser.error("give --url (make migrate URL=...) or set AIRFLOW_CONN_WAREHOUSE")
    try:
        if not chosen.current:
            migrate(url)
        sys.stdout.write(f"warehouse schema: {current(url) or 'empty'}\n")
    except SchemaError as problem:
        sys.exit(f"warehouse schema: {problem}")


if __name__ == "__main__":
    main()
