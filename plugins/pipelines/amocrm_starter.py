"""
Print a file of settings to begin with: ``python -m plugins.pipelines.amocrm_starter [--account amocrm]``.

It is made of the dictionaries that were read last; of an account never read they are asked for.
"""

import argparse
import sys

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.starter import starter
from include.errors import DealflowError
from include.settings.amocrm_checks import NO_CONNECTION
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.hooks.warehouse import WarehouseHook
from plugins.pipelines.amocrm_account import account_hook
from plugins.runs import has_connection
from plugins.steps.amocrm_dictionary import ask, known_dictionary
from plugins.warehouse import Warehouse


def starter_of(warehouse: Warehouse, account: str) -> str:
    """Spell the file for an account; it is asked unless it was read before. Raises VendorError."""
    return starter(known_dictionary(warehouse, account) or _asked(warehouse, account), account)


def main(arguments: list[str] | None = None) -> int:
    """Print the file; give what the shell shall be told."""
    parser = argparse.ArgumentParser(
        description="Заготовка settings/amocrm_statuses.yaml по статусам аккаунта"
    )
    parser.add_argument("--account", default="amocrm", help="Connection к amoCRM")
    account = parser.parse_args(arguments).account
    if not has_connection(account):
        sys.stderr.write(f"{NO_CONNECTION.format(account)}\n")
        return 1
    try:
        with WarehouseHook().session() as warehouse:
            sys.stdout.write(starter_of(warehouse, account))
    except DealflowError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _asked(warehouse: Warehouse, account: str) -> Dictionary:
    settings = AmocrmStatusesSettings.model_validate({"account": {"connection": account}})
    hook = account_hook(warehouse, settings)
    hook.offer()
    return ask(hook, hook.account())


if __name__ == "__main__":
    sys.exit(main())
