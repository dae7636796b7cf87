"""
What our tasks import first of all, imported before they are forked: each starts a third of a second sooner.

Airflow imports a module of this name when it starts; ``LocalFolder.make`` puts it where Airflow looks. Only
packages of others are here: our own code is read by each task, as it is then.
"""

import aiohttp
import lxml.etree
import psycopg
import requests
import requests_toolbelt  # type: ignore[import-untyped]
import sqlparse

__all__: tuple[str, ...] = ()  # Airflow takes what is named here for its own settings
IMPORTED = (aiohttp, lxml.etree, psycopg, requests, requests_toolbelt, sqlparse)
