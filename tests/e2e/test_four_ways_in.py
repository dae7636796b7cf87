"""
The four ways to run the import, each tried on a running Airflow.

They are the form in the UI, the schedule, the task log that tells what happened, and ``airflow backfill create``
over several dates. Each test begins with the demo's company, or with two imports of its main source done:
one on 5 January from the first export, one on 7 January from the later one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.demo.deal_import import DAG_ID, STEPS
from sandbox.demo.people import person, spelled
from sandbox.stack.components import COMPONENTS, Components
from sandbox.stack.local import child_environment
from tests.e2e.airflow_user import backfill
from tests.e2e.running import FIRST, VIEWER_PASSWORD, Running, wait_until

IN_FORM = re.compile("^(Trigger|Запуск|Запустить)")
SUCCESS = re.compile("Success|Успех")
MOSCOW = ZoneInfo("Europe/Moscow")
TWICE = "warehouse_imported_twice"
FIFTH, SIXTH, SEVENTH = (f"2026-01-0{day}T03:00:00+00:00" for day in (5, 6, 7))  # 06:00 in Moscow

FIRST_MAIN = STEPS[0].expected["main"]
LATER_MAIN = STEPS[3].expected["main"]
NOTHING_IMPORTED = {"payments": [], "feed": []}
